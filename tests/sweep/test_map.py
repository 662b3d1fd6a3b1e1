"""Maps: refinement worked by hand, shares and bands against the rows, the page and what it says."""

import json

import numpy as np
import pandas as pd
import pytest
from plans import MAP, map_of, tables, written

from abm.measurement.regimes import LABELS
from abm.scenario import load_scenario
from experiments.cli import main
from experiments.figures.phase import layers, phase, slices
from experiments.lab.map import draw_map, load_map
from experiments.lab.refine import Cell, interpolated, refined
from experiments.sweep.study import load_study


def grown(cells, depth, axes, kind):
    """Refine until nothing more is needed, with classes from a function; returns leaves and known nodes."""
    known = {}
    for _ in range(30):
        leaves, needed = refined(cells, depth, axes, known)
        if not needed:
            return leaves, known
        known |= {node: kind(node) for node in needed}
    raise AssertionError("it does not end")


def test_cells_are_halved_along_a_border_only():
    leaves, known = grown(2, 2, 2, lambda node: node[0] >= 3)  # a border between 2 and 3, on a lattice of 8 steps
    assert sum(leaf.edge**2 for leaf in leaves) == 64  # the leaves tile the map
    fine = {leaf.corner[0] for leaf in leaves if leaf.edge == 1}
    assert fine == {2, 3} and len([leaf for leaf in leaves if leaf.edge == 1]) == 16
    assert {leaf.corner for leaf in leaves if leaf.edge == 4} == {(4, 0), (4, 4)}
    assert len(known) < 81 and all((x, y) in known for x in (2, 3, 4) for y in range(9))


def test_without_a_border_the_coarse_grid_is_enough_and_an_island_between_corners_is_found_from_its_side():
    leaves, known = grown(3, 4, 2, lambda node: 0)
    assert len(leaves) == 9 and len(known) == 16
    # A wedge that enters the right cell only below the corner: known from the points on the shared side.
    leaves, known = grown(2, 2, 2, lambda node: node[1] in (1, 2, 3) and node[0] <= 5 or node == (0, 0))
    assert any(leaf.edge < 4 and leaf.corner[0] >= 4 for leaf in leaves)


def test_refinement_is_a_function_of_what_is_known_and_of_its_set_alone():
    kind = lambda node: sum(x * x for x in node) < 60  # noqa: E731
    leaves, known = grown(2, 2, 3, kind)
    turned = dict(reversed(known.items()))
    assert refined(2, 2, 3, turned) == (leaves, [])
    assert sum(leaf.edge**3 for leaf in leaves) == 512


def test_between_corners_a_map_is_linear_and_known_points_are_kept():
    leaves = [Cell((0, 0), 2), Cell((2, 0), 2), Cell((0, 2), 2), Cell((2, 2), 2)]
    values = {(x, y): 10.0 * x + y for x in (0, 2, 4) for y in (0, 2, 4)}
    volume = interpolated(leaves, 4, values | {(1, 1): 99.0})
    assert volume[3, 3] == 33.0 and volume[1, 0] == 10.0 and volume[1, 1] == 99.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("maps")
    assert main(["map", str(written(place, MAP)), "--out", str(place / "map"), "--workers", "2"]) == 0
    return place / "map"


def test_a_row_of_the_map_is_its_point_over_seeds(folder):
    table, study = pd.read_csv(folder / "map.csv"), load_study(folder)
    assert len(table) == len(study.design) and study.manifest["command"] == "map"
    assert np.allclose(table.filter(regex="^share_").sum(axis=1), 1.0)
    k = 5
    rows = study.results[study.results["point"] == k]
    line = table.iloc[k]
    assert line["regime_score"] == pytest.approx(rows["regime_score"].median(), rel=1e-5)
    assert line["crisis"] == rows["crisis"].mean() and line["runs"] == len(rows) == 2
    assert line["share_hybrid"] == (rows["regime"] == "hybrid").mean()
    assert line["regime"] in set(rows["regime"])
    assert line["policy.guarantee"] == pytest.approx(study.design["policy.guarantee"][k], rel=1e-5)


