"""`latecomer map`: which regime emerges where, over two or three levers, in as few runs as a sharp map needs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.lab.map_plan import AdaptiveGrid, MapPlan
from experiments.lab.phase_map import PhaseMap, point_table
from experiments.lab.refine import Node, refined
from experiments.output import InputError
from experiments.sweep.assemble import assemble
from experiments.sweep.campaign import Campaign, Report, opened
from experiments.sweep.design import sampled
from experiments.sweep.executors import site
from experiments.sweep.files import write_whole
from experiments.sweep.study import load_study
from experiments.sweep.wanted import Wanted

ROUNDS = 40  # of refinement, at most; each level needs one or two


def draw_map(
    plan: MapPlan, folder: Path, *, workers: int | None = None, processes: bool = False, scheduler: str | None = None,
    say: Callable[[str], None] = lambda text: None, progress: Callable[[int, int], None] | None = None,
) -> tuple[PhaseMap, Report]:  # fmt: skip
    """Run a map into a folder, or go on with it: map.csv, report.html and the tables of a sweep; returns the map.

    Raises as experiments.sweep.campaign.sweep does.
    """
    from experiments.lab.map_page import render

    with site(workers, processes, scheduler) as place, opened(plan, Path(folder), place, say, progress) as campaign:
        frame = _placed(campaign, plan)
        wanted = Wanted(plan, frame)
        view = campaign.view(wanted, "map")
        if remark := view.begin(frame):
            say(remark)
        failed = campaign.whole(wanted, lambda rows: assemble(plan, wanted, rows, campaign.folder))
        found = PhaseMap(plan, frame, point_table(plan, measured(campaign, wanted)))
        write_whole(folder / "map.csv", lambda file: found.table.to_csv(file, index=False, float_format="%.6g"))
        write_whole(folder / "report.html", lambda file: file.write_text(render(found, folder), encoding="utf-8"))
        view.end(failed, runs_of_full_grid=found.full_runs)
        return found, campaign.report(wanted.rows, True)


def load_map(folder: str | Path) -> PhaseMap:
    """Return the map that was drawn into a folder; InputError if there is none."""
    study = load_study(folder)
    if study.manifest["command"] != "map":
        raise InputError(f"{folder}: holds a sweep, no map")
    plan = MapPlan(**study.plan)
    shape = (len(study.design), len(study.seeds))
    cubes = {name: study.results[name].to_numpy(object).reshape(shape) for name in study.outcomes}
    return PhaseMap(plan, study.design, point_table(plan, cubes))


def restored_map(plan: MapPlan, table: pd.DataFrame) -> PhaseMap:
    """Return a map from its map.csv alone; of an adaptive one, the places on the lattice are told from the values."""
    keys = [name for name in ("point", "round", *plan.factors) if name in table]
    frame = table[keys].copy()
    if isinstance(plan.design, AdaptiveGrid):
        for k, (key, factor) in enumerate(plan.factors.items()):
            low, high = (float(value) for value in factor.at(np.array([0.0, 1.0])))
            frame[f"node_{k + 1}"] = np.rint((table[key] - low) / (high - low) * plan.design.size).astype(int)
    return PhaseMap(plan, frame, table.drop(columns=keys).reset_index(drop=True))


def _placed(campaign: Campaign, plan: MapPlan) -> pd.DataFrame:
    """Return the points of a map; of an adaptive one, run round by round until no cell is left to halve."""
    if not isinstance(plan.design, AdaptiveGrid):
        frame = sampled(plan.design, plan.factors, plan.path)
        frame.insert(0, "point", np.arange(len(frame)))
        return frame
    known: dict[Node, tuple] = {}
    rounds: list[int] = []
    for number in range(ROUNDS):
        _, needed = refined(plan.design.cells, plan.design.depth, len(plan.factors), known)
        if not needed:
            break
        frame = on_lattice(plan, needed)
        wanted = Wanted(plan, frame)
        table = point_table(plan, measured(campaign, wanted))
        known |= dict(zip(needed, zip(table["regime"], table["crisis"] >= 0.5, strict=True), strict=True))
        rounds += [number] * len(needed)
    frame = on_lattice(plan, list(known))
    frame.insert(1, "round", rounds)
    return frame


def on_lattice(plan: MapPlan, nodes: list[Node]) -> pd.DataFrame:
    """Return nodes as points: point, the factors' values, and node_1, node_2(, node_3), their places on the lattice."""
    places = np.array(nodes, int)
    columns = {key: f.at(places[:, k] / plan.design.size) for k, (key, f) in enumerate(plan.factors.items())}
    steps = {f"node_{k + 1}": places[:, k] for k in range(places.shape[1])}
    return pd.DataFrame({"point": np.arange(len(nodes))} | columns | steps)


def measured(campaign: Campaign, wanted: Wanted) -> dict[str, np.ndarray]:
    """Return every outcome of some points [point, seed], after running what is missing."""
    every = np.concatenate([runs.ravel() for _, runs in wanted.blocks(1 << 30)])
    rows = campaign.whole(wanted, lambda gathered: gathered.rows(every))
    shape = (len(wanted.place), len(wanted.seeds))
    names = campaign.plan.columns
    return {name: np.array(rows[name].to_pylist(), object).reshape(shape) for name in names}
