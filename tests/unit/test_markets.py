"""Known answers of the markets, worked by hand."""

import math

import numpy as np
import pytest

from abm import accounts as books
from abm.markets.credit import amortise, clear_credit, performance_weight
from abm.markets.currency import call_loans, depreciated, move_currency, recovered, run_chance, run_pressure
from abm.markets.engineers import hire_engineers
from abm.markets.home import clear_assembly, clear_unrelated, share_plant, spending_limit
from abm.markets.households import import_share, saving_rate, wage_growth
from abm.markets.land import buy_land, land_price_growth, move_land_price
from abm.markets.lending import borrowing_room, leverage_ceiling, ration
from abm.markets.memory import clear_memory, incumbent_cost, incumbent_growth, incumbent_order, market_price
from abm.markets.niche import clear_niche, launch_quality, niche_markup
from abm.markets.oem import assembly_royalty, oem_offer, review_suppliers
from abm.markets.technology import (
    advance_generations,
    closeness,
    cross_licence_power,
    development_chance,
    licence_chance,
    memory_royalty,
)
from abm.state import ASSEMBLY, DIRECTED, FOREIGN, MARKET, MEMORY, NICHE, UNRELATED

close = pytest.approx


# --- memory ---------------------------------------------------------------------------------------------


def test_memory_price_is_the_inverse_of_an_isoelastic_demand(world):
    p = world(markets__memory_elasticity=0.5).parameters[0]
    assert market_price(120.0, 100.0, p) == close(1.44)  # (120/100)^(1/0.5)
    assert market_price(100.0, 120.0, p) == close(1 / 1.44)
    assert market_price(1000.0, 100.0, p) == p["price_memory_max"]
    assert market_price(1.0, 100.0, p) == p["price_memory_min"]
    assert market_price(1.0, 0.0, p) == p["price_memory_max"]  # nobody sells


def test_yen_burdens_only_yen_makers(world):
    p = world(markets__memory_cost=0.5, markets__yen_cost_share=0.4, markets__dollar_cost=1.1).parameters[0]
    assert incumbent_cost(True, 1.5, p) == close(0.5 * (0.6 + 0.4 * 1.5))
    assert incumbent_cost(False, 1.5, p) == close(0.55)


def test_incumbents_grow_with_the_market_and_their_returns(world):
    p = world(markets__incumbent_response=0.5, markets__normal_return=0.1,
              markets__incumbent_growth_max=0.12).parameters[0]  # fmt: skip
    assert incumbent_growth(0.16, 0.04, p) == close(0.04 + 0.5 * 0.06)
    assert incumbent_growth(0.9, 0.04, p) == 0.12
    assert incumbent_growth(-0.9, 0.04, p) == 0.0


def test_a_losing_incumbent_cannot_even_replace(world):
    w = world(markets__decay_memory=0.05, markets__hard_budget_replacement=0.4)
    m, p = w.incumbents[0], w.parameters[0]
    m["capacity"], m["margin"] = 100.0, -0.01
    assert incumbent_order(m, 0.5, 0.05, 1.0, p) == close(100 * 0.05 * 0.4)
    m["margin"] = 0.01
    assert incumbent_order(m, p["normal_return"], 0.03, 1.0, p) == close(100 * (0.05 + 0.03))
    m["yen"] = True  # a price-floor agreement halves the expansion, not the replacement
    assert incumbent_order(m, p["normal_return"], 0.03, 0.5, p) == close(100 * (0.05 + 0.015))


