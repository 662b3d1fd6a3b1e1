"""How the indicators of measurement.indicators are measured: `measure` fills one row of them from the world."""

import math

import numpy as np

from abm import accounts as books
from abm.accounts import S_BANK, S_FIRMS, S_GOVERNMENT, S_HOUSEHOLDS, S_WORLD
from abm.balance import HIGHEST_LEVERAGE, bank_loans, debt, equity, foreign_loans
from abm.behaviour.capabilities import is_large_group, relative_yield, small_scale
from abm.behaviour.results import electronics_sales, quarter_exports, quarter_sales, ranked
from abm.compiled import array_rule, rule
from abm.state import FIELDS, MEMORY

WINDOW = 20  # quarters over which investment and growth are compared
HIGHEST_ICOR = 50.0  # reported when value added did not grow


@rule
def over(part, whole):
    """Return a ratio, 0 where there is nothing to divide by."""
    return part / whole if whole > 1e-12 else 0.0


@rule
def measure_trade(w, row):
    """Write what is sold, where, and by whom."""
    e = w.economy[0]
    h, p = w.history[e.quarter], w.parameters[0]
    oem, brand, memory, niche, home, unrelated, foundry, afar = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        oem += f.sold_oem
        brand += f.sold_brand
        afar += f.sold_emerging
        foundry += f.sold_foundry
        memory += f.sold_memory
        niche += f.sold_niche
        home += f.sold_home
        unrelated += f.sold_unrelated
    exports = oem + brand + memory + foundry + niche
    sales = exports + (home + unrelated) / e.exchange_rate
    row.exports_usd_m = 4.0 * (exports + e.affiliate_exports)
    row.sales_usd_m = 4.0 * sales
    row.memory_world_share = over(memory, e.world_memory_sales)
    row.memory_share_of_semiconductors = over(memory, memory + foundry + 0.35 * niche)
    row.mass_share = over(memory, exports)
    row.niche_share = over(niche, exports)
    row.oem_share = over(oem, oem + brand)
    afar += h.emerging * (p.memory_emerging * (memory + foundry) + p.niche_emerging * niche)
    row.emerging_market_share = over(afar, exports)
    row.foreign_affiliate_export_share = over(e.affiliate_exports, exports + e.affiliate_exports)
    row.unrelated_share = over(unrelated / e.exchange_rate, sales)


@rule
def total_of(values):
    """Return the sum of some values, added in order (NumPy adds pairwise: other bits when not compiled)."""
    total = 0.0
    for k in range(values.size):
        total += values[k]
    return total


@array_rule
def debt_equity_of_largest(w, count):
    """Return debt over equity of the `count` largest firms; a firm without equity counts with none."""
    e = w.economy[0]
    sales = np.zeros(e.firms_opened)
    for i in range(e.firms_opened):
        sales[i] = max(0.0, w.firms[i].sales) if w.firms[i].alive else -1.0
    order = np.argsort(-sales, kind="mergesort")
    owed, own = 0.0, 0.0
    for k in range(min(count, e.firms_opened)):
        f = w.firms[order[k]]
        if f.alive:
            owed += debt(f, e.exchange_rate)
            own += max(0.0, equity(f, e.exchange_rate, e.land_price))
    return min(HIGHEST_LEVERAGE, over(owed, own))


