"""An announced reform works before it comes; a surprise does not."""

import abm
from abm.scenario import load_scenario, restore_scenario


def test_lenders_act_on_an_announcement_before_the_reform_but_not_on_a_surprise():
    """Announced a year ahead, the end of a guarantee cuts leverage before it comes; a surprise does not."""
    short = load_scenario("korea", {"run.quarters": 80})
    reform = {"from": "1990Q1", "policy": {"guarantee": 0.0}}
    surprise = restore_scenario(short.resolved() | {"reforms": [reform]}, "test")
    announced = restore_scenario(short.resolved() | {"reforms": [reform | {"announced": "1988Q1"}]}, "test")
    runs = [abm.simulate(scenario, 2).indicators for scenario in (short, surprise, announced)]
    plain, by_surprise, foreseen = (run["debt_equity_large"] for run in runs)
    assert by_surprise["1989Q4"] == plain["1989Q4"]
    assert foreseen["1989Q4"] < plain["1989Q4"] and foreseen["1987Q4"] == plain["1987Q4"]
    kinds = abm.simulate(announced, 2).events.set_index("kind")["quarter"].astype(str)
    assert kinds["announcement"] == "1988Q1" and kinds["reform"] == "1990Q1"
