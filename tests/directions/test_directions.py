"""The argument of the paper, at 32 paired seeds: what must be higher in which country.

The two presets differ in the policy block alone (tests/unit/test_scenario.py). The figures themselves are
the scorecard's business; here only signs are tested, with the share of pairs that must show them.
"""

import numpy as np
import pytest

import abm
from abm.driver import TOLERANCE
from abm.runs import run_ensemble
from experiments.tables import from_runs


@pytest.fixture(scope="module")
def ensemble():
    scenarios = [abm.load_scenario(name) for name in ("korea", "taiwan")]
    return from_runs(scenarios, run_ensemble(scenarios, range(1, 33)))


# indicator, first and last year, which is higher, share of pairs at least
DIRECTIONS = [
    ("debt_equity_large", 1980, 1996, "korea", 0.95),
    ("debt_equity_all", 1980, 1996, "korea", 0.95),
    ("top4_share", 1985, 1996, "korea", 0.95),
    ("hhi", 1985, 1996, "korea", 0.95),
    ("memory_world_share", 1986, 1996, "korea", 0.95),
    ("memory_share_of_semiconductors", 1992, 1996, "korea", 0.9),
    ("unrelated_share", 1980, 1996, "korea", 0.9),
    ("firm_count", 1985, 1996, "taiwan", 1.0),
    ("entry_rate", 1980, 1996, "taiwan", 0.95),
    ("exit_rate", 1980, 1996, "taiwan", 0.9),
    ("niche_share", 1992, 1998, "taiwan", 0.95),
    ("knowledge_breadth", 1992, 1998, "taiwan", 0.95),
    ("response_speed", 1990, 1998, "taiwan", 0.95),
    ("sme_export_share", 1985, 1996, "taiwan", 0.95),
    ("public_rd_share", 1988, 1996, "taiwan", 0.95),
]


@pytest.mark.parametrize(("indicator", "first", "last", "higher", "share"), DIRECTIONS)
def test_direction(ensemble, indicator, first, last, higher, share):
    gap = ensemble.over_years("korea", indicator, first, last) - ensemble.over_years("taiwan", indicator, first, last)
    agreeing = (gap > 0).mean() if higher == "korea" else (gap < 0).mean()
    assert agreeing >= share, f"{indicator} {first}-{last}: higher in {higher} in {agreeing:.0%} of pairs"


def test_exports_grow_faster_first_under_directed_credit(ensemble):
    growth = {}
    for name in ("korea", "taiwan"):
        first, last = (ensemble.over_years(name, "exports_usd_m", year, year) for year in (1974, 1986))
        growth[name] = (last / first) ** (1 / 12) - 1
    assert (growth["korea"] > growth["taiwan"]).mean() >= 0.9


def test_the_run_of_1997_hits_one_and_spares_the_other(ensemble):
    hit = {name: ensemble.over_years(name, "run_on_currency", 1997, 1998, "max") for name in ("korea", "taiwan")}
    assert hit["korea"].mean() >= 0.8
    assert hit["taiwan"].mean() <= 0.1
    before = ensemble.over_years("korea", "run_on_currency", 1975, 1995, "max")
    assert before.mean() <= 0.2


def test_groups_form_under_one_policy_and_hardly_under_the_other(ensemble):
    """All start without a group: the rule that makes one is the same, what the state does to it is not."""
    groups = {name: ensemble.paths(name, "chaebol_count") for name in ensemble.names}
    assert all((paths[:, 0] == 0).all() for paths in groups.values())
    late = {name: ensemble.over_years(name, "chaebol_count", 1990, 1996) for name in ensemble.names}
    assert (late["korea"] > late["taiwan"]).mean() >= 0.95
    assert np.median(late["taiwan"]) <= np.median(late["korea"]) / 3


def test_regimes_emerge(ensemble):
    scenarios = [abm.load_scenario(name) for name in ("korea", "taiwan")]
    runs = run_ensemble(scenarios, range(1, 9))
    korea = [abm.classify(run).label for (name, _), run in runs.items() if name == "korea"]
    taiwan = [abm.classify(run).label for (name, _), run in runs.items() if name == "taiwan"]
    assert korea.count("Korea-like") >= 7 and taiwan.count("Taiwan-like") >= 7


def test_the_books_balance_at_every_seed(ensemble):
    for name in ensemble.names:
        assert ensemble.paths(name, "audit_residual").max() <= TOLERANCE


@pytest.mark.parametrize(
    ("switch", "indicator", "years", "effect"),
    [
        ("memory_industry", "memory_world_share", (1990, 1996), "dies"),
        ("niche_design", "niche_share", (1990, 1996), "dies"),
        ("unrelated_diversification", "unrelated_share", (1985, 1996), "dies"),
        ("foreign_credit", "run_on_currency", (1997, 1998), "dies"),
        ("entry", "entry_rate", (1975, 1996), "dies"),
        ("royalties", "royalty_to_sales", (1975, 1979), "falls"),
        ("directed_credit", "directed_share", (1975, 1996), "dies"),
        ("capture", "guarantee", (1985, 1992), "falls"),  # a later run would weaken it
        ("hierarchy_drag", "response_speed", (1990, 1996), "rises"),
        ("teaching", "production_capability", (1975, 1985), "falls"),
        ("foreign_affiliates", "foreign_affiliate_export_share", (1972, 1990), "dies"),
        ("emerging_markets", "emerging_market_share", (1990, 1996), "dies"),
        ("vertical_integration", "supplier_lock_in", (1975, 1990), "dies"),
        ("mini_chaebol", "sme_credit_leak", (1980, 1996), "dies"),
        ("home_protection", "exports_usd_m", (1978, 1987), "falls"),
        ("technology_diversification", "knowledge_breadth", (1990, 1996), "falls"),
        ("apprenticeship", "production_capability", (1975, 1985), "rises"),
        ("input_localisation", "import_dependence", (1975, 1990), "rises"),
        ("foundry", "memory_share_of_semiconductors", (1990, 1996), "rises"),
    ],
)
def test_a_switch_does_what_it_says(switch, indicator, years, effect):
    def mean(on):
        runs = [abm.simulate(abm.load_scenario("korea", {f"mechanisms.{switch}": on}), seed) for seed in (1, 2)]
        tables = [run.indicators.loc[str(years[0]) : str(years[1]), indicator] for run in runs]
        return np.mean([table.mean() for table in tables])

    on, off = mean(True), mean(False)
    assert {"dies": off == 0 < on, "falls": off < on, "rises": off > on}[effect], (on, off)
