"""`latecomer calibrate` as a process: killed at any moment, it goes on where it was and ends where it would have."""

import json
import signal
import subprocess
import sys
import time

import pytest

from abm.compiled import COMPILED

pytestmark = pytest.mark.skipif(not COMPILED, reason="a search needs the compiled model")
PLAN = {
    "title": "small", "scenarios": ["korea", "taiwan", "korea_technology_diversification"],
    "seeds": {"first": 1, "count": 1}, "optimiser_seed": 1, "start": {"points": 4, "spread": 0.3}, "population": 5,
    "step": 0.2, "parameters": {"firms.growth_max": [0.08, 0.16], "markets.oem_margin": [0.02, 0.1]},
}  # fmt: skip


def command(plan, out, evaluations):
    return [
        sys.executable, "-m", "experiments.cli", "calibrate", str(plan), "--out", str(out),
        "--evaluations", str(evaluations), "--workers", "1",
    ]  # fmt: skip


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps(PLAN))
    return path


def lines(out):
    path = out / "journal.jsonl"
    return path.read_text().splitlines()[1:] if path.exists() else []


def test_a_killed_search_ends_where_an_undisturbed_one_does(plan, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    subprocess.run(command(plan, whole, 15), check=True, capture_output=True)
    for least in (2, 6, 11):
        process = subprocess.Popen(command(plan, parts, 15), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while len(lines(parts)) < least and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert len(lines(parts)) >= least
    before = [line for line in lines(parts) if line.endswith("}")]
    subprocess.run(command(plan, parts, 15), check=True, capture_output=True)
    assert lines(parts)[: len(before)] == before  # what was done is not done again
    assert sorted(lines(parts)) == sorted(lines(whole))
    assert (parts / "best.yaml").read_text() == (whole / "best.yaml").read_text()


def test_another_plan_does_not_mix_with_a_journal(plan, tmp_path):
    subprocess.run(command(plan, tmp_path / "out", 5), check=True, capture_output=True)
    plan.write_text(json.dumps(PLAN | {"step": 0.1}))
    again = subprocess.run(command(plan, tmp_path / "out", 5), capture_output=True, text=True)
    assert again.returncode == 2 and "belongs to another plan" in again.stderr and "Traceback" not in again.stderr
