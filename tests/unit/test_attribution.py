"""Attribution: levers and worlds between scenarios, measures, tables by brute force on the model, sentences."""

import itertools

import numpy as np
import pandas as pd
import pytest

import abm
from abm.compiled import COMPILED
from abm.scenario import ScenarioError, load_scenario
from experiments.figures.attribution import interaction_map, shares_map, waterfall
from experiments.lab.attribute import wanted
from experiments.lab.attribute_page import titles
from experiments.lab.coalitions import Game, Journal, Outcome, play, unfinished
from experiments.lab.decomposition import Split, decomposed, tabulated
from experiments.lab.levers import WORLD, coalition, levers_between, setting
from experiments.lab.measures import REGIME, chosen_measures, default_measures
from experiments.lab.words import findings, per_cent, sentence, signed
from experiments.output import InputError
from experiments.tables import HEADLINES, Headline

PLAIN = {"run.quarters": 24}
MOVED = {"policy.guarantee": 0.9, "policy.directed_share": 0.6, "policy.concentration": 0.8, "policy.sme_window": 0.0}


def pair(changes=MOVED, **common):
    """Return a scenario and a changed one, of another name."""
    plain = PLAIN | {key.replace("__", "."): value for key, value in common.items()}
    other = load_scenario("base", plain | changes).model_copy(update={"name": "moved", "title": "Moved"})
    return load_scenario("base", plain), other


def test_levers_are_the_instruments_that_differ_or_their_keys():
    a, b = pair()
    by_instrument, by_key = levers_between(a, b), levers_between(a, b, "key")
    assert [lever.name for lever in by_instrument] == ["credit_direction", "guarantee", "small_firm_window"]
    assert by_instrument[0].keys == ("policy.directed_share", "policy.concentration")
    assert [lever.keys for lever in by_key] == [(key,) for key in sorted(MOVED, key=_declared)]
    assert by_key[-1].source == by_instrument[-1].source


def _declared(key):
    return list(load_scenario("base").resolved()["policy"]).index(key.split(".")[1])


def test_what_differs_outside_the_policy_block_is_one_lever_of_its_own():
    a, _ = pair()
    changes = {"policy.guarantee": 0.9, "mechanisms.land_speculation": False, "world.demand_memory": 300.0}
    quiet = a.replace(changes | {"history": load_scenario("base", {"history": "quiet"}).resolved()["history"]})
    levers = levers_between(a, quiet.model_copy(update={"name": "quiet"}))
    assert [lever.name for lever in levers] == ["guarantee", WORLD]
    assert levers[1].keys == ("world.demand_memory", "mechanisms.land_speculation", "history")


def test_coalitions_lead_from_one_scenario_to_the_other():
    a, _ = pair()
    for changes in (MOVED, MOVED | {"mechanisms.contagion": False}, {"history": "quiet", "policy.subsidy": 0.0}):
        b = load_scenario("base", PLAIN | changes).model_copy(update={"name": "other"})
        levers = levers_between(a, b)
        everyone = (1 << len(levers)) - 1
        assert coalition(a, b, levers, 0) is a and coalition(a, b, levers, everyone) is b
        moved = a.replace({key: setting(b, key) for lever in levers for key in lever.keys})
        assert moved.digest() == b.digest()  # the levers are all that differs
    one = coalition(a, b, levers, 1)
    assert one.name == "coalition 1" and one.policy == b.policy and one.history == a.history


