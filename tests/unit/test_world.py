"""The scenario reaches the rules unchanged: parameters, history and policy, quarter by quarter."""

import numpy as np
import pytest

from abm.policy.timetable import policy_table
from abm.quarters import quarter_number
from abm.scenario import load_scenario
from abm.world import history_table, parameter_record


def row(scenario, text):
    return quarter_number(text) - scenario.start


def test_history_holds_its_dates():
    scenario = load_scenario("base")
    table = history_table(scenario)
    assert table["yen"][row(scenario, "1985Q3")] == 1.0
    assert table["yen"][row(scenario, "1985Q4")] == 1.30
    assert [table["floor"][row(scenario, q)] for q in ("1986Q2", "1986Q3", "1989Q2", "1989Q3")] == [0, 0.92, 0.92, 0]
    assert table["contagion"][row(scenario, "1997Q3")] > 0 == table["contagion"][row(scenario, "1998Q1")]
    assert table["frontier"][[0, 11, 12, 24]].tolist() == [0, 0, 1, 2]
    assert table["trend_memory"][4] == pytest.approx(0.195)
    late = row(scenario, "2000Q1")
    assert table["trend_memory"][late + 4] - table["trend_memory"][late] == pytest.approx(0.10)


def test_switches_silence_history():
    scenario = load_scenario("base", {"mechanisms.yen_shock": False, "mechanisms.price_floor": False,
                                      "mechanisms.contagion": False, "mechanisms.relocation": False})  # fmt: skip
    table = history_table(scenario)
    assert np.all(table["yen"] == 1) and np.all(table["floor"] == 0)
    assert np.all(table["contagion"] == 0) and np.all(table["rival_openness"] == 0)


def test_policy_opens_over_its_years():
    scenario = load_scenario("korea")
    table = policy_table(scenario)
    opening = [table["opening"][row(scenario, q)] for q in ("1992Q4", "1993Q1", "1995Q1", "1997Q1", "2000Q1")]
    assert opening == [0, 0, 0.5, 1, 1]
    assert np.all(table["guarantee"] == scenario.policy.guarantee)


def test_parameters_arrive():
    scenario = load_scenario("base", {"finance.loan_rate": 0.123, "mechanisms.capture": False})
    parameters = parameter_record(scenario)
    assert parameters["loan_rate"][0] == 0.123
    assert not parameters["capture"][0] and parameters["entry"][0]
