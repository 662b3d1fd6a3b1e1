"""Firms that cannot pay: overdraft and evergreening, distress, rescue by the state, closure (E II.4).

Bills are always settled: what deposits lack, the bank advances as a market loan. For a firm within its
credit line, or guaranteed, that is ordinary lending (evergreening); for another it is a quarter of distress.
"""

from abm import accounts as books
from abm import events
from abm.balance import debt, equity
from abm.behaviour.capabilities import is_large_group
from abm.behaviour.resale import sell_plant
from abm.behaviour.strategy import pipeline_total
from abm.compiled import rule
from abm.markets.land import sell_land
from abm.markets.lending import leverage_ceiling
from abm.randomness import STREAM_RESCUE, luck
from abm.state import BANKRUPT, BUILD, CURB, DIRECTED, FIELDS, FOREIGN, MARKET, VOLUNTARY


@rule
def within_line(f, own, owed, ease, p):
    """Return whether lenders treat an overdraft as ordinary credit (E II.4 iii)."""
    if p.soft_budget and f.guarantee > p.evergreen_guarantee:
        return True
    line = leverage_ceiling(f.guarantee, 1.0, p) + p.overdraft_margin
    if p.soft_budget:
        line += p.overdraft_leniency * (1.0 - ease)
    return own > 0.0 and owed < line * own


@rule
def unpaid_weight(lacking, sales, p):
    """Return the quarters of patience that an unpaid bill costs: one, and more the larger it is against sales."""
    return 1.0 + p.unpaid_pressure * min(1.0, 4.0 * lacking / max(sales, 1e-9))


@rule
def cover_shortfalls(w):
    """Advance what firms lack to pay their bills; writes loans, deposits, distress."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        lacking = -f.deposits
        own = equity(f, e.exchange_rate, e.land_price)
        fine = True
        if lacking > 0.0:
            fine = within_line(f, own, debt(f, e.exchange_rate) + lacking, g.ease_of_bankruptcy, p)
            books.lend(w, MARKET, i, lacking)
            f.deposits = max(f.deposits, 0.0)
        poor = f.cover < p.cover_exit or f.earnings < p.exit_return
        drifting = poor and f.guarantee < p.protected_guarantee
        if not fine:
            f.distress += unpaid_weight(lacking, f.sales, p)
        elif drifting and e.quarter - f.born > p.distress_age:
            f.distress += p.distress_drift * g.ease_of_bankruptcy
        else:
            f.distress = max(0.0, f.distress - 1.0)


@rule
def must_close(f, own, ease, p):
    """Return whether a firm is at its end: distress beyond patience, or deep insolvency (E II.4 i)."""
    patience = p.distress_patience + p.distress_protection * (1.0 - ease)
    return f.distress >= patience or own < -p.insolvency * f.book_capital


@rule
def rescue_need(f, own, p):
    """Return the bank debt the state takes over [LCU m] so that a firm is back within an unsecured line."""
    bank = f.loans[DIRECTED] + f.loans[MARKET]
    owed = bank + f.loans[CURB]
    return min(bank, max(0.0, (owed - p.leverage_unsecured * own) / (1.0 + p.leverage_unsecured)))


@rule
def rescue(w, i, amount):
    """Let the state take over part of firm i's bank debt; writes loans, distress, rescue_cost, rescues, rescued."""
    f, e = w.firms[i], w.economy[0]
    bank = f.loans[DIRECTED] + f.loans[MARKET]
    part = amount / bank if bank > 0.0 else 0.0
    for k in range(CURB):
        books.write_off(w, k, i, part * f.loans[k])
    books.pay(w, books.RESCUE, books.GOVERNMENT, books.BANK, amount)
    f.distress = 0.0
    e.rescue_cost += amount
    e.rescues += 1
    e.rescued += amount
    events.note(w, events.RESCUE, i, amount)


@rule
def settle_estate(w, i):
    """Pay firm i's creditors pro rata, write off the rest; returns their loss and what is left [LCU m]."""
    f, e = w.firms[i], w.economy[0]
    sell_land(w, i)
    sell_plant(w, i)
    owed = debt(f, e.exchange_rate)
    part = min(1.0, max(0.0, f.deposits) / owed) if owed > 0.0 else 0.0
    loss = 0.0
    for k in range(4):
        rate = e.exchange_rate if k == FOREIGN else 1.0
        stock = f.loans[k]
        books.repay(w, k, i, part * stock * rate)
        rest = f.loans[k]
        if k == FOREIGN:
            total = e.foreign_loans
            e.short_term_debt *= max(0.0, 1.0 - stock / total) if total > 0.0 else 0.0
            e.foreign_loans = max(0.0, total - stock)
        loss += rest * rate
        books.write_off(w, k, i, rest * rate)
        f.loans[k] = 0.0
    left = max(0.0, f.deposits)
    books.pay(w, books.LIQUIDATION, i, books.HOUSEHOLDS, left)
    f.deposits = 0.0
    return loss, left


@rule
def close(w, i):
    """Close firm i; writes its fate, capacities and orders, and the economy's counts and public knowledge."""
    f, e, p = w.firms[i], w.economy[0], w.parameters[0]
    owed = debt(f, e.exchange_rate)
    loss, left = settle_estate(w, i)
    failed = loss > 1e-6 * max(1.0, owed)
    f.alive = False
    f.died = e.quarter
    f.fate = BANKRUPT if failed else VOLUNTARY
    for k in range(FIELDS):
        e.public_knowledge[k] += p.knowledge_spilled * f.knowledge[k] if p.spillovers else 0.0
    if failed:
        e.bankruptcies += 1
        e.large_bankruptcies += 1 if is_large_group(f, e, p) else 0
        events.note(w, events.BANKRUPTCY, i, loss)
    else:
        e.closures += 1
        events.note(w, events.CLOSURE, i, left)
    for a in range(4):
        f.capacity[a] = 0.0
    for slot in range(BUILD):
        f.pipeline[slot] = 0.0
    for c in range(w.clients.size):
        f.orders[c] = 0.0
    f.book_capital, f.saving_for_memory, f.venture = 0.0, False, 0.0


@rule
def resolve_failures(w):
    """Rescue or close the firms that are at their end.

    It writes alive, fate, died, distress, capacity, pipeline, orders, book_capital, saving_for_memory, land, venture,
    household_land, public_knowledge, foreign_loans, short_term_debt, refusal, rescue_cost, rescued, rescues,
    bankruptcies, large_bankruptcies and closures.
    """
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    if not p.exit:
        return
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        own = equity(f, e.exchange_rate, e.land_price)
        idle = f.capacity[0] + f.capacity[1] + f.capacity[2] + f.capacity[3] + pipeline_total(f) <= 0.0
        if not (must_close(f, own, g.ease_of_bankruptcy, p) or idle):
            continue
        u, _, _, _ = luck(e.seed, STREAM_RESCUE, e.quarter, i)
        cost = rescue_need(f, own, p)
        affordable = e.rescue_cost + cost < p.rescue_budget * e.disposable_income
        if p.soft_budget and cost > 0.0 and affordable and u < e.guarantee * f.big:
            rescue(w, i, cost)
            continue
        if f.big > 0.0 and e.guarantee > 0.0 and cost > 0.0:
            e.refusal += p.refusal_signal * f.big * (p.refusal_base + g.guarantee)
            if f.guarantee > p.protected_guarantee:
                events.note(w, events.REFUSAL, i, debt(f, e.exchange_rate))
        close(w, i)
