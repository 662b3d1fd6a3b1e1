"""The command `latecomer sensitivity`: which parameters an outcome hangs on."""

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


@app.command()
def sensitivity(
    plan: PlanNamed,
    out: Out = None,
    workers: Workers = None,
    processes: Processes = False,
    scheduler: Scheduler = None,
    progress: Lines = False,
) -> None:
    """Say what outcomes hang on: Morris or Sobol indices with bands and convergence; go on where it was stopped."""
    from experiments.analysis.sensitivity import analyse
    from experiments.analysis.sensitivity_page import answers
    from experiments.analysis.sensitivity_plan import SensitivityPlan
    from experiments.sweep.plan import load_plan

    check_place(workers, processes, scheduler)
    chosen = load_plan(plan, SensitivityPlan)
    folder = out or Path("results") / f"sensitivity-{chosen.path.stem.removeprefix('sensitivity_')}"
    with kept(folder), compiling(), rate_bar("Running", progress) as shown:
        tables, report = analyse(
            chosen, folder, workers=workers, processes=processes, scheduler=scheduler, say=remark, progress=shown
        )
    print(summary_of(report))
    print("\n".join(answers(chosen, tables)))
    print(f"Report: {folder / 'report.html'}")
