"""Calibration: penalties by hand, plans that say what is wrong, a journal that survives, a search that repeats."""

import json

import numpy as np
import pytest

from abm.scenario import ScenarioError, load_scenario
from experiments import calibrate
from experiments.calibrate import Evaluation, Journal, present, proposals
from experiments.calibration_plan import Plan, load_plan
from experiments.calibration_report import adopted
from experiments.facts import Fact
from experiments.moments import FREE, MARGIN, SPREAD, WORST, interval_distance, order_distance, penalty, shaped
from experiments.output import InputError
from experiments.profile import profile, supported

close = pytest.approx


def plan(**changes):
    plain = {
        "title": "t", "scenarios": ("korea",), "seeds": {"first": 1, "count": 2}, "optimiser_seed": 3,
        "start": {"points": 4, "spread": 0.2}, "population": 5, "step": 0.1,
        "parameters": {"world.demand_assembly": (1000, 3000), "firms.growth_max": (0.08, 0.16)},
    }  # fmt: skip
    return Plan(**plain | changes)


def fact(**changes):
    plain = {
        "id": "x", "scenario": "a", "indicator": "wage", "statistic": "value", "window": (1971, 1978), "source": "-",
        "role": "pattern", "accept": (1.0, 3.0),
    }  # fmt: skip
    return Fact(**plain | changes)


# --- penalties ------------------------------------------------------------------------------------------------


def test_an_interval_costs_nothing_inside_and_one_at_its_edge():
    assert interval_distance(2.0, (1.0, 3.0)) == 0.0 and interval_distance(2.0 + FREE, (1.0, 3.0)) == close(0.0)
    assert interval_distance(3.0, (1.0, 3.0)) == close(1.0) and interval_distance(1.0, (1.0, 3.0)) == close(1.0)
    assert [shaped(d) for d in (0.0, 0.5, 1.0, 2.0, 99.0)] == close([0.0, 0.25, 1.0, 3.0, WORST])


def test_a_median_between_two_extremes_is_no_fit():
    assert penalty(fact(), np.array([2.0, 2.0, 2.0])) == 0.0
    assert penalty(fact(), np.array([-9.0, 2.0, 9.0])) == close(SPREAD * 2 / 3 * WORST / 2)
    assert penalty(fact(), np.array([np.nan, np.nan])) == WORST
    assert penalty(fact(), np.array([2.0, np.nan])) == 0.0


def test_an_order_is_judged_by_mean_and_deviation_and_by_count():
    gaps = np.array([1.0, 3.0])  # mean 2, deviation 1: two deviations from zero
    assert order_distance(gaps, 0.9) == close(max(0.0, 1.2816 + 1.0 - 2.0), abs=1e-3)
    assert order_distance(gaps + 10.0, 0.9) == 0.0
    assert order_distance(np.zeros(4), 0.9) >= 1.0  # no difference is no order
    higher, lower = fact(accept=None, order="higher", share=0.9), fact(accept=None, order="lower", share=0.9)
    assert penalty(higher, gaps + 10) == 0.0 < penalty(lower, gaps + 10)
    assert MARGIN > 0


def test_a_share_of_seeds_is_asked_for():
    shared = fact(share=0.8)
    assert penalty(shared, np.array([2.0, 2.0, 2.0, 2.0, 9.0])) == 0.0
    assert penalty(shared, np.array([2.0, 9.0, 9.0, 9.0])) == close(2 * ((0.8 - 0.25) / 0.25 + 1) - 1)


# --- plans ----------------------------------------------------------------------------------------------------


