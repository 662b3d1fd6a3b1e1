"""Percentile bootstrap over seeds (Efron 1979): the same resampled seeds for every point and scenario.

Runs at one seed share their luck, so a seed is drawn with all its runs. As each draw takes the same seeds everywhere,
what two scenarios have in common cancels out of their difference.
"""

from dataclasses import dataclass

import numpy as np

SEED = 1  # of the resampling
CELLS = 4_000_000  # of the arrays in which medians are sought


@dataclass(frozen=True)
class Draws:
    """How often each draw takes each seed: counts [draw, seed]; level: of the intervals, 0 to 1."""

    counts: np.ndarray
    level: float

    def ends(self, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return both ends of the interval of drawn statistics [draw, ...]; NaN where a draw has no value.

        The ends are drawn values, the outer ones where the level falls between two: nothing is interpolated, so that
        infinite values may be among them.
        """
        last, tail = len(drawn) - 1, (1.0 - self.level) / 2.0
        places = [int(np.floor(round(tail * last, 9))), int(np.ceil(round((1.0 - tail) * last, 9)))]
        low, high = np.sort(drawn, axis=0)[places]  # NaN is sorted to the end
        return np.where(np.isnan(drawn).any(axis=0), np.nan, low), np.where(np.isnan(drawn).any(axis=0), np.nan, high)


def draws_of(seeds: int, draws: int, level: float) -> Draws:
    """Return draws of as many seeds as there are, with replacement, always the same ones."""
    counts = np.random.default_rng(SEED).multinomial(seeds, np.full(seeds, 1.0 / seeds), size=draws)
    return Draws(counts, level)


def means(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the mean of runs [point, seed] in each draw [draw]; unknown runs (NaN) do not count."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (counts @ np.where(known, values, 0.0).sum(axis=0)) / (counts @ known.sum(axis=0))


def spreads(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the standard deviation of runs [point, seed] in each draw [draw]; NaN with fewer than two known runs."""
    known = ~np.isnan(values)
    number = counts @ known.sum(axis=0)
    centred = np.where(known, values - np.nanmean(values), 0.0)
    first, second = counts @ centred.sum(axis=0), counts @ (centred**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt(np.maximum(second - first**2 / number, 0.0) / np.where(number > 1, number - 1, np.nan))


def medians(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the median of runs [point, seed] in each draw [draw]; NaN where no run of a draw is known."""
    flat, seed = values.ravel(), np.tile(np.arange(values.shape[1]), values.shape[0])
    order = np.argsort(flat, kind="stable")[: int((~np.isnan(flat)).sum())]
    flat, seed, found = flat[order], seed[order], np.full(len(counts), np.nan)
    if not len(flat):
        return found
    step = max(1, CELLS // len(flat))
    for start in range(0, len(counts), step):
        there = np.cumsum(counts[start : start + step][:, seed], axis=1)
        whole = there[:, -1:]
        middle = (flat[(2 * there >= whole).argmax(axis=1)] + flat[(2 * there > whole).argmax(axis=1)]) / 2.0
        found[start : start + step] = np.where(whole[:, 0] > 0, middle, np.nan)
    return found


def summary(values: np.ndarray, draws: Draws) -> dict[str, float]:
    """Return runs, mean, median and sd of runs [point, seed], each of the three with its interval (_low, _high).

    Unknown runs (NaN) do not count. Infinite ones have a place in the median; mean and standard deviation are then
    unknown.
    """
    row: dict[str, float] = {"runs": int((~np.isnan(values)).sum())}
    once = np.ones((1, values.shape[1]), int)
    finite = np.isfinite(values[~np.isnan(values)]).all() and row["runs"] > 0
    for name, statistic in (("mean", means), ("median", medians), ("sd", spreads)):
        known = row["runs"] > 0 and (finite or name == "median")
        low, high = draws.ends(statistic(values, draws.counts)) if known else (np.nan, np.nan)
        middle = statistic(values, once)[0] if known else np.nan
        row |= {name: float(middle), f"{name}_low": float(low), f"{name}_high": float(high)}
    return row
