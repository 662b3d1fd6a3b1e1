"""Training an emulator on a finished sweep, and checking it on points it has not seen.

The check: the points are cut into five parts; each is predicted, with its bands, by an emulator that was fitted and
calibrated on the other four. A point goes with all its runs: its paired seeds are never on both sides.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.scenario import nearest
from experiments.analysis.emulator_axes import Axes, axes_of
from experiments.analysis.surfaces import IDLE, PARTS, Process, Trees, parts_of
from experiments.facts import NEVER
from experiments.output import InputError
from experiments.sweep.outcomes import REGIME
from experiments.sweep.study import Study

LEVEL = 0.9  # of the bands
LEAST_POINTS = 20
MOST_FOR_PROCESS = 2000  # points up to which a Gaussian process is taken; docs/analysis.md has the measurement
MOST_MISSING = 0.1  # of the points that may lack a value in some run
LEAST_SPREAD = 0.1  # of the typical luck: a surface of luck is not believed below that
FEW_LEVELS = 10  # values of a factor up to which the check also leaves out whole values
CHECK = ["scenario", "outcome", "method", "points", "seeds", "rmse", "rmse_of_mean", "r2", "coverage", "run_coverage",
         "band", "luck", "verdict"]  # fmt: skip
BETWEEN = ["scenario", "outcome", "factor", "without", "points", "rmse", "rmse_of_mean", "coverage"]
HELD_OUT = ["scenario", "outcome", "point", "observed", "mean", "low", "high", "run_low", "run_high"]


@dataclass
class Answer:
    """One outcome in one scenario: a surface of means, one of luck (if seeds tell it), and what calibrates the bands.

    stretch: standard errors in half a band; run_stretch: those below and above the mean of a band for single runs.
    bounds: what the outcome cannot leave.
    """

    surface: Process | Trees
    luck: Process | Trees | None
    typical_luck: float
    stretch: float
    run_stretch: tuple[float, float]
    bounds: tuple[float, float] = (-np.inf, np.inf)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return mean, low, high, and low and high of single runs at points of the unit cube [5, point]."""
        mean, error = self.surface.predict(x)
        wide = spread(error, luck_at(self.luck, self.typical_luck, x))
        half, (below, above) = self.stretch * error, self.run_stretch
        return np.clip([mean, mean - half, mean + half, mean + below * wide, mean + above * wide], *self.bounds)


