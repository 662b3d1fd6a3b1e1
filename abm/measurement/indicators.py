"""Indicators: what is measured every quarter, with unit and definition, and how.

INDICATORS is the catalogue; `measure` fills one row of it from the world. Annual values are four times the
quarter's. An indicator that has no meaning in a quarter (no memory sold yet) is 0; one the model does not
yet compute is NaN and says so in its definition.
"""

import math

import numpy as np

from abm import accounts as books
from abm.accounts import S_BANK, S_FIRMS, S_GOVERNMENT, S_HOUSEHOLDS, S_WORLD
from abm.balance import HIGHEST_LEVERAGE, bank_loans, debt, equity
from abm.behaviour.capabilities import relative_yield
from abm.behaviour.results import quarter_exports, quarter_sales
from abm.compiled import record, rule
from abm.state import FIELDS, MEMORY, UNRELATED

# name, unit, definition, group
INDICATORS = [
    ("exports_usd_m", "USD m/year", "Exports of local firms, annualised", "Position"),
    ("sales_usd_m", "USD m/year", "All sales of local firms, annualised", "Position"),
    ("memory_world_share", "share", "Local memory sales in world memory sales", "Position"),
    ("memory_share_of_semiconductors", "share", "Memory over memory and 35 % of niche exports", "Position"),
    ("mass_share", "share", "Memory in exports: mass products of scale", "Position"),
    ("niche_share", "share", "Niche products in exports", "Position"),
    ("oem_share", "share", "OEM in exports of assembled goods; the rest is own brand", "Position"),
    ("emerging_market_share", "share", "Exports to emerging markets (not modelled yet)", "Position"),
    ("foreign_affiliate_export_share", "share", "Exports by foreign firms' affiliates (not modelled yet)", "Position"),
    ("unrelated_share", "share", "Unrelated business in all sales", "Position"),
    ("debt_equity_large", "ratio", "Debt over equity of the five largest firms by sales", "Finance"),
    ("debt_equity_all", "ratio", "Debt over equity of all firms", "Finance"),
    ("short_term_debt_share", "share", "Short-term loans in gross foreign debt", "Finance"),
    ("capex_to_sales_memory", "share", "Investment in memory over memory sales", "Finance"),
    ("investment_usd_m", "USD m/year", "Investment of firms in plant and equipment", "Finance"),
    ("value_added_usd_m", "USD m/year", "Value added of firms", "Finance"),
    ("icor", "ratio", "Five years of investment over the rise of annual value added; at most 50", "Finance"),
    ("directed_share", "share", "Directed loans in new bank loans", "Finance"),
    ("npl_ratio", "share", "Bank loans of firms that do not cover their interest, in all bank loans", "Finance"),
    ("bank_capital_ratio", "share", "Capital of the bank over its loans to firms", "Finance"),
    ("land_price", "index", "Price of land, 1 at the start", "Finance"),
    ("interest_cover", "ratio", "Operating profit over interest, sum over firms, within -10 and 10", "Finance"),
    ("reserves_usd_m", "USD m", "Foreign reserves", "Finance"),
    ("foreign_debt_usd_m", "USD m", "Foreign loans of firms and long-term debt of the state", "Finance"),
    ("exchange_rate", "LCU/USD", "Exchange rate, 1 at the start", "Finance"),
    ("run_on_currency", "0/1", "Whether foreign lenders refuse to renew", "Finance"),
    ("bailout_cost_share", "share", "Rescues and recapitalisation in household income", "Finance"),
    ("top4_share", "share", "Share of the four largest firms in electronics sales", "Structure"),
    ("top5_sales_to_gdp", "ratio", "Sales of the five largest firms over household income", "Structure"),
    ("hhi", "index", "Herfindahl-Hirschman index of electronics sales, 0 to 1", "Structure"),
    ("firm_count", "firms", "Firms alive", "Structure"),
    ("chaebol_count", "firms", "Groups with unrelated business and more than two per cent of sales", "Structure"),
    ("sme_export_share", "share", "Exports of small firms in all exports", "Structure"),
    ("entry_rate", "1/year", "Entries over firms, annualised", "Structure"),
    ("exit_rate", "1/year", "Bankruptcies and closures over firms, annualised", "Structure"),
    ("bankruptcies", "firms/quarter", "Firms that failed owing money", "Structure"),
    ("large_bankruptcies", "firms/quarter", "Failed firms with more than two per cent of sales", "Structure"),
    ("rescues", "firms/quarter", "Firms whose debt the state took over in part", "Structure"),
    ("production_capability", "0..1", "Production and investment capability, weighted by sales", "Knowledge"),
    ("design_capability", "0..1", "Design capability, weighted by sales", "Knowledge"),
    ("knowledge_breadth", "fields", "Hill number (exponential of entropy) of knowledge over eight fields", "Knowledge"),
    ("rd_to_sales", "share", "R&D of firms over their electronics sales", "Knowledge"),
    ("rd_spend_usd_m", "USD m/year", "R&D of firms", "Knowledge"),
    ("rd_top5_share", "share", "R&D of the five largest spenders in all firms' R&D", "Knowledge"),
    ("rd_top10_share", "share", "R&D of the ten largest spenders in all firms' R&D", "Knowledge"),
    ("rd_top20_share", "share", "R&D of the twenty largest spenders in all firms' R&D", "Knowledge"),
    ("public_rd_share", "share", "Public R&D in all R&D", "Knowledge"),
    ("patents", "1/quarter", "Patents of firms", "Knowledge"),
    ("patents_per_rd", "1/USD m", "Patents over R&D", "Knowledge"),
    ("royalty_to_sales", "share", "Royalties and licence fees over electronics sales", "Knowledge"),
    ("royalty_to_sales_memory", "share", "Royalties and licence fees on memory over memory sales", "Knowledge"),
    ("response_speed", "0..1", "Speed of response to markets, weighted by sales", "Knowledge"),
    ("import_dependence", "share", "Imported equipment in all equipment bought by firms", "Knowledge"),
    ("memory_learning_rate", "share", "Fall of unit cost per doubling of own memory output, by yields", "Knowledge"),
    ("memory_makers", "firms", "Local firms with memory capacity", "Structure"),
    ("memory_price", "of reference", "World memory price", "World and state"),
    ("wage", "index", "Local wage, in units of the reference wage of the start", "World and state"),
    ("capture", "0..1", "Capture of the state by the largest firms", "World and state"),
    ("guarantee", "0..1", "Guarantee of the largest firms", "World and state"),
    ("enforcement", "0..1", "Enforcement of export tests", "World and state"),
    ("audit_residual", "relative", "Largest residual of the quarter's audit", "World and state"),
]  # fmt: skip
WINDOW = 20  # quarters over which investment and growth are compared
HIGHEST_ICOR = 50.0  # reported when value added did not grow
NAMES = tuple(row[0] for row in INDICATORS)
ROW = record([(name, "f8") for name in NAMES])


