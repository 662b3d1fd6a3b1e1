"""The timetable of policy: what is in force in each quarter, and what firms and lenders count on for the time ahead.

A reform that nobody has announced is a surprise. An announced one works before it takes force: who lends, borrows or
builds now, for years, reckons with the guarantee and the subsidy that he expects to meet on the way.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from abm.quarters import quarter_number
from abm.reforms import Reform
from abm.scenario import Scenario
from abm.world import AHEAD, POLICY, POLICY_NAMES


def policy_table(scenario: Scenario) -> np.ndarray:
    """Return the policy in force, a row a quarter [POLICY].

    `opening` runs from 0 to 1 as the capital account opens; `protection` and `incentive` are what liberalisation has
    left of protection and export incentive by then; `reform` and `announcement` count the reforms that begin, or are
    announced, in the quarter; what ends in `_ahead` is the mean that is expected for the next firms.policy_horizon
    quarters by who knows the reforms announced so far.
    """
    horizon = scenario.firms.policy_horizon
    quarters = scenario.start + np.arange(scenario.run.quarters + horizon)
    reforms = scenario.dated_reforms
    table = _in_force(scenario, reforms, quarters)
    for reform in reforms:
        table["reform"] += quarters == quarter_number(reform.since)
        table["announcement"] += quarters == quarter_number(reform.known)
    _look_ahead(table, scenario, reforms, quarters)
    return table[: scenario.run.quarters].copy()


def _in_force(scenario: Scenario, reforms: list[Reform], quarters: np.ndarray) -> np.ndarray:
    """Return the policy of some quarters when some reforms are carried out."""
    block = scenario.policy.model_dump()
    table = _rows(scenario, block, quarters)
    for reform in reforms:
        block = block | reform.policy.values()
        reached = _ramp(quarters, reform.since, reform.over)
        table = _blended(table, _rows(scenario, block, quarters), reached)
    return table


def _rows(scenario: Scenario, block: dict, quarters: np.ndarray) -> np.ndarray:
    """Return the rows of one policy block, never reformed."""
    table = np.zeros(len(quarters), POLICY)
    for name in POLICY_NAMES:
        table[name] = block[name]
    table["design_share_floor"][quarters < quarter_number(block["design_floor_starts"])] = 0.0
    table["opening"] = _ramp(quarters, block["opening_starts"], block["opening_years"])
    freed = _ramp(quarters, block["liberalisation_starts"], block["liberalisation_years"])
    if scenario.mechanisms.home_protection:
        table["protection"] = block["protection_before"] * (1.0 - freed) + block["protection_after"] * freed
        table["incentive"] = block["export_incentive"] * (1.0 - freed)
    return table


def _blended(before: np.ndarray, after: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """Return rows on the way from one policy to another; what has not begun, or is over, is untouched to the bit."""
    table = np.where(reached > 0.0, after, before)
    inside = (reached > 0.0) & (reached < 1.0)
    for name in POLICY.names if inside.any() else ():
        part = reached[inside]
        table[name][inside] = (1.0 - part) * before[name][inside] + part * after[name][inside]
    return table.astype(POLICY)


def _look_ahead(table: np.ndarray, scenario: Scenario, reforms: list[Reform], quarters: np.ndarray) -> None:
    """Fill the expected columns: the mean over the horizon of the policy as known in each quarter."""
    known = np.array([quarters >= quarter_number(reform.known) for reform in reforms]).T if reforms else []
    for name in AHEAD:
        table[f"{name}_ahead"] = table[name]
    for heard in np.unique(known, axis=0) if reforms else ():
        chosen = [reform for reform, yes in zip(reforms, heard, strict=True) if yes]
        plan = _in_force(scenario, chosen, quarters)
        now = np.flatnonzero((known == heard).all(axis=1)[: scenario.run.quarters])
        for name in AHEAD:
            path = sliding_window_view(plan[name], scenario.firms.policy_horizon)[now]
            table[f"{name}_ahead"][now] = path[:, 0] + (path - path[:, :1]).mean(axis=1)


def _ramp(quarters: np.ndarray, starts: str, years: float) -> np.ndarray:
    """Return 0 before a date, rising to 1 over some years; 1 from the date on if they are none."""
    since = quarters - quarter_number(starts)
    return np.clip(since / (4.0 * years), 0.0, 1.0) if years > 0.0 else (since >= 0).astype(float)
