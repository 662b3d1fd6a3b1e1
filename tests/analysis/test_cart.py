"""Trees: a known box, agreement with PRIM, whole points held out, and no rule where there is only luck."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis import cart
from experiments.analysis.cases import Cases, folds_of, groups_of, in_words
from experiments.analysis.discovery import by_cart, by_prim
from experiments.analysis.discovery_tables import tables_of
from experiments.output import InputError

LIMITS = cart.Limits()


def cases(hits, count=600, names="abcd", seed=5):
    """Cases of a cloud of points in the unit cube; `hits`: how often it happens, a function of the points."""
    points = pd.DataFrame(np.random.default_rng(seed).random((count, len(names))), columns=list(names))
    return Cases(points, points.to_numpy(), np.asarray(hits(points), float), np.arange(count))


def boxed(points):
    return (points["a"] > 0.6) & (points["c"] < 0.4)


def test_a_known_box_is_the_one_leaf_chosen_and_prim_agrees():
    known = cases(boxed)
    tree, prim = by_cart(known, LIMITS), by_prim(known)
    leaf = tree.leaves[0]
    assert [leaf.chosen for leaf in tree.leaves] == [True, False, False]
    assert leaf.low[0] == pytest.approx(0.6, abs=0.02) and leaf.high[2] == pytest.approx(0.4, abs=0.02)
    assert np.isinf(leaf.low[[1, 2, 3]]).all() and np.isinf(leaf.high[[0, 1, 3]]).all()
    assert (leaf.coverage, leaf.density) == (1.0, 1.0) and leaf.held_out > 0.95
    assert leaf.mass == pytest.approx(known.hits.mean()) and leaf.points == known.hits.sum()
    table = tables_of(known, prim, tree)["methods"].set_index("method")
    assert table.loc["PRIM", "agreement"] > 0.9 and table["held_out_density"].min() > 0.9
    assert table.loc["CART", "rule"] == f"a from {leaf.low[0]:.3g} and c up to {leaf.high[2]:.3g}"


def test_leaves_part_the_points_and_hold_them():
    known = cases(lambda p: np.clip(p["b"] + 0.2 * np.random.default_rng(1).normal(size=len(p)), 0, 1))
    tree = by_cart(known, LIMITS)
    held = np.array([leaf.holds(known.values) for leaf in tree.leaves])
    assert (held.sum(axis=0) == 1).all()
    assert sum(leaf.mass for leaf in tree.leaves) == pytest.approx(1.0)
    assert sum(leaf.coverage for leaf in tree.leaves) == pytest.approx(1.0)
    assert sum(leaf.held_out_points for leaf in tree.leaves) == pytest.approx(len(known.values))
    for inside, leaf in zip(held, tree.leaves, strict=True):
        assert leaf.density == pytest.approx(known.hits[inside].mean()) and inside.sum() == leaf.points
        assert leaf.mass >= LIMITS.leaf


def test_luck_alone_has_no_rule():
    noise = np.random.default_rng(3).random(600) < 0.3
    assert by_cart(cases(lambda points: noise), LIMITS).answer.rules == ["anywhere"]


def test_a_leaf_that_luck_made_is_found_out_at_held_out_points():
    """Without pruning, a tree on pure luck finds dense leaves; held out, they are no denser than everywhere."""
    known = cases(lambda points: np.random.default_rng(3).random(600) < 0.3)
    deep = cart.Limits(depth=8, leaf=0.01)
    tree = cart.grow(known.values, known.hits, deep)
    leaves = cart.leaves_of(tree, known.values, known.hits, deep, 0.0, known.folds)
    top = [leaf for leaf in leaves if leaf.density > 0.5 and leaf.held_out_points]
    inside = np.average([leaf.density for leaf in top], weights=[leaf.points for leaf in top])
    out = np.average([leaf.held_out for leaf in top], weights=[leaf.held_out_points for leaf in top])
    assert inside > 0.6 and out < 0.42


def test_depth_and_least_leaf_are_kept():
    known = cases(lambda p: p["a"] * p["b"])
    for limits in (cart.Limits(depth=1), cart.Limits(depth=2, leaf=0.3), cart.Limits(depth=6, leaf=0.02)):
        leaves = by_cart(known, limits).leaves
        assert len(leaves) <= 2**limits.depth and min(leaf.mass for leaf in leaves) >= limits.leaf


def test_points_of_equal_values_are_held_out_together_and_every_point_once():
    values = np.repeat(np.random.default_rng(0).random((40, 2)), 3, axis=0)
    folds, seen = folds_of(values, np.arange(len(values))), np.zeros(len(values), int)
    for learnt, held in folds:
        assert not {tuple(row) for row in values[learnt]} & {tuple(row) for row in values[held]}
        seen[held] += 1
    assert len(folds) == 25 and (seen == 5).all()


def test_folds_of_a_grid_hold_every_value_of_each_factor():
    """Points dealt in their order would hold out one value of a factor of five values."""
    grid = np.stack(np.meshgrid(np.arange(5.0), np.arange(20.0), indexing="ij"), axis=-1).reshape(-1, 2)
    for turned in (grid, grid[:, ::-1]):
        for learnt, _ in folds_of(turned, np.arange(100)):
            assert set(turned[learnt, 0]) == set(turned[:, 0]) and set(turned[learnt, 1]) == set(turned[:, 1])


def test_blocks_are_held_out_whole_unless_they_are_too_few():
    values, blocks = np.random.default_rng(0).random((60, 2)), np.repeat(np.arange(20), 3)
    for learnt, held in folds_of(values, blocks):
        assert not set(blocks[learnt]) & set(blocks[held])
    assert len(folds_of(values, np.repeat(np.arange(3), 20))) == 25
    values[0] = values[59]  # the first block and the last are bound by a point they share
    assert groups_of(values, blocks)[0] == groups_of(values, blocks)[57] and len(set(groups_of(values, blocks))) == 19


def test_few_points_are_not_held_out_but_are_told():
    tree = by_cart(cases(boxed, count=9, seed=8), LIMITS)
    assert np.isnan(tree.answer.precision) and all(np.isnan(leaf.held_out) for leaf in tree.leaves)


def test_switches_and_dates_are_cut_and_told_in_words():
    rng = np.random.default_rng(2)
    points = pd.DataFrame({"on": rng.random(400) < 0.5, "opens": rng.choice(["1990Q1", "1993Q1", "1996Q1"], 400)})
    quarters = points["opens"].map({"1990Q1": 7960, "1993Q1": 7972, "1996Q1": 7984})
    hits = (points["on"] & (points["opens"] != "1990Q1")).to_numpy(float)
    known = Cases(points, np.column_stack([points["on"], quarters]).astype(float), hits, np.arange(400))
    assert by_cart(known, LIMITS).answer.rules == ["on is on and opens from 1991Q3"]
    with pytest.raises(InputError, match="no factor of this sweep is a number"):
        by_prim(known)
    assert in_words("opens", "date", None, 7966.0) == "opens up to 1991Q3"
    assert in_words("x", "switch", None, 0.5) == "x is off"


def test_a_point_weighs_the_same_whatever_its_seeds_and_counts_as_far_as_it_hits():
    """Ten points of share 0.9 on the one side, ten of 0.1 on the other: densities 0.9 and 0.1, one cut."""
    points = pd.DataFrame({"a": np.arange(20.0)})
    known = Cases(points, points.to_numpy(), np.where(points["a"] < 10, 0.9, 0.1), np.arange(20))
    tree = by_cart(known, cart.Limits(depth=3))
    assert [leaf.density for leaf in tree.leaves] == pytest.approx([0.9, 0.1])
    assert tree.answer.rules == ["a up to 9.5"] and tree.answer.coverage == pytest.approx(0.9)


def test_leaves_that_one_cut_parts_share_a_rule_if_both_are_chosen():
    """Three steps of one factor, the upper two chosen: one rule, not two."""
    known = cases(lambda p: np.select([p["a"] > 0.7, p["a"] > 0.5], [1.0, 0.7], 0.0))
    tree = by_cart(known, LIMITS)
    assert sum(leaf.chosen for leaf in tree.leaves) == 2 and tree.answer.rules == ["a from 0.501"]


def test_the_same_cases_give_the_same_tables():
    known = cases(lambda p: p["a"] * p["b"])
    first, second = (tables_of(known, by_prim(known), by_cart(known, LIMITS)) for _ in range(2))
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, second[name], check_exact=True)


def test_the_tree_s_nodes_add_up():
    known = cases(lambda p: p["a"] * p["b"])
    nodes = tables_of(known, None, by_cart(known, LIMITS))["tree"]
    for node, children in nodes[nodes["parent"] >= 0].groupby("parent"):
        parent = nodes.set_index("node").loc[node]
        assert children["points"].sum() == parent["points"] and len(children) == 2
        assert (children["points"] * children["density"]).sum() == pytest.approx(parent["points"] * parent["density"])
