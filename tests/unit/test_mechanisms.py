"""Known answers of the paper's further mechanisms, worked by hand; each with its switch."""

import math

import numpy as np
import pytest

from abm import accounts as books
from abm import events
from abm.behaviour.capabilities import assess_firms, field_coverage, memory_scale, own_materials, pool_knowledge
from abm.behaviour.distress import close as close_firm
from abm.behaviour.distress import cover_shortfalls, unpaid_weight
from abm.behaviour.integration import integrate, localised, wanted_integration
from abm.behaviour.investment import first_plant, found_venture, invest, venture_offered, venture_welcome
from abm.behaviour.learning import affiliate_teaching, learning_mode
from abm.behaviour.planning import desired_expansion, first_niche_line, technology_base
from abm.behaviour.resale import bid, plant_price
from abm.behaviour.research import (
    diversification,
    do_research,
    frontier_rate,
    listening_budget,
    public_focus,
    research_budget,
)
from abm.behaviour.results import partner_profit
from abm.behaviour.strategy import partner_share, rate_options
from abm.markets.affiliates import platform_growth, platform_pull, run_affiliates
from abm.markets.credit import clear_credit, lend_directed
from abm.markets.home import clear_assembly, local_share
from abm.markets.memory import clear_memory, foundry_share
from abm.markets.niche import clear_niche
from abm.markets.oem import assembly_royalty, oem_offer, price_aid, review_suppliers, site_cost
from abm.markets.technology import entry_gap, licence_chance, sourcing_mode
from abm.state import ASSEMBLY, DIRECTED, FOREIGN, MARKET, MEMORY, NICHE

close = pytest.approx


# --- foreign affiliates (E I.2) ---------------------------------------------------------------------------


def test_affiliates_come_for_low_wages_and_mind_demands(world):
    w = world(markets__affiliate_pull=2.0, markets__affiliate_reluctance=1.0)
    p = w.parameters[0]
    dearer = site_cost(0.5, p["affiliate_capability"], p) - p["oem_reference"]
    here = 2.0 * math.exp(-p["oem_price_sensitivity"] * dearer)
    assert platform_pull(0.5, 0.0, 0.3, p) == close(here)
    assert platform_pull(0.5, 0.6, 0.5, p) == close(0.7 * here)  # the state asks for what local firms can already do
    assert platform_pull(0.9, 0.0, 0.3, p) < here
    assert platform_pull(0.5, 1.0, 1.0, p) == 0.0


def test_affiliates_move_no_faster_than_they_can(world):
    p = world(markets__affiliate_growth_max=0.1, markets__affiliate_exit_max=0.05).parameters[0]
    assert platform_growth(104.0, 100.0, p) == close(0.04)
    assert platform_growth(300.0, 100.0, p) == 0.1 and platform_growth(10.0, 100.0, p) == -0.05
    assert platform_growth(10.0, 0.0, p) == 0.0


def test_of_affiliates_receipts_only_wages_stay(world):
    w = world(population__affiliates=40, markets__affiliate_local_content=0.25)
    books.open_books(w)
    w.economy["demand_assembly"] = 2400.0
    deposits = w.economy["household_deposits"][0]
    run_affiliates(w)
    local = 0.25 * w.economy["affiliate_exports"][0]
    assert w.economy["affiliate_exports"][0] == close(w.economy["affiliate_capacity"][0] / 4) and local > 0
    assert w.economy["household_deposits"][0] == close(deposits + local)
    books.audit(w)
    assert w.economy["residual"][0] < 1e-12
    assert affiliate_teaching(30.0, 70.0, w.parameters[0]) == close(0.3 * w.parameters["affiliate_teaching"][0])
    off = world(mechanisms__foreign_affiliates=False)
    run_affiliates(off)
    assert off.economy["affiliate_capacity"][0] == 0.0


# --- technology sourcing (E I.5) ----------------------------------------------------------------------------


