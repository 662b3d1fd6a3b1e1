"""Which regime a run looks like, from its outcomes alone, never from its policy.

Five components, each scaled to 0..1 by a logistic curve around a midpoint, on means over a window of years:
leverage, concentration, weight of mass products, narrowness of exports, narrowness of knowledge. Their mean is
the score: near 1 like Korea of the paper, near 0 like Taiwan. They need not move together; look at all five.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

# component: indicator, midpoint, width (value change from 0.5 to about 0.73), sign
COMPONENTS = {
    "leverage": ("debt_equity_large", 2.0, 0.5, +1),
    "concentration": ("top4_share", 0.45, 0.07, +1),
    "mass": ("mass_share", 0.15, 0.06, +1),
    "narrow exports": ("niche_share", 0.25, 0.06, -1),
    "narrow knowledge": ("knowledge_breadth", 6.0, 0.8, -1),
}
WINDOW = (1992, 1996)
LABELS = ("Korea-like", "Taiwan-like")  # the ends of the scale: 1 and 0
HYBRID = "hybrid"
KOREA_FROM, TAIWAN_TO = 0.6, 0.4


@dataclass(frozen=True)
class Regime:
    """A label, its score [0..1, 1 = Korea-like] and the score of each component."""

    label: str
    score: float
    components: dict[str, float]

    def leaning(self, end: str) -> tuple[str, ...]:
        """Return the components that by themselves lie at one end of the scale, one of LABELS."""
        return tuple(name for name, score in self.components.items() if label(score) == end)

    @property
    def name(self) -> str:
        """The label; of a hybrid also what it has of either end, such as "hybrid: Korea-like in leverage"."""
        if self.label != HYBRID:
            return self.label
        parts = [f"{end} in {', '.join(self.leaning(end))}" for end in LABELS if self.leaning(end)]
        return f"{HYBRID}: {'; '.join(parts) or 'between the two in everything'}"


def label(score: float) -> str:
    """Return the label of a score."""
    if score > KOREA_FROM:
        return LABELS[0]
    return LABELS[1] if score < TAIWAN_TO else HYBRID


def component_scores(means: Mapping[str, float]) -> dict[str, float]:
    """Return the score of each component [0..1] from mean indicators."""
    scores = {}
    for name, (indicator, middle, width, sign) in COMPONENTS.items():
        scores[name] = float(1.0 / (1.0 + np.exp(-sign * (means[indicator] - middle) / width)))
    return scores


def judge(means: Mapping[str, float]) -> Regime:
    """Return the regime that mean indicators look like."""
    return from_components(component_scores(means))


def from_components(scores: dict[str, float]) -> Regime:
    """Return the regime of component scores: that of their mean."""
    score = float(np.mean(list(scores.values())))
    return Regime(label(score), score, scores)


def classify(records, window: tuple[int, int] = WINDOW) -> Regime:
    """Return the regime of a run from its records, over a window of years (inclusive; the run's end if shorter)."""
    indicators = records.indicators
    years = indicators.index.year
    chosen = indicators[(years >= window[0]) & (years <= window[1])]
    if chosen.empty:
        chosen = indicators.tail(20)
    return judge(chosen.mean())
