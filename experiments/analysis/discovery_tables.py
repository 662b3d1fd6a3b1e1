"""The tables of a scenario discovery: the methods side by side, box and peeling, leaves, their limits and the tree."""

import numpy as np
import pandas as pd

from experiments.analysis.cases import Cases, in_words
from experiments.analysis.discovery import Cart, Prim, rule


def tables_of(cases: Cases, prim: Prim | None, cart: Cart | None) -> dict[str, pd.DataFrame]:
    """Return the tables by name, for what was asked for.

    methods: a row a method. box, peeling: of PRIM. leaves, leaf_limits (a row a leaf and limited factor), tree (a row
    a node, the conditions of the way to it one by one): of CART.
    """
    found = {"methods": methods(cases, prim, cart)}
    if prim:
        found |= {"box": prim.limits, "peeling": prim.path}
    if cart:
        found |= {"leaves": leaves(cases, cart), "leaf_limits": leaf_limits(cases, cart), "tree": nodes(cases, cart)}
    return found


def methods(cases: Cases, prim: Prim | None, cart: Cart | None) -> pd.DataFrame:
    """Return what each method found, and the share of points inside either that is inside both (`agreement`)."""
    answers = [part.answer for part in (prim, cart) if part]
    either = np.any([a.held for a in answers], axis=0).sum()
    both = np.all([a.held for a in answers], axis=0).sum()
    return pd.DataFrame([
        {"method": a.method, "rule": " or ".join(f"({rule})" for rule in a.rules) if len(a.rules) > 1 else a.rules[0],
         "points": int(a.held.sum()), "mass": a.mass, "coverage": a.coverage, "density": a.density,
         "held_out_density": a.precision, "held_out_coverage": a.recall, "everywhere": float(cases.hits.mean()),
         "agreement": both / either if len(answers) > 1 else np.nan}
        for a in answers
    ])  # fmt: skip


def leaves(cases: Cases, cart: Cart) -> pd.DataFrame:
    """Return a row a leaf, the densest first."""
    return pd.DataFrame([
        {"leaf": k, "rule": rule(cases, leaf.low, leaf.high), "chosen": leaf.chosen, "points": leaf.points,
         "mass": leaf.mass, "coverage": leaf.coverage, "density": leaf.density, "held_out_density": leaf.held_out,
         "held_out_points": leaf.held_out_points}
        for k, leaf in enumerate(cart.leaves, start=1)
    ])  # fmt: skip


def leaf_limits(cases: Cases, cart: Cart) -> pd.DataFrame:
    """Return a row a leaf and limited factor: above low, up to high; missing where there is no limit."""
    rows = [
        {"leaf": k, "factor": name, "low": low, "high": high}
        for k, leaf in enumerate(cart.leaves, start=1)
        for name, low, high in zip(cases.names, leaf.low, leaf.high, strict=True) if np.isfinite([low, high]).any()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["leaf", "factor", "low", "high"]).replace([np.inf, -np.inf], np.nan)


def nodes(cases: Cases, cart: Cart) -> pd.DataFrame:
    """Return a row a node: its parent (-1: none), the condition that leads to it from there, the leaf (0: none)."""
    inner, way = cart.tree.tree_, cart.tree.decision_path(cases.values).toarray().astype(bool)
    numbers = {leaf.node: k for k, leaf in enumerate(cart.leaves, start=1)}
    rows = [{"node": 0, "parent": -1, "factor": "", "condition": "all"}]
    for node in range(inner.node_count):
        if inner.children_left[node] < 0:
            continue
        name, cut = cases.names[inner.feature[node]], float(inner.threshold[node])
        for child, ends in ((inner.children_left[node], (None, cut)), (inner.children_right[node], (cut, None))):
            condition = in_words(name, cases.kind(name), *ends)
            rows.append({"node": int(child), "parent": node, "factor": name, "condition": condition})
    table = pd.DataFrame(rows).sort_values("node", ignore_index=True)
    return table.assign(
        leaf=[numbers.get(node, 0) for node in table["node"]], points=way.sum(axis=0), mass=way.mean(axis=0),
        density=[float(cases.hits[way[:, node]].mean()) for node in table["node"]],
    )
