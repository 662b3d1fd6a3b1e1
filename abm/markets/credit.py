"""The credit market: repayment, directed credit, foreign loans, the small-firm window, the market.

Every window works alike: who may ask, with what weight, up to what; the pool is shared in proportion
to weight, capped by each firm's room, in four rounds.
"""

import numpy as np

from abm import accounts as books
from abm.accounts import S_BANK, S_FIRMS
from abm.balance import bank_loans, debt
from abm.behaviour.capabilities import smallness
from abm.behaviour.strategy import default_spread, directed_rate, loan_rate, rate_hike
from abm.compiled import array_rule, rule
from abm.markets.capital import issue_equity, lend_curb
from abm.markets.lending import borrowing_room, collateral_value, leverage_ceiling, ration
from abm.state import CURB, DIRECTED, FOREIGN, MARKET

# Who a window of bank credit is for.
EVERYBODY, SMALL, AFFILIATES = range(3)


@rule
def lending_room(w):
    """Return what the bank may newly lend this quarter [LCU m]: deposits, capital and pace limit it."""
    e, p = w.economy[0], w.parameters[0]
    deposits = e.household_deposits
    for i in range(e.firms_opened):
        deposits += w.firms[i].deposits
    loans = bank_loans(w)
    room = min((1.0 - p.reserve_ratio) * deposits, e.bank_capital / p.bank_capital_ratio) - loans
    return max(0.0, min(room, p.bank_growth_max * loans + 10.0 * e.reference_wage))


@rule
def performance_weight(f, e, p):
    """Return what the export test leaves a firm of directed credit [0..1]: its advance against the sector's (E I.3).

    Who borrows abroad can ignore the state to that extent (E note 17).
    """
    if not p.performance_tests or f.exports_slow <= 0.0:
        return 1.0
    advance = f.exports / f.exports_slow - 1.0
    if advance >= p.performance_target * e.export_advance:
        return 1.0
    owed = debt(f, e.exchange_rate)
    abroad = f.loans[FOREIGN] * e.exchange_rate / owed if owed > 0.0 else 0.0
    return 1.0 - e.enforcement * (1.0 - abroad)


@rule
def directed_weight(f, mean, concentration, e, p):
    """Return a firm's weight in directed credit: its need, its size and exports (E I.3, II.3)."""
    standing = max(0.5 * (f.exports * e.exchange_rate + f.sales), p.standing_floor * mean) / mean
    return f.need * standing**concentration


@rule
def grant(w, instrument, granted):
    """Pay out what was granted; writes loans, deposits, need and granted of the firms."""
    for i in range(granted.size):
        if granted[i] > 0.0:
            books.lend(w, instrument, i, granted[i])
            w.firms[i].granted[instrument] += granted[i]
            w.firms[i].need = max(0.0, w.firms[i].need - granted[i])


@rule
def amortise(w):
    """Let firms repay part of their loans out of deposits; writes loans, need, asked, granted, short_term_debt."""
    e, p = w.economy[0], w.parameters[0]
    before, after = 0.0, 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        for k in range(4):
            f.granted[k] = 0.0
        if not f.alive:
            continue
        before += f.loans[FOREIGN]
        for k in range(4):
            rate = e.exchange_rate if k == FOREIGN else 1.0
            due = min(p.amortisation * f.loans[k] * rate, max(0.0, f.deposits))
            if due > 0.0:
                books.repay(w, k, i, due)
                f.need += due
        f.asked = f.need
        after += f.loans[FOREIGN]
    if before > 0.0:
        e.short_term_debt *= after / before


