"""What a worker does: a chunk of runs, each a row, a failed one a row with its reason."""

import functools
import json
import os
import platform
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from abm.quarters import quarter_text
from abm.runs import trace
from abm.scenario import Scenario, restore_scenario
from experiments.sweep.cohort import circumstances
from experiments.sweep.outcomes import REGIME, CrisisWindow, Meter, Outcome, RegimeWindow, column_names


@dataclass(frozen=True)
class Task:
    """A chunk as it travels to a worker, all plain data.

    circumstances: those of the caller, checked against the worker's; worlds: name -> a scenario's content as JSON;
    measured: what is measured (see plan.Study.measured); cells: (key, scenario's name, settings, seeds) in order.
    """

    circumstances: dict
    worlds: dict[str, str]
    measured: str
    cells: list[tuple[int, str, dict[str, Any], list[int]]]

    @property
    def runs(self) -> int:
        """The number of runs."""
        return sum(len(seeds) for *_, seeds in self.cells)


@dataclass
class Chunk:
    """What a worker brings back: rows [cell, seed, outcomes, error], series if asked, and where it was made."""

    rows: pa.Table
    series: pa.Table | None
    seconds: float
    worker: str = field(default_factory=lambda: f"{platform.node()}:{os.getpid()}")

    @property
    def runs(self) -> int:
        """The number of runs."""
        return len(self.rows)

    @property
    def failed(self) -> int:
        """The number of runs that failed."""
        return len(self.rows) - self.rows["error"].null_count


class OtherCode(RuntimeError):
    """A worker has another version of the code or of a library."""


def run_chunk(task: Task, stop: threading.Event | None = None) -> Chunk:
    """Run the runs of a task; when `stop` is set, return those done so far. OtherCode if the worker's code differs."""
    if task.circumstances != circumstances():
        mine = [key for key, value in circumstances().items() if task.circumstances.get(key) != value]
        raise OtherCode(f"worker {platform.node()}: differs in {', '.join(mine)} from the session that runs the sweep")
    began, keep_series = time.perf_counter(), bool(json.loads(task.measured)["series"])
    rows, series = [], []
    for key, name, settings, seeds in task.cells:
        scenario = world_at(task.worlds[name], settings)
        meter = _meter(task.worlds[name], task.measured)
        for seed in seeds:
            if stop is not None and stop.is_set():
                break
            values, tape, error = _attempt(scenario, seed, meter)
            rows.append([key, seed, *values, error])
            if keep_series and tape is not None:
                series.append((key, seed, scenario.start, tape))
    table = as_table(rows, column_types(task.measured))
    return Chunk(table, _series(series, task.measured), time.perf_counter() - began)


def _attempt(scenario: Scenario, seed: int, meter: Meter) -> tuple[list, np.ndarray | None, str | None]:
    try:
        rows = trace(scenario, seed).rows
        return meter(rows), rows, None
    except Exception as problem:  # whatever goes wrong in one run is that run's reason
        return [None] * len(meter.names), None, f"{type(problem).__name__}: {problem}"


def world_at(content: str, settings: dict[str, Any]) -> Scenario:
    """Return a scenario with checked settings laid over it. No second check: it would cost as much as a quarter."""
    base = _restored(content)
    changed: dict[str, dict] = {}
    for key, value in settings.items():
        section, _, name = key.partition(".")
        changed.setdefault(section, {})[name] = value
    return base.model_copy(
        update={section: getattr(base, section).model_copy(update=values) for section, values in changed.items()}
    )


@functools.lru_cache(maxsize=64)
def _restored(content: str) -> Scenario:
    return restore_scenario(json.loads(content), "the sweep")


@functools.lru_cache(maxsize=64)
def _meter(content: str, measured: str) -> Meter:
    parts = json.loads(measured)
    outcomes = {name: Outcome(**spec) for name, spec in parts["outcomes"].items()}
    regime, crisis = parts["regime"], parts["crisis"]
    return Meter(
        _restored(content), outcomes, regime and RegimeWindow(**regime), crisis and CrisisWindow(**crisis)
    )


@functools.lru_cache(maxsize=64)
def column_types(measured: str) -> pa.Schema:
    """Return the schema of rows: cell, seed, the outcomes, error."""
    parts = json.loads(measured)
    names = column_names(parts["outcomes"], parts["regime"], parts["crisis"])
    kinds = [(name, pa.string() if name == REGIME else pa.float64()) for name in names]
    return pa.schema([("cell", pa.int64()), ("seed", pa.int64()), *kinds, ("error", pa.string())])


def as_table(rows: list[list], schema: pa.Schema) -> pa.Table:
    """Return rows as a table."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def lost_rows(task: Task, reason: str) -> pa.Table:
    """Return a row for each run of a task that no worker survived."""
    schema = column_types(task.measured)
    empty = [None] * (len(schema) - 3)
    return as_table([[key, seed, *empty, reason] for key, _, _, seeds in task.cells for seed in seeds], schema)


def _series(parts: list, measured: str) -> pa.Table | None:
    """Return the quarterly series of runs: cell, seed, quarter, a column an indicator; None if not asked for."""
    names = json.loads(measured)["series"]
    if not names:
        return None
    lengths = [len(rows) for *_, rows in parts]
    quarters = [quarter_text(start + k) for _, _, start, rows in parts for k in range(len(rows))]
    columns = {
        "cell": np.repeat(np.array([key for key, *_ in parts], np.int64), lengths),
        "seed": np.repeat(np.array([seed for _, seed, *_ in parts], np.int64), lengths),
        "quarter": pa.array(quarters, pa.string()),
    }
    for name in names:
        columns[name] = np.concatenate([rows[name] for *_, rows in parts]) if parts else np.empty(0)
    return pa.table(columns)
