"""The power meter: how many paired seeds it takes to tell a difference from luck, and sequential stopping.

A sequential test looks at the pairs again and again as they come in. Each of its looks is made at an equal part of the
whole error (Bonferroni), so that all together keep it; that is valid for any number of looks planned beforehand, and
costs some pairs (Jennison & Turnbull 2000).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.power import TTestIndPower, TTestPower

from abm.runs import simulate
from abm.scenario import Scenario
from experiments.lab.measures import measured
from experiments.tables import Headline
from experiments.threads import in_order

MOST = 10_000_000  # pairs beyond which a difference is none worth telling
COLUMNS = [
    "measure", "pairs", "difference", "low", "high", "sd", "effect_size", "p_value", "pairs_needed", "unpaired_needed",
    "told_apart",
]  # fmt: skip


@dataclass(frozen=True)
class Errors:
    """The errors one accepts: `alpha` to see a difference that is luck (two-sided), 1 - `power` to miss one."""

    alpha: float = 0.05
    power: float = 0.9


def pairs(
    scenarios: tuple[Scenario, Scenario], measures: list[Headline], seeds: list[int], workers: int | None = None,
    prints: dict[str, str] | None = None,
) -> np.ndarray:  # fmt: skip
    """Return the measures of both scenarios at the same seeds [scenario, seed, measure].

    The fingerprint of each run is added to `prints`, if given.
    """

    def one(job: tuple[Scenario, int]) -> tuple[np.ndarray, str]:
        records = simulate(*job)
        return measured(records, job[0], measures), "" if prints is None else records.fingerprint

    jobs = [(scenario, seed) for scenario in scenarios for seed in seeds]
    found = list(in_order(one, jobs, workers))
    if prints is not None:
        prints |= {f"{job[0].name}/{job[1]}": mark for job, (_, mark) in zip(jobs, found, strict=True)}
    return np.array([row for row, _ in found]).reshape(2, len(seeds), len(measures))


def needed(gap: np.ndarray, test: Errors) -> float:
    """Return how many pairs a paired t-test needs for a difference like this one; inf if there is none."""
    spread = gap.std(ddof=1)
    if spread == 0.0:
        return 2.0 if gap.mean() else math.inf
    return _solved(TTestPower(), abs(gap.mean()) / spread, test)


def needed_unpaired(a: np.ndarray, b: np.ndarray, test: Errors) -> float:
    """Return how many runs of each a t-test would need if the seeds were not shared; inf if there is no difference."""
    spread = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2.0)
    if spread == 0.0:
        return 2.0 if a.mean() != b.mean() else math.inf
    return _solved(TTestIndPower(), abs(a.mean() - b.mean()) / spread, test)


def _solved(family, effect: float, test: Errors) -> float:
    """Return the whole number of observations at which a test has its power."""
    if effect < 1e-9:
        return math.inf

    def reached(count: int) -> bool:
        return family.power(effect, count, test.alpha) >= test.power

    most = 2
    while most < MOST and not reached(most):
        most *= 2
    if most >= MOST:
        return math.inf
    low = max(2, most // 2)
    while low < most:
        middle = (low + most) // 2
        low, most = (low, middle) if reached(middle) else (middle + 1, most)
    return float(most)


def table(values: np.ndarray, measures: list[Headline], test: Errors, looks: int = 1) -> pd.DataFrame:
    """Return one row a measure, in COLUMNS; the interval of the mean difference and told_apart are at alpha / looks.

    values: [scenario, seed, measure], two seeds or more. B less A.
    """
    rows = []
    for k, measure in enumerate(measures):
        a, b = values[0, :, k], values[1, :, k]
        gap = b - a
        spread, middle = gap.std(ddof=1), gap.mean()
        half = stats.t.ppf(1.0 - test.alpha / looks / 2.0, len(gap) - 1) * spread / math.sqrt(len(gap))
        ratio = abs(middle) / (spread / math.sqrt(len(gap))) if spread else math.inf if middle else 0.0
        p = 2.0 * stats.t.sf(ratio, len(gap) - 1)
        size = middle / spread if spread else math.copysign(math.inf, middle) if middle else 0.0
        found = (needed(gap, test), needed_unpaired(a, b, test), bool(p <= test.alpha / looks))
        row = (measure.label, len(gap), middle, middle - half, middle + half, spread, size, p, *found)
        rows.append(dict(zip(COLUMNS, row, strict=True)))
    return pd.DataFrame(rows)


def looks_of(first: int, most: int) -> list[int]:
    """Return the numbers of pairs at which a sequential test looks: doubling from the first to the most."""
    counts = [first]
    while counts[-1] * 2 < most:
        counts.append(counts[-1] * 2)
    return [*counts, most] if counts[-1] < most else counts


def sequential(
    scenarios: tuple[Scenario, Scenario], measures: list[Headline], seed: int, first: int, most: int, test: Errors,
    workers: int | None = None, progress: Callable[[int, int], None] | None = None,
    prints: dict[str, str] | None = None,
) -> Iterator[pd.DataFrame]:  # fmt: skip
    """Yield the table at each look; stop once every measure is told apart, or at the most pairs.

    Every look has the same part of the error, whether or not the later ones are made.
    """
    counts, values = looks_of(first, most), None
    for count in counts:
        done = 0 if values is None else values.shape[1]
        more = pairs(scenarios, measures, list(range(seed + done, seed + count)), workers, prints)
        values = more if values is None else np.concatenate([values, more], axis=1)
        if progress:
            progress(count, most)
        found = table(values, measures, test, len(counts))
        yield found
        if found["told_apart"].all():
            return
