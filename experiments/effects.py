"""What a change of the model does to the facts and the indicators, seed by seed."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.measurement.indicators import NAMES
from experiments.facts import Fact, contrast
from experiments.tables import BAND, Ensemble, agreement, known_mean
from experiments.validate import NEAR_INTERVAL, judged

MOVED = 2 * NEAR_INTERVAL  # half-widths: as far as from the edge of a pass to a miss
AGREED = 0.9  # least share of seeds that move the same way
RANK = {"miss": 0, "near": 1, "pass": 2}
BOOKKEEPING = ("audit_residual",)  # indicators that say nothing about the economy
CELLS = [
    "mechanism", "id", "scenario", "verdict_with", "verdict_without", "outcome", "median_with", "median_without",
    "inside_change", "effect", "agreement", "moved",
]  # fmt: skip


class Reduced(NamedTuple):
    """What is kept of an ensemble; it does not grow with the number of quarters."""

    facts: list[np.ndarray]  # the statistic of each fact [seed]
    means: dict[str, np.ndarray]  # of each scenario: means of the indicators over the run [seed, indicator]
    sizes: dict[str, np.ndarray]  # of each scenario: mean sizes of the indicators [indicator]


def reduced(facts: list[Fact], ensemble: Ensemble) -> Reduced:
    """Return what is kept of an ensemble."""
    means = {name: known_mean(values) for name, values in ensemble.values.items()}
    sizes = {name: known_mean(known_mean(np.abs(values)).T) for name, values in ensemble.values.items()}
    return Reduced([contrast(fact, ensemble) for fact in facts], means, sizes)


def _middle(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan


def compared(mechanism: str, facts: list[Fact], full: Reduced, other: Reduced) -> pd.DataFrame:
    """Return one row a fact and scenario, in CELLS: with the mechanism, without it, and the paired change."""
    rows = [_cell(fact, *pair) for fact, *pair in zip(facts, full.facts, other.facts, strict=True)]
    return pd.DataFrame(rows).assign(mechanism=mechanism)[CELLS]


def _cell(fact: Fact, values: np.ndarray, others: np.ndarray) -> dict:
    before, after = judged(fact, values, {}), judged(fact, others, {})
    size, agreed = effect(fact, values, others)
    return {
        "id": fact.id, "scenario": before["scenario"],
        "verdict_with": before["verdict"], "verdict_without": after["verdict"],
        "outcome": outcome(before["verdict"], after["verdict"]),
        "median_with": before["median"], "median_without": after["median"],
        "inside_change": after["share_inside"] - before["share_inside"],
        "effect": size, "agreement": agreed, "moved": abs(size) >= MOVED and agreed >= AGREED,
    }  # fmt: skip


def outcome(before: str, after: str) -> str:
    """Return what becomes of a fact: it dies (it passed), is weakened, is unchanged or improves."""
    if RANK[after] < RANK[before]:
        return "dies" if before == "pass" else "weakened"
    return "improves" if RANK[after] > RANK[before] else "unchanged"


def effect(fact: Fact, values: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return the median paired change (without less with) in half-widths, and the share of seeds of its sign."""
    if fact.statistic == "first_year_above":  # never counts as the year after the window
        values, others = np.minimum(values, fact.window[1] + 1), np.minimum(others, fact.window[1] + 1)
    change = others - values
    middle = _middle(change)
    return middle / _half_width(fact, values, others), agreement(change, middle)


def _half_width(fact: Fact, values: np.ndarray, others: np.ndarray) -> float:
    """Return half of the accepted interval; of one without width, half of the band of the seeds."""
    bounds = [fact.accept] if fact.accept else []
    for sample in (values, np.r_[values, others]):
        known = sample[np.isfinite(sample)]
        bounds += [tuple(np.quantile(known, BAND))] if len(known) else []
    return next(((high - low) / 2 for low, high in bounds if high > low), 1.0)


def most_moved(full: Reduced, other: Reduced) -> dict:
    """Return the indicator whose mean over the run changes most for its size, of those on whose sign seeds agree."""
    best, found = 0.0, {"indicator": "", "indicator_scenario": ""} | _medians(np.nan, np.nan)
    for name, before in full.means.items():
        after, sizes = other.means[name], (full.sizes[name] + other.sizes[name]) / 2
        for k, indicator in enumerate(NAMES):
            change = after[:, k] - before[:, k]
            middle = _middle(change)
            share = abs(middle) / sizes[k] if sizes[k] > 0 else 0.0
            if share > best and agreement(change, middle) >= AGREED and indicator not in BOOKKEEPING:
                best, found = share, {"indicator": indicator, "indicator_scenario": name}
                found |= _medians(_middle(before[:, k]), _middle(after[:, k]))
    return found


def _medians(before: float, after: float) -> dict:
    return {"indicator_with": before, "indicator_without": after}
