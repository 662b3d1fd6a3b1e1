"""From a frozen scenario to the arrays the rules read: parameters, dated history, dated policy."""

import math

import numpy as np

from abm.compiled import record
from abm.history import Step, Window
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
AHEAD = ("guarantee", "subsidy")  # what firms and lenders look ahead to: `<name>_ahead` is what they expect on average
COUNTS = ("reform", "announcement")  # reforms that take force, or become known, in the quarter
POLICY = record([(name, "f8") for name in POLICY_NAMES + DATED + tuple(f"{name}_ahead" for name in AHEAD) + COUNTS])


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


def history_table(scenario: Scenario) -> np.ndarray:
    """Return the world's dated history, a row a quarter of the run."""
    history, on = scenario.history, scenario.mechanisms
    table = np.zeros(scenario.run.quarters, HISTORY)
    quarters = scenario.start + np.arange(len(table))
    table["frontier"] = np.maximum(0, (quarters - quarter_number(history.frontier.first)) // history.frontier.every)
    for name in ("assembly", "memory", "niche"):
        growth = _in_force(history.trend_growth, quarters, name) / 4.0
        growth[0] = 0.0
        table[f"trend_{name}"] = np.cumsum(growth)
    table["pulse"] = _covering(history.demand_pulses, quarters, "memory")
    table["yen"] = _in_force(history.yen, quarters, "index") if history.yen and on.yen_shock else 1.0
    table["floor_expansion"] = 1.0
    for floor in history.price_floors if on.price_floor else []:
        inside = _inside(floor, quarters)
        table["floor"][inside], table["floor_expansion"][inside] = floor.price, floor.expansion
    if history.rival_sites and on.relocation:
        table["rival_openness"] = np.maximum(0.0, _years_since(history.rival_sites, quarters))
    if history.emerging_markets and on.emerging_markets:
        grown = np.clip(_years_since(history.emerging_markets, quarters), 0.0, 1.0)
        slump = [math.exp(depth) for depth in _covering(history.emerging_slumps, quarters, "depth")]
        table["emerging"] = history.emerging_markets.size * grown * slump
    if on.contagion:
        table["contagion"] = _covering(history.contagion, quarters, "pressure")
    return table


def _inside(window: Window, quarters: np.ndarray) -> np.ndarray:
    """Return whether each quarter lies in a window."""
    return (quarters >= quarter_number(window.first)) & (quarters <= quarter_number(window.last))


def _covering(windows: list, quarters: np.ndarray, field: str) -> np.ndarray:
    """Return the sum of a field over the windows that cover each quarter."""
    return sum((getattr(window, field) * _inside(window, quarters) for window in windows), np.zeros(len(quarters)))


def _years_since(opening: Step, quarters: np.ndarray) -> np.ndarray:
    """Return the time since a date, in units of its `years`."""
    return (quarters - quarter_number(opening.since)) / (4.0 * opening.years)


def _in_force(steps: list, quarters: np.ndarray, field: str) -> np.ndarray:
    """Return a field of the last dated step at or before each quarter (of the first, if all lie ahead)."""
    ordered = sorted(steps, key=lambda step: quarter_number(step.since))
    starts = [quarter_number(step.since) for step in ordered]
    place = np.maximum(np.searchsorted(starts, quarters, side="right") - 1, 0)
    early = quarters < starts[0]
    return np.where(early, getattr(steps[0], field), np.array([getattr(step, field) for step in ordered])[place])
