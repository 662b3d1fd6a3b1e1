"""Households: they work, save, lend, and buy; the rest of the economy is their zero-profit fringe."""

import math

from abm import accounts as books
from abm.accounts import S_BANK, S_FIRMS, S_GOVERNMENT, S_HOUSEHOLDS, S_WORLD
from abm.compiled import rule


@rule
def saving_rate(quarter, p):
    """Return the saving rate [share]; it rises over the first decades (E note 18)."""
    part = min(1.0, quarter / 4.0 / p.saving_years)
    return p.saving_first + (p.saving_last - p.saving_first) * part


@rule
def import_share(reserves, wanted, p):
    """Return imports in household spending [share]; the state lets more in when reserves are ample."""
    share = p.import_propensity + p.import_response * (reserves / max(wanted, 1e-9) - 1.0)
    return min(max(share, p.import_share_min), p.import_share_max)


@rule
def household_receipts(w):
    """Return the income of households this quarter [LCU m], from the flow matrix."""
    flows = w.flows
    firms = flows[books.WAGES, S_FIRMS, S_HOUSEHOLDS] + flows[books.MATERIALS, S_FIRMS, S_HOUSEHOLDS]
    firms += flows[books.MARKETING, S_FIRMS, S_HOUSEHOLDS] + flows[books.RD, S_FIRMS, S_HOUSEHOLDS]
    firms += flows[books.EQUIPMENT, S_FIRMS, S_HOUSEHOLDS] + flows[books.DIVIDENDS, S_FIRMS, S_HOUSEHOLDS]
    firms += flows[books.CURB_INTEREST, S_FIRMS, S_HOUSEHOLDS]
    bank = flows[books.DEPOSIT_INTEREST, S_BANK, S_HOUSEHOLDS] + flows[books.BANK_DIVIDEND, S_BANK, S_HOUSEHOLDS]
    state = flows[books.SPENDING, S_GOVERNMENT, S_HOUSEHOLDS] + flows[books.PUBLIC_RD, S_GOVERNMENT, S_HOUSEHOLDS]
    world = flows[books.OTHER_EXPORTS, S_WORLD, S_HOUSEHOLDS] + flows[books.AFFILIATE_SPENDING, S_WORLD, S_HOUSEHOLDS]
    return firms + bank + state + world


@rule
def earn_and_spend(w):
    """Close the households' quarter; writes household_income, disposable_income, tax, tax_smoothed.

    Also writes imports and imports_smoothed.
    """
    e, p = w.economy[0], w.parameters[0]
    other = p.other_exports * math.exp(p.other_exports_growth * e.quarter / 4.0) / 4.0
    books.pay(w, books.OTHER_EXPORTS, books.WORLD, books.HOUSEHOLDS, other * e.exchange_rate)
    e.household_income = household_receipts(w)
    income_tax = p.income_tax * e.household_income
    books.pay(w, books.INCOME_TAX, books.HOUSEHOLDS, books.GOVERNMENT, income_tax)
    e.tax = income_tax + w.flows[books.PROFIT_TAX, S_FIRMS, S_GOVERNMENT]
    buy_abroad(w)
    disposable = 4.0 * (e.household_income - income_tax)
    e.disposable_income += (1.0 - p.spending_smoothing) * (disposable - e.disposable_income)
    e.tax_smoothed += (1.0 - p.spending_smoothing) * (e.tax - e.tax_smoothed)


@rule
def buy_abroad(w):
    """Let households and their fringe import; writes imports and imports_smoothed."""
    e, p = w.economy[0], w.parameters[0]
    saving = saving_rate(e.quarter, p)
    at_home = w.flows[books.HOME_ELECTRONICS, S_HOUSEHOLDS, S_FIRMS]
    at_home += w.flows[books.UNRELATED_SALES, S_HOUSEHOLDS, S_FIRMS]
    spending = max(0.0, (1.0 - saving) * e.disposable_income / 4.0 - at_home)
    share = import_share(e.reserves, p.reserve_target * e.imports_smoothed / e.exchange_rate, p)
    consumed = spending * share
    invested = p.other_investment * saving * e.disposable_income / 4.0 * share
    part = min(1.0, 0.5 * max(0.0, e.household_deposits) / max(consumed + invested, 1e-9))
    books.pay(w, books.CONSUMER_IMPORTS, books.HOUSEHOLDS, books.WORLD, part * consumed)
    books.pay(w, books.OTHER_IMPORTS, books.HOUSEHOLDS, books.WORLD, part * invested)
    firms = w.flows[books.MATERIALS, S_FIRMS, S_WORLD] + w.flows[books.EQUIPMENT, S_FIRMS, S_WORLD]
    e.imports = part * (consumed + invested) + firms
    e.imports_smoothed += (1.0 - p.spending_smoothing) * (4.0 * e.imports - e.imports_smoothed)


@rule
def wage_growth(export_growth, p):
    """Return the growth of the wage [1/quarter]; export booms raise it (E II.3)."""
    felt = min(max(export_growth, -0.10), p.wage_growth_max)
    return (p.wage_drift + p.wage_response * felt) / 4.0


@rule
def move_wage(w):
    """Set next quarter's wage; writes wage."""
    w.economy[0].wage *= math.exp(wage_growth(w.economy[0].export_growth, w.parameters[0]))