def test_memory_market_clears_by_hand(world):
    w = world(markets__memory_elasticity=0.5, mechanisms__foundry=False)
    e, p = w.economy, w.parameters
    w.incumbents["capacity"], w.incumbents["cost"] = 0.0, 0.5
    w.incumbents["capacity"][0] = 80.0
    w.firms["capacity"][0, MEMORY], w.firms["memory_cost"][0] = 20.0, 0.6
    e["demand_memory"], e["memory_price"], e["memory_price_expected"] = 120.0, 1.0, 1.0
    clear_memory(w)
    assert e["memory_price"][0] == close(1.44)
    assert e["memory_price_expected"][0] == close(1 + p["price_expectation_speed"][0] * 0.44)
    assert w.firms["sold_memory"][0] == close(20 / 4 * 1.44)
    assert e["world_memory_sales"][0] == close(100 / 4 * 1.44)
    assert e["world_memory_capacity"][0] == close(100.0)


def test_memory_makers_idle_part_of_what_does_not_cover_its_cost(world):
    w = world(mechanisms__foundry=False)
    w.incumbents["capacity"] = 0.0
    w.firms["capacity"][0, MEMORY], w.firms["memory_cost"][0] = 40.0, 1.2
    w.economy["memory_price"], w.economy["demand_memory"] = 1.0, 40.0
    clear_memory(w)
    assert w.firms["memory_output"][0] == close(40 / 4 * w.parameters["idle_local"][0])


def test_under_a_price_floor_only_what_the_market_takes_is_sold(world):
    w = world(markets__memory_elasticity=0.5)
    w.incumbents["capacity"] = 0.0
    w.incumbents["capacity"][0], w.incumbents["cost"] = 100.0, 0.3
    w.history["floor"][0] = 1.0
    w.economy["memory_price"], w.economy["demand_memory"] = 1.0, 80.0
    clear_memory(w)  # without a floor the price would be (80/100)^2 = 0.64
    assert w.economy["memory_price"][0] == 1.0
    assert 4 * w.incumbents["output"][0] == close(80.0)
    assert 4 * w.economy["world_memory_sales"][0] == close(80.0)


# --- technology -----------------------------------------------------------------------------------------


def test_licensors_grow_reluctant_as_a_follower_closes_in(world):
    p = world().parameters[0]
    far, near = closeness(3, 0.01, p), closeness(1, 0.5, p)
    assert near == 1.0 and far < 0.1
    assert closeness(2, 1.0, p) == close(math.exp(-p["reluctance_decay"]))
    assert licence_chance(near, 0.0, 0.0, p) == close(p["licence_hazard"] * (1 - p["licensor_reluctance"]))
    assert licence_chance(near, 0.5, 0.0, p) == close(p["licence_hazard"] * (1 - 0.5 * p["licensor_reluctance"]))
    assert licence_chance(0.0, 0.0, 0.0, p) == p["licence_hazard"]
    settings = {"technology__own_development_hazard": 0.3, "technology__development_knowledge": 3.0,
                "technology__listening_gain": 0.5}  # fmt: skip
    assert development_chance(3.0, 0.5, world(**settings).parameters[0]) == close(1.5 * 0.3 * (1 - math.exp(-1)) * 0.5)
    deaf = world(**settings, mechanisms__listening_posts=False).parameters[0]
    assert development_chance(3.0, 0.5, deaf) == close(0.3 * (1 - math.exp(-1)) * 0.5)


def test_switches_of_technology(world):
    p = world(mechanisms__licensing=False).parameters[0]
    assert licence_chance(0.0, 0.0, 0.0, p) == 0.0
    p = world(mechanisms__reluctance=False).parameters[0]
    assert licence_chance(1.0, 0.0, 0.0, p) == p["licence_hazard"]
    w = world(mechanisms__royalties=False)
    assert memory_royalty(w.firms[0], 3, w.parameters[0]) == 0.0
    assert assembly_royalty(w.firms[0], w.parameters[0]) == 0.0


def test_memory_royalty_by_hand(world):
    w = world(technology__royalty_base=0.02, technology__royalty_memory=0.25, technology__royalty_decay=0.35,
              technology__cross_licence_scale=2.5, technology__cross_licence_relief=0.4)  # fmt: skip
    f, p = w.firms[0], w.parameters[0]
    f["production_capability"], f["generation"] = 0.8, 4
    f["knowledge"][:2] = 1.25  # 2.5 in all: half the power
    assert cross_licence_power(f, p) == close(0.5)
    assert memory_royalty(f, 5, p) == close(0.02 + 0.25 * 0.8 * math.exp(-0.35) * (1 - 0.4 * 0.5))


