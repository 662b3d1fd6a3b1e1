"""The books: the one way to pay, to lend and to write off; the audit that checks them every quarter.

Five sectors. An account is a firm's row (0, 1, ...) or one of the negative codes below. Settlement
(model documentation, "Books"): households and firms hold deposits; a payment to the rest of the world
draws on reserves, with the bank's claim on the state as counterpart (sterilised); a payment of the state
raises that claim; the bank settles in its own capital.
"""

import numpy as np

from abm.compiled import rule
from abm.state import CURB, FOREIGN

SECTORS = ("households", "firms", "bank", "government", "world")
S_HOUSEHOLDS, S_FIRMS, S_BANK, S_GOVERNMENT, S_WORLD = range(5)
HOUSEHOLDS, BANK, GOVERNMENT, WORLD = -1, -2, -3, -4  # accounts other than a firm's row

FLOW_NAMES = (
    "exports", "other exports", "home electronics", "unrelated sales", "wages", "materials", "marketing",
    "royalties and licences", "R&D", "public R&D", "equipment", "loan interest", "deposit interest",
    "interest subsidy", "curb interest", "foreign interest", "government interest", "reserve income",
    "state foreign interest", "profit tax", "income tax", "government spending", "dividends", "bank dividend",
    "equity issue", "start-up equity", "liquidation", "land", "plant", "consumer imports", "other investment imports",
    "affiliates' local spending", "export incentive", "joint-venture equity", "joint-venture profit",
    "rescue", "recapitalisation", "write-off directed", "write-off market", "write-off curb",
    "write-off foreign", "lending directed", "lending market", "lending curb", "lending foreign",
    "repayment directed", "repayment market", "repayment curb", "repayment foreign", "state borrowing abroad",
)  # fmt: skip
(
    EXPORTS, OTHER_EXPORTS, HOME_ELECTRONICS, UNRELATED_SALES, WAGES, MATERIALS, MARKETING,
    ROYALTIES, RD, PUBLIC_RD, EQUIPMENT, LOAN_INTEREST, DEPOSIT_INTEREST,
    SUBSIDY, CURB_INTEREST, FOREIGN_INTEREST, GOVERNMENT_INTEREST, RESERVE_INCOME,
    STATE_FOREIGN_INTEREST, PROFIT_TAX, INCOME_TAX, SPENDING, DIVIDENDS, BANK_DIVIDEND,
    EQUITY_ISSUE, STARTUP_EQUITY, LIQUIDATION, LAND, PLANT, CONSUMER_IMPORTS, OTHER_IMPORTS,
    AFFILIATE_SPENDING, EXPORT_INCENTIVE, VENTURE_EQUITY, VENTURE_PROFIT,
    RESCUE, RECAPITALISATION, WRITE_OFF_DIRECTED, WRITE_OFF_MARKET, WRITE_OFF_CURB,
    WRITE_OFF_FOREIGN, LENDING_DIRECTED, LENDING_MARKET, LENDING_CURB, LENDING_FOREIGN,
    REPAYMENT_DIRECTED, REPAYMENT_MARKET, REPAYMENT_CURB, REPAYMENT_FOREIGN, STATE_BORROWING,
) = range(len(FLOW_NAMES))  # fmt: skip
FLOWS = len(FLOW_NAMES)
FIRST_SWAP = LENDING_DIRECTED  # from here on: swaps of equal value, no effect on net worth


class AuditError(RuntimeError):
    """The books do not balance: names sector or instrument, quarter and amount."""


@rule
def sector(account):
    """Return the sector of an account."""
    if account >= 0:
        return S_FIRMS
    if account == HOUSEHOLDS:
        return S_HOUSEHOLDS
    return -account


@rule
def settle(w, account, amount):
    """Credit (debit, if negative) an account [LCU m]; writes deposits, claims, reserves or bank capital."""
    e = w.economy[0]
    if account >= 0:
        w.firms[account].deposits += amount
    elif account == HOUSEHOLDS:
        e.household_deposits += amount
    elif account == BANK:
        e.bank_capital += amount
    elif account == GOVERNMENT:
        e.government_debt -= amount
    else:
        e.reserves -= amount / e.exchange_rate
        e.government_debt -= amount


