"""Shapley arithmetic: games worked by hand, the axioms, brute force over all orders, sampled orders, bands."""

import itertools
import math

import numpy as np
import pytest

from experiments.lab import shapley
from experiments.lab.attribute import wanted

RNG = np.random.default_rng(7)


def game(players, worth):
    """Return the values of a game from a function of the set of players (numbered from 1)."""
    members = [{i + 1 for i in range(players) if coalition >> i & 1} for coalition in range(1 << players)]
    return np.array([float(worth(one)) for one in members])


TEXTBOOK = {"": 0, "1": 80, "2": 56, "3": 70, "12": 80, "13": 85, "23": 72, "123": 90}


def textbook(members):
    return TEXTBOOK["".join(str(one) for one in sorted(members))]


def brute_force(values):
    """Return contributions and interactions by walking every order of the players, and of all with a pair as one."""
    players = len(values).bit_length() - 1
    parts, pairs = np.zeros((players, *values.shape[1:])), np.zeros((players, players, *values.shape[1:]))
    for order in itertools.permutations(range(players)):
        here = 0
        for player in order:
            parts[player] += values[here | 1 << player] - values[here]
            here |= 1 << player
    for i, j in itertools.combinations(range(players), 2):
        others = [player for player in range(players) if player not in (i, j)]
        for order in itertools.permutations([*others, "pair"]):
            s = sum(1 << player for player in order[: order.index("pair")])
            pairs[i, j] += values[s | 1 << i | 1 << j] - values[s | 1 << i] - values[s | 1 << j] + values[s]
        pairs[j, i] = pairs[i, j]
    return parts / math.factorial(players), pairs / math.factorial(players - 1)


def test_the_glove_game():
    # 1 and 2 own a left glove, 3 a right one; a pair is worth 1. 3 is pivotal unless it comes first.
    values = game(3, lambda s: 3 in s and len(s) > 1)
    assert shapley.contributions(values) == pytest.approx([1 / 6, 1 / 6, 2 / 3])


def test_a_game_of_three_worked_by_hand():
    # 1: 80/3 + (24 + 15)/6 + 18/3; 2: 56/3 + (0 + 2)/6 + 5/3; 3: 70/3 + (5 + 16)/6 + 10/3.
    values = game(3, textbook)
    assert shapley.contributions(values) == pytest.approx([235 / 6, 62 / 3, 181 / 6])
    # 12: half of 80 - 80 - 56 + 0 and half of 90 - 85 - 72 + 70; 13: of 85 - 80 - 70 and 90 - 80 - 72 + 56;
    # 23: of 72 - 56 - 70 and 90 - 80 - 85 + 80.
    pairs = shapley.interactions(values)
    assert pairs[np.triu_indices(3, 1)] == pytest.approx([-26.5, -35.5, -24.5]) and (pairs == pairs.T).all()
    assert shapley.alone(values, 3).tolist() == [80, 56, 70] and shapley.last(values, 3).tolist() == [18, 5, 10]


def test_what_is_the_same_for_all_is_shared_and_what_does_nothing_gets_nothing():
    values = game(4, lambda s: len(s & {1, 2, 3}) ** 2)  # 4 is a dummy, the others are alike
    parts, pairs = shapley.contributions(values), shapley.interactions(values)
    assert parts == pytest.approx([3, 3, 3, 0])
    assert pairs[3] == pytest.approx(np.zeros(4)) and pairs[0, 1] == pytest.approx(2) == pairs[1, 2]


def test_interactions_of_additive_and_unanimity_games():
    additive = game(5, lambda s: sum(one**2 for one in s))
    assert shapley.interactions(additive) == pytest.approx(np.zeros((5, 5)))
    assert shapley.contributions(additive) == pytest.approx([1, 4, 9, 16, 25])
    product = game(2, lambda s: len(s) == 2)
    assert shapley.interactions(product).tolist() == [[0, 1], [1, 0]]
    three = game(4, lambda s: s >= {1, 2, 4})  # of a product of three, each pair gets 1 / (3 - 1)
    expected = np.zeros((4, 4))
    for i, j in itertools.permutations((0, 1, 3), 2):
        expected[i, j] = 0.5
    assert shapley.interactions(three) == pytest.approx(expected)


