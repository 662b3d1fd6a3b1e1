"""The facts the model is held against: read, checked, and measured on an ensemble."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from scipy.signal import find_peaks

from abm.measurement.indicators import NAMES
from abm.scenario import ScenarioError, read_yaml
from experiments.tables import Ensemble, known_mean

Statistic = Literal["value", "sum", "cagr", "max", "min", "ratio", "first_year_above", "drop", "cycle_years"]
Pair = tuple[str, str]
NEVER = 9999.0  # the first year above a threshold that is never passed


class Expectation(BaseModel):
    """What a run is held against: a statistic in a window of years, and what is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    scenario: str | Pair
    statistic: str
    window: tuple[int, int]
    source: str
    accept: tuple[float, float] | None = None
    order: Literal["lower", "higher"] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None

    @field_validator("window", "accept")
    @classmethod
    def _ordered(cls, ends):
        if ends is not None and not ends[0] <= ends[1]:
            raise ValueError(f"{ends[0]:g} to {ends[1]:g} is no interval")
        return ends

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios it speaks of: one, or the two of a comparison (the first less the second)."""
        return (self.scenario,) if isinstance(self.scenario, str) else self.scenario

    @property
    def interval(self) -> tuple[float, float]:
        """What is accepted, from and to; an order accepts one sign."""
        return self.accept or ((-np.inf, 0.0) if self.order == "lower" else (0.0, np.inf))


class Fact(Expectation):
    """One fact of the paper: an indicator's statistic in a window, and what is accepted."""

    indicator: Literal[NAMES]
    statistic: Statistic
    role: Literal["calibrate", "pattern"]
    threshold: float | None = None
    figure: float | str | None = None

    @model_validator(mode="after")
    def _complete(self):
        if (self.accept is None) == (self.order is None):
            raise ValueError("give either accept or order")
        if self.statistic == "first_year_above" and self.threshold is None:
            raise ValueError("first_year_above needs a threshold")
        return self


class FactFile(BaseModel):
    """A file of facts: the pair that `both` and `gap` stand for, and the entries."""

    model_config = ConfigDict(extra="forbid")
    gap: Pair
    facts: list[dict]


def load_facts(name: str = "ernst1998", kind: type[Expectation] = Fact) -> list[Expectation]:
    """Return the facts of a file in configs/facts; ScenarioError names file, fact and fault."""
    return read_facts(files("configs") / "facts" / f"{name}.yaml", kind)


def read_facts(path: Path, kind: type[Expectation] = Fact) -> list[Expectation]:
    """Return the facts of a file; ScenarioError names file, fact and fault."""
    file = _checked(FactFile, read_yaml(path), str(path))
    meant = {"gap": [file.gap], "both": list(file.gap[::-1])}
    facts = []
    for number, entry in enumerate(file.facts, 1):
        said = entry.get("scenario")
        chosen = meant.get(said, [said]) if isinstance(said, str) else [said]
        place = f"{path}: fact {entry.get('id', number)}"
        facts += [_checked(kind, entry | {"scenario": scenario}, place) for scenario in chosen]
    return facts


def _checked(kind: type[BaseModel], content: dict, place: str) -> BaseModel:
    """Return content as what it should be; ScenarioError names the place, the field and the fault."""
    try:
        return kind.model_validate(content)
    except ValidationError as problem:
        detail = problem.errors()[0]
        where = "".join(f"{part}." for part in detail["loc"]).removesuffix(".")
        words = detail["msg"].removeprefix("Value error, ")
        raise ScenarioError(": ".join(part for part in (place, where, words) if part)) from None


def sections(name: str = "ernst1998") -> dict[str, str]:
    """Return the heading, such as `# --- finance ---`, under which each fact stands in its file."""
    heading, found = "", {}
    for line in (files("configs") / "facts" / f"{name}.yaml").read_text(encoding="utf-8").splitlines():
        if title := re.match(r"\s*# -+ (.+?) -+$", line):
            heading = title[1]
        elif fact := re.match(r"\s*- {id: (\w+)", line):
            found[fact[1]] = heading
    return found


def known_misses() -> dict[str, str]:
    """Return the reasons of known misses, by the id of a fact."""
    return read_yaml(files("configs") / "facts" / "known_misses.yaml")


def contrast(fact: Fact, ensemble: Ensemble) -> np.ndarray:
    """Return the fact's statistic, one number a seed: of its scenario, or of the first less the second."""
    first, *second = (measured(fact, ensemble, name) for name in fact.scenarios)
    return first - second[0] if second else first


def measured(fact: Fact, ensemble: Ensemble, name: str) -> np.ndarray:
    """Return the fact's statistic in a scenario, one number a seed."""
    inside = (ensemble.years >= fact.window[0]) & (ensemble.years <= fact.window[1])
    return summarised(fact, ensemble.paths(name, fact.indicator)[:, inside])


def summarised(fact: Fact, paths: np.ndarray) -> np.ndarray:
    """Return the statistic of paths cut to the fact's window [run, quarter], one number a run; NaN of no quarters.

    `fact` may be anything that has a statistic, a window and a threshold.
    """
    if not paths.shape[1]:
        return np.full(len(paths), np.nan)
    annual = paths.reshape(len(paths), -1, 4).mean(axis=2) if paths.shape[1] % 4 == 0 else paths
    return _STATISTICS[fact.statistic](paths, annual, fact)


def _first_year(paths: np.ndarray, annual: np.ndarray, fact: Fact) -> np.ndarray:
    above = annual > fact.threshold
    return np.where(above.any(axis=1), fact.window[0] + above.argmax(axis=1), NEVER)


def _growth(paths: np.ndarray, annual: np.ndarray, fact: Fact) -> np.ndarray:
    years = annual.shape[1] - 1
    if years == 0:
        return np.full(len(annual), np.nan)
    return (np.maximum(annual[:, -1], 1e-12) / np.maximum(annual[:, 0], 1e-12)) ** (1 / years) - 1


def _drop(paths: np.ndarray, annual: np.ndarray, fact: Fact) -> np.ndarray:
    peaks = np.maximum.accumulate(paths, axis=1)
    return (1 - paths / peaks).max(axis=1)


def _cycle(paths: np.ndarray, annual: np.ndarray, fact: Fact) -> np.ndarray:
    """Return the mean distance of peaks [years] of a five-quarter average, peaks of at least half a deviation."""
    lengths = []
    for path in paths:
        smooth = np.convolve(path, np.ones(5) / 5, mode="valid")
        peaks, _ = find_peaks(smooth, prominence=0.5 * smooth.std())
        lengths.append((peaks[-1] - peaks[0]) / 4 / (len(peaks) - 1) if len(peaks) > 1 else np.nan)
    return np.array(lengths)


_STATISTICS = {
    "value": lambda paths, annual, fact: known_mean(paths),
    "sum": lambda paths, annual, fact: paths.sum(axis=1),
    "max": lambda paths, annual, fact: paths.max(axis=1),
    "min": lambda paths, annual, fact: paths.min(axis=1),
    "ratio": lambda paths, annual, fact: annual[:, -1] / np.maximum(annual[:, 0], 1e-12),
    "cagr": _growth,
    "first_year_above": _first_year,
    "drop": _drop,
    "cycle_years": _cycle,
}
