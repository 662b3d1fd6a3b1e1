"""The usual facts of the field: statistics against known answers, and facts that are complete."""

import weakref
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from abm.scenario import ScenarioError, load_scenario
from experiments import field
from experiments import regularities as usual
from experiments.facts import known_misses, load_facts, read_facts
from experiments.field import MOST_PANELS, Regularity, load_regularities, measured_on_panels
from experiments.scorecard_page import accepted_text
from experiments.validate import COLUMNS, regularity_card, unexplained, verdict

GRID = (np.arange(20_000) + 0.5) / 20_000  # probabilities of a sample without luck
COLUMNS_OF_FIRMS = [*usual.ABROAD, *usual.AT_HOME, *usual.INVESTED, *usual.LOANS, "operating_profit", "book_capital"]


def panel(quarters, firms, **columns):
    """Return a panel in which every firm lives in every quarter; columns are numbers or arrays [quarter, firm]."""
    frame = pd.DataFrame({"quarter": quarters.repeat(firms), "firm": np.tile(np.arange(firms), len(quarters))})
    values = dict.fromkeys(COLUMNS_OF_FIRMS, 0.0) | columns
    return frame.assign(**{k: np.broadcast_to(v, (len(quarters), firms)).ravel() for k, v in values.items()})


def indicators(quarters, **columns):
    """Return indicators of a quiet economy, with some columns changed."""
    quiet = {"exchange_rate": 1.0, "value_added_usd_m": 1.0, "investment_usd_m": 1.0, "bankruptcies": 0.0}
    return pd.DataFrame(quiet | {"firm_count": 1.0} | columns, index=quarters)


def regularity(**changes):
    plain = {
        "id": "x", "scenario": "a", "statistic": "debt_correlation", "window": (1974, 2003), "source": "-",
        "measures": "-", "accept": (0.0, np.inf),
    }  # fmt: skip
    return Regularity(**plain | changes)


def one_year(turnover, before=1.0):
    return pd.DataFrame({"firm": np.arange(len(turnover)), "year": 1990, "turnover": turnover}).assign(
        turnover_before=before
    )


def test_years_of_firms_by_hand():
    quarters = pd.period_range("1989Q2", "1991Q4", freq="Q")  # the first year is not complete
    rate = np.where(quarters.year == 1991, 2.0, 1.0)
    firms = panel(quarters, 2, sold_oem=3.0, sold_niche=1.0, sold_home=5.0, invested_memory=2.0, operating_profit=1.5,
                  book_capital=10.0 * np.arange(1, 12)[:, None])  # fmt: skip
    firms = firms[~((firms["firm"] == 1) & (firms["quarter"] == "1991Q4"))]  # one closed before the end
    years = usual.firm_years(firms, indicators(quarters, exchange_rate=rate)).set_index(["firm", "year"])
    assert list(years.index) == [(0, 1990), (0, 1991), (1, 1990)]
    assert years.loc[(0, 1990), "turnover"] == 4 * (4 + 5) and np.isnan(years.loc[(0, 1990), "turnover_before"])
    last = years.loc[(0, 1991)]
    assert (last["turnover"], last["turnover_before"]) == (4 * (2 * 4 + 5), 36.0)
    assert (last["invested"], last["capital"], last["capital_before"]) == (8.0, 110.0, 70.0)
    assert last["profitability"] == pytest.approx(6.0 / 70.0)


@pytest.mark.parametrize(("law", "kurtosis", "shape"), [(stats.laplace, 3.0, 1.0), (stats.norm, 0.0, 2.0)])
def test_tails_of_growth(law, kurtosis, shape):
    years = one_year(np.exp(0.3 * law.ppf(GRID) + 0.1))
    assert usual.growth_excess_kurtosis(years) == pytest.approx(kurtosis, abs=0.05)
    assert usual.growth_subbotin_shape(years) == pytest.approx(shape, abs=0.03)


def test_growth_is_less_the_mean_of_its_year_and_needs_sales():
    good, bad = one_year(np.exp([0.1, 0.3, 0.0, 9.0]), [1.0, 1.0, 0.0, np.nan]), one_year(np.exp([-1.0, -2.0]))
    years = pd.concat([good, bad.assign(year=1991)], ignore_index=True)
    assert usual.growth(years) == pytest.approx([-0.1, 0.1, 0.5, -0.5])


def test_tail_exponent_of_a_pareto_sample():
    assert usual.size_tail_exponent(one_year(stats.pareto.ppf(GRID, 1.5))) == pytest.approx(1.5, abs=0.02)
    by_hand = np.exp([0, 0, 0, 0, 0, 0, 1, 2, 3, 4.0])  # the top two stand one and two above the third
    assert usual.hill_exponent(by_hand[::-1]) == pytest.approx(1 / 1.5)
    assert np.isnan(usual.hill_exponent(np.ones(20)))


