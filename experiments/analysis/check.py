"""What analyses ask of a sweep before they begin: outcomes that are numbers, scenarios and factors that it has."""

import numpy as np
import pandas as pd

from abm.scenario import nearest
from experiments.facts import NEVER
from experiments.output import InputError
from experiments.sweep.study import Study


def numbers_of(study: Study) -> list[str]:
    """Return the outcomes of a sweep that are numbers."""
    return [name for name in study.outcomes if pd.api.types.is_numeric_dtype(study.results[name])]


def check_number(study: Study, outcome: str) -> None:
    """Raise InputError unless a sweep has this outcome, and it is a number."""
    _check("--outcome", outcome, "outcome", numbers_of(study), "no number")


def never_counts_as(study: Study, outcome: str) -> float | None:
    """Return the year that stands for never in an outcome that is a first year, the one after its window; else None."""
    entry = study.plan["outcomes"].get(outcome)
    return float(entry["window"][1] + 1) if entry and entry["statistic"] == "first_year_above" else None


def measured(study: Study, outcome: str) -> np.ndarray:
    """Return an outcome as [point, scenario, seed], NaN where a run failed; never counts as the year after the window.

    InputError for an unknown outcome, or one that is no number.
    """
    check_number(study, outcome)
    cube, never = study.cube(outcome), never_counts_as(study, outcome)
    return cube if never is None else np.where(cube == NEVER, never, cube)


def check_scenario(study: Study, name: str) -> None:
    """Raise InputError unless a sweep has this scenario."""
    _check("--scenario", name, "scenario", list(study.manifest["scenarios"]), "none")


def check_factor(study: Study, name: str) -> None:
    """Raise InputError unless points can be grouped by this: a factor, or the policy or world of a crossed sweep."""
    crossed = [key for key in ("policy", "world") if key in study.design]
    _check("--by", name, "factor", [*study.factors, *crossed], "none")


def _check(option: str, name: str, what: str, known: list[str], none: str) -> None:
    if name not in known:
        raise InputError(f"{option} {name}: no {what} of this sweep{nearest(name, known)}; it has "
                         f"{', '.join(known) or none}")  # fmt: skip
