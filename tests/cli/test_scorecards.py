"""`latecomer validate` end to end: both tables, one page, and the same scorecard at the same seeds."""

import pandas as pd

from experiments.cli import main
from experiments.facts import load_facts
from experiments.field import load_regularities


def test_validate_writes_both_tables_and_one_page(tmp_path, capsys):
    out = tmp_path / "card"
    assert main(["validate", "--runs", "2", "--seed", "3", "--out", str(out)]) == 0
    names = {"scorecard.csv", "regularities.csv", "report.html", "manifest.json"}
    assert {path.name for path in out.iterdir()} == names
    paper, usual = pd.read_csv(out / "scorecard.csv"), pd.read_csv(out / "regularities.csv")
    assert len(paper) == len(load_facts()) and set(paper["scenario"]) >= {"korea", "taiwan", "taiwan - korea"}
    facts = [(fact.id, fact.scenario) for fact in load_regularities()]
    assert list(zip(usual["id"], usual["scenario"], strict=True)) == facts
    assert usual["median"].notna().all() and set(usual["verdict"]) <= {"pass", "near", "miss"}
    said = capsys.readouterr().out
    assert "Scorecard: " in said and f"of {len(usual)}." in said.splitlines()[-1]
    page = (out / "report.html").read_text()
    assert page.count("<table>") == 2 and all(page.count(f"{name}<span") == 2 for name, _ in facts)
    assert main(["validate", "--runs", "2", "--seed", "3", "--out", str(out), "--force"]) == 0
    pd.testing.assert_frame_equal(pd.read_csv(out / "regularities.csv"), usual)


def test_strict_fails_on_a_usual_fact_without_a_reason(tmp_path, monkeypatch, capsys):
    reasons = {fact.id: "known" for fact in load_facts()}
    monkeypatch.setattr("experiments.validate.known_misses", lambda: reasons)
    short = ["--set", "run.quarters=12", "--runs", "1", "--out", str(tmp_path / "card"), "--strict"]
    assert main(["validate", *short]) == 1
    assert "size_skewed" in capsys.readouterr().err