def test_modes_of_a_new_generation(world):
    p = world(technology__cross_licence_from=0.5).parameters[0]
    assert sourcing_mode(True, 0.2, p) == events.LICENSED
    assert sourcing_mode(True, 0.7, p) == events.CROSS_LICENSED
    assert sourcing_mode(False, 0.7, p) == events.DEVELOPED


def test_an_oligopoly_makes_buyers_seek_a_second_source(world):
    settings = {"technology__second_source_pull": 0.5, "technology__generation_gap_entry": 1}
    w = world(**settings)
    p = w.parameters[0]
    assert licence_chance(0.0, 0.0, 0.6, p) == close(1.3 * p["licence_hazard"])
    assert entry_gap(p) == 1
    alone = world(**settings, mechanisms__second_source=False).parameters[0]
    assert licence_chance(0.0, 0.0, 0.6, alone) == alone["licence_hazard"] and entry_gap(alone) == 2
    w.incumbents["capacity"], w.incumbents["yen"] = 10.0, [True] * 3 + [False] * 5
    w.firms["capacity"][0, MEMORY] = 20.0
    clear_memory(w)
    assert w.economy["yen_memory_share"][0] == close(0.3)


def test_patents_in_many_fields_buy_down_royalties(world):
    w = world(technology__royalty_base=0.02, technology__royalty_assembly=0.16, technology__cross_licence_relief=0.5)
    f, p = w.firms[0], w.parameters[0]
    f["production_capability"], f["field"], f["coverage"] = 0.5, 2, [0, 0, 1.0, 0, 0, 0, 0, 0]
    assert assembly_royalty(f, p) == close(0.02 + 0.16 / 16)
    f["coverage"] = [0, 0, 1.0, 1.0, 1.0, 0, 0, 0]
    assert assembly_royalty(f, p) == close(0.02 + 0.16 / 16 * 0.8)


def test_foundry_work_fills_idle_lines(world):
    settings = {"markets__foundry_base": 0.1, "markets__foundry_response": 0.4, "markets__foundry_max": 0.25}
    p = world(**settings).parameters[0]
    assert foundry_share(0.5, 1.0, p) == close(0.05)
    assert foundry_share(0.5, 0.8, p) == close(0.5 * 0.18)
    assert foundry_share(1.0, 0.1, p) == 0.25 and foundry_share(1.0, 2.0, p) == 0.0
    assert foundry_share(1.0, 0.1, world(mechanisms__foundry=False).parameters[0]) == 0.0
    w = world(**settings, markets__foundry_price=0.8)
    w.incumbents["capacity"] = 0.0
    w.firms["capacity"][0, MEMORY], w.firms["memory_cost"][0], w.firms["production_capability"][0] = 40.0, 0.3, 1.0
    w.economy["memory_price"], w.economy["demand_memory"] = 1.0, 40.0
    clear_memory(w)
    assert w.firms["sold_foundry"][0] == close(40 * 0.1 * 0.8 / 4)
    assert w.firms["memory_output"][0] == close(40 * 0.9 / 4)


def test_the_closer_to_the_frontier_the_more_research_must_replace_licences(world):
    settings = {"technology__rd_frontier": 0.1, "technology__reluctance_share": 0.1}
    settings["technology__reluctance_decay"] = 0.5
    w = world(**settings)
    f, e, p = w.firms[0], w.economy[0], w.parameters[0]
    e["world_memory_capacity"], f["capacity"], f["generation"] = 1000.0, [0, 50.0, 0, 0], 4
    assert frontier_rate(f, e, 5, p) == close(0.1 * 0.5)
    assert frontier_rate(f, e, 6, p) == close(0.1 * 0.5 * math.exp(-0.5))
    before = research_budget(f, e, 5, p)[0]
    f["sold_memory"] = 10.0
    assert research_budget(f, e, 5, p)[0] - before == close(0.05 * 40.0 * e["exchange_rate"])
    assert frontier_rate(f, e, 5, world(**settings, mechanisms__reluctance=False).parameters[0]) == 0.0