def test_skewness_of_sizes():
    assert usual.size_log_skewness(one_year(np.exp(stats.norm.ppf(GRID)))) == pytest.approx(0.0, abs=1e-6)
    pareto = one_year(stats.pareto.ppf(GRID, 1.0))  # its logarithm is exponential, of skewness 2
    assert usual.size_log_skewness(pareto) == pytest.approx(2.0, abs=0.05)
    assert np.isnan(usual.size_log_skewness(one_year(np.arange(1.0, usual.FEWEST))))


def test_spikes_and_inaction():
    rates = np.repeat([0.30, 0.005, 0.10], [3, 4, 5])
    quarters = pd.period_range("1989Q1", "1990Q4", freq="Q")
    firms = panel(quarters, 12, book_capital=100.0, invested_assembly=15.0 * rates, invested_unrelated=10.0 * rates)
    years = usual.firm_years(firms, indicators(quarters))
    assert usual.investment_spike_share(years) == pytest.approx(3 / 12)
    assert usual.investment_inaction_share(years) == pytest.approx(4 / 12)
    assert np.isnan(usual.investment_spike_share(years[years["year"] == 1989]))  # nobody knows the year before


@pytest.mark.parametrize(("turn", "expected"), [(1.0, 1.0), (-1.0, -1.0)])
def test_persistence_of_profits_is_of_differences(turn, expected):
    rows = [(f, y, 100.0 * (y % 2) + f * turn**y) for f in range(12) for y in range(1980, 1985)]
    years = pd.DataFrame(rows, columns=["firm", "year", "profitability"])  # a good year for all counts for nobody
    assert usual.profit_persistence(years) == pytest.approx(expected)


def waves(**failures):
    """Return the cycle of an economy whose series grow and swing over 16 quarters."""
    quarters = pd.period_range("1971Q1", "2006Q4", freq="Q")
    time = np.arange(len(quarters))
    rate, swing = np.exp(0.01 * time), np.sin(2 * np.pi * time / 16)
    debt = np.exp(0.02 * time - 0.1 * swing)  # half of it abroad
    series = indicators(
        quarters, exchange_rate=rate, value_added_usd_m=np.exp(0.03 * time + 0.1 * swing) / rate,
        investment_usd_m=np.exp(0.3 * swing) / rate, firm_count=100.0,
        bankruptcies=5 - 4 * np.sin(2 * np.pi * (time - failures.get("lag", 0)) / 16) if failures else 0.0,
    )  # fmt: skip
    firms = panel(quarters, 1, loans_curb=debt[:, None] / 2, loans_foreign=(debt / rate)[:, None] / 2)
    return usual.cycles(firms, series)


def test_cycles_of_known_waves():
    cycle = waves(lag=0)
    assert (cycle["year"].min(), cycle["year"].max(), len(cycle)) == (1974, 2003, 120)
    assert usual.investment_volatility(cycle) == pytest.approx(3.0)
    assert usual.debt_correlation(cycle) == pytest.approx(-1.0)
    assert cycle["output"].abs().max() == pytest.approx(0.1, rel=0.15)  # the trend is gone, the swing is left


@pytest.mark.parametrize("lag", [-2, 0, 3])
def test_failures_are_compared_at_their_lead_or_lag(lag):
    cycle = waves(lag=lag)
    assert usual.failure_correlation(cycle) == pytest.approx(-1.0, abs=1e-6)
    if lag == 0:
        assert usual.failure_correlation(cycle.assign(failures=-cycle["failures"])) == pytest.approx(1.0, abs=1e-6)


def test_what_cannot_be_measured_is_nan():
    assert np.isnan(usual.failure_correlation(waves()))  # nobody failed
    years, cycle = one_year(np.exp(stats.norm.ppf(GRID))), waves(lag=0)
    assert np.isnan(usual.statistic_of("size_log_skewness", (1990, 1991), years, cycle))
    assert usual.statistic_of("size_log_skewness", (1990, 1990), years, cycle) == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(usual.statistic_of("debt_correlation", (1973, 2003), years, cycle))
    short = pd.period_range("1971Q1", periods=2 * usual.ENDS, freq="Q")
    assert len(usual.cycles(panel(short, 1), indicators(short))) == 0


def test_a_window_leaves_out_the_other_years():
    cycle = waves(lag=0)
    cycle.loc[cycle["year"] < 1990, "debt"] *= -1.0
    assert usual.statistic_of("debt_correlation", (1990, 2003), None, cycle) == pytest.approx(-1.0)
    assert usual.statistic_of("debt_correlation", (1974, 1989), None, cycle) == pytest.approx(1.0)


