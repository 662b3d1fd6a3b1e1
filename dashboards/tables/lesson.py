"""The numbers that a lesson's reveal quotes, measured on the runs of its step."""

import numpy as np

from dashboards.lessons import Number, Step
from experiments.tables import Ensemble

SEEDS = 32  # paired seeds of a step


def measured(number: Number, ensemble: Ensemble, arm: str) -> str:
    """Return a number as text: the median over seeds, or the share of runs in which it is not zero."""
    values = ensemble.over_years(arm, number.indicator, *number.years, number.how)
    return number.form.format(float((values > 0).mean() if number.runs else np.median(values)))


def quoted(step: Step, ensemble: Ensemble, plain: Ensemble | None) -> dict[str, str]:
    """Return every number that the reveal may quote; `plain` is the ensemble without the changes of the world."""
    found = {}
    for name, number in step.numbers.items():
        for arm in "ab":
            found[f"{name}_{arm}"] = measured(number, ensemble, arm)
            found[f"{name}_{arm}0"] = measured(number, plain or ensemble, arm)
    return found
