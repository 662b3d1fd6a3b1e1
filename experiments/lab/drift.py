"""Where a state that learns drifts to: end regimes from one start and from many, and when a path locks in.

Lock-in is asked of forks: at a date each world is given several futures of other luck. What the world at that date
decides is then the part of the variance of end scores that lies between worlds, not between the futures of one world.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from abm.measurement.regimes import WINDOW, classify
from abm.model import IndustryModel
from abm.policy.responsive import bent
from abm.quarters import quarter_number, quarter_text
from abm.scenario import Scenario
from experiments.tables import BAND
from experiments.threads import in_order

INSTRUMENTS = {
    "directed_share": "policy_direction", "concentration": "policy_concentration", "guarantee": "policy_guarantee",
}  # fmt: skip
SHIFTS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)  # of the start, in log odds of each instrument's range
OTHER_LUCK = 10_000_019  # seeds of futures lie far from those of worlds
RESAMPLES = 500
Progress = Callable[[int, int], None] | None


def highest(scenario: Scenario) -> dict[str, float]:
    """Return the highest value that a responsive state can give each instrument."""
    p = scenario.politics
    return {"directed_share": p.directed_share_max, "concentration": p.concentration_max, "guarantee": 1.0}


def started(scenario: Scenario, shift: float) -> Scenario:
    """Return the scenario with its start moved by some log odds in all three instruments, towards the large if > 0."""
    if not shift:
        return scenario
    ends = highest(scenario)
    return scenario.replace(
        {f"policy.{name}": float(bent(getattr(scenario.policy, name), shift, ends[name])) for name in INSTRUMENTS}
    )


def fixed(scenario: Scenario) -> Scenario:
    """Return the same state without the will to learn: it keeps to its policy block."""
    return scenario.replace({"politics.responsiveness": 0.0})


def ends(scenario: Scenario, seeds: Iterable[int], workers: int | None = None) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a row a seed (seed, label, score, instruments in the window), and their paths [seed, quarter, 3].

    The paths end with the window.
    """
    models = list(in_order(lambda seed: _played(scenario, seed), list(seeds), workers))
    rows, paths = [], []
    for model in models:
        paths.append(np.stack([model.tape.rows[name][: model.quarter] for name in INSTRUMENTS.values()], axis=1))
        regime = classify(model.records)
        last = paths[-1][_window(scenario)].mean(axis=0)
        rows.append({"seed": model.seed, "label": regime.label, "score": regime.score}
                    | dict(zip(INSTRUMENTS, last.tolist(), strict=True)))  # fmt: skip
    return pd.DataFrame(rows), np.array(paths)


def _played(scenario: Scenario, seed: int) -> IndustryModel:
    model = IndustryModel(scenario, seed)
    model.run(_after(scenario))
    return model


def _window(scenario: Scenario) -> slice:
    return slice(quarter_number(f"{WINDOW[0]}Q1") - scenario.start, quarter_number(_after(scenario)) - scenario.start)


def _after(scenario: Scenario) -> str:
    """Return the quarter after the window of the classifier: nothing later matters."""
    return quarter_text(quarter_number(f"{WINDOW[1]}Q4") + 1)


def by_start(
    scenario: Scenario, seeds: Iterable[int], workers: int | None = None, progress: Progress = None
) -> pd.DataFrame:
    """Return the ends of runs from each of SHIFTS: shift, start (the guarantee then), and the columns of `ends`."""
    parts = []
    for k, shift in enumerate(SHIFTS):
        begun = started(scenario, shift)
        parts.append(ends(begun, seeds, workers)[0].assign(shift=shift, start=begun.policy.guarantee))
        if progress:
            progress(k + 1, len(SHIFTS))
    return pd.concat(parts, ignore_index=True)


def futures(
    scenario: Scenario, seeds: list[int], dates: tuple[str, ...], count: int, workers: int | None = None,
    progress: Progress = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the end of each future: date, world (its seed), future, score, label."""
    parts = in_order(lambda seed: _futures_of(scenario, seed, dates, count), seeds, workers, progress)
    return pd.DataFrame([row for part in parts for row in part])


def _futures_of(scenario: Scenario, seed: int, dates: tuple[str, ...], count: int) -> list[dict]:
    world, rows = IndustryModel(scenario, seed), []
    for date in dates:
        world.run(date)
        for number in range(count):
            future = world.fork(seed=OTHER_LUCK + seed * 1000 + number)
            future.run(_after(scenario))
            regime = classify(future.records)
            rows.append({"date": date, "world": seed, "future": number, "score": regime.score, "label": regime.label})
    return rows


def lock_in(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a date: how much of the end the world at that date has decided.

    decided: intraclass correlation of end scores over the futures of each world [0..1], with a bootstrap interval over
    worlds at 90 %; alike: how often two futures of one world end in the same regime; by_chance: two of any worlds.
    """
    rows = []
    for date, part in table.groupby("date", sort=False):
        scores = part.pivot(index="world", columns="future", values="score").to_numpy()
        labels = part.pivot(index="world", columns="future", values="label").to_numpy()
        drawn = np.random.default_rng(0).integers(len(scores), size=(RESAMPLES, len(scores)))
        low, high = np.nanquantile([intraclass(scores[pick]) for pick in drawn], BAND)
        overall = part["label"].value_counts(normalize=True)
        rows.append({"date": date, "decided": intraclass(scores), "low": float(low), "high": float(high),
                     "alike": float(np.mean([same_pairs(row) for row in labels])),
                     "by_chance": float((overall**2).sum())})  # fmt: skip
    return pd.DataFrame(rows)


def intraclass(scores: np.ndarray) -> float:
    """Return the one-way intraclass correlation of scores [world, future] (Shrout & Fleiss 1979), at least 0."""
    worlds, count = scores.shape
    means = scores.mean(axis=1)
    between = count * ((means - scores.mean()) ** 2).sum() / max(worlds - 1, 1)
    within = ((scores - means[:, None]) ** 2).sum() / max(worlds * (count - 1), 1)
    whole = between + (count - 1) * within
    return max(0.0, float((between - within) / whole)) if whole > 0.0 else np.nan


def same_pairs(labels: np.ndarray) -> float:
    """Return the share of pairs of different futures that carry the same label."""
    counts = pd.Series(labels).value_counts().to_numpy()
    count = len(labels)
    return float((counts * (counts - 1)).sum() / (count * (count - 1))) if count > 1 else np.nan