def test_listening_posts_are_paid_abroad(world):
    w = world(technology__listening_share=0.1)
    f, p = w.firms[0], w.parameters[0]
    assert listening_budget(f, p) == 0.0  # assemblers need none
    f["capacity"][MEMORY] = 5.0
    assert listening_budget(f, p) == 0.1
    assert listening_budget(f, world(mechanisms__listening_posts=False).parameters[0]) == 0.0


OPEN = {"policy__affiliate_demands": 0.0, "policy__entry_barrier": 0.0}  # the state lets foreign partners be


def test_a_partner_joins_who_has_a_stake_to_offer(world):
    settings = {"firms__venture_stake": 0.25, "firms__venture_chance": 0.5} | OPEN
    w = world(**settings)
    f, p, g = w.firms[0], w.parameters[0], w.policy[0]
    f["guarantee"] = 0.0
    assert venture_offered(f, 10.0, 40.0, 0.4, g, p) and not venture_offered(f, 9.9, 40.0, 0.4, g, p)
    f["guarantee"] = 0.5
    assert not venture_offered(f, 40.0, 40.0, 0.4, g, p)  # the insured keep the plant to themselves
    off = world(**settings, mechanisms__joint_ventures=False).parameters[0]
    assert not venture_offered(f, 40.0, 40.0, 0.0, g, off)
    f["guarantee"], alone = 0.0, world(**settings, mechanisms__equity_market=False).parameters[0]
    assert venture_offered(f, 40.0, 40.0, 0.4, g, alone) and not venture_offered(f, 39.0, 40.0, 0.4, g, alone)


def test_demands_and_barriers_keep_partners_away(world):
    w = world(policy__affiliate_demands=0.5, policy__entry_barrier=0.4, markets__affiliate_reluctance=1.2)
    assert venture_welcome(w.policy[0], w.parameters[0]) == close(0.4 * 0.6)
    w = world(policy__affiliate_demands=1.0, markets__affiliate_reluctance=1.2)
    assert venture_welcome(w.policy[0], w.parameters[0]) == 0.0


def test_a_first_plant_is_built_alone_or_smaller_with_a_partner(world):
    w = world(firms__venture_share=0.4, firms__venture_chance=1.0, firms__venture_plant=0.5, firms__cash_buffer=0.0,
              firms__venture_stake=0.5, **OPEN)  # fmt: skip
    w.firms["deposits"][0], w.firms["guarantee"][0] = 100.0, 0.0
    books.open_books(w)
    f, households = w.firms[0], w.economy["household_deposits"][0]
    assert first_plant(w, 0, 100.0, 0.0) == 100.0 and f["venture"] == 0.0  # needs nobody
    f["deposits"] = 14.9
    assert first_plant(w, 0, 100.0, 0.0) == 0.0
    f["deposits"] = 20.0  # of its 60 % of half a plant
    assert first_plant(w, 0, 100.0, 0.0) == 50.0
    assert f["venture"] == 0.4 and f["deposits"] == close(50.0)
    assert w.economy["household_deposits"][0] == close(households - 10.0)  # shareholders
    w.economy["household_deposits"], f["deposits"], f["venture"] = 100.0, 20.0, 0.0
    assert first_plant(w, 0, 100.0, 0.0) == 0.0  # 10 is more than households take up


def test_a_partners_network_counts_towards_scale(world):
    w = world(markets__minimum_efficient_scale=0.05)
    w.economy["world_memory_capacity"] = 1000.0
    w.firms["capacity"][0, MEMORY], w.firms["venture"][0] = 20.0, 0.4
    assert memory_scale(w.firms[0], w.economy[0], w.parameters[0]) == close(0.02 + 0.4 * 0.05)


