"""Land: firms buy it for its price, it backs credit, and credit drives its price (E II.4 iii)."""

import math

from abm import accounts as books
from abm.balance import bank_loans
from abm.behaviour.planning import cash_buffer
from abm.behaviour.strategy import cost_of_funds, rate_hike
from abm.compiled import rule


@rule
def land_appeals(growth, cost, p):
    """Return whether land promises more than credit costs."""
    return 4.0 * growth > cost + p.land_margin


@rule
def buy_land(w):
    """Let firms put spare cash into land that promises more than credit costs; writes land and household_land."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    if not p.land_speculation:
        return
    hike = rate_hike(e, p)
    wanted = 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive and land_appeals(e.land_growth_expected, cost_of_funds(f, hike, g.subsidy_ahead, p), p):
            wanted += p.land_budget * max(0.0, f.deposits - cash_buffer(f, p)) / e.land_price
    if wanted <= 0.0:
        return
    part = min(1.0, p.land_turnover * e.household_land / wanted)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive and land_appeals(e.land_growth_expected, cost_of_funds(f, hike, g.subsidy_ahead, p), p):
            units = part * p.land_budget * max(0.0, f.deposits - cash_buffer(f, p)) / e.land_price
            books.pay(w, books.LAND, i, books.HOUSEHOLDS, units * e.land_price)
            f.land += units
            e.household_land -= units


@rule
def sell_land(w, i):
    """Sell a closing firm's land to households, at what they can pay; writes land and deposits."""
    e, f = w.economy[0], w.firms[i]
    if f.land > 0.0:
        paid = min(f.land * e.land_price, w.parameters[0].spending_limit * max(0.0, e.household_deposits))
        books.pay(w, books.LAND, books.HOUSEHOLDS, i, paid)
        e.household_land += f.land
        f.land = 0.0


@rule
def land_price_growth(credit_growth, misvaluation, expected, p):
    """Return the growth of the land price [1/quarter]: credit, return to fundamentals, expectations."""
    drive = 0.25 * p.land_credit * (credit_growth - p.land_normal_credit)
    growth = drive + p.land_fundamental * misvaluation + p.land_momentum * expected
    return min(max(growth, -p.land_growth_max), p.land_growth_max)


@rule
def move_land_price(w):
    """Set the land price; writes land_price, land_growth_expected, credit_before."""
    e, p = w.economy[0], w.parameters[0]
    loans = bank_loans(w)
    growth = min(1.0, loans / max(e.credit_before, 1e-9) - 1.0)
    value = max(e.disposable_income, 1e-9) / e.income_first
    growth = land_price_growth(growth, math.log(value / e.land_price), e.land_growth_expected, p)
    e.land_price *= math.exp(growth)
    e.land_growth_expected += (1.0 - p.return_memory) * (growth - e.land_growth_expected)
    e.credit_before += 0.25 * (loans - e.credit_before)
