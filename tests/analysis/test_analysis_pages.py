"""The commands on a small sweep: tables in three forms, a page that stands alone, the same bits twice, bad input."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.check import measured
from experiments.analysis.page import per_cent
from experiments.cli import main
from experiments.options import command_line
from experiments.sweep.study import load_study

SHORT = ["--set", "run.quarters=24", "--indicator", "debt_equity_all", "--years", "1976"]


def asked(command, sweep, out):
    return {
        "discover": ["discover", sweep, "--outcome", "debt", "--above", "2.8", "--out", out],
        "regret": ["regret", sweep, "--outcome", "exports", "--out", out],
        "bands": ["bands", sweep, "--by", "policy.guarantee", "--by", "mechanisms.contagion", "--draws", "200", "--out",
                  out],
        "power": ["power", "base", "responsive_state", *SHORT, "--runs", "4", "--most", "8", "--out", out],
    }[command]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "tables"),
    [
        ("discover", {"methods", "box", "peeling", "leaves", "leaf_limits", "tree"}),
        ("regret", {"regret", "regrets"}),
        ("bands", {"bands", "differences", "contrasts"}),
        ("power", {"power", "looks"}),
    ],
)
def test_a_command_writes_its_tables_and_a_page_that_repeats(command, tables, small_sweep, tmp_path, capsys):
    out = tmp_path / "out"
    words = [str(word) for word in asked(command, small_sweep, out)]
    assert main(words) == 0
    assert f"Report: {out / 'report.html'}" in capsys.readouterr().out
    written = {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(written) == {f"{t}.{kind}" for t in tables for kind in ("csv", "tex", "dta")} | {
        "report.html", "manifest.json"}  # fmt: skip
    page = written["report.html"].decode()
    bare = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)  # plotly's own code names its home
    told = json.loads(written["manifest.json"])["repeat"]
    assert told in page.replace("&#39;", "'") and told.startswith(f"latecomer {command} ")
    assert "What the words mean" in page and not re.search(r"""(src|href)=["'](https?:)?//""", bare)
    assert page.count("plotly-graph-div") >= 2
    for table in tables:
        assert len(pd.read_stata(out / f"{table}.dta")) == len(pd.read_csv(out / f"{table}.csv"))
        assert f'href="{table}.csv"' in page
    if command != "power":
        assert load_study(small_sweep).manifest["identity"] in page
    assert main([*told.split()[1:], "--force"]) == 0
    again = {path.name: path.read_bytes() for path in out.iterdir()}
    steady = [name for name in written if name.endswith((".csv", ".tex"))]
    assert {name: again[name] for name in steady} == {name: written[name] for name in steady}


def test_a_folder_of_an_analysis_is_no_sweep_and_says_how_to_repeat_it(small_sweep, tmp_path, capsys):
    out = str(tmp_path / "out")
    assert main(["bands", str(small_sweep), "--outcome", "debt", "--draws", "100", "--out", out]) == 0
    assert main(["bands", out]) == 2
    assert "holds a run of `latecomer bands`, no sweep" in capsys.readouterr().err
    assert main(["reproduce", out]) == 2
    assert f"repeat them with `latecomer bands {small_sweep} --outcome debt" in capsys.readouterr().err


def test_methods_and_scenarios_can_be_chosen(small_sweep, tmp_path, capsys):
    ask = ["discover", str(small_sweep), "--outcome", "debt", "--above", "2.8"]
    assert main([*ask, "--method", "cart", "--scenario", "taiwan", "--out", str(tmp_path / "cart")]) == 0
    assert "CART" in (said := capsys.readouterr().out) and "PRIM" not in said
    assert not (tmp_path / "cart" / "box.csv").exists()
    assert main([*ask, "--method", "prim", "--out", str(tmp_path / "prim")]) == 0
    assert "CART" not in capsys.readouterr().out and not (tmp_path / "prim" / "leaves.csv").exists()
    study = load_study(small_sweep)
    mine = study.results[study.results["scenario"] == "taiwan"]
    assert pd.read_csv(tmp_path / "cart" / "methods.csv")["everywhere"].iloc[0] == pytest.approx(
        (mine["debt"] > 2.8).mean())  # fmt: skip


