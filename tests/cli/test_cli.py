"""The command line as a user meets it: what it writes, what it says, what bad input gets."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import abm
from experiments.cli import main

SHORT = ["--set", "run.quarters=12"]


def debris(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_run_writes_what_the_contract_names(tmp_path, capsys):
    out = tmp_path / "one"
    assert main(["run", "korea", "--seed", "4", *SHORT, "--record", "firms,flows,decisions", "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {
        "indicators.parquet", "events.parquet", "balance_sheets.parquet", "audit.parquet", "firms.parquet",
        "flows.parquet", "decisions.parquet", "report.html", "manifest.json",
    }  # fmt: skip
    assert "report.html" in capsys.readouterr().out
    records = abm.load_records(out)
    assert len(records.indicators) == 12 and str(records.indicators.index[0]) == "1971Q1"
    direct = abm.simulate(abm.load_scenario("korea", {"run.quarters": 12}), 4)
    assert records.manifest["fingerprints"] == {"korea/4": direct.fingerprint}
    assert not debris(tmp_path)


def test_compare_writes_paired_tables_and_one_selfcontained_page(tmp_path, capsys):
    out = tmp_path / "pair"
    assert main(["compare", "korea", "taiwan", "--runs", "3", "--seed", "5", *SHORT, "--out", str(out)]) == 0
    table = pd.read_parquet(out / "indicators.parquet")
    assert list(table) == ["scenario", "seed", "quarter", "indicator", "value"]
    assert sorted(table["seed"].unique()) == [5, 6, 7] and set(table["scenario"]) == {"korea", "taiwan"}
    gaps = pd.read_parquet(out / "differences.parquet")
    wide = table.pivot(index=["seed", "quarter", "indicator"], columns="scenario", values="value")
    expected = (wide["taiwan"] - wide["korea"]).dropna()
    got = gaps.set_index(["seed", "quarter", "indicator"])["difference"].dropna()
    assert len(got) == len(expected) and (got.loc[expected.index] == expected).all()
    page = (out / "report.html").read_text()
    assert page.count("plotly.js v") == 1 and "<script src" not in page and "http-equiv" not in page
    assert main(["reproduce", str(out)]) == 0
    assert "Equal: 6 of 6" in capsys.readouterr().out


def test_reproduce_says_where_it_first_differs(tmp_path, capsys):
    out = tmp_path / "one"
    main(["run", "base", *SHORT, "--out", str(out)])
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["fingerprints"]["base/1"] = "0" * 64
    (out / "manifest.json").write_text(json.dumps(manifest))
    table = pd.read_parquet(out / "indicators.parquet")
    table.loc[7, "wage"] += 1e-9
    table.to_parquet(out / "indicators.parquet", index=False)
    assert main(["reproduce", str(out)]) == 1
    assert "1972Q4, wage" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere"], ["nowhere", "korea"]),
        (["run", "koreaa"], ["did you mean 'korea'"]),
        (["run", "korea", "--set", "policy.guarante=0.2"], ["policy.guarante", "guarantee"]),
        (["run", "korea", "--set", "policy.guarantee=7"], ["policy.guarantee", "7", "0 to 1"]),
        (["run", "korea", "--set", "policy.guarantee=nan"], ["policy.guarantee", "0 to 1"]),
        (["run", "korea", "--set", "policy.guarantee"], ["policy.guarantee", "="]),
        (["run", "korea", "--seed", "-3"], ["--seed"]),
        (["run", "korea", "--seed", "1.5"], ["--seed", "1.5"]),
        (["run", "korea", "--record", "firms,thoughts"], ["thoughts", "firms"]),
        (["compare", "korea"], ["two or more"]),
        (["compare", "korea", "korea"], ["korea", "twice"]),
        (["compare", "korea", "taiwan", "--runs", "0"], ["--runs"]),
        (["reproduce", "."], ["manifest.json"]),
        (["parameters", "--format", "pdf"], ["pdf", "markdown"]),
        (["parameters", "--of", "people"], ["people", "indicators"]),
        (["dance"], ["dance"]),
    ],
)
def test_bad_input_gets_one_clear_message_and_status_2(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    message = capsys.readouterr().err
    assert "Traceback" not in message
    assert all(word in message for word in words), message
    assert not list(tmp_path.iterdir())


def test_bad_files_are_named(tmp_path, capsys):
    for text, words in (
        ("policy: {guarantee: 0.2, guarantee: 0.3}", ["guarantee"]),
        ("policy: [1, 2]", ["policy"]),
        ("policyy: {guarantee: 0.2}", ["policyy", "policy"]),
        ("extends: mine.yaml", ["mine.yaml"]),
        ("extends: nobody", ["nobody"]),
        ("policy: {guarantee: .inf}", ["guarantee", "0 to 1"]),
        ("\tpolicy: 1", ["mine.yaml"]),
        ("history: never", ["never"]),
    ):
        file = tmp_path / "mine.yaml"
        file.write_text(text)
        assert main(["run", str(file), "--out", str(tmp_path / "out")]) == 2, text
        message = capsys.readouterr().err
        assert "mine.yaml" in message and all(word in message for word in words), message
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_never_lost(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["run", "base", *SHORT, "--out", str(out)]) == 0
    before = (out / "manifest.json").read_bytes()
    assert main(["run", "base", "--seed", "2", *SHORT, "--out", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
    assert (out / "manifest.json").read_bytes() == before
    assert main(["run", "base", "--seed", "2", *SHORT, "--out", str(out), "--force"]) == 0
    assert json.loads((out / "manifest.json").read_text())["seeds"] == [2]
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "love.txt").write_text("dear")
    assert main(["run", "base", *SHORT, "--out", str(letters), "--force"]) == 2  # no run: not even with --force
    assert (letters / "love.txt").read_text() == "dear"
    assert main(["run", "base", *SHORT, "--out", str(letters / "love.txt")]) == 2
    assert not debris(tmp_path)


def test_an_unwritable_place_is_refused_before_the_work(tmp_path, capsys):
    assert main(["run", "base", *SHORT, "--out", "/proc/nowhere/out"]) == 2
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_comparison_leaves_nothing(tmp_path, stop):
    command = [sys.executable, "-m", "experiments.cli", "compare", "korea", "taiwan", "--runs", "5000", "--out", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not any(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)
    process.send_signal(stop)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and "Traceback" not in errors, errors
    assert list(tmp_path.iterdir()) == []


def test_every_command_has_help(capsys):
    for command in ("run", "compare", "reproduce", "validate", "claims", "scenarios", "parameters", "schema"):
        assert main([command, "--help"]) == 0
        assert "Usage" in capsys.readouterr().out


def test_reference_lists_everything(capsys):
    assert main(["parameters", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"policy.guarantee", "mechanisms.capture"} <= {row["key"] for row in rows}
    assert all(row["description"] and row["unit"] for row in rows)
    numbers = [row for row in rows if type(row["default"]) in (int, float)]
    assert {row["status"] for row in numbers} == {"measured", "calibrated", "assumed"}
    assert all(row["range"] and row["source"] for row in numbers)
    assert all(row["range"][0] <= row["default"] <= row["range"][1] for row in numbers)
    for table in ("indicators", "columns", "flows", "events"):
        assert main(["parameters", "--of", table, "--format", "markdown"]) == 0
        assert capsys.readouterr().out.count("|") > 20
    assert main(["schema"]) == 0
    assert "policy" in json.loads(capsys.readouterr().out)["properties"]
    assert main(["scenarios"]) == 0
    assert "korea" in capsys.readouterr().out


def test_output_can_be_piped_into_head():
    command = f"{sys.executable} -m experiments.cli parameters | head -1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert result.stdout.startswith("key") and result.stderr == ""


def test_quiet_when_nobody_watches(tmp_path):
    command = [sys.executable, "-m", "experiments.cli", "compare", "base", "korea", "--runs", "2", *SHORT]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=os.environ | {"TERM": "dumb"})
    assert result.returncode == 0 and result.stderr == ""
    assert (tmp_path / "results" / "compare-base-korea" / "report.html").exists()