def test_who_has_decided_for_memory_sets_funds_aside(world):
    spent = {}
    for saving in (0.0, 0.4):
        w = world(firms__memory_saving=saving, firms__cash_buffer=0.0, mechanisms__joint_ventures=False)
        books.open_books(w)
        f = w.firms[0]
        w.firms["alive"][1:] = False
        f["deposits"], f["saving_for_memory"], f["plan"] = 10.0, True, [50.0, 100.0, 0.0, 0.0]
        invest(w)
        spent[saving] = f["invested"].sum()
    assert spent[0.0] == close(10.0) and spent[0.4] == close(6.0)


def test_a_venture_pays_its_partner_and_the_books_hold(world):
    w = world(firms__venture_share=0.4, markets__decay_memory=0.05, markets__capital_memory=1.5)
    books.open_books(w)
    found_venture(w, 0, 40.0, 5.0)
    f, p = w.firms[0], w.parameters[0]
    f["capacity"][MEMORY], f["profit"][MEMORY] = 100.0, 20.0
    assert f["venture"] == 0.4
    assert partner_profit(f, 1.0, p) == close(0.4 * (20 - 0.05 * 1.5 * 100))
    f["profit"][MEMORY] = 5.0
    assert partner_profit(f, 1.0, p) == 0.0
    books.audit(w)
    assert w.economy["residual"][0] < 1e-12


def test_a_partner_bears_part_of_the_risk(world):
    w = world(firms__venture_share=0.4)
    f, p = w.firms[0], w.parameters[0]
    f["guarantee"] = 0.5
    assert partner_share(f, p) == close(0.2)
    f["capacity"][MEMORY], f["venture"] = 10.0, 0.3
    assert partner_share(f, p) == close(0.3)
    scores = {}
    for on in (True, False):
        w = world(firms__venture_share=0.4, mechanisms__joint_ventures=on)
        w.economy["trend_memory"] = 200.0
        w.firms["leverage"], w.firms["memory_cost_expected"] = 1.0, 0.5
        rate_options(w)
        scores[on] = w.firms["score"][0]
    assert scores[True][MEMORY] > scores[False][MEMORY] and scores[True][ASSEMBLY] == scores[False][ASSEMBLY]


def test_further_own_plants_dilute_the_partner(world):
    w = world()
    books.open_books(w)
    f = w.firms[0]
    price = w.parameters["capital_memory"][0]
    f["capacity"][MEMORY], f["venture"], f["deposits"] = 30.0, 0.4, 1000.0
    f["plan"] = [0, 10.0 * price, 0, 0]
    invest(w)
    assert f["venture"] == close(0.4 * 30 / 40)


# --- protection, incentive, cross-subsidy (E I.3, III.2) -----------------------------------------------------


def test_home_rents_and_incentives_cut_export_prices(world):
    w = world(markets__cross_subsidy=0.5, markets__cross_subsidy_max=0.1)
    f, p = w.firms[0], w.parameters[0]
    f["sold_home"], f["sold_oem"] = 5.0, 20.0
    assert price_aid(f, 0.25, 0.03, 1.0, p) == close(0.03 + 0.5 * (0.2 * 5.0) / 20.0)
    assert price_aid(f, 9.0, 0.0, 1.0, p) == close(0.1)
    f["sold_oem"] = 0.0
    assert price_aid(f, 0.25, 0.03, 1.0, p) == 0.03


def test_protection_is_lifted_step_by_step(world):
    settings = {"policy__protection_before": 0.2, "policy__protection_after": 0.04, "policy__export_incentive": 0.03,
                "policy__liberalisation_starts": "1972Q1", "policy__liberalisation_years": 2}  # fmt: skip
    table = world(**settings, run__quarters=20).policy
    assert table["protection"][[0, 3, 8, 12, 19]] == close([0.2, 0.2, 0.12, 0.04, 0.04])
    assert table["incentive"][[3, 8, 12]] == close([0.03, 0.015, 0.0])
    free = world(**settings, mechanisms__home_protection=False).policy
    assert not free["protection"].any() and not free["incentive"].any()


