"""PRIM, the patient rule induction method (Friedman & Fisher 1999), for scenario discovery (Bryant & Lempert 2010).

A box is peeled: in each step the slice of a few per cent of the points, at either end of one factor, whose removal
leaves the densest box. Then it is pasted out again as long as that does not thin it. Written here because no kept
library has it alone.
"""

from dataclasses import dataclass

import numpy as np

PEEL = 0.05  # of the points in the box that a peel takes away
LEAST = 0.05  # of all points that a box keeps


@dataclass(frozen=True)
class Box:
    """Limits of each factor [factor]; coverage: hits inside of all hits; density: hits of the points inside; mass."""

    low: np.ndarray
    high: np.ndarray
    coverage: float
    density: float
    mass: float

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Return whether each point [point, factor] lies inside."""
        return ((points >= self.low) & (points <= self.high)).all(axis=1)

    def restricted(self, points: np.ndarray) -> np.ndarray:
        """Return which factors the box limits, given all points."""
        return (self.low > points.min(axis=0)) | (self.high < points.max(axis=0))


def boxes(points: np.ndarray, hits: np.ndarray) -> list[Box]:
    """Return the boxes of one peeling, from all points to the densest; hits: the weight of each point, 0 to 1.

    A share of seeds with a crisis is such a weight. ValueError if nothing, or everything, is a hit.
    """
    if not 0.0 < hits.mean() < 1.0:
        raise ValueError("nothing to tell apart: it happens " + ("always" if hits.mean() else "never"))
    box = _box(points.min(axis=0), points.max(axis=0), points, hits)
    found = [box]
    while (smaller := _peeled(box, points, hits)) is not None:
        box = smaller
        found.append(box)
    return found


def chosen(found: list[Box], points: np.ndarray, hits: np.ndarray) -> Box:
    """Return the box with the best harmonic mean of coverage and density, pasted out where that thins nothing."""
    best = max(found, key=lambda box: 2.0 * box.coverage * box.density / max(box.coverage + box.density, 1e-12))
    return _pasted(best, points, hits)


def _box(low: np.ndarray, high: np.ndarray, points: np.ndarray, hits: np.ndarray) -> Box:
    inside = ((points >= low) & (points <= high)).all(axis=1)
    caught = float(hits[inside].sum())
    return Box(low, high, caught / float(hits.sum()), caught / max(int(inside.sum()), 1), float(inside.mean()))


def _peeled(box: Box, points: np.ndarray, hits: np.ndarray) -> Box | None:
    """Return the densest box one peel smaller; None if none is denser, or few points would be left."""
    inside = points[box.holds(points)]
    best = None
    for k in range(points.shape[1]):
        for upper in (False, True):
            cut = np.quantile(inside[:, k], 1.0 - PEEL if upper else PEEL)
            kept = inside[:, k] < cut if upper else inside[:, k] > cut
            if not kept.any():  # many equal values: a whole value is peeled, or none
                continue
            low, high = box.low.copy(), box.high.copy()
            (high if upper else low)[k] = inside[kept, k].max() if upper else inside[kept, k].min()
            smaller = _box(low, high, points, hits)
            if smaller.mass >= LEAST and smaller.mass < box.mass and (best is None or smaller.density > best.density):
                best = smaller
    return best if best is not None and best.density > box.density else None


def _pasted(box: Box, points: np.ndarray, hits: np.ndarray) -> Box:
    """Return a box widened, limit by limit, to the whole range wherever it stays as dense."""
    for k in range(points.shape[1]):
        for end, whole in (("low", points[:, k].min()), ("high", points[:, k].max())):
            limits = {"low": box.low.copy(), "high": box.high.copy()}
            limits[end][k] = whole
            wider = _box(limits["low"], limits["high"], points, hits)
            if wider.density >= box.density:
                box = wider
    return box
