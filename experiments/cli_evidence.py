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
    """Hold the model against the facts: scorecard.csv, regularities.csv, report.html, manifest."""
    from experiments.scorecard_page import tally
    from experiments.validate import unexplained, unmet
    from experiments.validate import validate as score

    folder = out or Path("results") / "validate"
    overrides, seeds = overrides_of(settings), list(range(seed, seed + runs))
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Running") as progress:
        card, field_card = score(seeds, work, workers, progress, overrides, folder)
    missed = unexplained(card) + unexplained(field_card)
    for line in unmet(card) + unmet(field_card):
        print(line)
    print(f"Scorecard: {tally(card)}. Report: {folder / 'report.html'}")
    print(f"The usual facts of the field: {tally(field_card)}.")
    if strict and missed:
        print(f"missed without a reason: {', '.join(missed)}", file=sys.stderr)
        raise typer.Exit(1)
