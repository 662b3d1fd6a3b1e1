"""Draws are a pure function of their address, and the generator is NumPy's own Philox."""

import numpy as np
import pytest
from scipy.stats import norm

from abm.randomness import luck, normal, philox


@pytest.mark.parametrize("counter,key", [((0, 0, 0, 0), (0, 0)), ((7, 1971, 3, 2**64 - 1), (2**63, 12345))])
def test_philox_equals_numpys(counter, key):
    whole = sum(word << (64 * i) for i, word in enumerate(counter))
    # NumPy increments the counter before it makes a block.
    before = (whole - 1) % 2**256
    words = np.array([(before >> (64 * i)) & (2**64 - 1) for i in range(4)], dtype=np.uint64)
    numpys = np.random.Philox(counter=words, key=np.array(key, dtype=np.uint64)).random_raw(4)
    ours = philox(*(np.uint64(word) for word in counter), *(np.uint64(word) for word in key))
    assert [int(word) for word in ours] == [int(word) for word in numpys]


def test_normal_is_the_quantile_function():
    for u in [1e-15, 1e-9, 0.02, 0.3, 0.5, 0.61, 0.97, 1 - 1e-9]:
        assert normal(u) == pytest.approx(norm.ppf(u), rel=1e-13, abs=1e-15)


def test_every_part_of_the_address_matters_and_nothing_else():
    here = luck(1, 3, 50, 17)
    assert here == luck(1, 3, 50, 17)
    for other in [(2, 3, 50, 17), (1, 4, 50, 17), (1, 3, 51, 17), (1, 3, 50, 18)]:
        assert len(set(here) & set(luck(*other))) == 0


def test_draws_are_uniform_and_uncorrelated_across_neighbouring_agents():
    draws = np.array([luck(5, 3, 10, agent) for agent in range(4000)])
    assert abs(draws.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(draws[:-1, 0], draws[1:, 0])[0, 1]) < 0.06
    assert draws.min() > 0.0 and draws.max() < 1.0
