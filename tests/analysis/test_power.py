"""The power meter: numbers from the textbook, and a test that looks often and still keeps its error."""

import math

import numpy as np
import pytest

from experiments.analysis.power import Errors, looks_of, needed, needed_unpaired, table
from experiments.cli import main
from experiments.tables import Headline

MEASURE = Headline("x", "wage", 1990, 1996)


def with_effect(size, count=50):
    """Return a sample with exactly this mean over its standard deviation."""
    raw = np.random.default_rng(0).normal(size=count)
    return (raw - raw.mean()) / raw.std(ddof=1) + size


def test_pairs_needed_are_those_of_the_textbook():
    # Cohen (1988), one-sample t-test, two-sided 5 %, power 80 %: d = 0.5 takes 34, d = 0.2 takes 199 (198.15).
    usual = Errors(0.05, 0.8)
    assert needed(with_effect(0.5), usual) == 34
    assert needed(with_effect(0.2), usual) == 199
    a, b = with_effect(0.0), with_effect(0.5)
    assert needed_unpaired(a, b, usual) == 64  # Cohen: 64 in each of two groups


def test_no_difference_takes_for_ever_and_a_sure_one_no_time():
    assert math.isinf(needed(with_effect(0.0), Errors())) and math.isinf(needed(np.zeros(5), Errors()))
    assert needed(np.ones(5), Errors()) == 2.0
    assert needed_unpaired(np.ones(4), np.zeros(4), Errors()) == 2.0


def test_more_power_or_less_error_takes_more_pairs():
    gap = with_effect(0.4)
    assert needed(gap, Errors(0.05, 0.8)) < needed(gap, Errors(0.05, 0.95)) < needed(gap, Errors(0.01, 0.95))


def test_looks_double_up_to_the_most():
    assert looks_of(16, 100) == [16, 32, 64, 100]
    assert looks_of(16, 16) == [16] and looks_of(16, 64) == [16, 32, 64]


def test_shared_luck_is_what_pairing_saves():
    rng = np.random.default_rng(1)
    luck = rng.normal(size=40)
    values = np.stack([luck, luck + 0.1 + 0.05 * rng.normal(size=40)])[:, :, None]
    row = table(values, [MEASURE], Errors()).iloc[0]
    assert row["told_apart"] and row["pairs_needed"] < 10 < 500 < row["unpaired_needed"]
    assert row["low"] < row["difference"] < row["high"]


def test_looking_often_keeps_the_error():
    """Of 2,000 experiments without any difference, looked at five times, no more than 5 % see one."""
    rng, counts, seen = np.random.default_rng(2), looks_of(8, 128), 0
    for _ in range(2000):
        luck = rng.normal(size=(2, 128, 1))
        seen += any(table_p(luck[:, :count]) <= 0.05 / len(counts) for count in counts)
    assert 0.01 < seen / 2000 <= 0.05


def table_p(values):
    from scipy import stats

    return stats.ttest_rel(values[1, :, 0], values[0, :, 0]).pvalue


def test_the_table_agrees_with_the_paired_t_test_of_scipy():
    values = np.random.default_rng(3).normal(size=(2, 20, 1)) + np.array([0.0, 0.4])[:, None, None]
    assert table(values, [MEASURE], Errors()).iloc[0]["p_value"] == pytest.approx(table_p(values))


def test_the_command_stops_when_all_is_told_apart(tmp_path, capsys):
    out = tmp_path / "power"
    short = ["--set", "run.quarters=24", "--indicator", "debt_equity_all", "--years", "1976"]
    assert main(["power", "korea", "taiwan", *short, "--runs", "4", "--most", "64", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "is told from luck at 4 pairs" in said and (out / "power.tex").exists()
    same = ["--set", "policy.opening_years=5", *short]  # what comes in 1993 cannot matter in 1976
    assert main(["power", "base", "responsive_state", *short, "--runs", "4", "--out", str(tmp_path / "b")]) == 0
    capsys.readouterr()
    assert main(["power", "korea", "korea", *same]) == 2
    assert "named twice" in capsys.readouterr().err