def test_a_key_takes_its_reforms_along_and_no_others():
    """A lever is the whole path of its keys: the policy block, and what reforms make of it."""
    a = load_scenario("base").reformed("1980Q1", {"policy.guarantee": 0.9, "policy.subsidy": 0.08})
    b = load_scenario("base").reformed("1985Q1", {"policy.guarantee": 0.1}).reformed("1980Q1", {"policy.subsidy": 0.08})
    b = b.model_copy(update={"name": "other"})
    levers = levers_between(a, b)
    assert [lever.name for lever in levers] == ["guarantee"]  # the subsidy goes the same way in both
    both = load_scenario("base", {"policy.entry_barrier": 0.8}).reformed("1990Q1", {"policy.sme_window": 0.5})
    levers = levers_between(a, both.model_copy(update={"name": "both"}))
    assert [lever.name for lever in levers] == ["credit_price", "guarantee", "entry_and_exit", "small_firm_window"]
    mixed = coalition(a, both, levers, 0b0011)  # neither reform of A is left, none of B has come
    assert mixed.reforms == () and mixed.policy == a.policy
    window = coalition(a, both, levers, 0b1000)
    paths = [(reform.since, reform.policy.values()) for reform in window.reforms]
    assert paths == [("1980Q1", {"subsidy": 0.08, "guarantee": 0.9}), ("1990Q1", {"sme_window": 0.5})]


def test_scenarios_that_cannot_be_compared_are_refused():
    a, b = pair()
    with pytest.raises(ScenarioError, match="run.quarters: base has 24, moved has 20"):
        levers_between(a, b.replace({"run.quarters": 20}))
    with pytest.raises(ScenarioError, match="base: named twice"):
        levers_between(a, b.model_copy(update={"name": "base"}))
    with pytest.raises(InputError, match="base and same do not differ"):
        levers_between(a, a.model_copy(update={"name": "same", "title": "Another title"}))


def test_default_measures_are_the_headlines_and_the_regime_that_a_run_covers():
    full = default_measures(load_scenario("base"))
    assert tuple(full[:-1]) == HEADLINES and full[-1].label.startswith("Regime score, 1992-96")
    until_1994 = default_measures(load_scenario("base", {"run.quarters": 96}))
    assert [m.label for m in until_1994[:-1]] == [line.label for line in HEADLINES if line.last <= 1994]
    assert (until_1994[-1].indicator, until_1994[-1].first, until_1994[-1].last) == (REGIME, 1992, 1994)
    short = default_measures(load_scenario("base", PLAIN))
    assert {m.first for m in short[:-1]} == {1976} and (short[-1].first, short[-1].last) == (1972, 1976)


def test_measures_of_the_users_choice():
    scenario = load_scenario("base")
    two = chosen_measures(scenario, ["wage", "hhi"], ["1990-1996", "1980"], ["max"])
    asked = [(m.indicator, m.first, m.last, m.how) for m in two]
    assert asked == [("wage", 1990, 1996, "max"), ("hhi", 1980, 1980, "max")]
    assert two[0].label == "wage, max, 1990-96"
    (whole,) = chosen_measures(scenario, ["niche_share"], [], [])
    assert (whole.first, whole.last, whole.how, whole.form) == (1971, 2006, "mean", "{:.1%}")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((["wagee"], [], []), "--indicator wagee: no such indicator (did you mean 'wage'?)"),
        ((["wage"], ["1996-1990"], []), "--years 1996-1990: expected a year or FIRST-LAST within 1971-2006"),
        ((["wage"], ["1990-2010"], []), "--years 1990-2010"),
        ((["wage"], ["lately"], []), "--years lately"),
        ((["wage"], [], ["median"]), "--how median: expected one of mean, max, sum"),
        ((["wage", "hhi", "icor"], ["1990", "1991"], []), "--years: given 2 times; expected once, or once for each"),
        ((["wage", "wage"], [], []), "asked for twice"),
        (([], ["1990"], []), "--years 1990: says how to read an --indicator, and none is given"),
        (([], [], ["max"]), "--how max"),
    ],
)
def test_wrong_measures_are_named(asked, words):
    with pytest.raises(InputError) as problem:
        chosen_measures(load_scenario("base"), *asked)
    assert words in str(problem.value)