def test_random_games_agree_with_brute_force_and_add_up_in_every_cell():
    for players in (1, 2, 3, 4):
        values = RNG.normal(size=(1 << players, 3, 2))
        parts, pairs = brute_force(values)
        assert shapley.contributions(values) == pytest.approx(parts)
        assert shapley.interactions(values) == pytest.approx(pairs)
        assert shapley.contributions(values).sum(axis=0) == pytest.approx(values[-1] - values[0])


def test_values_of_some_coalitions_only_are_refused():
    with pytest.raises(ValueError, match="6 coalitions"):
        shapley.contributions(np.zeros(6))


def test_orders_come_in_pairs_and_more_orders_begin_with_the_same():
    few, many = shapley.orders(6, 8), shapley.orders(6, 40)
    assert many[:8] == few and few == shapley.orders(6, 8)
    assert all(one == two[::-1] for one, two in zip(many[::2], many[1::2], strict=True))
    assert all(sorted(order) == list(range(6)) for order in many) and len(set(many)) > 30


def sparse(values, players, orders):
    """Return the values of the coalitions that are run for some orders, and of no others."""
    return {members: values[members] for members in wanted(players, orders)}


def test_sampled_orders_add_up_whatever_they_are():
    values, orders = RNG.normal(size=(1 << 12, 2, 5)), shapley.orders(12, 6)
    known = sparse(values, 12, orders)
    assert len(known) < 100
    estimate = shapley.sampled(known, orders)
    assert estimate.mean.sum(axis=0) == pytest.approx(values[-1] - values[0])
    assert shapley.alone(known, 12) == pytest.approx(shapley.alone(values, 12))
    assert shapley.last(known, 12) == pytest.approx(shapley.last(values, 12))


def test_a_pair_of_orders_is_exact_where_players_interact_two_by_two():
    # An order and its reverse put either of two players first once.
    single, double = RNG.normal(size=6), RNG.normal(size=(6, 6))
    values = game(6, lambda s: sum(single[i - 1] for i in s) + sum(double[i - 1, j - 1] for i in s for j in s if i < j))
    estimate = shapley.sampled(values, shapley.orders(6, 2))
    assert estimate.mean == pytest.approx(shapley.contributions(values))


def test_sampled_orders_converge_within_their_own_error():
    values = RNG.normal(size=(1 << 6, 3))
    exact = shapley.contributions(values)
    errors = []
    for count in (40, 4000):
        estimate = shapley.sampled(values, shapley.orders(6, count))
        miss, error = (estimate.mean - exact).mean(axis=-1), estimate.error()
        assert (np.abs(miss) < 4 * error).all() and error.shape == (6,)
        errors.append(error)
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.5)


def test_the_error_of_sampling_is_that_of_a_mean_over_pairs():
    by_pair = np.array([[[1.0, 3.0]], [[2.0, 4.0]], [[6.0, 8.0]]])  # pairs' means over seeds: 2, 3, 7
    assert shapley.Sampled(by_pair.mean(axis=0), by_pair).error() == pytest.approx([np.sqrt(7.0 / 3.0)])


def test_bands_hold_the_mean_and_are_the_same_every_time():
    samples = RNG.normal(size=(4, 30)) + 5.0
    low, high = shapley.band(samples)
    again = shapley.band(samples)
    assert (low < samples.mean(axis=-1)).all() and (samples.mean(axis=-1) < high).all()
    assert (low == again[0]).all() and (high == again[1]).all()
    # Of a normal mean, 1.645 standard errors (less the bootstrap's lack of a degree of freedom) on either side.
    assert (high - low) / 2 == pytest.approx(1.645 * samples.std(axis=-1) / np.sqrt(30), rel=0.1)
    assert shapley.band(np.full(5, 2.0)) == (2.0, 2.0)
    assert np.isnan(shapley.band(np.array([2.0]))).all()


def test_a_share_that_is_the_same_in_every_seed_has_no_width():
    gap = RNG.normal(size=20) + 4.0
    low, high = shapley.share_band(np.array([0.3 * gap, 0.7 * gap]), gap)
    assert low == pytest.approx([0.3, 0.7]) and high == pytest.approx([0.3, 0.7])


def test_a_share_of_a_gap_that_may_be_none_has_no_band():
    gap = np.array([1.0, 0.0, 0.0, 0.0])  # a third of the resamples have no gap at all
    assert np.isnan(shapley.share_band(0.5 * gap, gap)[1])
