"""The first quarter's population, and the opening of a row. Row number == id, for ever; a closed row stays closed."""

import numpy as np

from abm import accounts as books
from abm.behaviour.capabilities import design_field, organisation_openness, set_openness, small_scale
from abm.compiled import array_rule, rule
from abm.policy.timetable import policy_table
from abm.randomness import STREAM_ENTRANT, STREAM_INITIAL, luck
from abm.scenario import Scenario
from abm.state import (
    ASSEMBLY,
    CLIENT,
    CLIENTS,
    ECONOMY,
    FIRM,
    INCUMBENT,
    MARKET,
    World,
)  # fmt: skip
from abm.world import history_table, parameter_record

ROOM = 64  # free rows of firms that a quarter may need, at most
EVENT_ROOM = 256  # events besides one or two a firm


def new_world(scenario: Scenario, seed: int) -> World:
    """Return the world of a scenario on the eve of its first quarter."""
    parameters = parameter_record(scenario)
    p = parameters[0]
    count = scenario.population.firms
    firms = np.zeros(max(256, 2 * (count + ROOM)), FIRM)
    firms["died"] = -1
    w = World(
        firms, incumbents(scenario), np.zeros(CLIENTS, CLIENT), np.zeros(1, ECONOMY), parameters,
        history_table(scenario), policy_table(scenario), np.zeros((books.FLOWS, 5, 5)), np.zeros((4 * len(firms), 4)),
    )  # fmt: skip
    w.clients["weight"] = 1.0 / CLIENTS
    w.clients["reviewed"] = -1
    w.economy["seed"] = seed
    found_firms(w, count, scenario.population.capacity)
    found_economy(w, scenario)
    w.clients["placed"] = firms["orders"].sum(axis=0)
    w.clients["volume"] = p["demand_assembly"] * (1.0 - p["own_brand_market"]) / CLIENTS
    return w


def incumbents(scenario: Scenario) -> np.ndarray:
    """Return the foreign memory makers, their capacity equal to demand and their orders on trend."""
    population, p = scenario.population, scenario.markets
    yen = np.r_[np.ones(population.incumbents_yen, bool), np.zeros(population.incumbents_dollar, bool)]
    rows = np.zeros(len(yen), INCUMBENT)
    if len(rows):
        weight = np.where(yen, population.yen_incumbent_weight, population.dollar_incumbent_weight)
        rows["yen"] = yen
        rows["capacity"] = scenario.world.demand_memory * weight / weight.sum()
        trend = scenario.history.trend_growth[0].memory / 4.0
        rows["pipeline"] = (rows["capacity"] * (p.decay_memory + max(trend, 0.0)))[:, None]
        rows["margin"] = p.normal_return
        rows["cost"] = p.memory_cost
    return rows


def found_firms(w: World, count: int, capacity: float) -> None:
    """Fill the first rows: assembly makers of rank-size capacity, alike in all else but luck."""
    e, p, firms = w.economy[0], w.parameters[0], w.firms[:count]
    rank = np.arange(1, count + 1) ** -float(p["size_exponent"])
    size = capacity * rank / rank.sum()
    draws = initial_draws(int(e["seed"]), count)
    firms["alive"] = True
    firms["capacity"][:, ASSEMBLY] = size
    firms["book_capital"] = p["capital_assembly"] * size
    firms["loans"][:, MARKET] = p["initial_debt"] * firms["book_capital"]
    firms["deposits"] = p["initial_cash"] * size
    firms["land"] = p["initial_land"] * size
    spread = p["initial_spread"] * (2.0 * draws[:, :2] - 1.0)
    firms["production_capability"] = np.clip(p["initial_production"] + spread[:, 0], 0.0, 1.0)
    firms["design_capability"] = np.clip(p["initial_design"] + spread[:, 1], 0.0, 1.0)
    firms["field"] = [design_field(u) for u in draws[:, 2]]
    firms["orders"] = (p["initial_orders"] * size / CLIENTS)[:, None]
    orders = p["initial_orders"] * size
    firms["sales"], firms["exports"], firms["exports_slow"] = orders, orders, orders
    firms["cover"], firms["utilisation"], firms["oem_price"] = 2.0, 0.6, 1.0
    firms["returns"][:, ASSEMBLY] = firms["earnings"] = 0.1
    w.economy["firms_opened"] = count
    w.economy["total_sales"] = w.firms["sales"].sum()
    set_openness(w)


