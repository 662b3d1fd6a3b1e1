"""The command `latecomer map`: which regime emerges where."""

from pathlib import Path

import typer

from experiments.cli_sweep import (
    Lines,
    PlanNamed,
    Processes,
    Scheduler,
    Workers,
    check_place,
    kept,
    rate_bar,
    remark,
    summary_of,
)
from experiments.options import Out, compiling

app = typer.Typer()


@app.command("map")
def draw(
    plan: PlanNamed,
    out: Out = None,
    workers: Workers = None,
    processes: Processes = False,
    scheduler: Scheduler = None,
    progress: Lines = False,
) -> None:
    """Map regimes and crises over two or three levers: phase diagram and table; go on where it was stopped."""
    from experiments.lab.map import draw_map
    from experiments.lab.map_page import lead
    from experiments.lab.map_plan import MapPlan
    from experiments.sweep.plan import load_plan

    check_place(workers, processes, scheduler)
    chosen = load_plan(plan, MapPlan)
    folder = out or Path("results") / f"map-{chosen.path.stem.removeprefix('map_')}"
    with kept(folder), compiling(), rate_bar("Mapping", progress) as shown:
        found, report = draw_map(
            chosen, folder, workers=workers, processes=processes, scheduler=scheduler, say=remark, progress=shown
        )
    print(summary_of(report))
    print(lead(found))
    print("Share of the map: " + ", ".join(f"{name} {share:.0%}" for name, share in found.areas().items()))
    print(f"Report: {folder / 'report.html'}")
