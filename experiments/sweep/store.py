"""The folder of a sweep: parts that are written once, found by what they hold, and never mixed with others' rows.

    parts/<cohort>/part-*.parquet     rows of runs: cell, seed, outcomes, error (a part is there whole or not at all)
    parts/<cohort>/series-*.parquet   quarterly series of the same runs, if asked for
    parts/<cohort>/lost-*.parquet     rows of runs that killed their workers; they are tried again by the next session
    parts/<cohort>/cohort.json        the code, libraries and measures that made the rows
    log.jsonl                         a line a chunk: part, runs, failed, seconds, worker
"""

import functools
import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.output import InputError
from experiments.sweep.cohort import cohort_name, what_differs
from experiments.sweep.files import TEMPORARY, StoreFault, cannot_write, write_json, write_table
from experiments.sweep.wanted import Located, Wanted

PARTS, LOG = "parts", "log.jsonl"
CACHED_PARTS = 256


class Store:
    """The parts of one cohort in a folder. `say` takes remarks for the user."""

    def __init__(self, folder: Path, cohort: dict, say: Callable[[str], None] = lambda text: None):
        self.folder, self.cohort, self.say = Path(folder), cohort, say
        self.name = cohort_name(cohort)
        self.parts = self.folder / PARTS / self.name
        self.read = functools.lru_cache(maxsize=CACHED_PARTS)(self._read)

    def open(self, alone: bool) -> None:
        """Make the folder ready; say what lies there from other code. InputError if it cannot be written."""
        others = self._others()
        if others and not self.parts.exists():
            newest = max(others, key=lambda path: path.stat().st_mtime)
            differs = what_differs(json.loads(newest.read_text(encoding="utf-8")), self.cohort)
            self.say(f"The rows in {newest.parent} do not belong to this sweep: {', '.join(differs)} differs. "
                     f"They stay; this sweep starts beside them, in {self.parts}.")  # fmt: skip
        try:
            self.parts.mkdir(parents=True, exist_ok=True)
            write_json(self.cohort, self.parts / "cohort.json")
            for path in self.parts.glob(f"{TEMPORARY}*") if alone else ():
                path.unlink()
        except (OSError, StoreFault) as problem:
            raise InputError(f"--out {self.folder}: cannot write there ({_why(problem)})") from None

    def find(self, wanted: Wanted, kind: str = "part") -> Located:
        """Return where the wanted runs stand. A damaged part is set aside, and its runs are missing again."""
        found = Located(len(wanted))
        for path in sorted(self.parts.glob(f"{kind}-*.parquet")):
            try:
                table = pq.read_table(path, columns=["cell", "seed"], page_checksum_verification=True)
            except (OSError, pa.ArrowException) as problem:
                self.set_aside(path.name, problem)
                continue
            found.add(path.name, wanted.numbers(table["cell"].to_numpy(), table["seed"].to_numpy()))
        return found

    def put(self, chunk, kind: str = "part") -> str:
        """Keep a chunk (see work.Chunk); returns the part's name. StoreFault if the disk refuses."""
        digest = hashlib.blake2b(digest_size=10)
        for column in ("cell", "seed"):
            digest.update(np.ascontiguousarray(chunk.rows[column].to_numpy()).tobytes())
        name = f"{kind}-{digest.hexdigest()}.parquet"
        if chunk.series is not None:
            write_table(chunk.series, self.parts / name.replace("part-", "series-"))
        write_table(chunk.rows, self.parts / name)
        self._log(name, chunk)
        return name

    def _log(self, name: str, chunk) -> None:
        line = {
            "part": name, "cohort": self.name, "runs": chunk.runs, "failed": chunk.failed,
            "seconds": round(chunk.seconds, 3), "worker": chunk.worker, "at": round(time.time(), 3),
        }  # fmt: skip
        try:
            with (self.folder / LOG).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as problem:
            raise cannot_write(self.folder, problem) from None

    def set_aside(self, name: str, problem: Exception) -> None:
        """Move a damaged part out of the way, and say so."""
        try:
            (self.parts / name).replace(self.parts / f"{name}.damaged")
            self.read.cache_clear()
        except OSError as refused:
            raise StoreFault(f"{self.parts / name}: damaged ({_why(problem)}), and it cannot be moved aside: "
                             f"{_why(refused)}") from None  # fmt: skip
        self.say(f"{self.parts / name}: damaged ({_why(problem)}); it is set aside, and its runs are run again.")

    def drop_lost(self) -> None:
        """Forget the runs that killed their workers, so that they are tried again."""
        for path in self.parts.glob("lost-*.parquet"):
            path.unlink()

    def _read(self, name: str) -> pa.Table:
        """Return a part; DamagedPart if it cannot be read."""
        try:
            return pq.read_table(self.parts / name, page_checksum_verification=True)
        except (OSError, pa.ArrowException) as problem:
            raise DamagedPart(name, problem) from None

    def _others(self) -> list[Path]:
        return [path for path in (self.folder / PARTS).glob("*/cohort.json") if path.parent != self.parts]


class DamagedPart(Exception):
    """A part that cannot be read: its name, and why."""


def _why(problem: Exception) -> str:
    lines = str(getattr(problem, "strerror", None) or problem).strip().splitlines()
    return lines[0] if lines else type(problem).__name__
