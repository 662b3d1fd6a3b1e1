"""Known answers of the firms' and the state's rules, worked by hand."""

import math

import pytest

from abm import accounts as books
from abm.balance import debt, equity, leverage
from abm.behaviour.capabilities import (
    assembly_unit_cost,
    assess_firms,
    design_breadth,
    design_field,
    divisions,
    memory_unit_cost,
    organisation_openness,
    relative_yield,
    response_speed,
    set_openness,
    small_scale,
)  # fmt: skip
from abm.behaviour.distress import close as close_firm
from abm.behaviour.distress import cover_shortfalls, must_close, rescue, rescue_need, resolve_failures, within_line
from abm.behaviour.entry import enter, entrants, found_firm
from abm.behaviour.investment import invest, keep_up, receive_capacity, split_funds
from abm.behaviour.learning import design_gain, design_team, learn, production_gain
from abm.behaviour.planning import (
    desired_expansion,
    desired_growth,
    desired_upkeep,
    plan_investment,
    replacement_share,
    starts_unrelated,
    wants_memory,
)
from abm.behaviour.production import earned_return, sell
from abm.behaviour.research import frontier_pace, knowledge_gain, laboratory_scale, patent_count, research_rate
from abm.behaviour.results import account_for_quarter, interest_cover, sum_up, top_share
from abm.behaviour.strategy import (
    cost_of_funds,
    default_spread,
    directed_rate,
    equipment_price,
    loan_rate,
    memory_return,
    risk_charge,
)
from abm.policy.government import capture_pull, enforced, promised, recapitalise, reserve_action
from abm.state import ASSEMBLY, BANKRUPT, BUILD, DIRECTED, MARKET, MEMORY, NICHE, UNRELATED, VOLUNTARY

close = pytest.approx


def test_debt_equity_and_leverage(world):
    f = world().firms[0]
    f["deposits"], f["land"], f["book_capital"], f["loans"] = 10.0, 2.0, 50.0, [10.0, 20.0, 5.0, 4.0]
    assert debt(f, 2.0) == close(43.0)
    assert equity(f, 2.0, 3.0) == close(10 + 6 + 50 - 43)
    assert leverage(f, 2.0, 3.0) == close(43 / 23)
    f["book_capital"] = 0.0
    assert leverage(f, 2.0, 3.0) == 20.0


# --- capabilities -------------------------------------------------------------------------------------------


def test_yield_rises_with_cumulative_output(world):
    p = world(technology__learning_exponent=0.3219, technology__first_experience=0.5,
              technology__reference_experience=3.5).parameters[0]  # fmt: skip
    assert relative_yield(3.5 * 10, 10.0, p) == close(1.0)  # as much as an incumbent
    assert relative_yield(0.0, 10.0, p) == close((0.5 / 4) ** 0.3219)
    late = relative_yield(8e6, 10.0, p) / relative_yield(4e6, 10.0, p)
    assert 1 - 1 / late == close(0.20, abs=1e-3)  # 20 % cheaper per doubling (Irwin & Klenow)
    assert relative_yield(0.0, 10.0, world(mechanisms__yield_learning_curve=False).parameters[0]) == 1.0


def test_memory_cost_by_hand(world):
    p = world(markets__memory_cost=0.5, markets__memory_labour_share=0.3, markets__generation_penalty=0.2,
              markets__scale_penalty=0.4, markets__minimum_efficient_scale=0.05).parameters[0]  # fmt: skip
    at_scale = 0.5 * (0.3 * 0.8 + 0.95 * 0.7)
    assert memory_unit_cost(0.8, 0, 1.0, 0.05, p) == close(at_scale)
    assert memory_unit_cost(0.8, 2, 0.5, 0.0, p) == close(at_scale * 1.4 / 0.5 * 1.4)
    assert memory_unit_cost(0.8, 0, 1.0, 0.9, p) == close(at_scale)  # no bonus beyond efficient scale


def test_assembly_cost_falls_with_skill(world):
    p = world(markets__assembly_labour=0.3).parameters[0]
    assert assembly_unit_cost(0.6, 0.5, 0.2, p) == close(0.6 + 0.3 * 0.5 / 0.6)
    assert assembly_unit_cost(0.6, 0.5, 0.9, p) < assembly_unit_cost(0.6, 0.5, 0.2, p)


