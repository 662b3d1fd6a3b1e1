"""What firms do with the funds they get: first plants, upkeep, expansion; capacity that comes on stream and decays."""

import math

from abm import accounts as books
from abm import events
from abm.balance import equity
from abm.behaviour.capabilities import electronics_share
from abm.behaviour.planning import capital_per_sales, cash_buffer, decay_rate
from abm.behaviour.strategy import equipment_price, pipeline_total
from abm.compiled import rule
from abm.randomness import STREAM_VENTURE, luck
from abm.state import BUILD, MEMORY


@rule
def keep_up(f, funds):
    """Spend funds on upkeep first, in proportion where they do not reach; returns what is left; writes invested."""
    wanted = f.upkeep[0] + f.upkeep[1] + f.upkeep[2] + f.upkeep[3]
    if wanted <= 0.0:
        return funds
    part = min(1.0, funds / wanted)
    for a in range(4):
        f.invested[a] += part * f.upkeep[a]
    return funds - part * wanted


@rule
def split_funds(f, funds, p):
    """Expand with the funds left, leaning to the better options (logit); writes invested."""
    top = max(max(f.score[0], f.score[1]), max(f.score[2], f.score[3]))
    done = 0.0
    for _ in range(3):  # what an option cannot use goes to the others
        total = 0.0
        for a in range(4):
            if f.plan[a] > f.invested[a]:
                total += (f.plan[a] - f.invested[a]) * math.exp(p.choice_intensity * (f.score[a] - top))
        left = funds - done
        if total <= 1e-12 or left <= 1e-12:
            break
        for a in range(4):
            room = f.plan[a] - f.invested[a]
            if room > 0.0:
                share = room * math.exp(p.choice_intensity * (f.score[a] - top)) / total
                spent = min(room, share * left)
                f.invested[a] += spent
                done += spent


@rule
def buy_equipment(w, i, amount, price):
    """Pay for `amount` [LCU m] of equipment for firm i, part of it imported; writes book_capital."""
    e = w.economy[0]
    imported = e.imported_equipment * e.exchange_rate / price
    books.pay(w, books.EQUIPMENT, i, books.WORLD, amount * imported)
    books.pay(w, books.EQUIPMENT, i, books.HOUSEHOLDS, amount * (1.0 - imported))
    w.firms[i].book_capital += amount


@rule
def build(w, i, price):
    """Buy the equipment of firm i; writes capacity, pipeline, book_capital, and pays for it."""
    f, p, e = w.firms[i], w.parameters[0], w.economy[0]
    for a in range(4):
        spent = f.invested[a]
        if spent <= 0.0:
            continue
        added = spent / (price * capital_per_sales(a, p))
        if a == MEMORY:
            size = f.capacity[MEMORY] + pipeline_total(f)
            f.venture *= size / (size + added) if size > 0.0 else 1.0  # what the firm adds alone is its own
        if a == MEMORY and p.time_to_build:
            f.pipeline[e.quarter % BUILD] += added  # arrives when this slot comes round again
        else:
            f.capacity[a] += added
        if a == MEMORY and f.saving_for_memory:
            f.saving_for_memory = False
            events.note(w, events.MEMORY_PLANT, i, added)
        buy_equipment(w, i, spent, price)


@rule
def found_venture(w, i, partner, shareholders):
    """Let a foreign partner and new shareholders pay for firm i's first memory plant [LCU m].

    It writes venture and deposits.
    """
    books.pay(w, books.VENTURE_EQUITY, books.WORLD, i, partner)
    books.pay(w, books.EQUITY_ISSUE, books.HOUSEHOLDS, i, shareholders)
    w.firms[i].venture = w.parameters[0].venture_share
    events.note(w, events.VENTURE, i, partner)


@rule
def venture_welcome(g, p):
    """Return 0..1: what the state's demands on foreigners, and its barriers to entry, leave of ventures (E I.3)."""
    return max(0.0, 1.0 - p.affiliate_reluctance * g.affiliate_demands) * (1.0 - g.entry_barrier)


@rule
def venture_offered(f, funds, own_part, u, g, p):
    """Return whether a foreign partner joins a firm that has a stake of its own [LCU m] to offer (E II.4 ii).

    Shareholders may add the rest of its part. Firms that lenders believe to be insured keep their plants to themselves.
    """
    stake = p.venture_stake if p.equity_market else 1.0
    chance = p.venture_chance * venture_welcome(g, p) * (1.0 - f.guarantee)
    return p.joint_ventures and funds >= stake * own_part and u < chance


@rule
def first_plant(w, i, lump, u):
    """Return what firm i puts into a first memory plant [LCU m]: the whole lump alone, less with a partner, or 0.

    A partner brings the scale of its own network, so that a joint plant may be smaller; writes venture and deposits.
    """
    f, e, p, g = w.firms[i], w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    funds = max(0.0, f.deposits - cash_buffer(f, p))
    if funds >= lump:
        return lump
    plant = p.venture_plant * lump
    own_part = (1.0 - p.venture_share) * plant
    lacking = max(0.0, own_part - funds)
    if lacking > p.issue_limit * e.household_deposits or not venture_offered(f, funds, own_part, u, g, p):
        return 0.0
    found_venture(w, i, plant - own_part, lacking)
    return plant


@rule
def invest(w):
    """Spend what firms have on what they planned; a first memory plant is all or nothing, alone or with a partner.

    It writes invested, plan, saving_for_memory, capacity, pipeline, venture and book_capital.
    """
    e, p = w.economy[0], w.parameters[0]
    price = equipment_price(e.exchange_rate, e.imported_equipment)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        for a in range(4):
            f.invested[a] = 0.0
        if f.saving_for_memory:
            u, _, _, _ = luck(e.seed, STREAM_VENTURE, e.quarter, i)
            f.invested[MEMORY] = first_plant(w, i, f.plan[MEMORY], u)
            f.plan[MEMORY] = 0.0
        funds = max(0.0, f.deposits - cash_buffer(f, p)) - f.invested[MEMORY]
        if f.saving_for_memory and f.invested[MEMORY] <= 0.0:
            funds *= 1.0 - p.memory_saving
        if funds > 0.0:
            split_funds(f, keep_up(f, funds), p)
        build(w, i, price)


@rule
def receive_capacity(w):
    """Let ordered memory capacity come on stream and all capacity decay; writes capacity, pipeline, book_capital."""
    e, p = w.economy[0], w.parameters[0]
    slot = e.quarter % BUILD
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive:
            for a in range(4):
                f.capacity[a] *= 1.0 - decay_rate(a, p)
            f.capacity[MEMORY] += f.pipeline[slot]
            f.pipeline[slot] = 0.0
            f.book_capital *= 1.0 - p.book_depreciation
    for j in range(w.incumbents.size):
        m = w.incumbents[j]
        m.capacity += m.pipeline[slot] - p.decay_memory * m.capacity
        m.pipeline[slot] = 0.0


@rule
def investment_rate(f, exchange_rate, land_price):
    """Return investment over capital, weighted by the electronics in it: what investing teaches [0..0.12] (E I.4)."""
    spent = f.invested[0] + f.invested[1] + f.invested[2] + f.invested[3]
    own = max(f.book_capital, 1e-9)
    return min(0.12, spent / own) * electronics_share(f) if equity(f, exchange_rate, land_price) > -own else 0.0
