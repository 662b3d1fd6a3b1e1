"""`latecomer sweep` as a process: killed, interrupted, its workers shot, on a cluster that loses a worker."""

import os
import random
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from plans import MAP, RUNS, SMALL, deadly, log, plan_of, tables, written

from abm.compiled import COMPILED
from experiments.cli import main
from experiments.sweep import executors
from experiments.sweep.campaign import sweep
from experiments.sweep.study import load_study

pytestmark = pytest.mark.skipif(not COMPILED, reason="a sweep of this size needs the compiled model")
# Many short chunks: enough of them that a kill falls between and within.
LONGER = SMALL | {"replications": {"first": 1, "count": 40}}


def command(kind, plan, out, *more):
    return [sys.executable, "-m", "experiments.cli", kind, str(plan), "--out", str(out), *more]


def started(*arguments):
    return subprocess.Popen(command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def wait_until(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.005)


def runs_of(out):
    return sum(line["runs"] for line in log(out))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    assert subprocess.run(command("sweep", written(folder, LONGER), folder / "out", "--workers", "2")).returncode == 0
    return folder / "out"


def test_killed_at_random_moments_it_ends_with_the_same_bits_and_no_chunk_runs_twice(undisturbed, tmp_path):
    plan, out, luck = written(tmp_path, LONGER), tmp_path / "out", random.Random(7)
    for least in (1, 300, 600):
        process = started("sweep", plan, out, "--workers", "2")
        wait_until(lambda p=process, n=least: runs_of(out) >= n or p.poll() is not None)
        time.sleep(0.1 * luck.random())
        process.send_signal(signal.SIGKILL)
        process.communicate()
    done = {path.name: path.read_bytes() for path in out.glob("parts/*/part-*.parquet")}
    before = sum(pd.read_parquet(path).shape[0] for path in out.glob("parts/*/part-*.parquet"))
    assert len(done) >= 3 and before > 0
    assert subprocess.run(command("sweep", plan, out, "--workers", "2")).returncode == 0
    assert tables(out) == tables(undisturbed)
    parts = list(out.glob("parts/*/part-*.parquet"))
    rows = pd.concat([pd.read_parquet(path, columns=["cell", "seed"]) for path in parts])
    assert len(rows) == RUNS * 40 / 3 and not rows.duplicated().any()  # no run stands in two parts: none ran twice
    assert all((out / "parts" / parts[0].parent.name / name).read_bytes() == was for name, was in done.items())
    names = [line["part"] for line in log(out)]
    assert len(names) == len(set(names))
    assert not list(out.rglob(".tmp-*")) and not list(out.glob(".draft-*"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("place", [(), ("--processes",)], ids=["threads", "processes"])
def test_stopped_politely_it_says_what_is_kept(how, place, tmp_path):
    # Long enough that the signal, which waits for the first part, finds work left on any machine.
    plan, out = written(tmp_path, SMALL | {"replications": {"count": 4000}}), tmp_path / "out"
    process = started("sweep", plan, out, "--workers", "2", *place)
    wait_until(lambda: runs_of(out) > 0 or process.poll() is not None)
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1 and "Traceback" not in said
    assert f"{runs_of(out):,} runs are kept in {out}" in said and "goes on from there" in said
    rows = [pd.read_parquet(path, columns=["cell", "seed"]) for path in out.glob("parts/*/part-*.parquet")]
    assert sum(map(len, rows)) == runs_of(out)


def test_orphans_end_themselves(tmp_path):
    plan, out = written(tmp_path, SMALL | {"replications": {"count": 2000}}), tmp_path / "out"
    process = started("sweep", plan, out, "--workers", "2", "--processes")
    wait_until(lambda: runs_of(out) > 0 or process.poll() is not None)
    children = _children(process.pid)
    assert len(children) >= 2
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not any(_alive(pid) for pid in children), 30)


def test_a_dead_worker_is_replaced(undisturbed, tmp_path):
    plan, out = written(tmp_path, LONGER), tmp_path / "out"
    process = started("sweep", plan, out, "--workers", "2", "--processes")
    wait_until(lambda: runs_of(out) > 0 or process.poll() is not None)
    victim = int(log(out)[0]["worker"].split(":")[1])
    os.kill(victim, signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert tables(out) == tables(undisturbed)


def test_a_chunk_that_kills_three_workers_is_given_up_and_recorded_and_tried_again_later(tmp_path):
    out = tmp_path / "out"
    report = sweep(plan_of(), out, workers=2, processes=True, work=deadly)
    rows = load_study(out).results
    lost = rows[rows["error"].notna()]
    assert report.complete and report.failed == len(lost) > 0
    assert lost["error"].str.contains("3 died").all()
    assert set(load_study(out).design.set_index("point").loc[[4, 5, 6, 7], "policy.guarantee"]) == {0.5}
    assert {4, 5, 6, 7} <= set(lost["point"]) and len(lost) < RUNS
    assert sweep(plan_of(), out, workers=2).ran == len(lost)
    sweep(plan_of(), tmp_path / "sound", workers=2)
    assert tables(out) == tables(tmp_path / "sound")


def test_a_map_that_is_killed_ends_with_the_same_bits(tmp_path):
    plan = written(tmp_path, MAP, replications={"count": 16}, design={"kind": "adaptive_grid", "cells": 3, "depth": 3})
    whole, out = tmp_path / "whole", tmp_path / "out"
    assert subprocess.run(command("map", plan, whole, "--workers", "2"), stdout=subprocess.DEVNULL).returncode == 0
    process = started("map", plan, out, "--workers", "2")
    wait_until(lambda: runs_of(out) > 400 or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (out / "map.csv").exists()
    assert subprocess.run(command("map", plan, out, "--workers", "2"), stdout=subprocess.DEVNULL).returncode == 0
    assert tables(out) == tables(whole) and (out / "map.csv").read_bytes() == (whole / "map.csv").read_bytes()
    names = [line["part"] for line in log(out)]
    assert runs_of(out) == runs_of(whole) and len(names) == len(set(names))


def test_a_dask_cluster_that_loses_a_worker_writes_the_same_bits(undisturbed, tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'latecomer[cluster]'")
    place = tmp_path / "scheduler.json"
    base = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options = ["--scheduler-file", str(place), "--no-dashboard"]
    scheduler = subprocess.Popen([*base, "scheduler", *options, "--host", "127.0.0.1", "--port", "0"], **quiet)
    crew = []
    try:
        wait_until(place.exists, 60)
        worker = [*base, "worker", *options, "--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path)]
        crew = [subprocess.Popen(worker, **quiet) for _ in range(2)]
        address = pd.read_json(place, typ="series")["address"]
        plan, out = written(tmp_path, LONGER), tmp_path / "out"
        process = started("sweep", plan, out, "--scheduler", address)
        wait_until(lambda: runs_of(out) > 0 or process.poll() is not None)
        crew[0].kill()
        _, said = process.communicate(timeout=180)
        assert process.returncode == 0, said
        assert tables(out) == tables(undisturbed)
    finally:
        for process in (*crew, scheduler):
            process.kill()
            process.wait()


def test_an_address_without_a_scheduler_is_named(tmp_path, monkeypatch, capsys):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'latecomer[cluster]'")
    monkeypatch.setattr(executors, "CONNECT", 1)
    plan = written(tmp_path)
    for address in ("somewhere", "tcp://127.0.0.1:9"):
        assert main(["sweep", str(plan), "--out", str(tmp_path / "out"), "--scheduler", address]) == 2
        said = capsys.readouterr().err
        assert address in said and "Traceback" not in said
    assert main(["sweep", str(plan), "--scheduler", "tcp://127.0.0.1:9", "--processes"]) == 2
    assert not (tmp_path / "out").exists()


def _children(pid):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(child) for child in found.stdout.split()]


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
