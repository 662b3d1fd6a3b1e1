"""The folder of a sweep: what is run once, what is never mixed, what survives."""

import errno
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from plans import POINTS, RUNS, SCENARIOS, SEEDS, SMALL, changed, log, plan_of, tables, written

import abm
from abm.runs import trace
from experiments.cli import main
from experiments.output import InputError
from experiments.sweep import campaign, cohort, files, store, work
from experiments.sweep.campaign import sweep
from experiments.sweep.files import StoreFault, locked
from experiments.sweep.study import load_study


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of the small plan, run undisturbed in one thread."""
    folder = tmp_path_factory.mktemp("sweeps") / "whole"
    report = sweep(plan_of(), folder, workers=1)
    assert report.complete and (report.runs, report.ran, report.failed) == (RUNS, RUNS, 0)
    return folder


def ran(folder):
    return sum(line["runs"] for line in log(folder))


def rows_of_parts(folder):
    """Cell and seed of every row in every part."""
    parts = [pd.read_parquet(path, columns=["cell", "seed"]) for path in Path(folder).glob("parts/*/part-*.parquet")]
    return pd.concat(parts)


def test_rows_are_the_runs_of_the_plan_in_the_order_of_the_design(whole):
    study = load_study(whole)
    assert list(study.results) == [
        "point", "scenario", "seed", "exports", "price", "regime", "regime_score", "crisis", "error",
    ]  # fmt: skip
    labels = study.results[["point", "scenario", "seed"]].to_numpy().tolist()
    assert labels == [[p, s, k] for p in range(POINTS) for s in ("base", "taiwan") for k in (3, 4, 5)]
    assert study.results["error"].isna().all()
    row = study.table().iloc[40]
    settings = {key: row[key] for key in study.factors} | {"run.quarters": 12}
    records = abm.simulate(abm.load_scenario(row["scenario"], settings), int(row["seed"]))
    year = records.indicators.loc["1973Q1":"1973Q4", "exports_usd_m"]
    assert row["exports"] == pytest.approx(year.mean(), rel=1e-12)
    assert row["price"] == records.indicators["memory_price"].max()
    assert row["regime"] == abm.classify(records, (1972, 1973)).label


def test_summaries_are_those_of_the_rows(whole):
    study = load_study(whole)
    assert len(study.summary) == POINTS * SCENARIOS * 4
    cell = study.results.query("point == 7 and scenario == 'taiwan'")
    line = study.summary.query("point == 7 and scenario == 'taiwan' and outcome == 'price'").iloc[0]
    low, middle, high = np.quantile(cell["price"], [0.05, 0.5, 0.95])
    assert line["runs"] == SEEDS and line["mean"] == pytest.approx(cell["price"].mean(), rel=1e-14)
    assert (line["low"], line["median"], line["high"]) == pytest.approx((low, middle, high), rel=1e-14)
    assert study.cube("price")[7, 1].tolist() == cell["price"].tolist()


def test_threads_and_processes_write_the_same_bytes(whole, tmp_path):
    sweep(plan_of(), tmp_path / "threads", workers=2)
    sweep(plan_of(), tmp_path / "processes", workers=2, processes=True)
    assert len(tables(whole)) == 3
    assert tables(tmp_path / "threads") == tables(whole) == tables(tmp_path / "processes")


def test_a_finished_sweep_runs_nothing_again(whole):
    before = len(log(whole))
    report = sweep(plan_of(), whole, workers=1)
    assert report.complete and report.ran == 0 and len(log(whole)) == before


@pytest.mark.parametrize(
    ("change", "new"),
    [
        ({"levers": SMALL["levers"] | {"policy.concentration": [0.0, 0.25, 0.5]}}, 6 * SCENARIOS * SEEDS),
        ({"replications": {"first": 3, "count": 4}}, POINTS * SCENARIOS),
        ({"replications": {"first": 2, "count": 4}}, POINTS * SCENARIOS),
        ({"scenarios": ["base", "korea", "taiwan"]}, POINTS * SEEDS),
        ({"levers": SMALL["levers"] | {"policy.concentration": [0.5]}}, 0),
        ({"title": "another"}, 0),
    ],
)
def test_extending_a_plan_runs_only_what_is_new(change, new, tmp_path):
    words = []
    sweep(plan_of(), tmp_path / "out", workers=2)
    assert sweep(plan_of(**change), tmp_path / "out", workers=2, say=words.append).ran == new
    sweep(plan_of(**change), tmp_path / "fresh", workers=1)
    assert tables(tmp_path / "out") == tables(tmp_path / "fresh")
    assert not rows_of_parts(tmp_path / "out").duplicated().any()
    assert ("earlier" in "".join(words)) == ("title" not in change)  # the tables of the other plan are kept
    if words:
        old = next((tmp_path / "out" / "earlier").iterdir())
        assert load_study(old).results.shape == (RUNS, 9)


def test_other_measures_or_code_start_beside_the_old_rows(whole, tmp_path, monkeypatch):
    words, out = [], tmp_path / "out"
    sweep(plan_of(), out, workers=2)
    other = {"exports": {"indicator": "exports_usd_m", "window": 1972}}
    assert sweep(plan_of(outcomes=other), out, workers=2, say=words.append).ran == RUNS
    assert "what the plan measures differs" in words[0]
    here = cohort.circumstances() | {"code": "0" * 16}
    for module in (cohort, campaign, work):
        monkeypatch.setattr(module, "circumstances", lambda: here)
    monkeypatch.setattr("experiments.sweep.runner.circumstances", lambda: here)
    assert sweep(plan_of(), out, workers=2, say=words.append).ran == RUNS
    assert "the code" in words[-2]
    assert len(list((out / "parts").iterdir())) == 3


def test_a_damaged_part_is_set_aside_and_run_again(whole, tmp_path):
    words, out = [], tmp_path / "out"
    sweep(plan_of(), out, workers=2)
    first, second = sorted(out.glob("parts/*/part-*.parquet"))[:2]
    first.write_bytes(first.read_bytes()[:-20])  # cut short
    body = bytearray(second.read_bytes())
    body[40] ^= 1  # one bit of one page
    second.write_bytes(body)
    lost = sum(line["runs"] for line in log(out) if line["part"] in (first.name, second.name))
    (out / "results.parquet").unlink()
    assert sweep(plan_of(), out, workers=2, say=words.append).ran == lost
    assert first.name in "".join(words) and second.name in "".join(words)
    assert tables(out) == tables(whole)


def test_a_failed_run_is_a_row_with_its_reason(tmp_path, monkeypatch):
    def fragile(scenario, seed):
        if seed == 4 and scenario.policy.guarantee == 1.0:
            raise ZeroDivisionError("a firm without sales")
        return trace(scenario, seed)

    monkeypatch.setattr(work, "trace", fragile)
    report = sweep(plan_of(), tmp_path, workers=2)
    study = load_study(tmp_path)
    failed = study.results[study.results["error"].notna()]
    assert report.failed == len(failed) == 4 * SCENARIOS == study.manifest["failed"]
    assert set(failed["error"]) == {"ZeroDivisionError: a firm without sales"} and set(failed["seed"]) == {4}
    assert failed[["exports", "crisis", "regime"]].isna().all().all()
    cells = study.summary.query("outcome == 'price'")["runs"]
    assert sorted(cells.unique()) == [2, 3]


def test_series_and_their_bands(tmp_path):
    plan = plan_of(record={"series": ["wage", "memory_price"]}, outcomes=None, regime=None, crisis=None)
    sweep(plan, tmp_path / "a", workers=2)
    series = pd.read_parquet(tmp_path / "a" / "series.parquet")
    bands = pd.read_parquet(tmp_path / "a" / "bands.parquet")
    assert len(series) == RUNS * 12 and len(bands) == POINTS * SCENARIOS * 2 * 12
    path = series.query("point == 5 and scenario == 'base' and seed == 4")
    settings = load_study(tmp_path / "a").design.set_index("point").loc[5].to_dict() | {"run.quarters": 12}
    direct = abm.simulate(abm.load_scenario("base", settings), 4).indicators
    assert path["wage"].tolist() == direct["wage"].tolist() and path["quarter"].iloc[-1] == "1973Q4"
    last = series.query("point == 5 and scenario == 'base' and quarter == '1973Q4'")["wage"]
    band = bands.query("point == 5 and scenario == 'base' and quarter == '1973Q4' and indicator == 'wage'").iloc[0]
    assert band["median"] == np.median(last) and band["runs"] == SEEDS
    next((tmp_path / "a").glob("parts/*/series-*.parquet")).write_bytes(b"cut")
    (tmp_path / "a" / "results.parquet").unlink()
    before = tables(tmp_path / "a")["series.parquet"]
    assert 0 < sweep(plan, tmp_path / "a", workers=1).ran < RUNS
    assert tables(tmp_path / "a")["series.parquet"] == before


def test_a_full_disk_loses_nothing(whole, tmp_path, monkeypatch, capsys):
    path, out, written_parts = written(tmp_path), tmp_path / "out", []

    def full(table, file, **options):
        if "part-" in str(file):
            written_parts.append(file)
            if len(written_parts) == 4:
                Path(file).write_bytes(b"half of it")
                raise OSError(errno.ENOSPC, "No space left on device")
        return real(table, file, **options)

    real = pq.write_table
    monkeypatch.setattr(files.pq, "write_table", full)
    assert main(["sweep", str(path), "--out", str(out), "--workers", "1"]) == 1
    message = capsys.readouterr().err
    assert "the disk is full" in message and f"{ran(out)} runs are kept" in message and "Traceback" not in message
    kept = ran(out)
    assert kept == 3 * log(out)[0]["runs"] and not list(out.rglob(".tmp-*"))
    assert main(["sweep", str(path), "--out", str(out), "--workers", "1"]) == 0
    assert ran(out) == RUNS and tables(out) == tables(whole)


def test_a_disk_that_is_full_when_the_tables_are_written_loses_nothing(whole, tmp_path, monkeypatch, capsys):
    path, out = written(tmp_path), tmp_path / "out"

    class Full(pq.ParquetWriter):
        def write_table(self, table, **options):
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("experiments.sweep.assemble.pq.ParquetWriter", Full)
        assert main(["sweep", str(path), "--out", str(out)]) == 1
    message = capsys.readouterr().err
    assert "the disk is full" in message and f"{RUNS} runs are kept" in message
    assert not list(out.glob(".draft-*")) and not (out / "results.parquet").exists()
    before = len(log(out))
    assert main(["sweep", str(path), "--out", str(out)]) == 0
    assert len(log(out)) == before and tables(out) == tables(whole)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch, capsys):
    path = written(tmp_path)
    for out in (path, path / "inside"):
        assert main(["sweep", str(path), "--out", str(out)]) == 2
        assert "--out" in capsys.readouterr().err

    def refuse(*arguments, **options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(store.Path, "mkdir", refuse)
    assert main(["sweep", str(path), "--out", str(tmp_path / "out")]) == 2
    assert "Read-only file system" in capsys.readouterr().err


def test_a_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="no sweep"):
        sweep(plan_of(), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_second_session_is_refused_and_shards_share(whole, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with locked(out), pytest.raises(InputError, match="another session is at work"):
        sweep(plan_of(), out)
    with locked(out, (1, 3)):
        for shard in (None, (1, 3)):
            with pytest.raises(InputError, match="another session"):
                sweep(plan_of(), out, shard=shard)
        report = sweep(plan_of(), out, shard=(2, 3), workers=1)
        assert not report.complete and report.ran == RUNS / 3
        with pytest.raises(InputError, match="not finished"):
            load_study(out)
    assert not sweep(plan_of(), out, shard=(1, 3), workers=1).complete
    assert sweep(plan_of(), out, shard=(3, 3), workers=1).complete
    assert ran(out) == RUNS and tables(out) == tables(whole)


def test_points_that_are_alike_are_run_once(tmp_path):
    frame = pd.DataFrame({"point": range(4), "policy.guarantee": [0.1, 0.2, 0.1, 0.1]})
    plan = plan_of(levers={"policy.guarantee": {}}, uncertainties=None)
    assert sweep(plan, tmp_path, frame, workers=1).ran == 2 * SCENARIOS * SEEDS
    rows = load_study(tmp_path).results.set_index("point").drop(columns="error")
    assert len(rows) == 4 * SCENARIOS * SEEDS
    assert rows.loc[0].to_numpy().tolist() == rows.loc[2].to_numpy().tolist() != rows.loc[1].to_numpy().tolist()


def test_a_worker_with_other_code_stops_the_sweep(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.sweep.runner.circumstances", lambda: cohort.circumstances() | {"code": "1" * 16})
    with pytest.raises(StoreFault, match="differs in code"):
        sweep(plan_of(), tmp_path, workers=1)
    assert not log(tmp_path)


def test_reading_what_is_no_finished_sweep(tmp_path):
    with pytest.raises(InputError, match="no sweep here"):
        load_study(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"command": "compare"}))
    with pytest.raises(InputError, match="latecomer compare"):
        load_study(tmp_path)


def test_without_a_terminal_progress_is_printed_only_if_asked_for(tmp_path, capsys):
    path = written(tmp_path)
    assert main(["sweep", str(path), "--out", str(tmp_path / "a")]) == 0
    assert not capsys.readouterr().err
    assert main(["sweep", str(path), "--out", str(tmp_path / "b"), "--progress"]) == 0
    said = capsys.readouterr()
    assert "72 of 72 runs" in said.err and "72 runs in" in said.out and "runs a second on" in said.out


def test_a_dry_run_counts_and_writes_nothing(tmp_path, capsys):
    path = written(tmp_path, changed(SMALL))
    assert main(["sweep", str(path), "--out", str(tmp_path / "out"), "--dry-run"]) == 0
    assert "12 points x 2 scenarios x 3 seeds = 72 runs" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
