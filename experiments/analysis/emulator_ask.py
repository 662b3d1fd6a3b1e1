"""Questions to an emulator from the command line: points in a file, or a few settings on top of a scenario's own."""

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.emulator import TOLD, Emulator
from experiments.analysis.emulator_axes import text_of
from experiments.output import InputError
from experiments.pages import number
from experiments.sweep.design import read_points


def points_at(file: Path) -> pd.DataFrame:
    """Return the points of a CSV file; InputError if it cannot be read or holds none."""
    try:
        points = read_points(file)
    except ValueError as problem:
        raise InputError(f"--at {problem}") from None
    if points.empty:
        raise InputError(f"--at {file}: holds no points")
    return points


def told(
    emulator: Emulator, points: pd.DataFrame, outcomes: list[str] | None, scenario: str | None, where: str
) -> pd.DataFrame:
    """Return the answers at points, for the outcomes and the scenario asked for, or all."""
    parts = [emulator.predict(points, name, scenario, where) for name in outcomes or (None,)]
    return pd.concat(parts, ignore_index=True)


def points_set(
    emulator: Emulator, settings: dict[str, Any], outcomes: list[str] | None, scenario: str | None
) -> list[str]:
    """Return in sentences what is told where some factors are set and the others are the scenario's own."""
    lines = []
    asked = ", ".join(f"{key} {text_of(value)}" for key, value in settings.items())
    worlds = [scenario] if scenario else emulator.scenarios
    verdicts = emulator.check.set_index(["scenario", "outcome"])["verdict"]
    for world in worlds:
        if world not in emulator.scenarios:
            emulator.predict(pd.DataFrame(), scenario=world)  # says which there are
        own = own_values(emulator, world, settings)
        rest = ", ".join(f"{key} {text_of(value)}" for key, value in own.items())
        lines.append(f"{world} at {asked}" + (f" (and its own {rest})" if rest else "") + ":")
        answers = told(emulator, pd.DataFrame([own | settings]), outcomes, world, "--set")
        for row in answers.to_dict("records"):
            grade = verdicts[world, row["outcome"]]
            doubt = "" if grade == "good" else f"  [{grade}]"
            mean, low, high, run_low, run_high = (number(row[name]) for name in TOLD)
            lines.append(f"  {row['outcome']}: {mean}, 90 % from {low} to {high}; "
                         f"a single run {run_low} to {run_high}{doubt}")  # fmt: skip
    return lines


def own_values(emulator: Emulator, world: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario's own values of the factors that are not set; InputError if one was not trained there."""
    content, found = emulator.about["scenarios"][world]["content"], {}
    for axis in emulator.axes.axes:
        if axis.key not in settings:
            section, _, name = axis.key.partition(".")
            found[axis.key] = content[section][name]
            try:
                axis.place(found[axis.key])
            except InputError as problem:
                raise InputError(f"{world}'s own {problem}; name a value with --set {axis.key}=...") from None
    return found
