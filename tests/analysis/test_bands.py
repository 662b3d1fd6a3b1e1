"""Bootstrap bands: cases worked by hand, coverage, pairing, and groups."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.bands import bands, groups_of
from experiments.analysis.bootstrap import Draws, draws_of, means, medians, spreads, summary
from experiments.output import InputError

DRAWS = draws_of(20, 2000, 0.9)


def study(values, scenarios=("x",), **factors):
    """A sweep with one outcome, values [point, scenario, seed], and factors by point."""
    points, count, seeds = values.shape
    design = pd.DataFrame({"point": range(points), **factors})
    results = pd.DataFrame({"y": values.ravel(), "label": "hybrid"})
    return SimpleNamespace(
        design=design, results=results, factors=list(factors), outcomes=["y", "label"], seeds=range(seeds), folder="x",
        plan={"outcomes": {}}, manifest={"scenarios": dict.fromkeys(scenarios)},
        cube=lambda outcome: values,
    )  # fmt: skip


def test_two_seeds_by_hand():
    """Draws of two seeds are both the first, one of each, or both the second: 1/4, 1/2, 1/4."""
    values = np.array([[0.0, 1.0]])
    wide = summary(values, draws_of(2, 2000, 0.9))
    assert (wide["mean"], wide["mean_low"], wide["mean_high"]) == (0.5, 0.0, 1.0)
    narrow = summary(values, draws_of(2, 2000, 0.3))
    assert (narrow["mean_low"], narrow["mean_high"], narrow["median_low"]) == (0.5, 0.5, 0.5)
    assert wide["sd"] == pytest.approx(np.sqrt(0.5)) and wide["sd_low"] == 0.0


def test_drawn_statistics_are_those_of_the_drawn_runs():
    values = np.random.default_rng(1).normal(size=(3, 6)) + 100.0
    values[1, 2] = np.nan
    counts = draws_of(6, 50, 0.9).counts
    for draw, mean, median, sd in zip(
        counts, means(values, counts), medians(values, counts), spreads(values, counts), strict=True
    ):
        runs = np.repeat(values, draw, axis=1)
        runs = runs[~np.isnan(runs)]
        assert mean == pytest.approx(runs.mean()) and median == pytest.approx(np.median(runs))
        assert sd == pytest.approx(runs.std(ddof=1))


def test_medians_in_pieces_are_the_same(monkeypatch):
    values = np.random.default_rng(1).normal(size=(5, 20))
    whole = medians(values, DRAWS.counts)
    monkeypatch.setattr("experiments.analysis.bootstrap.CELLS", 300)
    assert (medians(values, DRAWS.counts) == whole).all()


def test_the_interval_of_a_mean_has_the_width_of_the_normal_one():
    values = np.random.default_rng(2).normal(size=(1, 400))
    row = summary(values, draws_of(400, 4000, 0.9))
    width = 2.0 * 1.6449 * values.std() / 20.0
    assert row["mean_high"] - row["mean_low"] == pytest.approx(width, rel=0.05)
    assert row["mean"] == pytest.approx(values.mean()) and row["sd"] == pytest.approx(values.std(ddof=1))


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Of 1,500 means of 32 normal seeds, intervals at 90 % hold 0 in about 88 % (percentile, a little narrow)."""
    drawn = draws_of(32, 1000, 0.9)
    held = []
    for values in np.random.default_rng(4).normal(size=(1500, 1, 32)):
        low, high = drawn.ends(means(values, drawn.counts))
        held.append(low <= 0.0 <= high)
    assert np.mean(held) == pytest.approx(0.885, abs=0.025)


def test_luck_that_points_share_does_not_shrink_with_the_number_of_points():
    luck = np.random.default_rng(5).normal(size=20)
    one, many = summary(luck[None], DRAWS), summary(np.tile(luck, (50, 1)), DRAWS)
    assert many["mean_high"] - many["mean_low"] == pytest.approx(one["mean_high"] - one["mean_low"])
    alone = summary(np.random.default_rng(6).normal(size=(50, 20)), DRAWS)
    assert alone["mean_high"] - alone["mean_low"] < 0.3 * (one["mean_high"] - one["mean_low"])


def test_a_paired_difference_is_free_of_the_luck_that_scenarios_share():
    luck = np.random.default_rng(7).normal(size=(4, 1, 12)) * 10.0
    tables = bands(study(np.concatenate([luck, luck + 1.0], axis=1), ("x", "z")), [], [], 0.9, 500)
    gap = tables["differences"]
    assert gap["mean"].tolist() == pytest.approx([1.0] * 4) and gap["told_apart"].all()
    assert gap["mean_low"].tolist() == pytest.approx([1.0] * 4) == gap["median_high"].tolist()
    assert set(gap["scenario"]) == {"z"} and set(gap["against"]) == {"x"}
    assert (tables["bands"]["mean_high"] - tables["bands"]["mean_low"] > 2.0).all()


