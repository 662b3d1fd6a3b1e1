"""The Firm page's numbers: who lived when, one firm's life, its books, and the terms it faced."""

import numpy as np
import pandas as pd

from abm.behaviour.strategy import cost_of_funds, default_spread, loan_rate, risk_charge
from abm.measurement.records import Records
from abm.scenario import Scenario
from abm.state import ACTIVITIES, BANKRUPT, FOREIGN, INSTRUMENTS, MEMORY, VOLUNTARY
from abm.world import parameter_record
from dashboards.tables.play import KINDS, kind_codes

FATES = {BANKRUPT: "bankrupt", VOLUNTARY: "closed"}
EXPORTS = ("sold_oem", "sold_brand", "sold_memory", "sold_foundry", "sold_niche")


def panel(records: Records, firm: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the quarters [index] in which a firm's row is open, its closing quarter included, and its rows."""
    found = [
        (quarter, rows[firm])
        for quarter, rows in enumerate(records.panel)
        if firm < len(rows) and (rows["alive"][firm] or rows["died"][firm] == quarter)
    ]
    if not found:
        return np.zeros(0, int), np.zeros(0, records.panel[-1].dtype)
    return np.array([quarter for quarter, _ in found]), np.array([row for _, row in found], records.panel[-1].dtype)


def census(records: Records, scenario: Scenario) -> list[dict]:
    """Return every firm that ever lived, the largest first: number, kind at its peak, birth, end, sales, rescues."""
    rates = records.tape.rows["exchange_rate"]
    count = len(records.panel[-1])
    peak, when, kind = np.zeros(count), np.zeros(count, int), np.full(count, 2)
    for quarter, (rows, rate) in enumerate(zip(records.panel, rates, strict=True)):
        sales = np.where(rows["alive"], rows["sales"] / rate, 0.0)
        codes = kind_codes(rows, scenario)
        higher = sales > peak[: len(rows)]
        peak[: len(rows)] = np.where(higher, sales, peak[: len(rows)])
        when[: len(rows)] = np.where(higher, quarter, when[: len(rows)])
        kind[: len(rows)] = np.where(higher, codes, kind[: len(rows)])
    last, quarters = records.panel[-1], [str(q) for q in records.quarters]
    rescues = records.events[records.events["kind"] == "rescue"].groupby("firm").size()
    order = np.argsort(-peak, kind="stable")
    return [
        {
            "firm": int(i),
            "id": str(i),
            "kind": KINDS[kind[i]],
            "born": quarters[max(int(last["born"][i]), 0)],
            "end": "" if last["alive"][i] else quarters[int(last["died"][i])],
            "fate": "alive" if last["alive"][i] else FATES.get(int(last["fate"][i]), ""),
            "peak": round(float(peak[i]), 1),
            "when": quarters[when[i]],
            "rescues": int(rescues.get(i, 0)),
        }
        for i in order
    ]


def life(records: Records, scenario: Scenario, firm: int) -> list[tuple[str, str]]:
    """Return the events of a firm's life in order: quarter and what happened."""
    quarters, rows = panel(records, firm)
    if not len(quarters):
        return []
    names = [str(q) for q in records.quarters]
    found = [(int(quarters[0]), "alive at the start" if quarters[0] == 0 else "enters")]
    starts = {period: k for k, period in enumerate(records.quarters)}
    mine = records.events[(records.events["firm"] == firm) & (records.events["kind"] != "entry")]
    found += [(starts[row.quarter], _of_itself(row.text)) for row in mine.itertuples()]
    firsts = {
        "first export": sum(rows[column] for column in EXPORTS) > 0,
        "first memory line at work": rows["capacity"][:, MEMORY] > 0,
        "first niche product sold": rows["sold_niche"] > 0,
        "becomes a group with unrelated business": _group_path(records, scenario, firm, quarters),
    }
    found += [(int(quarters[np.argmax(path)]), text) for text, path in firsts.items() if path.any()]
    return [(names[quarter], text) for quarter, text in sorted(found, key=lambda pair: pair[0])]


def _of_itself(text: str) -> str:
    """Return the log's sentence as the firm's own: "a firm fails" becomes "fails"."""
    return text.removeprefix("a firm ").replace("a failing firm's debt", "its debt").replace("a firm with", "it, with")


def _group_path(records: Records, scenario: Scenario, firm: int, quarters: np.ndarray) -> np.ndarray:
    return np.array([kind_codes(records.panel[q], scenario)[firm] == 0 for q in quarters])


def history(records: Records, firm: int) -> pd.DataFrame:
    """Return a firm's books and business by quarter: assets, debts, equity [LCU m], sales [USD m a quarter], ratios."""
    quarters, rows = panel(records, firm)
    macro = records.tape.rows[quarters]
    rate, land = macro["exchange_rate"], macro["land_price"]
    table = pd.DataFrame({"quarter": [str(records.quarters[q]) for q in quarters]})
    table["plant"], table["land"], table["deposits"] = rows["book_capital"], rows["land"] * land, rows["deposits"]
    table["alive"] = rows["alive"]
    for k, name in enumerate(INSTRUMENTS):
        table[name] = rows["loans"][:, k] * (rate if k == FOREIGN else 1.0)
    table["equity"] = table[["plant", "land", "deposits"]].sum(axis=1) - table[list(INSTRUMENTS)].sum(axis=1)
    table["OEM"], table["own brand"], table["home"] = rows["sold_oem"], rows["sold_brand"], rows["sold_home"] / rate
    table["memory"], table["foundry"] = rows["sold_memory"], rows["sold_foundry"]
    table["niche"], table["unrelated"] = rows["sold_niche"], rows["sold_unrelated"] / rate
    table["leverage"], table["memory price"] = rows["leverage"], macro["memory_price"]
    table["production"], table["design"] = rows["production_capability"], rows["design_capability"]
    table["asked"], table["granted"] = rows["asked"], rows["granted"].sum(axis=1)
    table["invested"] = rows["invested"].sum(axis=1)
    return table


def terms(records: Records, scenario: Scenario, firm: int, quarter: str) -> dict | None:
    """Return the terms a firm faced in a quarter, None if it did not live: options, cost of funds, credit.

    The cost of funds is worked out by the model's own rules from the firm's row; a rise of rates after a run, which the
    records do not hold, comes on top of it.
    """
    names = [str(q) for q in records.quarters]
    quarters, rows = panel(records, firm)
    places = [k for k, q in enumerate(quarters) if names[q] == quarter]
    if not places:
        return None
    f, p = rows[places[0] : places[0] + 1].view(np.recarray)[0], parameter_record(scenario)[0]
    options = [
        {
            "option": name,
            "earned": float(f.returns[k]),
            "expected": float(f.score[k]),
            "wanted": float(f.plan[k]),
            "invested": float(f.invested[k]),
            "capacity": float(f.capacity[k]),
        }
        for k, name in enumerate(ACTIVITIES)
    ]
    spread = float(default_spread(f.leverage, f.guarantee, p))
    funds = {
        "rate": float(loan_rate(f.big, 0.0, p)),
        "spread": spread,
        "cost": float(cost_of_funds(f, 0.0, scenario.policy.subsidy, p)),
        "risk": float(risk_charge(f, p)),
        "prospect": float(f.directed_prospect),
        "guarantee": float(f.guarantee),
        "leverage": float(f.leverage),
        "cover": float(f.cover),
    }
    credit = {"need": float(f.need), "asked": float(f.asked)}
    credit |= {name: float(f.granted[k]) for k, name in enumerate(INSTRUMENTS)}
    return {"options": options, "funds": funds, "credit": credit}