def test_large_organisations_are_closed_and_slow(world):
    p = world(technology__closed_openness=0.4, technology__hierarchy=0.8, technology__hierarchy_scale=300,
              technology__division_drag=0.1, technology__integration_drag=0.5).parameters[0]  # fmt: skip
    assert organisation_openness(0.0, 10.0, p) == 1.0
    assert organisation_openness(10.0, 10.0, p) == close(0.7)
    assert organisation_openness(1e6, 10.0, p) == close(0.4, abs=1e-6)
    assert response_speed(0.0, 0, 0.0, 1.0, p) == 1.0
    assert response_speed(300.0, 2, 0.0, 1.0, p) == close(1 / (1 + 0.8 * math.log(2) + 0.2))
    assert response_speed(0.0, 0, 0.4, 1.0, p) == close(1 / 1.2)  # own components slow a firm


def test_breadth_counts_fields_commanded(world):
    w = world(technology__breadth_floor=0.1, technology__own_knowledge_weight=1.0, technology__knowledge_needed=1.0,
              mechanisms__spillovers=False)  # fmt: skip
    f, p = w.firms[0], w.parameters[0]
    e = w.economy[0]
    assert design_breadth(f, e["shared_knowledge"], e["public_knowledge"], p) == close(0.1)
    f["knowledge"][2:5] = 50.0  # three of six design fields
    assert design_breadth(f, e["shared_knowledge"], e["public_knowledge"], p) == close(0.1 + 0.9 * 0.5)
    f["knowledge"][:2] = 99.0  # process knowledge does not count
    assert design_breadth(f, e["shared_knowledge"], e["public_knowledge"], p) == close(0.55)


def test_public_knowledge_broadens_open_firms_most(world):
    w = world()
    e, p = w.economy[0], w.parameters[0]
    e["public_knowledge"][:] = 1.0
    breadths = []
    for openness in (0.35, 1.0):
        w.firms["openness"][0] = openness
        breadths.append(design_breadth(w.firms[0], e["shared_knowledge"], e["public_knowledge"], p))
    assert breadths[0] < breadths[1]


# --- strategy -----------------------------------------------------------------------------------------------


def test_cost_of_funds_and_risk(world):
    w = world(finance__loan_rate=0.1, finance__small_firm_premium=0.04, firms__risk_aversion=0.6,
              finance__leverage_unsecured=1.5, finance__spread_max=0.08)  # fmt: skip
    f, p = w.firms[0], w.parameters[0]
    f["big"], f["guarantee"], f["leverage"], f["directed_prospect"] = 0.5, 0.25, 1.5, 0.4
    assert loan_rate(0.5, 0.03, p) == close(0.15)
    assert default_spread(0.75, 0.25, p) == close(0.08 * 0.75 * 0.25)
    assert default_spread(9.0, 0.0, p) == close(0.08)  # beyond that, lenders ration
    assert cost_of_funds(f, 0.0, 0.05, p) == close(0.12 + 0.08 * 0.75 * 0.6 - 0.05 * 0.4)
    assert risk_charge(f, p) == close(0.6 * 0.75 * 1.0)
    f["guarantee"] = 1.0  # no risk of its own
    assert risk_charge(f, p) == 0.0
    assert directed_rate(0.12, 0.05, p) == close(0.07) and directed_rate(0.03, 0.05, p) == 0.01


def test_memory_return_by_hand(world):
    p = world(markets__capital_memory=1.25, markets__decay_memory=0.05, markets__memory_fixed_cost=0.1).parameters[0]
    assert memory_return(1.0, 0.5, 0.1, p) == close((1 - 0.1 - 0.5 - 0.1) / 1.25 - 0.2)


def test_equipment_price_follows_the_currency_by_its_imported_part(world):
    assert equipment_price(1.0, 0.8) == 1.0 and equipment_price(2.0, 0.8) == close(1.8)


# --- investment ---------------------------------------------------------------------------------------------


