"""The commands `latecomer discover` and `latecomer regret`: which worlds end how, and which policies fall short."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.options import Force, Out, command_line, number_option
from experiments.output import InputError, fresh_folder

app = typer.Typer()
METHODS = ("prim", "cart", "both")


@app.command()
def discover(
    folder: Annotated[Path, typer.Argument(metavar="SWEEP_DIR", help="The folder of a finished sweep or map.")],
    outcome: Annotated[str, typer.Option("--outcome", help="An outcome of the sweep.")] = "crisis",
    above: Annotated[str, typer.Option("--above", metavar="VALUE", help="It happens when it exceeds this.")] = "0.5",
    method: Annotated[str, typer.Option("--method", help="prim (a box), cart (a tree) or both.")] = "both",
    depth: Annotated[int, number_option("--depth", 1, 12, "Cuts on the way to a leaf of the tree, at most.")] = 4,
    leaf: Annotated[int, number_option("--leaf", 1, 50, "Percentage of the points a leaf holds at least.")] = 5,
    scenario: Annotated[str | None, typer.Option("--scenario", help="One scenario (default: all pooled).")] = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Find the worlds of a sweep in which something happens, by a box (PRIM) and a tree (CART), and try it held out."""
    from experiments.analysis.cart import Limits
    from experiments.analysis.cases import cases_of
    from experiments.analysis.discovery import by_cart, by_prim
    from experiments.analysis.discovery_page import answers, render
    from experiments.analysis.discovery_tables import tables_of
    from experiments.sweep.study import load_study

    if method not in METHODS:
        raise InputError(f"--method {method}: expected one of {', '.join(METHODS)}")
    study, value, limits = load_study(folder), number_of("--above", above), Limits(depth, leaf / 100.0)
    cases = cases_of(study, outcome, value, scenario)
    prim = by_prim(cases) if method == "prim" or (method == "both" and cases.numbers) else None
    cart = by_cart(cases, limits) if method != "prim" else None
    tables = tables_of(cases, prim, cart)
    target = out or Path("results") / f"discover-{folder.name}"
    repeat = command_line("discover", folder, outcome=outcome, above=above, method=method, depth=depth, leaf=leaf,
                          scenario=scenario, out=target)  # fmt: skip
    asked = {"outcome": outcome, "above": value, "scenario": scenario}
    page = render(study, asked | {"limits": limits}, cases, prim, cart, tables, repeat)
    write(target, force, tables, page, study, asked | {"command": "discover", "method": method, "repeat": repeat})
    print("\n".join(answers(f"{outcome} > {value:g}", cases, prim, cart, tables["methods"])))
    print(f"Report: {target / 'report.html'}")


@app.command()
def regret(
    folder: Annotated[Path, typer.Argument(metavar="SWEEP_DIR", help="A finished sweep: every policy in every world.")],
    outcome: Annotated[str, typer.Option("--outcome", help="An outcome of the sweep.")],
    least: Annotated[bool, typer.Option("--least", help="Less of it is better.")] = False,
    out: Out = None,
    force: Force = False,
) -> None:
    """Say how far each policy of a sweep falls short of the best one, over all its worlds."""
    from experiments.analysis.regret import regret_table, regrets
    from experiments.analysis.regret_page import answers, render, spread_table
    from experiments.sweep.study import load_study

    study = load_study(folder)
    short = regrets(study, outcome, not least)
    tables = {"regret": regret_table(study, short), "regrets": spread_table(study, short)}
    target = out or Path("results") / f"regret-{folder.name}"
    repeat = command_line("regret", folder, outcome=outcome, least=least, out=target)
    page = render(study, outcome, not least, short, tables, repeat)
    asked = {"command": "regret", "outcome": outcome, "most": not least, "repeat": repeat}
    write(target, force, tables, page, study, asked)
    print("\n".join(answers(study, outcome, not least, short, tables["regret"])))
    print(f"Report: {target / 'report.html'}")


def number_of(option: str, text: str) -> float:
    """Return an option's number, not NaN; InputError if it is none."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value != value:
        raise InputError(f"{option} {text}: expected a number")
    return value


def write(target: Path, force: bool, tables: dict, page: str, study, asked: dict) -> None:
    """Write tables on a sweep, their page, and a manifest of what was asked of which, into a folder of their own.

    The manifest names the sweep's scenarios and seeds, but no fingerprint of a run: no run was made.
    """
    from abm.measurement.manifest import FORMAT, write_manifest
    from experiments.analysis.table_files import write_tables

    with fresh_folder(target, force) as work:
        write_tables(tables, work)
        (work / "report.html").write_text(page, encoding="utf-8")
        marks = {key: study.manifest.get(key) for key in ("identity", "version", "code")}
        which = {"scenarios": study.manifest["scenarios"], "seeds": list(study.seeds), "fingerprints": {}}
        write_manifest({"format": FORMAT} | asked | {"sweep": {"folder": str(study.folder)} | marks} | which, work)
