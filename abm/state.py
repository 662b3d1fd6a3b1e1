"""THE DATA DICTIONARY: every column's name, type, unit and meaning.

The record types of firms, incumbents, clients and the economy are made from these tables, and so are
the column documentation and the tests. Capacity [USD m/year] is annual sales at the reference price;
LCU m = millions of local currency. "smoothed" = exponentially weighted.
"""

from collections import namedtuple

import numpy as np

from abm.compiled import record

# Activities of a firm: the index of every four-element column.
ASSEMBLY, MEMORY, NICHE, UNRELATED = range(4)
ACTIVITIES = ("assembly", "memory", "niche", "unrelated")
# Fields of knowledge: two of process (mass production), six of design.
FIELDS, PROCESS_FIELDS = 8, 2
BUILD = 6  # quarters from order to memory capacity: length of the pipeline
CLIENTS = 12  # foreign OEM clients
# Loan instruments: the index of the column `loans`; foreign loans are in USD, the rest in LCU.
DIRECTED, MARKET, CURB, FOREIGN = range(4)
INSTRUMENTS = ("directed loans", "market loans", "curb loans", "foreign loans")
# Why a firm closed.
ALIVE, BANKRUPT, VOLUNTARY = range(3)

# name, type, unit, meaning
FIRM_FIELDS = [
    ("alive", "b1", "-", "whether the firm exists"),
    ("fate", "i8", "code", "0 alive, 1 bankrupt, 2 closed voluntarily"),
    ("born", "i8", "quarter", "quarter of entry"),
    ("died", "i8", "quarter", "quarter of exit, -1 if alive"),
    ("field", "i8", "index", "design field of its niche products (2..7)"),
    ("deposits", "f8", "LCU m", "bank deposits"),
    ("loans", ("f8", (4,)), "LCU m; foreign USD m", "debt: directed, market, curb, foreign"),
    ("land", "f8", "units", "real estate"),
    ("book_capital", "f8", "LCU m", "plant and equipment at book value"),
    ("capacity", ("f8", (4,)), "USD m/year", "capacity by activity"),
    ("pipeline", ("f8", (BUILD,)), "USD m/year", "memory capacity ordered, by quarter of arrival modulo six"),
    ("generation", "i8", "index", "memory generation in production"),
    ("venture", "f8", "share", "part of the memory business that a foreign partner owns"),
    ("foundry", "f8", "share", "part of memory lines that work as a foundry for others' designs"),
    ("integration", "f8", "0..1", "components made in house"),
    ("experience", "f8", "USD m", "effective cumulative memory output (halved at a generation step)"),
    ("cumulative_memory", "f8", "USD m", "memory output since entry"),
    ("production_capability", "f8", "0..1", "production and investment capability"),
    ("design_capability", "f8", "0..1", "design capability"),
    ("knowledge", ("f8", (FIELDS,)), "knowledge", "knowledge by field"),
    ("coverage", ("f8", (FIELDS,)), "0..1", "how far its own knowledge covers each field's products"),
    ("quality", "f8", "index", "quality of the current niche product"),
    ("brand", "f8", "index", "own-brand stock"),
    ("returns", ("f8", (4,)), "1/year", "smoothed return on capital by activity"),
    ("utilisation", "f8", "share", "use of assembly capacity last quarter"),
    ("sold_out", "f8", "share", "demand for niche products over capacity last quarter"),
    ("unfilled", "f8", "share", "unfilled assembly demand over capacity last quarter"),
    ("sales", "f8", "LCU m/year", "smoothed sales"),
    ("exports", "f8", "USD m/year", "smoothed exports"),
    ("exports_slow", "f8", "USD m/year", "slowly smoothed exports, the base of the performance test"),
    ("earnings", "f8", "1/year", "smoothed operating profit after depreciation over book capital"),
    ("cover", "f8", "ratio", "smoothed interest cover"),
    ("distress", "f8", "quarters", "quarters of unpaid bills"),
    ("cost_shock", "f8", "log", "own cost shock"),
    ("directed_prospect", "f8", "share", "smoothed part of credit needs met by directed credit"),
    ("saving_for_memory", "b1", "-", "has decided for memory and saves for the first plant"),
    ("big", "f8", "0..1", "closeness to too-big-to-fail"),
    ("guarantee", "f8", "0..1", "guarantee that the firm and its lenders see"),
    ("openness", "f8", "0..1", "openness of its R&D to networks"),
    ("breadth", "f8", "0..1", "breadth of its design knowledge"),
    ("speed", "f8", "0..1", "speed of response"),
    ("leverage", "f8", "ratio", "debt over equity, at most 20"),
    ("memory_cost", "f8", "USD/unit", "unit variable cost of memory"),
    ("memory_cost_expected", "f8", "USD/unit", "that cost once some years of output have been learnt from"),
    ("assembly_cost", "f8", "of sales", "unit variable cost of assembly"),
    ("oem_price", "f8", "of world price", "price offered to OEM clients"),
    ("score", ("f8", (4,)), "1/year", "expected return less cost of funds and risk, by activity"),
    ("plan", ("f8", (4,)), "LCU m", "investment wanted this quarter, by activity"),
    ("upkeep", ("f8", (4,)), "LCU m", "the part of it that replaces decayed capacity"),
    ("need", "f8", "LCU m", "credit wanted this quarter"),
    ("granted", ("f8", (4,)), "LCU m", "credit granted this quarter, by instrument"),
    ("asked", "f8", "LCU m", "credit asked for this quarter"),
    ("invested", ("f8", (4,)), "LCU m", "investment made this quarter, by activity"),
    ("profit", ("f8", (4,)), "LCU m/quarter", "direct profit by activity, before R&D, interest and tax"),
    ("orders", ("f8", (CLIENTS,)), "USD m/year", "order book by OEM client"),
    ("sold_oem", "f8", "USD m/quarter", "OEM exports"),
    ("sold_brand", "f8", "USD m/quarter", "own-brand exports"),
    ("sold_emerging", "f8", "USD m/quarter", "the part of them to emerging markets"),
    ("sold_home", "f8", "LCU m/quarter", "home sales of electronics"),
    ("sold_memory", "f8", "USD m/quarter", "memory exports"),
    ("memory_output", "f8", "USD m/quarter", "memory output at the reference price"),
    ("sold_foundry", "f8", "USD m/quarter", "foundry exports"),
    ("sold_niche", "f8", "USD m/quarter", "niche exports"),
    ("sold_unrelated", "f8", "LCU m/quarter", "unrelated sales"),
    ("royalties", "f8", "LCU m/quarter", "royalties and licence fees paid"),
    ("marketing", "f8", "LCU m/quarter", "marketing spending"),
    ("royalties_memory", "f8", "LCU m/quarter", "the part of them on memory"),
    ("design_share", "f8", "share", "part of R&D that goes to design"),
    ("spread", "f8", "share", "part of design research that is spread over all design fields"),
    ("engineers", "f8", "persons", "engineers employed"),
    ("engineers_wanted", "f8", "persons", "engineers the R&D budget would pay for"),
    ("rd", "f8", "LCU m/quarter", "R&D spending"),
    ("patents", "f8", "1/quarter", "patents"),
    ("interest", "f8", "LCU m/quarter", "interest due"),
    ("operating_profit", "f8", "LCU m/quarter", "profit before interest and tax"),
    ("value_added", "f8", "LCU m/quarter", "sales less bought inputs"),
    ("received", "f8", "LCU m", "all receipts of the quarter other than credit (the firm's own books)"),
    ("paid", "f8", "LCU m", "all payments of the quarter other than credit (the firm's own books)"),
    ("opening_worth", "f8", "LCU m", "financial net worth at the start of the quarter"),
    ("revalued", "f8", "LCU m", "revaluation of foreign debt this quarter"),
]