def test_a_map_read_back_is_the_map_that_was_drawn(folder):
    found = load_map(folder)
    again, report = draw_map(map_of(), folder, workers=1)
    assert report.ran == 0
    pd.testing.assert_frame_equal(found.table, again.table)
    assert np.array_equal(found.volume("regime_score"), again.volume("regime_score"))
    assert found.volume("crisis").shape == (9, 9) and found.full_runs == 81 * 2 >= found.runs
    assert sum(found.areas().values()) == pytest.approx(1.0)
    assert not np.isnan(found.volume("regime_score")).any()


def test_a_full_grid_of_the_same_sharpness_agrees_at_the_points_that_were_run(folder, tmp_path):
    design = {"kind": "adaptive_grid", "cells": 8, "depth": 0}
    full, report = draw_map(map_of(design=design), tmp_path / "full", workers=2)
    assert report.runs == 81 * 2
    keys = ["policy.guarantee", "policy.directed_share"]
    both = load_map(folder).table.merge(full.table, on=keys, suffixes=("", "_full"))
    assert len(both) == len(load_map(folder).table)
    assert (both["regime_score"] == both["regime_score_full"]).all() and (both["regime"] == both["regime_full"]).all()


def test_the_page_holds_every_layer_and_says_what_it_cost(folder):
    page, found = (folder / "report.html").read_text(), load_map(folder)
    assert page.count("plotly.js v") == 1 and "<script src" not in page
    assert f"{found.runs:,} runs" in page and f"{found.full_runs:,} runs" in page
    figures = json.loads(page.split("const figures = ")[1].split(", cuts = ")[0].replace("<\\/", "</"))
    assert list(figures) == [layer.column for layer in layers(found.plan)]
    heat = figures["regime_score"][0]["data"][0]
    assert np.allclose(heat["z"], found.volume("regime_score").T, atol=1e-3)
    assert page.count("<tr><td>") == len(found.table)


def test_the_regime_layer_shows_the_regime_of_each_point(folder):
    found = load_map(folder)
    canvas = phase(found, "regime")
    names = list(canvas.data[0].colorbar.ticktext)
    assert names[0] == LABELS[1] and names[-1] == LABELS[0]
    for _, row in found.table.iterrows():
        across = np.argmin(np.abs(np.array(found.axes[0].values) - row["policy.guarantee"]))
        up = np.argmin(np.abs(np.array(found.axes[1].values) - row["policy.directed_share"]))
        assert names[int(canvas.data[0].z[up][across])] == row["regime"]


def test_three_axes_have_slices_and_scattered_points_are_interpolated(tmp_path):
    levers = MAP["levers"] | {"policy.concentration": {"range": [0, 1.2]}}
    plan = map_of(levers=levers, design={"kind": "adaptive_grid", "cells": 1, "depth": 1})
    cube, _ = draw_map(plan, tmp_path / "cube", workers=2)
    assert [round(value, 6) for _, value in slices(cube)] == [0.0, 1.2]
    assert phase(cube, "regime_score", slices(cube)[1][0]).data[0].z is not None
    assert (tmp_path / "cube" / "report.html").read_text().count('id="slice"') == 1
    scattered = map_of(levers=levers, design={"kind": "sobol", "points": 16})
    cloud, report = draw_map(scattered, tmp_path / "cloud", workers=2)
    assert report.runs == 32 == cloud.full_runs and cloud.volume("regime_score").shape == (25, 25, 25)
    assert cloud.volume("regime_score").max() <= cloud.table["regime_score"].max() + 1e-12
    assert len(slices(cloud)) == 9 and len(tables(tmp_path / "cloud")) == 3


def test_an_axis_may_be_a_parameter_of_the_world(tmp_path):
    axes = {"levers": {"policy.guarantee": {}}, "uncertainties": {"world.cycle_sd": {"range": [0.0, 0.05]}}}
    plan = map_of(**axes, design={"kind": "latin_hypercube", "points": 4}, replications={"count": 1})
    found, _ = draw_map(plan, tmp_path, workers=1)
    assert found.axes[1].key == "world.cycle_sd" and found.axes[1].unit == "log"
    assert load_scenario("base").world.cycle_sd != found.table["world.cycle_sd"][0]