@pytest.mark.skipif(not COMPILED, reason="runs of the model are slow uncompiled")
def test_three_levers_of_the_model_agree_with_brute_force(tmp_path):
    a, b = pair(run__quarters=40)
    seeds = [4, 5, 6]
    measures = chosen_measures(a, ["debt_equity_large", "firm_count"], ["1975-1979"], ["mean", "max"])
    game = Game(a, b, levers_between(a, b), seeds, measures)
    outcomes = play(game, wanted(3, []), tmp_path / "journal", workers=2)
    tables = tabulated(game, decomposed({m: np.array(o.values) for m, o in outcomes.items()}, 3, []))
    parts = by_every_order(a, seeds)
    got = tables.levers.pivot(index="measure", columns="lever", values="contribution")
    assert got["guarantee"].tolist() == pytest.approx(parts["policy.guarantee",].mean(axis=0))
    assert got["credit_direction"].tolist() == pytest.approx(
        parts["policy.directed_share", "policy.concentration"].mean(axis=0)
    )
    assert got["small_firm_window"].tolist() == pytest.approx(parts["policy.sme_window",].mean(axis=0))
    assert got.sum(axis=1).reindex(tables.measures["measure"]).tolist() == pytest.approx(
        tables.measures["gap"].tolist()
    )


def by_every_order(a, seeds):
    """Return each lever's contribution [seed, measure], by moving the levers of MOVED in every order."""
    groups = [("policy.guarantee",), ("policy.directed_share", "policy.concentration"), ("policy.sme_window",)]
    values = {}
    for size in range(4):
        for some in itertools.combinations(groups, size):
            world = a.replace({key: MOVED[key] for group in some for key in group})
            values[frozenset(some)] = np.array([_measured(world, seed) for seed in seeds])
    parts = {group: np.zeros((len(seeds), 2)) for group in groups}
    for order in itertools.permutations(groups):
        for k, group in enumerate(order):
            parts[group] += (values[frozenset(order[: k + 1])] - values[frozenset(order[:k])]) / 6.0
    return parts


def _measured(world, seed):
    table = abm.simulate(world, seed).indicators.loc["1975Q1":"1979Q4"]
    return [table["debt_equity_large"].mean(), table["firm_count"].max()]


@pytest.mark.skipif(not COMPILED, reason="runs of the model are slow uncompiled")
def test_an_indicator_without_a_value_is_refused_with_its_definition(tmp_path):
    a, b = pair()
    game = Game(a, b, levers_between(a, b), [1], chosen_measures(a, ["memory_learning_rate"], [], []))
    with pytest.raises(InputError, match="undefined in a run .*NaN without output"):
        play(game, wanted(3, []), tmp_path / "journal", workers=1)


def test_a_journal_forgets_a_line_that_a_kill_cut_short_and_stays_only_while_there_is_work(tmp_path):
    path = tmp_path / "journal"
    Journal(path).add(3, Outcome([[1.5, 0.1]], ["a", "b"]))
    Journal(path).add(4, Outcome([[2.5, 1 / 3]], ["c", "d"]))
    path.write_text(path.read_text() + "[5, [[1.0]], [")
    again = Journal(path)
    assert again.known == {3: Outcome([[1.5, 0.1]], ["a", "b"]), 4: Outcome([[2.5, 1 / 3]], ["c", "d"])}
    again.add(6, again.known[3])
    assert list(Journal(path).known) == [3, 4, 6]
    with pytest.raises(KeyboardInterrupt), unfinished(path):
        raise KeyboardInterrupt
    assert path.exists()
    with unfinished(path):
        pass
    assert not path.exists()


def test_a_journal_belongs_to_all_that_numbers_depend_on():
    a, b = pair()
    measures = default_measures(a)
    game = Game(a, b, levers_between(a, b), [1, 2], measures)
    others = [
        Game(a, b, game.levers, [1, 3], measures),
        Game(a, b, game.levers, [1, 2], measures[1:]),
        Game(a, b, levers_between(a, b, "key"), [1, 2], measures),
        Game(a, b.replace({"policy.guarantee": 0.8}), game.levers, [1, 2], measures),
    ]
    digests = {one.digest() for one in [game, *others]}
    assert len(digests) == 5
    renamed = Game(a.model_copy(update={"title": "New"}), b, game.levers, [1, 2], measures)
    assert renamed.digest() == game.digest()


