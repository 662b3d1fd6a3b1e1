"""How often bootstrap bands hold the true mean: `python tests/benchmarks/bands.py [LEVEL]` (default 90).

For several numbers of seeds, 4,000 samples of a normal and of a lognormal outcome, whose true means are known.
"""

import sys

import numpy as np

from experiments.analysis.bootstrap import draws_of, means

SAMPLES, DRAWS = 4000, 2000


def held(values: np.ndarray, level: float) -> float:
    """Return the share of samples [sample, seed] of true mean 0 whose interval holds 0."""
    drawn = draws_of(values.shape[1], DRAWS, level)
    ends = [drawn.ends(means(sample[None], drawn.counts)) for sample in values]
    return float(np.mean([low <= 0.0 <= high for low, high in ends]))


def main(level: float) -> None:
    """Print a row a number of seeds."""
    print("seeds  normal  lognormal")
    for seeds in (4, 8, 16, 32, 64):
        rng = np.random.default_rng(1)
        normal, skewed = rng.normal(size=(SAMPLES, seeds)), rng.lognormal(size=(SAMPLES, seeds)) - np.exp(0.5)
        print(f"{seeds:5}  {held(normal, level):6.1%}  {held(skewed, level):9.1%}")


if __name__ == "__main__":
    main(float(sys.argv[1]) / 100.0 if len(sys.argv) > 1 else 0.9)