@rule
def over(part, whole):
    """Return a ratio, 0 where there is nothing to divide by."""
    return part / whole if whole > 1e-12 else 0.0


@rule
def electronics_sales(f, exchange_rate):
    """Return electronics sales of the quarter [LCU m]."""
    return quarter_exports(f) * exchange_rate + f.sold_home


@rule
def measure_trade(w, row):
    """Write what is sold, where, and by whom."""
    e = w.economy[0]
    oem, brand, memory, niche, home, unrelated = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        oem += f.sold_oem
        brand += f.sold_brand
        memory += f.sold_memory
        niche += f.sold_niche
        home += f.sold_home
        unrelated += f.sold_unrelated
    exports = oem + brand + memory + niche
    sales = exports + (home + unrelated) / e.exchange_rate
    row.exports_usd_m = 4.0 * exports
    row.sales_usd_m = 4.0 * sales
    row.memory_world_share = over(memory, e.world_memory_sales)
    row.memory_share_of_semiconductors = over(memory, memory + 0.35 * niche)
    row.mass_share = over(memory, exports)
    row.niche_share = over(niche, exports)
    row.oem_share = over(oem, oem + brand)
    row.emerging_market_share = math.nan
    row.foreign_affiliate_export_share = math.nan
    row.unrelated_share = over(unrelated / e.exchange_rate, sales)


@rule
def total_of(values):
    """Return the sum of some values, added in order (NumPy adds pairwise: other bits when not compiled)."""
    total = 0.0
    for k in range(values.size):
        total += values[k]
    return total


@rule
def ranked(values, count):
    """Return the sum of the `count` largest of some values."""
    ordered = np.sort(values)
    total = 0.0
    for k in range(min(count, ordered.size)):
        total += ordered[ordered.size - 1 - k]
    return total


@rule
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


@rule
def measure_structure(w, row):
    """Write concentration, numbers of firms, entry and exit."""
    e, p = w.economy[0], w.parameters[0]
    n = e.firms_opened
    electronics = np.zeros(n)
    sales = np.zeros(n)
    small_exports, exports, alive, groups, makers = 0.0, 0.0, 0.0, 0.0, 0.0
    limit = max(p.small_sales, p.small_share * e.total_sales)
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
        groups += 1.0 if f.capacity[UNRELATED] > 0.0 and f.sales > p.large_sales_share * e.total_sales else 0.0
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


@rule
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
    row.memory_learning_rate = over(learnt, memory)


@rule
def measure_state(w, row):
    """Write prices, wages, and what is left of the state's autonomy."""
    e = w.economy[0]
    row.memory_price = e.memory_price
    row.wage = e.wage
    row.capture = e.capture
    row.guarantee = e.guarantee
    row.enforcement = e.enforcement
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
