"""What sales bring and cost: revenue, materials, wages, marketing, royalties; the direct profit of each activity."""

from abm import accounts as books
from abm.behaviour.capabilities import own_materials, smallness
from abm.behaviour.planning import capital_per_sales, decay_rate
from abm.behaviour.strategy import equipment_price
from abm.compiled import rule
from abm.markets.home import brand_price
from abm.markets.niche import niche_markup
from abm.markets.oem import assembly_royalty
from abm.markets.technology import memory_royalty
from abm.state import ASSEMBLY, MEMORY, NICHE, UNRELATED


@rule
def assembly_volume(f, home_price, exchange_rate, p):
    """Return assembled goods sold this quarter at the world price [USD m]."""
    volume = f.sold_home / (home_price * exchange_rate) + f.sold_emerging / p.brand_price
    volume += (f.sold_brand - f.sold_emerging) / brand_price(f, p)
    return volume + (f.sold_oem / f.oem_price if f.oem_price > 0.0 else 0.0)


@rule
def buy_inputs(w, i, materials, imported, labour):
    """Pay for materials, part of them imported, and labour [LCU m]; adds to value_added what is not materials."""
    books.pay(w, books.MATERIALS, i, books.WORLD, materials * imported)
    books.pay(w, books.MATERIALS, i, books.HOUSEHOLDS, materials * (1.0 - imported))
    books.pay(w, books.WAGES, i, books.HOUSEHOLDS, labour)
    w.firms[i].value_added -= materials


@rule
def marketing_budget(f, exchange_rate, p):
    """Return marketing [LCU m/quarter]: for own-brand sales, and by large firms to build a brand (E I.4)."""
    if not p.own_brand:
        return 0.0
    large = 1.0 - smallness(f.openness, p)
    other = f.sold_oem * exchange_rate + f.sold_home
    return p.marketing_brand * f.sold_brand * exchange_rate + p.marketing_launch * large * other


@rule
def sell_assembly(w, i):
    """Book firm i's assembly business; writes profit, brand, marketing, royalties, value_added and pays."""
    f, e, p, g = w.firms[i], w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    rate = e.exchange_rate
    exported = (f.sold_oem + f.sold_brand) * rate
    revenue = exported + f.sold_home
    volume = assembly_volume(f, 1.0 + g.protection, rate, p) * rate
    materials = min(own_materials(f, e, p), f.assembly_cost)
    labour = (f.assembly_cost - materials) * volume
    materials *= volume
    fixed = p.assembly_fixed_cost * (1.0 + p.integration_fixed_cost * f.integration) * f.capacity[ASSEMBLY] / 4.0 * rate
    incentive = g.incentive * exported
    royalty = assembly_royalty(f, p) * revenue
    books.pay(w, books.EXPORTS, books.WORLD, i, exported)
    books.pay(w, books.HOME_ELECTRONICS, books.HOUSEHOLDS, i, f.sold_home)
    books.pay(w, books.EXPORT_INCENTIVE, books.GOVERNMENT, i, incentive)
    f.value_added += revenue - royalty
    buy_inputs(w, i, materials, e.imported_materials, labour + fixed)
    books.pay(w, books.ROYALTIES, i, books.WORLD, royalty)
    f.royalties += royalty
    f.marketing = marketing_budget(f, rate, p)
    books.pay(w, books.MARKETING, i, books.WORLD, f.marketing * p.marketing_abroad)
    books.pay(w, books.MARKETING, i, books.HOUSEHOLDS, f.marketing * (1.0 - p.marketing_abroad))
    built = p.brand_building * (p.brand_design_floor + f.design_capability) * f.marketing / rate
    f.brand += built - p.brand_decay * f.brand
    f.profit[ASSEMBLY] = revenue + incentive - materials - labour - fixed - royalty - f.marketing


@rule
def sell_memory(w, i):
    """Book firm i's memory business; writes profit, royalties, royalties_memory, value_added and pays."""
    f, e, p, h = w.firms[i], w.economy[0], w.parameters[0], w.history[w.economy[0].quarter]
    rate = e.exchange_rate
    revenue = (f.sold_memory + f.sold_foundry) * rate
    made = f.memory_output + f.sold_foundry / p.foundry_price
    cost = f.memory_cost * made * rate
    labour_part = p.memory_labour_share * e.wage / rate / e.reference_wage
    labour = cost * labour_part / (labour_part + p.memory_materials * (1.0 - p.memory_labour_share))
    fixed = p.memory_fixed_cost * f.capacity[MEMORY] / 4.0 * rate
    royalty = memory_royalty(f, h.frontier, p) * f.sold_memory * rate
    books.pay(w, books.EXPORTS, books.WORLD, i, revenue)
    f.value_added += revenue - royalty
    buy_inputs(w, i, cost - labour, p.memory_materials_imported, labour + fixed)
    books.pay(w, books.ROYALTIES, i, books.WORLD, royalty)
    f.royalties += royalty
    f.royalties_memory += royalty
    f.profit[MEMORY] = revenue - cost - fixed - royalty


@rule
def sell_niche(w, i):
    """Book firm i's niche business; writes profit, royalties, value_added and pays."""
    f, e, p = w.firms[i], w.economy[0], w.parameters[0]
    revenue = f.sold_niche * e.exchange_rate
    cost = revenue / (1.0 + niche_markup(f.quality, p))
    royalty = p.royalty_base * revenue if p.royalties else 0.0
    books.pay(w, books.EXPORTS, books.WORLD, i, revenue)
    f.value_added += revenue - royalty
    buy_inputs(w, i, cost * (1.0 - p.niche_labour), e.imported_materials, cost * p.niche_labour)
    books.pay(w, books.ROYALTIES, i, books.WORLD, royalty)
    f.royalties += royalty
    f.profit[NICHE] = revenue - cost - royalty


@rule
def sell_unrelated(w, i):
    """Book firm i's unrelated business, all of it domestic; writes profit, value_added and pays."""
    f, p = w.firms[i], w.parameters[0]
    books.pay(w, books.UNRELATED_SALES, books.HOUSEHOLDS, i, f.sold_unrelated)
    books.pay(w, books.WAGES, i, books.HOUSEHOLDS, (1.0 - p.unrelated_margin) * f.sold_unrelated)
    f.value_added += f.sold_unrelated
    f.profit[UNRELATED] = p.unrelated_margin * f.sold_unrelated


@rule
def earned_return(profit, capacity, activity, price, p):
    """Return the return on capital of an activity [1/year], after decay of its capital."""
    return 4.0 * profit / (price * capital_per_sales(activity, p) * capacity) - 4.0 * decay_rate(activity, p)


@rule
def sell(w):
    """Book the quarter's sales and direct costs of every firm; writes profit, returns, value_added.

    Also writes royalties, royalties_memory, marketing and brand.
    """
    e, p = w.economy[0], w.parameters[0]
    price = equipment_price(e.exchange_rate, e.imported_equipment)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        f.value_added = 0.0
        for a in range(4):
            f.profit[a] = 0.0
        if f.capacity[ASSEMBLY] > 0.0:
            sell_assembly(w, i)
        if f.capacity[MEMORY] > 0.0:
            sell_memory(w, i)
        if f.capacity[NICHE] > 0.0:
            sell_niche(w, i)
        if f.capacity[UNRELATED] > 0.0:
            sell_unrelated(w, i)
        for a in range(4):
            if f.capacity[a] > 0.0:
                earned = earned_return(f.profit[a], f.capacity[a], a, price, p)
                earned = min(max(earned, -p.return_limit), p.return_limit)
                f.returns[a] += (1.0 - p.return_memory) * (earned - f.returns[a])