@rule
def pay(w, flow, payer, payee, amount):
    """Move `amount` [LCU m] from payer to payee, in stocks, flow matrix and the firms' own books."""
    settle(w, payer, -amount)
    settle(w, payee, amount)
    if payer >= 0:
        w.firms[payer].paid += amount
    if payee >= 0:
        w.firms[payee].received += amount
    w.flows[flow, sector(payer), sector(payee)] += amount


@rule
def lender(instrument):
    """Return the account that lends by an instrument."""
    if instrument == CURB:
        return HOUSEHOLDS
    if instrument == FOREIGN:
        return WORLD
    return BANK


@rule
def lend(w, instrument, i, amount):
    """Lend `amount` [LCU m] to firm i: its loan and its deposits rise."""
    f = w.firms[i]
    source = lender(instrument)
    if source != BANK:  # the bank lends by crediting a deposit; the others part with one
        settle(w, source, -amount)
    settle(w, i, amount)
    f.loans[instrument] += amount / w.economy[0].exchange_rate if instrument == FOREIGN else amount
    w.flows[LENDING_DIRECTED + instrument, sector(source), S_FIRMS] += amount


@rule
def repay(w, instrument, i, amount):
    """Let firm i repay `amount` [LCU m]: its loan and its deposits fall."""
    f = w.firms[i]
    source = lender(instrument)
    if source != BANK:
        settle(w, source, amount)
    settle(w, i, -amount)
    f.loans[instrument] -= amount / w.economy[0].exchange_rate if instrument == FOREIGN else amount
    w.flows[REPAYMENT_DIRECTED + instrument, S_FIRMS, sector(source)] += amount


@rule
def write_off(w, instrument, i, amount):
    """Cancel `amount` [LCU m] of firm i's debt at the lender's expense; no deposit moves."""
    f = w.firms[i]
    source = lender(instrument)
    if source == BANK:
        w.economy[0].bank_capital -= amount
    f.loans[instrument] -= amount / w.economy[0].exchange_rate if instrument == FOREIGN else amount
    f.received += amount
    w.flows[WRITE_OFF_DIRECTED + instrument, sector(source), S_FIRMS] += amount


@rule
def borrow_abroad(w, amount):
    """Let the state borrow (repay, if negative) `amount` [USD m] abroad, long-term, into reserves."""
    e = w.economy[0]
    e.foreign_debt += amount
    e.reserves += amount
    w.flows[STATE_BORROWING, S_WORLD, S_GOVERNMENT] += amount * e.exchange_rate


@rule
def set_exchange_rate(w, rate):
    """Set the exchange rate [LCU/USD], booking revaluations on the stocks of this moment."""
    e = w.economy[0]
    change = rate - e.exchange_rate
    total = 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        loss = f.loans[FOREIGN] * change
        f.revalued -= loss
        total += loss
    e.revaluation[S_FIRMS] -= total
    e.revaluation[S_GOVERNMENT] += (e.reserves - e.foreign_debt) * change
    e.revaluation[S_WORLD] += total + (e.foreign_debt - e.reserves) * change
    e.exchange_rate = rate


@rule
def firm_worth(f, exchange_rate):
    """Return the financial net worth of a firm [LCU m]."""
    return f.deposits - f.loans[0] - f.loans[1] - f.loans[2] - f.loans[3] * exchange_rate


