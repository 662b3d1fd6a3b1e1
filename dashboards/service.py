"""The engine room: a bounded queue of runs on a few threads, for many sessions at once.

A request names its session, the place on the page it is for, and a serial number. A newer request for the same place
makes an older one stale: its waiting answer is given up, and runs that nobody waits for any more are never made.
Short requests (few seeds) go before long ones, whoever asks. Runs are shared: two sessions that ask for the same
scenario and seed get the same run, made once.
"""

import heapq
import itertools
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from abm.runs import simulate
from abm.scenario import Scenario
from dashboards.store import Store

MEGABYTE = 2**20
LATER = 1000  # the rank of what may wait until nobody else does
PLACES = 4096  # places on pages whose last request is remembered


class Stale(Exception):
    """A newer request for the same place has come; nobody needs this answer."""


class Busy(Exception):
    """The queue is full; the message says how long it is."""


@dataclass(frozen=True, eq=False)
class Ticket:
    """Who asks: a session, a place on its page, and the number of the request, which only grows.

    Every ticket is one request: two that say the same wait each for itself, and one that is served takes nothing away
    from the other.
    """

    session: str
    place: str
    serial: int


@dataclass
class _Job:
    """A run to make, and the tickets that wait for it."""

    key: Hashable
    make: Callable[[], tuple[Any, int]]
    store: Store
    waiting: set[Ticket] = field(default_factory=set)
    started: bool = False
    done: bool = False
    value: Any = None
    problem: Exception | None = None


class Service:
    """Runs on a few threads, kept and shared. Close it when done."""

    def __init__(self, workers: int | None = None, queue: int = 6000, memory: int = 1024):
        """Start `workers` threads; at most `queue` runs may wait; runs kept take at most `memory` megabytes."""
        self.queue = queue
        self.indicators = Store(memory * MEGABYTE // 2)
        self.details = Store(memory * MEGABYTE // 2)
        self._change = threading.Condition()
        self._latest: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._jobs: dict[Hashable, _Job] = {}
        self._heap: list[tuple[int, int, _Job]] = []
        self._count = itertools.count()
        self._open = True
        self._threads = [
            threading.Thread(target=self._work, daemon=True) for _ in range(workers or os.cpu_count() or 1)
        ]
        for thread in self._threads:
            thread.start()

    def ensemble(
        self, ticket: Ticket, scenarios: list[Scenario], seeds: list[int], patience: float = 60, rank: int | None = None
    ) -> list[list]:
        """Return the indicators [quarter, indicator] of every scenario (outer list) at every seed (inner list).

        `rank`: the lower, the sooner it is served; the number of seeds unless told otherwise. Raises Stale if a newer
        request took this one's place, Busy if the queue is full or patience [s] ran out.
        """
        wanted = {
            (scenario.digest(), seed): lambda s=scenario, n=seed: _indicators(s, n)
            for seed in seeds
            for scenario in scenarios
        }
        found = self._ask(ticket, wanted, self.indicators, rank or len(seeds), patience)
        return [[found[scenario.digest(), seed] for seed in seeds] for scenario in scenarios]

    def detail(self, ticket: Ticket, scenario: Scenario, seed: int, patience: float = 60):
        """Return the records of one run with firms, flows and decisions; raises as `ensemble`."""
        key = (scenario.digest(), seed, "detail")
        return self._ask(ticket, {key: lambda: _detail(scenario, seed)}, self.details, 1, patience)[key]

    def waiting(self) -> int:
        """Return how many runs wait."""
        with self._change:
            return sum(1 for job in self._jobs.values() if job.waiting and not job.started)

    def close(self) -> None:
        """Stop the threads after the runs they are at; who waits gets Busy."""
        with self._change:
            self._open = False
            self._change.notify_all()
        for thread in self._threads:
            thread.join()

    def _ask(self, ticket: Ticket, wanted: dict, store: Store, rank: int, patience: float) -> dict:
        """Return a value for every key: kept ones at once, the others when they are made."""
        self._register(ticket)
        found = {key: value for key in wanted if (value := store.get(key)) is not None}
        missing = [key for key in wanted if key not in found]
        if not missing:
            return found
        jobs = self._enqueue(ticket, {key: wanted[key] for key in missing}, store, rank)
        try:
            self._wait(ticket, jobs, time.monotonic() + patience)
        finally:
            with self._change:
                for job in jobs:
                    job.waiting.discard(ticket)
        return found | {job.key: job.value for job in jobs}

    def _register(self, ticket: Ticket) -> None:
        """Remember the newest request of a place; Stale if this is not it."""
        place = (ticket.session, ticket.place)
        with self._change:
            if self._latest.get(place, -1) > ticket.serial:
                raise Stale
            self._latest[place] = ticket.serial
            self._latest.move_to_end(place)
            while len(self._latest) > PLACES:
                self._latest.popitem(last=False)
            self._change.notify_all()

    def _is_stale(self, ticket: Ticket) -> bool:
        return self._latest.get((ticket.session, ticket.place), ticket.serial) > ticket.serial

    def _enqueue(self, ticket: Ticket, wanted: dict, store: Store, rank: int) -> list[_Job]:
        """Queue the runs that are not queued yet, all or none; Busy if there is no room."""
        with self._change:
            queued = sum(1 for job in self._jobs.values() if job.waiting and not job.started)
            if queued + sum(1 for key in wanted if key not in self._jobs) > self.queue:
                raise Busy(f"{queued} runs wait")
            jobs = []
            for key, make in wanted.items():
                job = self._jobs.get(key)
                if job is None:
                    job = self._jobs[key] = _Job(key, make, store)
                job.waiting.add(ticket)
                if not job.started:  # again, if it is queued already: a shorter request may lift it
                    heapq.heappush(self._heap, (rank, next(self._count), job))
                jobs.append(job)
            self._change.notify_all()
        return jobs

    def _wait(self, ticket: Ticket, jobs: list[_Job], until: float) -> None:
        with self._change:
            while True:
                for job in jobs:
                    if job.problem is not None:
                        raise job.problem
                if self._is_stale(ticket):
                    raise Stale
                if all(job.done for job in jobs):
                    return
                left = until - time.monotonic()
                if left <= 0 or not self._open:
                    raise Busy(f"{len(self._jobs)} runs wait")
                self._change.wait(left)

    def _next(self) -> _Job | None:
        """Return the next run that somebody waits for; None when closed."""
        with self._change:
            while self._open:
                while self._heap:
                    job = heapq.heappop(self._heap)[2]
                    if job.started or self._jobs.get(job.key) is not job:
                        continue
                    job.waiting = {ticket for ticket in job.waiting if not self._is_stale(ticket)}
                    if job.waiting:
                        job.started = True
                        return job
                    del self._jobs[job.key]
                self._change.wait()
            return None

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                job.value, size = job.make()
                job.store.put(job.key, job.value, size)
            except Exception as problem:  # reported to whoever waits; the thread lives on
                job.problem = problem
            with self._change:
                job.done = True
                del self._jobs[job.key]
                self._change.notify_all()


def _indicators(scenario: Scenario, seed: int) -> tuple[Any, int]:
    values = simulate(scenario, seed).indicators.to_numpy()
    return values, values.nbytes


def _detail(scenario: Scenario, seed: int) -> tuple[Any, int]:
    records = simulate(scenario, seed, ("firms", "flows", "decisions"))
    size = sum(rows.nbytes for rows in records.panel) + sum(matrix.nbytes for matrix in records.matrices)
    return records, 2 * size  # the tables made from them take about as much again