def test_outsiders_can_start_one_generation_behind(world):
    w = world(technology__generation_gap_entry=1)
    w.economy["quarter"] = 50  # frontier: 4
    w.firms["generation"] = 0
    advance_generations(w)
    assert w.history["frontier"][50] == 4
    assert (w.firms["generation"][:60] == 3).all()


# --- assembly: home, own brand, OEM -----------------------------------------------------------------------


def test_a_plant_serves_home_then_brand_then_clients(world):
    p = world(markets__brand_capacity_max=0.5).parameters[0]
    assert share_plant(100.0, 20.0, 90.0, 90.0, p) == close((20.0, 40.0, 40.0))
    assert share_plant(100.0, 150.0, 10.0, 10.0, p) == close((100.0, 0.0, 0.0))
    assert share_plant(100.0, 0.0, 10.0, 30.0, p) == close((0.0, 10.0, 30.0))


def test_oem_price_is_full_cost_plus_a_thin_margin(world):
    p = world(markets__oem_margin=0.03, markets__oem_cost_sharing=0.4, markets__oem_reference=0.95).parameters[0]
    assert oem_offer(0.96, p) == close(0.99)  # no advantage to share
    assert oem_offer(0.75, p) == close(0.75 + 0.03 + 0.4 * 0.20)
    assert oem_offer(3.0, p) == p["oem_price_max"]


def test_an_unqualified_supplier_gets_no_orders(world):
    w = world(markets__oem_qualification=0.5)
    w.economy["demand_assembly"] = 2500.0
    w.firms["production_capability"][:60] = 0.4
    w.firms["production_capability"][7] = 0.6
    w.firms["orders"] = 0.0
    w.clients["reviewed"] = -99  # a year ago: every client reviews
    review_suppliers(w)
    assert (w.firms["orders"][7] > 0).all()
    assert w.firms["orders"].sum() == close(w.firms["orders"][7].sum())


def test_orders_move_half_way_under_lock_in(world):
    full, half = world(mechanisms__lock_in=False), world(markets__oem_adjustment=0.5)
    for w in (full, half):
        w.economy["demand_assembly"] = 2500.0
        w.firms["orders"] = 0.0
        w.clients["reviewed"] = -99
        review_suppliers(w)
    assert half.firms["orders"] == close(0.5 * full.firms["orders"])


def test_rival_sites_take_orders_only_when_open(world):
    orders = {}
    for switch in (True, False):
        w = world(mechanisms__relocation=switch, run__quarters=144)
        w.economy["quarter"], w.economy["demand_assembly"] = 100, 2500.0
        w.economy["reference_wage"] = 3.0
        w.clients["reviewed"] = -99
        review_suppliers(w)
        orders[switch] = w.firms["orders"].sum()
    assert orders[True] < orders[False]


def test_home_market_is_shared_by_capacity_and_skill(world):
    w = world(markets__home_electronics=0.1, policy__protection_before=0.25, markets__home_import_pull=0.0)
    e = w.economy
    e["disposable_income"], e["household_deposits"], e["demand_assembly"] = 400.0, 1e6, 0.0
    w.firms["capacity"], w.firms["brand"], w.firms["orders"] = 0.0, 0.0, 0.0
    w.firms["capacity"][:2, ASSEMBLY] = [100.0, 300.0]
    w.firms["production_capability"][:2] = 0.2
    clear_assembly(w)
    assert w.firms["sold_home"][:2] == close([2.5, 7.5])  # 10 a quarter, by capacity
    assert w.firms["utilisation"][0] == close(4 * 2.5 / 1.25 / 100)