def split(parts, pairs=None, error=None, start=10.0):
    """Return the decomposition of a game of two levers whose contributions are given a row a lever [lever, seed]."""
    parts, pairs = np.array(parts, float), np.zeros_like(parts[0]) if pairs is None else np.array(pairs, float)
    table = np.zeros((2, 2, parts.shape[1]))
    table[0, 1] = table[1, 0] = pairs
    begin = np.full(parts.shape[1], start)
    pairs = None if error is not None else table
    return Split(
        begin, begin + parts.sum(axis=0), parts, parts - table[0, 1] / 2, parts + table[0, 1] / 2, pairs, error
    )


def told(*parts, form="{:.1f}", **more):
    """Return the tables and the finding of one measure of two levers, credit_direction and guarantee."""
    a, b = pair({key: MOVED[key] for key in list(MOVED)[:3]})
    debt = Headline("Debt", "debt_equity_all", 1976, 1976, "mean", form)
    game = Game(a, b, levers_between(a, b), list(range(len(parts[0]))), [debt])
    tables = tabulated(game, [split(parts, **more)])
    return game, tables, findings(game.measures, game.levers, tables)[0]


def test_tables_hold_what_was_worked_by_hand():
    _, tables, _ = told([-1.0, -2.0, -3.0, -2.0], [-6.0, -6.0, -5.0, -7.0], pairs=[-2.0, -2.0, -2.0, -2.0])
    row, levers = tables.measures.iloc[0], tables.levers.set_index("lever")
    assert (row["from"], row["to"], row["gap"], row["gap_median"]) == (10.0, 2.0, -8.0, -8.0)
    assert row["clear"] and row["agreement"] == 1.0 and row["together"] == -2.0
    assert levers["contribution"].tolist() == [-2.0, -6.0] and levers["share"].tolist() == [0.25, 0.75]
    assert levers["alone"].tolist() == [-1.0, -5.0] and levers["last"].tolist() == [-3.0, -7.0]
    seeds = levers.loc["credit_direction", ["contribution_seeds_low", "contribution_seeds_high"]].tolist()
    assert seeds == pytest.approx([-2.85, -1.15])
    assert (levers["contribution_low"] < levers["contribution"]).all() and (levers["share_low"] < levers["share"]).all()
    (pair_row,) = tables.pairs.to_dict("records")
    assert (pair_row["lever"], pair_row["other"]) == ("credit_direction", "guarantee")
    assert (pair_row["interaction"], pair_row["share"]) == (-2.0, 0.25)


def test_a_band_from_sampled_orders_is_wider_by_their_error():
    parts = [-1.0, -2.0, -3.0, -2.0], [-6.0, -6.0, -5.0, -7.0]
    _, whole, _ = told(*parts)
    _, tables, finding = told(*parts, error=np.array([3.0, 0.0]))
    narrow, wide = whole.levers.iloc[0], tables.levers.iloc[0]
    assert wide["contribution_low"] == pytest.approx(
        -2.0 - np.hypot(-2.0 - narrow["contribution_low"], 3.0 * 1.6448536)
    )
    assert wide["share_high"] == pytest.approx(0.25 + np.hypot(narrow["share_high"] - 0.25, 3.0 / 8.0 * 1.6448536))
    assert tables.levers.iloc[1]["contribution_low"] == pytest.approx(whole.levers.iloc[1]["contribution_low"])
    assert tables.pairs.empty and list(tables.pairs) == list(whole.pairs)
    assert "the other levers 25 %" in sentence(finding)  # a part that may be zero is not named


