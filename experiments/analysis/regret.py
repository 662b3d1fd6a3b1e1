"""Regret of policies on the store of a sweep: how far each falls short of the best one, world by world."""

import numpy as np
import pandas as pd

from experiments.analysis.check import check_number, never_counts_as
from experiments.facts import NEVER
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
    never = never_counts_as(study, outcome)
    known = study.results[outcome] if never is None else study.results[outcome].replace(NEVER, never)
    means = known.groupby(study.results["point"]).mean()
    values = study.design["point"].map(means)
    if bare := int((~np.isfinite(values)).sum()):
        raise InputError(f"{study.folder}: {outcome} has no finite value in {bare} of {len(values):,} points; "
                         "choose another outcome")  # fmt: skip
    grid = study.design.assign(value=values).pivot(index="policy", columns="world", values="value")
    return grid.max() - grid if most else grid - grid.min()


def regret_table(study: Study, short: pd.DataFrame) -> pd.DataFrame:
    """Return a row a policy, from the regrets [policy, world]: its levers, mean and 95 % regret, the worst, and where.

    Best first, that is the policy with the least regret in its worst world, then on average. best_in: the share of the
    worlds in which no other policy is better.
    """
    levers = study.design.drop_duplicates("policy").set_index("policy")[list(study.plan["levers"])]
    found = levers.assign(mean_regret=short.mean(axis=1), high_regret=short.quantile(WORST, axis=1),
                          worst_regret=short.max(axis=1), worst_world=short.idxmax(axis=1),
                          best_in=(short == 0.0).mean(axis=1))  # fmt: skip
    return found.reset_index().sort_values(["worst_regret", "mean_regret"], ignore_index=True)


def regret(study: Study, outcome: str, most: bool = True) -> pd.DataFrame:
    """Return the table of `regret_table` for an outcome; raises as `regrets` does."""
    return regret_table(study, regrets(study, outcome, most))


def named(study: Study, policy: int) -> str:
    """Return the levers of a policy with their values."""
    row = study.design[study.design["policy"] == policy].iloc[0]
    return ", ".join(f"{key} {_value(row[key])}" for key in study.plan["levers"])


def _value(value: object) -> str:
    if isinstance(value, str):
        return value
    return ("on" if value else "off") if isinstance(value, bool | np.bool_) else f"{value:.4g}"
