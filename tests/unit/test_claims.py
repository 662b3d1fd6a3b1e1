"""The claims: effects, bands and verdicts worked by hand, data that are complete, and one clear error for bad data."""

import numpy as np
import pandas as pd
import pytest

from abm.measurement.indicators import NAMES
from abm.scenario import ScenarioError, load_scenario
from experiments.claim_data import Claim, Measure, chosen, history_without, load_claims
from experiments.claims import distinct_arms, effect, ledger, reduced, result_of, shares, tally, unexplained, verdict
from experiments.claims_page import places, render, scale
from experiments.tables import Ensemble

LOWER = {"indicator": "wage", "statistic": "value", "window": (1971, 1972), "expect": "lower", "share": 0.8}


def measure(**changes):
    return Measure(**LOWER | changes)


def claim(*measures, **changes):
    plain = {
        "id": "x", "section": "II.1", "sentence": "A sentence.", "hypothesis": "A hypothesis.",
        "a": {"preset": "base", "set": {"policy.guarantee": 0.1}}, "b": {"preset": "base"},
    }  # fmt: skip
    return Claim(**plain | {"measures": measures or (measure(),)} | changes)


def cube(wages):
    """Return an ensemble of one scenario whose wage has a level a seed in the first and in the second year."""
    quarters = pd.period_range("1971Q1", periods=8, freq="Q")
    values = np.zeros((len(wages), 8, len(NAMES)))
    values[:, :, NAMES.index("wage")] = np.repeat(wages, 4, axis=1)
    return Ensemble({"one": load_scenario("base")}, list(range(len(wages))), quarters, {"one": values})


def test_an_effect_by_hand():
    a, b = np.array([1.0, 2.0, 3.0, 4.0, 10.0]), np.array([0.0, 0.0, 0.0, 0.0, 20.0])
    found = effect(a, b)  # differences 1, 2, 3, 4, -10
    assert found["effect"] == 2.0
    assert found["low"] == pytest.approx(-10 + 0.2 * 11) and found["high"] == pytest.approx(3 + 0.8)
    assert -10.0 <= found["interval_low"] <= 2.0 <= found["interval_high"] <= 4.0
    assert effect(a, b, binary=True)["effect"] == 0.0  # the mean


def test_the_interval_is_paired_and_repeatable():
    noise = np.random.default_rng(1).normal(size=40) * 100.0
    found = effect(noise + 1.0, noise)
    assert found["interval_low"] == pytest.approx(1.0) and found["interval_high"] == pytest.approx(1.0)
    spread = effect(noise, np.zeros(40))
    assert spread == effect(noise, np.zeros(40)) and spread["low"] < spread["interval_low"] < spread["effect"]


def test_unknown_values_are_left_out_of_effects_and_count_against_a_claim():
    a, b = np.array([np.nan, 1.0, 1.0]), np.array([5.0, 2.0, 2.0])
    assert effect(a, b)["effect"] == -1.0
    assert shares(measure(), a - b) == (pytest.approx(2 / 3), 0.0)
    nothing = effect(np.array([np.nan]), np.array([1.0]))
    assert all(np.isnan(value) for value in nothing.values())
    assert result_of(measure(), np.array([np.nan]), np.nan) == "fails"


@pytest.mark.parametrize(
    ("expect", "gap", "result"),
    [
        ("lower", [-1, -1, -1, -1, 1], "holds"),
        ("lower", [-1, -1, -1, 1, 1], "weak"),
        ("lower", [-1, -1, 0, 0, 0], "fails"),
        ("lower", [0, 0, 0, 0, 0], "fails"),
        ("lower", [-1, 1, 1, 1, 0], "fails"),
        ("lower", [1, 1, 1, 1, -1], "contradicted"),
        ("higher", [1, 1, 1, 1, -1], "holds"),
        ("higher", [-1, -1, -1, -1, 1], "contradicted"),
        ("about_equal", [0.1, -0.1, 0.1, 0.0, 9], "holds"),
        ("about_equal", [0.1, -0.1, 0.1, 9, 9], "weak"),
        ("about_equal", [0.1, 9, 9, 9, 9], "contradicted"),
    ],
)
def test_what_one_measure_says(expect, gap, result):
    tolerance = 0.5 if expect == "about_equal" else None
    gap = np.array(gap, float)
    assert result_of(measure(expect=expect, tolerance=tolerance), gap, float(np.median(gap))) == result


