"""The state: what it commands, who commands it (capture), what its promises are worth; its budget and reserves."""

from abm import accounts as books
from abm import events
from abm.balance import bank_loans
from abm.compiled import rule
from abm.policy.responsive import respond


@rule
def capture_pull(top5_share, p):
    """Return 0..1: the capture of the state that concentration tends to (E notes 16-17)."""
    return min(1.0, max(0.0, (top5_share - p.capture_from) / p.capture_span))


@rule
def enforced(enforcement, capture, p):
    """Return the enforcement of performance tests [0..1] that capture leaves."""
    return enforcement * (1.0 - p.capture_enforcement * capture)


@rule
def promised(guarantee, capture, p):
    """Return the guarantee [0..1] that capture makes of the announced one."""
    reach = p.capture_base + (1.0 - p.capture_base) * guarantee
    return guarantee + p.capture_guarantee * capture * (1.0 - guarantee) * reach


@rule
def note_reforms(w):
    """Log the reforms that become known or take force this quarter."""
    g = w.policy[w.economy[0].quarter]
    if g.announcement > 0.0:
        events.note(w, events.ANNOUNCEMENT, events.NOBODY, g.announcement)
    if g.reform > 0.0:
        events.note(w, events.REFORM, events.NOBODY, g.reform)


@rule
def govern(w):
    """Set what the state does this quarter; writes capture, enforcement, guarantee, guarantee_expected.

    Also writes openness, short_term_share, drift_direction, drift_concentration, drift_guarantee, and the policy in
    force: directed_share, concentration, guarantee_ahead.
    """
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    if p.capture:
        e.capture += p.capture_speed * (capture_pull(e.top5_share, p) - e.capture)
    respond(w)
    note_reforms(w)
    e.enforcement = enforced(g.performance_enforcement, e.capture, p)
    believed = e.rescue_cost <= p.rescue_budget * e.disposable_income
    if not believed and e.guarantee > 0.0:
        events.note(w, events.GUARANTEE_EXHAUSTED, events.NOBODY, e.rescue_cost)
    e.guarantee = promised(g.guarantee, e.capture, p) if believed else 0.0
    e.guarantee_expected = promised(g.guarantee_ahead, e.capture, p) if believed else 0.0
    if e.run or e.hike_quarters > 0:  # who lives on emergency loans cannot guarantee others (E II.4, III.1)
        e.guarantee *= p.guarantee_in_run
        e.guarantee_expected *= p.guarantee_in_run
    if g.opening > 0.0 and (e.quarter == 0 or w.policy[e.quarter - 1].opening <= 0.0):
        events.note(w, events.OPENING, events.NOBODY, 0.0)
    e.openness = g.capital_openness_before + (g.capital_openness_after - g.capital_openness_before) * g.opening
    if e.run:
        e.openness *= p.run_openness
    e.short_term_share = g.short_term_share_after if g.opening > 0.0 else g.short_term_share_before


@rule
def recapitalise(w):
    """Pay dividends out of ample bank capital, or let the state restore it; writes bank_capital, government_debt.

    Capital that stands against bad loans is not paid out: interest that they only run up is no income to live on.
    """
    e, p = w.economy[0], w.parameters[0]
    loans = bank_loans(w)
    surplus = e.bank_capital - (p.bank_capital_target + e.npl_ratio) * loans
    if surplus > 0.0:
        books.pay(w, books.BANK_DIVIDEND, books.BANK, books.HOUSEHOLDS, p.bank_payout * surplus)
    gap = p.bank_capital_floor * loans - e.bank_capital
    if gap > 0.0:
        books.pay(w, books.RECAPITALISATION, books.GOVERNMENT, books.BANK, gap)
        events.note(w, events.RECAPITALISATION, events.NOBODY, gap)


@rule
def pay_public_interest(w):
    """Settle interest between state, bank, world and depositors; the return on reserves comes in."""
    e, p = w.economy[0], w.parameters[0]
    books.pay(w, books.DEPOSIT_INTEREST, books.BANK, books.HOUSEHOLDS, p.deposit_rate * e.household_deposits / 4.0)
    books.pay(w, books.GOVERNMENT_INTEREST, books.GOVERNMENT, books.BANK, p.government_rate * e.government_debt / 4.0)
    earned = p.reserve_return * e.reserves / 4.0 * e.exchange_rate
    books.pay(w, books.RESERVE_INCOME, books.WORLD, books.GOVERNMENT, earned)
    rate = p.foreign_rate if e.foreign_debt > 0.0 else p.reserve_return
    owed = rate * e.foreign_debt / 4.0 * e.exchange_rate
    books.pay(w, books.STATE_FOREIGN_INTEREST, books.GOVERNMENT, books.WORLD, owed)


@rule
def reserve_action(reserves, target, in_run, p):
    """Return what the state borrows abroad (repays, if negative) this quarter [USD m] to steer its reserves."""
    if in_run and reserves < p.emergency_reserves * target:
        return p.emergency_reserves * target - reserves
    if reserves < target:
        floor = max(0.0, p.reserve_floor * target - reserves)
        return max(floor, p.reserve_speed * (target - reserves))
    ceiling = p.reserve_surplus * target
    return -p.reserve_repayment * (reserves - ceiling) if reserves > ceiling else 0.0


@rule
def manage_reserves(w):
    """Steer reserves towards some months of imports; writes reserves and foreign_debt."""
    e, p = w.economy[0], w.parameters[0]
    target = p.reserve_target * e.imports_smoothed / e.exchange_rate
    books.borrow_abroad(w, reserve_action(e.reserves, target, e.run, p))


@rule
def spend(w):
    """Let the state spend out of smoothed tax; writes deposits and government_debt."""
    e, p = w.economy[0], w.parameters[0]
    books.pay(w, books.SPENDING, books.GOVERNMENT, books.HOUSEHOLDS, p.spending_share * e.tax_smoothed)
