"""The commands of the policy lab: counterfactuals of running worlds, and governments that learn."""

from pathlib import Path
from typing import Annotated

import typer

from abm.scenario import load_scenario
from experiments.options import (
    FirstSeed,
    Force,
    Out,
    Settings,
    Workers,
    compiling,
    number_option,
    overrides_of,
    progress_bar,
)
from experiments.output import fresh_folder

app = typer.Typer()


@app.command()
def deadline(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A preset's name or a YAML file.")],
    reform: Annotated[str | None, typer.Argument(metavar="[REFORM]", help="A scenario; its policy is adopted.")] = None,
    change: Annotated[
        list[str] | None, typer.Option("--change", metavar="KEY=VALUE", help="A policy key of the reform. Repeatable.")
    ] = None,
    first: Annotated[int, number_option("--from", 1900, 2100, "First year tried.")] = 1980,
    last: Annotated[int, number_option("--to", 1900, 2100, "Last year tried.")] = 1998,
    crisis: Annotated[
        str, typer.Option("--crisis", metavar="INDICATOR>VALUE", help="What counts as the crisis.")
    ] = "run_on_currency>0.5",
    years: Annotated[str, typer.Option("--years", metavar="FIRST-LAST", help="When it counts.")] = "1997-1998",
    avoid: Annotated[int, number_option("--avoid", 1, 100, "Percentage of the crises that must be avoided.")] = 50,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="INDICATOR", help="What the reform costs is told in it.")
    ] = "exports_usd_m",
    runs: Annotated[int, number_option("--runs", 1, 100_000, "Seeds.")] = 32,
    seed: FirstSeed = 1,
    settings: Settings = None,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Find the latest date at which a reform still avoids a crisis, and the least of it that does."""
    from experiments.lab.deadline import investigate
    from experiments.lab.deadline_ask import ask
    from experiments.lab.deadline_page import write

    question, name = ask(scenario, reform, change, overrides_of(settings), (first, last), crisis, years, outcome)
    folder = out or Path("results") / f"deadline-{question.scenario.name}-{reform and Path(reform).stem or 'change'}"
    seeds = list(range(seed, seed + runs))
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Running") as progress:
        table = investigate(question, seeds, avoid / 100.0, workers, progress)
        said = write(question, table, seeds, avoid / 100.0, name, work)
    print("\n".join(said))
    print(f"Report: {folder / 'report.html'}")


@app.command()
def drift(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="A scenario whose state responds.")
    ] = "responsive_state",
    runs: Annotated[int, number_option("--runs", 2, 100_000, "Seeds.")] = 48,
    futures: Annotated[int, number_option("--futures", 2, 1000, "Futures of each world at each date.")] = 6,
    seed: FirstSeed = 1,
    settings: Settings = None,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Show where a state that learns drifts to: end regimes by start, and when its path locks in."""
    from experiments.lab.drift_page import check_responsive, study

    chosen = load_scenario(scenario, overrides_of(settings))
    check_responsive(chosen)
    folder = out or Path("results") / f"drift-{chosen.name}"
    command = " ".join(["latecomer drift", scenario, f"--runs {runs} --futures {futures} --seed {seed}",
                        *(f"--set {setting}" for setting in settings or [])])  # fmt: skip
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Running") as progress:
        said = study(chosen, list(range(seed, seed + runs)), futures, work, workers, progress, command)
    print("\n".join(said))
    print(f"Report: {folder / 'report.html'}")