@pytest.mark.parametrize(
    ("results", "checks", "outcome"),
    [
        (["holds", "holds"], [], "supported"),
        (["holds", "holds"], ["holds"], "supported"),
        (["holds", "holds"], ["weak"], "not supported"),
        (["holds", "contradicted"], [], "partly"),
        (["weak", "weak"], [], "partly"),
        (["weak", "fails"], [], "not supported"),
        (["fails"], ["holds"], "not supported"),
        (["weak", "contradicted"], [], "contradicted"),
    ],
)
def test_verdicts(results, checks, outcome):
    assert verdict(results, checks) == outcome


def test_a_ledger_from_cubes():
    years = measure(window=(1972, 1972), window_b=(1971, 1971), expect="higher")
    rises = measure(statistic="first_year_above", threshold=1.5, window=(1971, 1972))
    tried = claim(measure(), years, rises, a={"preset": "base"})
    cubes = {"a": cube([[1.0, 2.0], [1.0, 4.0]]), "b": cube([[2.0, 3.0], [1.0, 1.0]])}
    values = {}
    for side, ensemble in cubes.items():
        values |= reduced([(tried, side)], ensemble)
    assert values["x", 0, "a"].tolist() == [1.5, 2.5] and values["x", 1, "b"].tolist() == [2.0, 1.0]
    assert values["x", 2, "a"].tolist() == [1972, 1972] and values["x", 2, "b"].tolist() == [1971, 1973]  # 1973: never
    table = ledger([tried], values)
    assert table["effect"].tolist() == [0.25, 1.5, 0.0]
    assert table["share"].tolist() == [0.5, 0.5, 0.5]
    assert set(table["verdict"]) == {"not supported"}


def test_equal_arms_are_run_once():
    second = claim(id="y", a={"preset": "base"}, b={"preset": "base", "set": {"policy.guarantee": 0.1}})
    arms = distinct_arms([claim(), second])
    found = [[(c.id, side) for c, side in sides] for _, sides in arms]
    assert found == [[("x", "a"), ("y", "b")], [("x", "b"), ("y", "a")]]
    assert len({scenario.name for scenario, _ in arms}) == 2


def table_of(*claims, gap):
    values = {(c.id, k, side): gap * (side == "a") for c in claims for k in range(len(c.measures)) for side in "ab"}
    return ledger(list(claims), values)


def test_red_needs_a_remark_and_green_shows_none():
    plain, said = claim(remark=""), claim(id="y", remark="Because.")
    red = table_of(plain, said, gap=np.ones(4))
    assert unexplained(red) == ["x"] and tally(red) == "0 supported, 0 partly, 0 not supported, 2 contradicted of 2"
    green = table_of(plain, said, gap=-np.ones(4))
    assert not unexplained(green) and set(green["remark"]) == {""}


def test_the_page_shows_every_verdict_in_words_and_its_remark():
    claims = [claim(remark="Because <it> must."), claim(id="y", section="III.1")]
    page = render(claims, table_of(*claims, gap=np.ones(4)), 4, "latecomer reproduce here")
    assert page.count('<span class="v contradicted">✗ contradicted</span>') == 3  # the legend and two claims
    assert "Because &lt;it&gt; must." in page and "guarantee 0.1" in page and "+1" in page
    assert "II. Truncated" in page and "III. Crisis" in page and "I. Catching" not in page