def test_desired_growth_by_activity(world):
    w = world(firms__investment_response=0.5, firms__growth_max=0.1, firms__accelerator=0.2,
              firms__memory_eagerness=2.0, firms__growth_max_memory=0.3, firms__niche_eagerness=0.05)  # fmt: skip
    f, p = w.firms[0], w.parameters[0]
    f["score"] = [0.04, 0.2, 0.04, 0.04]
    f["utilisation"], f["unfilled"], f["sold_out"] = 0.95, 0.1, 1.5
    assert desired_growth(f, ASSEMBLY, p) == close(0.02 + 0.02)
    assert desired_growth(f, MEMORY, p) == close(0.2)
    assert desired_growth(f, NICHE, p) == close(0.07)
    assert desired_growth(f, UNRELATED, p) == close(0.02)
    f["utilisation"], f["sold_out"], f["score"] = 0.5, 0.9, [9, 9, 9, 9]
    assert desired_growth(f, ASSEMBLY, p) == 0.0 and desired_growth(f, NICHE, p) == 0.0
    assert desired_growth(f, MEMORY, p) == 0.3 and desired_growth(f, UNRELATED, p) == 0.1


def test_patient_capital_replaces_through_a_bust(world):
    w = world(firms__patient_return=-0.2, firms__patient_guarantee=0.5, markets__hard_budget_replacement=0.3)
    f, p = w.firms[0], w.parameters[0]
    f["returns"][MEMORY], f["guarantee"] = -0.4, 0.0
    assert replacement_share(f, MEMORY, p) == 0.3
    f["guarantee"] = 0.6
    assert replacement_share(f, MEMORY, p) == 1.0


def test_investment_is_capital_times_replacement_and_growth(world):
    w = world(markets__capital_unrelated=0.8, markets__decay_unrelated=0.02, firms__investment_response=0.5)
    f, p = w.firms[0], w.parameters[0]
    f["capacity"][UNRELATED], f["score"][UNRELATED] = 50.0, 0.04
    assert desired_upkeep(f, UNRELATED, 1.5, p) == close(1.5 * 0.8 * 50 * 0.02)
    assert desired_expansion(f, UNRELATED, w.economy[0], 1.5, p) == close(1.5 * 0.8 * 50 * 0.02)


def test_upkeep_comes_before_expansion(world):
    f = world().firms[0]
    f["invested"], f["upkeep"] = 0.0, [3.0, 0.0, 1.0, 0.0]
    assert keep_up(f, 2.0) == 0.0 and f["invested"].tolist() == close([1.5, 0.0, 0.5, 0.0])
    f["invested"] = 0.0
    assert keep_up(f, 10.0) == close(6.0) and f["invested"].tolist() == close([3.0, 0.0, 1.0, 0.0])


def test_memory_needs_skill_prospects_and_a_decision(world):
    w = world(firms__memory_capability=0.5, firms__memory_start=0.2)
    f, e, p = w.firms[0], w.economy[0], w.parameters[0]
    f["production_capability"], f["score"][MEMORY] = 0.6, 0.1
    assert wants_memory(f, 0.1, e, p) and not wants_memory(f, 0.3, e, p)
    f["production_capability"] = 0.4
    assert not wants_memory(f, 0.1, e, p)
    f["saving_for_memory"] = True  # decided: stays so unless prospects sour
    assert wants_memory(f, 0.9, e, p)
    f["score"][MEMORY] = -0.2
    assert not wants_memory(f, 0.1, e, p)
    assert not wants_memory(f, 0.0, e, world(mechanisms__memory_industry=False).parameters[0])


def test_only_the_large_branch_out(world):
    w = world(firms__unrelated_size=30, firms__unrelated_start=0.1)
    f, p = w.firms[0], w.parameters[0]
    f["score"][UNRELATED], f["sales"] = 0.05, 40.0
    assert starts_unrelated(f, 0.05, 0, p) and not starts_unrelated(f, 0.2, 0, p)
    f["sales"] = 20.0
    assert not starts_unrelated(f, 0.05, 0, p)


def test_scarce_funds_lean_to_the_better_option(world):
    w = world(firms__choice_intensity=10.0)
    f, p = w.firms[0], w.parameters[0]
    f["plan"], f["score"], f["invested"] = [10.0, 0.0, 10.0, 0.0], [0.1, 0, 0.2, 0], 0.0
    split_funds(f, 8.0, p)
    odds = math.exp(1.0)  # 10 * (0.2 - 0.1)
    assert f["invested"][NICHE] == close(8 * odds / (1 + odds))
    assert f["invested"].sum() == close(8.0)
    f["invested"] = 0.0
    split_funds(f, 50.0, p)
    assert f["invested"] == close([10.0, 0.0, 10.0, 0.0])  # never more than planned


