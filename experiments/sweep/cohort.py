"""A cohort: rows that may stand in one table, because the same code, libraries and measures made them."""

import functools
import hashlib
import json
import os
import platform
from importlib import resources

from abm._version import __version__
from abm.compiled import source_hash
from abm.measurement.manifest import LIBRARIES, library_version
from abm.runs import SEED_MAX
from experiments.sweep.plan import BasePlan

MEASURES = ("facts.py", "tables.py", "sweep/outcomes.py", "sweep/work.py")  # what, beside the model, makes a row


@functools.cache
def circumstances() -> dict:
    """Return all that decides the bits of a run besides scenario and seed: code, libraries, platform."""
    return {
        "version": __version__,
        "code": source_hash(),
        "measures": _measures_hash(),
        "python": platform.python_version(),
        "libraries": {name: library_version(name) for name in LIBRARIES},
        "platform": f"{platform.system()} {platform.machine()}",
        "compiled": os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0"),
    }


def cohort_of(plan: BasePlan) -> dict:
    """Return the circumstances and measures of a plan's rows."""
    return circumstances() | {"measured": plan.measured()}


def cohort_name(cohort: dict) -> str:
    """Return the short name of a cohort: the folder of its parts [12 hexadecimal digits]."""
    return hashlib.sha256(json.dumps(cohort, sort_keys=True).encode()).hexdigest()[:12]


def what_differs(old: dict, new: dict) -> list[str]:
    """Return in words what differs between two cohorts."""
    words = []
    if (old.get("code"), old.get("measures")) != (new["code"], new["measures"]):
        words.append("the code")
    theirs, ours = old.get("libraries", {}), new["libraries"]
    words += [f"{name} ({theirs.get(name)}, now {ours[name]})" for name in ours if theirs.get(name) != ours[name]]
    for key in ("python", "platform", "compiled"):
        if old.get(key) != new[key]:
            words.append(f"{key} ({old.get(key)}, now {new[key]})")
    if old.get("measured") != new["measured"]:
        words.append("what the plan measures")
    return words


def check_seeds(plan: BasePlan) -> None:
    """Raise ScenarioError if the last seed of a plan is too large."""
    if plan.replications.seeds[-1] > SEED_MAX:
        raise plan.fault(f"replications: seeds end at {plan.replications.seeds[-1]}: expected at most {SEED_MAX}")


def _measures_hash() -> str:
    digest = hashlib.sha256()
    for name in MEASURES:
        digest.update((resources.files("experiments") / name).read_bytes())
    return digest.hexdigest()[:16]