@rule
def measure_finance(w, row):
    """Write leverage, foreign debt, credit, the bank and the crisis."""
    e = w.economy[0]
    owed, own, profit, interest, memory_spent, memory_sold = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        owed += debt(f, e.exchange_rate)
        own += max(0.0, equity(f, e.exchange_rate, e.land_price))
        profit += f.operating_profit
        interest += f.interest
        memory_spent += f.invested[MEMORY]
        memory_sold += f.sold_memory * e.exchange_rate
    loans = bank_loans(w)
    row.debt_equity_large = debt_equity_of_largest(w, 5)
    row.debt_equity_all = min(HIGHEST_LEVERAGE, over(owed, own))
    row.short_term_debt_share = over(e.short_term_debt, e.foreign_loans + max(0.0, e.foreign_debt))
    row.capex_to_sales_memory = over(memory_spent, memory_sold)
    row.directed_share = over(e.directed_lent, e.bank_lent)
    row.npl_ratio = e.npl_ratio
    row.bank_capital_ratio = over(e.bank_capital, loans)
    row.land_price = e.land_price
    row.interest_cover = min(10.0, max(-10.0, over(profit, interest)))
    row.reserves_usd_m = e.reserves
    row.foreign_debt_usd_m = e.foreign_loans + max(0.0, e.foreign_debt)
    row.exchange_rate = e.exchange_rate
    row.run_on_currency = 1.0 if e.run else 0.0
    bill = w.flows[books.RESCUE, S_GOVERNMENT, S_BANK] + w.flows[books.RECAPITALISATION, S_GOVERNMENT, S_BANK]
    row.bailout_cost_share = over(bill, e.household_income)


@array_rule
def measure_structure(w, row):
    """Write concentration, numbers of firms, entry and exit."""
    e, p = w.economy[0], w.parameters[0]
    n = e.firms_opened
    electronics = np.zeros(n)
    sales = np.zeros(n)
    small_exports, exports, alive, groups, makers = 0.0, 0.0, 0.0, 0.0, 0.0
    limit = small_scale(e, p)
    for i in range(n):
        f = w.firms[i]
        if not f.alive:
            continue
        alive += 1.0
        electronics[i] = electronics_sales(f, e.exchange_rate)
        sales[i] = quarter_sales(f, e.exchange_rate)
        sold = quarter_exports(f)
        exports += sold
        small_exports += sold if f.sales < limit else 0.0
        groups += 1.0 if is_large_group(f, e, p) else 0.0
        makers += 1.0 if f.capacity[MEMORY] > 0.0 else 0.0
    total = total_of(electronics)
    squares = 0.0
    for i in range(n):
        squares += over(electronics[i], total) ** 2
    row.top4_share = over(ranked(electronics, 4), total)
    row.top5_sales_to_gdp = over(ranked(sales, 5), e.household_income)
    row.hhi = squares
    row.firm_count = alive
    row.chaebol_count = groups
    row.memory_makers = makers
    row.sme_export_share = over(small_exports, exports)
    row.entry_rate = over(4.0 * e.entries, alive)
    row.exit_rate = over(4.0 * (e.bankruptcies + e.closures), alive)
    row.bankruptcies = e.bankruptcies
    row.large_bankruptcies = e.large_bankruptcies
    row.rescues = e.rescues
    row.supplier_lock_in = e.lock_in
    row.sme_credit_leak = e.window_leak


@rule
def hill_number(stock):
    """Return the exponential of the entropy of a stock over fields [effective number of fields]."""
    total = total_of(stock)
    entropy = 0.0
    for k in range(stock.size):
        part = over(stock[k], total)
        if part > 0.0:
            entropy -= part * math.log(part)
    return math.exp(entropy) if total > 0.0 else 0.0


@rule
def learning_rate(experience, scale_output, p):
    """Return the fall of unit cost per doubling of effective cumulative output [share] (Irwin & Klenow 1994)."""
    return 1.0 - relative_yield(experience, scale_output, p) / relative_yield(2.0 * experience, scale_output, p)


