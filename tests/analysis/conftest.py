"""A small finished sweep that the tests of analyses share: two scenarios, policies crossed with worlds, three seeds."""

import json

import pytest

from experiments.sweep.campaign import sweep
from experiments.sweep.plan import load_plan

PLAN = {
    "kind": "sweep", "title": "Small", "scenarios": ["base", "taiwan"], "settings": {"run.quarters": 12},
    "levers": {"policy.guarantee": {"range": [0, 1]}, "policy.opening_starts": ["1990Q1", "1993Q1"]},
    "uncertainties": {"world.demand_memory": {"range": [150, 300]}, "mechanisms.contagion": [True, False]},
    "design": {"levers": {"kind": "sobol", "points": 8}, "uncertainties": {"kind": "sobol", "points": 4}},
    "replications": {"first": 3, "count": 3},
    "outcomes": {
        "debt": {"indicator": "debt_equity_large", "window": 1973},
        "exports": {"indicator": "exports_usd_m", "window": 1973},
        "since": {"indicator": "exports_usd_m", "statistic": "first_year_above", "window": [1971, 1973],
                  "threshold": 1e9},
    },
    "crisis": {"window": [1971, 1973]},
}  # fmt: skip


@pytest.fixture(scope="session")
def small_sweep(tmp_path_factory):
    """The folder of the sweep."""
    folder = tmp_path_factory.mktemp("analysis")
    path = folder / "plan.yaml"
    path.write_text(json.dumps(PLAN))
    sweep(load_plan(path), folder / "small", workers=2)
    return folder / "small"
