"""The commands of the policy lab through their public door."""

import json

import pandas as pd

from experiments.cli import main


def test_deadline_answers_in_words_tables_and_a_page(tmp_path, capsys):
    out = tmp_path / "late"
    arguments = ["deadline", "korea", "--change", "policy.guarantee=0", "--from", "1994", "--to", "1997", "--runs", "4"]
    assert main([*arguments, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Without reform" in said and "by 199" in said
    table, page = pd.read_csv(out / "deadline.csv"), (out / "report.html").read_text()
    assert set(table["share"]) == {0.25, 0.5, 0.75, 1.0} and table["probability"].between(0, 1).all()
    assert "1994Q1" in set(table["date"]) and "until when does a reform help" in page
    question = json.loads((out / "manifest.json").read_text())["question"]
    assert question["changes"] == {"guarantee": 0} and "--change policy.guarantee=0" in question["command"]
    assert main([*arguments, "--out", str(out)]) == 2
    assert "holds another run" in capsys.readouterr().err
    assert main(["reproduce", str(out)]) == 0
    assert "Equal: 4 of 4 runs" in capsys.readouterr().out
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"fingerprints": {}}))  # as older versions wrote it
    assert main(["reproduce", str(out)]) == 2
    again = "repeat them with `latecomer deadline korea --change policy.guarantee=0 --from 1994"
    assert again in capsys.readouterr().err


def test_deadline_without_a_reform_says_what_it_needs(capsys):
    assert main(["deadline", "korea"]) == 2
    assert "--change policy.KEY=VALUE" in capsys.readouterr().err


def test_drift_shows_ends_starts_and_lock_in(tmp_path, capsys):
    out = tmp_path / "drift"
    assert main(["drift", "--runs", "6", "--futures", "2", "--out", str(out)]) == 0
    assert "From one start, luck alone" in capsys.readouterr().out
    starts, locked = pd.read_csv(out / "starts.csv"), pd.read_csv(out / "lock_in.csv")
    assert starts.groupby("start")["share"].sum().round(9).eq(1).all() and starts["start"].nunique() == 7
    assert locked["decided"].between(0, 1).all() and locked["state"].nunique() == 2
    assert "When the path locks in" in (out / "report.html").read_text()


def test_drift_refuses_a_state_that_does_not_learn(capsys):
    assert main(["drift", "taiwan"]) == 2
    assert "politics.responsiveness" in capsys.readouterr().err


def test_claims_of_another_list_and_an_unknown_one(tmp_path, capsys):
    out = str(tmp_path / "claims")
    assert main(["claims", "presets", "--only", "korea_slow_liberalisation", "--runs", "4", "--out", out]) == 0
    assert "korea_slow_liberalisation" in capsys.readouterr().out
    assert main(["claims", "preset"]) == 2
    assert "did you mean 'presets'" in capsys.readouterr().err


def small(tmp_path):
    """Return two short scenarios that differ in two levers, as files."""
    for name, policy in (("plain", "{}"), ("moved", "{guarantee: 0.9, subsidy: 0.08}")):
        text = f"run: {{quarters: 16}}\npolicy: {policy}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    return [str(tmp_path / f"{name}.yaml") for name in ("plain", "moved")]


def test_an_attribution_adds_up_to_the_gap_that_a_comparison_finds(tmp_path, capsys):
    pair, out = small(tmp_path), tmp_path / "why"
    asked = ["--runs", "3", "--indicator", "debt_equity_all", "--years", "1974"]
    assert main(["attribute", *pair, *asked, "--out", str(out)]) == 0
    assert "debt_equity_all" in capsys.readouterr().out
    assert main(["compare", *pair, "--runs", "3", "--out", str(tmp_path / "gap")]) == 0
    gaps = pd.read_parquet(tmp_path / "gap" / "differences.parquet")
    year = gaps[(gaps["indicator"] == "debt_equity_all") & gaps["quarter"].astype(str).str.startswith("1974")]
    parts = pd.read_csv(out / "attribution.csv")
    assert abs(parts["contribution"].sum() - year["difference"].mean()) < 1e-12
    assert set(parts["lever"]) == {"credit_price", "guarantee"}
    for file in ("interactions.csv", "coalitions.parquet", "measures.csv", "manifest.json", "report.html"):
        assert (out / file).exists()
    assert main(["reproduce", str(out)]) == 0
    assert "Equal: 12 of 12 runs" in capsys.readouterr().out


def test_a_bad_attribution_says_what_is_wrong(tmp_path, capsys):
    pair = small(tmp_path)
    bad = [
        ([pair[0], pair[0]], "named twice"),
        ([*pair, "--by", "lever"], "--by lever: expected instrument or key"),
        ([*pair, "--indicator", "debt"], "no such indicator"),
        ([*pair, "--indicator", "wage", "--years", "1999"], "--years 1999"),
        ([*pair, "--orders", "5"], "an even number"),
        ([pair[0], "korea"], "run.quarters"),
    ]
    for arguments, words in bad:
        assert main(["attribute", *arguments]) == 2
        assert words in capsys.readouterr().err
