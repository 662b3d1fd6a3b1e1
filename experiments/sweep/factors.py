"""A factor: one dotted key of the scenario that a plan varies, over a range or over listed values."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from abm.quarters import quarter_number
from abm.scenario import declarations, nearest

FIELDS = ("range", "steps", "scale", "values")
SCALES = ("linear", "log")
MOST_STEPS = 10_000


@dataclass(frozen=True)
class Factor:
    """A key and what it may be: `values` if listed, else anything from `low` to `high` (in `steps` on a grid)."""

    key: str
    values: tuple = ()
    low: float = math.nan
    high: float = math.nan
    steps: int | None = None
    log: bool = False
    whole: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers (not switches or dates)."""
        return not self.values or not any(isinstance(value, bool | str) for value in self.values)

    def grid(self) -> list:
        """Return its values on a grid; ValueError if it is a range without steps."""
        if self.values:
            return list(self.values)
        if self.steps is None:
            raise ValueError(f"{self.key}: a grid needs `steps` (or a list of values), got a range only")
        return list(dict.fromkeys(self.at(np.linspace(0.0, 1.0, self.steps))))

    def at(self, place: np.ndarray) -> list:
        """Return its values at places of the unit interval (a listed factor is cut into equal pieces)."""
        place = np.asarray(place, float)
        if self.values:
            return [self.values[k] for k in np.minimum((place * len(self.values)).astype(int), len(self.values) - 1)]
        if self.log:
            found = np.exp(np.log(self.low) + place * (np.log(self.high) - np.log(self.low)))
        else:
            found = self.low + place * (self.high - self.low)
        found = np.clip(found, self.low, self.high)
        return [int(v) for v in np.rint(found)] if self.whole else [float(v) for v in found]

    def spec(self) -> Any:
        """Return it as it may stand in a plan."""
        if self.values:
            return list(self.values)
        steps = {} if self.steps is None else {"steps": self.steps}
        return {"range": [self.low, self.high], **steps, "scale": SCALES[self.log]}


def declared(key: str) -> dict:
    """Return the declaration of a dotted key; ValueError names the nearest one."""
    section, _, name = str(key).partition(".")
    found = declarations().get(section, {}).get(name)
    if found is None:
        known = [f"{s}.{n}" for s, names in declarations().items() for n in names]
        raise ValueError(f"{key}: no such parameter{nearest(str(key), known)}; `latecomer parameters` lists them")
    return found


def checked(key: str, value: Any) -> Any:
    """Return a value of a key in its declared type; ValueError says what is allowed."""
    about = declared(key)
    default = about["value"]
    if isinstance(default, bool):
        return _require(key, value, isinstance(value, bool), "true or false")
    if isinstance(default, str):
        return _require(key, value, isinstance(value, str) and _is_quarter(value), "a quarter such as 1993Q1")
    low, high = about["range"]
    whole = about.get("type") == "integer"
    number = isinstance(value, int) or (isinstance(value, float) and not whole)
    fits = number and not isinstance(value, bool) and low <= value <= high
    allowed = f"{'a whole number' if whole else 'a number'} from {low} to {high} [{about['unit']}]"
    return _require(key, value if whole or not fits else float(value), fits, allowed)


def read_factor(key: str, spec: Any) -> Factor:
    """Return the factor of a plan's entry; ValueError names key, value and what is allowed."""
    about = declared(key)
    if str(key).startswith("run."):
        raise ValueError(f"{key}: every run of a plan has the same span; set it under `settings`")
    if spec is None:
        spec = {}
    if isinstance(spec, list):
        spec = {"values": spec}
    if not isinstance(spec, dict):
        raise ValueError(f"{key}: {spec!r}: expected a list of values, or {{range: [low, high], steps: N}}")
    for name in spec:
        if name not in FIELDS:
            raise ValueError(f"{key}: unknown field {name!r}{nearest(str(name), FIELDS)}; known: {', '.join(FIELDS)}")
    if "values" in spec:
        return _listed(key, spec)
    if "range" not in about:
        raise ValueError(f"{key}: is no number; list its values, for example [{_example(about)}]")
    return _ranged(key, spec, about)


def _listed(key: str, spec: dict) -> Factor:
    if len(spec) > 1:
        raise ValueError(f"{key}: give either `values` or a range, not both")
    values = spec["values"]
    if not isinstance(values, list) or not values:
        raise ValueError(f"{key}: values: {values!r}: expected a list of one value or more")
    values = tuple(checked(key, value) for value in values)
    if len(set(values)) < len(values):
        raise ValueError(f"{key}: values: {list(values)}: a value stands there twice")
    return Factor(key, values)


def _ranged(key: str, spec: dict, about: dict) -> Factor:
    bounds, steps, scale = spec.get("range", about["range"]), spec.get("steps"), spec.get("scale", "linear")
    if not isinstance(bounds, list) or len(bounds) != 2:
        raise ValueError(f"{key}: range: {bounds!r}: expected [low, high]")
    low, high = (checked(key, end) for end in bounds)
    if not low < high:
        raise ValueError(f"{key}: range: [{low:g}, {high:g}]: expected the lower end first, and the ends to differ")
    if steps is not None and not (type(steps) is int and 2 <= steps <= MOST_STEPS):
        raise ValueError(f"{key}: steps: {steps!r}: expected a whole number from 2 to {MOST_STEPS}")
    if scale not in SCALES:
        raise ValueError(f"{key}: scale: {scale!r}: expected {' or '.join(SCALES)}")
    if scale == "log" and low <= 0:
        raise ValueError(f"{key}: scale: log: the range starts at {low:g}; a log scale needs positive numbers")
    return Factor(key, (), float(low), float(high), steps, scale == "log", about.get("type") == "integer")


def _require(key: str, value: Any, holds: bool, allowed: str) -> Any:
    if not holds:
        raise ValueError(f"{key}: {value!r}: expected {allowed}")
    return value


def _is_quarter(text: str) -> bool:
    try:
        quarter_number(text)
    except ValueError:
        return False
    return True


def _example(about: dict) -> str:
    return "true, false" if isinstance(about["value"], bool) else f"{about['value']}, 1995Q1"