def test_memory_capacity_arrives_six_quarters_after_the_order(world):
    w = world(markets__decay_memory=0.01)
    books.open_books(w)
    f, e = w.firms[0], w.economy
    f["saving_for_memory"], f["plan"], f["deposits"] = True, [0, 48.0, 0, 0], 1000.0
    w.firms["deposits"][1:] = 0.0
    invest(w)
    ordered = 48.0 / w.parameters["capital_memory"][0]
    assert f["pipeline"][0] == close(ordered) and f["capacity"][MEMORY] == 0.0
    for quarter in range(1, BUILD):
        e["quarter"] = quarter
        receive_capacity(w)
        assert f["capacity"][MEMORY] == 0.0
    e["quarter"] = BUILD
    receive_capacity(w)
    assert f["capacity"][MEMORY] == close(ordered) and f["pipeline"].sum() == 0.0


def test_a_first_plant_is_all_or_nothing(world):
    w = world()
    books.open_books(w)
    f = w.firms[0]
    f["saving_for_memory"], f["plan"], f["deposits"] = True, [0, 48.0, 0, 0], 40.0
    invest(w)
    assert f["pipeline"].sum() == 0.0 and f["saving_for_memory"] and f["deposits"] == 40.0


def test_need_is_plan_and_buffer_less_cash(world):
    w = world(firms__cash_buffer=0.1)
    books.open_books(w)
    w.firms["score"][:, ASSEMBLY], w.firms["utilisation"] = 0.1, 1.0
    w.firms["sales"][0], w.firms["deposits"][0] = 30.0, 1.0
    plan_investment(w)
    f = w.firms[0]
    assert f["need"] == close(f["plan"].sum() + 3.0 - 1.0)


# --- production and results ---------------------------------------------------------------------------------


def test_direct_profit_of_unrelated_business_by_hand(world):
    w = world(markets__unrelated_margin=0.25)
    books.open_books(w)
    w.firms["capacity"][:60] = 0.0
    w.firms["capacity"][0, UNRELATED], w.firms["sold_unrelated"][0] = 40.0, 8.0
    before = w.firms["deposits"][0]
    sell(w)
    assert w.firms["profit"][0, UNRELATED] == close(2.0)
    assert w.firms["deposits"][0] == close(before + 2.0)
    assert w.flows[books.UNRELATED_SALES, 0, 1] == close(8.0) and w.flows[books.WAGES, 1, 0] == close(6.0)


def test_memory_profit_by_hand(world):
    w = world(mechanisms__royalties=False, markets__memory_fixed_cost=0.08)
    books.open_books(w)
    w.firms["capacity"][:60] = 0.0
    f = w.firms[0]
    f["capacity"][MEMORY], f["memory_output"], f["sold_memory"], f["memory_cost"] = 40.0, 10.0, 12.0, 0.5
    w.economy["wage"] = 0.5
    sell(w)
    assert f["profit"][MEMORY] == close(12.0 - 5.0 - 0.08 * 40 / 4)
    assert f["received"] - f["paid"] == close(f["profit"][MEMORY])


def test_earned_return_by_hand(world):
    p = world(markets__capital_assembly=0.5, markets__decay_assembly=0.03).parameters[0]
    assert earned_return(1.5, 100.0, ASSEMBLY, 1.2, p) == close(4 * 1.5 / (1.2 * 0.5 * 100) - 0.12)


def test_tax_dividend_and_smoothing_by_hand(world):
    w = world(finance__profit_tax=0.25, firms__payout=0.2, firms__return_memory=0.8, finance__book_depreciation=0.02)
    books.open_books(w)
    f = w.firms[0]
    w.firms["alive"][1:] = False
    f["profit"], f["rd"], f["interest"], f["book_capital"] = [9.0, 0, 0, 2.0], 1.0, 2.0, 100.0
    f["deposits"], f["sold_oem"], f["sold_home"], f["sales"] = 50.0, 5.0, 1.0, 10.0
    account_for_quarter(w)
    assert f["operating_profit"] == close(10.0)
    assert w.flows[books.PROFIT_TAX].sum() == close(0.25 * 6.0)  # 10 - 2 interest - 2 depreciation
    assert w.flows[books.DIVIDENDS].sum() == close(0.2 * 4.5)
    assert f["sales"] == close(0.8 * 10 + 0.2 * 24)


