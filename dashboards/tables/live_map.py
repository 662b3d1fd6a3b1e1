"""Maps drawn while one looks: two levers of a column, coarse at first, then finer where borders run; and one place."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from abm.measurement.indicators import NAMES
from abm.scenario import Scenario
from dashboards.levers import Lever, all_levers
from dashboards.settings import settings
from dashboards.view import View
from experiments.lab.map import on_lattice
from experiments.lab.map_plan import AdaptiveGrid, MapPlan
from experiments.lab.phase_map import PhaseMap, point_table
from experiments.lab.refine import Node, refined
from experiments.sweep.outcomes import CRISIS, REGIME, Meter

Runs = Callable[[list[Scenario], list[int]], list[list[np.ndarray]]]  # -> [scenario][seed]: [quarter, indicator]
PLACE_SEEDS = 16  # paired seeds at a place that is clicked


def axes() -> dict[str, Lever]:
    """Return the levers that can be an axis: those that are numbers."""
    return {key: one for key, one in all_levers().items() if one.kind == "number"}


def live_plan(view: View, depth: int) -> MapPlan:
    """Return the plan of the live map of a view's column, refined `depth` times; an axis of policy comes first."""
    live = settings().live_map
    keys = [view.extras.get("across"), view.extras.get("up")]
    if not set(keys) <= set(axes()) or keys[0] == keys[1]:
        keys = [live.across, live.up]
    sides: dict[str, dict] = {"levers": {}, "uncertainties": {}}
    for key in keys:
        sides["levers" if key.startswith("policy.") else "uncertainties"][key] = {
            "range": [axes()[key].low, axes()[key].high]
        }
    return MapPlan(
        kind="map", scenarios=(view.presets[view.arm],), design=AdaptiveGrid(cells=live.cells, depth=depth),
        replications={"first": view.seed, "count": live.seeds}, outcomes=live.outcomes, **sides,
    )  # fmt: skip


def drawn(plan: MapPlan, world: Scenario, runs: Runs) -> PhaseMap:
    """Return the map of a world, running round by round what its refinement asks for."""
    known: dict[Node, tuple] = {}
    tables = []
    while True:
        _, needed = refined(plan.design.cells, plan.design.depth, len(plan.factors), known)
        if not needed:
            break
        frame = on_lattice(plan, needed)
        table = measured(plan, world, frame[list(plan.factors)].to_dict("records"), plan.replications.seeds, runs)
        known |= dict(zip(needed, zip(table[REGIME], table[CRISIS] >= 0.5, strict=True), strict=True))
        tables.append(table)
    return PhaseMap(plan, on_lattice(plan, list(known)), pd.concat(tables, ignore_index=True))


def measured(plan: MapPlan, world: Scenario, places: list[dict], seeds: range, runs: Runs) -> pd.DataFrame:
    """Return the table of some places, a row each: runs, regime, shares, crisis, outcomes with bands."""
    meter = Meter(world, plan.outcomes, plan.regime, plan.crisis)
    found = runs([world.replace(place) for place in places], list(seeds))
    cells = np.empty((len(places), len(seeds), len(meter.names)), object)
    for k, of_place in enumerate(found):
        for n, values in enumerate(of_place):
            cells[k, n] = meter(dict(zip(NAMES, values.T, strict=True)))
    return point_table(plan, {name: cells[:, :, m] for m, name in enumerate(meter.names)})


def place(plan: MapPlan, at: str) -> dict[str, float] | None:
    """Return the settings at a place such as 0.3_0.5, moved into the map's ranges; None if the text names none."""
    factors = list(plan.factors.values())
    try:
        numbers = [float(part) for part in at.split("_")]
    except ValueError:
        return None
    if len(numbers) != len(factors) or not np.isfinite(numbers).all():
        return None
    return {f.key: min(max(number, f.low), f.high) for f, number in zip(factors, numbers, strict=True)}
