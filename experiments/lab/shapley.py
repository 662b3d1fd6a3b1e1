"""Shapley arithmetic: what each player adds to the value of a game, from the values of coalitions.

A coalition is a bitmask: player i is in it if bit i is set. Values may carry further axes (measures, seeds); all that
is said here holds for each of their cells. Nothing here knows what a player or a value is.
"""

import itertools
import warnings
from collections.abc import Mapping, Sequence
from math import factorial
from typing import NamedTuple

import numpy as np
from scipy.stats import DegenerateDataWarning, bootstrap

from experiments.tables import BAND

RESAMPLES = 2000
BATCH = 250  # resamples held in memory at once
ORDERS = 1  # streams of luck: orders of the players,
SEEDS = 2  # and resampled seeds
Values = np.ndarray | Mapping[int, np.ndarray]  # coalition -> value [...]


def full(players: int) -> int:
    """Return the coalition of all players."""
    return (1 << players) - 1


def contributions(values: np.ndarray) -> np.ndarray:
    """Return the Shapley values [player, ...] of a game given whole, values [2^players, ...] (Shapley 1953).

    They add up to the value of all less the value of none.
    """
    players, sizes = _players(values), _sizes(len(values))
    weights = np.array([factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)])
    shares = []
    for player in range(players):
        others = _without(len(values), player)
        gains = values[others | 1 << player] - values[others]
        shares.append(np.tensordot(weights[sizes[others]], gains, 1))
    return np.array(shares)


def interactions(values: np.ndarray) -> np.ndarray:
    """Return the Shapley interaction indices [player, player, ...] of a whole game (Grabisch & Roubens 1999).

    What two players gain together beyond what each gains without the other, averaged over the coalitions they can
    join; symmetric, zero on the diagonal. For two players: v(12) - v(1) - v(2) + v(0).
    """
    players, sizes = _players(values), _sizes(len(values))
    count = max(players - 1, 1)
    weights = np.array([factorial(s) * factorial(count - s - 1) / factorial(count) for s in range(count)])
    table = np.zeros((players, players, *values.shape[1:]))
    for i, j in itertools.combinations(range(players), 2):
        others, a, b = _without(len(values), i, j), 1 << i, 1 << j
        gains = values[others | a | b] - values[others | a] - values[others | b] + values[others]
        table[i, j] = table[j, i] = np.tensordot(weights[sizes[others]], gains, 1)
    return table


def alone(values: Values, players: int) -> np.ndarray:
    """Return what each player adds when it is the first to join [player, ...]."""
    return np.array([values[1 << i] - values[0] for i in range(players)])


def last(values: Values, players: int) -> np.ndarray:
    """Return what each player adds when it is the last to join [player, ...]."""
    everyone = full(players)
    return np.array([values[everyone] - values[everyone ^ 1 << i] for i in range(players)])


def orders(players: int, count: int) -> list[tuple[int, ...]]:
    """Return orders of the players in antithetic pairs, each followed by its reverse.

    Each pair is a pure function of its number, so that more orders begin with the same ones. `count` is even.
    """
    pairs = (_luck(ORDERS, number).permutation(players) for number in range(count // 2))
    return [tuple(int(i) for i in order) for one in pairs for order in (one, one[::-1])]


def coalitions_on(order: Sequence[int]) -> list[int]:
    """Return the coalitions that an order passes, from none to all."""
    return list(itertools.accumulate((1 << player for player in order), int.__or__, initial=0))


class Sampled(NamedTuple):
    """An estimate from sampled orders: Shapley values [player, ...], and the same of each pair [pair, player, ...]."""

    mean: np.ndarray
    by_pair: np.ndarray

    def error(self) -> np.ndarray:
        """Return the standard error, from sampling orders, of the mean over the last axis (seeds) [player, ...]."""
        over_seeds = self.by_pair.mean(axis=-1)
        return over_seeds.std(axis=0, ddof=1) / np.sqrt(len(over_seeds))


def sampled(values: Values, chosen: Sequence[Sequence[int]]) -> Sampled:
    """Estimate the Shapley values from antithetic pairs of orders; needs the coalitions on them only.

    Whatever the orders, the estimates add up to the value of all less the value of none: each order does.
    """
    gains = []
    for order in chosen:
        path = np.array([values[coalition] for coalition in coalitions_on(order)])
        gains.append(np.diff(path, axis=0)[np.argsort(order)])
    by_pair = (np.array(gains[::2]) + np.array(gains[1::2])) / 2.0
    return Sampled(by_pair.mean(axis=0), by_pair)


def band(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 90 % bootstrap band [...] of the mean over seeds of samples [..., seed]; NaN for a single seed."""
    return _band((samples,), np.mean)


def share_band(part: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 90 % bootstrap band of mean part over mean whole, seeds resampled in pairs: part [..., seed]."""

    def ratio(x, y, axis):
        return x.mean(axis=axis) / y.mean(axis=axis)

    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)  # a resample without a gap has no share: no band
        return _band((part, np.broadcast_to(whole, part.shape)), ratio)


def _band(samples: tuple[np.ndarray, ...], statistic) -> tuple[np.ndarray, np.ndarray]:
    if samples[0].shape[-1] < 2:
        unknown = np.full(samples[0].shape[:-1], np.nan)
        return unknown, unknown
    interval = bootstrap(
        samples, statistic, paired=True, vectorized=True, n_resamples=RESAMPLES, batch=BATCH, axis=-1,
        confidence_level=BAND[1] - BAND[0], method="percentile", rng=_luck(SEEDS, 0),
    ).confidence_interval  # fmt: skip
    return np.asarray(interval.low)[()], np.asarray(interval.high)[()]


def _luck(stream: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[stream, number]))


def _players(values: np.ndarray) -> int:
    players = len(values).bit_length() - 1
    if len(values) != 1 << players:
        raise ValueError(f"values of {len(values)} coalitions: expected a power of two, one for every coalition")
    return players


def _sizes(coalitions: int) -> np.ndarray:
    return np.array([coalition.bit_count() for coalition in range(coalitions)])


def _without(coalitions: int, *players: int) -> np.ndarray:
    """Return the coalitions that hold none of some players."""
    every = np.arange(coalitions)
    return every[(every & sum(1 << player for player in players)) == 0]
