"""What is attributed: the headlines and the regime score, or indicators of the user's choice, one number a run."""

import re

import numpy as np
import pandas as pd

from abm.measurement.indicators import NAMES
from abm.measurement.records import Records
from abm.measurement.regimes import LABELS, WINDOW, classify
from abm.scenario import Scenario, nearest
from experiments.figures.argument import ARGUMENT
from experiments.figures.style import MEANING
from experiments.output import InputError
from experiments.tables import Ensemble, Headline, from_runs, headlines

REGIME = "regime_score"  # no indicator, but a verdict on five of them
REGIME_MEANING = ("0..1", f"Mean of five components, from outcomes alone; 1 is {LABELS[0]}, 0 is {LABELS[1]}")
HOW = ("mean", "max", "sum")
SECTION = {panel.indicator: figure.section for figure in ARGUMENT for panel in figure.panels}


def default_measures(scenario: Scenario) -> list[Headline]:
    """Return the headlines that a run covers, and its regime score."""
    first, last = span(scenario)
    quarters = _quarters(scenario)
    chosen = [*headlines(Ensemble({}, [], quarters, {}))]
    inside = max(first, WINDOW[0]), min(last, WINDOW[1])
    if inside[0] > inside[1]:  # `classify` then looks at the last 20 quarters
        inside = int(quarters.year[-20:].min()), last
    return [*chosen, Headline(f"Regime score, {years_text(*inside)} (1 = {LABELS[0]})", REGIME, *inside)]


def span(scenario: Scenario) -> tuple[int, int]:
    """Return the first and the last year of a run."""
    years = _quarters(scenario).year
    return int(years[0]), int(years[-1])


def _quarters(scenario: Scenario) -> pd.PeriodIndex:
    first = pd.Period(scenario.run.start, freq="Q")
    return pd.period_range(first, periods=scenario.run.quarters, freq="Q")


def chosen_measures(
    scenario: Scenario, indicators: list[str], years: list[str], how: list[str]
) -> list[Headline]:
    """Return the measures that a user asked for, the default ones if none; InputError names what is wrong.

    `years` and `how` have one value for all indicators or one for each; none means the whole run, and its mean.
    """
    if not indicators:
        for option, values in (("--years", years), ("--how", how)):
            if values:
                raise InputError(f"{option} {values[0]}: says how to read an --indicator, and none is given")
        return default_measures(scenario)
    spans = _one_each("--years", years or ["-".join(map(str, span(scenario)))], len(indicators))
    ways = _one_each("--how", how or ["mean"], len(indicators))
    measures = [_measure(scenario, *parts) for parts in zip(indicators, spans, ways, strict=True)]
    labels = [measure.label for measure in measures]
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(f"--indicator: {label}: asked for twice")
    return measures


def _one_each(option: str, values: list[str], count: int) -> list[str]:
    if len(values) not in (1, count):
        raise InputError(f"{option}: given {len(values)} times; expected once, or once for each of {count} indicators")
    return values * count if len(values) == 1 else values


def _measure(scenario: Scenario, indicator: str, years: str, how: str) -> Headline:
    if indicator not in NAMES:
        known = "see `latecomer parameters --of indicators`"
        raise InputError(f"--indicator {indicator}: no such indicator{nearest(indicator, NAMES)}; {known}")
    if how not in HOW:
        raise InputError(f"--how {how}: expected one of {', '.join(HOW)}")
    first, last = _years(scenario, years)
    return Headline(f"{indicator}, {how}, {years_text(first, last)}", indicator, first, last, how, _form(indicator))


def _years(scenario: Scenario, text: str) -> tuple[int, int]:
    least, most = span(scenario)
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not least <= first <= last <= most:
        raise InputError(f"--years {text}: expected a year or FIRST-LAST within {least}-{most}, such as {least}-{most}")
    return first, last


def years_text(first: int, last: int) -> str:
    """Return a span of years in words: 1997-98, or one year."""
    return str(first) if first == last else f"{first}-{last % 100:02d}"


def _form(indicator: str) -> str:
    unit = MEANING[indicator][0]
    if unit in ("share", "0/1", "1/year"):
        return "{:.1%}"
    return "{:,.0f}" if unit.startswith("USD m") else "{:.3g}"


def meaning(measure: Headline) -> str:
    """Return the indicator of a measure in words: name, unit, definition, section of the paper."""
    unit, definition = REGIME_MEANING if measure.indicator == REGIME else MEANING[measure.indicator]
    section = SECTION.get(measure.indicator, "")
    return f"{measure.indicator} [{unit}]: {definition}." + (f" Ernst (1998), {section}." if section else "")


def measured(records: Records, scenario: Scenario, measures: list[Headline]) -> np.ndarray:
    """Return one number a measure of one run [measure]; the run's records can then be dropped."""
    ensemble = from_runs([scenario], {(scenario.name, records.seed): records})
    return np.array([
        classify(records).score
        if m.indicator == REGIME
        else ensemble.over_years(scenario.name, m.indicator, m.first, m.last, m.how)[0]
        for m in measures
    ])  # fmt: skip
