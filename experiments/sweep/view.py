"""What a user reads in the folder of a sweep: plan, design, manifest and tables of one plan; earlier ones beside."""

import contextlib
import datetime
import hashlib
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
from ruamel.yaml import YAML

from abm.measurement.manifest import FORMAT
from experiments.output import InputError
from experiments.sweep.files import cannot_write, write_json, write_table, write_whole
from experiments.sweep.plan import BasePlan
from experiments.sweep.store import PARTS
from experiments.sweep.wanted import Wanted

MANIFEST, DESIGN, PLAN, EARLIER = "manifest.json", "design.parquet", "plan.yaml", "earlier"
TABLES = ("results", "summary", "series", "bands")
OWN = (PLAN, MANIFEST, DESIGN, *(f"{name}.parquet" for name in TABLES), "map.csv", "report.html")


def check_out(folder: Path) -> None:
    """Raise InputError if a folder holds something that is no sweep."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"--out {folder}: this is not a folder")
    if not folder.is_dir() or not any(folder.iterdir()) or (folder / PARTS).is_dir():
        return
    kind = "another run" if (folder / MANIFEST).exists() else "files that are no sweep"
    if [path.name for path in folder.iterdir()] != [".lock"]:
        raise InputError(f"--out {folder}: the folder holds {kind}; choose another")


def identity(plan: BasePlan, cohort: str, wanted: Wanted) -> str:
    """Return the hash of a plan's rows: which runs, in which order, by which cohort [16 hexadecimal digits]."""
    digest = hashlib.sha256(f"{cohort}/{plan.digest()}/".encode())
    digest.update(wanted.keys[wanted.place].tobytes())
    return digest.hexdigest()[:16]


class View:
    """The tables of one plan in a folder."""

    def __init__(self, folder: Path, command: str, plan: BasePlan, cohort: dict, cohort_name: str, wanted: Wanted):
        self.folder, self.plan, self.wanted = folder, plan, wanted
        self.identity = identity(plan, cohort_name, wanted)
        seeds = plan.replications
        self.content = {
            "format": FORMAT, "command": command, "title": plan.title, "identity": self.identity, "cohort": cohort_name,
            **cohort,
            "scenarios": {n: {"hash": w.digest(), "content": w.resolved()} for n, w in plan.worlds.items()},
            "seeds": {"first": seeds.first, "count": seeds.count}, "points": len(wanted.place), "runs": wanted.rows,
        }  # fmt: skip

    def before(self) -> dict:
        """Return the manifest that stands in the folder; empty if none does."""
        try:
            return json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    @property
    def complete(self) -> bool:
        """Whether the tables of this very plan are there."""
        there = self.before()
        return there.get("identity") == self.identity and there.get("complete") and self._results.exists()

    @property
    def _results(self) -> Path:
        return self.folder / "results.parquet"

    def begin(self, frame: pd.DataFrame) -> str:
        """Write plan, design and an open manifest; tables of another plan move to earlier/. Returns a remark or ''."""
        remark, there = "", self.before()
        if there and there.get("identity") != self.identity:
            remark = self._move(there)
        if there.get("identity") != self.identity:
            write_table(pa.Table.from_pandas(frame, preserve_index=False), self.folder / DESIGN)
            write_whole(self.folder / PLAN, self._write_plan)
            write_json(self.content | {"complete": False}, self.folder / MANIFEST)
        return remark

    def end(self, failed: int, **more) -> None:
        """Close the manifest: every run is in the tables."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        write_json(
            self.content | {"complete": True, "failed": failed, "finished": now} | more, self.folder / MANIFEST
        )

    def _move(self, there: dict) -> str:
        if not there.get("complete"):
            return ""  # its tables were never made; its rows are in the parts
        aside = self.folder / EARLIER / str(there.get("identity", "unknown"))
        try:
            aside.mkdir(parents=True, exist_ok=True)
            for name in OWN:
                with contextlib.suppress(FileNotFoundError):
                    (self.folder / name).replace(aside / name)
        except OSError as problem:
            raise cannot_write(self.folder, problem) from None
        return f"The plan is not the one whose tables lay here; those are now in {aside}."

    def _write_plan(self, path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            file.write("# The plan as it was read, nothing left to defaults.\n")
            YAML(pure=True).dump(self.plan.resolved(), file)
