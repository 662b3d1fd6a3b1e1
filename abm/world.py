"""From a frozen scenario to the arrays the rules read: parameters, dated history, dated policy."""

import math

import numpy as np

from abm.compiled import record
from abm.history import History
from abm.quarters import quarter_number
from abm.scenario import SECTIONS, Scenario, declarations

HISTORY_FIELDS = [
    ("trend_assembly", "f8", "log", "cumulative trend of assembly demand"),
    ("trend_memory", "f8", "log", "cumulative trend of memory demand"),
    ("trend_niche", "f8", "log", "cumulative trend of niche demand"),
    ("pulse", "f8", "log", "dated pulse of memory demand"),
    ("yen", "f8", "index", "dollar cost of yen makers"),
    ("floor", "f8", "of reference", "price floor of memory; 0 = none"),
    ("floor_expansion", "f8", "share", "part of yen makers' expansion that the floor's agreement leaves"),
    ("rival_openness", "f8", "share", "openness of rival low-cost sites"),
    ("emerging", "f8", "of OECD demand", "demand of emerging markets for standard goods"),
    ("contagion", "f8", "vulnerability", "pressure on every currency"),
    ("frontier", "i8", "index", "frontier memory generation"),
]
HISTORY = record([(name, kind) for name, kind, _, _ in HISTORY_FIELDS])

POLICY_NAMES = tuple(
    name for name in declarations()["policy"] if not isinstance(declarations()["policy"][name]["value"], str)
)
DATED = ("opening", "protection", "incentive")  # worked out, quarter by quarter, from dates and lengths
POLICY = record([(name, "f8") for name in POLICY_NAMES + DATED])


def _parameter_fields() -> list[tuple[str, str]]:
    """Return name and type of every parameter outside the policy block (text parameters left out)."""
    kinds = {bool: "b1", int: "f8", float: "f8"}
    return [
        (name, kinds[type(declaration["value"])])
        for section in SECTIONS
        if section != "policy"
        for name, declaration in declarations()[section].items()
        if not isinstance(declaration["value"], str)
    ]


PARAMETERS = record(_parameter_fields())


def parameter_record(scenario: Scenario) -> np.ndarray:
    """Return the one-element record array of all parameters outside the policy block."""
    values = np.zeros(1, PARAMETERS)
    for section in SECTIONS:
        if section == "policy":
            continue
        for name, value in getattr(scenario, section).model_dump().items():
            if name in PARAMETERS.names:
                values[name] = value
    return values


def policy_table(scenario: Scenario) -> np.ndarray:
    """Return the policy block, a row a quarter; `opening` runs from 0 to 1 as the capital account opens.

    `protection` and `incentive` are what liberalisation has left of protection and export incentive by then.
    """
    table = np.zeros(scenario.run.quarters, POLICY)
    block = scenario.policy.model_dump()
    for name in POLICY_NAMES:
        table[name] = block[name]
    quarters = scenario.start + np.arange(len(table))
    table["design_share_floor"][quarters < quarter_number(block["design_floor_starts"])] = 0.0
    table["opening"] = _ramp(quarters, block["opening_starts"], block["opening_years"])
    freed = _ramp(quarters, block["liberalisation_starts"], block["liberalisation_years"])
    if scenario.mechanisms.home_protection:
        table["protection"] = block["protection_before"] * (1.0 - freed) + block["protection_after"] * freed
        table["incentive"] = block["export_incentive"] * (1.0 - freed)
    return table


def _ramp(quarters: np.ndarray, starts: str, years: float) -> np.ndarray:
    """Return 0 before a date, rising to 1 over some years."""
    return np.clip((quarters - quarter_number(starts)) / (4.0 * years), 0.0, 1.0)


def history_table(scenario: Scenario) -> np.ndarray:
    """Return the world's dated history, a row a quarter of the run."""
    history, start = scenario.history, scenario.start
    table = np.zeros(scenario.run.quarters, HISTORY)
    quarters = start + np.arange(len(table))
    first = quarter_number(history.frontier.first)
    table["frontier"] = np.maximum(0, (quarters - first) // history.frontier.every)
    for row, quarter in enumerate(quarters):
        _fill(table, row, int(quarter), history, scenario)
    return table


def _fill(table: np.ndarray, row: int, quarter: int, history: History, scenario: Scenario) -> None:
    """Write one quarter's row of the history."""
    on = scenario.mechanisms
    trend = _in_force(history.trend_growth, quarter)
    for name in ("assembly", "memory", "niche"):
        before = table[f"trend_{name}"][row - 1] if row else 0.0
        table[f"trend_{name}"][row] = before + (getattr(trend, name) / 4.0 if row else 0.0)
    table["pulse"][row] = sum(pulse.memory for pulse in history.demand_pulses if pulse.covers(quarter))
    table["yen"][row] = _in_force(history.yen, quarter).index if history.yen and on.yen_shock else 1.0
    table["floor_expansion"][row] = 1.0
    for floor in history.price_floors if on.price_floor else []:
        if floor.covers(quarter):
            table["floor"][row], table["floor_expansion"][row] = floor.price, floor.expansion
    rivals = history.rival_sites
    if rivals and on.relocation:
        table["rival_openness"][row] = max(0.0, (quarter - quarter_number(rivals.since)) / (4.0 * rivals.years))
    emerging = history.emerging_markets
    if emerging and on.emerging_markets:
        grown = min(1.0, max(0.0, (quarter - quarter_number(emerging.since)) / (4.0 * emerging.years)))
        slump = sum(s.depth for s in history.emerging_slumps if s.covers(quarter))
        table["emerging"][row] = emerging.size * grown * math.exp(slump)
    if on.contagion:
        table["contagion"][row] = sum(c.pressure for c in history.contagion if c.covers(quarter))


def _in_force(steps: list, quarter: int):
    """Return the last dated step at or before a quarter (the first, if all lie ahead)."""
    current = steps[0]
    for step in sorted(steps, key=lambda step: quarter_number(step.since)):
        if quarter_number(step.since) <= quarter:
            current = step
    return current