def test_scenarios_and_points_meet_the_same_draws():
    """The difference of two means in a draw is the mean of the differences: pairing is kept across scenarios."""
    values = np.random.default_rng(8).normal(size=(1, 2, 9))
    both = bands(study(values, ("x", "z")), [], [], 0.9, 400)
    counts = draws_of(9, 400, 0.9)
    low, high = map(float, counts.ends(means(values[:, 1], counts.counts) - means(values[:, 0], counts.counts)))
    row = both["differences"].iloc[0]
    assert (row["mean_low"], row["mean_high"]) == pytest.approx((low, high))


def test_groups_by_hand():
    values = np.array([[[1.0, 3.0]], [[5.0, 7.0]], [[2.0, 4.0]]])
    tables = bands(study(values, a=[0.1, 0.9, 0.1]), [], ["a"], 0.9, 200)
    table = tables["bands"].set_index("a")
    assert table.loc[0.1, ["points", "runs", "mean", "median"]].tolist() == [2, 4, 2.5, 2.5]
    assert table.loc[0.9, ["points", "runs", "mean", "sd"]].tolist() == pytest.approx([1, 2, 6.0, np.sqrt(2.0)])
    contrast = tables["contrasts"].iloc[0]
    assert (contrast["a"], contrast["difference"], contrast["low"], contrast["high"]) == (0.9, 3.5, 3.5, 3.5)
    assert contrast["told_apart"] and contrast["against"] == "a 0.1"


def test_many_values_are_parted_into_four_and_few_are_not():
    values = np.zeros((40, 1, 2))
    many = groups_of(study(values, a=np.arange(40.0), b=[True, False] * 20), ["a"])
    assert [len(group.places) for group in many] == [10] * 4 and many[0].about == {"a": "0 to 9"}
    both = groups_of(study(values, a=np.arange(40.0), b=[True, False] * 20), ["a", "b"])
    assert len(both) == 8 and both[0].name == "a 0 to 9, b off"
    assert sorted(np.concatenate([group.places for group in both])) == list(range(40))
    assert len(groups_of(study(values, a=np.arange(40.0)), [])) == 40
    crossed = study(values, a=np.arange(40.0))
    crossed.design["policy"] = np.arange(40)
    assert len(groups_of(crossed, ["policy"])) == 40  # numbers that are names are not parted


def test_unknown_and_infinite_runs():
    row = summary(np.array([[1.0, np.nan, 3.0, 5.0]]), draws_of(4, 500, 0.9))
    assert row["runs"] == 3 and row["mean"] == 3.0 == row["median"]
    never = summary(np.array([[1.0, np.inf, 3.0]]), draws_of(3, 500, 0.9))
    assert np.isnan(never["mean"]) and np.isnan(never["sd"]) and never["median"] == 3.0
    assert never["median_high"] == np.inf
    empty = summary(np.full((1, 3), np.nan), draws_of(3, 500, 0.9))
    assert empty["runs"] == 0 and np.isnan(empty["mean"]) and np.isnan(empty["median_low"])


def test_the_same_question_has_the_same_answer():
    values = np.random.default_rng(9).normal(size=(6, 2, 5))
    first, second = (bands(study(values, ("x", "z"), a=[1, 1, 2, 2, 3, 3]), [], ["a"], 0.8, 300) for _ in range(2))
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, second[name], check_exact=True)


def test_ends_are_symmetric():
    drawn = np.random.default_rng(1).permutation(np.arange(1001.0))
    assert [float(end) for end in Draws(np.ones((1001, 1)), 0.9).ends(drawn)] == [50.0, 950.0]


@pytest.mark.parametrize(
    ("outcomes", "by", "words"),
    [(["z"], [], "no outcome of this sweep"), (["label"], [], "it has y"), ([], ["b"], "--by b: no factor"),
     ([], ["a", "a"], "named twice")],
)  # fmt: skip
def test_bad_questions(outcomes, by, words):
    with pytest.raises(InputError, match=words):
        bands(study(np.zeros((2, 1, 2)), a=[1.0, 2.0]), outcomes, by, 0.9, 100)


def test_one_seed_has_no_interval():
    with pytest.raises(InputError, match="one seed"):
        bands(study(np.zeros((2, 1, 1)), a=[1.0, 2.0]), [], [], 0.9, 100)
