"""Scenario discovery on the store of a sweep: which worlds end in what, as a box; and the regret of policies."""

import numpy as np
import pandas as pd

from abm.scenario import nearest
from experiments.analysis.prim import Box, boxes, chosen
from experiments.output import InputError
from experiments.sweep.study import Study


def check_number(study: Study, outcome: str) -> None:
    """Raise InputError unless a sweep has this outcome, and it is a number."""
    numbers = [name for name in study.outcomes if pd.api.types.is_numeric_dtype(study.results[name])]
    if outcome not in numbers:
        raise InputError(f"--outcome {outcome}: no outcome of this sweep{nearest(outcome, numbers)}; it has "
                         f"{', '.join(numbers) or 'no number'}")  # fmt: skip


def hits_of(study: Study, outcome: str, above: float) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the numeric factors of each point, and the share of its runs in which an outcome exceeds a value.

    Scenarios are pooled. InputError for an unknown outcome, or one that is no number.
    """
    check_number(study, outcome)
    table = study.results
    factors = [key for key in study.factors if pd.api.types.is_numeric_dtype(study.design[key])
               and study.design[key].dtype != bool]  # fmt: skip
    if not factors:
        raise InputError(f"{study.folder}: no factor of this sweep is a number; boxes need one")
    good = table[table[outcome].notna()]
    share = (good[outcome] > above).groupby(good["point"]).mean()
    return study.design.set_index("point").loc[share.index, factors], share.to_numpy(float)


def discover(points: pd.DataFrame, hits: np.ndarray) -> tuple[Box, pd.DataFrame, pd.DataFrame]:
    """Return the chosen box, its limits (a row a limited factor), and the trajectory of peeling (a row a box).

    InputError if the outcome never or always exceeds the value. The limits' `lost` says how far density falls when a
    limit is lifted: a factor that loses nothing is not needed.
    """
    values = points.to_numpy(float)
    try:
        found = boxes(values, hits)
    except ValueError as problem:
        raise InputError(f"{problem}; choose another value for --above") from None
    box = chosen(found, values, hits)
    limited = box.restricted(values)
    rows = [
        {"factor": name, "low": box.low[k], "high": box.high[k],
         "least": values[:, k].min(), "most": values[:, k].max(),
         "lost": box.density - _density_without(box, k, values, hits)}
        for k, name in enumerate(points) if limited[k]
    ]  # fmt: skip
    limits = pd.DataFrame(rows, columns=["factor", "low", "high", "least", "most", "lost"])
    path = pd.DataFrame([{"mass": b.mass, "coverage": b.coverage, "density": b.density} for b in found])
    return box, limits.sort_values("lost", ascending=False, ignore_index=True), path


def _density_without(box: Box, k: int, values: np.ndarray, hits: np.ndarray) -> float:
    low, high = box.low.copy(), box.high.copy()
    low[k], high[k] = values[:, k].min(), values[:, k].max()
    inside = ((values >= low) & (values <= high)).all(axis=1)
    return float(hits[inside].mean())


def regret(study: Study, outcome: str, most: bool = True) -> pd.DataFrame:
    """Return the regret of each policy of a crossed sweep: policy, its levers, mean and 95 % regret, worst world.

    Regret: how far a policy falls short of the best one in the same world, at the same seeds (Savage 1951), on the
    mean over seeds. `most`: whether more of the outcome is better. InputError for an unknown outcome, or unless the
    sweep crosses policies with worlds.
    """
    check_number(study, outcome)
    if not {"policy", "world"} <= set(study.design):
        raise InputError(f"{study.folder}: regret needs every policy in every world: a crossed design (docs/sweeps.md)")
    means = study.results.groupby("point")[outcome].mean()
    grid = study.design.assign(value=study.design["point"].map(means)).pivot(
        index="policy", columns="world", values="value"
    )
    short = grid.max() - grid if most else grid - grid.min()
    levers = study.design.drop_duplicates("policy").set_index("policy")[list(study.plan["levers"])]
    found = levers.assign(mean_regret=short.mean(axis=1), high_regret=short.quantile(0.95, axis=1),
                          worst_regret=short.max(axis=1), worst_world=short.idxmax(axis=1))  # fmt: skip
    return found.reset_index().sort_values("worst_regret", ignore_index=True)
