"""Foreign money: renewal of short-term loans, the run on the currency, depreciation and recovery (E III.1)."""

from abm import accounts as books
from abm import events
from abm.balance import foreign_loans
from abm.compiled import rule
from abm.randomness import STREAM_RUN, logistic, luck
from abm.state import FOREIGN


@rule
def vulnerability(e):
    """Return short-term foreign debt over reserves [ratio]."""
    return e.short_term_debt / max(e.reserves, 1e-6)


@rule
def run_pressure(ratio, npl_ratio, news, p):
    """Return the pressure on the currency [-]: exposure times fragility, amplified by news; zero without exposure."""
    return ratio * (p.run_exposure_weight + p.run_fragility * npl_ratio) * (1.0 + p.run_amplification * news)


@rule
def run_chance(pressure, p):
    """Return the chance of a run this quarter [0..1]."""
    return logistic(p.run_steepness * (pressure - p.run_threshold))


@rule
def run_starts(e, contagion, u, p):
    """Return whether foreign lenders start to run."""
    if not p.currency_run or e.short_term_debt <= p.run_exposure * e.total_exports:
        return False
    news = contagion + e.refusal
    if news <= 0.05 and vulnerability(e) <= p.run_alarm:
        return False
    return u < run_chance(run_pressure(vulnerability(e), e.npl_ratio, news, p), p)


@rule
def call_loans(w):
    """Let foreign lenders call what they do not renew; writes loans, deposits, short_term_debt."""
    e, p = w.economy[0], w.parameters[0]
    total = foreign_loans(w)
    if total <= 0.0:
        e.short_term_debt = 0.0
        return
    called = min(1.0, (1.0 - p.rollover) * e.short_term_debt / total)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive and f.loans[FOREIGN] > 0.0:
            books.repay(w, FOREIGN, i, called * f.loans[FOREIGN] * e.exchange_rate)
    e.short_term_debt *= p.rollover


@rule
def depreciated(rate, ratio, p):
    """Return the exchange rate after a quarter of a run [LCU/USD]."""
    fall = p.depreciation_speed * (p.depreciation_base + (1.0 - p.depreciation_base) * min(1.0, ratio / 2.0))
    return max(rate, min(p.exchange_rate_max, rate * (1.0 + fall)))


@rule
def recovered(rate, p):
    """Return the exchange rate after a quarter without a run [LCU/USD]: part of the way back, never below settled."""
    settled = min(rate, p.exchange_rate_settled)
    return rate + p.exchange_rate_recovery * (settled - rate)


@rule
def move_currency(w):
    """Start, continue or end a run; writes run, run_quarters, hike_quarters, confidence, refusal.

    Also writes exchange_rate, foreign_loans, short_term_debt, and the revaluation and revalued of the books.
    """
    e, p, h = w.economy[0], w.parameters[0], w.history[w.economy[0].quarter]
    u, _, _, _ = luck(e.seed, STREAM_RUN, e.quarter, 0)
    if e.run and (e.run_quarters >= int(p.run_length) or e.short_term_debt <= p.run_exposure * e.total_exports):
        e.run = False
        events.note(w, events.RUN_ENDS, events.NOBODY, e.exchange_rate)
    elif not e.run and run_starts(e, h.contagion, u, p):
        e.run = True
        e.run_quarters = 0
        e.hike_quarters = int(p.run_length)
        events.note(w, events.RUN_BEGINS, events.NOBODY, e.short_term_debt)
    else:
        e.hike_quarters = max(0, e.hike_quarters - 1)
    if e.run:
        e.run_quarters += 1
        e.confidence = p.confidence_run
        ratio = vulnerability(e)
        call_loans(w)
        books.set_exchange_rate(w, depreciated(e.exchange_rate, ratio, p))
    else:
        e.confidence += p.confidence_recovery * (1.0 - e.confidence)
        books.set_exchange_rate(w, recovered(e.exchange_rate, p))
    e.foreign_loans = foreign_loans(w)
    e.refusal *= 1.0 - p.refusal_decay
