"""The factors an emulator was trained on: from values to the unit cube, and a refusal of what lies outside."""

import math
from typing import Any

import numpy as np
import pandas as pd

from abm.quarters import quarter_number
from abm.scenario import nearest
from experiments.output import InputError
from experiments.sweep.factors import checked
from experiments.sweep.study import Study

REACHED = 0.1  # of a range: points that come so close to its end stand for the whole range


class Axis:
    """A factor: its key, lowest and highest value, log or linear, and, if it is no number, the values it may have."""

    def __init__(self, key: str, low: float, high: float, log: bool = False, values: tuple = ()):
        self.key, self.low, self.high, self.log, self.values = key, low, high, log, tuple(values)

    def place(self, value: Any) -> float:
        """Return where a value lies between low (0) and high (1); InputError if it lies outside or is no such value."""
        try:
            value = checked(self.key, value)
        except ValueError as problem:
            raise InputError(str(problem)) from None
        if self.values and value not in self.values:
            raise InputError(f"{self.key}: {text_of(value)}: the emulator knows {', '.join(map(text_of, self.values))}")
        number = float(quarter_number(value)) if isinstance(value, str) else float(value)
        if not self.low <= number <= self.high:
            raise InputError(f"{self.key}: {value:g}: outside the range the emulator was trained on, "
                             f"{self.low:g} to {self.high:g}")  # fmt: skip
        if self.high == self.low:
            return 0.0
        if self.log:
            return (math.log(number) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (number - self.low) / (self.high - self.low)

    def value_at(self, place: float) -> float:
        """Return the value at a place between low (0) and high (1)."""
        if self.log:
            value = math.exp(math.log(self.low) + place * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + place * (self.high - self.low)
        return min(max(value, self.low), self.high)

    def along(self, steps: int) -> list:
        """Return values from low to high, so many or fewer; every value of a factor that is no number."""
        if self.values:
            return list(self.values)
        found = np.array([self.value_at(place) for place in np.linspace(0.0, 1.0, steps)])
        if _whole(self.key):
            return sorted({round(value) for value in found.tolist()})
        return found.tolist()

    def words(self) -> str:
        """Return what it may be."""
        return ", ".join(map(text_of, self.values)) if self.values else f"{self.low:g} to {self.high:g}"

    def spec(self) -> dict:
        """Return it as plain data."""
        return {"low": self.low, "high": self.high, "log": self.log, "values": list(self.values)}


class Axes:
    """All factors of an emulator, in order."""

    def __init__(self, axes: list[Axis]):
        self.axes = axes

    @property
    def keys(self) -> list[str]:
        """Their keys."""
        return [axis.key for axis in self.axes]

    def places(self, points: pd.DataFrame, where: str = "the points") -> np.ndarray:
        """Return points in the unit cube [point, factor].

        InputError names the factor that is missing, not known, or has a value outside the trained range, and the row.
        """
        for key in self.keys:
            if key not in points:
                raise InputError(f"{where}: no column {key}; the emulator needs {', '.join(self.keys)}")
        for key in points:
            if key not in self.keys and key != "point":
                raise InputError(f"{where}: {key}: no factor of the emulator{nearest(str(key), self.keys)}; "
                                 f"it knows {', '.join(self.keys)}")  # fmt: skip
        found = np.empty((len(points), len(self.axes)))
        for k, axis in enumerate(self.axes):
            for row, value in enumerate(points[axis.key].tolist()):
                try:
                    found[row, k] = axis.place(value)
                except InputError as problem:
                    row_named = f"row {row + 1}: " if len(points) > 1 else ""
                    raise InputError(f"{where}: {row_named}{problem}") from None
        return found

    def plain(self) -> dict:
        """Return all as plain data, by key."""
        return {axis.key: axis.spec() for axis in self.axes}

    @classmethod
    def restored(cls, content: dict) -> "Axes":
        """Return the factors of plain data."""
        return cls([Axis(key, **spec) for key, spec in content.items()])


def axes_of(study: Study) -> Axes:
    """Return the factors of a sweep that vary; their ranges are the plan's, or the points' where these stop short."""
    found = []
    for key, spec in (study.plan["levers"] | study.plan["uncertainties"]).items():
        values = sorted(set(study.design[key].tolist()))
        if len(values) < 2:
            continue
        if isinstance(values[0], bool | str):
            numbers = [float(quarter_number(v)) if isinstance(v, str) else float(v) for v in values]
            found.append(Axis(key, min(numbers), max(numbers), False, values))
            continue
        ends = spec["range"] if isinstance(spec, dict) else [min(spec), max(spec)]
        log = isinstance(spec, dict) and spec.get("scale") == "log"
        found.append(Axis(key, *_reached(float(values[0]), float(values[-1]), *map(float, ends), log), log))
    if not found:
        raise InputError(f"{study.folder}: no factor varies in this sweep; there is nothing to emulate")
    return Axes(found)


def _reached(least: float, most: float, low: float, high: float, log: bool) -> tuple[float, float]:
    """Return the range of the points, stretched to the ends of the plan's range that they all but reach."""
    scale = math.log if log else float
    width = REACHED * (scale(high) - scale(low))
    return (low if scale(least) - scale(low) <= width else least, high if scale(high) - scale(most) <= width else most)


def _whole(key: str) -> bool:
    from experiments.sweep.factors import declared

    return declared(key).get("type") == "integer"


def text_of(value: Any) -> str:
    """Return a value of a factor as one would write it in a scenario."""
    return str(value).lower() if isinstance(value, bool) else str(value)
