"""The terms of lending: how a pool is shared, and how far lenders go with a firm."""

import math

from abm.balance import debt, equity
from abm.compiled import rule


@rule
def ration(pool, weights, rooms, granted):
    """Share a pool in proportion to weights, none above its room; returns what is left; writes granted."""
    left = pool
    for _ in range(4):
        total = 0.0
        for i in range(weights.size):
            if granted[i] < rooms[i]:
                total += weights[i]
        if total <= 0.0 or left <= 1e-9:
            break
        share = left / total
        for i in range(weights.size):
            if granted[i] < rooms[i]:
                given = min(rooms[i] - granted[i], share * weights[i])
                granted[i] += given
                left -= given
    return max(left, 0.0)


@rule
def leverage_ceiling(guarantee, trust, p):
    """Return the debt-equity ratio beyond which lenders ration (Stiglitz & Weiss 1981; E II.4).

    It is where the break-even spread would pass `spread_max`: a guarantee that lenders trust moves it out.
    """
    at_risk = max(1.0 - trust * guarantee, p.at_risk_min)
    return p.leverage_unsecured / math.sqrt(at_risk)


@rule
def borrowing_room(f, ceiling, collateral, e):
    """Return what a firm may still borrow [LCU m] under a ceiling and a collateral."""
    own = equity(f, e.exchange_rate, e.land_price)
    return max(0.0, ceiling * own + collateral - debt(f, e.exchange_rate))


@rule
def collateral_value(f, e, p):
    """Return the credit that a firm's land backs [LCU m] (E II.4 iii)."""
    return 0.5 * p.loan_to_value * e.land_price * f.land if p.land_collateral else 0.0
