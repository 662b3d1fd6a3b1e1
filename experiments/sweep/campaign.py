"""A campaign: one plan, one folder, one place to run; what is missing is run, and the tables are written."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.sweep.assemble import DRAFT, Gathered, assemble
from experiments.sweep.cohort import check_seeds, circumstances, cohort_of
from experiments.sweep.design import points_of
from experiments.sweep.executors import Site, site
from experiments.sweep.files import locked
from experiments.sweep.plan import SERIES_LIMIT, BasePlan, Plan
from experiments.sweep.runner import Runner, Tally, chunk_size, chunks, noting
from experiments.sweep.store import DamagedPart, Store
from experiments.sweep.view import View, check_out
from experiments.sweep.wanted import Located, Wanted
from experiments.sweep.work import Task, run_chunk

PILOTS = 3  # runs that are timed before a sweep, after one to warm up
ATTEMPTS = 3  # at the tables, should parts turn out damaged


@dataclass(frozen=True)
class Report:
    """What a session did: runs of the plan, those it ran, failures among them, time, place, whether all is there."""

    runs: int
    ran: int
    failed: int
    seconds: float
    place: str
    complete: bool

    @property
    def rate(self) -> float:
        """Runs a second."""
        return self.ran / self.seconds if self.seconds > 0 else 0.0


class Campaign:
    """A folder that is open for a plan. Use `opened`."""

    def __init__(self, plan: BasePlan, folder: Path, place: Site, say: Callable, progress: Callable | None, work):
        self.plan, self.folder, self.place = plan, folder, place
        self.say, self.progress, self.work = say, progress, work
        self.store = Store(folder, cohort_of(plan), say)
        self.measured = json.dumps(plan.measured())
        self.worlds = {name: json.dumps(world.resolved()) for name, world in plan.worlds.items()}
        self.tally = Tally(0)
        self.began = time.monotonic()

    def run(self, wanted: Wanted, shard: tuple[int, int] | None = None) -> Located:
        """Run what is missing (of a shard, its part of it); returns where every run stands."""
        found = self.store.find(wanted)
        missing = found.missing
        if shard:
            missing = missing[(missing // len(wanted.seeds)) % shard[1] == shard[0] - 1]
        self.tally.asked += len(missing)
        if len(missing):
            size = chunk_size(len(missing), self.seconds_a_run(wanted, missing), self.place.width)
            tasks = chunks(wanted, missing, size, self.worlds, self.measured)
            Runner(self.store, self.place, self.work).run(tasks, self.tally, self.progress, noting(wanted, found))
        return found

    def seconds_a_run(self, wanted: Wanted, runs: np.ndarray) -> float:
        """Return how long a run takes here, from a few spread over the runs; the first also compiles the model."""
        chosen = runs[np.linspace(0, len(runs) - 1, min(PILOTS, len(runs))).astype(int)]
        run_chunk(self.task(wanted, chosen[:1]))
        return run_chunk(self.task(wanted, chosen)).seconds / len(chosen)

    def task(self, wanted: Wanted, runs: np.ndarray) -> Task:
        """Return some runs as a task."""
        return Task(circumstances(), self.worlds, self.measured, wanted.cells(runs))

    def gathered(self, wanted: Wanted, found: Located) -> Gathered:
        """Return the rows of runs, by run; those that killed their workers with their reason."""
        return Gathered(self.store, found, self.store.find(wanted, "lost"))

    def whole(self, wanted: Wanted, use: Callable[[Gathered], object]) -> object:
        """Run what is missing and return what `use` makes of the rows; damaged parts are run again."""
        for _ in range(ATTEMPTS):
            found = self.run(wanted)
            try:
                return use(self.gathered(wanted, found))
            except DamagedPart as problem:
                self.forget(problem)
        raise RuntimeError(f"{self.folder}: parts are damaged as soon as they are written; is the disk sound?")

    def forget(self, problem: DamagedPart) -> None:
        """Set a damaged part aside; of damaged series, also the rows that go with them."""
        name, why = problem.args
        for file in {name, name.replace("series-", "part-")}:
            if (self.store.parts / file).exists():
                self.store.set_aside(file, why)

    def view(self, wanted: Wanted, command: str = "sweep") -> View:
        """Return the tables of some runs in this folder."""
        return View(self.folder, command, self.plan, self.store.cohort, self.store.name, wanted)

    def report(self, runs: int, complete: bool) -> Report:
        """Return what this session did."""
        seconds = time.monotonic() - self.began
        return Report(runs, self.tally.done, self.tally.failed, seconds, self.place.words, complete)


@contextlib.contextmanager
def opened(
    plan: BasePlan, folder: Path, place: Site, say: Callable[[str], None] = lambda text: None,
    progress: Callable[[int, int], None] | None = None, shard: tuple[int, int] | None = None, work=run_chunk,
) -> Iterator[Campaign]:  # fmt: skip
    """Yield a campaign that holds its folder; InputError if the folder is another's or cannot be written."""
    check_seeds(plan)
    check_out(folder)
    campaign = Campaign(plan, folder, place, say, progress, work)
    campaign.store.open(alone=False)
    with locked(folder, shard) as alone:
        campaign.store.open(alone)
        if alone:
            campaign.store.drop_lost()
            for path in folder.glob(f"{DRAFT}*"):
                path.unlink()
        yield campaign


def sweep(
    plan: Plan, folder: Path, points: pd.DataFrame | None = None, *,
    workers: int | None = None, processes: bool = False, scheduler: str | None = None,
    shard: tuple[int, int] | None = None, say: Callable[[str], None] = lambda text: None,
    progress: Callable[[int, int], None] | None = None, work=run_chunk,
) -> Report:  # fmt: skip
    """Run a plan into a folder, or go on where it was stopped; `points` replace those of the plan's design.

    Raises ScenarioError for a bad plan, InputError for a bad folder or cluster, StoreFault when the disk or the cluster
    gives up. KeyboardInterrupt passes through; what was done is kept.
    """
    frame = points_of(plan) if points is None else points
    wanted = Wanted(plan, frame)
    check_series(plan, wanted.rows)
    with (
        site(workers, processes, scheduler) as place,
        opened(plan, Path(folder), place, say, progress, shard, work) as campaign,
    ):
        view = campaign.view(wanted)
        if remark := view.begin(frame):
            say(remark)
        if view.complete and not len(campaign.store.find(wanted).missing):
            return campaign.report(wanted.rows, True)
        if shard:
            campaign.run(wanted, shard)
            if len(campaign.store.find(wanted).missing):
                return campaign.report(wanted.rows, False)
        failed = campaign.whole(wanted, lambda rows: assemble(plan, wanted, rows, campaign.folder))
        view.end(failed)
        return campaign.report(wanted.rows, True)


def check_series(plan: BasePlan, runs: int) -> None:
    """Raise ScenarioError if series of very many runs would be kept and the plan does not insist."""
    if plan.record.series and runs > SERIES_LIMIT and not plan.record.keep_series:
        quarters = max(world.run.quarters for world in plan.worlds.values())
        size = runs * quarters * len(plan.record.series) * 8 / 1e9
        raise plan.fault(f"record.series: series of {runs:,} runs take about {size:.1f} GB; above {SERIES_LIMIT:,} "
                         "runs say `keep_series: true`, or leave them out (outcomes are always kept)")  # fmt: skip
