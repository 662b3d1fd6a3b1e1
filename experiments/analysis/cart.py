"""CART, classification trees (Breiman et al. 1984), for scenario discovery (Lempert, Bryant & Bankes 2008).

A tree cuts the points, factor by factor, into leaves in which something happens often or seldom. Every point weighs
the same, whatever its number of seeds, and counts as a hit as far as its runs are hits. The tree is grown by
scikit-learn and pruned to the smallest one whose error at held-out points is within a standard error of the least.
"""

from dataclasses import dataclass

import numpy as np

SEED = 1  # decides between cuts that are equally good
Folds = list[tuple[np.ndarray, np.ndarray]]  # rows to learn from, rows held out
ROUNDING = 1e-12  # errors that differ by less are equal


@dataclass(frozen=True)
class Leaf:
    """A leaf: its limits [factor], shares as of a box, what held-out points say, and whether it is of the answer.

    low, high: the limits halfway between points, -inf and inf where there is none. held_out: how often it happens at
    the held-out points of this leaf, NaN if there were none; held_out_points: how many, on average over the deals.
    """

    node: int
    low: np.ndarray
    high: np.ndarray
    coverage: float
    density: float
    mass: float
    points: int
    held_out: float
    held_out_points: float
    chosen: bool

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Return whether each point [point, factor] lies inside."""
        return ((points > self.low) & (points <= self.high)).all(axis=1)


@dataclass(frozen=True)
class Limits:
    """How large a tree may grow: cuts on the way to a leaf, and the share of the points that a leaf holds at least."""

    depth: int = 4
    leaf: float = 0.05


def grow(values: np.ndarray, hits: np.ndarray, limits: Limits, pruning: float = 0.0):
    """Return a tree (scikit-learn's) on points [point, factor] and their shares of hits [point]."""
    return _blank(limits, pruning).fit(*_weighed(values, hits))


def _blank(limits: Limits, pruning: float = 0.0):
    from sklearn.tree import DecisionTreeClassifier

    leaf = min(0.5, limits.leaf * (1.0 - 1e-9))  # sums of weights are not exact
    return DecisionTreeClassifier(
        max_depth=limits.depth, min_weight_fraction_leaf=leaf, ccp_alpha=pruning, random_state=SEED
    )


def _weighed(values: np.ndarray, hits: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return every point as a hit and as a miss, and weights that say how far it is one or the other."""
    weights = np.concatenate([hits, 1.0 - hits])
    seen = weights > 0.0
    return np.tile(values, (2, 1))[seen], np.repeat([1, 0], len(values))[seen], weights[seen]


def happens(tree, values: np.ndarray) -> np.ndarray:
    """Return how often it happens in the leaf of each point [point]."""
    chances = tree.predict_proba(values)
    return chances[:, list(tree.classes_).index(1)] if 1 in tree.classes_ else np.zeros(len(values))


def pruning_of(values: np.ndarray, hits: np.ndarray, limits: Limits, folds: Folds) -> float:
    """Return the pruning of the smallest tree whose held-out error is within a standard error of the least.

    The error is the mean square of share less forecast over held-out points; the standard error is that of the
    difference to the best tree, point by point. With too few points to hold any out, nothing is pruned.
    """
    if not folds:
        return 0.0
    steps = _blank(limits).cost_complexity_pruning_path(*_weighed(values, hits)).ccp_alphas.clip(0.0)
    tried = np.unique(np.append(np.sqrt(steps[:-1] * steps[1:]), steps[-1] * 1.0001))
    errors, repeats = np.zeros((len(tried), len(values))), sum(len(held) for _, held in folds) / len(values)
    for k, pruning in enumerate(tried):
        for learnt, held in folds:
            forecast = happens(grow(values[learnt], hits[learnt], limits, pruning), values[held])
            errors[k, held] += (hits[held] - forecast) ** 2 / repeats
    worse = errors - errors[errors.mean(axis=1).argmin()]
    allowed = worse.std(axis=1, ddof=1) / np.sqrt(len(values)) + ROUNDING
    return float(tried[worse.mean(axis=1) <= allowed].max())


def leaves_of(
    tree, values: np.ndarray, hits: np.ndarray, limits: Limits, pruning: float, folds: Folds
) -> list[Leaf]:
    """Return the leaves of a tree, the densest first.

    Chosen are the densest leaves that together have the best harmonic mean of coverage and density, the measure by
    which a box of PRIM is chosen.
    """
    where = tree.apply(values)
    ends, out = _limits(tree, values.shape[1]), _held_out(where, values, hits, limits, pruning, folds)
    best = chosen_nodes(where, hits)
    return [
        Leaf(int(node), *ends[node], float(hits[where == node].sum() / hits.sum()), float(hits[where == node].mean()),
             float((where == node).mean()), int((where == node).sum()), *out[node],
             node in best)
        for node in _by_density(where, hits)
    ]  # fmt: skip


def chosen_nodes(where: np.ndarray, hits: np.ndarray) -> list[int]:
    """Return the densest leaves with the best harmonic mean; where: the leaf of each point [point]."""
    nodes = _by_density(where, hits)
    caught = np.cumsum([hits[where == node].sum() for node in nodes])
    size = np.cumsum([(where == node).sum() for node in nodes])
    coverage, density = caught / hits.sum(), caught / size
    best = (2.0 * coverage * density / np.maximum(coverage + density, 1e-12)).argmax()
    return nodes[: best + 1]


def _by_density(where: np.ndarray, hits: np.ndarray) -> list[int]:
    return sorted(map(int, np.unique(where)), key=lambda node: (-hits[where == node].mean(), node))


def tops(tree, chosen: set[int]) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """Return the nodes, with their limits, that stand for chosen leaves: all leaves below are chosen, and no more.

    Two leaves that one cut parts need no rule each if both are chosen.
    """
    inner, ends = tree.tree_, _limits(tree, tree.n_features_in_)

    def below(node: int) -> list[int]:
        """Return the tops at or below a node; the node alone if it is itself one."""
        children = [int(inner.children_left[node]), int(inner.children_right[node])]
        if children[0] < 0:
            return [node] if node in chosen else []
        found = [below(child) for child in children]
        return [node] if found == [[child] for child in children] else [*found[0], *found[1]]

    return [(node, *ends[node]) for node in below(0)]


def _limits(tree, factors: int) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Return the limits of every node of a tree: node -> low [factor], high [factor]."""
    inner, found = tree.tree_, {0: (np.full(factors, -np.inf), np.full(factors, np.inf))}
    for node in range(inner.node_count):  # a parent stands before its children
        if inner.children_left[node] < 0:
            continue
        low, high = found[node]
        left, right = high.copy(), low.copy()
        left[inner.feature[node]] = right[inner.feature[node]] = inner.threshold[node]
        found[inner.children_left[node]], found[inner.children_right[node]] = (low, left), (right, high)
    return found


def _held_out(
    where: np.ndarray, values: np.ndarray, hits: np.ndarray, limits: Limits, pruning: float, folds: Folds
) -> dict[int, tuple[float, float]]:
    """Return how often it happens at the held-out points of each leaf, and how many they are: node -> (share, count).

    The tree is grown again without each fold. A leaf of such a tree stands for the leaf of the whole tree with which
    it has most of the points it learnt from in common, and the held-out points that fall into it count there.
    """
    caught = dict.fromkeys(map(int, np.unique(where)), (0.0, 0))
    for learnt, held in folds:
        tree = grow(values[learnt], hits[learnt], limits, pruning)
        mine, theirs = tree.apply(values[learnt]), where[learnt]
        for node in np.unique(mine):
            names, counts = np.unique(theirs[mine == node], return_counts=True)
            here, stands = held[tree.apply(values[held]) == node], int(names[counts.argmax()])
            caught[stands] = (caught[stands][0] + float(hits[here].sum()), caught[stands][1] + len(here))
    repeats = max(1.0, sum(len(held) for _, held in folds) / len(values))
    return {node: (share / count if count else np.nan, count / repeats) for node, (share, count) in caught.items()}
