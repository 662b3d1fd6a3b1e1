"""Scenario discovery on the store of a sweep: which worlds end in what, as a box (PRIM) and as leaves (CART)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.analysis import cart
from experiments.analysis.cases import Cases, in_words
from experiments.analysis.prim import Box, boxes, chosen
from experiments.output import InputError


@dataclass(frozen=True)
class Answer:
    """What a method found: its rules in words, and how they do on all points and on points held out.

    held: which points its rules hold [point]. precision, recall: density and coverage at held-out points, of rules
    found without them; NaN if too few points could be held out.
    """

    method: str
    rules: list[str]
    held: np.ndarray
    coverage: float
    density: float
    mass: float
    precision: float
    recall: float


@dataclass(frozen=True)
class Prim:
    """The box of PRIM, its limits and the path to it, as `discover` returns them."""

    answer: Answer
    box: Box
    limits: pd.DataFrame
    path: pd.DataFrame


@dataclass(frozen=True)
class Cart:
    """The tree of CART (scikit-learn's) and its leaves, the densest first."""

    answer: Answer
    tree: object
    leaves: list[cart.Leaf]


def by_prim(cases: Cases) -> Prim:
    """Return what PRIM finds among the factors that are numbers; InputError if none is."""
    if not cases.numbers:
        raise InputError("--method prim: no factor of this sweep is a number; boxes need one; take --method cart")
    points = cases.points[cases.numbers]
    values, hits = points.to_numpy(float), cases.hits
    box, limits, path = discover(points, hits)

    def held(learnt: np.ndarray, rest: np.ndarray) -> np.ndarray:
        return chosen(boxes(values[learnt], hits[learnt]), values[learnt], hits[learnt]).holds(values[rest])

    words = [
        in_words(row.factor, "number", row.low if row.low > row.least else None,
                 row.high if row.high < row.most else None)
        for row in limits.itertuples()
    ]  # fmt: skip
    out = _held_out(held, cases)
    shares = (box.coverage, box.density, box.mass)
    answer = Answer("PRIM", [" and ".join(words) or "anywhere"], box.holds(values), *shares, *out)
    return Prim(answer, box, limits, path)


def by_cart(cases: Cases, limits: cart.Limits) -> Cart:
    """Return what CART finds among all factors."""
    values, hits = cases.values, cases.hits
    pruning = cart.pruning_of(values, hits, limits, cases.folds)
    tree = cart.grow(values, hits, limits, pruning)
    leaves = cart.leaves_of(tree, values, hits, limits, pruning, cases.folds)

    def held(learnt: np.ndarray, rest: np.ndarray) -> np.ndarray:
        found = cart.grow(values[learnt], hits[learnt], limits, pruning)
        nodes = cart.chosen_nodes(found.apply(values[learnt]), hits[learnt])
        return np.isin(found.apply(values[rest]), nodes)

    nodes = {leaf.node for leaf in leaves if leaf.chosen}
    inside = np.isin(tree.apply(values), list(nodes))
    shares = (float(hits[inside].sum() / hits.sum()), float(hits[inside].mean()), float(inside.mean()))
    rules = [rule(cases, low, high) for _, low, high in cart.tops(tree, nodes)]
    return Cart(Answer("CART", rules, inside, *shares, *_held_out(held, cases)), tree, leaves)


def _held_out(held, cases: Cases) -> tuple[float, float]:
    """Return how often it happens at held-out points inside, and the share of held-out hits inside.

    `held` takes the rows to learn from and others, and returns which of the others lie inside what it learns.
    """
    hits, inside, caught, all_hits = cases.hits, 0, 0.0, 0.0
    for learnt, rest in cases.folds:
        if 0.0 < hits[learnt].mean() < 1.0:
            within = held(learnt, rest)
            inside, caught = inside + within.sum(), caught + hits[rest][within].sum()
            all_hits += hits[rest].sum()
    return (float(caught / inside) if inside else np.nan), (float(caught / all_hits) if all_hits else np.nan)


def rule(cases: Cases, low: np.ndarray, high: np.ndarray) -> str:
    """Return limits [factor], infinite where there is none, in words."""
    words = [
        in_words(name, cases.kind(name), *(float(end) if np.isfinite(end) else None for end in ends))
        for name, *ends in zip(cases.names, low, high, strict=True) if np.isfinite(ends).any()
    ]  # fmt: skip
    return " and ".join(words) or "anywhere"


def discover(points: pd.DataFrame, hits: np.ndarray) -> tuple[Box, pd.DataFrame, pd.DataFrame]:
    """Return the chosen box of PRIM, its limits (a row a limited factor), and the peeling (a row a box).

    InputError if the outcome never or always exceeds the value. The limits' `lost` says how far density falls when a
    limit is lifted: a factor that loses nothing is not needed.
    """
    values = points.to_numpy(float)
    try:
        found = boxes(values, hits)
    except ValueError as problem:
        raise InputError(f"{problem}; choose another value for --above") from None
    box = chosen(found, values, hits)
    limited = box.restricted(values)
    rows = [
        {"factor": name, "low": box.low[k], "high": box.high[k],
         "least": values[:, k].min(), "most": values[:, k].max(),
         "lost": box.density - _density_without(box, k, values, hits)}
        for k, name in enumerate(points) if limited[k]
    ]  # fmt: skip
    limits = pd.DataFrame(rows, columns=["factor", "low", "high", "least", "most", "lost"])
    path = pd.DataFrame([{"mass": b.mass, "coverage": b.coverage, "density": b.density} for b in found])
    return box, limits.sort_values("lost", ascending=False, ignore_index=True), path


def _density_without(box: Box, k: int, values: np.ndarray, hits: np.ndarray) -> float:
    low, high = box.low.copy(), box.high.copy()
    low[k], high[k] = values[:, k].min(), values[:, k].max()
    inside = ((values >= low) & (values <= high)).all(axis=1)
    return float(hits[inside].mean())