def test_imports_press_on_a_free_home_market(world):
    p = world(markets__home_import_pull=0.5, markets__home_import_sensitivity=10.0).parameters[0]
    assert local_share(0.0, p) == close(1 / 1.5)
    assert local_share(0.2, p) == close(1 / (1 + 0.5 * math.exp(-2)))


def test_a_protected_supplier_bids_lower(world):
    prices = {}
    for protection in (0.0, 0.3):
        w = world(policy__protection_before=protection, policy__export_incentive=0.0)
        w.economy["demand_assembly"] = 2500.0
        w.firms["sold_home"], w.firms["sold_oem"], w.firms["assembly_cost"] = 1.0, 5.0, 0.7
        review_suppliers(w)
        prices[protection] = w.firms["oem_price"][0]
    assert prices[0.3] < prices[0.0] < oem_offer(9.0, w.parameters[0])


# --- imported inputs (E II.2) ---------------------------------------------------------------------------------


def test_a_devaluation_makes_only_home_made_inputs_cheaper_in_dollars(world):
    w = world(markets__assembly_materials=0.6, markets__materials_imported=0.75, mechanisms__input_localisation=False)
    w.economy["exchange_rate"] = 2.0
    integrate(w)
    assert w.economy["material_cost"][0] == close(0.45 + 0.15 / 2)
    assert w.economy["imported_materials"][0] == close(0.45 / 0.525)


def test_capable_independent_suppliers_replace_imports(world):
    p = world(markets__localisation=0.4).parameters[0]
    assert localised(0.9, 0.5, p) == close(0.9 * 0.8)
    assert localised(0.9, 0.5, world(mechanisms__input_localisation=False).parameters[0]) == 0.9


# --- emerging markets (E II.2) ----------------------------------------------------------------------------------


def test_emerging_markets_buy_brands_without_design(world):
    w = world(markets__brand_capacity_max=1.0, markets__brand_price=0.8)
    e = w.economy
    e["disposable_income"], e["demand_assembly"] = 0.0, 1000.0
    w.firms["capacity"], w.firms["brand"], w.firms["orders"] = 0.0, 0.0, 0.0
    w.firms["capacity"][:2, ASSEMBLY], w.firms["brand"][:2], w.firms["design_capability"][:2] = 1e6, 1.0, [0.0, 0.8]
    w.history["emerging"][0] = 0.0
    clear_assembly(w)
    assert not w.firms["sold_emerging"].any() and w.firms["sold_brand"][1] > w.firms["sold_brand"][0]
    w.history["emerging"][0] = 0.2
    clear_assembly(w)
    assert w.firms["sold_emerging"][0] == close(w.firms["sold_emerging"][1])  # design earns nothing there
    assert (w.firms["sold_emerging"][:2] < w.firms["sold_brand"][:2]).all()


# --- integration and lock-in (E II.4 ii, II.5 ii) ---------------------------------------------------------------


def test_only_large_insured_groups_integrate(world):
    w = world(firms__integration_max=0.8)
    f, p = w.firms[0], w.parameters[0]
    f["openness"], f["guarantee"] = p["closed_openness"], 0.5
    assert wanted_integration(f, 0.0, p) == close(0.4)
    assert wanted_integration(f, 0.75, p) == close(0.1)  # an open network of suppliers stands in for three quarters
    f["openness"] = 1.0
    assert wanted_integration(f, 0.0, p) == 0.0
    f["openness"] = p["closed_openness"]
    assert wanted_integration(f, 0.0, world(mechanisms__vertical_integration=False).parameters[0]) == 0.0


