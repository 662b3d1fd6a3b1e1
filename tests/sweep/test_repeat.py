"""`latecomer reproduce` on sweeps, maps and sensitivity analyses: equal to the bit, and where it is not."""

import json
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from plans import MAP, RUNS, SMALL, written

from abm.compiled import COMPILED
from experiments.cli import main
from experiments.sweep.repeat import equal_bits, repeat

pytestmark = pytest.mark.skipif(not COMPILED, reason="a sweep of this size needs the compiled model")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folder of a finished sweep with series."""
    folder = tmp_path_factory.mktemp("repeat")
    plan = written(folder, SMALL, record={"series": ["wage"]})
    assert main(["sweep", str(plan), "--out", str(folder / "out"), "--workers", "2"]) == 0
    return folder / "out"


@pytest.fixture
def copy(done, tmp_path):
    return shutil.copytree(done, tmp_path / "copy")


def changed_cell(path, row, column, change):
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[row] = change(values[row])
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, pa.array(values, table.schema.field(column).type)), path)


def test_a_sweep_is_repeated_whole_and_at_a_sample(done, capsys):
    assert main(["reproduce", str(done), "--workers", "2"]) == 0
    assert f"Equal: {RUNS} of {RUNS} runs, to the bit; and so tables results, summary, series, bands." in (
        capsys.readouterr().out
    )
    assert main(["reproduce", str(done), "--sample", "4"]) == 0
    assert "Equal: 24 of 24 runs (a sample of 4 points)" in capsys.readouterr().out
    assert repeat(done, sample=1000).rows == RUNS
    assert not list(done.glob(".tmp*")) and (done / "manifest.json").exists()


def test_the_last_bit_of_one_number_is_found_and_named(copy, capsys):
    changed_cell(copy / "results.parquet", 17, "price", lambda v: float(np.nextafter(v, np.inf)))
    assert main(["reproduce", str(copy)]) == 1
    said = capsys.readouterr().out
    row = pd.read_parquet(copy / "results.parquet").iloc[17]
    assert f"Different: 1 of {RUNS} runs; table results." in said
    assert f"results.parquet, point {row['point']}, scenario {row['scenario']}, seed {row['seed']}: price" in said


def test_a_sample_sees_its_points_only(copy):
    last = len(pd.read_parquet(copy / "results.parquet")) - 1
    changed_cell(copy / "results.parquet", last, "exports", lambda v: v + 1.0)
    assert repeat(copy, sample=1).equal == 6  # the first point
    found = repeat(copy, sample=2)  # the first and the last
    assert (found.rows, found.equal, found.other) == (12, 11, ("results",))


def test_a_missing_value_is_equal_to_a_missing_one_only():
    nan = float("nan")
    a, b = (pa.chunked_array([pa.array(v, pa.float64())]) for v in ([1.0, None, nan, 0.0], [1.0, 0.0, nan, -0.0]))
    assert equal_bits(a, b).tolist() == [True, False, True, False]
    assert not equal_bits(a, a.cast(pa.float32())).any()


def test_other_code_and_libraries_are_refused_with_both_named(copy, capsys):
    path = copy / "manifest.json"
    content = json.loads(path.read_text())
    content["libraries"]["numpy"] = "1.0.0"
    path.write_text(json.dumps(content | {"code": "0123456789abcdef"}))
    assert main(["reproduce", str(copy)]) == 2
    said = capsys.readouterr().err
    assert "sources 0123456789abcdef" in said and f"numpy 1.0.0, here {np.__version__}" in said


def test_files_that_do_not_belong_together_are_refused(copy, capsys):
    text = (copy / "plan.yaml").read_text()
    (copy / "plan.yaml").write_text(text.replace("count: 3", "count: 2"))
    assert main(["reproduce", str(copy)]) == 2
    assert "do not belong together" in capsys.readouterr().err
    (copy / "plan.yaml").write_text("kind: sweep\nlevers: {}\nuncertainties: {}\n")
    assert main(["reproduce", str(copy)]) == 2
    assert "cannot be read again" in capsys.readouterr().err
    (copy / "plan.yaml").write_text(text)
    (copy / "results.parquet").write_bytes(b"rubbish")
    assert main(["reproduce", str(copy)]) == 2
    assert "results.parquet: cannot be read" in capsys.readouterr().err


def test_maps_and_sensitivity_analyses_too(tmp_path, capsys):
    assert main(["map", str(written(tmp_path, MAP)), "--out", str(tmp_path / "map")]) == 0
    methods = {"kind": "sensitivity", "design": {"kind": "morris", "trajectories": 4}, "scenarios": None}
    plan = written(tmp_path, SMALL, "sens.yaml", **methods)
    assert main(["sensitivity", str(plan), "--out", str(tmp_path / "sens")]) == 0
    for name in ("map", "sens"):
        capsys.readouterr()
        assert main(["reproduce", str(tmp_path / name)]) == 0
        assert "to the bit; and so tables results, summary" in capsys.readouterr().out


def test_studies_that_fork_are_repeated_seed_by_seed(tmp_path, capsys):
    deadline, power = tmp_path / "deadline", tmp_path / "power"
    asked = ["deadline", "base", "--change", "policy.guarantee=0", "--from", "1992", "--to", "1993", "--runs", "2"]
    assert main([*asked, "--out", str(deadline)]) == 0
    assert main(["power", "korea", "taiwan", "--runs", "4", "--out", str(power)]) == 0
    for folder, runs in ((deadline, 2), (power, 8)):
        capsys.readouterr()
        assert main(["reproduce", str(folder)]) == 0
        assert f"Equal: {runs} of {runs} runs" in capsys.readouterr().out
    manifest = json.loads((deadline / "manifest.json").read_text())
    manifest["question"]["changes"]["guarantee"] = 0.5
    (deadline / "manifest.json").write_text(json.dumps(manifest))
    assert main(["reproduce", str(deadline)]) == 1
    assert "base, seed 1: its rows differ" in capsys.readouterr().out
    del manifest["question"]["dates"]
    (deadline / "manifest.json").write_text(json.dumps(manifest))
    assert main(["reproduce", str(deadline)]) == 2
    assert "does not say what was asked" in capsys.readouterr().err
    assert main(["reproduce", str(power), "--sample", "3"]) == 2


def test_drift_is_repeated(tmp_path, capsys):
    assert main(["drift", "--runs", "2", "--futures", "2", "--out", str(tmp_path / "drift")]) == 0
    manifest = json.loads((tmp_path / "drift" / "manifest.json").read_text())
    assert list(manifest["fingerprints"]) == ["responsive_state/1", "responsive_state/2"]
    manifest["fingerprints"]["responsive_state/2"] = "0" * 64
    (tmp_path / "drift" / "manifest.json").write_text(json.dumps(manifest))
    assert main(["reproduce", str(tmp_path / "drift")]) == 1
    said = capsys.readouterr().out
    assert "Different: 1 of 2 runs" in said and "responsive_state, seed 2" in said