def test_the_shipped_plan_is_valid_and_leaves_policy_alone():
    shipped = load_plan()
    assert len(shipped.parameters) > 80
    assert not [key for key in shipped.parameters if key.startswith("policy.")]
    assert not set(shipped.seeds.list) & set(range(1, 129))  # validation never sees the seeds of the search
    assert load_plan(seeds=3).seeds.list == shipped.seeds.list[:3]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": {"world.demand_assemby": (1, 2)}}, "did you mean 'world.demand_assembly'"),
        ({"parameters": {"policy.guarantee": (0, 1)}}, "no such parameter outside the policy block"),
        ({"parameters": {"firms.growth_max": (0.2, 0.1)}}, "expected rising bounds within 0.01 to 0.5"),
        ({"parameters": {"firms.growth_max": (0.1, 9)}}, "expected rising bounds"),
        ({"population": 1}, "population"),
    ],
)
def test_a_bad_plan_gets_one_clear_error(tmp_path, changes, message):
    content = plan().model_dump(mode="json") | changes
    path = tmp_path / "p.yaml"
    path.write_text(json.dumps(content))
    with pytest.raises(ScenarioError, match=message) as caught:
        load_plan(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_point_of_the_cube_is_a_setting():
    assert plan().settings(np.array([0.25, 0.5])) == {"world.demand_assembly": 1500.0, "firms.growth_max": 0.12}


def test_present_values_are_a_point_of_the_cube():
    scenario = load_scenario("base", {"world.demand_assembly": 1500.0, "firms.growth_max": 0.3})
    assert present(plan(), scenario) == close([0.25, 1.0])


# --- the search ----------------------------------------------------------------------------------------------------


def bowl(points):
    return [float(((p - 0.7) ** 2).sum()) for p in points]


def test_the_search_finds_the_bottom_of_a_bowl_and_repeats():
    paths = []
    for _ in range(2):
        search = proposals(plan(), np.array([0.1, 0.2]))
        batch = next(search)
        assert len(batch) == 5 and batch[0] == close([0.1, 0.2])  # the present point and four around it
        assert all(np.abs(p - batch[0]).max() <= 0.2 for p in batch)
        for _ in range(40):
            batch = search.send(bowl(batch))
        paths.append(np.array(batch))
    assert min(bowl(paths[0])) < 1e-3
    assert np.array_equal(*paths)


def cheap(monkeypatch, calls):
    """Replace the simulation by a bowl and count its evaluations."""

    def evaluate(plan, scenarios, facts, point):
        calls.append(point)
        return {"x": bowl([point])[0]}

    monkeypatch.setattr(calibrate, "evaluate", evaluate)


def test_a_search_goes_on_where_it_stopped(monkeypatch, tmp_path):
    calls = []
    cheap(monkeypatch, calls)
    whole = calibrate.calibrate(plan(), tmp_path / "whole", 30, 1)
    assert len(calls) == 30
    calls.clear()
    calibrate.calibrate(plan(), tmp_path / "parts", 12, 2)
    path = tmp_path / "parts" / "journal.jsonl"
    path.write_text(path.read_text()[:-40])  # killed while it wrote
    first = len(calls)
    again = calibrate.calibrate(plan(), tmp_path / "parts", 30, 2)
    assert again == whole
    assert len(calls) == first + 1 + 30 - first  # only what was missing, and the line cut short
    assert sorted((tmp_path / "whole/journal.jsonl").read_text()) == sorted(path.read_text())


def test_a_profile_searches_the_others_at_each_value(monkeypatch, tmp_path):
    def evaluate(plan, scenarios, facts, point):
        held = (scenarios[0].firms.growth_max - 0.08) / 0.08  # a valley along which the other can make up for it
        return {"x": 100.0 * float((point[0] - held) ** 2) + 2.0 * float(held**2)}

    monkeypatch.setattr(calibrate, "evaluate", evaluate)
    table = profile(plan(), ["firms.growth_max"], 3, 200, tmp_path, 1)
    present_value = load_scenario("korea").firms.growth_max
    assert table["value"].tolist() == sorted([0.08, 0.12, 0.16, present_value])
    known = dict(zip(table["value"], table["loss"], strict=True))
    assert [known[0.08], known[0.12], known[0.16]] == close([0.0, 0.5, 2.0], abs=0.02)
    row = supported(table, plan()).iloc[0]
    assert row["from"] == 0.08 and 0.12 <= row["to"] < 0.16 and row["width"] >= 0.499
    assert row["steepness"] == close(2.0, abs=0.02)
    with pytest.raises(ScenarioError, match="did you mean 'firms.growth_max'"):
        profile(plan(), ["firms.growth_mx"], 3, 5, tmp_path, 1)


def test_a_journal_belongs_to_its_plan(monkeypatch, tmp_path):
    cheap(monkeypatch, [])
    calibrate.calibrate(plan(), tmp_path, 5, 1)
    with pytest.raises(InputError, match="belongs to another plan"):
        calibrate.calibrate(plan(step=0.2), tmp_path, 5, 1)


def test_a_run_that_fails_costs_the_most(monkeypatch):
    def fail(*arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(calibrate, "simulated", fail)
    assert calibrate.evaluate(plan(), [], [], np.array([0.5, 0.5])) == {"failed": 1e3}


def test_a_journal_belongs_to_its_facts_too(tmp_path, monkeypatch):
    cheap(monkeypatch, [])
    calibrate.calibrate(plan(), tmp_path, 5, 1)
    monkeypatch.setattr(calibrate, "load_facts", lambda: [fact()])
    with pytest.raises(InputError, match="belongs to another plan"):
        calibrate.calibrate(plan(), tmp_path, 5, 1)


def test_a_journal_keeps_the_best(tmp_path):
    journal = Journal(tmp_path / "j", "me")
    journal.add(Evaluation(0, (0.5,), 2.0, {}))
    journal.add(Evaluation(1, (0.6,), 1.0, {}))
    again = Journal(tmp_path / "j", "me")
    assert again.best.number == 1 and again.get(0, np.array([0.5])).loss == 2.0
    with pytest.raises(InputError, match="does not belong"):
        again.get(0, np.array([0.4]))


def test_values_are_adopted_where_they_are_declared():
    text = "firms:\n  growth_max: {value: 0.12, unit: x, status: assumed, source: s}\n"
    text += "markets:\n  growth_max: {value: 9, u: 1}\n"
    changed = adopted({"firms.growth_max": 0.1}, text)
    assert "  growth_max: {value: 0.1, unit: x, status: calibrated, source: s}" in changed
    assert "growth_max: {value: 9, u: 1}" in changed
