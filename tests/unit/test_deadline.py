"""How late, and how little: the tables of a deadline study by hand, and one small study against plain runs."""

import numpy as np
import pandas as pd
import pytest

import abm
from experiments.lab.deadline import NONE, RUNS, WHOLE, Crisis, Question, curve, latest, one_seed, without_reform
from experiments.lab.deadline_ask import ask
from experiments.lab.reform import by_lever, changes_between, dotted, final_policy, in_part
from experiments.output import InputError

SHORT = {"run.quarters": 12}


def made(rows):
    return pd.DataFrame(rows, columns=RUNS)


def test_what_is_avoided_counts_seeds_with_a_crisis_and_what_is_caused_the_others():
    base = [("", NONE, 0.0, seed, has, 10.0) for seed, has in enumerate([True, True, True, True, False, False])]
    outcomes = (12.0, 14.0, 16.0, 8.0, 10.0, 10.0)
    tried = [("1990Q1", WHOLE, 1.0, seed, has, outcomes[seed])
             for seed, has in enumerate([False, False, False, True, True, False])]  # fmt: skip
    row = curve(made(base + tried)).iloc[0]
    assert (row["avoided"], row["caused"], row["probability"]) == (0.75, 0.5, pytest.approx(2 / 6))
    assert row["outcome"] == 1.0  # the median of 2, 4, 6, -2, 0, 0
    assert row["low"] < 2 / 6 < row["high"]
    assert without_reform(made(base))["probability"] == pytest.approx(4 / 6)


def test_the_latest_date_is_the_last_of_an_unbroken_row_that_works():
    table = pd.DataFrame({"date": ["1980Q1", "1985Q1", "1990Q1", "1995Q1"] * 3,
                          "variant": [WHOLE] * 8 + ["guarantee"] * 4, "share": [1.0] * 4 + [0.5] * 4 + [1.0] * 4,
                          "avoided": [0.9, 0.8, 0.6, 0.1, 0.7, 0.2, 0.6, 0.0, 0.1, 0.0, 0.0, 0.0]})  # fmt: skip
    found = latest(table, 0.5).set_index(["variant", "share"])
    assert found.loc[(WHOLE, 1.0), "date"] == "1990Q1" and found.loc[(WHOLE, 1.0), "monotone"]
    assert found.loc[(WHOLE, 0.5), "date"] == "1980Q1" and not found.loc[(WHOLE, 0.5), "monotone"]
    assert found.loc[("guarantee", 1.0), "date"] == "" and not found["always"].any()
    assert latest(table, 0.0)["always"].all()


def test_a_part_of_a_reform_goes_that_part_of_the_way_and_dates_only_with_the_whole():
    scenario = abm.load_scenario("base")  # guarantee 0.45, subsidy 0.03
    changes = {"guarantee": 0.05, "subsidy": 0.07, "opening_starts": "1999Q1"}
    assert in_part(scenario, changes, 0.25) == {"guarantee": pytest.approx(0.35), "subsidy": pytest.approx(0.04)}
    assert in_part(scenario, changes, 1.0) == changes
    assert list(by_lever(changes)) == ["credit_price", "guarantee", "capital_account"]


def test_the_policy_adopted_is_the_one_that_remains_after_all_reforms():
    korea, after = abm.load_scenario("korea"), abm.load_scenario("korea_imf_1998")
    assert final_policy(after)["guarantee"] == 0.0 and final_policy(korea)["guarantee"] == 0.8232
    assert changes_between(korea, after)["directed_share"] == 0.0
    with pytest.raises(InputError, match="nothing to reform"):
        changes_between(korea, korea)


def test_one_seed_of_a_study_is_what_plain_runs_of_reformed_scenarios_say():
    scenario = abm.load_scenario("korea", SHORT)
    crisis = Crisis("debt_equity_all", 1972, 1972, 1.2)
    changes = {"guarantee": 0.0, "directed_share": 0.0}
    question = Question(scenario, changes, ("1971Q4",), crisis, (0.5, 1.0))
    rows = made(one_seed(question, 5))
    assert len(rows) == 2 + 2 + 1  # two shares and two levers alone at one date, and no reform
    for row in rows.itertuples():
        part = in_part(scenario, changes, row.share) if row.variant == WHOLE else by_lever(changes).get(row.variant)
        plain = abm.simulate(scenario.reformed(row.date, dotted(part)) if row.date else scenario, 5).indicators
        assert row.crisis == (plain.loc["1972Q1":"1972Q4", "debt_equity_all"].max() > 1.2)
        whole = row.variant == NONE or (row.variant == WHOLE and row.share == 1.0)
        assert np.isnan(row.outcome) or row.outcome == pytest.approx(plain["exports_usd_m"].tail(4).mean(), rel=1e-12)
        assert whole == (not np.isnan(row.outcome))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"reform": None}, "give a REFORM"),
        ({"change": ["policy.guarantee=3"]}, "--change guarantee = 3: expected a number from 0 to 1"),
        ({"change": ["world.demand_memory=3"]}, "keys of the policy block"),
        ({"change": ["policy.guarantee"]}, "--change policy.guarantee: expected KEY=VALUE"),
        ({"crisis": "npl>0.1"}, "is no indicator"),
        ({"crisis": "npl_ratio>much"}, "not a number"),
        ({"years": "1998-1997"}, "expected FIRST-LAST"),
        ({"years": "2010"}, "the run covers 1971 to 2006"),
        ({"span": (2020, 2022)}, "no date within the run"),
        ({"outcome": "export"}, "no such indicator"),
    ],
)
def test_a_bad_question_says_what_is_wrong(asked, words):
    plain = {"scenario": "korea", "reform": "taiwan", "change": None, "settings": {}, "span": (1980, 1998),
             "crisis": "run_on_currency>0.5", "years": "1997-1998", "outcome": "exports_usd_m"}  # fmt: skip
    with pytest.raises(InputError, match=words):
        ask(**plain | asked)
