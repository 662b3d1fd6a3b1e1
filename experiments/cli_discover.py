"""The command `latecomer discover`: which worlds of a finished sweep end in a crisis, or in whatever one asks."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.options import Force, Out
from experiments.output import InputError, fresh_folder

app = typer.Typer()


@app.command()
def discover(
    folder: Annotated[Path, typer.Argument(metavar="SWEEP_DIR", help="The folder of a finished sweep or map.")],
    outcome: Annotated[str, typer.Option("--outcome", help="An outcome of the sweep.")] = "crisis",
    above: Annotated[str, typer.Option("--above", metavar="VALUE", help="It happens when it exceeds this.")] = "0.5",
    out: Out = None,
    force: Force = False,
) -> None:
    """Find the worlds of a sweep in which something happens: a box of a few factors (PRIM), and what it misses."""
    from experiments.analysis.discovery import discover as find
    from experiments.analysis.discovery import hits_of
    from experiments.sweep.study import load_study

    try:
        value = float(above)
    except ValueError:
        raise InputError(f"--above {above}: expected a number") from None
    study = load_study(folder)
    points, hits = hits_of(study, outcome, value)
    box, limits, path = find(points, hits)
    target = out or Path("results") / f"discover-{folder.name}"
    write(target, force, {"box": limits, "peeling": path}, study, {"command": "discover", "above": value}, outcome)
    print(f"{outcome} > {value:g} in {hits.mean():.0%} of all runs; inside the box in {box.density:.0%} of them.")
    print(f"The box holds {box.mass:.0%} of the points and {box.coverage:.0%} of what happens:")
    for row in limits.to_dict("records"):
        print(f"  {row['factor']}: {row['low']:.3g} to {row['high']:.3g} (of {row['least']:.3g} to {row['most']:.3g}); "
              f"without this limit {box.density - row['lost']:.0%}")  # fmt: skip
    print(f"Tables: {target / 'box.csv'}, {target / 'peeling.csv'} (also .tex, .dta)")


@app.command()
def regret(
    folder: Annotated[Path, typer.Argument(metavar="SWEEP_DIR", help="A finished sweep: every policy in every world.")],
    outcome: Annotated[str, typer.Option("--outcome", help="An outcome of the sweep.")],
    least: Annotated[bool, typer.Option("--least", help="Less of it is better.")] = False,
    out: Out = None,
    force: Force = False,
) -> None:
    """Say how far each policy of a sweep falls short of the best one, over all its worlds."""
    from experiments.analysis.discovery import regret as of_policies
    from experiments.sweep.study import load_study

    study = load_study(folder)
    found = of_policies(study, outcome, not least)
    target = out or Path("results") / f"regret-{folder.name}"
    write(target, force, {"regret": found}, study, {"command": "regret", "most": not least}, outcome)
    print(found.head(10).to_string(index=False, float_format="{:.4g}".format))
    print(f"Table: {target / 'regret.csv'} (also .tex, .dta)")


def write(target: Path, force: bool, tables: dict, study, asked: dict, outcome: str) -> None:
    """Write tables on a sweep, and a manifest of what was asked of which, into a folder of their own."""
    from abm.measurement.manifest import write_manifest
    from experiments.analysis.table_files import write_tables

    with fresh_folder(target, force) as work:
        write_tables(tables, work)
        which = {"sweep": str(study.folder), "outcome": outcome, "identity": study.manifest["identity"]}
        write_manifest(asked | which, work)