def test_a_sentence_says_what_explains_the_gap():
    _, _, finding = told([-1.0, -2.0, -3.0, -2.0], [-6.0, -6.0, -5.0, -7.0], pairs=[-2.0, -2.1, -2.0, -1.9])
    said = sentence(finding)
    assert said.startswith("Of the gap of -8.0 (from 10.0 to 2.0; band ")
    assert "guarantee explains 75 % (" in said and " and direction and concentration of credit 25 % (" in said
    assert said.endswith(
        "Moved one at a time from the start, the levers add up to 75 % of the gap: the rest needs several at once, "
        "most of all direction and concentration of credit with guarantee (-2.0)."
    )


def test_a_sentence_names_what_works_against_the_gap():
    _, _, finding = told([2.0, 2.0, 2.0], [-8.0, -6.0, -7.0], pairs=[3.0, 2.0, 1.0])
    said = sentence(finding)
    assert "guarantee explains 140 % (" in said and "; direction and concentration of credit -40 % (" in said
    assert (
        ") against it. Moved one at a time from the start, the levers add up to 140 % of the gap: they overlap" in said
    )


def test_no_shares_where_there_is_no_gap():
    game, tables, finding = told([3.0, 3.2, 2.8, 3.1], [-3.0, -3.3, -2.9, -2.8])
    assert not tables.measures.loc[0, "clear"] and tables.levers[["share", "share_low", "share_high"]].isna().all(
        axis=None
    )
    said = sentence(finding)
    assert (
        said.startswith("No gap that luck does not explain: ")
        and "offset each other" in said
        and "explains" not in said
    )
    assert shares_map([finding], game.levers, {lever.name: "" for lever in game.levers}).data[0].text[0][0] == ""


def test_one_seed_has_no_bands_but_still_adds_up():
    _, tables, finding = told([-2.0], [-6.0])
    assert tables.measures.loc[0, "clear"] and np.isnan(tables.measures.loc[0, "gap_low"])
    assert "guarantee explains 75 % and direction and concentration of credit 25 %" in sentence(finding)


def test_numbers_have_signs_and_shares_are_in_points():
    assert [signed("{:.1%}", x) for x in (0.1234, -0.1, 0.0001, -0.0001)] == [
        "+12.3 pp",
        "-10.0 pp",
        "0.0 pp",
        "0.0 pp",
    ]
    assert [signed("{:,.0f}", x) for x in (1234.5, -1234.5, -0.2)] == ["+1,234", "-1,234", "0"]
    assert [per_cent(x) for x in (1.234, -0.001, -0.5)] == ["123 %", "0 %", "-50 %"]


def test_the_way_leads_from_the_one_value_to_the_other_and_the_largest_step_is_first():
    game, _, finding = told([-1.0, -2.0, -3.0, -2.0], [-6.0, -6.0, -5.0, -7.0], pairs=[-2.0, -2.0, -2.0, -2.0])
    bars = waterfall(finding, titles(game), {lever.name: "about" for lever in game.levers}).data[0]
    assert list(bars.y) == ["Guarantee", "Direction and<br>concentration of credit"]
    assert list(bars.base) == [10.0, 4.0] and list(bars.x) == [-6.0, -2.0] and bars.base[-1] + bars.x[-1] == 2.0
    assert all("about" in text for text in bars.hovertext)
    assert interaction_map(finding, game.levers).data[0].text.tolist() == [["-2.0"]]


def test_scenarios_of_one_title_are_told_apart_by_name():
    a, b = pair()
    alike = b.model_copy(update={"title": a.title})
    assert titles(Game(a, alike, [], [], [])) == ("base", "moved")
    assert titles(Game(a, b, [], [], [])) == (a.title, "Moved")


def test_pandas_keeps_every_number(tmp_path):
    _, tables, _ = told([-1.0, -2.0, 1 / 3, -2.0], [-6.0, -6.0, -5.0, -7.0])
    tables.levers.to_csv(tmp_path / "levers.csv", index=False)
    assert (pd.read_csv(tmp_path / "levers.csv")["contribution"] == tables.levers["contribution"]).all()
