"""The government's instruments: the rooms of the policy block, each with its keys, declared in configs/base.yaml."""

import functools
from dataclasses import dataclass

from abm.declarations import base_heading, declarations
from abm.scenario import Scenario


@dataclass(frozen=True)
class Instrument:
    """A room of the policy block: its name, title, source, and the policy keys in it (without `policy.`)."""

    name: str
    title: str
    source: str
    keys: tuple[str, ...]


@functools.cache
def instruments() -> dict[str, Instrument]:
    """Return every instrument by name, in the order of base.yaml."""
    policy = declarations()["policy"]
    rooms = {name: [] for name in base_heading("instruments")}
    for key, declaration in policy.items():
        rooms[declaration["instrument"]].append(key)
    about = base_heading("instruments")
    return {name: Instrument(name, **about[name], keys=tuple(keys)) for name, keys in rooms.items()}


def differing(a: Scenario, b: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the instruments in which two scenarios differ, each with the keys that do."""
    theirs = {name: tuple(k for k in room.keys if getattr(a.policy, k) != getattr(b.policy, k))
              for name, room in instruments().items()}  # fmt: skip
    return {name: keys for name, keys in theirs.items() if keys}
