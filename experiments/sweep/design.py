"""From a plan to its points: a table with a row a point and a column a factor, in a fixed order."""

import hashlib
import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from experiments.sweep.factors import Factor, checked
from experiments.sweep.plan import BasePlan, Crossed, Grid, Listed, Plan

MOST_POINTS = 10_000_000


def points_of(plan: Plan) -> pd.DataFrame:
    """Return the points of a plan: point (from 0), for a crossing also policy and world, and a column a factor.

    The order is that of the plan: the last factor of a grid varies fastest; of a crossing, the world.
    Raises ScenarioError if the design does not fit the factors.
    """
    try:
        if isinstance(plan.design, Crossed):
            frame = _crossed(plan)
        else:
            frame = sampled(plan.design, plan.factors, plan.path)
    except ValueError as problem:
        raise plan.fault(f"design: {problem}") from None
    frame.insert(0, "point", np.arange(len(frame)))
    return frame


def check_points(plan: BasePlan, frame: pd.DataFrame) -> pd.DataFrame:
    """Return points made elsewhere as points of a plan; ScenarioError if a factor is missing or out of its range."""
    try:
        frame = _checked_columns(frame.drop(columns="point", errors="ignore"), plan.factors, "the points")
    except ValueError as problem:
        raise plan.fault(f"design: {problem}") from None
    frame.insert(0, "point", np.arange(len(frame)))
    return frame


def settings_of(plan: BasePlan, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the settings of each point, as plain values."""
    columns = [frame[key].tolist() for key in plan.factors]
    return [dict(zip(plan.factors, values, strict=True)) for values in zip(*columns, strict=True)] or [{}] * len(frame)


def cell_keys(digest: str, settings: list[dict[str, Any]]) -> np.ndarray:
    """Return a key for each setting of a scenario with this digest: what a run's row is found by, with its seed."""
    keys = np.empty(len(settings), np.int64)
    for k, values in enumerate(settings):
        text = digest + json.dumps(values, sort_keys=True)
        keys[k] = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)
    return keys


def _crossed(plan: Plan) -> pd.DataFrame:
    policies = sampled(plan.design.levers, plan.levers, plan.path)
    worlds = sampled(plan.design.uncertainties, plan.uncertainties, plan.path)
    _check_size(len(policies) * len(worlds))
    policies.insert(0, "policy", np.arange(len(policies)))
    worlds.insert(0, "world", np.arange(len(worlds)))
    frame = policies.merge(worlds, how="cross")
    return frame[["policy", "world", *plan.factors]]


def sampled(design, factors: dict[str, Factor], path: Path) -> pd.DataFrame:
    """Return the points of one design over some factors; ValueError if it does not fit them."""
    if isinstance(design, Listed):
        return _listed(path.parent / design.file, factors)
    if isinstance(design, Grid):
        axes = [factor.grid() for factor in factors.values()]
        _check_size(math.prod(len(axis) for axis in axes))
        return pd.DataFrame(list(itertools.product(*axes)), columns=list(factors), index=None)
    if not factors:
        raise ValueError(f"{design.kind}: there is no factor to vary; name levers or uncertainties")
    place = _in_cube(design, len(factors))
    return pd.DataFrame({key: factor.at(place[:, k]) for k, (key, factor) in enumerate(factors.items())})


def _in_cube(design, count: int) -> np.ndarray:
    """Return points of the unit cube [point, factor]."""
    if design.kind == "latin_hypercube":
        return qmc.LatinHypercube(count, rng=design.seed).random(design.points)
    # Drawn up to a power of two and cut, so that a longer design begins with the shorter one, without a warning.
    whole = 1 << (design.points - 1).bit_length()
    return qmc.Sobol(count, rng=design.seed).random(whole)[: design.points]


def read_points(file: Path) -> pd.DataFrame:
    """Return the rows of a CSV file, each cell as what it means; ValueError if it cannot be read."""
    try:
        return pd.read_csv(file, dtype=str, keep_default_na=False).map(_typed)  # so that no bit of a number is lost
    except FileNotFoundError:
        raise ValueError(f"{file}: no such file") from None
    except (OSError, ValueError) as problem:
        raise ValueError(f"{file}: cannot be read as CSV ({problem})") from None


def _listed(file: Path, factors: dict[str, Factor]) -> pd.DataFrame:
    try:
        frame = read_points(file)
    except ValueError as problem:
        raise ValueError(f"file: {problem}") from None
    return _checked_columns(frame.drop(columns="point", errors="ignore"), factors, str(file))


def _typed(text: str) -> Any:
    """Return what a cell of a CSV file means: a whole number, a number, true or false, or its text."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return {"true": True, "false": False}.get(text.strip().lower(), text)


def _checked_columns(frame: pd.DataFrame, factors: dict[str, Factor], where: str) -> pd.DataFrame:
    """Return the factors' columns in order; ValueError on a column too few or too many, or a value out of range."""
    for key in factors:
        if key not in frame:
            raise ValueError(f"{where}: has no column {key}; columns: {', '.join(map(str, frame))}")
    for key in frame:
        if key not in factors:
            raise ValueError(f"{where}: column {key}: is no lever or uncertainty of the plan")
    if frame.empty:
        raise ValueError(f"{where}: holds no points")
    return pd.DataFrame({key: _checked_values(factor, frame[key], where) for key, factor in factors.items()})


def _checked_values(factor: Factor, column: pd.Series, where: str) -> list:
    values = []
    for row, value in enumerate(column.tolist(), 1):
        try:
            value = checked(factor.key, value)
        except ValueError as problem:
            raise ValueError(f"{where}: row {row}: {problem}") from None
        outside = value not in factor.values if factor.values else not factor.low <= value <= factor.high
        if outside:
            among = list(factor.values) if factor.values else f"from {factor.low:g} to {factor.high:g}"
            raise ValueError(f"{where}: row {row}: {factor.key}: {value}: the plan allows {among}")
        values.append(value)
    return values


def _check_size(count: int) -> None:
    if count > MOST_POINTS:
        raise ValueError(f"{count:,} points: at most {MOST_POINTS:,}; take fewer steps, or a space-filling design")
