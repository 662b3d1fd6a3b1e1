"""Entry: founders come where the state lets them and returns invite them (E II.4 i)."""

from abm import accounts as books
from abm import events
from abm.behaviour.investment import buy_equipment
from abm.behaviour.planning import capital_per_sales
from abm.behaviour.strategy import equipment_price
from abm.compiled import rule
from abm.population import open_row
from abm.randomness import STREAM_ENTRY, logistic, luck
from abm.state import ASSEMBLY, MARKET, NICHE


@rule
def entrants(niche_return, barrier, window, p):
    """Return the expected number of entrants [1/quarter] (E II.4 i, II.5)."""
    lure = 1.0 + p.entry_response * (niche_return - p.normal_return)
    return p.entrants * (1.0 - barrier) * (p.entry_base + window) * min(max(lure, p.entry_lure_min), p.entry_lure_max)


@rule
def niche_founder_chance(niche_return, design, p):
    """Return the chance that a founder starts with a niche product rather than assembly [0..1]."""
    if not p.niche_design:
        return 0.0
    x = p.founder_return * (niche_return - p.normal_return) + p.founder_design * (design - p.niche_capability)
    return logistic(x)


@rule
def found_firm(w, u):
    """Found one firm with its owners' money and a bank loan; writes its row, and pays for its equipment."""
    e, p = w.economy[0], w.parameters[0]
    i = open_row(w)
    f = w.firms[i]
    activity = ASSEMBLY
    chance = niche_founder_chance(e.niche_return_mean, f.design_capability, p)
    if f.design_capability > p.niche_capability and u < chance:
        activity = NICHE
    size = p.entrant_size * e.reference_wage
    price = equipment_price(e.exchange_rate, e.imported_equipment)
    equipment = price * capital_per_sales(activity, p) * size
    capital = equipment + 2.0 * p.cash_buffer * size * e.exchange_rate
    capital = min(capital, p.issue_limit * max(0.0, e.household_deposits))
    equipment = min(equipment, 0.8 * capital)
    loan = p.entrant_debt * equipment
    books.pay(w, books.STARTUP_EQUITY, books.HOUSEHOLDS, i, capital - loan)
    books.lend(w, MARKET, i, loan)
    buy_equipment(w, i, equipment, price)
    f.capacity[activity] = equipment / (price * capital_per_sales(activity, p))
    f.sales = f.capacity[activity] * e.exchange_rate
    f.returns[activity] = e.niche_return_mean if activity == NICHE else p.normal_return
    e.entries += 1
    events.note(w, events.ENTRY, i, capital)


@rule
def enter(w):
    """Let new firms enter; writes entries and firms_opened, and of the new rows what found_firm() sets.

    It writes alive, born, died, production_capability, design_capability, field, cover, earnings, openness,
    utilisation, oem_price, capacity, book_capital, sales and returns.
    """
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    if not p.entry:
        return
    u, _, _, _ = luck(e.seed, STREAM_ENTRY, e.quarter, 0)
    count = int(entrants(e.niche_return_mean, g.entry_barrier, g.sme_window, p) + u)
    for k in range(count):
        _, kind, _, _ = luck(e.seed, STREAM_ENTRY, e.quarter, 1 + k)
        found_firm(w, kind)
