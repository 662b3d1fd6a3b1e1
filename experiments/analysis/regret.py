"""Regret of policies on the store of a sweep: how far each falls short of the best one, world by world."""

import numpy as np
import pandas as pd

from experiments.analysis.check import check_number
from experiments.output import InputError
from experiments.sweep.study import Study

WORST = 0.95  # the worst twentieth of the worlds lies above this quantile of the regret


def regrets(study: Study, outcome: str, most: bool = True) -> pd.DataFrame:
    """Return the regret of each policy in each world: a row a policy, a column a world.

    Regret: how far a policy falls short of the best one in the same world, at the same seeds (Savage 1951), on the
    mean over seeds. `most`: whether more of the outcome is better. InputError for an unknown outcome, unless the
    sweep crosses policies with worlds, or if a point has no value.
    """
    check_number(study, outcome)
    if not {"policy", "world"} <= set(study.design):
        raise InputError(f"{study.folder}: regret needs every policy in every world: a crossed design (docs/sweeps.md)")
    means = study.results.groupby("point")[outcome].mean()
    values = study.design["point"].map(means)
    if bare := int((~np.isfinite(values)).sum()):
        raise InputError(f"{study.folder}: {outcome} has no finite value in {bare} of {len(values):,} points, because "
                         "runs failed or it never comes about; choose another outcome")  # fmt: skip
    grid = study.design.assign(value=values).pivot(index="policy", columns="world", values="value")
    return grid.max() - grid if most else grid - grid.min()


def regret(study: Study, outcome: str, most: bool = True) -> pd.DataFrame:
    """Return a row a policy: policy, its levers, mean and 95 % regret, the worst and in which world; best first.

    Best is what has the least regret in its worst world. Raises as `regrets` does.
    """
    short = regrets(study, outcome, most)
    levers = study.design.drop_duplicates("policy").set_index("policy")[list(study.plan["levers"])]
    found = levers.assign(mean_regret=short.mean(axis=1), high_regret=short.quantile(WORST, axis=1),
                          worst_regret=short.max(axis=1), worst_world=short.idxmax(axis=1))  # fmt: skip
    return found.reset_index().sort_values("worst_regret", ignore_index=True)
