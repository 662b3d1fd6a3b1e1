"""The plant of a closing firm: survivors who see a future in it buy it with spare cash; the rest is scrap (E II.4 i).

Easy failure frees resources: capacity moves from firms that do not cover its cost to firms that do, at a discount.
Where nobody has cash or hope, as in a slump that hits all at once, it is lost.
"""

from abm import accounts as books
from abm import events
from abm.behaviour.planning import capital_per_sales, cash_buffer
from abm.behaviour.strategy import equipment_price
from abm.compiled import rule


@rule
def plant_price(activity, price, p):
    """Return the price of second-hand capacity [LCU per USD of annual sales], at the price of new equipment."""
    return p.resale_value * price * capital_per_sales(activity, p)


@rule
def bid(f, activity, p):
    """Return the cash a firm offers for capacity in an activity it runs and believes in [LCU m]."""
    if not f.alive or f.capacity[activity] <= 0.0 or f.score[activity] <= 0.0:
        return 0.0
    return max(0.0, f.deposits - cash_buffer(f, p))


@rule
def sell_plant(w, i):
    """Sell what can be sold of firm i's capacity; writes capacity and book_capital of the buyers, pays for it."""
    e, p, seller = w.economy[0], w.parameters[0], w.firms[i]
    if not p.asset_resale:
        return
    price = equipment_price(e.exchange_rate, e.imported_equipment)
    earned = 0.0
    for a in range(4):
        each = plant_price(a, price, p)
        value = each * seller.capacity[a]
        offered = 0.0
        for j in range(e.firms_opened):
            offered += bid(w.firms[j], a, p) if j != i else 0.0
        if value <= 1e-9 or offered <= 1e-9:
            continue
        part = min(1.0, value / offered)
        for j in range(e.firms_opened):
            paid = part * bid(w.firms[j], a, p) if j != i else 0.0
            if paid > 0.0:
                books.pay(w, books.PLANT, j, i, paid)
                w.firms[j].capacity[a] += paid / each
                w.firms[j].book_capital += paid
                earned += paid
    if earned > 0.0:
        events.note(w, events.PLANT_SOLD, i, earned)