def test_households_never_spend_what_they_do_not_have():
    assert spending_limit(10.0, 100.0, 0.3) == 10.0
    assert spending_limit(50.0, 100.0, 0.3) == 30.0
    assert spending_limit(50.0, -5.0, 0.3) == 0.0


def test_unrelated_business_shares_home_demand(world):
    w = world(markets__unrelated_market=0.3)
    w.economy["disposable_income"], w.economy["household_deposits"] = 100.0, 1e6
    w.firms["capacity"][:2, UNRELATED] = [30.0, 30.0]
    clear_unrelated(w)  # demand 30 a year on a capacity of 60: half used
    assert w.firms["sold_unrelated"][:2] == close([30 / 4 / 2, 30 / 4 / 2])


# --- niche ------------------------------------------------------------------------------------------------


def test_niche_markup_and_launch_quality(world):
    p = world(markets__niche_markup=0.1, markets__niche_premium=0.4, markets__niche_premium_from=0.35,
              markets__niche_quality_scale=1.2).parameters[0]  # fmt: skip
    assert niche_markup(0.30, p) == close(0.1)
    assert niche_markup(0.60, p) == close(0.1 + 0.4 * 0.25)
    w = world(markets__niche_quality_scale=1.2)
    w.firms["design_capability"][0], w.firms["breadth"][0] = 0.64, 0.25
    assert launch_quality(w.firms[0], 0.0, w.parameters[0]) == close(1.2 * 0.4)


def test_a_field_is_shared_by_attraction_and_saturates(world):
    w = world(markets__niche_foreign_attraction=7.0, markets__niche_quality_elasticity=3.0)
    e = w.economy
    e["demand_niche"], e["reference_wage"] = 600.0, 1.0
    size = w.parameters["niche_reference_size"][0]
    w.firms["capacity"][:2, NICHE] = size
    w.firms["quality"][:2], w.firms["field"][:2] = 1.0, [2, 3]
    w.firms["coverage"][0, 2] = w.firms["coverage"][1, 3] = 1.0
    clear_niche(w)  # alone in its field: 100 * 1 / (1 + 7) = 12.5, more than it can make
    assert w.firms["sold_out"][0] == close(12.5 / size)
    assert w.firms["sold_niche"][0] == close(min(12.5, size) / 4)
    w.firms["field"][:2], w.firms["coverage"][1] = 2, w.firms["coverage"][0]
    clear_niche(w)
    assert w.firms["sold_out"][0] == close(100 / 9 / size)


# --- credit -----------------------------------------------------------------------------------------------


def test_ration_by_weight_with_rooms():
    granted = np.zeros(3)
    left = ration(60.0, np.array([1.0, 1.0, 2.0]), np.array([5.0, 100.0, 100.0]), granted)
    assert left == close(0.0) and granted[0] == close(5.0)
    assert granted[1] == close(15 + 10 / 3) and granted[2] == close(30 + 20 / 3)  # what the first cannot use
    granted = np.zeros(3)
    assert ration(60.0, np.ones(3), np.full(3, 10.0), granted) == close(30.0)


def test_borrowing_room_under_a_ceiling(world):
    w = world(finance__leverage_unsecured=1.5, finance__at_risk_min=0.1)
    f = w.firms[0]
    f["deposits"], f["land"], f["book_capital"], f["loans"] = 10.0, 0.0, 90.0, [0, 40.0, 0, 0]
    assert leverage_ceiling(0.0, 1.0, w.parameters[0]) == close(1.5)
    assert leverage_ceiling(0.75, 1.0, w.parameters[0]) == close(3.0)  # a quarter at risk: twice the leverage
    assert leverage_ceiling(1.0, 2.0, w.parameters[0]) == close(1.5 / math.sqrt(0.1))
    assert borrowing_room(f, 3.0, 0.0, w.economy[0]) == close(3 * 60 - 40)
    f["loans"] = [0, 99.0, 0, 0]
    assert borrowing_room(f, 1.5, 0.0, w.economy[0]) == 0.0


