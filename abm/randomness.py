"""Luck, addressed by (seed, stream, quarter, agent).

A draw is a pure function of its address, never the next item of a sequence. Two regimes at the same
seed therefore meet the same luck for firm 17 in 1984Q3, whether or not firm 12 went bankrupt, and
adding a stream or an agent changes no other draw. The generator is Philox 4x64 with ten rounds
(Salmon et al. 2011), the one NumPy ships; normals come from the inverse distribution function
(Wichura's AS 241), one uniform each, monotone and without rejection.
"""

import math

import numpy as np

from abm.compiled import add_words, high_word, low_word, rule

# Streams: what a draw is for. Numbers are part of the promise of reproducibility: append, never renumber.
STREAM_INITIAL = 1  # initial capabilities and fields
STREAM_WORLD = 2  # memory cycle, consumer cycle
STREAM_FIRM = 3  # cost shock, launches, starts of an activity
STREAM_TECHNOLOGY = 4  # generation step, field of spill-over
STREAM_RESCUE = 5  # the state's decision on a failing firm
STREAM_CLIENT = 6  # which quarter a client reviews its suppliers
STREAM_ENTRY = 7  # number and kind of entrants
STREAM_RUN = 8  # the run on the currency
STREAM_ENTRANT = 9  # traits of a new firm, addressed by its row
STREAM_VENTURE = 10  # whether a foreign partner joins a memory plant

M0 = np.uint64(0xD2E7470EE14C6C93)
M1 = np.uint64(0xCA5A826395121157)
W0 = np.uint64(0x9E3779B97F4A7C15)
W1 = np.uint64(0xBB67AE8584CAA73B)
SHIFT = np.uint64(11)
UNIT = 2.0**-53


@rule
def philox(c0, c1, c2, c3, k0, k1):
    """Return four 64-bit words: Philox 4x64-10 of counter (c0..c3) under key (k0, k1)."""
    for turn in range(10):
        if turn > 0:
            k0 = add_words(k0, W0)
            k1 = add_words(k1, W1)
        high0 = high_word(M0, c0)
        low0 = low_word(M0, c0)
        high1 = high_word(M1, c2)
        low1 = low_word(M1, c2)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
    return c0, c1, c2, c3


@rule
def unit_interval(word):
    """Return a number in (0, 1) from a 64-bit word; never 0 or 1."""
    return (np.float64(word >> SHIFT) + 0.5) * UNIT


@rule
def luck(seed, stream, quarter, agent):
    """Return four independent uniforms in (0, 1) for one address."""
    a, b, c, d = philox(
        np.uint64(agent), np.uint64(quarter), np.uint64(0), np.uint64(0), np.uint64(seed), np.uint64(stream)
    )
    return unit_interval(a), unit_interval(b), unit_interval(c), unit_interval(d)


@rule
def normal(u):
    """Return the standard normal quantile of u in (0, 1), to about 1e-16 (Wichura 1988, AS 241)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        numerator = (
            (((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
               + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
            + 133.14166789178437745) * r + 3.387132872796366608
        denominator = (
            (((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
               + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
            + 42.313330701600911252) * r + 1.0
        return q * numerator / denominator
    r = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r = r - 1.6
        numerator = (
            (((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
               + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
            + 4.6303378461565452959) * r + 1.42343711074968357734
        denominator = (
            (((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
               + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
            + 2.05319162663775882187) * r + 1.0
    else:
        r = r - 5.0
        numerator = (
            (((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
               + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
            + 5.4637849111641143699) * r + 6.6579046435011037772
        denominator = (
            (((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
               + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
            + 0.59983220655588793769) * r + 1.0
    x = numerator / denominator
    return -x if q < 0.0 else x


@rule
def logistic(x):
    """Return the chance whose log odds are x [0..1], safe from overflow."""
    return 1.0 / (1.0 + math.exp(-min(max(x, -60.0), 60.0)))
