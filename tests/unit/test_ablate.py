"""Ablation: verdicts, effects and what carries worked by hand; every mechanism without a fact has a use."""

import numpy as np
import pandas as pd
import pytest

from abm.measurement.indicators import NAMES
from abm.scenario import ScenarioError, declarations, load_scenario
from experiments import ablate, switches
from experiments.ablate_page import render
from experiments.effects import CELLS, Reduced, compared, effect, most_moved, outcome, reduced
from experiments.facts import NEVER, Fact, load_facts, sections
from experiments.output import InputError
from experiments.tables import Ensemble

TEN = np.arange(10.0)
EXTRA = {
    "indicator": "wage", "indicator_scenario": "a", "indicator_with": 1.0, "indicator_without": 2.0,
    "runs_unchanged": 0.0,
}  # fmt: skip


def fact(**changes):
    plain = {
        "id": "x", "scenario": "a", "indicator": "wage", "statistic": "value", "window": (1971, 1978), "source": "-",
        "role": "pattern", "accept": (0.0, 4.0),
    }  # fmt: skip
    return Fact(**plain | changes)


def facts_only(*values):
    """Return what is kept of an ensemble, of which only the facts' statistics matter."""
    return Reduced([np.array(v, dtype=float) for v in values], {}, {})


def table_of(facts, full, other, mechanism="entry"):
    """Return the cells of one mechanism and its row."""
    cells = compared(mechanism, facts, facts_only(*full), facts_only(*other))
    return cells, ablate.summary(cells, {mechanism: EXTRA}).iloc[0]


def ensemble(**wages):
    """Return an ensemble of eight quarters in which each seed has a constant wage; all else is zero."""
    values = {}
    for name, levels in wages.items():
        values[name] = np.zeros((len(levels), 8, len(NAMES)))
        values[name][:, :, NAMES.index("wage")] = np.array(levels)[:, None]
    seeds = list(range(len(next(iter(wages.values())))))
    quarters = pd.period_range("1971Q1", periods=8, freq="Q")
    return Ensemble(dict.fromkeys(wages, load_scenario("base")), seeds, quarters, values)


def test_outcomes():
    said = {(a, b): outcome(a, b) for a in ("pass", "near", "miss") for b in ("pass", "near", "miss")}
    assert {pair for pair, word in said.items() if word == "dies"} == {("pass", "near"), ("pass", "miss")}
    assert {pair for pair, word in said.items() if word == "weakened"} == {("near", "miss")}
    assert {pair for pair, word in said.items() if word == "unchanged"} == {(a, a) for a in ("pass", "near", "miss")}


def test_effect_in_half_widths_of_the_accepted_interval():
    # Changes 1, 2, 1, 0: their median is 1, the half-width 2; three of four seeds rise.
    assert effect(fact(), np.array([1.0, 2, 3, 4]), np.array([2.0, 4, 4, 4])) == (0.5, 0.75)


def test_effect_on_an_order_is_in_half_widths_of_the_band():
    order = fact(scenario=("a", "b"), accept=None, order="lower")
    values = np.arange(21.0)  # 90 % of them lie from 1 to 19
    assert effect(order, values, values + 18) == pytest.approx((2.0, 1.0))


def test_effect_where_all_seeds_are_alike_is_in_half_widths_of_both_bands():
    one = fact(accept=(1.0, 1.0), share=0.8)
    assert effect(one, np.ones(10), np.zeros(10)) == (-2.0, 1.0)
    assert effect(one, np.ones(10), np.ones(10)) == (0.0, 1.0)


def test_never_counts_as_the_year_after_the_window():
    first = fact(statistic="first_year_above", threshold=0.5, accept=(1972.0, 1974.0))
    assert effect(first, np.full(4, 1973.0), np.full(4, NEVER)) == (6.0, 1.0)


def test_what_is_no_longer_there_dies_without_an_effect():
    cells, row = table_of([fact()], [np.ones(4)], [np.full(4, np.nan)])
    assert cells.loc[0, "outcome"] == "dies" and np.isnan(cells.loc[0, "effect"]) and not cells.loc[0, "moved"]
    assert row["carries"] and row["dies"] == "x" and row["largest_effect"] == 0.0


