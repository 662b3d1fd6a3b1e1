"""The market for OEM orders: clients qualify suppliers, teach them, move orders slowly, and leave for cheaper sites."""

import math

import numpy as np

from abm.behaviour.capabilities import assembly_unit_cost, technology_base
from abm.compiled import array_rule, rule
from abm.randomness import STREAM_CLIENT, luck
from abm.state import ASSEMBLY


@rule
def assembly_royalty(f, p):
    """Return the royalty on assembly sales [share]: the better the product, the more licences it needs (E note 20).

    Who commands many fields has patents to swap for them (E I.5, III.4).
    """
    if not p.royalties:
        return 0.0
    swapped = p.cross_licence_relief * technology_base(f)
    return p.royalty_base + p.royalty_assembly * f.production_capability**4 * (1.0 - swapped)


@rule
def full_cost(f, rate, p):
    """Return a supplier's full cost [of the world price]: variable, fixed, capital and royalties."""
    return f.assembly_cost + standing_cost(rate, p) + assembly_royalty(f, p)


@rule
def standing_cost(rate, p):
    """Return fixed and capital cost of an assembly plant [of the world price]."""
    return p.assembly_fixed_cost + (4.0 * p.decay_assembly + p.oem_capital_charge * rate) * p.capital_assembly


@rule
def site_cost(wage, capability, p):
    """Return the full cost of a foreign firm's assembly at a site [of the world price]; it pays no royalty."""
    return assembly_unit_cost(p.assembly_materials, wage, capability, p) + standing_cost(p.loan_rate, p)


@rule
def price_aid(f, protection, incentive, exchange_rate, p):
    """Return by how much a firm can undercut its own offer abroad [of the world price] (E I.3, III.2).

    The export incentive, and the rent of the protected home market spread over its OEM sales.
    """
    abroad = f.sold_oem * exchange_rate
    rent = protection / (1.0 + protection) * f.sold_home
    spread = min(p.cross_subsidy_max, p.cross_subsidy * rent / abroad) if abroad > 1e-9 else 0.0
    return incentive + spread


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
    cost = site_cost(wage, p.rival_capability, p) + p.royalty_base + p.oem_margin
    pull = p.rival_weight * min(p.rival_openness_max, h.rival_openness)
    return pull * math.exp(-p.oem_price_sensitivity * (cost - p.oem_reference))


@array_rule
def review_suppliers(w):
    """Let clients review their suppliers; writes firms.oem_price and orders, clients.volume, placed, reviewed."""
    e, p, q = w.economy[0], w.parameters[0], w.economy[0].quarter
    h, g = w.history[q], w.policy[q]
    n = e.firms_opened
    weights = np.zeros(n)
    total = 0.0
    for i in range(n):
        f = w.firms[i]
        if f.alive:
            aid = price_aid(f, g.protection, g.incentive, e.exchange_rate, p)
            f.oem_price = max(p.oem_price_min, oem_offer(full_cost(f, p.loan_rate, p), p) - aid)
        weights[i] = supplier_weight(f, e.demand_assembly, p)
        total += weights[i]
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
                target = client.volume * weights[i] / (total + outside)
                f.orders[c] += step * (target - f.orders[c])
            else:
                f.orders[c] *= grown  # between reviews an order book grows with the client
            if not f.alive:
                f.orders[c] = 0.0
            client.placed += f.orders[c]
