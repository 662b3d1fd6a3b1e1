"""Capital outside the banks: shares, and the curb where households lend (E II.4 i, ii)."""

from abm import accounts as books
from abm.balance import equity
from abm.compiled import rule
from abm.markets.lending import borrowing_room
from abm.state import CURB


@rule
def best_score(f):
    """Return the best score among a firm's activities [1/year]."""
    best = -1.0
    for a in range(4):
        if f.capacity[a] > 0.0 and f.score[a] > best:
            best = f.score[a]
    return best


@rule
def issue_equity(w):
    """Let viable firms issue equity to households for what they still need; writes deposits and need."""
    e, p = w.economy[0], w.parameters[0]
    if not p.equity_market:
        return
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive and f.need > 0.0 and best_score(f) > 0.02 and f.cover > 1.0:
            own = equity(f, e.exchange_rate, e.land_price)
            raised = min(f.need, p.equity_issue * max(0.0, own), p.issue_limit * max(0.0, e.household_deposits))
            if raised > 0.0:
                books.pay(w, books.EQUITY_ISSUE, books.HOUSEHOLDS, i, raised)
                f.need -= raised


@rule
def lend_curb(w):
    """Let households lend to firms with options good enough for the curb rate; writes loans, deposits, need."""
    e, p = w.economy[0], w.parameters[0]
    if not p.curb_market:
        return
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive and f.need > 0.0 and best_score(f) > p.curb_rate - p.loan_rate and not f.saving_for_memory:
            own = equity(f, e.exchange_rate, e.land_price)
            room = max(0.0, p.curb_limit * own - f.loans[CURB])
            room = min(room, borrowing_room(f, p.leverage_unsecured + p.curb_limit, 0.0, e))
            lent = min(f.need, room, p.issue_limit * max(0.0, e.household_deposits))
            if lent > 0.0:
                books.lend(w, CURB, i, lent)
                f.granted[CURB] += lent
                f.need -= lent
