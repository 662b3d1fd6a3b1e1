"""What the facts can pin down: the profile of a parameter, its best attainable loss at each of its values.

At each value of a grid the parameter is held and the others are searched again, from the best point known. A flat
profile says that the facts do not tell the value; a steep one that they do.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from abm.scenario import ScenarioError, load_scenario, nearest
from experiments.calibrate import present, search
from experiments.calibration_plan import Plan, Start

TOLERATED = 1.0  # loss above the best of the profile at which a value is still supported: one fact at its edge


def profile(
    plan: Plan, names: list[str], points: int, budget: int, folder: Path, workers: int,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return a row a parameter and value: parameter, value, loss; each search has a journal in `folder`.

    The present values of the base world must be the calibrated ones.
    """
    for name in names:
        if name not in plan.parameters:
            raise ScenarioError(f"--parameters {name}: not a parameter of the plan{nearest(name, plan.parameters)}")
    work = [(name, value) for name in names for value in grid(plan, name, points)]
    rows = []
    for name, value in work:
        loss = held(plan, name, value, budget, folder / f"{name}={value:g}.jsonl", workers)
        rows.append({"parameter": name, "value": value, "loss": loss})
        if progress:
            progress(len(rows), len(work))
    return pd.DataFrame(rows)


def grid(plan: Plan, name: str, points: int) -> list[float]:
    """Return the values at which a parameter is held: evenly over its bounds, and the present one."""
    present_value = load_scenario(plan.scenarios[0]).setting(name)
    even = np.linspace(*plan.parameters[name], points)
    return sorted({float(f"{value:.4g}") for value in (*even, present_value)})


def held(plan: Plan, name: str, value: float, budget: int, path: Path, workers: int) -> float:
    """Return the least loss with one parameter held at a value."""
    others = {key: bounds for key, bounds in plan.parameters.items() if key != name}
    changes = {"parameters": others, "start": Start(points=0, spread=plan.start.spread), "step": plan.step / 3.0}
    reduced = plan.model_copy(update=changes)
    scenarios = [load_scenario(preset, {name: value}) for preset in plan.scenarios]
    origin = present(reduced, scenarios[0])
    return search(reduced, scenarios, origin, path, budget, workers).loss


def supported(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return, a row a parameter, the supported values and their width as a share of the bounds (1: not pinned down)."""
    rows = []
    for name, part in table.groupby("parameter", sort=False):
        good = part.loc[part["loss"] <= part["loss"].min() + TOLERATED, "value"]
        low, high = plan.parameters[name]
        width = (good.max() - good.min()) / (high - low)
        steep = float(part["loss"].max() - part["loss"].min())
        row = {"parameter": name, "from": good.min(), "to": good.max(), "width": width, "steepness": steep}
        rows.append(row)
    return pd.DataFrame(rows)
