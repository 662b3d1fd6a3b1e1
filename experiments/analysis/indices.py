"""Morris and Sobol by SALib: points of the unit cube, indices with their bands, and whether they have settled."""

import numpy as np
import pandas as pd

from experiments.analysis.sensitivity_plan import Morris, SobolIndices

CONFIDENCE = 0.9
RESAMPLES = 200
SETTLING = (0.25, 0.5, 1.0)  # parts of the sample at which the indices are worked out, to see them settle
MAIN = {"morris": "mu_star", "sobol": "total"}  # the index by which factors are ranked


def problem(names: list[str]) -> dict:
    """Return SALib's description of factors that each run from 0 to 1."""
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def unit_points(design: Morris | SobolIndices, names: list[str]) -> np.ndarray:
    """Return the points of a design in the unit cube [point, factor], block after block."""
    if isinstance(design, Morris):
        from SALib.sample import morris

        return morris.sample(problem(names), design.trajectories, num_levels=design.levels, seed=design.seed)
    from SALib.sample import sobol

    return sobol.sample(problem(names), design.base, calc_second_order=False, seed=design.seed)


def indices(design: Morris | SobolIndices, names: list[str], points: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    """Return the indices of one outcome: a row a factor, in the order of `names`.

    points: of the unit cube [point, factor]; values: the outcome [point]. Morris: mu_star (mean absolute effect of
    moving a factor over its range), mu (with sign), sigma (spread: not linear, or bound up with others). Sobol: first
    (share of the variance that a factor explains alone), total (with all it takes part in). `_low` and `_high`: a
    bootstrap band at 90 %. An outcome that does not vary has no effects: 0.
    """
    if np.ptp(values) == 0.0:
        columns = ("mu_star", "mu", "sigma") if isinstance(design, Morris) else ("first", "total")
        banded = {f"{name}{end}": 0.0 for name in columns for end in ("", "_low", "_high")}
        return pd.DataFrame([{"factor": name} | banded for name in names])
    if isinstance(design, Morris):
        from SALib.analyze import morris

        found = morris.analyze(
            problem(names), points, values, conf_level=CONFIDENCE, num_resamples=RESAMPLES, num_levels=design.levels,
            seed=design.seed,
        )  # fmt: skip
        half = np.asarray(found["mu_star_conf"], float)
        table = {"mu_star": np.asarray(found["mu_star"], float), "mu": found["mu"], "sigma": found["sigma"]}
        return _banded(names, table, {"mu_star": half})
    from SALib.analyze import sobol

    found = sobol.analyze(
        problem(names), values, calc_second_order=False, conf_level=CONFIDENCE, num_resamples=RESAMPLES,
        seed=design.seed,
    )  # fmt: skip
    halves = {"first": found["S1_conf"], "total": found["ST_conf"]}
    return _banded(names, {"first": found["S1"], "total": found["ST"]}, halves)


def _banded(names: list[str], table: dict, halves: dict) -> pd.DataFrame:
    """Return indices with their bands beside them."""
    columns = {"factor": names}
    for name, values in table.items():
        columns[name] = np.asarray(values, float)
        if name in halves:
            columns[f"{name}_low"] = columns[name] - np.asarray(halves[name], float)
            columns[f"{name}_high"] = columns[name] + np.asarray(halves[name], float)
    return pd.DataFrame(columns)


def settling(design: Morris | SobolIndices, names: list[str], points: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    """Return the indices at growing parts of the sample: points, then the columns of `indices`."""
    blocks, size = design.blocks(len(names))
    counts = sorted({max(4, int(blocks * part)) * size for part in SETTLING})
    parts = [indices(design, names, points[:count], values[:count]).assign(points=count) for count in counts]
    return pd.concat(parts, ignore_index=True)


def luck(cube: np.ndarray) -> float:
    """Return the part of luck in the variance of single runs [point, seed]: mean variance over seeds in the whole."""
    whole = float(cube.var())
    return float(cube.var(axis=1).mean()) / whole if whole > 0.0 else 0.0