@array_rule
def measure_knowledge(w, row):
    """Write capabilities, R&D, patents, royalties, speed and breadth."""
    e, p = w.economy[0], w.parameters[0]
    n = e.firms_opened
    stock = np.zeros(FIELDS)
    research = np.zeros(n)
    weight, made, design, speed, patents = 0.0, 0.0, 0.0, 0.0, 0.0
    royalties, on_memory, sold, memory, learnt = 0.0, 0.0, 0.0, 0.0, 0.0
    scale = p.minimum_efficient_scale * e.trend_memory
    for i in range(n):
        f = w.firms[i]
        if not f.alive:
            continue
        for k in range(FIELDS):
            stock[k] += f.knowledge[k]
        research[i] = f.rd
        size = electronics_sales(f, e.exchange_rate)
        weight += size
        made += size * f.production_capability
        design += size * f.design_capability
        speed += size * f.speed
        patents += f.patents
        royalties += f.royalties
        on_memory += f.royalties_memory
        sold += f.sold_memory * e.exchange_rate
        memory += f.memory_output
        learnt += f.memory_output * learning_rate(f.experience, scale, p)
    spent = total_of(research)
    row.production_capability = over(made, weight)
    row.design_capability = over(design, weight)
    row.knowledge_breadth = hill_number(stock)
    row.rd_to_sales = over(spent, weight)
    row.rd_spend_usd_m = 4.0 * spent / e.exchange_rate
    row.rd_top5_share = over(ranked(research, 5), spent)
    row.rd_top10_share = over(ranked(research, 10), spent)
    row.rd_top20_share = over(ranked(research, 20), spent)
    row.public_rd_share = over(e.public_rd, e.public_rd + spent)
    row.patents = patents
    row.patents_per_rd = over(patents, spent / e.exchange_rate)
    row.royalty_to_sales = over(royalties, weight)
    row.royalty_to_sales_memory = over(on_memory, sold)
    row.response_speed = over(speed, weight)
    abroad = w.flows[books.EQUIPMENT, S_FIRMS, S_WORLD]
    row.import_dependence = over(abroad, abroad + w.flows[books.EQUIPMENT, S_FIRMS, S_HOUSEHOLDS])
    row.memory_learning_rate = learnt / memory if memory > 0.0 else math.nan  # no output, no rate


@rule
def beyond_reach(w):
    """Return the part of firms' debt that is foreign, beyond the reach of the state [share] (E note 17)."""
    e = w.economy[0]
    owed = 0.0
    for i in range(e.firms_opened):
        owed += debt(w.firms[i], e.exchange_rate)
    return over(foreign_loans(w) * e.exchange_rate, owed)


@rule
def measure_state(w, row):
    """Write prices, wages, and what is left of the state's autonomy."""
    e, g = w.economy[0], w.policy[w.economy[0].quarter]
    row.policy_direction = g.directed_share
    row.policy_concentration = g.concentration
    row.policy_guarantee = g.guarantee
    row.memory_price = e.memory_price
    row.wage = e.wage
    row.capture = e.capture
    row.guarantee = e.guarantee
    row.enforcement = e.enforcement * (1.0 - beyond_reach(w))
    row.audit_residual = e.residual


@rule
def measure_growth(w, rows, quarter):
    """Write investment, value added, and what five years of investment brought (ICOR); reads past rows."""
    e = w.economy[0]
    spent, added = 0.0, 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive:
            spent += f.invested[0] + f.invested[1] + f.invested[2] + f.invested[3]
            added += f.value_added
    rows[quarter].investment_usd_m = 4.0 * spent / e.exchange_rate
    rows[quarter].value_added_usd_m = 4.0 * added / e.exchange_rate
    rows[quarter].icor = 0.0
    if quarter >= WINDOW + 4:
        invested, before, now = 0.0, 0.0, 0.0
        for k in range(WINDOW):
            invested += rows[quarter - k].investment_usd_m / 4.0
        for k in range(4):
            now += rows[quarter - k].value_added_usd_m / 4.0
            before += rows[quarter - WINDOW - k].value_added_usd_m / 4.0
        rows[quarter].icor = min(HIGHEST_ICOR, invested / (now - before)) if now > before else HIGHEST_ICOR


@rule
def measure(w, rows, quarter):
    """Fill the quarter's row of indicators from the world."""
    row = rows[quarter]
    measure_trade(w, row)
    measure_finance(w, row)
    measure_structure(w, row)
    measure_knowledge(w, row)
    measure_state(w, row)
    measure_growth(w, rows, quarter)
