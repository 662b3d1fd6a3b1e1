"""Where chunks run: threads, local processes or a Dask cluster, all a `concurrent.futures.Executor`."""

import collections
import contextlib
import logging
import multiprocessing
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from experiments.output import InputError

WATCH = 1.0  # seconds between two looks of a worker at its parent
ADDRESS = re.compile(r"((tcp|tls|ucx|ws|wss)://)?[\w.\-\[\]:]+:\d+")
CONNECT = 10  # seconds that a scheduler is given to answer
WAIT_FOR_WORKERS = 60  # seconds that an empty cluster is given


class WorkerDied(RuntimeError):
    """The process that ran a chunk is gone; the chunk may be tried again."""


@dataclass(frozen=True)
class Site:
    """An executor, how many chunks it runs at a time, what to call it, and whether it shares memory with us."""

    executor: Executor
    width: int
    words: str
    shares_memory: bool = False
    retries: bool = False  # whether it tries a chunk again by itself when a worker dies
    count: Callable[[], int] | None = None  # how wide it is now, if that changes


@contextlib.contextmanager
def site(workers: int | None = None, processes: bool = False, scheduler: str | None = None) -> Iterator[Site]:
    """Yield where chunks run: threads (default), `workers` processes, or the cluster at an address."""
    if scheduler:
        with _cluster(scheduler) as found:
            yield found
        return
    count = workers or os.cpu_count() or 1
    kind = "process" if processes else "thread"
    words = f"{count} {kind}{'' if count == 1 else 'es' if processes else 's'}"
    executor = WorkerProcesses(count) if processes else ThreadPoolExecutor(count)
    try:
        yield Site(executor, count, words, shares_memory=not processes)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


class WorkerProcesses(Executor):
    """Local processes, one chunk each at a time, so that a death is blamed on its chunk; the dead are replaced.

    A future whose process died raises WorkerDied. Workers start afresh ("spawn"), leave Ctrl-C to their parent, and
    end themselves when it is gone.
    """

    def __init__(self, count: int):
        self._lock = threading.Lock()
        self._queue: collections.deque = collections.deque()
        self._idle = [self._start() for _ in range(count)]
        self._busy: set[ProcessPoolExecutor] = set()
        self._closed = False

    @staticmethod
    def _start() -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(os.getpid(),))

    def submit(self, work: Callable, /, *args, **kwargs) -> Future:
        """Run a call on the next free process."""
        outer: Future = Future()
        with self._lock:
            self._queue.append((outer, work, args, kwargs))
        self._dispatch()
        return outer

    def _dispatch(self) -> None:
        while True:
            with self._lock:
                if self._closed or not self._idle or not self._queue:
                    return
                pool, (outer, work, args, kwargs) = self._idle.pop(), self._queue.popleft()
                if not outer.set_running_or_notify_cancel():
                    self._idle.append(pool)
                    continue
                self._busy.add(pool)
            try:
                inner = pool.submit(work, *args, **kwargs)
            except BrokenProcessPool as problem:  # it died while idle
                inner = Future()
                inner.set_exception(problem)
            inner.add_done_callback(lambda done, pool=pool, outer=outer: self._finish(pool, outer, done))

    def _finish(self, pool: ProcessPoolExecutor, outer: Future, inner: Future) -> None:
        broken = inner.cancelled() or isinstance(inner.exception(), BrokenProcessPool)
        with self._lock:
            self._busy.discard(pool)
            if not self._closed:
                self._idle.append(self._start() if broken else pool)
        if broken:
            pool.shutdown(wait=False)
            outer.set_exception(WorkerDied("a worker process died"))
        elif inner.exception():
            outer.set_exception(inner.exception())
        else:
            outer.set_result(inner.result())
        self._dispatch()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop; without `wait`, what runs is dropped with its process."""
        with self._lock:
            self._closed = True
            pools, queued = [*self._idle, *self._busy], list(self._queue)
            self._queue.clear()
        for outer, *_ in queued:
            outer.cancel()
        for pool in pools:
            for process in [] if wait else list((pool._processes or {}).values()):
                process.terminate()
            pool.shutdown(wait=True, cancel_futures=cancel_futures)


def _begin(parent: int) -> None:
    """Make a worker of this process: Ctrl-C is its parent's business, and without a parent it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH)
    os._exit(1)


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[Site]:
    """Yield the Dask cluster whose scheduler is at an address; InputError if there is none."""
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--scheduler: needs Dask: pip install 'latecomer[cluster]'") from None
    if not ADDRESS.fullmatch(address):
        raise InputError(f"--scheduler {address}: expected an address such as tcp://127.0.0.1:8786")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said by us, once
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as problem:
        said = str(problem).strip().splitlines()
        why = said[0] if said else repr(problem)
        raise InputError(f"--scheduler {address}: no Dask scheduler answers there ({why})") from None
    try:
        try:
            client.wait_for_workers(1, timeout=WAIT_FOR_WORKERS)
        except TimeoutError:
            raise InputError(f"--scheduler {address}: no worker came within {WAIT_FOR_WORKERS} s") from None
        def count() -> int:
            return max(1, sum(client.nthreads().values()))

        yield Site(client.get_executor(pure=False), count(), "a Dask cluster", retries=True, count=count)
    finally:
        with contextlib.suppress(Exception):  # the scheduler may be gone: then there is nothing to close
            client.close(timeout=5)
