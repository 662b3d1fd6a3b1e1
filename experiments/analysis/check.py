"""What analyses ask of a sweep before they begin: outcomes that are numbers, scenarios and factors that it has."""

import pandas as pd

from abm.scenario import nearest
from experiments.output import InputError
from experiments.sweep.study import Study


def numbers_of(study: Study) -> list[str]:
    """Return the outcomes of a sweep that are numbers."""
    return [name for name in study.outcomes if pd.api.types.is_numeric_dtype(study.results[name])]


def check_number(study: Study, outcome: str) -> None:
    """Raise InputError unless a sweep has this outcome, and it is a number."""
    _check("--outcome", outcome, "outcome", numbers_of(study), "no number")


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
