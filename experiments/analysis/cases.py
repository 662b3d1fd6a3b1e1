"""What scenario discovery works on: the points of a sweep as numbers, and the share of their runs that are hits."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from abm.quarters import quarter_number, quarter_text
from experiments.analysis.check import check_number, check_scenario
from experiments.output import InputError
from experiments.sweep.study import Study

FOLDS, REPEATS = 5, 5
LARGE = 10_000  # points above which folds are dealt once: repeating is for samples in which one deal is luck
SEED = 1  # of the shuffles that deal points to folds


@dataclass(frozen=True)
class Cases:
    """Points as numbers [point, factor]: switches are 0 and 1, dates the quarter's number. hits: [point], 0 to 1.

    points: the same as a user knows them, a row a point, a column a factor. blocks: what is held out as a whole
    [point]; block: what that is called.
    """

    points: pd.DataFrame
    values: np.ndarray
    hits: np.ndarray
    blocks: np.ndarray
    block: str = "point"

    @property
    def folds(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """The rows to learn from and the rows held out, of each fold, as `folds_of` returns them."""
        return folds_of(self.values, self.blocks)

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
    values = np.column_stack([_as_numbers(points[name]) for name in points])
    block, blocks = _blocks(study, share.index.to_numpy())
    return Cases(points, values, share.to_numpy(float), blocks, block)


def _as_numbers(column: pd.Series) -> np.ndarray:
    if _kind(column) == "date":
        return column.map(quarter_number).to_numpy(float)
    return column.to_numpy(float)


def _blocks(study: Study, points: np.ndarray) -> tuple[str, np.ndarray]:
    """Return what is held out as a whole, and the one of each point: a world, a block of a sensitivity plan, a point.

    Points of one world, or of one block, differ in few factors: what is learnt from one would tell of the other.
    """
    if "world" in study.design:
        return "world", study.design.set_index("point")["world"].loc[points].to_numpy()
    if study.plan["kind"] == "sensitivity":
        size = len(study.factors) + (1 if study.plan["design"]["kind"] == "morris" else 2)
        return "design block", points // size
    return "point", points


def groups_of(values: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """Return the group of each point: blocks, and points of equal values, are of one group [point]."""
    block = np.unique(blocks, return_inverse=True)[1].ravel()
    value = np.unique(values, axis=0, return_inverse=True)[1].ravel() + block.max() + 1
    count = int(value.max()) + 1
    linked = coo_array((np.ones(len(block)), (block, value)), shape=(count, count))
    return connected_components(linked, directed=False)[1][block]


def folds_of(values: np.ndarray, blocks: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the rows to learn from and the rows held out, of each fold; empty if there are too few points.

    values: [point, factor]; blocks: what is held out as a whole [point]. Every point is one row, with all of its seeds,
    and points of equal values go to the same fold: no run is held out while its twin is learnt from. Too few blocks
    are parted into points. The folds are dealt up to REPEATS times, and all points are held out once in each deal.
    """
    from sklearn.model_selection import GroupKFold

    for groups in (groups_of(values, blocks), groups_of(values, np.arange(len(values)))):
        labels, group = np.unique(groups, return_inverse=True)
        if len(labels) >= 2 * FOLDS:
            rng, repeats = np.random.default_rng(SEED), max(1, min(REPEATS, LARGE // len(values)))
            dealt = [rng.permutation(len(labels)) for _ in range(repeats)]
            return [fold for deal in dealt for fold in GroupKFold(FOLDS).split(values, groups=deal[group])]
    return []


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
