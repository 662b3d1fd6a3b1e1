"""What is left of a quarter: profit, tax, dividends, interest cover, smoothed sales and exports."""

import numpy as np

from abm import accounts as books
from abm.behaviour.strategy import equipment_price
from abm.compiled import array_rule, rule
from abm.state import ASSEMBLY, MEMORY, NICHE, UNRELATED


@rule
def quarter_exports(f):
    """Return exports of the quarter [USD m]."""
    return f.sold_oem + f.sold_brand + f.sold_memory + f.sold_foundry + f.sold_niche


@rule
def electronics_sales(f, exchange_rate):
    """Return electronics sales of the quarter [LCU m]."""
    return quarter_exports(f) * exchange_rate + f.sold_home


@rule
def quarter_sales(f, exchange_rate):
    """Return sales of the quarter [LCU m]."""
    return electronics_sales(f, exchange_rate) + f.sold_unrelated


@rule
def interest_cover(profit, interest, p):
    """Return operating profit over interest [ratio], bounded; the upper bound for a firm without debt."""
    if interest <= 1e-9:
        return p.cover_limit
    return min(max(profit / interest, -p.cover_limit), p.cover_limit)


@rule
def partner_profit(f, price, p):
    """Return a foreign partner's share in the profit of a memory venture after decay of its plant [LCU m/quarter]."""
    kept = p.decay_memory * price * p.capital_memory * f.capacity[MEMORY]
    return f.venture * max(0.0, f.profit[MEMORY] - kept)


@rule
def account_for_quarter(w):
    """Work out profit, pay tax and dividends; writes operating_profit, earnings, cover.

    Also writes sales, exports and exports_slow.
    """
    e, p = w.economy[0], w.parameters[0]
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        direct = f.profit[ASSEMBLY] + f.profit[MEMORY] + f.profit[NICHE] + f.profit[UNRELATED]
        f.operating_profit = direct - f.rd
        earned = 4.0 * (f.operating_profit / max(f.book_capital, 1e-9) - p.book_depreciation)
        earned = min(max(earned, -p.return_limit), p.return_limit)
        f.earnings += (1.0 - p.return_memory) * (earned - f.earnings)
        taxable = f.operating_profit - f.interest - p.book_depreciation * f.book_capital
        if taxable > 0.0:
            tax = p.profit_tax * taxable
            books.pay(w, books.PROFIT_TAX, i, books.GOVERNMENT, tax)
            dividend = min(p.payout * (taxable - tax), max(0.0, f.deposits))
            books.pay(w, books.DIVIDENDS, i, books.HOUSEHOLDS, dividend)
        share = partner_profit(f, equipment_price(e.exchange_rate, e.imported_equipment), p)
        books.pay(w, books.VENTURE_PROFIT, i, books.WORLD, min(share, max(0.0, f.deposits)))
        smooth = 1.0 - p.return_memory
        f.cover += smooth * (interest_cover(f.operating_profit, f.interest, p) - f.cover)
        f.sales += smooth * (4.0 * quarter_sales(f, e.exchange_rate) - f.sales)
        exported = 4.0 * quarter_exports(f)
        f.exports += smooth * (exported - f.exports)
        f.exports_slow += (1.0 - p.slow_memory) * (exported - f.exports_slow)


@array_rule
def ranked(values, count):
    """Return the sum of the `count` largest of some values."""
    ordered = np.sort(values)
    total = 0.0
    for k in range(min(count, ordered.size)):
        total += ordered[ordered.size - 1 - k]
    return total


@array_rule
def top_share(w, count):
    """Return the share of the `count` largest firms in all sales."""
    n = w.economy[0].firms_opened
    sales = np.zeros(n)
    total = 0.0
    for i in range(n):
        if w.firms[i].alive:
            sales[i] = max(0.0, w.firms[i].sales)
            total += sales[i]
    return ranked(sales, count) / total if total > 0.0 else 0.0


@rule
def advance(exports, slow):
    """Return how far exports are ahead of their slow mean [ratio]."""
    return exports / slow - 1.0 if slow > 1e-9 else 0.0


@rule
def sum_up(w):
    """Add up the sector; writes total_sales, total_exports, export_growth, export_advance, export_lead.

    Also writes top5_share, niche_return_mean, npl_ratio and at_stake.
    """
    e, p = w.economy[0], w.parameters[0]
    sales, exports, slow, loans, bad = 0.0, 0.0, 0.0, 0.0, 0.0
    niche_return, niche = 0.0, 0.0
    large, large_slow, unpaid = 0.0, 0.0, 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        sales += max(0.0, f.sales)
        exports += f.exports
        slow += f.exports_slow
        large += f.big * f.exports
        large_slow += f.big * f.exports_slow
        unpaid += max(0.0, f.sales) if f.distress > 0.0 else 0.0
        niche_return += f.capacity[NICHE] * f.returns[NICHE]
        niche += f.capacity[NICHE]
        owed = f.loans[0] + f.loans[1]
        loans += owed
        bad += owed if f.cover < 1.0 else 0.0
    before = e.total_exports
    e.total_sales = sales
    e.total_exports = exports
    growth = 4.0 * (exports / before - 1.0) if before > 1e-9 else 0.0
    e.export_growth += (1.0 - p.spending_smoothing) * (min(max(growth, -1.0), 1.0) - e.export_growth)
    e.export_advance = advance(exports, slow)
    e.export_lead = advance(large, large_slow) - advance(exports - large, slow - large_slow)
    e.at_stake = unpaid / sales if sales > 0.0 else 0.0
    e.top5_share = top_share(w, 5)
    if niche > 0.0:
        e.niche_return_mean += (1.0 - p.return_memory) * (niche_return / niche - e.niche_return_mean)
    e.npl_ratio = bad / loans if loans > 0.0 else 0.0
