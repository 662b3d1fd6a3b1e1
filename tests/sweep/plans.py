"""Small plans for the tests of sweeps, and calls that die, to be sent to worker processes."""

import json
import os
import signal
from pathlib import Path

from experiments.lab.map_plan import MapPlan
from experiments.sweep.plan import parse_plan
from experiments.sweep.work import run_chunk

SMALL = {
    "kind": "sweep", "scenarios": ["base", "taiwan"], "settings": {"run.quarters": 12},
    "levers": {"policy.guarantee": {"range": [0, 1], "steps": 3}, "policy.concentration": [0.0, 0.5]},
    "uncertainties": {"world.cycle_sd": [0.01, 0.03]},
    "replications": {"first": 3, "count": 3},
    "outcomes": {
        "exports": {"indicator": "exports_usd_m", "window": 1973},
        "price": {"indicator": "memory_price", "statistic": "max", "window": [1971, 1973]},
    },
    "regime": {"window": [1972, 1973]}, "crisis": {"window": [1971, 1973]},
}  # fmt: skip
POINTS, SCENARIOS, SEEDS = 12, 2, 3
RUNS = POINTS * SCENARIOS * SEEDS
MAP = {
    "kind": "map", "title": "small", "settings": {"run.quarters": 12},
    "levers": {"policy.guarantee": {"range": [0, 1]}, "policy.directed_share": {"range": [0, 0.8]}},
    "design": {"kind": "adaptive_grid", "cells": 2, "depth": 2}, "replications": {"count": 2},
    "regime": {"window": [1972, 1973]}, "crisis": {"window": [1971, 1973]},
}  # fmt: skip


def changed(content=SMALL, **changes):
    """A plan's content with sections replaced; None removes one."""
    return {key: value for key, value in (content | changes).items() if value is not None}


def plan_of(content=SMALL, **changes):
    return parse_plan(changed(content, **changes), Path("small.yaml"))


def map_of(**changes):
    return parse_plan(changed(MAP, **changes), Path("small.yaml"), MapPlan)


def written(folder, content=SMALL, name="plan.yaml", **changes):
    """A plan's file in a folder (JSON is YAML)."""
    path = folder / name
    path.write_text(json.dumps(changed(content, **changes)))
    return path


def tables(folder):
    """The bytes of every table in a folder."""
    return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.parquet"))}


def log(folder):
    path = Path(folder) / "log.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def deadly(task):
    """Run a chunk, but kill the worker if the chunk has the guarantee 0.5 in it."""
    if any(settings["policy.guarantee"] == 0.5 for _, _, settings, _ in task.cells):
        os.kill(os.getpid(), signal.SIGKILL)
    return run_chunk(task)
