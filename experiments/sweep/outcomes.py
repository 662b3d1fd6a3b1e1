"""Outcomes: what a plan keeps of a run, and how it is measured on the run's tape."""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from abm.measurement.indicators import NAMES
from abm.measurement.regimes import COMPONENTS, WINDOW, judge
from abm.scenario import Scenario, nearest
from experiments.facts import summarised
from experiments.tables import known_mean

STATISTICS = ("mean", "value", "sum", "max", "min", "ratio", "cagr", "first_year_above", "drop", "cycle_years")
REGIME, SCORE, CRISIS = "regime", "regime_score", "crisis"
RESERVED = ("point", "policy", "world", "scenario", "seed", "quarter", "error", "cell", REGIME, SCORE, CRISIS)


class Part(BaseModel):
    """A part of a plan: frozen, and no field that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_indicator(name: Any) -> str:
    if name not in NAMES:
        raise ValueError(f"{name!r}: no such indicator{nearest(str(name), NAMES)}; "
                         "`latecomer parameters --of indicators` lists them")  # fmt: skip
    return name


def _years(value: Any) -> Any:
    """Return a window of years, first and last both included; one year stands for itself."""
    window = [value, value] if type(value) is int else value
    if not (isinstance(window, list | tuple) and len(window) == 2 and all(type(year) is int for year in window)):
        raise ValueError(f"{value!r}: expected a year, or [first year, last year]")
    if window[0] > window[1]:
        raise ValueError(f"{list(window)}: expected the first year first")
    return tuple(window)


Indicator = Annotated[str, BeforeValidator(_known_indicator)]
Years = Annotated[tuple[int, int], BeforeValidator(_years)]


class Outcome(Part):
    """A statistic of an indicator in a window of years."""

    indicator: Indicator
    statistic: Literal[STATISTICS] = "mean"
    window: Years
    threshold: float | None = None

    @model_validator(mode="after")
    def _complete(self):
        if (self.statistic == "first_year_above") != (self.threshold is not None):
            raise ValueError("a threshold goes with the statistic first_year_above, and with it alone")
        return self


class RegimeWindow(Part):
    """Which regime the outcomes look like, judged in a window of years (see abm.measurement.regimes)."""

    window: Years = WINDOW


class CrisisWindow(Part):
    """Whether foreign lenders run on the currency at least once in a window of years: 0 or 1."""

    window: Years


class _Term:
    """What `experiments.facts.summarised` needs to know of a statistic."""

    def __init__(self, outcome: Outcome):
        self.statistic = "value" if outcome.statistic == "mean" else outcome.statistic
        self.window, self.threshold = outcome.window, outcome.threshold


class Meter:
    """Measures the outcomes of one plan on tapes of one scenario.

    outcomes: name -> Outcome; regime, crisis: their windows, or None. `names` are its columns, in order; all are
    numbers but the regime's label.
    """

    def __init__(self, scenario: Scenario, outcomes: dict[str, Outcome], regime=None, crisis=None):
        self.names = column_names(outcomes, regime, crisis)
        self.terms = [(o.indicator, _span(scenario, o.window), _Term(o)) for o in outcomes.values()]
        self.regime = regime and _span(scenario, regime.window)
        self.crisis = crisis and _span(scenario, crisis.window)

    def __call__(self, rows: np.ndarray) -> list:
        """Return the outcomes of a tape's rows. Each run is measured alone, so that no bit depends on its company."""
        values = [float(summarised(term, _path(rows, name, span))[0]) for name, span, term in self.terms]
        if self.regime:
            means = {name: float(known_mean(_path(rows, name, self.regime))[0]) for name, *_ in COMPONENTS.values()}
            found = judge(means)
            values += [found.label, found.score]
        if self.crisis:
            values.append(float(_path(rows, "run_on_currency", self.crisis).max(initial=0.0)))
        return values


def column_names(outcomes: dict, regime, crisis) -> list[str]:
    """Return the columns that a plan's outcomes fill, in order."""
    return [*outcomes, *([REGIME, SCORE] if regime else []), *([CRISIS] if crisis else [])]


def _span(scenario: Scenario, window: tuple[int, int]) -> slice:
    """Return the quarters of a run that lie in a window of years."""
    first, after = 4 * window[0] - scenario.start, 4 * window[1] + 4 - scenario.start
    return slice(max(0, first), max(0, after))


def _path(rows: np.ndarray, indicator: str, span: slice) -> np.ndarray:
    return np.ascontiguousarray(rows[indicator][span])[None, :]
