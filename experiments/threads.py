"""Work on many items by threads: the rules release the interpreter lock, so that runs share the cores."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item, Result = TypeVar("Item"), TypeVar("Result")


def in_order(
    work: Callable[[Item], Result], items: Sequence[Item], workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Result]:  # fmt: skip
    """Yield the result of every item, in their order; what waits is given up once the caller stops or work fails.

    workers: threads (default: all cores). progress: called with the number of results, and of items.
    """
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    try:
        for count, result in enumerate(pool.map(work, items), 1):
            yield result
            if progress:
                progress(count, len(items))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