def test_panels_are_few_and_one_at_a_time(monkeypatch):
    quarters = pd.period_range("1971Q1", "2006Q4", freq="Q")
    seen, alive = [], []

    def simulate(scenario, seed, record):
        assert record == ("firms",) and not any(reference() is not None for reference in alive)
        firms = panel(quarters, 12)
        seen.append((scenario.name, seed))
        alive.append(weakref.ref(firms))
        return SimpleNamespace(firms=firms, indicators=indicators(quarters))

    monkeypatch.setattr(field, "simulate", simulate)
    facts = [regularity(scenario=name, statistic="investment_spike_share") for name in ("korea", "taiwan")]
    steps = []
    values = measured_on_panels(
        facts, [load_scenario("korea"), load_scenario("taiwan")], list(range(5, 25)), lambda *step: steps.append(step)
    )
    assert {key: len(numbers) for key, numbers in values.items()} == {("x", "korea"): MOST_PANELS, ("x", "taiwan"): 8}
    assert set(seen) == {(name, seed) for name in ("korea", "taiwan") for seed in range(5, 13)}
    assert steps[-1] == (16, 16)


def test_nothing_is_near_a_sign():
    positive = regularity()
    assert [verdict(positive, m, 1.0) for m in (0.1, -0.01, np.nan)] == ["pass", "miss", "miss"]
    most = regularity(accept=(-np.inf, 0.0), share=0.75)
    assert [verdict(most, -0.1, s) for s in (0.75, 0.7, 0.5)] == ["pass", "near", "miss"]
    assert [accepted_text(*ends) for ends in ((-np.inf, 0.0), (1.0, np.inf), (0.5, 2))] == [
        "below 0", "above 1", "0.5 to 2",
    ]  # fmt: skip


def test_the_card_has_the_columns_of_the_scorecard(monkeypatch):
    monkeypatch.setattr("experiments.validate.known_misses", lambda: {"x": "because", "y": "never shown"})
    facts = [regularity(), regularity(id="y"), regularity(id="z")]
    values = {("x", "a"): np.array([-1.0, -3.0, np.nan]), ("y", "a"): np.ones(3), ("z", "a"): np.full(3, np.nan)}
    card = regularity_card(facts, values)
    assert [name for name in COLUMNS if name not in ("indicator", "figure", "role")] == list(card)
    assert card["verdict"].tolist() == ["miss", "pass", "miss"] and card["median"].tolist()[:2] == [-2.0, 1.0]
    assert card["share_inside"].tolist() == [0.0, 1.0, 0.0] and card["reason"].tolist() == ["because", "", ""]
    assert unexplained(card) == ["z"]


ENTRY = (
    "{id: tent, scenario: both, statistic: debt_correlation, window: [1974, 2003], accept: [0, .inf], "
    "measures: a, source: b}"
)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("debt_correlation", "debt_colouration", ["fact tent: statistic", "debt_correlation"]),
        ("accept: [0, .inf]", "accept: [2, 1]", ["fact tent: accept", "2 to 1"]),
        ("accept: [0, .inf]", "accept: [.nan, 1]", ["fact tent: accept"]),
        ("accept: [0, .inf], ", "", ["fact tent: accept", "required"]),
        ("[1974, 2003]", "[2003, 1974]", ["fact tent: window", "2003 to 1974"]),
        ("[1974, 2003]", "[1974.5, 2003]", ["fact tent: window.0"]),
        ("measures: a, ", "", ["fact tent: measures", "required"]),
        ("source: b", "source: b, sauce: c", ["fact tent: sauce"]),
        ("scenario: both", "scenario: gap", ["fact tent: scenario"]),
        ("id: tent, ", "", ["fact 1: id"]),
        ("gap: [taiwan, korea]", "gap: taiwan", ["gap"]),
        ("facts:", "fact:", ["facts", "required"]),
        (f"- {ENTRY}", "- tent", ["facts.0"]),
    ],
)
def test_bad_facts_get_one_clear_error(old, new, words, tmp_path):
    file, text = tmp_path / "field.yaml", f"gap: [taiwan, korea]\nfacts:\n  - {ENTRY}\n"
    file.write_text(text)
    assert [fact.scenario for fact in read_facts(file, Regularity)] == ["korea", "taiwan"]
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(ScenarioError) as problem:
        read_facts(file, Regularity)
    message = str(problem.value)
    assert "\n" not in message and all(word in message for word in [str(file), *words]), message


def test_every_regularity_is_complete_and_used():
    facts = load_regularities()
    ids = {fact.id for fact in facts}
    assert len({(fact.id, fact.scenario) for fact in facts}) == len(facts) == 2 * len(ids)
    assert {fact.statistic for fact in facts} == {*usual.OF_YEARS, *usual.OF_CYCLES}
    assert not ids & {fact.id for fact in load_facts()}  # they share the file of known misses
    assert set(known_misses()) <= ids | {fact.id for fact in load_facts()}
    for name in {fact.scenario for fact in facts}:
        load_scenario(name)
