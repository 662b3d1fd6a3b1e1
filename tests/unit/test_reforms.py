"""Dated reforms: when they bite, by surprise or announced, at once or over years; what is known ahead."""

import numpy as np
import pytest

from abm.policy.timetable import policy_table
from abm.scenario import ScenarioError, load_scenario, restore_scenario


def table(reforms, **settings):
    scenario = load_scenario("base", {"run.quarters": 24, **{k.replace("__", "."): v for k, v in settings.items()}})
    content = scenario.resolved() | {"reforms": reforms}
    return policy_table(restore_scenario(content, "test"))


def test_a_surprise_reform_bites_from_its_quarter_and_is_not_seen_coming():
    rows = table([{"from": "1973Q1", "policy": {"guarantee": 0.05}}])
    assert np.array_equal(rows["guarantee"], [0.45] * 8 + [0.05] * 16)
    assert np.array_equal(rows["guarantee_ahead"], rows["guarantee"])
    assert np.flatnonzero(rows["reform"]).tolist() == np.flatnonzero(rows["announcement"]).tolist() == [8]


def test_an_announced_reform_is_reckoned_with_as_far_as_the_horizon_reaches():
    change = [{"from": "1973Q1", "announced": "1972Q1", "policy": {"guarantee": 0.05, "concentration": 1.0}}]
    rows = table(change, firms__policy_horizon=4)
    assert np.array_equal(rows["guarantee"], [0.45] * 8 + [0.05] * 16)
    # Heard of in quarter 4; of the four quarters from 5 on, one lies after the reform, then two, three, all.
    assert rows["guarantee_ahead"] == pytest.approx([0.45] * 5 + [0.35, 0.25, 0.15] + [0.05] * 16)
    assert rows["concentration"][7] == 0.34 and rows["concentration"][8] == 1.0


def test_a_gradual_reform_moves_in_a_straight_line_and_is_foreseen_once_begun():
    rows = table([{"from": "1972Q1", "over": 1, "policy": {"subsidy": 0.07}}], firms__policy_horizon=4)
    assert rows["subsidy"] == pytest.approx([0.03] * 5 + [0.04, 0.05, 0.06] + [0.07] * 16)
    assert rows["subsidy_ahead"][3] == 0.03
    assert rows["subsidy_ahead"][4] == pytest.approx(np.mean([0.03, 0.04, 0.05, 0.06]))


def test_later_reforms_build_on_earlier_ones_whatever_their_order_in_the_file():
    first = {"from": "1972Q1", "policy": {"guarantee": 0.2, "subsidy": 0.0}}
    second = {"from": "1974Q1", "policy": {"guarantee": 0.6}}
    rows = table([second, first])
    assert np.array_equal(rows, table([first, second]))
    assert rows["guarantee"][[0, 4, 12]].tolist() == [0.45, 0.2, 0.6] and rows["subsidy"][12] == 0.0


def test_a_reform_can_move_a_date():
    plain = table([], run__start="1990Q1")
    later = table([{"from": "1991Q1", "policy": {"opening_starts": "1994Q1"}}], run__start="1990Q1")
    assert plain["opening"][14] > 0.0 and later["opening"][16] == 0.0 and later["opening"][20] == plain["opening"][16]


def test_a_reform_beyond_the_end_of_the_run_is_still_expected():
    change = [{"from": "1977Q1", "announced": "1971Q1", "policy": {"guarantee": 0.05}}]
    rows = table(change, firms__policy_horizon=4)
    assert (rows["guarantee"] == 0.45).all() and rows["guarantee_ahead"][-1] < 0.2


@pytest.mark.parametrize(
    ("reform", "words"),
    [
        ({"from": "1998", "policy": {"guarantee": 0.1}}, "a quarter such as 1993Q1"),
        ({"from": "1998Q1", "policy": {}}, "at least one policy key"),
        ({"from": "1998Q1", "policy": {"guarantee": 1.5}}, "a number from 0 to 1"),
        ({"from": "1998Q1", "policy": {"garantee": 0.5}}, "did you mean 'guarantee'"),
        ({"from": "1998Q1", "announced": "1999Q1", "policy": {"guarantee": 0.5}}, "'announced' not after 'from'"),
    ],
)
def test_a_bad_reform_names_field_value_and_what_is_allowed(reform, words):
    with pytest.raises(ScenarioError, match=words):
        restore_scenario(load_scenario("base").resolved() | {"reforms": [reform]}, "file.yaml")
