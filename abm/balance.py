"""What a firm's own balance sheet says: debt, equity, leverage."""

from abm.compiled import rule
from abm.state import DIRECTED, FOREIGN, MARKET

HIGHEST_LEVERAGE = 20.0  # reported for a firm without equity


@rule
def debt(f, exchange_rate):
    """Return a firm's debt [LCU m]."""
    return f.loans[0] + f.loans[1] + f.loans[2] + f.loans[3] * exchange_rate


@rule
def equity(f, exchange_rate, land_price):
    """Return a firm's book equity [LCU m]: deposits, land at market price and capital, less debt."""
    return f.deposits + land_price * f.land + f.book_capital - debt(f, exchange_rate)


@rule
def leverage(f, exchange_rate, land_price):
    """Return debt over equity [ratio], at most HIGHEST_LEVERAGE."""
    owed = debt(f, exchange_rate)
    own = equity(f, exchange_rate, land_price)
    if own * HIGHEST_LEVERAGE <= owed:
        return HIGHEST_LEVERAGE if owed > 0.0 else 0.0
    return owed / own


@rule
def bank_loans(w):
    """Return the bank's loans to all firms [LCU m]."""
    total = 0.0
    for i in range(w.economy[0].firms_opened):
        total += w.firms[i].loans[DIRECTED] + w.firms[i].loans[MARKET]
    return total


@rule
def foreign_loans(w):
    """Return all firms' foreign loans [USD m]."""
    total = 0.0
    for i in range(w.economy[0].firms_opened):
        total += w.firms[i].loans[FOREIGN]
    return total
