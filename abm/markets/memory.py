"""The world memory market: one price, capacity that comes late, incumbents with hard budgets.

Quantities are normalised: one unit is what sells for USD 1 m at the reference price, which falls with the
frontier. The lag between order and capacity makes the price cycle (cobweb); price and demand shocks ride on it.
"""

import math

from abm.behaviour.strategy import memory_return
from abm.compiled import rule
from abm.state import BUILD, MEMORY


@rule
def incumbent_cost(yen_made, yen, p):
    """Return an incumbent's unit variable cost [USD per unit]; a dear yen burdens yen makers (E III.3)."""
    if yen_made:
        return p.memory_cost * (1.0 - p.yen_cost_share + p.yen_cost_share * yen)
    return p.dollar_cost * p.memory_cost


@rule
def incumbent_growth(outlook, trend, p):
    """Return the growth an incumbent wants [1/quarter]: with the market, more if it earns more than normal (NW)."""
    wanted = trend + p.incumbent_response * (outlook - p.normal_return)
    return min(max(wanted, 0.0), p.incumbent_growth_max)


@rule
def incumbent_order(m, outlook, trend, expansion, p):
    """Return the capacity an incumbent orders [USD m/year]; a loss-maker cannot even replace (hard budget)."""
    if m.margin < 0.0:
        return m.capacity * p.decay_memory * p.hard_budget_replacement
    growth = incumbent_growth(outlook, trend, p)
    if m.yen:
        growth *= expansion
    return m.capacity * (p.decay_memory + growth)


@rule
def order_incumbents(w):
    """Let incumbents order capacity; writes incumbents.cost and pipeline."""
    e, p, h = w.economy[0], w.parameters[0], w.history[w.economy[0].quarter]
    trend = 0.0
    if e.quarter > 0:
        trend = h.trend_memory - w.history[e.quarter - 1].trend_memory
    for j in range(w.incumbents.size):
        m = w.incumbents[j]
        m.cost = incumbent_cost(m.yen, h.yen, p)
        outlook = memory_return(0.5 * (e.memory_price + e.memory_price_expected), m.cost, 0.0, p)
        ordered = incumbent_order(m, outlook, trend, h.floor_expansion, p)
        if p.time_to_build:
            m.pipeline[e.quarter % BUILD] += ordered
        else:
            m.capacity += ordered


@rule
def use_of_capacity(price, cost, idle):
    """Return the use of capacity [share]: all of it while the price covers variable cost."""
    return 1.0 if price > cost else idle


@rule
def foundry_share(capability, price, p):
    """Return the part of memory lines that works as a foundry [share]: by skill, and when memory is cheap (E I.5)."""
    if not p.foundry:
        return 0.0
    return capability * min(p.foundry_max, max(0.0, p.foundry_base + p.foundry_response * (1.0 - price)))


@rule
def market_price(demand, supply, p):
    """Return the price [of reference] at which the world buys `supply`, within the bounds of substitution."""
    price = (demand / supply) ** (1.0 / p.memory_elasticity) if supply > 0.0 else p.price_memory_max
    return min(max(price, p.price_memory_min), p.price_memory_max)


@rule
def clear_memory(w):
    """Clear the memory market; writes memory_price, memory_price_expected, world_memory_capacity, world_memory_sales.

    Also writes yen_memory_share, the firms' foundry, memory_output, sold_memory and sold_foundry, and the incumbents'
    output and margin.
    """
    e, p, h = w.economy[0], w.parameters[0], w.history[w.economy[0].quarter]
    capacity, yen_made, supply = 0.0, 0.0, 0.0
    for j in range(w.incumbents.size):
        m = w.incumbents[j]
        yen_made += m.capacity if m.yen else 0.0
        m.output = m.capacity * use_of_capacity(e.memory_price, m.cost, p.idle_incumbent) / 4.0
        capacity += m.capacity
        supply += 4.0 * m.output
    for i in range(e.firms_opened):
        f = w.firms[i]
        f.memory_output, f.sold_foundry, f.foundry = 0.0, 0.0, 0.0
        if f.alive and f.capacity[MEMORY] > 0.0:
            f.foundry = foundry_share(f.production_capability, e.memory_price, p)
            f.sold_foundry = f.capacity[MEMORY] * f.foundry * p.foundry_price / 4.0
            lines = f.capacity[MEMORY] * (1.0 - f.foundry)
            f.memory_output = lines * use_of_capacity(e.memory_price, f.memory_cost, p.idle_local) / 4.0
            capacity += f.capacity[MEMORY]
            supply += 4.0 * f.memory_output
    e.world_memory_capacity = capacity
    e.yen_memory_share = yen_made / capacity if capacity > 0.0 else 0.0
    e.memory_price = max(market_price(e.demand_memory, supply, p), h.floor)
    e.memory_price_expected += p.price_expectation_speed * (e.memory_price - e.memory_price_expected)
    sold = min(supply, e.demand_memory * e.memory_price ** (-p.memory_elasticity)) if h.floor > 0.0 else supply
    part = sold / supply if supply > 0.0 else 0.0  # under a floor the market may not take all
    e.world_memory_sales = e.memory_price * sold / 4.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        f.memory_output *= part
        f.sold_memory = e.memory_price * f.memory_output
    for j in range(w.incumbents.size):
        m = w.incumbents[j]
        m.output *= part
        earned = memory_return(e.memory_price * part, m.cost * part, 0.0, p)
        m.margin += (1.0 - p.incumbent_smoothing) * (earned - m.margin)


@rule
def move_memory_demand(e, h, shock, p):
    """Advance the silicon cycle and set memory demand; writes cycle, trend_memory, demand_memory."""
    z = 0.0
    if p.silicon_cycle:
        z = p.cycle_memory_1 * e.cycle + p.cycle_memory_2 * e.cycle_before + p.shock_scale * p.cycle_sd * shock
    e.cycle_before = e.cycle
    e.cycle = z
    e.trend_memory = p.demand_memory * math.exp(h.trend_memory)
    e.demand_memory = e.trend_memory * math.exp(z + h.pulse)
