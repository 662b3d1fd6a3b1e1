"""A map as numbers: a row a point, with shares of regimes, crisis probability and outcomes; and as a full lattice."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.measurement.regimes import HYBRID, LABELS
from abm.scenario import declarations
from experiments.lab.map_plan import AdaptiveGrid, MapPlan
from experiments.lab.refine import interpolated, refined
from experiments.sweep.assemble import spread
from experiments.sweep.outcomes import CRISIS, REGIME, SCORE

FINE = 48  # steps along an axis of a lattice between space-filling points (of three axes, half)
NONE = "none"  # the regime of a point whose runs all failed


def point_table(plan: MapPlan, cubes: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return a row a point: runs, regime (most frequent), shares, crisis (probability), outcomes with 90 % bands.

    cubes: each outcome [point, seed], None where a run failed.
    """
    labels = cubes[REGIME]
    known = np.array([[label is not None and label == label for label in row] for row in labels])
    names = regime_names(set(labels[known]))
    count = known.sum(axis=1)
    share = np.stack([(labels == name).sum(axis=1) / np.maximum(count, 1) for name in names], axis=1)
    table = pd.DataFrame({"runs": count, "failed": labels.shape[1] - count})
    table["regime"] = np.where(count > 0, np.array(names, object)[share.argmax(axis=1)], NONE)
    for k, name in enumerate(names):
        table[share_column(name)] = share[:, k]
    for outcome in (SCORE, CRISIS, *plan.outcomes):
        mean, low, middle, high = spread(cubes[outcome].astype(float)[:, :, None])
        if outcome == CRISIS:
            table[CRISIS] = mean[:, 0]
        else:
            table[outcome], table[f"{outcome}_low"], table[f"{outcome}_high"] = middle[:, 0], low[:, 0], high[:, 0]
    return table


def regime_names(found: set[str]) -> list[str]:
    """Return the names of regimes along the scale: its upper end, what lies between, its lower end."""
    return [LABELS[0], *sorted((found | {HYBRID}) - set(LABELS)), LABELS[1]]


def share_column(name: str) -> str:
    """Return the column that holds the share of a regime."""
    return "share_" + re.sub(r"[^a-z0-9]+", "_", name.lower())


@dataclass(frozen=True)
class Axis:
    """An axis of a map: the key, its description and unit, and the values of the lattice's nodes along it."""

    key: str
    description: str
    unit: str
    values: tuple[float, ...]


class PhaseMap:
    """A map. `table` has a row a point: point, (round,) the axes' keys, and the columns of `point_table`."""

    def __init__(self, plan: MapPlan, frame: pd.DataFrame, outcomes: pd.DataFrame):
        self.plan, self.adaptive = plan, isinstance(plan.design, AdaptiveGrid)
        self._nodes = [tuple(node) for node in frame.filter(regex=r"^node_\d$").to_numpy(int).tolist()]
        places = frame.drop(columns=[c for c in frame if c.startswith("node_")])
        self.table = pd.concat([places.reset_index(drop=True), outcomes], axis=1)
        self.size = plan.design.size if self.adaptive else FINE // (len(plan.factors) - 1)
        share = np.linspace(0.0, 1.0, self.size + 1)
        self.axes = [_axis(key, factor.at(share)) for key, factor in plan.factors.items()]
        self._leaves = self._refined() if self.adaptive else None
        self._volumes: dict[str, np.ndarray] = {}  # those worked out so far: pages ask for them again and again

    @property
    def runs(self) -> int:
        """The runs that the map cost."""
        return len(self.table) * self.plan.replications.count

    @property
    def full_runs(self) -> int:
        """The runs that the full grid of the same sharpness costs; of a space-filling map, what it cost itself."""
        nodes = (self.size + 1) ** len(self.axes) if self.adaptive else len(self.table)
        return nodes * self.plan.replications.count

    @property
    def regimes(self) -> list[str]:
        """The names of the regimes along the scale."""
        return regime_names(set(self.table["regime"]) - {NONE})

    def volume(self, column: str) -> np.ndarray:
        """Return a column of numbers at every node of the lattice, linear between points; NaN where all is unknown."""
        if column not in self._volumes:
            values = self.table[column].to_numpy(float)
            if self.adaptive:
                found = interpolated(self._leaves, self.size, dict(zip(self._nodes, values, strict=True)))
            else:
                found = self._between(values)
            self._volumes[column] = found
        return self._volumes[column]

    def regime_volume(self) -> np.ndarray:
        """Return at every node the number, in `regimes`, of the regime with the largest share."""
        return np.stack([self.volume(share_column(name)) for name in self.regimes]).argmax(axis=0)

    def areas(self) -> dict[str, float]:
        """Return the part of the map that each regime covers."""
        volume = self.regime_volume()
        return {name: float((volume == k).mean()) for k, name in enumerate(self.regimes)}

    def _refined(self) -> list:
        classes = zip(self.table["regime"], self.table[CRISIS] >= 0.5, strict=True)
        known = dict(zip(self._nodes, classes, strict=True))
        return refined(self.plan.design.cells, self.plan.design.depth, len(self.axes), known)[0]

    def _between(self, values: np.ndarray) -> np.ndarray:
        """Return values between scattered points: linear in triangles of points, beyond them of the nearest point."""
        from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

        known = np.isfinite(values)
        ends = [(axis.values[0], axis.values[-1]) for axis in self.axes]
        scaled = [(self.table[a.key] - low) / (high - low) for a, (low, high) in zip(self.axes, ends, strict=True)]
        points = np.stack(scaled, axis=1)[known]
        if not len(points):
            return np.full((self.size + 1,) * len(self.axes), np.nan)
        steps = [(np.array(a.values) - low) / (high - low) for a, (low, high) in zip(self.axes, ends, strict=True)]
        nodes = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1)
        nearest = NearestNDInterpolator(points, values[known])(nodes)
        if len(points) < 2 + 2 * len(self.axes):
            return nearest
        linear = LinearNDInterpolator(points, values[known])(nodes)
        return np.where(np.isfinite(linear), linear, nearest)


def _axis(key: str, values: list) -> Axis:
    section, _, name = key.partition(".")
    about = declarations()[section][name]
    return Axis(key, about["description"], about["unit"], tuple(float(value) for value in values))
