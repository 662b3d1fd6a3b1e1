"""What the world does to the country this quarter: demand, wages abroad, shocks. Nothing here knows the country."""

import math

from abm.compiled import rule
from abm.markets.memory import move_memory_demand
from abm.randomness import STREAM_FIRM, STREAM_WORLD, luck, normal


@rule
def move_world(w):
    """Advance world demand and shocks; writes demand_assembly, demand_memory, demand_niche.

    Also writes trend_memory, cycle, cycle_before, consumer, reference_wage and the firms' cost_shock.
    """
    e, p, h = w.economy[0], w.parameters[0], w.history[w.economy[0].quarter]
    u_memory, u_consumer, _, _ = luck(e.seed, STREAM_WORLD, e.quarter, 0)
    move_memory_demand(e, h, normal(u_memory), p)
    e.consumer = p.consumer_persistence * e.consumer + p.shock_scale * p.consumer_sd * normal(u_consumer)
    e.demand_assembly = p.demand_assembly * math.exp(h.trend_assembly + e.consumer)
    e.demand_niche = p.demand_niche * math.exp(h.trend_niche + p.niche_cyclicality * e.consumer)
    e.reference_wage = math.exp(p.reference_wage_growth * e.quarter / 4.0)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive:
            _, _, _, u = luck(e.seed, STREAM_FIRM, e.quarter, i)
            f.cost_shock = p.cost_shock_persistence * f.cost_shock + p.shock_scale * p.cost_shock_sd * normal(u)
