"""A memory plant takes six quarters from order to work, whoever orders it (E II.2)."""

import pytest

from abm.runs import simulate
from abm.scenario import load_scenario
from abm.state import BUILD, MEMORY


@pytest.mark.xfail(strict=True, reason="domestic plants work in the quarter of their order; see docs/model.md")
def test_a_domestic_plant_works_six_quarters_after_its_order():
    records = simulate(load_scenario("korea", {"run.quarters": 80}), 1, ("firms",))
    orders = records.events[records.events["kind"] == "memory plant"]
    assert len(orders)
    places = {quarter: k for k, quarter in enumerate(records.quarters)}
    for order in orders.itertuples():
        at = places[order.quarter]
        built = [records.panel[k]["capacity"][order.firm, MEMORY] for k in range(at, min(at + BUILD, 80))]
        assert max(built) == 0.0
