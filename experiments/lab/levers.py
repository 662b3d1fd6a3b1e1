"""The levers between two scenarios: what differs, in groups that move together, and the worlds in between."""

from dataclasses import dataclass
from typing import Any

from abm.measurement.records import RecordError
from abm.policy.instruments import differing, instruments
from abm.scenario import SECTIONS, Scenario, declarations
from experiments.compare import check_comparable
from experiments.lab.shapley import full
from experiments.output import InputError

WAYS = ("instrument", "key")
WORLD = "world_and_firms"  # all that differs outside the policy block, as one more lever
HEADINGS = ("name", "title", "description")  # of a history: they change no result


@dataclass(frozen=True)
class Lever:
    """Settings that move together: name, title, source in the paper, and the dotted keys."""

    name: str
    title: str
    source: str
    keys: tuple[str, ...]


def levers_between(a: Scenario, b: Scenario, by: str = WAYS[0]) -> list[Lever]:
    """Return the levers in which two scenarios differ, in one of WAYS: instruments or keys; and the world outside.

    Raises ScenarioError if they differ in start or length or share a name, InputError if they differ in nothing.
    """
    check_comparable([a, b])
    levers = []
    for name, keys in differing(a, b).items():
        room, dotted = instruments()[name], [f"policy.{key}" for key in keys]
        if by == WAYS[0]:
            levers.append(Lever(name, room.title, room.source, tuple(dotted)))
        else:
            levers += [Lever(key, key, room.source, (path,)) for key, path in zip(keys, dotted, strict=True)]
    outside = _outside(a, b)
    if outside:
        levers.append(Lever(WORLD, "World and firms", "", outside))
    if not levers:
        raise InputError(f"{a.name} and {b.name} do not differ in any setting; there is no gap to explain")
    return levers


def _outside(a: Scenario, b: Scenario) -> tuple[str, ...]:
    """Return the dotted keys outside the policy block in which two scenarios differ."""
    names = declarations()
    keys = [
        f"{section}.{name}"
        for section in SECTIONS
        if section not in ("run", "policy")
        for name in names[section]
        if a.setting(f"{section}.{name}") != b.setting(f"{section}.{name}")
    ]
    same = a.history.model_dump(exclude=set(HEADINGS)) == b.history.model_dump(exclude=set(HEADINGS))
    return tuple(keys if same else [*keys, "history"])


def setting(scenario: Scenario, key: str) -> Any:
    """Return the value of a dotted key, or of the whole history, such that `Scenario.replace` takes it."""
    return scenario.resolved()["history"] if key == "history" else scenario.setting(key)


def recorded_worlds(manifest: dict, scenarios: list[Scenario], file: str) -> list[Scenario]:
    """Return the scenario of every coalition in the manifest of an attribution; RecordError if it is not whole."""
    recorded, members = manifest.get("levers"), manifest.get("coalitions")
    whole = isinstance(recorded, dict) and isinstance(members, list) and len(scenarios) == 2
    if not whole or not all(isinstance(m, int) and 0 <= m < 1 << len(recorded) for m in members):
        raise RecordError(f"{file}: not the manifest of an attribution: it needs two scenarios, levers and coalitions")
    levers = [Lever(name, name, "", tuple(keys)) for name, keys in recorded.items()]
    return [coalition(*scenarios, levers, m) for m in members]


def coalition(a: Scenario, b: Scenario, levers: list[Lever], members: int) -> Scenario:
    """Return scenario A with the levers of a coalition (a bitmask) set as in B; none is A itself, all is B."""
    if members in (0, full(len(levers))):
        return b if members else a
    moved = [key for i, lever in enumerate(levers) if members >> i & 1 for key in lever.keys]
    world = a.replace({key: setting(b, key) for key in moved} | {"reforms": _reforms(a, b, moved)})
    return world.model_copy(update={"name": f"coalition {members}"})


def _reforms(a: Scenario, b: Scenario, moved: list[str]) -> list[dict]:
    """Return the reforms of a world in between: B's of the keys that are moved, A's of the rest."""
    kept = []
    for scenario, wanted in ((a, False), (b, True)):
        for reform in scenario.resolved()["reforms"]:
            policy = {key: value for key, value in reform["policy"].items() if (f"policy.{key}" in moved) == wanted}
            kept += [reform | {"policy": policy}] if policy else []
    return kept
