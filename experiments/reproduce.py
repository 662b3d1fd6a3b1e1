"""Run a manifest again and compare every bit."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from abm.compiled import source_hash
from abm.measurement.manifest import LIBRARIES, library_version, read_manifest
from abm.measurement.records import load_table
from abm.scenario import Scenario, restore_scenario
from experiments.lab.again import STUDIES, again
from experiments.lab.levers import recorded_worlds
from experiments.output import InputError
from experiments.switches import run_groups, without


@dataclass(frozen=True)
class Verdict:
    """What came of a repetition: how many runs were equal, where the first one differed, what else differs."""

    equal: int
    runs: int
    first_difference: str
    remarks: tuple[str, ...]

    @property
    def all_equal(self) -> bool:
        """Whether every run was equal to the bit."""
        return self.equal == self.runs


def reproduce(folder: Path, workers: int | None = None, progress=None) -> Verdict:
    """Repeat the runs of a folder's manifest. Raises RecordError or ScenarioError for a broken manifest."""
    manifest = read_manifest(folder)
    if not manifest["fingerprints"]:
        command = manifest.get("repeat") or f"latecomer {manifest.get('command', '')} ..."
        raise InputError(f"{folder}: holds tables without the runs' fingerprints; repeat them with `{command}`")
    scenarios = scenarios_of(manifest, folder)
    if manifest.get("command") in STUDIES:
        return forked(manifest, scenarios[0], workers, progress)
    count, equal, where = 0, 0, ""
    luck = [tuple(turn) for turn in manifest.get("luck", ())]
    for runs in run_groups([[s] for s in scenarios], manifest["seeds"], workers, progress, luck):
        for key, records in runs.items():
            count += 1
            if manifest["fingerprints"].get(_name(key)) == records.fingerprint:
                equal += 1
            else:
                where = where or first_difference(folder, key, records)
        runs.clear()
    return Verdict(equal, count, where, tuple(remarks(manifest)))


def forked(manifest: dict, scenario: Scenario, workers: int | None, progress) -> Verdict:
    """Repeat a study whose runs fork, and compare all rows of each seed."""
    prints = again(manifest, scenario, workers, progress)
    other = [key for key, value in manifest["fingerprints"].items() if prints.get(key) != value]
    where = f"{other[0].replace('/', ', seed ')}: its rows differ" if other else ""
    count = len(manifest["fingerprints"])
    return Verdict(count - len(other), count, where, tuple(remarks(manifest)))


def is_sweep(folder: Path) -> bool:
    """Whether a folder holds a sweep, map or sensitivity analysis, whose rows are found by what they depend on."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False  # read_manifest says what is wrong
    return isinstance(manifest, dict) and "identity" in manifest and "cohort" in manifest


def scenarios_of(manifest: dict, folder: Path) -> list[Scenario]:
    """Return a manifest's scenarios: of an ablation, also without each mechanism; of an attribution, all worlds."""
    file = str(folder / "manifest.json")
    full = [restore_scenario(entry["content"], file) for entry in manifest["scenarios"].values()]
    if manifest.get("command") == "attribute":
        return recorded_worlds(manifest, full, file)
    return full + [without(scenario, name) for name in manifest.get("switched_off", ()) for scenario in full]


def remarks(manifest: dict) -> list[str]:
    """Return what differs between the manifest's circumstances and these."""
    found = []
    if manifest["code"] != source_hash():
        found.append(f"the model's code differs (version {manifest['version']}, sources {manifest['code']})")
    for name in LIBRARIES:
        theirs = manifest.get("libraries", {}).get(name)
        if theirs and theirs != library_version(name):
            found.append(f"{name} is {library_version(name)}, was {theirs}")
    return found


def first_difference(folder: Path, key: tuple[str, int], records) -> str:
    """Return where a run first leaves the recorded one: quarter, indicator, both values."""
    path = folder / "indicators.parquet"
    name, seed = key
    if not path.exists():
        return f"{name}, seed {seed} (no indicators.parquet here to say where)"
    old = load_table(path)
    if "indicator" in old:
        mine = old[(old["scenario"] == name) & (old["seed"] == seed)]
        old = mine.pivot(index="quarter", columns="indicator", values="value")
    else:
        old = old.set_index("quarter")
    new = records.indicators
    shared = [column for column in new.columns if column in old.columns]
    for quarter in new.index:
        if quarter not in old.index:
            return f"{name}, seed {seed}: {quarter} is not in the recorded tables"
        for column in shared:
            a, b = float(old.at[quarter, column]), float(new.at[quarter, column])
            if a != b and not (np.isnan(a) and np.isnan(b)):
                return f"{name}, seed {seed}: first in {quarter}, {column}: recorded {a!r}, now {b!r}"
    return f"{name}, seed {seed}: indicators agree; balance sheets or events differ"


def _name(key: tuple[str, int]) -> str:
    return f"{key[0]}/{key[1]}"
