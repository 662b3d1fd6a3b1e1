"""Regimes from outcomes: labels at their borders, hybrids named, and what a verdict hangs on."""

import numpy as np
import pandas as pd
import pytest

import abm
from abm.measurement.indicators import NAMES
from abm.measurement.regimes import COMPONENTS, Regime, from_components, judge
from experiments.regime_table import regimes, stability
from experiments.tables import Ensemble

ENDS = {"debt_equity_large": (9.0, 0.1), "top4_share": (0.9, 0.05), "mass_share": (0.9, 0.0), "niche_share": (0.0, 0.9),
        "knowledge_breadth": (2.0, 8.0)}  # fmt: skip


def means(**which):
    """Return mean indicators at the Korea-like end (0) or the Taiwan-like end (1) of each."""
    return pd.Series({name: ends[which.get(name, 0)] for name, ends in ENDS.items()})


def test_midpoints_score_one_half_and_a_width_away_as_the_logistic_says():
    middle = pd.Series({indicator: centre for indicator, centre, _, _ in COMPONENTS.values()})
    assert judge(middle).components == pytest.approx(dict.fromkeys(COMPONENTS, 0.5))
    off = pd.Series({indicator: centre + width for indicator, centre, width, _ in COMPONENTS.values()})
    expected = {name: 1 / (1 + np.exp(-sign)) for name, (_, _, _, sign) in COMPONENTS.items()}
    assert judge(off).components == pytest.approx(expected)


def test_pure_ends_are_named_by_their_label_and_hybrids_by_what_they_have_of_each():
    assert judge(means()).name == judge(means()).label == "Korea-like"
    assert judge(means(**dict.fromkeys(ENDS, 1))).name == "Taiwan-like"
    mixed = judge(means(niche_share=1, knowledge_breadth=1, mass_share=1) * 1.0)
    half = from_components(mixed.components | {"mass": 0.5})
    assert half.label == "hybrid"
    assert half.name == "hybrid: Korea-like in leverage, concentration; Taiwan-like in narrow exports, narrow knowledge"
    assert from_components(dict.fromkeys(COMPONENTS, 0.5)).name == "hybrid: between the two in everything"


def test_policy_does_not_enter():
    """Two runs with the same outcomes have the same regime, whatever their policy block says."""
    records = abm.simulate(abm.load_scenario("base", {"run.quarters": 4}), 1)
    assert set(records.indicators.columns) >= {row[0] for row in COMPONENTS.values()}
    assert not any(row[0].startswith("policy") for row in COMPONENTS.values())
    assert isinstance(abm.classify(records), Regime)


def made(values_by_year):
    """Return an ensemble of one scenario and two seeds in which the five indicators follow given ends by year."""
    quarters = pd.period_range("1988Q1", "2000Q4", freq="Q")
    cube = np.zeros((2, len(quarters), len(NAMES)))
    for seed, end_of in enumerate(values_by_year):
        for t, quarter in enumerate(quarters):
            for name, ends in ENDS.items():
                cube[seed, t, NAMES.index(name)] = ends[end_of(quarter.year)]
    return Ensemble({"one": abm.load_scenario("base")}, [1, 2], quarters, {"one": cube})


def test_a_verdict_that_hangs_on_its_years_is_found_out():
    steady, fickle = (lambda year: 0), (lambda year: 0 if 1994 <= year <= 1996 else 1)
    table = regimes(made([steady, fickle]))
    assert table["label"].tolist() == ["Korea-like", "Korea-like"]
    row = stability(made([steady, fickle])).iloc[0]
    assert (row["Korea-like"], row["hybrid"], row["Taiwan-like"]) == (1.0, 0.0, 0.0)
    assert row["without_one"] == 1.0 and row["other_years"] == 0.5


def test_runs_that_do_not_reach_the_window_have_no_regime():
    ensemble = made([lambda year: 0] * 2)
    early = Ensemble(ensemble.scenarios, ensemble.seeds, ensemble.quarters[:8], {"one": ensemble.values["one"][:, :8]})
    assert regimes(early).empty and stability(early).empty