def spread(error: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Return the standard deviation of single runs around predicted means."""
    return np.sqrt(error**2 + luck**2)


def luck_at(surface: Process | Trees | None, typical: float, x: np.ndarray) -> np.ndarray:
    """Return the standard deviation of runs at points over their seeds [point]."""
    if surface is None:
        return np.full(len(x), typical)
    return np.maximum(surface.predict(x)[0], LEAST_SPREAD * typical)


def fitted(x: np.ndarray, runs: np.ndarray, bounds: tuple, like: Answer | None = None) -> Answer:
    """Return the answer fitted to points [point, factor] and their runs [point, seed], and calibrated on both."""
    kind = Process if len(x) <= MOST_FOR_PROCESS else Trees
    surface = kind.fitted(x, runs.mean(axis=1), like and like.surface)
    luck, typical = None, 0.0
    if runs.shape[1] > 1:
        own = runs.std(axis=1, ddof=1)
        typical = float(np.sqrt((own**2).mean()))
        if own.var() > IDLE * max(typical, 1e-300) ** 2:
            luck = kind.fitted(x, own, like and like.luck)
    mean, error = surface.without_each()
    stretch = quantile(np.abs(runs.mean(axis=1) - mean) / error, LEVEL)
    wide = spread(error, luck_at(luck, typical, x))
    off = ((runs - mean[:, None]) / wide[:, None]).ravel()
    tail = (1.0 - LEVEL) / 2.0
    return Answer(surface, luck, typical, stretch, (-quantile(-off, 1.0 - tail), quantile(off, 1.0 - tail)), bounds)


def quantile(values: np.ndarray, level: float) -> float:
    """Return the quantile that a next value keeps below with this probability (split conformal; Lei et al. 2018)."""
    ordered = np.sort(values)
    return float(ordered[min(len(ordered), int(np.ceil(level * (len(ordered) + 1)))) - 1])


@dataclass
class Trained:
    """What training brings: factors, an answer for each scenario and outcome, the check, and what was left out."""

    axes: Axes
    answers: dict[tuple[str, str], Answer]
    check: pd.DataFrame
    between: pd.DataFrame
    held_out: pd.DataFrame
    left_out: dict[str, str]


def train(
    study: Study, outcomes: list[str] | None = None, progress: Callable[[int, int], None] | None = None
) -> Trained:
    """Return an emulator of a finished sweep, with its check; InputError if an outcome cannot be emulated."""
    axes = axes_of(study)
    x, rows = distinct(axes.places(study.design[axes.keys], str(study.folder)))
    if len(rows) < LEAST_POINTS:
        raise InputError(f"{study.folder}: {len(rows)} different points; an emulator takes {LEAST_POINTS} or more")
    scenarios, left_out, jobs = list(study.manifest["scenarios"]), {}, []
    for outcome in asked_for(study, outcomes):
        for k, scenario in enumerate(scenarios):
            runs = numbers_of(study, outcome)[rows, k]
            why = unfit(runs)
            if why and outcomes:
                raise InputError(f"--outcome {outcome}: {why} in {scenario}; it cannot be emulated")
            if why:
                left_out[f"{outcome}, {scenario}"] = why
            else:
                jobs.append((scenario, outcome, np.isfinite(runs).all(axis=1), runs))
    if not jobs:
        reasons = "; ".join(f"{name} {why}" for name, why in left_out.items())
        raise InputError(f"{study.folder}: nothing can be emulated: {reasons}")
    trained, tables = {}, {"check": [], "between": [], "held_out": []}
    for number, (scenario, outcome, known, runs) in enumerate(jobs, 1):
        who = {"scenario": scenario, "outcome": outcome}
        answer = fitted(x[known], runs[known], bounds_of(runs[known]))
        trained[scenario, outcome] = answer
        told = held_out(x[known], runs[known], answer)
        tables["held_out"].append(pd.DataFrame(who | {"point": rows[known], "observed": runs[known].mean(axis=1)}
                                               | dict(zip(HELD_OUT[4:], told, strict=True))))  # fmt: skip
        tables["check"].append(who | score(answer, runs[known], told))
        tables["between"] += [who | row for row in left_values(axes, x[known], runs[known], answer)]
        if progress:
            progress(number, len(jobs))
    return Trained(axes, trained, pd.DataFrame(tables["check"], columns=CHECK),
                   pd.DataFrame(tables["between"], columns=BETWEEN), pd.concat(tables["held_out"], ignore_index=True),
                   left_out)  # fmt: skip


def asked_for(study: Study, outcomes: list[str] | None) -> list[str]:
    """Return the outcomes that are asked for, or all that are numbers; InputError for one that is not there."""
    known = [name for name in study.outcomes if name != REGIME]
    for name in outcomes or ():
        if name not in known:
            raise InputError(f"--outcome {name}: not in this sweep{nearest(name, known)}; it has {', '.join(known)}")
    return list(dict.fromkeys(outcomes or known))


def numbers_of(study: Study, outcome: str) -> np.ndarray:
    """Return an outcome as [point, scenario, seed]; NaN where a run failed, or never reached what gives its year."""
    cube = study.cube(outcome)
    dated = study.plan["outcomes"].get(outcome, {}).get("statistic") == "first_year_above"
    return np.where(cube == NEVER, np.nan, cube) if dated else cube


def unfit(runs: np.ndarray) -> str:
    """Return why runs [point, seed] cannot be emulated, or ''."""
    known = np.isfinite(runs).all(axis=1)
    if (~known).mean() > MOST_MISSING or known.sum() < LEAST_POINTS:
        return f"has no value in some run of {(~known).mean():.0%} of the points"
    return "" if runs[known].mean(axis=1).var() > IDLE * max(1.0, np.abs(runs[known]).max()) ** 2 else "does not vary"


def bounds_of(runs: np.ndarray) -> tuple[float, float]:
    """Return what bands cannot leave: 0, if runs have it and none less, and then also 1, if runs have it and none more.

    Counts, shares and yes-or-no reach such bounds exactly; what is merely small does not.
    """
    floor = runs.min() == 0.0
    return (0.0 if floor else -np.inf, 1.0 if floor and runs.max() == 1.0 else np.inf)


def distinct(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points, each once, in order, and their rows; so that no point is told from its double."""
    rows = np.sort(np.unique(np.round(x, 12), axis=0, return_index=True)[1])
    return x[rows], rows


def held_out(x: np.ndarray, runs: np.ndarray, like: Answer) -> np.ndarray:
    """Return what is told of each point by an emulator that was fitted without its part [5, point]."""
    told = np.empty((5, len(x)))
    for rows in parts_of(len(x), PARTS):
        rest = np.setdiff1d(np.arange(len(x)), rows)
        told[:, rows] = fitted(x[rest], runs[rest], like.bounds, like).predict(x[rows])
    return told


def score(answer: Answer, runs: np.ndarray, told: np.ndarray) -> dict:
    """Return a row of the check: errors and coverage on held-out points, against predicting the others' mean."""
    mean, low, high, run_low, run_high = told
    true, plain = runs.mean(axis=1), np.empty(len(runs))
    for rows in parts_of(len(runs), PARTS):
        plain[rows] = np.delete(true, rows).mean()
    rmse, base = (float(np.sqrt(np.mean((true - guess) ** 2))) for guess in (mean, plain))
    row = {
        "method": answer.surface.kind, "points": len(runs), "seeds": runs.shape[1], "rmse": rmse, "rmse_of_mean": base,
        "r2": float(1.0 - (rmse / base) ** 2), "coverage": float(np.mean((low <= true) & (true <= high))),
        "run_coverage": float(np.mean((run_low[:, None] <= runs) & (runs <= run_high[:, None]))),
        "band": float(np.mean(high - low)), "luck": answer.typical_luck,
    }  # fmt: skip
    return row | {"verdict": verdict(row["r2"], row["coverage"], len(runs))}


def verdict(r2: float, coverage: float, points: int) -> str:
    """Return in words whether an emulator is good enough."""
    words = next(text for least, text in VERDICTS if r2 >= least)
    slack = 2.0 * np.sqrt(LEVEL * (1.0 - LEVEL) / points)
    if abs(coverage - LEVEL) > slack:
        words += f"; its bands are too {'narrow' if coverage < LEVEL else 'wide'}"
    return words


VERDICTS = (
    (0.9, "good"), (0.7, "fair: take it for a first answer"), (0.4, "weak: take its direction, not its numbers"),
    (-np.inf, "not good enough: run the model"),
)  # fmt: skip


def left_values(axes: Axes, x: np.ndarray, runs: np.ndarray, like: Answer) -> Iterator[dict]:
    """Yield how well the points at a value of a factor with few values are told from those at its other values.

    Only values between others are left out: a factor that was run at 0, 0.5 and 1 will be asked about 0.4.
    """
    for k, axis in enumerate(axes.axes):
        levels = np.unique(np.round(x[:, k], 9))
        if axis.values or not 3 <= len(levels) <= FEW_LEVELS:
            continue
        for level in levels[1:-1]:
            here = np.abs(x[:, k] - level) < 1e-8
            if (~here).sum() < LEAST_POINTS:
                continue
            mean, low, high, *_ = fitted(x[~here], runs[~here], like.bounds, like).predict(x[here])
            true = runs[here].mean(axis=1)
            yield {
                "factor": axis.key, "without": axis.value_at(level), "points": int(here.sum()),
                "rmse": float(np.sqrt(np.mean((true - mean) ** 2))),
                "rmse_of_mean": float(np.sqrt(np.mean((true - runs[~here].mean()) ** 2))),
                "coverage": float(np.mean((low <= true) & (true <= high))),
            }  # fmt: skip
