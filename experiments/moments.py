"""How far an ensemble is from the facts: one penalty a fact, smooth where a search needs it to be.

A penalty is 0 well inside what is accepted, 1 at its edge, and grows from there: as a square at first, then in
proportion (so that one hopeless fact does not outweigh the rest). A level is judged by its median over seeds and, with
less weight, seed by seed: a median between two extremes is no fit.
"""

import numpy as np
from scipy.stats import norm

from experiments.facts import Fact, contrast
from experiments.tables import Ensemble

FREE = 0.6  # part of the way from the middle of an interval to its edge that costs nothing
MARGIN = 0.35  # standard deviations by which an order should hold at the required share
SPREAD = 0.3  # weight of the seeds one by one
WORST = 6.0  # penalty of a fact that cannot be measured, and bound of the others


def penalties(facts: list[Fact], ensemble: Ensemble) -> dict[str, float]:
    """Return the penalty of each fact, by id and scenario."""
    result = {}
    for fact in facts:
        result[f"{fact.id}/{'-'.join(fact.scenarios)}"] = penalty(fact, contrast(fact, ensemble))
    return result


def penalty(fact: Fact, values: np.ndarray) -> float:
    """Return the penalty of a fact whose statistic has these values over seeds."""
    known = values[np.isfinite(values)]
    if not len(known):
        return WORST
    if fact.order:
        return shaped(order_distance(known if fact.order == "higher" else -known, fact.share))
    if fact.share:
        inside = (known >= fact.accept[0]) & (known <= fact.accept[1])
        return shaped(share_distance(float(inside.mean()), fact.share))
    each = [min(shaped(interval_distance(value, fact.accept)), WORST / 2.0) for value in known]
    middle = shaped(interval_distance(float(np.median(known)), fact.accept))
    return (1.0 - SPREAD) * middle + SPREAD * float(np.mean(each))


def shaped(distance: float) -> float:
    """Return the penalty of a distance that is 0 where all is well and 1 at the edge of what is accepted."""
    return min(WORST, distance * distance if distance <= 1.0 else 2.0 * distance - 1.0)


def interval_distance(middle: float, accept: tuple[float, float]) -> float:
    """Return the distance of a median from an interval: 0 in its inner part, 1 at its edge."""
    centre, half = (accept[0] + accept[1]) / 2.0, (accept[1] - accept[0]) / 2.0
    return max(0.0, (abs(middle - centre) / half - FREE) / (1.0 - FREE))


def order_distance(gaps: np.ndarray, share: float) -> float:
    """Return the distance of paired gaps from being positive in a share of pairs, by their mean and deviation."""
    spread = float(gaps.std()) + 1e-9
    need = float(norm.ppf(share)) + MARGIN
    by_moments = need + 1.0 - MARGIN - float(gaps.mean()) / spread
    by_count = (share - float((gaps > 0.0).mean())) / 0.25 + 1.0
    return max(0.0, min(by_moments, 3.0), by_count if by_count > 1.0 else 0.0)


def share_distance(inside: float, share: float) -> float:
    """Return the distance of a share of seeds from the share that a fact asks for."""
    return max(0.0, (share - inside) / 0.25 + 1.0) if inside < share else 0.0
