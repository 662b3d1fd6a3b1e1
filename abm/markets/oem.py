"""The market for OEM orders: clients qualify suppliers, teach them, move orders slowly, and leave for cheaper sites."""

import math

from abm.behaviour.capabilities import labour_productivity
from abm.compiled import rule
from abm.randomness import STREAM_CLIENT, luck
from abm.state import ASSEMBLY


@rule
def assembly_royalty(capability, p):
    """Return the royalty on assembly sales [share]: the better the product, the more licences it needs (E note 20)."""
    return p.royalty_base + p.royalty_assembly * capability**4 if p.royalties else 0.0


@rule
def full_cost(f, rate, p):
    """Return a supplier's full cost [of the world price]: variable, fixed, capital and royalties."""
    capital = (4.0 * p.decay_assembly + p.oem_capital_charge * rate) * p.capital_assembly
    return f.assembly_cost + p.assembly_fixed_cost + capital + assembly_royalty(f.production_capability, p)


@rule
def oem_offer(cost, p):
    """Return the price a supplier offers [of the world price]: thin margin, part of a cost advantage kept (E I.4)."""
    return min(p.oem_price_max, cost + p.oem_margin + p.oem_cost_sharing * max(0.0, p.oem_reference - cost))


@rule
def supplier_weight(f, demand, p):
    """Return how strongly a qualified supplier draws a client [-]; zero below qualification (E I.4)."""
    if not f.alive or f.capacity[ASSEMBLY] <= 0.0 or f.production_capability <= p.oem_qualification:
        return 0.0
    pull = p.oem_scale * f.capacity[ASSEMBLY] / demand * (p.oem_skill_floor + f.production_capability)
    return pull * math.exp(-p.oem_price_sensitivity * (f.oem_price - p.oem_reference))


@rule
def rival_pull(e, h, p):
    """Return the pull of rival low-cost sites [-] (E I.3, III.2)."""
    wage = p.rival_wage * math.exp(p.rival_wage_growth * e.quarter / 4.0) / e.reference_wage
    cost = p.assembly_materials + p.assembly_labour * wage / labour_productivity(p.rival_capability, p)
    cost += p.assembly_fixed_cost
    cost += (4.0 * p.decay_assembly + p.oem_capital_charge * p.loan_rate) * p.capital_assembly
    cost += p.royalty_base + p.oem_margin
    pull = p.rival_weight * min(p.rival_openness_max, h.rival_openness)
    return pull * math.exp(-p.oem_price_sensitivity * (cost - p.oem_reference))


@rule
def review_suppliers(w):
    """Let clients review their suppliers; writes firms.oem_price and orders, clients.volume, placed, reviewed."""
    e, p, h = w.economy[0], w.parameters[0], w.history[w.economy[0].quarter]
    n = e.firms_opened
    total = 0.0
    for i in range(n):
        f = w.firms[i]
        if f.alive:
            f.oem_price = oem_offer(full_cost(f, p.loan_rate, p), p)
        total += supplier_weight(f, e.demand_assembly, p)
    outside = p.home_production + rival_pull(e, h, p)
    step = p.oem_adjustment if p.lock_in else 1.0
    oem_demand = e.demand_assembly * (1.0 - p.own_brand_market)
    for c in range(w.clients.size):
        client = w.clients[c]
        grown = oem_demand * client.weight / client.volume if client.volume > 0.0 else 1.0
        client.volume = oem_demand * client.weight
        chance, _, _, _ = luck(e.seed, STREAM_CLIENT, e.quarter, c)
        due = chance < p.oem_review or e.quarter - client.reviewed >= 4
        if due:
            client.reviewed = e.quarter
        client.placed = 0.0
        for i in range(n):
            f = w.firms[i]
            if due:
                target = client.volume * supplier_weight(f, e.demand_assembly, p) / (total + outside)
                f.orders[c] += step * (target - f.orders[c])
            else:
                f.orders[c] *= grown  # between reviews an order book grows with the client
            if not f.alive:
                f.orders[c] = 0.0
            client.placed += f.orders[c]