@rule
def sector_worth(w, which):
    """Return financial net worth and gross position [LCU m] of a sector, from its stocks."""
    e = w.economy[0]
    rate = e.exchange_rate
    deposits = 0.0
    bank_loans = 0.0
    curb = 0.0
    foreign = 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        deposits += f.deposits
        bank_loans += f.loans[0] + f.loans[1]
        curb += f.loans[2]
        foreign += f.loans[3] * rate
    if which == S_HOUSEHOLDS:
        return e.household_deposits + curb, abs(e.household_deposits) + curb
    if which == S_FIRMS:
        return deposits - bank_loans - curb - foreign, abs(deposits) + bank_loans + curb + foreign
    if which == S_BANK:
        worth = bank_loans + e.government_debt - e.household_deposits - deposits
        return worth, bank_loans + abs(e.government_debt) + abs(e.household_deposits) + abs(deposits)
    state = (e.reserves - e.foreign_debt) * rate
    gross = (abs(e.reserves) + abs(e.foreign_debt)) * rate
    if which == S_GOVERNMENT:
        return state - e.government_debt, gross + abs(e.government_debt)
    return foreign - state, gross + foreign


@rule
def open_books(w):
    """Start a quarter: clear flows and revaluations, note opening positions."""
    e = w.economy[0]
    w.flows[:] = 0.0
    e.opening_rate = e.exchange_rate
    for s in range(5):
        e.revaluation[s] = 0.0
        e.opening_worth[s] = sector_worth(w, s)[0]
    for k in range(4):
        e.opening_stock[k] = 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        f.received = 0.0
        f.paid = 0.0
        f.revalued = 0.0
        f.opening_worth = firm_worth(f, e.exchange_rate)
        for k in range(4):
            e.opening_stock[k] += f.loans[k]


@rule
def note_residual(e, residual, where):
    """Keep the largest residual of the quarter and its place."""
    if not np.isfinite(residual):
        residual = np.inf
    if residual > e.residual:
        e.residual = residual
        e.residual_where = where


@rule
def audit(w):
    """Check the quarter's books; writes `residual` [relative] and its place.

    Per sector: change in financial net worth = flows + revaluation. Per loan instrument: change in the
    stock = lent - repaid - written off + revaluation. The bank's capital
    account = its balance sheet. Each firm: change in net worth = received - paid + revaluation.
    """
    e = w.economy[0]
    e.residual = 0.0
    e.residual_where = -1
    for s in range(5):
        worth, gross = sector_worth(w, s)
        expected = e.opening_worth[s] + e.revaluation[s]
        for flow in range(FIRST_SWAP):
            for other in range(5):
                expected += w.flows[flow, other, s] - w.flows[flow, s, other]
        note_residual(e, abs(worth - expected) / (1.0 + gross), s)
    audit_instruments(w)
    worth, gross = sector_worth(w, S_BANK)
    note_residual(e, abs(worth - e.bank_capital) / (1.0 + gross), 20)
    for i in range(e.firms_opened):
        f = w.firms[i]
        expected = f.opening_worth + f.received - f.paid + f.revalued
        gross = 1.0 + abs(f.deposits) + f.loans[0] + f.loans[1] + f.loans[2] + f.loans[3] * e.exchange_rate
        gross += f.received + f.paid
        note_residual(e, abs(firm_worth(f, e.exchange_rate) - expected) / gross, 100 + i)


@rule
def audit_instruments(w):
    """Check the stock of each loan instrument [LCU m] against lending, repayment, write-offs and revaluation."""
    e = w.economy[0]
    for k in range(4):
        stock = 0.0
        for i in range(e.firms_opened):
            stock += w.firms[i].loans[k]
        source = sector(lender(k))
        expected = e.opening_stock[k]
        if k == FOREIGN:  # firms hold no other foreign claim or debt: their revaluation is that of these loans
            stock *= e.exchange_rate
            expected = expected * e.opening_rate - e.revaluation[S_FIRMS]
        expected += w.flows[LENDING_DIRECTED + k, source, S_FIRMS]
        expected -= w.flows[REPAYMENT_DIRECTED + k, S_FIRMS, source]
        expected -= w.flows[WRITE_OFF_DIRECTED + k, source, S_FIRMS]
        note_residual(e, abs(stock - expected) / (1.0 + stock), 10 + k)
