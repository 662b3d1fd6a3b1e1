"""The levers: every policy key by instrument, and chosen assumptions about the world, as controls see them."""

import functools
import math
import re
from dataclasses import dataclass

from abm.policy.instruments import instruments
from abm.quarters import quarter_number, quarter_text
from abm.scenario import declarations, load_scenario, presets
from dashboards.settings import settings

POLICY, WORLD = "policy", "world"


@dataclass(frozen=True)
class Lever:
    """One lever: key, kind (number, whole, quarter, switch), range, step, unit and words."""

    key: str
    kind: str
    low: float
    high: float
    step: float
    unit: str
    meaning: str

    @property
    def label(self) -> str:
        """The key in plain words."""
        words = self.key.partition(".")[2].replace("_", " ").capitalize()
        return re.sub(r"\brd\b", "R&D", words)

    @property
    def allowed(self) -> str:
        """What may be set, in words."""
        if self.kind == "quarter":
            return "a quarter such as 1993Q1"
        return "true or false" if self.kind == "switch" else f"a number from {self.low} to {self.high} [{self.unit}]"

    def slide(self, value) -> float:
        """Return a value as a place on a slider: a quarter becomes its number, a switch 0 or 1."""
        return float(quarter_number(value)) if self.kind == "quarter" else float(value)

    def unslide(self, place: float):
        """Return the value at a place on a slider."""
        if self.kind == "quarter":
            return quarter_text(round(place))
        return bool(round(place)) if self.kind == "switch" else round(place) if self.kind == "whole" else place

    def read(self, text: str):
        """Return the typed value of a text, ValueError if it is none; the range is the scenario's to check."""
        if self.kind == "quarter":
            return quarter_text(quarter_number(text))
        if self.kind == "switch":
            return {"true": True, "false": False}[text.lower()] if text.lower() in ("true", "false") else _no(text)
        return int(text) if self.kind == "whole" else float(text)


@dataclass(frozen=True)
class LeverRoom:
    """A group of levers under one title."""

    name: str
    title: str
    source: str
    levers: tuple[Lever, ...]


def _no(text: str):
    raise ValueError(f"{text!r}: expected true or false")


def lever(key: str) -> Lever:
    """Return the lever of a declared key."""
    section, _, name = key.partition(".")
    declared = declarations()[section][name]
    meaning = declared["description"]
    if "changes" in declared:
        meaning += f". Changes {declared['changes']}; for {declared['whom']}"
    unit = declared.get("unit", "")
    value = declared["value"]
    if isinstance(value, bool):
        return Lever(key, "switch", 0, 1, 1, "on or off", meaning)
    if isinstance(value, str):
        start = quarter_number(declarations()["run"]["start"]["value"])
        return Lever(key, "quarter", start, start + declarations()["run"]["quarters"]["value"] - 1, 1, unit, meaning)
    low, high = declared["range"]
    whole = declared.get("type") == "integer"
    return Lever(key, "whole" if whole else "number", low, high, 1 if whole else _step(high - low), unit, meaning)


def _step(span: float) -> float:
    """Return a round step, about a hundredth of a range."""
    power = 10.0 ** math.floor(math.log10(span / 125))
    return next(power * part for part in (1, 2, 2.5, 5, 10) if span / (power * part) <= 125)


@functools.cache
def policy_rooms() -> tuple[LeverRoom, ...]:
    """Return the levers of policy, by instrument."""
    return tuple(
        LeverRoom(room.name, room.title, room.source, tuple(lever(f"policy.{key}") for key in room.keys))
        for room in instruments().values()
    )


@functools.cache
def world_rooms() -> tuple[LeverRoom, ...]:
    """Return the levers of the world, by the groups of the settings."""
    return tuple(
        LeverRoom(f"world-{k}", room.title, "", tuple(lever(key) for key in room.keys))
        for k, room in enumerate(settings().world)
    )


@functools.cache
def all_levers() -> dict[str, Lever]:
    """Return every lever by its key."""
    return {one.key: one for room in (*policy_rooms(), *world_rooms()) for one in room.levers}


@functools.cache
def preset_values() -> dict[str, dict[str, float]]:
    """Return for every preset the place of each lever on its slider."""
    loaded = {name: load_scenario(name) for name in presets()}
    return {
        name: {key: one.slide(scenario.setting(key)) for key, one in all_levers().items()}
        for name, scenario in loaded.items()
    }
