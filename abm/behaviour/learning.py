"""How firms learn: by doing, from clients, by investing, by designing; and from their own memory output."""

import math

from abm.behaviour.capabilities import smallness
from abm.behaviour.investment import investment_rate
from abm.behaviour.results import electronics_sales
from abm.compiled import rule
from abm.markets.engineers import engineer_pool
from abm.state import ASSEMBLY


@rule
def production_gain(teaching, investing, p):
    """Return the gain in production capability per unit of what is left to learn [1/quarter] (E I.4)."""
    taught = p.oem_teaching * teaching if p.teaching else 0.0
    return p.learning_by_doing + taught + p.learning_by_investing * investing


@rule
def affiliate_teaching(exports, total, p):
    """Return what foreign affiliates teach [1/quarter]: basic operations, by their weight in exports (E I.2)."""
    return p.affiliate_teaching * exports / (exports + total) if exports > 0.0 else 0.0


@rule
def learning_mode(small, oem, lock_in, p):
    """Return 0..1: how fast a firm learns beside one that sees the whole production (E II.5 ii).

    A small firm without a link to a foreign client learns by reverse engineering, slowly; one with a link is an
    apprentice. Suppliers locked into a group's network have no link of their own.
    """
    if not p.apprenticeship:
        return 1.0
    return 1.0 - small * (1.0 - p.imitation_efficiency) * (1.0 - oem * (1.0 - lock_in))


@rule
def design_team(engineers, design_share, pool, p):
    """Return 0..1: how complete a design team is."""
    return math.sqrt(min(1.0, engineers * design_share / (p.design_scale + p.design_scale_growth * pool)))


@rule
def design_gain(team, design_share, breadth, oem, brand, p):
    """Return the gain in design capability per unit of what is left to learn [1/quarter] (E I.4, II.3)."""
    own = p.design_learning * team * math.sqrt(design_share) * breadth
    return own + p.oem_design_learning * oem + p.brand_design_learning * brand


@rule
def learn(w):
    """Let firms learn; writes production_capability, design_capability, experience, cumulative_memory."""
    e, p = w.economy[0], w.parameters[0]
    pool = engineer_pool(e.quarter, p)
    shown = affiliate_teaching(4.0 * e.affiliate_exports, e.total_exports, p)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        capacity = f.capacity[ASSEMBLY]
        electronics = electronics_sales(f, e.exchange_rate)
        oem = f.sold_oem * e.exchange_rate / electronics if electronics > 0.0 else 0.0
        demanding = f.sold_brand - f.sold_emerging  # emerging markets teach no design (E II.2)
        brand = min(1.0, 4.0 * demanding / capacity) if capacity > 0.0 else 0.0
        investing = investment_rate(f, e.exchange_rate, e.land_price)
        left = 1.0 - f.production_capability
        mode = learning_mode(smallness(f.openness, p), oem, e.lock_in, p)
        f.production_capability += mode * (production_gain(oem, investing, p) + shown) * left
        f.production_capability -= p.production_forgetting * f.production_capability
        team = design_team(f.engineers, f.design_share, pool, p)
        left = 1.0 - f.design_capability
        f.design_capability += design_gain(team, f.design_share, f.breadth, oem, brand, p) * left
        f.design_capability -= p.design_forgetting * f.design_capability
        f.experience += f.memory_output
        f.cumulative_memory += f.memory_output
