"""`latecomer ablate` from end to end: what it writes, that it can be repeated, what bad input gets."""

import json

import pandas as pd
import pytest

from abm.compiled import COMPILED
from abm.runs import simulate
from abm.scenario import load_scenario
from experiments import ablate
from experiments.cli import main
from experiments.facts import load_facts

SHORT = ["--set", "run.quarters=8"]  # too short for most facts, so that nothing is carried


@pytest.mark.skipif(not COMPILED, reason="long runs need the compiler")
def test_ablate_writes_tables_page_and_manifest_and_can_be_repeated(tmp_path, capsys):
    out = tmp_path / "ablation"
    assert main(["ablate", "--only", "foreign_credit", "--runs", "2", "--seed", "3", "--out", str(out)]) == 0
    assert "Carry nothing: none" in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {"ablation.csv", "mechanisms.csv", "report.html", "manifest.json"}
    cells, table = pd.read_csv(out / "ablation.csv"), pd.read_csv(out / "mechanisms.csv")
    assert cells["id"].tolist() == [fact.id for fact in load_facts()] and set(cells["mechanism"]) == {"foreign_credit"}
    assert cells["moved"].any() and table["mechanism"].tolist() == ["foreign_credit"] and table["carries"].all()
    prints = json.loads((out / "manifest.json").read_text())["fingerprints"]
    off = load_scenario("korea", {"mechanisms.foreign_credit": False})
    assert prints["korea/4"] == simulate("korea", 4).fingerprint
    assert prints["korea without foreign_credit/4"] == simulate(off, 4).fingerprint
    assert main(["reproduce", str(out)]) == 0
    assert f"Equal: {len(prints)} of {len(prints)}" in capsys.readouterr().out and len(prints) == 12
    assert [path.name for path in tmp_path.iterdir()] == ["ablation"]


def test_strict_asks_for_a_use_of_what_carries_nothing(tmp_path, monkeypatch, capsys):
    command = ["ablate", "--only", "contagion,currency_run", "--runs", "1", *SHORT, "--force"]
    command += ["--out", str(tmp_path / "out")]
    monkeypatch.setattr(ablate, "stated_uses", lambda: {"contagion": "A use."})
    assert main(command) == 0
    assert "Carry nothing: contagion, currency_run" in capsys.readouterr().out
    assert main([*command, "--strict"]) == 1
    assert "no use is stated: currency_run\n" in capsys.readouterr().err
    assert "A use." in (tmp_path / "out" / "report.html").read_text()
    monkeypatch.setattr(ablate, "stated_uses", lambda: dict.fromkeys(("contagion", "currency_run"), "A use."))
    assert main([*command, "--strict"]) == 0


def test_reproduce_refuses_a_manifest_with_an_unknown_mechanism(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["ablate", "--only", "entry", "--runs", "1", *SHORT, "--out", str(out)]) == 0
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"switched_off": ["entri"]}))
    assert main(["reproduce", str(out)]) == 2
    message = capsys.readouterr().err
    assert "entri" in message and "did you mean 'entry'" in message and "Traceback" not in message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "foreign_credi"], ["--only foreign_credi:", "did you mean 'foreign_credit'", "silicon_cycle,"]),
        (["--only", "entry", "--set", "mechanisms.entry=false"], ["--only entry:", "expected"]),
        (["--runs", "0"], ["--runs", "'0'"]),
        (["--set", "policy.guarante=0.2"], ["policy.guarante", "guarantee"]),
    ],
)
def test_bad_input_gets_one_clear_message_and_status_2(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["ablate", *arguments]) == 2
    message = capsys.readouterr().err
    assert "Traceback" not in message and all(word in message for word in words), message
    assert not list(tmp_path.iterdir())
