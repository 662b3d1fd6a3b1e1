"""The worlds between two scenarios, run at the same seeds and reduced to a few numbers each; resumable."""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from abm.compiled import source_hash
from abm.runs import simulate
from abm.scenario import Scenario
from experiments.lab.levers import Lever, coalition
from experiments.lab.measures import meaning, measured
from experiments.output import InputError
from experiments.tables import Headline


@dataclass(frozen=True)
class Game:
    """What is run: two scenarios, the levers between them, seeds, measures."""

    a: Scenario
    b: Scenario
    levers: list[Lever]
    seeds: list[int]
    measures: list[Headline]

    def world(self, members: int) -> Scenario:
        """Return the scenario of a coalition of levers."""
        return coalition(self.a, self.b, self.levers, members)

    def digest(self) -> str:
        """Return the hash of all that the numbers of a coalition depend on [12 hexadecimal digits]."""
        content = [
            source_hash(), self.a.digest(), self.b.digest(), [lever.keys for lever in self.levers], self.seeds,
            [[m.indicator, int(m.first), int(m.last), m.how] for m in self.measures],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Outcome:
    """What is kept of a coalition: one number a measure and seed [measure, seed], and the fingerprint of each run."""

    values: list[list[float]]
    prints: list[str]


def played(game: Game, members: int) -> Outcome:
    """Run a coalition at every seed, in this thread. InputError if a measure is undefined in a run."""
    world, columns, prints = game.world(members), [], []
    for seed in game.seeds:
        records = simulate(world, seed)
        column = measured(records, world, game.measures)
        for measure, value in zip(game.measures, column, strict=True):
            if not np.isfinite(value):
                who = f"{world.name}, seed {seed}"
                raise InputError(f"{measure.label}: undefined in a run ({who}), so no gap. {meaning(measure)}")
        columns.append(column)
        prints.append(records.fingerprint)
    return Outcome(np.array(columns).T.tolist(), prints)


def play(
    game: Game, wanted: Sequence[int], journal: Path, workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[int, Outcome]:  # fmt: skip
    """Return the outcome of every wanted coalition; those in the journal are not run again.

    The result does not depend on `workers` or on the order of completion. Ctrl-C stops at once.
    """
    book = Journal(journal)
    known = {members: outcome for members, outcome in book.known.items() if members in set(wanted)}
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    try:
        pending = {pool.submit(played, game, members): members for members in wanted if members not in known}
        while pending:
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                members = pending.pop(future)
                known[members] = future.result()
                book.add(members, known[members])
            if progress:
                progress(len(known) * len(game.seeds), len(wanted) * len(game.seeds))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return {members: known[members] for members in wanted}


@contextlib.contextmanager
def unfinished(journal: Path) -> Iterator[None]:
    """Remove the journal once the work is done, or if it cannot be; keep it if the work is stopped."""
    try:
        yield
    except InputError:
        journal.unlink(missing_ok=True)
        raise
    journal.unlink(missing_ok=True)


class Journal:
    """The coalitions that are done, a line each, kept on disk as they come; its name says what it belongs to."""

    def __init__(self, path: Path):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        whole = [line for line in lines if _complete(line)]
        self.known = {members: Outcome(values, prints) for members, values, prints in map(json.loads, whole)}
        if len(whole) < len(lines):
            fresh = path.with_suffix(".new")  # without the line that a kill cut short
            fresh.write_text("".join(line + "\n" for line in whole), encoding="utf-8")
            fresh.replace(path)

    def add(self, members: int, outcome: Outcome) -> None:
        """Write a coalition down at once."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([members, outcome.values, outcome.prints]) + "\n")


def _complete(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