def test_bands_by_point_agree_with_the_summary_of_the_sweep(small_sweep, tmp_path):
    out = tmp_path / "out"
    assert main(["bands", str(small_sweep), "--outcome", "debt", "--draws", "200", "--out", str(out)]) == 0
    mine = pd.read_csv(out / "bands.csv").set_index(["point", "scenario"]).sort_index()
    summary = load_study(small_sweep).summary
    theirs = summary[summary["outcome"] == "debt"].set_index(["point", "scenario"]).sort_index()
    assert mine["mean"].tolist() == pytest.approx(theirs["mean"].tolist())
    assert mine["median"].tolist() == pytest.approx(theirs["median"].tolist())


def test_never_counts_as_the_year_after_the_window(small_sweep):
    assert (measured(load_study(small_sweep), "since") == 1974.0).all()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["discover", "--outcome", "dept"], "did you mean 'debt'"),
        (["discover", "--outcome", "debt", "--above", "nan"], "expected a number"),
        (["discover", "--outcome", "debt", "--above", "-5"], "happens always"),
        (["discover", "--method", "forest"], "expected one of prim, cart, both"),
        (["discover", "--scenario", "taivan"], "did you mean 'taiwan'"),
        (["discover", "--leaf", "80"], "expected a whole number from 1 to 50"),
        (["discover", "--depth", "0"], "expected a whole number from 1 to 12"),
        (["bands", "--by", "policy.garantee"], "did you mean 'policy.guarantee'"),
        (["bands", "--outcome", "export"], "did you mean 'exports'"),
        (["bands", "--level", "100"], "expected a whole number from 50 to 99"),
        (["bands", "--draws", "5"], "expected a whole number from 100"),
        (["regret", "--outcome", "export"], "did you mean 'exports'"),
    ],
)
def test_bad_input_is_told_in_a_sentence_and_nothing_is_written(words, told, small_sweep, tmp_path, capsys):
    out = tmp_path / "out"
    assert main([words[0], str(small_sweep), *words[1:], "--out", str(out)]) == 2
    assert told in capsys.readouterr().err and not out.exists()


def test_a_folder_that_is_no_sweep_is_told(tmp_path, capsys):
    for command in ("discover", "bands"):
        assert main([command, str(tmp_path)]) == 2
        assert "no sweep here" in capsys.readouterr().err


def test_the_command_that_repeats_is_quoted():
    assert command_line("bands", "a b", by=["x", "y"], level=90, out=None, least=True, force=False) == (
        "latecomer bands 'a b' --by x --by y --level 90 --least")  # fmt: skip


def test_shares_in_per_cent():
    assert [per_cent(share) for share in (0.0, 0.004, 0.05, 0.123, 1.0, np.nan)] == [
        "0 %", "0.4 %", "5 %", "12 %", "100 %", "–"]  # fmt: skip


def test_failed_runs_do_not_count(small_sweep, tmp_path):
    """A sweep in which all of a point's runs, and one of another's, failed: the point is left out, the run as well."""
    folder = tmp_path / "failed"
    shutil.copytree(small_sweep, folder)
    table = pd.read_parquet(folder / "results.parquet")
    table.loc[(table["point"] == 0) | ((table["point"] == 1) & (table["seed"] == 4)), ["debt", "exports"]] = np.nan
    table.to_parquet(folder / "results.parquet")
    assert main(["bands", str(folder), "--outcome", "debt", "--draws", "100", "--out", str(tmp_path / "b")]) == 0
    found = pd.read_csv(tmp_path / "b" / "bands.csv").set_index(["point", "scenario"])
    assert found["runs"].loc[[0, 1, 2]].tolist() == [0, 0, 2, 2, 3, 3] and np.isnan(found.loc[(0, "base"), "mean"])
    ask = ["discover", str(folder), "--outcome", "debt", "--above", "2.8", "--out", str(tmp_path / "d")]
    assert main(ask) == 0
    points = len(load_study(folder).design)
    assert pd.read_csv(tmp_path / "d" / "peeling.csv")["mass"].iloc[0] == 1.0
    assert pd.read_csv(tmp_path / "d" / "leaves.csv")["points"].sum() == points - 1
    assert main(["regret", str(folder), "--outcome", "exports", "--out", str(tmp_path / "r")]) == 2