@array_rule
def lend_directed(w, room):
    """Allocate the directed pool; returns what the market may lend afterwards [LCU m]."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    n = e.firms_opened
    if not p.directed_credit:
        return room
    weights, rooms, granted = np.zeros(n), np.zeros(n), np.zeros(n)
    count, needed = 0, 0.0
    for i in range(n):
        if w.firms[i].alive:
            count += 1
            needed += w.firms[i].need
    mean = max(1e-9, e.total_sales / max(count, 1))
    for i in range(n):
        f = w.firms[i]
        if f.alive and f.need > 0.0:
            weights[i] = directed_weight(f, mean, g.concentration, e, p)
            ceiling = p.directed_tolerance * leverage_ceiling(f.guarantee, 1.0, p)
            allowed = f.need * performance_weight(f, e, p)  # who fails the test is cut off, whatever the pool
            rooms[i] = min(allowed, borrowing_room(f, ceiling, 0.0, e))
    pool = g.directed_share * min(room, needed)  # the state directs a share of what is lent, ample or scarce
    left = ration(pool, weights, rooms, granted)
    for i in range(n):
        f = w.firms[i]
        if f.alive and f.need > 0.0:
            f.directed_prospect += p.prospect_speed * (granted[i] / f.need - f.directed_prospect)
    grant(w, DIRECTED, granted)
    return room - pool + left


@array_rule
def lend_foreign(w):
    """Let foreign lenders lend up to their exposure; the larger the firm, the nearer to them."""
    e, p = w.economy[0], w.parameters[0]
    n = e.firms_opened
    if not p.foreign_credit or e.run:
        return
    weights, rooms, granted = np.zeros(n), np.zeros(n), np.zeros(n)
    outstanding = 0.0
    for i in range(n):
        f = w.firms[i]
        outstanding += f.loans[FOREIGN]
        if f.alive and f.need > 0.0:
            ceiling = leverage_ceiling(f.guarantee, p.foreign_trust, p)
            weights[i] = f.need * f.big
            rooms[i] = min(f.need, borrowing_room(f, ceiling, 0.0, e))
    limit = e.openness * p.foreign_exposure * e.total_exports * e.confidence
    pool = max(0.0, limit - outstanding) * e.exchange_rate
    lent = pool - ration(pool, weights, rooms, granted)
    e.short_term_debt += e.short_term_share * lent / e.exchange_rate
    grant(w, FOREIGN, granted)


@rule
def bankable(f, p):
    """Return whether the market lends to a firm: it covers its interest, or it is guaranteed (E II.4)."""
    return f.cover >= p.cover_lending or f.guarantee >= p.protected_guarantee


@rule
def standing_in_window(f, window, p):
    """Return a firm's claim on a window of bank credit [0..1]: of everybody, the small, or affiliates of the large."""
    if window == EVERYBODY:
        return 1.0
    small = smallness(f.openness, p)
    return small if window == SMALL else 1.0 - small


@array_rule
def lend_market(w, room, window):
    """Share bank credit among those the market trusts; returns what is left [LCU m]."""
    e, p = w.economy[0], w.parameters[0]
    n = e.firms_opened
    weights, rooms, granted = np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(n):
        f = w.firms[i]
        if f.alive and f.need > 0.0 and bankable(f, p):
            weights[i] = f.need * standing_in_window(f, window, p)
            ceiling = leverage_ceiling(f.guarantee, 1.0, p)
            rooms[i] = min(f.need, borrowing_room(f, ceiling, collateral_value(f, e, p), e))
            if weights[i] <= 0.0:
                rooms[i] = 0.0
    left = ration(room, weights, rooms, granted)
    grant(w, MARKET, granted)
    return left


@rule
def clear_credit(w):
    """Ration the quarter's credit; writes loans, deposits, need, granted, directed_prospect.

    Also writes economy.directed_lent, bank_lent, window_leak and short_term_debt. Groups reach into the small firms'
    window through affiliates that stay small on paper, the more so the more they command the state (E II.5 ii).
    """
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    room = lending_room(w)
    left = lend_directed(w, room)
    lend_foreign(w)
    window = g.sme_window * left
    e.window_leak = p.window_leak * e.capture if p.mini_chaebol else 0.0
    left -= window
    left += lend_market(w, e.window_leak * window, AFFILIATES)
    left += lend_market(w, (1.0 - e.window_leak) * window, SMALL)
    lend_market(w, left, EVERYBODY)
    issue_equity(w)
    lend_curb(w)
    e.directed_lent = w.flows[books.LENDING_DIRECTED, S_BANK, S_FIRMS]
    e.bank_lent = e.directed_lent + w.flows[books.LENDING_MARKET, S_BANK, S_FIRMS]


@rule
def pay_interest(w):
    """Let firms pay interest on what they owed through the quarter; writes deposits and interest."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    hike = rate_hike(e, p)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        best = loan_rate(f.big, hike, p)
        market = best + default_spread(f.leverage, f.guarantee, p)
        cheap = directed_rate(best, g.subsidy, p)
        bank = (cheap * f.loans[DIRECTED] + market * f.loans[MARKET]) / 4.0
        curb = (p.curb_rate + hike) * f.loans[CURB] / 4.0
        foreign = p.foreign_rate * f.loans[FOREIGN] * e.exchange_rate / 4.0
        f.interest = bank + curb + foreign
        books.pay(w, books.LOAN_INTEREST, i, books.BANK, bank)
        books.pay(w, books.CURB_INTEREST, i, books.HOUSEHOLDS, curb)
        books.pay(w, books.FOREIGN_INTEREST, i, books.WORLD, foreign)
        books.pay(w, books.SUBSIDY, books.GOVERNMENT, books.BANK, (market - cheap) * f.loans[DIRECTED] / 4.0)
