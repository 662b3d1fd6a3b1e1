"""From the values of coalitions to tables: what of each gap each lever explains, and what arises only together."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from experiments.lab import shapley
from experiments.lab.coalitions import Game
from experiments.tables import BAND, Headline, agreement

Order = tuple[int, ...]
QUANTILE = NormalDist().inv_cdf(BAND[1])  # standard errors from the middle of a band to its end


@dataclass(frozen=True)
class Split:
    """The arrays of one measure's decomposition, seed by seed; what does not apply is None."""

    start: np.ndarray  # value in A [seed]
    end: np.ndarray  # value in B [seed]
    parts: np.ndarray  # contribution of each lever [lever, seed]
    alone: np.ndarray  # the same, moved first [lever, seed]
    last: np.ndarray  # the same, moved last [lever, seed]
    pairs: np.ndarray | None  # interaction of two levers [lever, lever, seed]; None if orders were sampled
    error: np.ndarray | None  # standard error of the mean contribution, from sampling orders [lever]

    @property
    def gap(self) -> np.ndarray:
        """The value in B less that in A [seed]."""
        return self.end - self.start

    @property
    def together(self) -> np.ndarray:
        """What of the gap no lever moves alone: the gap less what each does alone [seed]."""
        return self.gap - self.alone.sum(axis=0)

    @property
    def clear(self) -> bool:
        """Whether there is a gap to explain: the band of its mean does not hold zero (one seed: it is not zero)."""
        low, high = shapley.band(self.gap) if len(self.gap) > 1 else (self.gap[0], self.gap[0])
        return bool(low > 0 or high < 0)


@dataclass(frozen=True)
class Tables:
    """The result: a row a measure; a row a measure and lever; a row a measure and pair of levers."""

    measures: pd.DataFrame
    levers: pd.DataFrame
    pairs: pd.DataFrame


def decomposed(values: dict[int, np.ndarray], levers: int, orders: list[Order]) -> list[Split]:
    """Return the decomposition of every measure from coalition -> [measure, seed], whole or on sampled orders."""
    first, last = shapley.alone(values, levers), shapley.last(values, levers)
    if orders:
        estimate = shapley.sampled(values, orders)
        parts, pairs, errors = estimate.mean, None, estimate.error()
    else:
        table = np.array([values[members] for members in range(shapley.full(levers) + 1)])
        parts, pairs, errors = shapley.contributions(table), shapley.interactions(table), None
    start, end = values[0], values[shapley.full(levers)]
    return [
        Split(
            start[m], end[m], parts[:, m], first[:, m], last[:, m], None if pairs is None else pairs[:, :, m],
            None if errors is None else errors[:, m],
        ) for m in range(len(start))
    ]  # fmt: skip


def tabulated(game: Game, splits: list[Split]) -> Tables:
    """Return the tables of a game's decompositions, one a measure."""
    rows = list(zip(game.measures, splits, strict=True))
    names = np.array([lever.name for lever in game.levers])
    return Tables(
        pd.DataFrame([_measure_row(measure, split) for measure, split in rows]),
        pd.concat([_lever_rows(names, measure, split) for measure, split in rows], ignore_index=True),
        pd.concat([_pair_rows(names, measure, split) for measure, split in rows], ignore_index=True),
    )


def _measure_row(measure: Headline, split: Split) -> dict:
    """Return a measure's values, its gap, and what of that arises only when levers move together."""
    return {
        "measure": measure.label, "indicator": measure.indicator, "first": measure.first, "last": measure.last,
        "how": measure.how, "seeds": len(split.gap), "from": split.start.mean(), "to": split.end.mean(),
        **_summary("gap", split.gap), "agreement": agreement(split.gap, float(split.gap.mean())),
        "clear": split.clear, **_summary("together", split.together),
    }  # fmt: skip


def _lever_rows(names: np.ndarray, measure: Headline, split: Split) -> pd.DataFrame:
    """Return one row a lever: what it contributes, with bands, as a share of the gap, alone and last."""
    share, error = _shares(split, split.parts), np.zeros(len(names)) if split.error is None else split.error
    lows, highs = shapley.share_band(split.parts, split.gap) if split.clear else (share, share)
    columns = {
        "measure": measure.label, "lever": names, **_summary("contribution", split.parts),
        "share": share, "share_low": lows, "share_high": highs, **_brief("alone", split.alone),
        **_brief("last", split.last), "sampling_error": error, "gap": split.gap.mean(),
    }  # fmt: skip
    _widen(columns, "contribution", error)
    _widen(columns, "share", error / abs(split.gap.mean()) if split.clear else error)
    return pd.DataFrame(columns)


def _widen(columns: dict, name: str, error: np.ndarray) -> None:
    """Widen the band of a column by the error of sampling, which is independent of the seeds."""
    middle, low, high = (columns[f"{name}{end}"] for end in ("", "_low", "_high"))
    columns[f"{name}_low"] = middle - np.hypot(middle - low, QUANTILE * error)
    columns[f"{name}_high"] = middle + np.hypot(high - middle, QUANTILE * error)


def _pair_rows(names: np.ndarray, measure: Headline, split: Split) -> pd.DataFrame:
    """Return one row a pair of levers; none if orders were sampled."""
    first, second = np.triu_indices(len(names) if split.pairs is not None else 0, 1)
    pairs = split.pairs[first, second] if len(first) else np.empty((0, len(split.gap)))
    columns = {
        "measure": measure.label, "lever": names[first], "other": names[second], **_brief("interaction", pairs),
        "share": _shares(split, pairs), "gap": split.gap.mean(),
    }  # fmt: skip
    return pd.DataFrame(columns, index=range(len(first)))


def _shares(split: Split, parts: np.ndarray) -> np.ndarray:
    """Return the mean of parts [part, seed] as a share of the mean gap [part]; NaN where there is no gap to explain."""
    return parts.mean(axis=-1) / split.gap.mean() if split.clear else np.full(len(parts), np.nan)


def _brief(name: str, values: np.ndarray) -> dict:
    """Return the mean over seeds of values [..., seed] and its bootstrap band."""
    low, high = shapley.band(values) if values.size else (np.empty(0), np.empty(0))
    return {name: values.mean(axis=-1), f"{name}_low": low, f"{name}_high": high}


def _summary(name: str, values: np.ndarray) -> dict:
    """Return the same, and the median over seeds and the range of 90 % of them."""
    low, middle, high = np.quantile(values, [BAND[0], 0.5, BAND[1]], axis=-1)
    return _brief(name, values) | {f"{name}_median": middle, f"{name}_seeds_low": low, f"{name}_seeds_high": high}
