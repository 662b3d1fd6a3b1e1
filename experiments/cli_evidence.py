"""The commands that hold the model against evidence: validate, and what explains its verdicts."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.options import Force, Out, Settings, Workers, compiling, number_option, overrides_of, progress_bar
from experiments.output import fresh_folder

app = typer.Typer()


@app.command()
def validate(
    runs: Annotated[int, number_option("--runs", 1, 100_000, "Seeds.")] = 64,
    seed: Annotated[int, number_option("--seed", 0, 2**62, "First seed.")] = 1,
    settings: Settings = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on a miss that has no listed reason.")] = False,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Hold the model against the facts: scorecard.csv, report.html, manifest."""
    from experiments.validate import tally, unexplained
    from experiments.validate import validate as score

    folder = out or Path("results") / "validate"
    overrides, seeds = overrides_of(settings), list(range(seed, seed + runs))
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Running") as progress:
        card = score(seeds, work, workers, progress, overrides, folder)
    for row in card[card["verdict"] != "pass"].itertuples():
        accepted = f"{row.accept_low:g} to {row.accept_high:g}"
        print(f"{row.verdict}  {row.id} ({row.scenario}): {row.median:.4g}, accepted {accepted}")
    print(f"Scorecard: {tally(card)}. Report: {folder / 'report.html'}")
    if strict and unexplained(card):
        print(f"missed without a reason: {', '.join(unexplained(card))}", file=sys.stderr)
        raise typer.Exit(1)
