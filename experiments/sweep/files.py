"""Writing that survives: a file appears whole or not at all, and its folder belongs to one session at a time."""

import contextlib
import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.output import InputError

TEMPORARY = ".tmp-"


class StoreFault(RuntimeError):
    """The folder of a sweep cannot be written or read any more; the message says why and what is kept."""


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, and put it in its place; StoreFault if the disk refuses."""
    temporary = path.parent / f"{TEMPORARY}{os.getpid()}-{path.name}"
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as problem:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise cannot_write(path.parent, problem) from None


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table whole, each page with its check sum."""
    write_whole(path, lambda file: pq.write_table(table, file, compression="zstd", write_page_checksum=True))


def write_json(content: dict, path: Path) -> None:
    """Write a mapping whole."""
    write_whole(path, lambda file: file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8"))


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def cannot_write(folder: Path, problem: OSError) -> StoreFault:
    """Return the fault of a folder that the disk refuses to write."""
    reason = problem.strerror or str(problem)
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = "the disk is full; make room and give the same command again"
    return StoreFault(f"{folder}: cannot write there: {reason}")


@contextlib.contextmanager
def locked(folder: Path, shard: tuple[int, int] | None = None) -> Iterator[bool]:
    """Hold the folder for this session, or, as a shard, beside the other shards; InputError if another holds it.

    The lock belongs to the process and ends with it, however it ends. Yields whether the session is alone.
    """
    try:
        import fcntl
    except ImportError:  # no such locks here: whole files and one row a run still keep the folder sound
        yield shard is None
        return
    with contextlib.ExitStack() as stack:
        kind = fcntl.LOCK_EX if shard is None else fcntl.LOCK_SH
        holds = [(".lock", kind)]
        if shard:
            holds.append((f".lock-{shard[0]}-of-{shard[1]}", fcntl.LOCK_EX))
        for name, how in holds:
            file = stack.enter_context((folder / name).open("a"))
            try:
                fcntl.flock(file, how | fcntl.LOCK_NB)
            except BlockingIOError:
                who = "another session" if name == ".lock" else f"another session of shard {shard[0]}/{shard[1]}"
                raise InputError(f"--out {folder}: {who} is at work in this folder; wait for it, stop it, "
                                 "or choose another folder (to share the work, give every session its --shard)"
                                 ) from None  # fmt: skip
            except OSError:
                pass  # a disk without locks: see above
        yield shard is None