INCUMBENT_FIELDS = [
    ("yen", "b1", "-", "whether costs move with the yen"),
    ("capacity", "f8", "USD m/year", "memory capacity"),
    ("pipeline", ("f8", (BUILD,)), "USD m/year", "capacity ordered, by quarter of arrival modulo six"),
    ("margin", "f8", "1/year", "smoothed return on capital"),
    ("cost", "f8", "USD/unit", "unit variable cost"),
    ("output", "f8", "USD m/quarter", "output at the reference price"),
]

CLIENT_FIELDS = [
    ("weight", "f8", "share", "share of world OEM demand"),
    ("volume", "f8", "USD m/year", "demand to place this quarter"),
    ("placed", "f8", "USD m/year", "orders placed with local firms"),
    ("reviewed", "i8", "quarter", "last review of suppliers"),
]

ECONOMY_FIELDS = [
    ("seed", "u8", "-", "seed of the run"),
    ("quarter", "i8", "index", "quarter of the run, 0 = first"),
    ("firms_opened", "i8", "rows", "rows ever opened; the next entrant takes this row"),
    ("cycle", "f8", "log", "silicon cycle"),
    ("cycle_before", "f8", "log", "silicon cycle a quarter ago"),
    ("consumer", "f8", "log", "shock to consumer demand"),
    ("demand_assembly", "f8", "USD m/year", "world demand for assembled goods"),
    ("demand_memory", "f8", "USD m/year", "world memory demand at the reference price"),
    ("trend_memory", "f8", "USD m/year", "its trend"),
    ("demand_niche", "f8", "USD m/year", "world niche demand"),
    ("affiliate_capacity", "f8", "USD m/year", "capacity of foreign firms' affiliates"),
    ("affiliate_exports", "f8", "USD m/quarter", "exports of foreign firms' affiliates"),
    ("memory_price", "f8", "of reference", "memory price"),
    ("memory_price_expected", "f8", "of reference", "expected memory price"),
    ("world_memory_capacity", "f8", "USD m/year", "capacity of all memory makers"),
    ("yen_memory_share", "f8", "share", "yen makers in that capacity"),
    ("world_memory_sales", "f8", "USD m/quarter", "sales of all memory makers"),
    ("reference_wage", "f8", "index", "world reference wage, 1 at the start"),
    ("wage", "f8", "index", "local wage"),
    ("exchange_rate", "f8", "LCU/USD", "exchange rate"),
    ("household_deposits", "f8", "LCU m", "deposits of households"),
    ("household_land", "f8", "units", "land of households"),
    ("household_income", "f8", "LCU m", "income of the quarter"),
    ("disposable_income", "f8", "LCU m/year", "smoothed disposable income"),
    ("income_first", "f8", "LCU m/year", "disposable income at the start"),
    ("bank_capital", "f8", "LCU m", "capital of the bank"),
    ("government_debt", "f8", "LCU m", "claims of the bank on the state"),
    ("reserves", "f8", "USD m", "foreign reserves"),
    ("foreign_debt", "f8", "USD m", "long-term foreign debt of the state; negative: foreign assets"),
    ("lock_in", "f8", "share", "component supply inside the closed networks of groups"),
    ("supplier_base", "f8", "0..1", "capable independent suppliers in the country"),
    ("material_cost", "f8", "of the world price", "materials and components in assembly, at today's exchange rate"),
    ("imported_materials", "f8", "share", "imported part of what materials cost"),
    ("imported_equipment", "f8", "share", "imported part of equipment at the starting exchange rate"),
    ("window_leak", "f8", "share", "part of the small-firm window that reaches affiliates of groups"),
    ("tax", "f8", "LCU m", "tax of the quarter"),
    ("tax_smoothed", "f8", "LCU m/quarter", "smoothed tax"),
    ("imports", "f8", "LCU m", "imports of the quarter"),
    ("imports_smoothed", "f8", "LCU m/year", "smoothed imports"),
    ("total_sales", "f8", "LCU m/year", "sum of smoothed sales"),
    ("total_exports", "f8", "USD m/year", "sum of smoothed exports"),
    ("export_advance", "f8", "ratio", "smoothed exports of the sector over slowly smoothed ones, less one"),
    ("npl_ratio", "f8", "share", "loans of firms that do not cover their interest, in all loans"),
    ("export_growth", "f8", "1/year", "smoothed growth of exports"),
    ("top5_share", "f8", "share", "share of the five largest in local sales"),
    ("land_price", "f8", "LCU m/unit", "land price"),
    ("land_growth_expected", "f8", "1/quarter", "expected growth of the land price"),
    ("credit_before", "f8", "LCU m", "bank credit a year ago, smoothed"),
    ("capture", "f8", "0..1", "capture of the state"),
    ("enforcement", "f8", "0..1", "enforcement of performance tests"),
    ("guarantee", "f8", "0..1", "guarantee at full size that a rescue meets today"),
    ("guarantee_expected", "f8", "0..1", "the same as expected over the horizon of loans and plants"),
    ("drift_direction", "f8", "log odds", "what an endogenous state has made of policy.directed_share"),
    ("drift_concentration", "f8", "log odds", "what it has made of policy.concentration"),
    ("drift_guarantee", "f8", "log odds", "what it has made of policy.guarantee"),
    ("export_lead", "f8", "ratio", "exports of large firms over their slow mean, less the same of small firms"),
    ("at_stake", "f8", "share", "sales of firms that cannot pay their bills in all sales"),
    ("openness", "f8", "0..1", "openness of the capital account"),
    ("short_term_share", "f8", "share", "short-term share of new foreign loans"),
    ("foreign_loans", "f8", "USD m", "foreign loans of firms"),
    ("short_term_debt", "f8", "USD m", "short-term foreign debt"),
    ("rescue_cost", "f8", "LCU m", "cumulative cost of rescues to the state"),
    ("confidence", "f8", "0..1", "confidence of foreign lenders"),
    ("run", "b1", "-", "whether foreign lenders run"),
    ("run_quarters", "i8", "quarters", "quarters of the present run"),
    ("hike_quarters", "i8", "quarters", "quarters for which rates stay raised"),
    ("refusal", "f8", "index", "signal of refused rescues to foreign lenders"),
    ("niche_return_mean", "f8", "1/year", "mean niche return"),
    ("public_knowledge", ("f8", (FIELDS,)), "knowledge", "public knowledge by field"),
    ("shared_knowledge", ("f8", (FIELDS,)), "knowledge", "knowledge that open firms share, by field"),
    ("public_rd", "f8", "LCU m/quarter", "public R&D"),
    ("public_engineers", "f8", "persons", "engineers in public laboratories"),
    ("entries", "i8", "firms", "entries of the quarter"),
    ("bankruptcies", "i8", "firms", "bankruptcies of the quarter"),
    ("closures", "i8", "firms", "voluntary closures of the quarter"),
    ("large_bankruptcies", "i8", "firms", "bankruptcies of large groups in the quarter"),
    ("rescues", "i8", "firms", "rescues of the quarter"),
    ("rescued", "f8", "LCU m", "cost of the rescues of the quarter"),
    ("directed_lent", "f8", "LCU m", "directed credit of the quarter"),
    ("bank_lent", "f8", "LCU m", "all bank credit of the quarter"),
    ("revaluation", ("f8", (5,)), "LCU m", "revaluation of the quarter by sector"),
    ("opening_worth", ("f8", (5,)), "LCU m", "financial net worth at the start of the quarter by sector"),
    ("opening_stock", ("f8", (4,)), "LCU m; USD m", "loans at the start of the quarter by instrument"),
    ("logged", "i8", "rows", "events logged so far"),
    ("opening_rate", "f8", "LCU/USD", "exchange rate at the start of the quarter"),
    ("residual", "f8", "relative", "largest audit residual of the quarter"),
    ("residual_where", "i8", "code", "sector (0..4), instrument (10..13), bank capital (20) or firm (100+row) of it"),
]


def dtype_of(fields: list[tuple]) -> np.dtype:
    """Return the record type of a table of the dictionary."""
    return record([(name, *(kind if isinstance(kind, tuple) else (kind,))) for name, kind, _, _ in fields])


FIRM = dtype_of(FIRM_FIELDS)
INCUMBENT = dtype_of(INCUMBENT_FIELDS)
CLIENT = dtype_of(CLIENT_FIELDS)
ECONOMY = dtype_of(ECONOMY_FIELDS)

# All a step may read or write. Economy and parameters are one-element record arrays (cheap to dispatch);
# history and policy have a row a quarter; flows[flow, payer sector, payee sector] is the quarter's matrix;
# log keeps events as (quarter, kind, firm, amount).
World = namedtuple("World", "firms incumbents clients economy parameters history policy flows log")