@array_rule
def initial_draws(seed, count):
    """Return the first firms' luck: four uniform draws each [firm, draw]."""
    draws = np.zeros((count, 4))
    for i in range(count):
        draws[i, 0], draws[i, 1], draws[i, 2], draws[i, 3] = luck(seed, STREAM_INITIAL, 0, i)
    return draws


def found_economy(w: World, scenario: Scenario) -> None:
    """Set the opening balance sheets and expectations; the state's debt to the bank is the residual."""
    population, macro, e, firms = scenario.population, scenario.macro, w.economy, w.firms
    e["memory_price"] = e["memory_price_expected"] = e["reference_wage"] = e["exchange_rate"] = 1.0
    e["land_price"] = e["confidence"] = 1.0
    e["trend_memory"] = e["world_memory_capacity"] = scenario.world.demand_memory
    e["wage"] = population.initial_wage
    e["affiliate_capacity"] = population.affiliates if scenario.mechanisms.foreign_affiliates else 0.0
    e["material_cost"] = scenario.markets.assembly_materials
    e["imported_materials"] = scenario.markets.materials_imported
    e["imported_equipment"] = scenario.markets.equipment_imported
    e["household_deposits"], e["household_land"] = population.household_deposits, population.household_land
    e["bank_capital"], e["reserves"] = population.bank_capital, population.reserves
    e["foreign_debt"], e["capture"] = population.government_foreign_debt, population.initial_capture
    e["government_debt"] = (
        population.bank_capital + population.household_deposits + firms["deposits"].sum() - firms["loans"].sum()
    )
    e["disposable_income"] = e["income_first"] = 1.8 * macro.other_exports
    e["imports_smoothed"] = 0.5 * e["disposable_income"]
    e["tax_smoothed"] = macro.income_tax * e["disposable_income"] / 4.0
    e["credit_before"] = firms["loans"].sum()
    e["total_exports"] = firms["exports"].sum()
    e["export_growth"] = scenario.history.trend_growth[0].assembly
    e["niche_return_mean"] = 0.15
    e["guarantee"] = e["guarantee_expected"] = scenario.policy.guarantee


@rule
def open_row(w):
    """Open the next row for a founder with average skills and luck of its own; returns the row."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    i = e.firms_opened
    e.firms_opened += 1
    f = w.firms[i]
    u_production, u_design, u_field, _ = luck(e.seed, STREAM_ENTRANT, 0, i)
    capability, design, alive = 0.0, 0.0, 0.0
    for j in range(i):
        other = w.firms[j]
        if other.alive:
            alive += 1.0
            capability += other.production_capability
            design += other.design_capability
    alive = max(alive, 1.0)
    f.alive = True
    f.born = e.quarter
    f.died = -1
    f.production_capability = min(1.0, p.entrant_inheritance * capability / alive * (0.9 + 0.2 * u_production))
    nursed = 1.0 + p.incubation * g.university_share * g.public_coordination  # universities as incubators (E II.3 iii)
    f.design_capability = min(1.0, nursed * p.entrant_design * design / alive * (0.8 + 0.4 * u_design))
    f.field = design_field(u_field)
    f.cover = p.cover_limit
    f.earnings = p.normal_return
    f.openness = organisation_openness(0.0, small_scale(e, p), p)
    f.utilisation = 1.0
    f.oem_price = 1.0
    return i


def grown(w: World) -> World:
    """Return the world with room for twice the firms and events; rows keep their number."""
    firms = np.zeros(2 * len(w.firms), w.firms.dtype)
    firms["died"] = -1
    firms[: len(w.firms)] = w.firms
    log = np.zeros((2 * len(w.log) + EVENT_ROOM, 4))
    log[: len(w.log)] = w.log
    return w._replace(firms=firms, log=log)


def forked(w: World, scenario: Scenario, seed: int | None = None) -> World:
    """Return a copy of a running world under the policy of a scenario from now on, and with other luck if asked.

    The quarters behind keep the policy that was in force.
    """
    copy = w._replace(**{name: array.copy() for name, array in w._asdict().items()})
    now = int(w.economy["quarter"][0])
    copy.policy[now:] = policy_table(scenario)[now:]
    if seed is not None:
        copy.economy["seed"] = seed
    return copy


@rule
def has_room(w):
    """Return whether a further quarter fits into the rows of firms and events."""
    e = w.economy[0]
    fits = e.firms_opened + ROOM <= w.firms.size
    return fits and e.logged + 3 * e.firms_opened + EVENT_ROOM <= w.log.shape[0]

