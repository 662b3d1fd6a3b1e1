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
    """Return the instruments in which two scenarios differ, with the keys whose course differs, reforms and all."""
    theirs = {
        name: tuple(key for key in room.keys if course(a, key) != course(b, key))
        for name, room in instruments().items()
    }
    return {name: keys for name, keys in theirs.items() if keys}


def course(scenario: Scenario, key: str) -> tuple:
    """Return the course of a policy key: its value at the start, and the reforms that touch it, by date."""
    steps = [
        (reform.since, reform.known, reform.over, reform.policy.values()[key])
        for reform in scenario.reforms
        if key in reform.policy.values()
    ]
    return getattr(scenario.policy, key), *sorted(steps)
