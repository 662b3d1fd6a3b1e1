"""Affiliates of foreign firms: an export platform that comes for low wages and leaves as they rise (E I.2).

They are the world's own firms on local soil: their exports are the country's, but of their receipts only wages and
local purchases stay. They leave as wages rise, as cheaper sites open, and as the state asks for local content and
technology, the more so the more local firms can do.
"""

import math

from abm import accounts as books
from abm.compiled import rule
from abm.markets.oem import rival_pull, site_cost


@rule
def platform_pull(wage, demands, capability, p):
    """Return the pull of the country as an export platform [-]; what the state demands weighs with local capability."""
    cost = site_cost(wage, p.affiliate_capability, p)
    pull = math.exp(-p.oem_price_sensitivity * (cost - p.oem_reference))
    return p.affiliate_pull * pull * max(0.0, 1.0 - p.affiliate_reluctance * demands * capability)


@rule
def platform_growth(wanted, capacity, p):
    """Return the growth of the affiliates' capacity [1/quarter]: limited when they come, and when they go."""
    if capacity <= 0.0:
        return 0.0
    gap = wanted / capacity - 1.0
    return min(p.affiliate_growth_max, max(-p.affiliate_exit_max, gap))


@rule
def mean_capability(w):
    """Return the production capability of the average firm [0..1]."""
    total, count = 0.0, 0
    for i in range(w.economy[0].firms_opened):
        if w.firms[i].alive:
            total += w.firms[i].production_capability
            count += 1
    return total / count if count > 0 else 0.0


@rule
def run_affiliates(w):
    """Let affiliates come, export and leave; writes affiliate_capacity and affiliate_exports, pays what stays here."""
    e, p, q = w.economy[0], w.parameters[0], w.economy[0].quarter
    h, g = w.history[q], w.policy[q]
    if not p.foreign_affiliates:
        e.affiliate_capacity, e.affiliate_exports = 0.0, 0.0
        return
    wage = e.wage / e.exchange_rate / e.reference_wage
    pull = platform_pull(wage, g.affiliate_demands, mean_capability(w), p)
    wanted = p.affiliate_market * e.demand_assembly * pull / (pull + p.home_production + rival_pull(e, h, p))
    e.affiliate_capacity *= 1.0 + platform_growth(wanted, e.affiliate_capacity, p)
    e.affiliate_exports = e.affiliate_capacity / 4.0
    local = e.affiliate_exports * e.exchange_rate * p.affiliate_local_content
    books.pay(w, books.AFFILIATE_SPENDING, books.WORLD, books.HOUSEHOLDS, local)