def test_lock_in_is_the_part_of_assembly_inside_groups(world):
    w = world(firms__integration_speed=1.0, firms__integration_max=0.5)
    w.firms["alive"][2:60] = False
    w.firms["capacity"][:2, ASSEMBLY], w.firms["openness"][:2] = [30.0, 10.0], [w.parameters["closed_openness"][0], 1.0]
    w.firms["guarantee"][:2], w.firms["production_capability"][:2] = 1.0, 0.6
    integrate(w)
    assert w.economy["lock_in"][0] == close(30 * 0.5 / 40)
    assert w.economy["supplier_base"][0] == close(10 * 0.6 / 40 * (1 - 0.375))
    assert own_materials(w.firms[0], w.economy[0], w.parameters[0]) < w.economy["material_cost"][0]


def test_locked_in_suppliers_share_less_and_learn_slower(world):
    shared = []
    for lock_in in (0.0, 0.5):
        w = world()
        w.firms["knowledge"][:60], w.economy["lock_in"] = 1.0, lock_in
        pool_knowledge(w)
        shared.append(w.economy["shared_knowledge"][0].sum())
    assert shared[1] == close(0.5 * shared[0])
    p = world(technology__imitation_efficiency=0.4).parameters[0]
    assert learning_mode(1.0, 0.8, 0.0, p) == close(1 - 0.6 * 0.2)
    assert learning_mode(1.0, 0.8, 0.5, p) == close(1 - 0.6 * 0.6)
    assert learning_mode(0.0, 0.0, 1.0, p) == 1.0  # the large see the whole production
    assert learning_mode(1.0, 0.0, 1.0, world(mechanisms__apprenticeship=False).parameters[0]) == 1.0


# --- who gets the small firms' credit (E II.5 ii) -----------------------------------------------------------------


def test_affiliates_of_groups_drain_the_small_window_under_capture(world):
    large = {}
    for capture, switch in ((0.0, True), (0.9, True), (0.9, False)):
        w = world(policy__sme_window=0.6, policy__directed_share=0.0, mechanisms__mini_chaebol=switch,
                  mechanisms__foreign_credit=False, mechanisms__curb_market=False,
                  population__initial_debt=0.0)  # fmt: skip
        books.open_books(w)
        w.economy["capture"], w.economy["bank_capital"] = capture, 19.0
        w.firms["need"][:60], w.firms["cover"] = 1e6, 5.0
        clear_credit(w)
        got = w.firms["granted"][:60, MARKET]
        large[capture, switch] = got[:4].sum() / got.sum()
        assert w.economy["window_leak"][0] == close(capture * w.parameters["window_leak"][0] if switch else 0.0)
    assert large[0.9, True] > large[0.0, True] == close(large[0.9, False])


# --- performance tests (E I.3) --------------------------------------------------------------------------------------


def test_who_fails_the_export_test_is_cut_off_whatever_the_pool(world):
    w = world(policy__directed_share=0.8, politics__performance_target=1.0, population__initial_debt=0.2)
    books.open_books(w)
    e = w.economy
    e["enforcement"], e["export_advance"] = 1.0, 0.1
    w.firms["need"][:60], w.firms["exports_slow"][:60], w.firms["exports"][:60] = 0.1, 1.0, 1.2
    w.firms["exports"][:2] = 1.0
    lend_directed(w, 1000.0)
    assert (w.firms["granted"][:2, DIRECTED] == 0.0).all() and (w.firms["granted"][2:60, DIRECTED] > 0.0).all()


# --- the public innovation system (E II.3 iii) ----------------------------------------------------------------------


def test_missions_bend_laboratories_and_universities_search_broadly(world):
    assert sum(public_focus(k, 0.7, 0.1) for k in range(8)) == close(1.0)
    assert public_focus(0, 0.7, 0.1) == close(0.9 * 0.7 / 2)
    assert public_focus(5, 0.7, 0.1) == close((0.1 + 0.9 * 0.3) / 6)
    gains = []
    for coordination in (1.0, 0.5):
        w = world(policy__public_coordination=coordination)
        w.economy["public_engineers"] = 100.0
        do_research(w)
        gains.append(w.economy["public_knowledge"][0].sum())
    assert gains[1] == close(0.5 * gains[0])


