"""What firms want to invest: upkeep, expansion, and the start of a new activity."""

import math

from abm.behaviour.capabilities import memory_lump, technology_base
from abm.behaviour.strategy import equipment_price, pipeline_total
from abm.compiled import rule
from abm.randomness import STREAM_FIRM, luck
from abm.state import ASSEMBLY, MEMORY, NICHE, UNRELATED


@rule
def capital_per_sales(activity, p):
    """Return capital per unit of annual sales [years]."""
    if activity == ASSEMBLY:
        return p.capital_assembly
    if activity == MEMORY:
        return p.capital_memory
    if activity == NICHE:
        return p.capital_niche
    return p.capital_unrelated


@rule
def decay_rate(activity, p):
    """Return the decay of capacity [1/quarter]."""
    if activity == ASSEMBLY:
        return p.decay_assembly
    if activity == MEMORY:
        return p.decay_memory
    if activity == NICHE:
        return p.decay_niche
    return p.decay_unrelated


@rule
def desired_growth(f, activity, p):
    """Return the growth of capacity a firm wants beyond replacement [1/quarter] (NW; Penrose limit)."""
    response = max(0.0, p.investment_response * f.score[activity])
    if activity == ASSEMBLY:
        if f.utilisation <= p.full_utilisation:
            return 0.0
        return min(p.growth_max, response + p.accelerator * f.unfilled)
    if activity == MEMORY:
        return min(p.growth_max_memory, p.memory_eagerness * response)
    if activity == NICHE:
        if f.sold_out < 1.0:
            return 0.0
        return min(p.growth_max, response + p.niche_eagerness)
    return min(p.growth_max, response)


@rule
def replacement_share(f, activity, p):
    """Return the part of decayed capacity that a firm replaces; patient capital replaces through a bust (E II.2)."""
    if activity == MEMORY:
        patient = f.returns[MEMORY] > p.patient_return or f.guarantee > p.patient_guarantee
        return 1.0 if patient else p.hard_budget_replacement
    if activity == ASSEMBLY:
        return min(1.0, f.utilisation / p.full_utilisation)
    if activity == NICHE:
        return min(1.0, f.sold_out)
    return 1.0 if f.score[activity] > -0.1 else 0.0


@rule
def desired_upkeep(f, activity, price, p):
    """Return the investment that replaces what decays of an activity, as far as the firm wants it [LCU m]."""
    rate = decay_rate(activity, p) * replacement_share(f, activity, p)
    return price * capital_per_sales(activity, p) * f.capacity[activity] * rate


@rule
def niche_scope(f, e, p):
    """Return the niche capacity that a firm's other business could staff [USD m/year] (E III.4).

    Technology-related economies of scope reach as far as its own knowledge covers the design fields.
    """
    return p.niche_scope * technology_base(f) * f.sales / e.exchange_rate


@rule
def desired_expansion(f, activity, e, price, p):
    """Return the investment by which a firm wants to expand an activity it runs [LCU m]."""
    added = f.capacity[activity] * desired_growth(f, activity, p)
    if activity == NICHE and f.sold_out > 1.0:  # a broad technology base moves people in, up to what could be sold
        added = min(added + p.growth_max * niche_scope(f, e, p), (f.sold_out - 1.0) * f.capacity[NICHE])
    return price * capital_per_sales(activity, p) * added


@rule
def wants_memory(f, chance, e, p):
    """Return whether a firm without memory decides for it, or stays decided."""
    if not p.memory_industry or f.capacity[MEMORY] + pipeline_total(f) > 0.0:
        return False
    if f.saving_for_memory:
        return f.score[MEMORY] > -p.memory_resolve
    return f.production_capability > p.memory_capability and f.score[MEMORY] > 0.0 and chance < p.memory_start


@rule
def starts_niche(f, chance, p):
    """Return whether a firm opens a first niche line."""
    able = p.niche_design and f.capacity[NICHE] <= 0.0 and f.design_capability > p.niche_capability
    return able and f.score[NICHE] > 0.0 and chance < p.niche_start


@rule
def first_niche_line(f, e, p):
    """Return the capacity of a first niche line [USD m/year]; a broad technology base makes it larger (E III.4)."""
    return p.niche_lump * e.reference_wage + niche_scope(f, e, p)


@rule
def starts_unrelated(f, chance, quarter, p):
    """Return whether a firm branches out into unrelated business (E II.5 i)."""
    size = p.unrelated_size * math.exp(p.unrelated_size_growth * quarter / 4.0)
    able = p.unrelated_diversification and f.capacity[UNRELATED] <= 0.0 and f.sales > size
    return able and f.score[UNRELATED] > 0.0 and chance < p.unrelated_start


@rule
def cash_buffer(f, p):
    """Return the cash a firm keeps [LCU m]."""
    return p.cash_buffer * max(f.sales, 0.0)


@rule
def plan_investment(w):
    """Let every firm plan its investment and its need of credit; writes plan, upkeep, need, saving_for_memory."""
    e, p = w.economy[0], w.parameters[0]
    price = equipment_price(e.exchange_rate, e.imported_equipment)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        u_niche, u_unrelated, u_memory, _ = luck(e.seed, STREAM_FIRM, e.quarter, i)
        for a in range(4):
            f.upkeep[a] = desired_upkeep(f, a, price, p) if f.capacity[a] > 0.0 else 0.0
            f.plan[a] = f.upkeep[a] + (desired_expansion(f, a, e, price, p) if f.capacity[a] > 0.0 else 0.0)
        f.saving_for_memory = wants_memory(f, u_memory, e, p)
        if f.saving_for_memory:
            f.plan[MEMORY] = price * p.capital_memory * memory_lump(e, p)
        if starts_niche(f, u_niche, p):
            f.plan[NICHE] = price * p.capital_niche * first_niche_line(f, e, p)
        if starts_unrelated(f, u_unrelated, e.quarter, p):
            f.plan[UNRELATED] = price * p.capital_unrelated * p.unrelated_lump * f.sales
        wanted = f.plan[0] + f.plan[1] + f.plan[2] + f.plan[3]
        f.need = max(0.0, wanted + cash_buffer(f, p) - f.deposits)
