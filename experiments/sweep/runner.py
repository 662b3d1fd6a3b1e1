"""The loop of a sweep: cut what is missing into chunks, keep a few of them in flight, keep what comes back."""

import functools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass

import numpy as np

from experiments.sweep.cohort import circumstances
from experiments.sweep.executors import Site, WorkerDied
from experiments.sweep.files import StoreFault
from experiments.sweep.store import Store
from experiments.sweep.wanted import Located, Wanted
from experiments.sweep.work import Chunk, OtherCode, Task, lost_rows, run_chunk

IN_FLIGHT = 2  # chunks for each worker: one that runs, one that waits
DEATHS = 3  # workers that a chunk may kill
CHUNK_SECONDS = (1.5, 20.0)  # of work in a chunk: usual, and at most
PARTS_WANTED = 4000  # files that a sweep should not exceed by much
RECOUNT = 10.0  # seconds between two looks at how large a cluster has become
DRAIN = 60.0  # seconds that chunks in flight are given to finish after an interruption


@dataclass
class Tally:
    """What a session has done so far: runs asked of it, done, failed, and since when."""

    asked: int
    done: int = 0
    failed: int = 0
    began: float = 0.0
    seconds: float = 0.0  # work of all workers


def chunk_size(runs: int, seconds_a_run: float, width: int) -> int:
    """Return the runs of a chunk: work for a second or two, more in a very long sweep, less in a very short one."""
    usual, most = CHUNK_SECONDS
    seconds = min(most, max(usual, runs * seconds_a_run / PARTS_WANTED))
    size = int(seconds / max(seconds_a_run, 1e-5))
    return max(1, min(size, -(-runs // (2 * IN_FLIGHT * width))))


def chunks(wanted: Wanted, missing: np.ndarray, size: int, worlds: dict, measured: str) -> Iterator[Task]:
    """Yield tasks of about `size` runs, in the order of the design."""
    for start in range(0, len(missing), size):
        yield Task(circumstances(), worlds, measured, wanted.cells(missing[start : start + size]))


class Runner:
    """Runs tasks at a site and keeps their chunks in a store."""

    def __init__(self, store: Store, place: Site, work: Callable[..., Chunk] = run_chunk):
        self.store, self.place = store, place
        self.stop = threading.Event()
        self.work = functools.partial(work, stop=self.stop) if place.shares_memory else work
        self.pending: dict[Future, tuple[Task, int]] = {}
        self.width, self.counted = place.width, time.monotonic()

    def run(self, tasks: Iterator[Task], tally: Tally, progress: Callable | None, note: Callable) -> None:
        """Run every task; `note(name, rows)` is told of each part. Interrupted, it keeps what is in flight."""
        try:
            self._feed(tasks)
            while self.pending:
                finished, _ = wait(self.pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    self._take(future, tally, note)
                self._feed(tasks)
                if progress:
                    progress(tally.done, tally.asked)
        except KeyboardInterrupt:
            self._drain(tally, note)
            raise
        finally:
            self.stop.set()
            for future in self.pending:
                future.cancel()

    def _feed(self, tasks: Iterator[Task]) -> None:
        if self.place.count and time.monotonic() - self.counted > RECOUNT:
            self.width, self.counted = self.place.count(), time.monotonic()
        while len(self.pending) < IN_FLIGHT * self.width:
            task = next(tasks, None)
            if task is None:
                return
            self._submit(task, 0)

    def _submit(self, task: Task, deaths: int) -> None:
        try:
            self.pending[self.place.executor.submit(self.work, task)] = task, deaths
        except RuntimeError as problem:  # a client whose scheduler is gone
            raise StoreFault(f"{self.place.words} takes no more work: {problem}") from None

    def _take(self, future: Future, tally: Tally, note: Callable) -> None:
        """Keep what a future brings; try its task again, or give it up, if the worker died."""
        task, deaths = self.pending.pop(future)
        try:
            chunk, kind = future.result(), "part"
        except OtherCode as problem:
            raise StoreFault(str(problem)) from None
        except WorkerDied:
            if deaths + 1 < DEATHS:
                self._submit(task, deaths + 1)
                return
            chunk, kind = self._lost(task), "lost"
        except (CancelledError, OSError) as problem:
            raise StoreFault(f"the connection to {self.place.words} is lost ({type(problem).__name__})") from None
        except Exception as problem:
            if not self.place.retries or type(problem).__name__ != "KilledWorker":
                raise
            chunk, kind = self._lost(task), "lost"
        self._keep(chunk, kind, tally, note)

    def _keep(self, chunk: Chunk, kind: str, tally: Tally, note: Callable) -> None:
        if not chunk.runs:
            return
        name = self.store.put(chunk, kind)
        tally.done += chunk.runs
        tally.failed += chunk.failed
        tally.seconds += chunk.seconds
        if kind == "part":
            note(name, chunk.rows)

    def _lost(self, task: Task) -> Chunk:
        reason = f"no worker survived the chunk of this run ({DEATHS} died)"
        return Chunk(lost_rows(task, reason), None, 0.0, "none")

    def _drain(self, tally: Tally, note: Callable) -> None:
        """After an interruption: drop what waits, let what runs end, keep it. A second one drops that, too."""
        self.stop.set()
        if not self.place.shares_memory and self.place.retries:
            return  # a cluster forgets its tasks when we leave
        running = {f: task for f, task in self.pending.items() if not f.cancel()}
        until = time.monotonic() + DRAIN
        while running and time.monotonic() < until:
            finished, _ = wait(running, timeout=max(0.0, until - time.monotonic()), return_when=FIRST_COMPLETED)
            for future in finished:
                del running[future]
                if not future.cancelled() and not future.exception():
                    self._keep(future.result(), "part", tally, note)


def noting(wanted: Wanted, found: Located) -> Callable:
    """Return a callback that notes in `found` the runs of each part that is kept."""
    return lambda name, rows: found.add(name, wanted.numbers(rows["cell"].to_numpy(), rows["seed"].to_numpy()))