def test_export_test_cuts_the_weight_of_laggards(world):
    w = world(politics__performance_target=0.8)
    e, p, f = w.economy[0], w.parameters[0], w.firms[0]
    e["enforcement"], e["export_advance"] = 0.7, 0.5
    f["exports"], f["exports_slow"], f["loans"] = 13.0, 10.0, 0.0
    assert performance_weight(f, e, p) == close(0.3)
    f["loans"] = [30.0, 0, 0, 10.0]  # a quarter of its debt is beyond the state's reach
    assert performance_weight(f, e, p) == close(1 - 0.7 * 0.75)
    f["exports"] = 14.5
    assert performance_weight(f, e, p) == 1.0


def test_the_state_directs_its_share_and_firms_get_no_more_than_they_need(world):
    w = world(policy__directed_share=0.4, policy__sme_window=0.0, population__initial_debt=0.2)
    books.open_books(w)
    w.firms["need"][:60] = 0.1
    w.firms["cover"] = 5.0
    clear_credit(w)
    lent = w.firms["granted"][:60]
    assert lent[:, DIRECTED].sum() == close(0.4 * 6.0)
    assert (lent.sum(axis=1) <= 0.1 + 1e-12).all()
    assert w.economy["bank_lent"][0] == close(lent[:, [DIRECTED, MARKET]].sum())


def test_concentration_sends_directed_credit_to_the_large(world):
    shares = {}
    for kappa in (0.0, 1.0):
        w = world(policy__concentration=kappa, policy__directed_share=0.4, population__initial_debt=0.2)
        books.open_books(w)
        w.firms["need"][:60], w.firms["cover"] = 3.0, 5.0
        clear_credit(w)
        directed = w.firms["granted"][:60, DIRECTED]
        shares[kappa] = directed[:4].sum() / directed.sum()
    assert shares[1.0] > shares[0.0] + 0.05


def test_the_market_does_not_lend_to_who_cannot_cover_interest(world):
    w = world(policy__directed_share=0.0, mechanisms__curb_market=False, mechanisms__foreign_credit=False,
              population__initial_debt=0.2,
              mechanisms__equity_market=False)  # fmt: skip
    books.open_books(w)
    w.firms["need"][:60], w.firms["cover"][:30], w.firms["cover"][30:60] = 0.2, 0.5, 3.0
    clear_credit(w)
    assert w.firms["granted"][:30].sum() == 0.0 and (w.firms["granted"][30:60, MARKET] > 0).all()


def test_repayment_never_takes_more_than_deposits(world):
    w = world(finance__amortisation=0.1)
    books.open_books(w)
    w.firms["loans"][0], w.firms["deposits"][0] = [0.0, 50.0, 0.0, 20.0], 3.0
    amortise(w)
    assert w.firms["deposits"][0] == close(0.0)
    assert w.firms["loans"][0, MARKET] == close(47.0)


# --- the currency -----------------------------------------------------------------------------------------


def test_no_exposure_no_pressure(world):
    p = world(macro__run_exposure_weight=0.55, macro__run_fragility=0.5).parameters[0]
    assert run_pressure(0.0, 1.0, 5.0, p) == 0.0
    assert run_pressure(0.5, 0.2, 0.0, p) == close(0.5 * 0.65)
    assert run_chance(p["run_threshold"], p) == close(0.5)


def test_currency_moves(world):
    p = world(macro__depreciation_speed=0.5, macro__exchange_rate_max=2.0, macro__exchange_rate_settled=1.2,
              macro__exchange_rate_recovery=0.1).parameters[0]  # fmt: skip
    assert depreciated(1.0, 2.0, p) == close(1.5)
    assert depreciated(1.8, 9.0, p) == 2.0
    assert recovered(1.7, p) == close(1.65)
    assert recovered(1.1, p) == close(1.1)


