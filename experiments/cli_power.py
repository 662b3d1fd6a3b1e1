"""The command `latecomer power`: how many paired seeds tell a difference from luck."""

import math
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
    command_line,
    compiling,
    number_option,
    overrides_of,
    progress_bar,
)
from experiments.output import fresh_folder

app = typer.Typer()


@app.command()
def power(
    a: Annotated[str, typer.Argument(metavar="A", help="A preset's name or a YAML file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    indicator: Indicators = None,
    years: YearsOfThem = None,
    how: HowTaken = None,
    runs: Annotated[int, number_option("--runs", 4, 100_000, "Paired seeds to begin with.")] = 16,
    most: Annotated[
        int | None, number_option("--most", 4, 1_000_000, "Go on, look by look, until all is told apart or so many.")
    ] = None,
    alpha: Annotated[int, number_option("--alpha", 1, 50, "Percentage of differences seen that may be luck.")] = 5,
    sure: Annotated[int, number_option("--power", 50, 99, "Percentage of true differences to be seen.")] = 90,
    seed: FirstSeed = 1,
    settings: Settings = None,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Say how many paired seeds tell A and B apart, measure by measure; with --most, run until they are."""
    from abm.measurement.manifest import describe, write_manifest
    from experiments.analysis.power import Errors, sequential
    from experiments.analysis.power_page import answers, by_look, render
    from experiments.analysis.table_files import write_tables
    from experiments.compare import check_comparable
    from experiments.lab.measures import chosen_measures

    pair = tuple(load_scenario(name, overrides_of(settings)) for name in (a, b))
    check_comparable(list(pair))
    measures = chosen_measures(pair[0], indicator or [], years or [], how or [])
    test, last = Errors(alpha / 100.0, sure / 100.0), max(runs, most or runs)
    folder = out or Path("results") / f"power-{pair[0].name}-{pair[1].name}"
    repeat = command_line("power", a, b, indicator=indicator, years=years, how=how, runs=runs, most=most, alpha=alpha,
                          power=sure, seed=seed, set=settings, out=folder)  # fmt: skip
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Pairs") as progress:
        prints: dict[str, str] = {}
        seen = list(sequential(pair, measures, seed, runs, last, test, workers, progress, prints))
        seeds = list(range(seed, seed + int(seen[-1]["pairs"].iloc[0])))
        write_tables({"power": seen[-1], "looks": by_look(seen)}, work)
        page = render(pair, measures, seen, seeds, (runs, last), test, repeat)
        (work / "report.html").write_text(page, encoding="utf-8")
        asked = {"alpha": test.alpha, "power": test.power, "repeat": repeat}
        write_manifest(describe("power", list(pair), seeds, prints) | asked, work)
    print("\n".join([*answers(seen[-1], pair), *(sentence(row, sure) for row in seen[-1].to_dict("records"))]))
    print(f"Report: {folder / 'report.html'}")


def sentence(row: dict, sure: int) -> str:
    """Return a row of the table in words."""
    sign = "is told from luck" if row["told_apart"] else "is not told from luck"
    count = row["pairs_needed"]
    if math.isinf(count):
        return f"{row['measure']}: {row['difference']:+.4g} {sign} at {row['pairs']} pairs; no number of pairs will do."
    alone = row["unpaired_needed"]
    other = "far more" if math.isinf(alone) else f"{alone:,.0f} of each"
    return (
        f"{row['measure']}: {row['difference']:+.4g} {sign} at {row['pairs']} pairs; a test that sees such a "
        f"difference in {sure} % of cases takes {count:,.0f} pairs, or {other} without shared seeds."
    )
