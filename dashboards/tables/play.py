"""The Play page's numbers: every firm in every quarter, what happened to it, and whom it owes and serves."""

import numpy as np

from abm.declarations import declarations
from abm.events import BANKRUPTCY, CLOSURE, ENTRY, RESCUE
from abm.measurement.records import Records
from abm.scenario import Scenario
from abm.state import CLIENTS, FOREIGN, INSTRUMENTS, UNRELATED

KINDS = ("group", "large", "small")  # a group with unrelated business; large, but none; small
MARKS = {ENTRY: "birth", BANKRUPTCY: "bankruptcy", CLOSURE: "closure", RESCUE: "rescue"}
LARGEST = 24  # firms that the network shows by name; the others are one node


def kind_codes(rows: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Return the kind of every firm [index of KINDS], by the same limits as the model's own classes."""
    total = rows["sales"][rows["alive"]].sum()
    small = rows["sales"] < max(scenario.firms.small_sales, scenario.firms.small_share * total)
    group = (rows["capacity"][:, UNRELATED] > 0) & (rows["sales"] > scenario.firms.large_sales_share * total)
    return np.where(group, 0, np.where(small, 2, 1))


def product_mix(rows: np.ndarray, rate: float) -> np.ndarray:
    """Return niche less memory in a firm's electronics sales [-1 all memory, 0 assembled goods, 1 all niche]."""
    memory = rows["sold_memory"] + rows["sold_foundry"]
    total = memory + rows["sold_niche"] + rows["sold_oem"] + rows["sold_brand"] + rows["sold_home"] / rate
    return np.where(total > 0, (rows["sold_niche"] - memory) / np.maximum(total, 1e-12), 0.0)


def motion(records: Records, scenario: Scenario) -> dict:
    """Return the industry quarter by quarter, ready for the browser.

    quarters; frames: per quarter the firms alive [i: number, x: mix, y: leverage, s: sales in USD m, k: kind];
    marks: [quarter, mark, firm, amount]; price: the world memory price; run: whether foreign lenders run.
    """
    rates = records.tape.rows["exchange_rate"]
    frames = []
    for rows, rate in zip(records.panel, rates, strict=True):
        alive = np.flatnonzero(rows["alive"])
        here = rows[alive]
        frames.append(
            {
                "i": alive.tolist(),
                "x": np.round(product_mix(here, rate), 3).tolist(),
                "y": np.round(here["leverage"], 2).tolist(),
                "s": np.round(here["sales"] / rate, 1).tolist(),
                "k": kind_codes(here, scenario).tolist(),
            }
        )
    return {
        "quarters": [str(quarter) for quarter in records.quarters],
        "frames": frames,
        "marks": marks(records),
        "price": np.round(records.tape.rows["memory_price"], 3).tolist(),
        "run": records.tape.rows["run_on_currency"].astype(int).tolist(),
    }


def marks(records: Records) -> list[list]:
    """Return births, bankruptcies, closures and rescues: quarter [index], mark, firm, amount [LCU m]."""
    found = [row for row in records.log if int(row[1]) in MARKS]
    return [[int(q), MARKS[int(kind)], int(firm), round(float(amount), 1)] for q, kind, firm, amount in found]


def network(records: Records, every: int = 2) -> dict:
    """Return who lends to whom and who orders from whom, every so many quarters, for the largest firms.

    Per quarter: firms (numbers; -1: all others), sales [USD m a year], loans [USD m] by instrument and firm,
    orders [USD m a year] by client and firm.
    """
    rates = records.tape.rows["exchange_rate"]
    steps = []
    for quarter in range(0, len(records.panel), every):
        rows, rate = records.panel[quarter], float(rates[quarter])
        alive = np.flatnonzero(rows["alive"])
        order = alive[np.argsort(-rows["sales"][alive], kind="stable")]
        top, rest = order[:LARGEST], order[LARGEST:]
        loans = rows["loans"] / rate
        loans[:, FOREIGN] = rows["loans"][:, FOREIGN]
        groups = [*([firm] for firm in top), rest]
        steps.append(
            {
                "q": quarter,
                "firms": [*top.tolist(), -1],
                "sales": [round(float(rows["sales"][g].sum() / rate), 1) for g in groups],
                "loans": [[round(float(loans[g, k].sum()), 1) for g in groups] for k in range(len(INSTRUMENTS))],
                "orders": [[round(float(rows["orders"][g, c].sum()), 1) for g in groups] for c in range(CLIENTS)],
            }
        )
    return {"lenders": [name.removesuffix(" loans") for name in INSTRUMENTS], "steps": steps, "every": every}


def limits() -> str:
    """Return in words how kinds are told apart."""
    firms = declarations()["firms"]
    return (
        f"group: unrelated business and more than {firms['large_sales_share']['value']:.0%} of all sales; "
        f"small: less than {firms['small_share']['value']:.0%} of all sales"
    )
