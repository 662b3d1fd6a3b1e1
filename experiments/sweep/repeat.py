"""Repeat the runs of a finished sweep, map or sensitivity analysis and compare every bit of their rows."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from abm.scenario import restore_scenario
from experiments.lab.map_plan import MapPlan
from experiments.output import InputError
from experiments.sweep.cohort import circumstances
from experiments.sweep.plan import BasePlan, Plan
from experiments.sweep.study import Study, load_study
from experiments.sweep.view import MANIFEST
from experiments.sweep.wanted import Wanted
from experiments.sweep.work import Task, run_chunk

CHUNK = 32  # runs that a thread repeats at a time


def repeat_sweep(
    folder: Path, workers: int | None = None, progress: Callable[[int, int], None] | None = None,
    sample: int | None = None,
) -> tuple[int, int, str]:  # fmt: skip
    """Run the rows of a finished sweep again: how many are equal to the bit, of how many, and where the first differs.

    `sample`: repeat so many rows, spread evenly over the sweep, instead of all. Scenarios and points are those that the
    folder recorded, not those that its plan would name today. Raises InputError if the sweep is not finished.
    """
    study = load_study(folder)
    wanted = Wanted(recorded_plan(study), study.design)
    rows = chosen_rows(len(study.results), sample)
    place = np.concatenate([runs.ravel() for _, runs in wanted.blocks(1 << 30)])  # row -> run
    if len(place) != len(study.results):
        raise InputError(f"{folder}: {len(study.results)} rows in results.parquet, but {len(place)} by its plan")
    runs, back = np.unique(place[rows], return_inverse=True)  # rows that are alike share a run
    again = _again(study, wanted, runs, workers, progress)
    columns = [*study.outcomes, "error"]
    old, new = study.results.iloc[rows][columns], again.iloc[back][columns]
    same = np.all([_equal(old[name], new[name]) for name in columns], axis=0)
    return int(same.sum()), len(rows), "" if same.all() else _first(study, rows, old, new, same)


def recorded_plan(study: Study) -> BasePlan:
    """Return the plan of a sweep with the scenarios that its manifest holds."""
    from experiments.analysis.sensitivity_plan import SensitivityPlan

    models = {"sweep": Plan, "map": MapPlan, "sensitivity": SensitivityPlan}
    plan = models[study.plan["kind"]](**study.plan)
    file = str(study.folder / MANIFEST)
    kept = study.manifest["scenarios"].items()
    plan._scenarios = {name: restore_scenario(entry["content"], file) for name, entry in kept}
    return plan


def chosen_rows(count: int, sample: int | None) -> np.ndarray:
    """Return the rows to repeat: all, or so many spread evenly, the first and the last among them."""
    if sample is None or sample >= count:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, sample).round().astype(int))


def _again(study: Study, wanted: Wanted, runs: np.ndarray, workers: int | None, progress) -> pd.DataFrame:
    """Return the rows of runs [run], made anew."""
    measured = json.dumps(recorded_plan(study).measured() | {"series": []})
    worlds = {name: json.dumps(entry["content"]) for name, entry in study.manifest["scenarios"].items()}
    pieces = [runs[k : k + CHUNK] for k in range(0, len(runs), CHUNK)]
    tasks = [Task(circumstances(), worlds, measured, wanted.cells(piece)) for piece in pieces]
    tables, done = [], 0
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for chunk in pool.map(run_chunk, tasks):
            tables.append(chunk.rows.to_pandas())
            done += chunk.runs
            if progress:
                progress(done, len(runs))
    return pd.concat(tables, ignore_index=True)


def _equal(old: pd.Series, new: pd.Series) -> np.ndarray:
    """Return which values are equal to the bit; a missing one is equal to a missing one."""
    a, b = old.to_numpy(object), new.to_numpy(object)
    return (a == b) | (pd.isna(a) & pd.isna(b))


def _first(study: Study, rows: np.ndarray, old: pd.DataFrame, new: pd.DataFrame, same: np.ndarray) -> str:
    k = int(np.argmin(same))
    name = next(name for name in old if not _equal(old[name], new[name])[k])
    row = study.results.iloc[rows[k]]
    where = f"point {row['point']}, {row['scenario']}, seed {row['seed']}"
    return f"{where}: {name}: recorded {old[name].iloc[k]!r}, now {new[name].iloc[k]!r}"
