"""Assembled goods: the protected home market, own brands abroad, then OEM orders; and unrelated home business.

One plant serves all three. Home sales come first (dearest), own brands may take part of what is left, OEM
orders get the rest (E I.4).
"""

import math

from abm.compiled import rule
from abm.state import ASSEMBLY, UNRELATED


@rule
def spending_limit(wanted, deposits, limit):
    """Return household spending on a class of goods [LCU m/quarter]; never more than part of their deposits."""
    return max(0.0, min(wanted, limit * deposits))


@rule
def home_pull(f, p):
    """Return how strongly a firm draws home buyers of electronics [-]."""
    return f.capacity[ASSEMBLY] * (p.home_skill_floor + f.production_capability) if f.alive else 0.0


@rule
def brand_pull(f, p):
    """Return how strongly a brand draws buyers abroad [-]: the brand, and the design behind it (E I.4)."""
    return f.brand * (p.brand_pull_floor + f.design_capability) if f.alive and p.own_brand else 0.0


@rule
def emerging_pull(f, p):
    """Return how strongly a brand draws buyers in emerging markets [-]: price and presence, not design (E II.2)."""
    return p.emerging_pull * f.brand if f.alive and p.own_brand else 0.0


@rule
def local_share(protection, p):
    """Return the part of home demand for electronics that local firms serve [share]; imports press as it is freed."""
    return 1.0 / (1.0 + p.home_import_pull * math.exp(-p.home_import_sensitivity * protection))


@rule
def brand_price(f, p):
    """Return the price of own-brand goods [of the world price]; design earns a premium."""
    return p.brand_price + p.brand_premium * f.design_capability


@rule
def share_plant(capacity, home, brand, oem, p):
    """Return home, own-brand and OEM sales [USD m/year] of a plant, given the demand for each."""
    served_home = min(home, capacity)
    free = capacity - served_home
    served_brand = min(brand, p.brand_capacity_max * free)
    return served_home, served_brand, min(oem, free - served_brand)


@rule
def clear_assembly(w):
    """Share each plant among its markets; writes sold_home, sold_brand, sold_emerging, sold_oem.

    Also writes utilisation and unfilled. Own brands sell to demanding markets by brand and design, to emerging markets
    by brand alone, at a price without premium.
    """
    e, p, q = w.economy[0], w.parameters[0], w.economy[0].quarter
    h, g = w.history[q], w.policy[q]
    homes, brands, cheap = 0.0, 0.0, 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        homes += home_pull(f, p)
        brands += brand_pull(f, p)
        cheap += emerging_pull(f, p)
    home_price = 1.0 + g.protection
    wanted = p.home_electronics * e.disposable_income / 4.0 * local_share(g.protection, p)
    spending = spending_limit(wanted, e.household_deposits, p.spending_limit)
    home_demand = 4.0 * spending / (home_price * e.exchange_rate)  # at world prices [USD m/year]
    market = p.own_brand_market * e.demand_assembly
    emerging = h.emerging * market
    for i in range(e.firms_opened):
        f = w.firms[i]
        f.sold_home, f.sold_brand, f.sold_emerging, f.sold_oem, f.unfilled, f.utilisation = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        capacity = f.capacity[ASSEMBLY]
        if not f.alive or capacity <= 0.0:
            continue
        home = home_demand * home_pull(f, p) / homes
        brand = market * brand_pull(f, p) / (brands + p.brand_foreign * market) if market > 0.0 else 0.0
        afar = emerging * emerging_pull(f, p) / (cheap + p.brand_foreign * emerging) if emerging > 0.0 else 0.0
        oem = 0.0
        for c in range(w.clients.size):
            oem += f.orders[c]
        served_home, served_brand, served_oem = share_plant(capacity, home, brand + afar, oem, p)
        f.sold_home = served_home / 4.0 * home_price * e.exchange_rate
        served_afar = served_brand * afar / (brand + afar) if afar > 0.0 else 0.0
        f.sold_emerging = served_afar / 4.0 * p.brand_price
        f.sold_brand = f.sold_emerging + (served_brand - served_afar) / 4.0 * brand_price(f, p)
        f.sold_oem = served_oem / 4.0 * f.oem_price
        f.utilisation = (served_home + served_brand + served_oem) / capacity
        f.unfilled = min(1.0, max(0.0, home + brand + afar + oem - capacity) / capacity)


@rule
def clear_unrelated(w):
    """Share home demand for unrelated goods by capacity; writes sold_unrelated [LCU m/quarter]."""
    e, p = w.economy[0], w.parameters[0]
    total = 0.0
    for i in range(e.firms_opened):
        total += w.firms[i].capacity[UNRELATED]
    wanted = p.unrelated_market * e.disposable_income / 4.0
    spending = spending_limit(wanted, e.household_deposits, p.spending_limit)
    use = min(1.0, 4.0 * spending / total) if total > 0.0 else 0.0
    for i in range(e.firms_opened):
        w.firms[i].sold_unrelated = w.firms[i].capacity[UNRELATED] / 4.0 * use