def test_a_run_calls_short_term_loans_and_devalues(world):
    w = world(macro__rollover=0.4)
    books.open_books(w)
    e = w.economy
    w.firms["loans"][0, FOREIGN], w.firms["deposits"][0] = 100.0, 200.0
    e["short_term_debt"], e["reserves"] = 60.0, 30.0
    call_loans(w)
    assert w.firms["loans"][0, FOREIGN] == close(64.0)  # 60 % of 60 called
    assert w.firms["deposits"][0] == close(164.0)
    assert e["short_term_debt"][0] == close(24.0)
    assert e["reserves"][0] == close(-6.0)


def test_a_run_starts_only_with_news(world):
    w = world(macro__run_threshold=0.05, macro__run_steepness=50)
    books.open_books(w)
    e = w.economy
    w.firms["loans"][0, FOREIGN] = 100.0
    e["short_term_debt"], e["reserves"], e["total_exports"] = 60.0, 60.0, 100.0
    move_currency(w)
    assert not e["run"][0]
    w.history["contagion"][0] = 0.6
    move_currency(w)
    assert e["run"][0] and e["exchange_rate"][0] > 1.0 and e["confidence"][0] == w.parameters["confidence_run"][0]


# --- engineers, land, households ----------------------------------------------------------------------------


def test_public_laboratories_hire_first_and_size_draws(world):
    w = world(technology__engineers=100, technology__prestige=2.0)
    e = w.economy
    salary = w.parameters["engineer_cost"][0]
    e["public_rd"], w.firms["sales"], w.firms["rd"] = 10 * salary / 4, 1.0, 0.0
    w.firms["rd"][:2], w.firms["sales"][0] = 200 * salary / 4, 3.0
    e["wage"] = w.parameters["initial_wage"]
    hire_engineers(w)
    assert e["public_engineers"][0] == close(10.0)
    assert w.firms["engineers"][:60].sum() == close(90.0)
    assert w.firms["engineers"][0] == close(3 * w.firms["engineers"][1])  # prestige: (3/1)^(2/2)


def test_land_price_by_hand(world):
    p = world(macro__land_credit=0.4, macro__land_normal_credit=0.08, macro__land_fundamental=0.05,
              macro__land_momentum=0.5, macro__land_growth_max=0.1).parameters[0]  # fmt: skip
    assert land_price_growth(0.18, 0.2, 0.02, p) == close(0.25 * 0.4 * 0.1 + 0.05 * 0.2 + 0.5 * 0.02)
    assert land_price_growth(9.0, 9.0, 0.0, p) == 0.1


def test_speculators_buy_only_land_that_promises_more_than_credit(world):
    for expected, bought in ((0.0, False), (0.08, True)):
        w = world()
        books.open_books(w)
        w.firms["deposits"][:60] = 50.0
        w.economy["land_growth_expected"] = expected
        before, held = w.economy["household_land"][0], w.firms["land"].sum()
        buy_land(w)
        assert (w.economy["household_land"][0] < before) == bought
        assert w.firms["land"].sum() + w.economy["household_land"][0] == close(held + before)
        move_land_price(w)
        assert w.economy["land_price"][0] > 0


def test_saving_imports_and_wages(world):
    p = world(macro__saving_first=0.1, macro__saving_last=0.3, macro__saving_years=20, macro__import_propensity=0.6,
              macro__import_response=0.2, macro__wage_drift=0.04, macro__wage_response=0.2,
              macro__wage_growth_max=0.3).parameters[0]  # fmt: skip
    assert saving_rate(40, p) == close(0.2) and saving_rate(400, p) == close(0.3)
    assert import_share(150.0, 100.0, p) == close(0.7)
    assert import_share(1e9, 100.0, p) == p["import_share_max"]
    assert wage_growth(0.2, p) == close(0.02) and wage_growth(5.0, p) == close((0.04 + 0.2 * 0.3) / 4)
