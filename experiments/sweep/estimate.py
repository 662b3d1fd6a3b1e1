"""How many runs a plan takes, how long, how big: said before anything is started."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.sweep.campaign import PILOTS, check_series
from experiments.sweep.cohort import check_seeds, circumstances, cohort_of
from experiments.sweep.design import points_of
from experiments.sweep.plan import Plan
from experiments.sweep.store import Store
from experiments.sweep.view import check_out
from experiments.sweep.wanted import Wanted
from experiments.sweep.work import Task, run_chunk

ROW_BYTES = 20  # of a row besides its outcomes, compressed: who it is, in part and table


@dataclass(frozen=True)
class Estimate:
    """A plan in numbers: points, scenarios, seeds, runs, those not yet there, seconds a run, bytes on disk."""

    points: int
    scenarios: int
    seeds: int
    runs: int
    missing: int
    seconds_a_run: float
    size: float

    def sentences(self, workers: int) -> str:
        """Return it in words, for a number of workers."""
        there = self.runs - self.missing
        kept = f", of which {there:,} are already there" if there else ""
        time = in_words(self.missing * self.seconds_a_run / workers)
        return (
            f"{self.points:,} points x {self.scenarios} scenarios x {self.seeds} seeds = {self.runs:,} runs{kept}.\n"
            f"About {time} on {workers} cores ({1000 * self.seconds_a_run:.0f} ms a run, measured on {PILOTS} runs).\n"
            f"About {_size(self.size)} on disk."
        )


def estimate(plan: Plan, folder: Path) -> Estimate:
    """Return what a plan would take in a folder; runs a few of its runs and writes nothing."""
    check_seeds(plan)
    check_out(folder)
    wanted = Wanted(plan, points_of(plan))
    check_series(plan, wanted.rows)
    missing = Store(folder, cohort_of(plan)).find(wanted).missing
    chosen = np.linspace(0, len(wanted) - 1, min(PILOTS, len(wanted))).astype(int)
    worlds = {name: json.dumps(world.resolved()) for name, world in plan.worlds.items()}
    task = Task(circumstances(), worlds, json.dumps(plan.measured()), wanted.cells(chosen))
    run_chunk(task)
    seconds = run_chunk(task).seconds / len(chosen)
    quarters = np.mean([world.run.quarters for world in plan.worlds.values()])
    row = ROW_BYTES + 2 * 8 * len(plan.columns) + 2 * 8 * quarters * len(plan.record.series)
    return Estimate(
        len(wanted.place), len(plan.worlds), len(wanted.seeds), wanted.rows, len(missing), seconds, wanted.rows * row
    )


def in_words(seconds: float) -> str:
    """Return a time in words, to about two digits."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 1 else "1 s"
    minutes = seconds / 60
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} days"


def _size(size: float) -> str:
    if size < 1e6:
        return f"{max(size / 1e3, 1):.0f} kB"
    return f"{size / 1e6:.3g} MB" if size < 1e9 else f"{size / 1e9:.3g} GB"
