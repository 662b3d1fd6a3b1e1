"""The scorecard: statistics worked by hand, verdicts, and facts that are complete."""

import numpy as np
import pandas as pd
import pytest

from abm.measurement.indicators import NAMES
from abm.scenario import load_scenario
from experiments.facts import NEVER, Fact, load_facts, measured
from experiments.tables import Ensemble
from experiments.validate import scorecard, unexplained, verdict

YEARS = 8


def fact(**changes):
    plain = {
        "id": "x", "scenario": "a", "indicator": "wage", "statistic": "value", "window": (1971, 1978), "source": "-",
        "role": "pattern", "accept": (0.0, 1.0),
    }  # fmt: skip
    return Fact(**plain | changes)


def ensemble(**paths):
    """Return an ensemble of one seed whose wage follows a path [quarter] in each scenario."""
    quarters = pd.period_range("1971Q1", periods=4 * YEARS, freq="Q")
    values = {}
    for name, path in paths.items():
        cube = np.zeros((1, 4 * YEARS, len(NAMES)))
        cube[0, :, NAMES.index("wage")] = path
        values[name] = cube
    return Ensemble(dict.fromkeys(paths, load_scenario("base")), [1], quarters, values)


@pytest.mark.parametrize(
    ("statistic", "path", "expected"),
    [
        ("value", np.arange(32.0), 15.5),
        ("sum", np.ones(32), 32.0),
        ("max", np.arange(32.0), 31.0),
        ("min", np.arange(32.0), 0.0),
        ("ratio", np.repeat(2.0 ** np.arange(8), 4), 128.0),
        ("cagr", np.repeat(1.1 ** np.arange(8), 4), 0.1),
        ("drop", np.r_[1.0, 4.0, 3.0, 1.0, 5.0, np.full(27, 4.0)], 0.75),
        ("cycle_years", np.sin(2 * np.pi * np.arange(32) / 8), 2.0),
    ],
)
def test_statistics_by_hand(statistic, path, expected):
    assert measured(fact(statistic=statistic), ensemble(a=path), "a")[0] == pytest.approx(expected)


def test_a_mean_is_over_the_quarters_in_which_the_indicator_is_defined():
    path = np.r_[np.full(16, np.nan), np.full(16, 2.0)]
    assert measured(fact(), ensemble(a=path), "a")[0] == 2.0
    assert np.isnan(measured(fact(), ensemble(a=np.full(32, np.nan)), "a")[0])


def test_first_year_above():
    rising = fact(statistic="first_year_above", threshold=2.5)
    assert measured(rising, ensemble(a=np.repeat(np.arange(8.0), 4)), "a")[0] == 1974
    assert measured(rising, ensemble(a=np.zeros(32)), "a")[0] == NEVER


def test_verdicts():
    interval = fact(accept=(1.0, 2.0))
    assert [verdict(interval, m, 1.0) for m in (1.5, 2.2, 2.3, np.nan)] == ["pass", "near", "miss", "miss"]
    shared = fact(accept=(1.0, 2.0), share=0.8)
    assert [verdict(shared, 1.5, s) for s in (0.9, 0.7, 0.69)] == ["pass", "near", "miss"]


def test_gaps_are_paired_and_no_difference_is_no_order():
    lower = fact(scenario=("a", "b"), accept=None, order="lower", share=0.9)
    assert scorecard([lower], ensemble(a=np.zeros(32), b=np.ones(32)))["verdict"].tolist() == ["pass"]
    assert scorecard([lower], ensemble(a=np.ones(32), b=np.ones(32)))["verdict"].tolist() == ["miss"]


def test_every_fact_is_complete_and_names_presets():
    facts = load_facts()
    assert len({(f.id, f.scenario) for f in facts}) == len(facts) > 50
    for name in {name for f in facts for name in f.scenarios}:
        load_scenario(name)


def test_a_miss_needs_a_reason():
    card = pd.DataFrame({"id": ["p", "q"], "verdict": ["miss", "miss"], "reason": ["", "because"]})
    assert unexplained(card) == ["p"]