def test_a_row_says_what_changed():
    shared = fact(accept=(1.0, 1.0), share=0.8)
    cells, _ = table_of([shared], [np.ones(20)], [np.r_[np.ones(15), np.zeros(5)]])
    got = cells.iloc[0]
    assert list(cells) == CELLS and (got["verdict_with"], got["verdict_without"]) == ("pass", "near")
    assert got["inside_change"] == pytest.approx(-0.25) and got["outcome"] == "dies"
    cells, _ = table_of([fact()], [[1.0, 2.0, 3.0]], [[4.0, 5.0, 9.0]])
    assert cells.loc[0, ["median_with", "median_without", "effect"]].tolist() == [2.0, 5.0, 1.5]


@pytest.mark.parametrize(
    ("change", "carries"),
    [
        (np.full(10, 1.0), True),  # half of a half-width, in every seed
        (np.full(10, 0.99), False),
        (np.r_[np.ones(9), -1.0], True),  # nine of ten agree
        (np.r_[np.ones(8), -1.0, -1.0], False),
        (np.full(10, -1.0), True),
    ],
)
def test_a_mechanism_carries_by_a_large_effect_on_which_seeds_agree(change, carries):
    cells, row = table_of([fact()], [np.full(10, 2.0)], [2.0 + change])
    assert cells.loc[0, "outcome"] == "unchanged"
    assert row["carries"] == carries == bool(cells.loc[0, "moved"]) and (row["moved"] == "x") == carries


def test_a_mechanism_carries_by_a_verdict_that_gets_worse_and_not_by_a_better_one():
    narrow = fact(accept=(0.0, 100.0))
    _, worse = table_of([narrow], [np.full(10, 99.0)], [np.full(10, 101.0)])
    _, weaker = table_of([narrow], [np.full(10, 124.0)], [np.full(10, 126.0)])
    _, better = table_of([narrow], [np.full(10, 101.0)], [np.full(10, 99.0)])
    assert worse["carries"] and worse["dies"] == "x" and worse["moved"] == ""
    assert weaker["carries"] and weaker["weakened"] == "x" and weaker["dies"] == ""
    assert not better["carries"] and better["comes_alive"] == "x"


def test_the_largest_effect_is_that_of_either_sign_and_a_fact_of_two_scenarios_says_which():
    facts = [fact(), fact(id="y", scenario="b"), fact(id="y", scenario="c")]
    full = [np.full(10, 2.0)] * 3
    _, row = table_of(facts, full, [full[0] + 0.5, full[1] - 1.5, full[2] + 1.0])
    assert (row["largest_effect"], row["largest_on"]) == (-0.75, "y (b)")
    assert row["moved"] == "y (b), y (c)"


def test_facts_are_measured_pair_by_pair_and_the_rest_reduced_to_means():
    gap = fact(scenario=("a", "b"), accept=None, order="lower")
    kept = reduced([gap, fact(window=(1971, 1972))], ensemble(a=[1.0, 5.0], b=[3.0, 4.0]))
    assert [values.tolist() for values in kept.facts] == [[-2.0, 1.0], [1.0, 5.0]]
    assert kept.means["b"][:, NAMES.index("wage")].tolist() == [3.0, 4.0]
    assert kept.sizes["a"][NAMES.index("wage")] == 3.0


def test_the_indicator_most_moved_is_one_on_which_seeds_agree():
    before, after = ensemble(a=[1.0, 1.0, 1.0]), ensemble(a=[2.0, 2.0, 2.0])
    after.values["a"][:, :, NAMES.index("capture")] = np.array([9.0, 9.0, 0.0])[:, None]  # seeds disagree
    after.values["a"][:, :, NAMES.index("audit_residual")] = 5.0  # no matter of the economy
    after.values["a"][:, :, NAMES.index("memory_learning_rate")] = np.nan
    assert most_moved(reduced([], before), reduced([], after)) == {
        "indicator": "wage", "indicator_scenario": "a", "indicator_with": 1.0, "indicator_without": 2.0,
    }  # fmt: skip
    assert most_moved(reduced([], before), reduced([], before))["indicator"] == ""


