"""The manifest: all that names a run, so that anyone can repeat it."""

import datetime
import functools
import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from abm._version import __version__
from abm.compiled import source_hash
from abm.scenario import Scenario

LIBRARIES = ("numpy", "numba", "llvmlite", "scipy", "pandas", "pyarrow", "mesa", "pydantic")
FORMAT = 1


def describe(command: str, scenarios: list[Scenario], seeds: list[int], fingerprints: dict) -> dict:
    """Return the manifest of a command: scenarios with hashes, seeds, code, libraries, platform, time, results."""
    return {
        "format": FORMAT,
        "command": command,
        "scenarios": {s.name: {"hash": s.digest(), "content": s.resolved()} for s in scenarios},
        "seeds": [int(seed) for seed in seeds],
        "version": __version__,
        "code": source_hash(),
        "python": platform.python_version(),
        "libraries": {name: library_version(name) for name in LIBRARIES},
        "platform": f"{platform.system()} {platform.machine()}",
        "compiled": os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0"),
        "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "fingerprints": fingerprints,
    }


def write_manifest(manifest: dict, folder: Path) -> None:
    """Write manifest.json into a folder."""
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=False) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict:
    """Return the manifest of a folder; RecordError if it has none, or an unreadable one."""
    from abm.measurement.records import RecordError

    path = Path(folder) / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{folder}: no manifest.json here; a run of `latecomer` writes one") from None
    except (OSError, ValueError) as problem:
        raise RecordError(f"{path}: not a readable manifest ({problem})") from None
    missing = {"format", "scenarios", "seeds", "fingerprints"} - set(manifest if isinstance(manifest, dict) else {})
    if missing:
        raise RecordError(f"{path}: not a manifest of `latecomer`; it lacks {', '.join(sorted(missing))}")
    if manifest["format"] != FORMAT:
        raise RecordError(f"{path}: manifest format {manifest['format']}; this version reads format {FORMAT}")
    return manifest


@functools.cache
def library_version(name: str) -> str:
    """Return the installed version of a library."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