def test_interest_cover_is_bounded(world):
    p = world(finance__cover_limit=10).parameters[0]
    assert interest_cover(3.0, 2.0, p) == close(1.5)
    assert interest_cover(3.0, 0.0, p) == 10.0 and interest_cover(-300.0, 1.0, p) == -10.0


def test_top_share_by_hand(world):
    w = world()
    w.firms["alive"][5:60] = False
    w.firms["sales"][:5] = [50.0, 20.0, 15.0, 10.0, 5.0]
    assert top_share(w, 2) == close(0.7)
    sum_up(w)
    assert w.economy["total_sales"][0] == close(100.0)


# --- research and learning ------------------------------------------------------------------------------------


def test_research_by_hand(world):
    p = world(technology__rd_base=0.003, technology__rd_slope=0.1, technology__rd_exponent=8,
              technology__frontier_keeping=0.9, technology__moving_frontier=0.1,
              technology__knowledge_productivity=0.02, technology__knowledge_returns=0.5, technology__rd_small=0.4,
              technology__patents_design=2.0, technology__patents_process=0.5).parameters[0]  # fmt: skip
    assert research_rate(0.5, p) == close(0.003 + 0.1 / 256)
    assert laboratory_scale(1.0, p) == close(0.4) and laboratory_scale(p["closed_openness"], p) == close(1.0)
    assert frontier_pace(40, p) == close(0.9 * math.exp(-1))
    assert knowledge_gain(25.0, p) == close(0.1) and knowledge_gain(0.0, p) == 0.0
    assert patent_count(25.0, 16.0, 0.6, p) == close(2 * 1.0 * 5 + 0.5 * 4)
    assert [design_field(u) for u in (1e-9, 0.49, 0.99999999)] == [2, 4, 7]


def test_learning_by_hand(world):
    p = world(technology__learning_by_doing=0.004, technology__oem_teaching=0.01, technology__learning_by_investing=0.1,
              technology__design_learning=0.04, technology__oem_design_learning=0.005,
              technology__brand_design_learning=0.06, technology__design_scale=6,
              technology__design_scale_growth=0.002).parameters[0]  # fmt: skip
    assert production_gain(0.5, 0.05, p) == close(0.004 + 0.005 + 0.005)
    assert design_team(20.0, 0.4, 1000.0, p) == close(1.0)  # 8 of 8 needed
    assert design_team(5.0, 0.4, 1000.0, p) == close(0.5)
    assert design_gain(0.5, 0.25, 0.6, 0.5, 0.1, p) == close(0.04 * 0.5 * 0.5 * 0.6 + 0.0025 + 0.006)
    assert production_gain(0.5, 0.0, world(mechanisms__teaching=False).parameters[0]) == close(
        world().parameters["learning_by_doing"][0]
    )


def test_clients_teach_production(world):
    gains = {}
    for sold in (0.0, 10.0):
        w = world()
        w.firms["sold_oem"][0], w.firms["sold_brand"][0] = sold, 10.0 - sold
        before = w.firms["production_capability"][0]
        learn(w)
        gains[sold] = w.firms["production_capability"][0] - before
    assert gains[10.0] > gains[0.0] > 0


# --- distress, entry, the state -----------------------------------------------------------------------------


def test_overdraft_is_ordinary_credit_only_within_the_line(world):
    w = world(finance__leverage_unsecured=1.5, mechanisms__soft_budget=False)
    f, p = w.firms[0], w.parameters[0]
    f["guarantee"] = 0.0
    assert within_line(f, 10.0, 17.0, 0.0, p) and not within_line(f, 10.0, 19.0, 0.0, p)
    soft = world(finance__leverage_unsecured=1.5).parameters[0]
    assert within_line(f, 10.0, 19.0, 0.0, soft) and not within_line(f, 10.0, 19.0, 1.0, soft)
    f["guarantee"] = 0.9  # evergreening
    assert within_line(f, -10.0, 19.0, 1.0, soft)


