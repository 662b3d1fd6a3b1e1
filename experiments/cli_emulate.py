"""The command `latecomer emulate`: instant first answers to what a finished sweep would find elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.options import Force, Out, Settings, overrides_of, progress_bar
from experiments.output import InputError, fresh_folder

app = typer.Typer()


@app.command()
def emulate(
    folder: Annotated[
        Path, typer.Argument(metavar="SWEEP_DIR", help="A finished sweep, or the folder of its emulator.")
    ],
    outcome: Annotated[list[str] | None, typer.Option("--outcome", help="Instead of all. Repeatable.")] = None,
    at: Annotated[Path | None, typer.Option("--at", metavar="CSV", help="Points, a column a factor.")] = None,
    settings: Settings = None,
    scenario: Annotated[str | None, typer.Option("--scenario", help="Tell of this one only.")] = None,
    other_code: Annotated[bool, typer.Option("--other-code", help="Also of a sweep by another version.")] = False,
    out: Out = None,
    force: Force = False,
) -> None:
    """Train an emulator on a sweep and check it on held-out points; with --at or --set, ask it."""
    from experiments.analysis.emulator import ABOUT, load_emulator
    from experiments.analysis.emulator_ask import points_at, points_set, told

    if at and settings:
        raise InputError("--at: gives all factors; leave out --set")
    if (folder / ABOUT).exists():
        emulator, where = load_emulator(folder, other_code), folder
    else:
        where = out or Path("results") / f"emulator-{folder.resolve().name}"
        emulator = _of_sweep(folder, where, outcome, other_code, force, asked=bool(at or settings))
    if emulator.remark:
        print(f"latecomer: {emulator.remark}", file=sys.stderr)
    if at:
        print(told(emulator, points_at(at), outcome, scenario, str(at)).to_csv(index=False), end="")
    elif settings:
        print("\n".join(points_set(emulator, overrides_of(settings), outcome, scenario)))
    else:
        _say_check(emulator, where)


def _of_sweep(folder: Path, where: Path, outcomes: list[str] | None, other_code: bool, force: bool, asked: bool):
    """Return the emulator of a sweep: the one that is there if it is of this very sweep, else a new one."""
    from experiments.analysis.emulator import ABOUT, load_emulator, of_other_code, read_about
    from experiments.analysis.emulator_train import asked_for
    from experiments.sweep.study import load_study

    study = load_study(folder)
    asked_for(study, outcomes)
    if (where / ABOUT).exists() and not force:
        about = read_about(where)
        known = {entry["outcome"] for entry in about["answers"]}
        if about["identity"] == study.manifest["identity"] and (set(outcomes) <= known if outcomes else about["all"]):
            return load_emulator(where, other_code)
    remark = of_other_code(study.manifest)
    if remark and not other_code:
        raise InputError(f"{folder}: {remark}; run the sweep again, or take it as it is with --other-code")
    return _trained(study, where, outcomes, force, remark, asked)


def _trained(study, where: Path, outcomes: list[str] | None, force: bool, remark: str, asked: bool):
    """Train, write tables and page, and return the emulator."""
    from experiments.analysis.emulator import save
    from experiments.analysis.emulator_page import profile_table, render
    from experiments.analysis.emulator_train import train
    from experiments.analysis.table_files import write_tables

    with fresh_folder(where, force) as work, progress_bar("Training") as progress:
        trained = train(study, outcomes, progress)
        emulator = save(study, trained, work, every=not outcomes)
        emulator.remark = remark
        along = profile_table(emulator)
        tables = {"check": trained.check, "profiles": along.assign(value=along["value"].map(str))}
        write_tables(tables | ({"between": trained.between} if len(trained.between) else {}), work)
        trained.held_out.to_csv(work / "held_out.csv", index=False)
        page = render(emulator, trained, along, where, study.folder)
        (work / "report.html").write_text(page, encoding="utf-8")
    if asked:
        print(f"latecomer: trained; the check is in {where / 'report.html'}", file=sys.stderr)
    return emulator


def _say_check(emulator, where: Path) -> None:
    from experiments.analysis.emulator_page import sentence

    for row in emulator.check.to_dict("records"):
        name = f"{row['outcome']}, {row['scenario']}" if len(emulator.scenarios) > 1 else row["outcome"]
        print(f"{name}: {sentence(row)}")
    for name, why in emulator.about["left_out"].items():
        print(f"{name}: left out; it {why}.")
    print(f"Report: {where / 'report.html'}")
