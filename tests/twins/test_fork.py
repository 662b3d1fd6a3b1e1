"""A fork: equal to the bit up to its date, to a dated reform, and independent of the world it left."""

import numpy as np
import pytest

import abm
from abm.scenario import ScenarioError
from experiments.reproduce import reproduce

SHORT = {"run.quarters": 16}


def running(until="1973Q1", **more):
    model = abm.IndustryModel(abm.load_scenario("base", SHORT), seed=3, **more)
    model.run(until)
    return model


def rows(records):
    return records.tape.rows.tobytes()


def test_an_unchanged_fork_ends_where_the_model_ends():
    model = running()
    other = model.fork()
    assert model.run().fingerprint == other.run().fingerprint
    assert model.records.fingerprint == abm.simulate(model.scenario, 3).fingerprint


def test_a_fork_equals_a_run_with_the_reform_dated_that_quarter():
    change = {"policy.guarantee": 0.95, "policy.directed_share": 0.7}
    fork = running().fork(change).run()
    written = abm.load_scenario("base", SHORT).reformed("1973Q1", change)
    again = abm.simulate(written, 3)
    assert fork.fingerprint == again.fingerprint
    before = abm.simulate(abm.load_scenario("base", SHORT), 3)
    assert rows(fork)[: 8 * before.tape.rows.itemsize] == rows(before)[: 8 * before.tape.rows.itemsize]
    assert not np.array_equal(fork.indicators["debt_equity_all"], before.indicators["debt_equity_all"])


def test_a_fork_of_a_responsive_state_keeps_the_policy_it_had():
    scenario = abm.load_scenario("responsive_state", SHORT)
    model = abm.IndustryModel(scenario, seed=3)
    model.run("1973Q1")
    fork = model.fork({"policy.subsidy": 0.08}).run()
    assert fork.fingerprint == abm.simulate(scenario.reformed("1973Q1", {"policy.subsidy": 0.08}), 3).fingerprint


def test_a_model_that_was_forked_goes_on_untouched():
    model, alone = running(), running()
    fork = model.fork({"policy.guarantee": 0.0, "policy.ease_of_bankruptcy": 1.0})
    fork.run()
    assert model.run().fingerprint == alone.run().fingerprint


def test_a_fork_with_other_luck_shares_the_past_only():
    model = running()
    first, second = model.fork(seed=77).run(), model.fork(seed=78).run()
    assert rows(first)[: 8 * first.tape.rows.itemsize] == rows(second)[: 8 * first.tape.rows.itemsize]
    assert first.fingerprint != second.fingerprint
    assert first.fingerprint == abm.simulate(model.scenario, 3, luck=[("1973Q1", 77)]).fingerprint


def test_a_fork_is_repeated_from_its_manifest(tmp_path):
    fork = running().fork({"policy.guarantee": 0.9}, seed=5)
    records = fork.run()
    records.save(tmp_path)
    assert reproduce(tmp_path, workers=1).all_equal


def test_a_fork_of_a_recording_model_has_its_panel():
    model = running(record=("firms", "flows"))
    fork = model.fork({"policy.guarantee": 0.9})
    firms = fork.run().firms
    assert firms["quarter"].nunique() == 16
    whole = abm.simulate(fork.scenario, 3, record=("firms",)).firms
    assert firms.equals(whole)


def test_forks_can_be_stepped_and_hooked():
    model = running()
    seen = []
    fork = model.fork({"policy.guarantee": 0.9}, hooks={"trade": lambda m: seen.append(m.quarter)})
    fork.run("1973Q4")
    assert seen == [8, 9, 10]
    plain = model.fork({"policy.guarantee": 0.9})
    plain.run("1973Q4")
    assert fork.records.fingerprint == plain.records.fingerprint


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"world.demand_memory": 300}, "not a policy key"),
        ({"policy.guarantee": 2}, "from 0 to 1"),
        ({"policy.guarante": 0.2}, "did you mean 'guarantee'"),
    ],
)
def test_a_bad_fork_says_what_is_wrong(change, words):
    with pytest.raises(ScenarioError, match=words):
        running().fork(change)


def test_a_finished_run_cannot_be_forked_and_time_does_not_run_back():
    model = running(until=None)
    with pytest.raises(ScenarioError, match="nothing left"):
        model.fork({"policy.guarantee": 0.1})
    with pytest.raises(ScenarioError, match="not between 1975Q1"):
        model.run("1973Q1")
