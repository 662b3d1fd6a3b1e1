"""The command attribute: which lever explains the gap between two scenarios."""

from pathlib import Path
from typing import Annotated

import typer

from abm.scenario import load_scenario
from experiments.options import (
    FirstSeed,
    Force,
    HowTaken,
    Indicators,
    Out,
    Settings,
    Workers,
    YearsOfThem,
    compiling,
    number_option,
    overrides_of,
    progress_bar,
    resumable,
)
from experiments.output import InputError, fresh_folder

app = typer.Typer()


@app.command()
def attribute(
    a: Annotated[str, typer.Argument(metavar="A", help="A preset's name or a YAML file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another: what changes on the way from A to B?")],
    runs: Annotated[int, number_option("--runs", 1, 100_000, "Paired seeds of every world.")] = 16,
    seed: FirstSeed = 1,
    settings: Settings = None,
    by: Annotated[str, typer.Option("--by", help="Levers: instrument (groups of policy keys) or key.")] = "instrument",
    indicator: Indicators = None,
    years: YearsOfThem = None,
    how: HowTaken = None,
    orders: Annotated[
        int | None, number_option("--orders", 4, 100_000, "Sample so many orders (default: all up to 10 levers).")
    ] = None,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Say which lever explains the gap between A and B: Shapley values, bands, interactions, report.html."""
    from experiments.lab.attribute import attribute as decompose
    from experiments.lab.coalitions import Game, unfinished
    from experiments.lab.levers import WAYS, levers_between
    from experiments.lab.measures import chosen_measures
    from experiments.lab.words import findings, sentence

    if by not in WAYS:
        raise InputError(f"--by {by}: expected {' or '.join(WAYS)}")
    if orders is not None and orders % 2:
        raise InputError(f"--orders {orders}: expected an even number; orders come in pairs, each with its reverse")
    first, second = (load_scenario(name, overrides_of(settings)) for name in (a, b))
    levers = levers_between(first, second, by)
    measures = chosen_measures(first, indicator or [], years or [], how or [])
    game = Game(first, second, levers, list(range(seed, seed + runs)), measures)
    folder = out or Path("results") / f"attribute-{first.name}-{second.name}"
    journal = folder.parent / f".{folder.name}-{game.digest()}.journal"
    shown = progress_bar("Running")
    with resumable(), fresh_folder(folder, force) as work, unfinished(journal), compiling(), shown as progress:
        tables = decompose(game, work, journal, by, orders, workers, progress, folder)
    for finding in findings(measures, levers, tables):
        print(f"{finding.measure.label}\n  {sentence(finding)}")
    print(f"Report: {folder / 'report.html'}")