# --- technology diversification (E III.4) ---------------------------------------------------------------------------


def test_better_niche_returns_spread_research_over_design(world):
    w = world(technology__diversification_response=0.5)
    f, p = w.firms[0], w.parameters[0]
    f["returns"][:] = [0.1, 0.9, 0.0, 0.0]
    f["openness"] = 0.8
    assert diversification(f, 0.3, 0.0, p) == close(0.5 * 0.8 * 0.2)
    assert diversification(f, 0.3, 0.4, p) == 0.4  # a policy asks for more
    f["capacity"][MEMORY] = 10.0  # memory pays better than niche products
    assert diversification(f, 0.3, 0.0, p) == 0.0
    off = world(mechanisms__technology_diversification=False).parameters[0]
    assert diversification(f, 9.0, 0.0, off) == 0.0 and diversification(f, 9.0, 0.4, off) == 0.4


def test_spread_research_reaches_every_design_field(world):
    w = world(technology__field_focus=0.7, technology__field_variety=0.0, technology__knowledge_decay=0.0,
              technology__knowledge_productivity=0.1, technology__knowledge_returns=0.5,
              technology__frontier_keeping=1.0, technology__moving_frontier=0.0)  # fmt: skip
    f = w.firms[0]
    f["knowledge"], f["field"], f["engineers"], f["design_share"], f["spread"] = 0.0, 2, 96.0, 0.5, 0.5
    do_research(w)  # 48 designers: 24 on the own field, 4 on each
    assert f["knowledge"][3:].tolist() == close([0.1 * 2.0] * 5)
    assert f["knowledge"][2] == close(0.7 * 0.1 * math.sqrt(24) + 0.1 * 2.0)


def test_knowledge_of_a_field_reaches_its_buyers(world):
    p = world(technology__coverage_max=0.5, technology__own_knowledge_weight=2.0,
              technology__knowledge_needed=1.0).parameters[0]  # fmt: skip
    assert field_coverage(0.0, p) == 0.0 and field_coverage(1.0, p) == close(0.5 * (1 - math.exp(-2)))
    sold = []
    for known in (0.0, 5.0):
        w = world()
        w.economy["demand_niche"], w.economy["reference_wage"] = 600.0, 1.0
        w.firms["capacity"][0, NICHE], w.firms["quality"][0], w.firms["field"][0] = 500.0, 1.0, 2
        w.firms["knowledge"][0, 3:] = known
        assess_firms(w)
        clear_niche(w)
        sold.append(w.firms["sold_niche"][0])
    assert sold[1] > 1.5 * sold[0] > 0


def test_a_broad_technology_base_makes_a_larger_first_niche_line(world):
    w = world(firms__niche_scope=0.1, firms__niche_lump=1.5)
    e, p, f = w.economy[0], w.parameters[0], w.firms[0]
    e["reference_wage"], e["exchange_rate"], f["sales"], f["field"] = 2.0, 1.25, 1000.0, 2
    f["coverage"] = [0, 0, 1.0, 0, 0, 0, 0, 0]
    assert technology_base(f) == 0.0 and first_niche_line(f, e, p) == close(3.0)
    f["coverage"] = [0, 0, 1.0, 0.5, 0.5, 0.25, 0.25, 0]
    assert technology_base(f) == close(0.3) and first_niche_line(f, e, p) == close(3.0 + 0.1 * 0.3 * 800)