def test_shortfalls_become_loans_and_deposits_never_stay_negative(world):
    w = world()
    books.open_books(w)
    f = w.firms[0]
    f["deposits"], owed = -7.0, float(f["loans"][MARKET])
    cover_shortfalls(w)
    assert f["deposits"] == 0.0 and f["loans"][MARKET] == close(owed + 7.0)


def test_distress_ends_in_closure_sooner_where_bankruptcy_is_easy(world):
    w = world(firms__distress_patience=2, firms__distress_protection=8)
    f, p = w.firms[0], w.parameters[0]
    f["distress"] = 3.0
    assert must_close(f, 1.0, 1.0, p) and not must_close(f, 1.0, 0.0, p)
    f["distress"], f["book_capital"] = 0.0, 100.0
    p = world(firms__insolvency=0.4).parameters[0]
    assert must_close(f, -41.0, 0.5, p) and not must_close(f, -39.0, 0.5, p)


def test_a_rescue_moves_debt_to_the_state(world):
    w = world(finance__leverage_unsecured=1.5)
    books.open_books(w)
    f = w.firms[0]
    f["deposits"], f["land"], f["book_capital"], f["loans"] = 0.0, 0.0, 100.0, [60.0, 60.0, 0, 0]
    own = equity(f, 1.0, 1.0)
    need = rescue_need(f, own, w.parameters[0])
    assert need == close((120 + 1.5 * 20) / 2.5)  # leaves 60 of debt on 40 of equity
    state, bank = float(w.economy["government_debt"][0]), float(w.economy["bank_capital"][0])
    rescue(w, 0, need)
    assert leverage(f, 1.0, 1.0) == close(1.5)
    assert f["loans"][DIRECTED] == close(f["loans"][MARKET])
    assert w.economy["government_debt"][0] == close(state + need) and w.economy["bank_capital"][0] == close(bank)


def test_a_bankrupt_firm_pays_pro_rata_and_the_rest_is_written_off(world):
    w = world()
    books.open_books(w)
    f = w.firms[0]
    f["deposits"], f["land"], f["loans"] = 10.0, 0.0, [20.0, 20.0, 0.0, 0.0]
    f["knowledge"][3] = 2.0
    capital = float(w.economy["bank_capital"][0])
    close_firm(w, 0)
    assert f["fate"] == BANKRUPT and not f["alive"] and f["loans"].sum() == 0 and f["deposits"] == 0
    assert w.economy["bank_capital"][0] == close(capital - 30.0)
    assert w.economy["public_knowledge"][0, 3] == close(2.0 * w.parameters["knowledge_spilled"][0])
    assert (w.economy["bankruptcies"][0], w.economy["closures"][0]) == (1, 0)


def test_a_solvent_firm_closes_and_its_owners_get_the_rest(world):
    w = world()
    books.open_books(w)
    f = w.firms[0]
    f["deposits"], f["land"], f["loans"] = 30.0, 0.0, [0.0, 20.0, 0.0, 0.0]
    close_firm(w, 0)
    assert f["fate"] == VOLUNTARY and w.flows[books.LIQUIDATION].sum() == close(10.0)


def test_the_guaranteed_are_rescued_and_others_close(world):
    fates = {}
    for guarantee in (0.0, 1.0):
        w = world(policy__guarantee=guarantee)
        books.open_books(w)
        f = w.firms[0]
        f["book_capital"], f["loans"], f["guarantee"], f["big"] = 4.0, [0, 30.0, 0, 0], guarantee, 1.0
        w.economy["guarantee"] = guarantee
        resolve_failures(w)
        fates[guarantee] = bool(f["alive"])
    assert fates == {0.0: False, 1.0: True}


def test_entry_follows_returns_and_policy(world):
    p = world(firms__entrants=2.0, firms__entry_response=3.0, markets__normal_return=0.1).parameters[0]
    assert entrants(0.1, 0.5, 0.5, p) == close(2 * 0.5 * 1.0)
    assert entrants(0.2, 0.5, 0.5, p) == close(1.3)
    assert entrants(0.1, 0.0, 0.5, p) > entrants(0.1, 0.5, 0.5, p)


