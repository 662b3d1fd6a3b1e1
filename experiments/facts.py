"""The facts the model is held against: read, checked, and measured on an ensemble."""

import re
from importlib.resources import files
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from scipy.signal import find_peaks

from abm.measurement.indicators import NAMES
from abm.scenario import Scenario, ScenarioError, load_scenario, read_yaml
from experiments.tables import Ensemble

Statistic = Literal["value", "sum", "cagr", "max", "min", "ratio", "first_year_above", "drop", "cycle_years"]
Pair = tuple[str, str]
NEVER = 9999.0  # the first year above a threshold that is never passed


class Fact(BaseModel):
    """One fact: an indicator's statistic in a window, and what is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    scenario: str | Pair
    indicator: Literal[NAMES]
    statistic: Statistic
    window: tuple[int, int]
    source: str
    role: Literal["calibrate", "pattern"]
    accept: tuple[float, float] | None = None
    order: Literal["lower", "higher"] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    threshold: float | None = None
    figure: float | str | None = None

    @model_validator(mode="after")
    def _complete(self):
        if (self.accept is None) == (self.order is None):
            raise ValueError("give either accept or order")
        if self.statistic == "first_year_above" and self.threshold is None:
            raise ValueError("first_year_above needs a threshold")
        return self

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios it speaks of: one, or the two of a comparison (the first less the second)."""
        return (self.scenario,) if isinstance(self.scenario, str) else self.scenario


def load_facts(name: str = "ernst1998") -> list[Fact]:
    """Return the facts of a file in configs/facts; ScenarioError names file, fact and fault."""
    path = files("configs") / "facts" / f"{name}.yaml"
    content = read_yaml(path)
    pair = tuple(content["gap"])
    meant = {"gap": [pair], "both": list(pair[::-1])}
    facts = []
    for number, entry in enumerate(content["facts"], 1):
        said = entry.get("scenario")
        try:
            chosen = meant.get(said, [said]) if isinstance(said, str) else [said]
            facts += [Fact(**entry | {"scenario": scenario}) for scenario in chosen]
        except ValidationError as problem:
            detail = problem.errors()[0]
            place = ".".join(str(part) for part in detail["loc"])
            who = entry.get("id", number)
            raise ScenarioError(f"{path}: fact {who}: {place}: {detail['msg']}") from None
    return facts


def sections(name: str = "ernst1998") -> dict[str, str]:
    """Return the heading, such as `# --- finance ---`, under which each fact stands in its file."""
    heading, found = "", {}
    for line in (files("configs") / "facts" / f"{name}.yaml").read_text(encoding="utf-8").splitlines():
        if title := re.match(r"\s*# -+ (.+?) -+$", line):
            heading = title[1]
        elif fact := re.match(r"\s*- {id: (\w+)", line):
            found[fact[1]] = heading
    return found


def scenarios_of(facts: list[Fact], overrides: dict | None = None) -> list[Scenario]:
    """Return the scenarios that facts speak of."""
    names = dict.fromkeys(name for fact in facts for name in fact.scenarios)
    return [load_scenario(name, overrides) for name in names]


def known_misses() -> dict[str, str]:
    """Return the reasons of known misses, by fact."""
    return read_yaml(files("configs") / "facts" / "known_misses.yaml")


def contrast(fact: Fact, ensemble: Ensemble) -> np.ndarray:
    """Return the fact's statistic, one number a seed: of its scenario, or of the first less the second."""
    first, *second = (measured(fact, ensemble, name) for name in fact.scenarios)
    return first - second[0] if second else first


def measured(fact: Fact, ensemble: Ensemble, name: str) -> np.ndarray:
    """Return the fact's statistic in a scenario, one number a seed."""
    inside = (ensemble.years >= fact.window[0]) & (ensemble.years <= fact.window[1])
    paths = ensemble.paths(name, fact.indicator)[:, inside]
    if not inside.any():
        return np.full(len(ensemble.seeds), np.nan)
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
    "value": lambda paths, annual, fact: paths.mean(axis=1),
    "sum": lambda paths, annual, fact: paths.sum(axis=1),
    "max": lambda paths, annual, fact: paths.max(axis=1),
    "min": lambda paths, annual, fact: paths.min(axis=1),
    "ratio": lambda paths, annual, fact: annual[:, -1] / np.maximum(annual[:, 0], 1e-12),
    "cagr": _growth,
    "first_year_above": _first_year,
    "drop": _drop,
    "cycle_years": _cycle,
}
