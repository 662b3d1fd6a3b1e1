"""Bootstrap bands on the store of a sweep: every outcome by point or factor, and paired differences of scenarios."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.analysis.bootstrap import Draws, draws_of, means, summary
from experiments.analysis.check import check_factor, check_number, measured, numbers_of
from experiments.output import InputError
from experiments.sweep.study import Study

VALUES = 12  # different values of a factor up to which each is a group of its own
WHOLE = ("policy", "world")  # numbers that are names: never parted
PARTS = 4  # groups of about equal size into which more are parted


@dataclass(frozen=True)
class Group:
    """Points that are taken together: their places in the design, and what they have in common."""

    places: np.ndarray
    about: dict[str, object]

    @property
    def name(self) -> str:
        """What they have in common, in words."""
        return ", ".join(f"{key} {text_of(value)}" for key, value in self.about.items())


def text_of(value: object) -> str:
    """Return a value of a factor as text."""
    if isinstance(value, bool | np.bool_):
        return "on" if value else "off"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def groups_of(study: Study, by: list[str]) -> list[Group]:
    """Return the groups of points: a group a combination of the values of factors, or a group a point if none is named.

    A factor with more than VALUES numbers is parted into PARTS groups of about as many points. InputError for an
    unknown factor.
    """
    design = study.design
    if not by:
        columns = ["point", *study.factors]
        return [Group(np.array([k]), row) for k, row in enumerate(design[columns].to_dict("records"))]
    for name in by:
        check_factor(study, name)
    if len(set(by)) < len(by):
        raise InputError(f"--by {next(name for name in by if by.count(name) > 1)}: is named twice")
    parted = pd.DataFrame({name: design[name] if name in WHOLE else _parted(design[name]) for name in by})
    return [
        Group(places, dict(zip(by, key, strict=True)))
        for key, places in parted.groupby(by, sort=True, observed=True).indices.items()
        for key in [key if isinstance(key, tuple) else (key,)]
    ]  # fmt: skip


def _parted(column: pd.Series) -> pd.Series:
    """Return the group of each value: itself, or the span of those about as large, ordered."""
    if not pd.api.types.is_numeric_dtype(column) or column.nunique() <= VALUES:
        return column
    part = pd.qcut(column, PARTS, labels=False, duplicates="drop")
    ends = column.groupby(part).agg(["min", "max"])
    names = {k: f"{row['min']:.3g} to {row['max']:.3g}" for k, row in ends.iterrows()}
    return pd.Series(pd.Categorical(part.map(names), categories=list(names.values()), ordered=True), index=column.index)


def bands(study: Study, outcomes: list[str], by: list[str], level: float, draws: int) -> dict[str, pd.DataFrame]:
    """Return the tables of a sweep's outcomes, all with percentile intervals over the same resampled seeds.

    bands: a row an outcome, scenario and group: points, runs, mean, median and sd over runs. differences (several
    scenarios): the same of the paired differences to the first one, run by run. contrasts (groups by factor): the mean
    of each group less that of the first. outcomes: all that are numbers, if none is named. InputError for an unknown
    outcome or factor, and for a sweep of a single seed.
    """
    if len(study.seeds) < 2:
        raise InputError(f"{study.folder}: has one seed; intervals need two or more (replications in the plan)")
    for name in outcomes:
        check_number(study, name)
    chosen = list(dict.fromkeys(outcomes)) or numbers_of(study)
    if not chosen:
        raise InputError(f"{study.folder}: no outcome of this sweep is a number")
    groups, resampled = groups_of(study, by), draws_of(len(study.seeds), draws, level)
    scenarios, parts = list(study.manifest["scenarios"]), {"bands": [], "differences": [], "contrasts": []}
    for outcome in chosen:
        cube = measured(study, outcome)
        for k, scenario in enumerate(scenarios):
            who = {"outcome": outcome, "scenario": scenario}
            parts["bands"] += _rows(who, cube[:, k], groups, resampled)
            if by:
                parts["contrasts"] += _contrasts(who, cube[:, k], groups, resampled)
            if k:
                against, gap = {"against": scenarios[0]}, _gap(cube[:, k], cube[:, 0])
                for row in _rows(who | against, gap, groups, resampled):
                    row["told_apart"] = _apart(row["mean_low"], row["mean_high"])
                    parts["differences"].append(row)
    return {name: pd.DataFrame(rows) for name, rows in parts.items() if rows}


def _gap(values: np.ndarray, base: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return values - base  # infinite less infinite is unknown


def _rows(who: dict, values: np.ndarray, groups: list[Group], draws: Draws) -> list[dict]:
    """Return a row a group; values: [point, seed]."""
    return [who | group.about | {"points": len(group.places)} | summary(values[group.places], draws)
            for group in groups]  # fmt: skip


def _contrasts(who: dict, values: np.ndarray, groups: list[Group], draws: Draws) -> list[dict]:
    """Return the mean of each group but the first less that of the first, in each draw at the same seeds."""
    once = np.ones((1, values.shape[1]), int)
    if not np.isfinite(values[~np.isnan(values)]).all():
        return []
    drawn = [means(values[group.places], np.vstack([once, draws.counts])) for group in groups]
    rows = []
    for group, mine in zip(groups[1:], drawn[1:], strict=True):
        gap = mine - drawn[0]
        low, high = draws.ends(gap[1:])
        rows.append(who | group.about | {"against": groups[0].name, "difference": float(gap[0]), "low": float(low),
                                         "high": float(high), "told_apart": _apart(low, high)})  # fmt: skip
    return rows


def _apart(low: float, high: float) -> bool:
    return bool(low > 0 or high < 0)
