"""With nothing to drive it, the economy comes to rest: no growth, no shocks, no entry, no news.

It is given eighty years, because learning is slow and engineers are scarce.
"""

import abm

STILL = {
    "history": {
        "name": "still", "frontier": {"first": "1971Q1", "every": 80},
        "trend_growth": [{"from": "1971Q1", "assembly": 0.0, "memory": 0.0, "niche": 0.0}],
    },
    "run.quarters": 320, "world.shock_scale": 0.0, "world.reference_wage_growth": 0.0,
    "world.rival_wage_growth": 0.0, "macro.wage_drift": 0.0, "macro.wage_response": 0.0,
    "macro.other_exports_growth": 0.0, "technology.engineer_growth": 0.0, "technology.moving_frontier": 0.0,
    "firms.unrelated_size_growth": 0.0, "mechanisms.entry": False, "mechanisms.exit": False,
    "mechanisms.memory_industry": False,
    "mechanisms.silicon_cycle": False, "mechanisms.niche_design": False, "mechanisms.land_speculation": False,
    "mechanisms.unrelated_diversification": False, "macro.saving_years": 1, "firms.cost_shock_sd": 0.0,
    "finance.deposit_rate": 0.0, "finance.government_rate": 0.0, "finance.foreign_rate": 0.0,
    "macro.reserve_return": 0.0,  # without growth, any interest on the state's debt would snowball
}  # fmt: skip


def test_a_still_world_comes_to_rest():
    records = abm.simulate(abm.load_scenario("base", STILL), 1)
    late = records.indicators.iloc[-40:]
    for name in ("exports_usd_m", "firm_count", "production_capability", "memory_price", "land_price", "top4_share"):
        spread = late[name].max() - late[name].min()
        assert spread <= 0.02 * abs(late[name].mean()), f"{name} still moves by {spread / late[name].mean():.2%}"


def test_memory_price_rests_where_incumbents_replace():
    """Without growth and shocks incumbents expand while they earn more than normal, and stop when they do not."""
    scenario = abm.load_scenario("base", STILL)
    records = abm.simulate(scenario, 1)
    price = records.indicators["memory_price"].iloc[-1]
    p = scenario.markets
    normal = p.memory_cost + p.memory_fixed_cost + p.capital_memory * (p.normal_return + 4 * p.decay_memory)
    assert normal * 0.9 <= price <= normal * p.dollar_cost * 1.1