def test_a_broad_technology_base_staffs_a_niche_line_up_to_what_it_can_sell(world):
    w = world(firms__niche_scope=0.1, firms__growth_max=0.1, markets__capital_niche=0.2, firms__niche_eagerness=0.0)
    e, p, f = w.economy[0], w.parameters[0], w.firms[0]
    e["exchange_rate"], f["sales"], f["field"], f["score"] = 1.0, 1000.0, 2, [0.0, 0.0, 9.0, 0.0]
    f["capacity"], f["coverage"] = [0, 0, 50.0, 0], [0, 0, 1.0, 0.5, 0, 0, 0, 0]
    f["sold_out"] = 9.0
    assert desired_expansion(f, NICHE, e, 1.0, p) == close(0.2 * (0.1 * 50 + 0.1 * 0.1 * 0.1 * 1000))
    f["sold_out"] = 1.04  # buyers for two more
    assert desired_expansion(f, NICHE, e, 1.0, p) == close(0.2 * 2.0)
    f["coverage"], f["sold_out"] = [0, 0, 1.0, 0, 0, 0, 0, 0], 9.0
    assert desired_expansion(f, NICHE, e, 1.0, p) == close(0.2 * 0.1 * 50)


# --- failure (E II.4 i, III.1) ----------------------------------------------------------------------------------------


def test_large_unpaid_bills_use_up_patience_faster(world):
    w = world(firms__unpaid_pressure=4.0)
    assert unpaid_weight(0.0, 40.0, w.parameters[0]) == 1.0
    assert unpaid_weight(5.0, 40.0, w.parameters[0]) == close(1 + 4 * 0.5)
    assert unpaid_weight(99.0, 40.0, w.parameters[0]) == close(5.0)
    books.open_books(w)
    f = w.firms[0]
    f["deposits"], f["sales"], f["loans"] = -5.0, 40.0, [0.0, 1e4, 0.0, 0.0]
    cover_shortfalls(w)
    assert f["distress"] == close(3.0)


def test_survivors_buy_the_plant_of_the_fallen(world):
    w = world(firms__resale_value=0.5, markets__capital_assembly=0.4, firms__cash_buffer=0.0)
    w.firms["alive"][3:60] = False
    w.firms["score"][:3, ASSEMBLY], w.firms["deposits"][:3] = [0.1, 0.1, -0.1], [0.0, 6.0, 50.0]
    w.firms["capacity"][:3, ASSEMBLY], w.firms["loans"][:3], w.firms["land"][:3] = 20.0, 0.0, 0.0
    w.firms["loans"][0, MARKET] = 100.0
    e, deposits = w.economy, w.firms["deposits"].sum()
    e["government_debt"] = e["bank_capital"] + e["household_deposits"] + deposits - w.firms["loans"][:, :2].sum()
    books.open_books(w)
    p = w.parameters[0]
    assert plant_price(ASSEMBLY, 1.0, p) == close(0.2)
    assert [bid(w.firms[i], ASSEMBLY, p) for i in (1, 2)] == close([6.0, 0.0])  # no cash without hope
    capital = w.economy["bank_capital"][0]
    close_firm(w, 0)  # 20 of capacity at 0.2 each
    assert w.firms["deposits"][1] == close(2.0) and w.firms["capacity"][1, ASSEMBLY] == close(40.0)
    assert w.economy["bank_capital"][0] == close(capital - 96.0)  # creditors get the 4
    assert (w.firms["capacity"][2] == [20.0, 0, 0, 0]).all() and not w.firms["alive"][0]
    assert w.firms["loans"][0].sum() == 0.0 and w.firms["loans"][0, FOREIGN] == 0.0
    books.audit(w)
    assert w.economy["residual"][0] < 1e-12


def test_without_resale_plant_is_scrapped(world):
    w = world(mechanisms__asset_resale=False)
    books.open_books(w)
    w.firms["score"], w.firms["deposits"][:60] = 0.1, 5.0
    before = np.array(w.firms["capacity"][1:60, ASSEMBLY])
    w.firms["loans"][0, MARKET] = 1e4
    close_firm(w, 0)
    assert (w.firms["capacity"][1:60, ASSEMBLY] == before).all()
