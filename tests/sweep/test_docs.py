"""The examples of docs/sweeps.md, run on a hundred thousand rows."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plans import plan_of

from abm.scenario import read_yaml
from experiments.sweep import campaign
from experiments.sweep.campaign import sweep
from experiments.sweep.plan import load_plan, parse_plan
from experiments.sweep.work import Chunk, as_table, column_types

DOC = Path(__file__).parent.parent.parent / "docs" / "sweeps.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)


def invented(task, stop=None):
    """Rows without runs: the crisis comes where the guarantee exceeds the seed's place in 0..1."""
    rows = []
    for key, _, settings, seeds in task.cells:
        risk = settings["policy.guarantee"]
        rows += [[key, s, 100.0 * s, risk, 0.0, "hybrid", 0.5, float(s / 21 < risk), None] for s in seeds]
    return Chunk(as_table(rows, column_types(task.measured)), None, 0.0)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder in which results/sweep-guarantee holds 100,000 rows of the shipped plan's form."""
    folder = tmp_path_factory.mktemp("docs")
    content = read_yaml(load_plan("guarantee").path)
    content["design"]["uncertainties"]["points"], content["replications"] = 1000, {"first": 1, "count": 20}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(campaign, "chunk_size", lambda *about: 5000)
        report = sweep(parse_plan(content), folder / "results" / "sweep-guarantee", workers=2, work=invented)
    assert report.runs == 100_000
    return folder


def test_the_examples_read_a_hundred_thousand_rows(place, monkeypatch):
    monkeypatch.chdir(place)
    names = {}
    for block in blocks("python"):
        exec(block, names)
    assert len(names["results"]) == len(names["table"]) == 100_000
    expected = [np.mean([s / 21 < g for s in range(1, 21)]) for g in (0, 0.25, 0.5, 0.75, 1)]
    assert names["risk"].tolist() == pytest.approx(expected)
    assert names["risk_again"]["risk"].tolist() == pytest.approx(expected)
    assert names["risk_again"]["runs"].tolist() == [20_000] * 5
    assert names["risk_polars"]["crisis"].to_list() == pytest.approx(expected)
    assert names["risk_polars"]["policy.guarantee"].to_list() == [0, 0.25, 0.5, 0.75, 1]
    assert names["exports"].shape == (5000, 1, 20) and (names["exports"][:, 0, 4] == 500.0).all()


def test_the_tables_travel_as_csv_and_r_reads_them(place, tmp_path, monkeypatch):
    import duckdb

    monkeypatch.chdir(place)
    copy = re.search(r'`(duckdb.sql\("COPY .*?"\))`', DOC.read_text(encoding="utf-8"))[1]
    for name in ("results", "design"):
        exec(copy.replace("results.parquet", f"{name}.parquet").replace("results.csv", str(tmp_path / f"{name}.csv")),
             {"duckdb": duckdb})  # fmt: skip
    table = pd.read_csv(tmp_path / "design.csv").merge(pd.read_csv(tmp_path / "results.csv"), on="point")
    known = pd.read_parquet("results/sweep-guarantee/results.parquet")["crisis"]
    assert len(table) == 100_000 and table["crisis"].tolist() == known.tolist()
    if not shutil.which("Rscript"):
        pytest.skip("the rest needs R")
    script = next(block for block in blocks("r") if "read.csv" in block)
    done = subprocess.run(["Rscript", "-e", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = [float(line.split()[-1]) for line in done.stdout.splitlines()[1:]]
    assert said == pytest.approx(table.groupby("policy.guarantee")["crisis"].mean().tolist(), abs=1e-6)


def test_the_plan_of_the_docs_is_sound(tmp_path):
    (tmp_path / "plan.yaml").write_text(blocks("yaml")[0])
    plan = load_plan(tmp_path / "plan.yaml")
    assert plan.columns == ["exports_1996", "failures", "since", "regime", "regime_score", "crisis"]
    assert plan.digest() != plan_of().digest()