def test_a_founder_brings_owners_money_and_a_loan_and_the_books_hold(world):
    w = world(firms__entrant_debt=0.6)
    books.open_books(w)
    found_firm(w, 0.99)
    f = w.firms[60]
    assert f["alive"] and f["deposits"] > 0
    assert f["loans"].tolist() == close([0.0, 0.6 * f["book_capital"], 0.0, 0.0])
    assert w.flows[books.STARTUP_EQUITY].sum() == close(f["deposits"] + 0.4 * f["book_capital"])
    books.audit(w)
    assert w.economy["residual"][0] < 1e-12


def test_no_entry_when_switched_off(world):
    w = world(mechanisms__entry=False)
    books.open_books(w)
    enter(w)
    assert w.economy["firms_opened"][0] == 60


def test_capture_by_hand(world):
    p = world(politics__capture_from=0.2, politics__capture_span=0.5, politics__capture_enforcement=0.9,
              politics__capture_guarantee=0.5).parameters[0]  # fmt: skip
    assert [capture_pull(s, p) for s in (0.1, 0.45, 0.9)] == close([0.0, 0.5, 1.0])
    assert enforced(0.8, 0.5, p) == close(0.8 * 0.55)
    assert promised(0.4, 0.5, p) == close(0.4 + 0.5 * 0.5 * 0.6 * (0.3 + 0.28))
    assert promised(1.0, 1.0, p) == 1.0


def test_reserves_are_steered_to_their_target(world):
    p = world(macro__reserve_speed=0.3, macro__reserve_surplus=2.0, macro__reserve_repayment=0.15,
              macro__emergency_reserves=0.5, macro__reserve_floor=0.1).parameters[0]  # fmt: skip
    assert reserve_action(80.0, 100.0, False, p) == close(6.0)
    assert reserve_action(-40.0, 100.0, False, p) == close(50.0)  # never leaves them below a tenth of the target
    assert reserve_action(20.0, 100.0, True, p) == close(30.0)  # emergency loan up to half
    assert reserve_action(150.0, 100.0, False, p) == 0.0
    assert reserve_action(240.0, 100.0, False, p) == close(-6.0)


def test_divisions_and_guarantee_are_worked_out_from_the_row(world):
    w = world(finance__too_big_share=0.05)
    w.economy["guarantee_expected"], w.economy["total_sales"] = 0.8, 1000.0
    w.firms["sales"][0], w.firms["capacity"][0, UNRELATED] = 25.0, 3.0
    assess_firms(w)
    assert divisions(w.firms[0]) == 2
    assert w.firms["big"][0] == close(0.5) and w.firms["guarantee"][0] == close(0.4)


def test_autonomous_subsidiaries_decide_like_smaller_firms(world):
    """A group of three businesses, fully autonomous: an organisation of a third of its sales, no layers above."""
    speeds, openings = {}, {}
    for autonomy in (0.0, 0.5, 1.0):
        w = world(policy__subsidiary_autonomy=autonomy)
        f, p, e = w.firms[0], w.parameters[0], w.economy[0]
        f["sales"], f["capacity"] = 90.0, [5.0, 0.0, 4.0, 3.0]
        assess_firms(w)
        set_openness(w)
        unit = 90.0 / (1.0 + 2.0 * autonomy)
        assert w.firms[0]["speed"] == close(response_speed(unit, 2.0 * (1.0 - autonomy), 0.0, e["reference_wage"], p))
        assert w.firms[0]["openness"] == close(organisation_openness(unit, small_scale(e, p), p))
        speeds[autonomy], openings[autonomy] = w.firms[0]["speed"], w.firms[0]["openness"]
    assert speeds[0.0] < speeds[0.5] < speeds[1.0] and openings[0.0] < openings[0.5] < openings[1.0]


def test_the_bank_pays_no_dividend_out_of_capital_against_bad_loans(world):
    paid = {}
    for bad in (0.0, 0.1, 0.5):
        w = world(finance__bank_capital_target=0.1, finance__bank_capital_floor=0.0, macro__bank_payout=0.5)
        e = w.economy
        w.firms["loans"], e["bank_capital"], e["npl_ratio"] = 0.0, 30.0, bad
        w.firms["loans"][0, MARKET] = 100.0
        books.open_books(w)
        recapitalise(w)
        paid[bad] = 30.0 - e["bank_capital"][0]
    assert paid == close({0.0: 10.0, 0.1: 5.0, 0.5: 0.0})
