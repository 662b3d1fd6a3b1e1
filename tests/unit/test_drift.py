"""Where a learning state drifts: starts by hand, lock-in from known variances, one small study."""

import numpy as np
import pandas as pd
import pytest

from abm.scenario import load_scenario
from experiments.lab.drift import fixed, intraclass, lock_in, same_pairs, started
from experiments.lab.drift_page import check_responsive, dates_of, regime_shares
from experiments.output import InputError


def test_a_start_moves_the_odds_of_all_three_instruments():
    state = load_scenario("responsive_state")  # 0.35 of 0.8, 0.34 of 1.2, 0.45 of 1
    assert started(state, 0.0) is state
    far = started(state, np.log(2.0)).policy
    assert far.guarantee == pytest.approx(0.9 / 1.45) and far.directed_share == pytest.approx(0.8 * 0.7 / (0.45 + 0.7))
    assert far.concentration == pytest.approx(1.2 * 0.68 / (0.86 + 0.68))
    assert fixed(state).politics.responsiveness == 0.0


def test_intraclass_correlation_of_known_variances():
    assert intraclass(np.array([[1.0, 1.0], [3.0, 3.0]])) == 1.0  # worlds decide all
    assert intraclass(np.array([[1.0, 3.0], [3.0, 1.0]])) == 0.0  # luck decides all
    # Between means 1 and 3 (F of 2): MSB = 2 * 2 = 4; within: 4 * 0.25 / 2 = 0.5; (4 - 0.5) / (4 + 0.5).
    assert intraclass(np.array([[0.5, 1.5], [2.5, 3.5]])) == pytest.approx(3.5 / 4.5)


def test_pairs_of_futures_that_end_alike():
    assert same_pairs(np.array(["a", "a", "a"])) == 1.0
    assert same_pairs(np.array(["a", "a", "b"])) == pytest.approx(1 / 3)
    assert same_pairs(np.array(["a", "b", "c"])) == 0.0


def test_lock_in_reports_each_date_with_an_interval_around_it():
    rng = np.random.default_rng(1)
    worlds = rng.normal(size=30)
    rows = [
        {"date": date, "world": w, "future": f, "score": tie * worlds[w] + (1 - tie) * rng.normal(),
         "label": "a" if worlds[w] > 0 else "b"}
        for date, tie in (("1975Q1", 0.0), ("1985Q1", 0.9)) for w in range(30) for f in range(5)
    ]  # fmt: skip
    found = lock_in(pd.DataFrame(rows)).set_index("date")
    assert found.loc["1975Q1", "decided"] < 0.2 and found.loc["1985Q1", "decided"] > 0.9
    assert (found["low"] <= found["decided"]).all() and (found["decided"] <= found["high"]).all()
    assert (found["alike"] == 1.0).all() and found["by_chance"].between(0.5, 0.6).all()


def test_shares_of_ends_add_up_to_one_at_every_start():
    table = pd.DataFrame({"start": [0.1, 0.1, 0.9], "label": ["hybrid", "Taiwan-like", "Korea-like"]})
    shares = regime_shares(table, "start")
    assert shares.groupby("start")["share"].sum().tolist() == [1.0, 1.0]


def test_a_state_that_does_not_learn_is_refused_with_advice():
    with pytest.raises(InputError, match="politics.responsiveness = 0"):
        check_responsive(load_scenario("korea"))
    with pytest.raises(InputError, match="must cover 1992 to 1996"):
        check_responsive(load_scenario("responsive_state", {"run.quarters": 40}))
    assert dates_of(load_scenario("responsive_state"))[:2] == ("1971Q1", "1974Q1")
