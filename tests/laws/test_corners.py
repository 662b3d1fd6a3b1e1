"""Extreme policies: every lever at both ends, in all combinations, and from one corner to the opposite in mid-run."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import abm
from abm.driver import TOLERANCE
from abm.policy.instruments import instruments
from abm.scenario import declarations, load_scenario

ROOMS = list(instruments())
FREE = ROOMS[:8]  # 256 corners; the other rooms follow the parity of these, so that both their ends come up


def ends(room, high):
    """Return the keys of a room at the upper or lower end of their ranges; dates at either end of the run."""
    policy = declarations()["policy"]
    values = {}
    for key in instruments()[room].keys:
        bounds = policy[key].get("range") or ("1971Q1", "2006Q4")
        values[f"policy.{key}"] = bounds[high]
    return values


def corner(choice):
    """Return the settings of a corner; choice: 0 or 1 for each free room."""
    settings = {}
    for room in ROOMS:
        settings |= ends(room, choice[FREE.index(room)] if room in FREE else sum(choice) % 2)
    return settings


def final(choice):
    """Return records of a run that starts in a corner, and is reformed into the opposite one in 1989."""
    opposite = corner([1 - end for end in choice])
    responsive = {"politics.responsiveness": 4.0 * (sum(choice[:4]) % 2)}
    scenario = load_scenario("base", corner(choice) | responsive).reformed("1989Q1", opposite)
    return abm.simulate(scenario, seed=int("".join(map(str, choice)), 2))


@pytest.mark.parametrize("half", [0, 1])
def test_no_corner_crashes_or_breaks_the_books(half):
    choices = [(half, *rest) for rest in itertools.product((0, 1), repeat=7)]
    with ThreadPoolExecutor(2) as pool:
        for choice, records in zip(choices, pool.map(final, choices), strict=True):
            table = records.indicators
            assert len(table) == 144 and table["audit_residual"].max() <= TOLERANCE, choice
            values = table.drop(columns="memory_learning_rate").to_numpy()
            assert np.isfinite(values).all(), choice
            assert table["firm_count"].min() >= 0 and table["exports_usd_m"].min() >= 0, choice