def test_bars_have_zero_in_the_middle_and_shares_are_points():
    numbers = {"effect": -1.0, "low": -2.0, "high": 1.0, "interval_low": -1.5, "interval_high": np.nan}
    at = places(numbers, measure(), 0.0)
    assert (at["ok_low"], at["ok_high"]) == (0.0, 50.0) and at["low"] < at["effect"] < 50.0 < at["high"] < 100.0
    assert "interval_high" not in at and at["effect"] - at["low"] == pytest.approx(50.0 - at["effect"], abs=0.02)
    assert scale(measure(indicator="niche_share")) == (100.0, " pp")
    assert scale(measure(indicator="bankruptcies", statistic="sum")) == (1.0, " firms")


def test_every_claim_is_complete_and_every_arm_is_a_scenario():
    claims = load_claims()
    assert len({c.id for c in claims}) == len(claims) >= 30
    assert {c.part for c in claims} == {"I", "II", "III"}
    for scenario, sides in distinct_arms(claims):
        last = scenario.run.quarters // 4 + 1970
        for c, _ in sides:
            assert c.sentence.endswith(".") and c.hypothesis.endswith(".")
            for m in c.measures:
                for first, end in (m.window, m.window_b or m.window):
                    assert 1971 <= first <= end <= last, c.id
    for c in claims:  # arms differ, or their windows do
        same = c.a.scenario().digest() == c.b.scenario().digest()
        assert all(m.window_b for m in c.measures) if same else True, c.id


def test_parts_of_a_history_can_be_left_out():
    history = load_scenario("base").resolved()["history"]
    assert history_without(history, ["contagion"])["contagion"] == [] != history["contagion"]
    left = history_without(history, ["yen.1993Q1"])["yen"]
    assert len(left) == len(history["yen"]) - 1 and "1993Q1" not in {step["from"] for step in left}
    assert history_without(history, ["rival_sites"])["rival_sites"] is None
    for part in ("yenn", "yen.1950Q1", "title", "rival_sites.1981Q1"):
        with pytest.raises(ScenarioError, match=part):
            history_without(history, [part])


GOOD = """
claims:
  - id: first
    section: I.1
    sentence: S.
    hypothesis: H.
    a: {preset: base, set: {policy.guarantee: 0.2}}
    b: base
    measures: [{indicator: wage, statistic: value, window: [1980, 1990], expect: lower, share: 0.8}]
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("indicator: wage", "indicator: wages", ["first", "measures.0.indicator"]),
        ("share: 0.8", "share: 0.3", ["first", "measures.0.share", "0.5"]),
        ("share: 0.8", "share: 0.8, tolerance: 1", ["first", "measures.0", "about_equal"]),
        ("share: 0.8", "share: 0.8, check: true", ["first", "measures", "no check"]),
        ("[1980, 1990]", "[1990, 1980]", ["first", "measures.0", "window"]),
        ("statistic: value", "statistic: first_year_above", ["first", "threshold"]),
        ("policy.guarantee", "policy.guarante", ["first", "a: set", "'guarantee'"]),
        ("0.2", "7", ["first", "a:", "0 to 1"]),
        ("b: base", "b: bass", ["first", "b:", "base"]),
        ("b: base", "b: {preset: base, without: [yenn]}", ["first", "b:", "yenn", "yen"]),
        ("section: I.1", "section: IV.1", ["first", "section", "III"]),
        ("    sentence: S.\n", "", ["first", "sentence", "required"]),
        ("claims:", "claim:", ["claims", "list"]),
        ("sentence", "sentense", ["first", "sentence"]),
    ],
)
def test_bad_claims_get_one_clear_error(old, new, words, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD)
    assert load_claims(file)[0].id == "first"
    file.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(ScenarioError) as error:
        load_claims(file)
    message = str(error.value)
    assert "mine.yaml" in message and all(word in message for word in words) and "\n" not in message, message


def test_names_are_there_once_and_can_be_chosen(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD + GOOD.replace("claims:\n", "").lstrip("\n"))
    with pytest.raises(ScenarioError, match="first.*twice"):
        load_claims(file)
    claims = [claim(id="one"), claim(id="two"), claim(id="three")]
    assert [c.id for c in chosen(claims, "three, one")] == ["one", "three"] and chosen(claims, "") == claims
    with pytest.raises(ScenarioError, match="did you mean 'three'"):
        chosen(claims, "one,thre")
