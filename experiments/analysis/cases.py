"""What scenario discovery works on: the points of a sweep as numbers, and the share of their runs that are hits."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.quarters import quarter_number, quarter_text
from experiments.analysis.check import check_number, check_scenario
from experiments.output import InputError
from experiments.sweep.study import Study

FOLDS = 5
SEED = 1  # of the shuffle that deals points to folds


@dataclass(frozen=True)
class Cases:
    """Points as numbers [point, factor]: switches are 0 and 1, dates the quarter's number. hits: [point], 0 to 1.

    points: the same as a user knows them, a row a point, a column a factor.
    """

    points: pd.DataFrame
    values: np.ndarray
    hits: np.ndarray

    @property
    def names(self) -> list[str]:
        """The factors."""
        return list(self.points)

    @property
    def numbers(self) -> list[str]:
        """The factors that are numbers, neither switches nor dates."""
        return [name for name in self.points if _kind(self.points[name]) == "number"]

    def kind(self, name: str) -> str:
        """Return whether a factor is a number, a switch or a date."""
        return _kind(self.points[name])


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "switch"
    return "number" if pd.api.types.is_numeric_dtype(column) else "date"


def cases_of(study: Study, outcome: str, above: float, scenario: str | None = None) -> Cases:
    """Return the points of a sweep, and the share of the runs of each in which an outcome exceeds a value.

    Scenarios are pooled unless one is named. Runs without the outcome do not count. InputError for an unknown outcome
    or scenario, and if the outcome never or always exceeds the value.
    """
    check_number(study, outcome)
    if not study.factors:
        raise InputError(f"{study.folder}: this sweep varies nothing; there is nothing to tell apart")
    table = study.results[study.results[outcome].notna()]
    if scenario is not None:
        check_scenario(study, scenario)
        table = table[table["scenario"] == scenario]
    share = (table[outcome] > above).groupby(table["point"]).mean()
    if not 0.0 < (rate := float(share.mean() if len(share) else 0.0)) < 1.0:
        raise InputError(f"{outcome} > {above:g} happens {'always' if rate else 'never'}: nothing to tell apart; "
                         "choose another value for --above")  # fmt: skip
    points = study.design.set_index("point").loc[share.index, study.factors]
    return Cases(points, np.column_stack([_as_numbers(points[name]) for name in points]), share.to_numpy(float))


def _as_numbers(column: pd.Series) -> np.ndarray:
    if _kind(column) == "date":
        return column.map(quarter_number).to_numpy(float)
    return column.to_numpy(float)


def folds_of(values: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the rows to learn from and the rows held out, of each fold; empty if there are too few points.

    Every point is one row, with all of its seeds, and points of equal values go to the same fold: no run is held out
    while its twin is learnt from.
    """
    from sklearn.model_selection import GroupKFold

    groups = np.unique(values, axis=0, return_inverse=True)[1].ravel()
    count = int(groups.max()) + 1
    if count < 2 * FOLDS:
        return []
    dealt = np.random.default_rng(SEED).permutation(count)
    return list(GroupKFold(FOLDS).split(values, groups=dealt[groups]))


def in_words(name: str, kind: str, low: float | None, high: float | None) -> str:
    """Return limits of a factor as a condition in words; None: no limit at that end. kind: number, switch or date.

    Of a switch or a date, whose values come in steps, limits may lie between two of them.
    """
    if kind == "switch":
        return f"{name} is {'off' if low is None else 'on'}"
    low_text = "" if low is None else quarter_text(math.ceil(low)) if kind == "date" else f"{low:.3g}"
    high_text = "" if high is None else quarter_text(math.floor(high)) if kind == "date" else f"{high:.3g}"
    if low is None:
        return f"{name} up to {high_text}"
    return f"{name} from {low_text}" if high is None else f"{name} from {low_text} to {high_text}"
