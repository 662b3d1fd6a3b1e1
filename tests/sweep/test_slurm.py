"""The job script of docs/sweeps.md, run by bash as SLURM would run it: every shard, one killed and submitted again."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from plans import SMALL, log, tables, written
from test_docs import blocks

from abm.compiled import COMPILED

pytestmark = pytest.mark.skipif(not COMPILED, reason="a sweep of this size needs the compiled model")
SHARDS = 3
LONGER = SMALL | {"replications": {"first": 1, "count": 30}}
RUNS = 12 * 2 * 30


def script_of_the_docs():
    return next(block for block in blocks("bash") if "#SBATCH" in block)


def submitted(folder, task):
    """A job of the array: bash on the script, with the variables that SLURM sets, and `latecomer` on the path."""
    job = {"SLURM_ARRAY_TASK_ID": str(task), "SLURM_CPUS_PER_TASK": "1", "SLURM_ARRAY_TASK_MIN": "1",
           "SLURM_ARRAY_TASK_MAX": str(SHARDS), "SLURM_ARRAY_TASK_COUNT": str(SHARDS), "SLURM_JOB_ID": f"{100 + task}",
           "SHARDS": str(SHARDS), "SCRATCH": str(folder / "scratch with spaces")}  # fmt: skip
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(["bash", "-e", "job.sh"], cwd=folder, env=os.environ | job | {"PATH": path}, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip


@pytest.fixture
def site(tmp_path):
    """A folder with the script, the plan and the command."""
    (tmp_path / "job.sh").write_text(script_of_the_docs())
    written(tmp_path, LONGER)
    (tmp_path / "bin").mkdir()
    door = tmp_path / "bin" / "latecomer"
    door.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m experiments.cli "$@"\n')
    door.chmod(0o755)
    return tmp_path


def test_the_array_of_the_docs_ends_with_the_bits_of_an_undisturbed_sweep(site):
    out = site / "scratch with spaces" / "my-sweep"
    first, second = submitted(site, 1), submitted(site, 2)
    until = time.monotonic() + 120
    while not log(out) and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(second.pid, signal.SIGKILL)  # a node is lost, or the time is up
    second.communicate()
    said, wrong = first.communicate(timeout=120)
    assert first.returncode == 0 and "Runs of other shards are missing" in said, wrong
    assert not (out / "results.parquet").exists()
    for task in (3, 2):  # the third has waited in the queue; the second is submitted again
        job = submitted(site, task)
        said, wrong = job.communicate(timeout=120)
        assert job.returncode == 0, wrong
    assert "Results:" in said
    calm = [sys.executable, "-m", "experiments.cli", "sweep", str(site / "plan.yaml"), "--out", str(site / "calm")]
    assert subprocess.run(calm, stdout=subprocess.DEVNULL).returncode == 0
    assert tables(out) == tables(site / "calm") and "results.parquet" in tables(out)
    assert sum(line["runs"] for line in log(out)) == RUNS  # no run twice


def test_the_script_counts_its_shards_as_its_array_does():
    script = script_of_the_docs()
    last, shards = re.search(r"--array=1-(\d+)", script)[1], re.search(r"SHARDS:-(\d+)", script)[1]
    assert last == shards