def test_what_carries_nothing_needs_a_use(monkeypatch):
    monkeypatch.setattr(ablate, "stated_uses", lambda: {"entry": "A use."})
    cells = [table_of([fact()], [TEN], [TEN], name)[0] for name in ("entry", "exit")]
    cells.append(table_of([fact()], [np.ones(10)], [np.full(10, 9.0)], "capture")[0])
    table = ablate.summary(pd.concat(cells), dict.fromkeys(("entry", "exit", "capture"), EXTRA))
    assert ablate.idle(table) == ["entry", "exit"]
    assert ablate.useless(table) == ["exit"]


def test_runs_equal_to_the_bit_are_counted_pair_by_pair():
    assert ablate._unchanged({"a/1": "p", "a/2": "q"}, {"a without x/1": "p", "a without x/2": "p"}) == {
        "runs_unchanged": 0.5
    }


def test_stated_uses_name_mechanisms(monkeypatch):
    uses = switches.stated_uses()
    assert set(uses) <= set(declarations()["mechanisms"])
    assert all(isinstance(use, str) and use.endswith(".") for use in uses.values())
    monkeypatch.setattr(switches, "read_yaml", lambda path: {"entri": "A use."})
    with pytest.raises(ScenarioError, match="entri.*did you mean 'entry'"):
        switches.stated_uses()


def test_mechanisms_are_chosen_in_their_order_and_only_if_they_are_on():
    base = load_scenario("base")
    assert switches.chosen(None, [base]) == list(declarations()["mechanisms"])
    assert switches.chosen("exit, entry,exit", [base]) == ["entry", "exit"]
    off = switches.without(base, "entry")
    assert (off.name, off.mechanisms.entry, base.mechanisms.entry) == ("base without entry", False, True)
    assert "entry" not in switches.chosen(None, [off]) and "entry" in switches.chosen(None, [off, base])
    for only, scenario in (("entri", base), ("", base), ("entry", off)):
        with pytest.raises(InputError, match=f"--only {only}: .*expected silicon_cycle"):
            switches.chosen(only, [scenario])


def test_groups_are_run_one_after_the_other_under_one_count(monkeypatch):
    def pretend(group, seeds, workers, progress, luck=()):
        for k in range(len(group) * len(seeds)):
            progress(k + 1, len(group) * len(seeds))
        return {(name, seed): None for name in group for seed in seeds}

    monkeypatch.setattr(switches, "run_ensemble", pretend)
    seen = []
    groups = switches.run_groups([["a", "b"], ["c"]], [1, 2], None, lambda *numbers: seen.append(numbers))
    assert list(next(groups)) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)] and len(seen) == 4
    assert list(next(groups)) == [("c", 1), ("c", 2)]
    assert seen == [(k, 6) for k in range(1, 7)]


def test_every_fact_has_a_section():
    headings = sections()
    assert set(headings) == {f.id for f in load_facts()}
    assert headings["short_term_1996"] == "finance" and len(set(headings.values())) > 5


def test_the_page_says_in_letters_what_it_says_in_colours():
    facts = [fact(id=name) for name in ("rd_1976", "rd_1990", "rd_1996", "exit_gap", "crisis_korea")]
    full = [[2.0] * 10, [2.0] * 10, [4.9] * 10, [2.0] * 10, [3.9] * 10]
    other = [[9.0] * 10, [3.5] * 10, [2.0] * 10, [2.0] * 10, [4.1] * 10]
    cells, row = table_of(facts, full, other)
    page = render(cells, pd.DataFrame([row]), 10, "latecomer reproduce x")
    found = [line for line in page.splitlines() if line.startswith("<td class=") and "without entry" in line]
    assert [line.split('"')[1].replace(" first", "") for line in found] == [
        "dies", "moved", "improves", "unchanged", "dies frail",
    ]  # fmt: skip
    assert [line.split(">")[1][0] for line in found] == ["✕", "+", "▲", "·", "✕"]
    assert "effect +3.50, 100% of seeds agree" in found[0] and "pass → miss" in found[0]
