"""The commands that hold the model against evidence: validate, and what explains its verdicts."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

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
    resumable,
)
from experiments.output import fresh_folder

app = typer.Typer()


@app.command()
def validate(
    runs: Annotated[int, number_option("--runs", 1, 100_000, "Seeds.")] = 64,
    seed: FirstSeed = 1,
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


@app.command()
def calibrate(
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="A plan (default: the one shipped).")] = None,
    evaluations: Annotated[int, number_option("--evaluations", 1, 10_000_000, "Candidates to evaluate.")] = 5000,
    out: Out = None,
    workers: Workers = None,
) -> None:
    """Search the free parameters of the base world for the facts; go on where a search was stopped."""
    from experiments.calibrate import calibrate as search
    from experiments.calibration_plan import DEFAULT, load_plan
    from experiments.calibration_report import write_outcome

    chosen, folder = load_plan(plan or DEFAULT), out or Path("results") / "calibrate"
    with compiling(), progress_bar("Searching") as shown, resumable():
        best = search(chosen, folder, evaluations, workers or os.cpu_count() or 1, shown)
    write_outcome(chosen, best, folder)
    print(f"Best: candidate {best.number}, loss {best.loss:.4g}. Values: {folder / 'best.yaml'}")


@app.command()
def profile(
    names: Annotated[str, typer.Option("--parameters", metavar="KEY,...", help="Parameters to profile.")],
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="A plan (default: the one shipped).")] = None,
    points: Annotated[int, number_option("--points", 2, 100, "Values of each parameter.")] = 5,
    evaluations: Annotated[int, number_option("--evaluations", 1, 1_000_000, "Candidates at each value.")] = 200,
    seeds: Annotated[int | None, number_option("--seeds", 1, 10_000, "Seeds (default: those of the plan).")] = None,
    out: Out = None,
    workers: Workers = None,
) -> None:
    """Profile parameters of the base world: how well the facts can be met at each of their values."""
    from experiments.calibration_plan import DEFAULT, load_plan
    from experiments.profile import profile as trace
    from experiments.profile import supported

    chosen, folder = load_plan(plan or DEFAULT, seeds), out or Path("results") / "profile"
    with compiling(), progress_bar("Profiling") as shown, resumable():
        table = trace(chosen, names.split(","), points, evaluations, folder, workers or os.cpu_count() or 1, shown)
    table.to_csv(folder / "profile.csv", index=False)
    summary = supported(table, chosen)
    summary.to_csv(folder / "supported.csv", index=False)
    print(summary.to_string(index=False))
    print(f"Profiles: {folder / 'profile.csv'}")


@app.command()
def claims(
    source: Annotated[str, typer.Argument(metavar="[CLAIMS]", help="A list of claims, or a file.")] = "ernst1998",
    runs: Annotated[int, number_option("--runs", 1, 100_000, "Paired seeds.")] = 32,
    seed: FirstSeed = 1,
    only: Annotated[str, typer.Option("--only", metavar="ID,...", help="Try these claims only.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on a red claim that has no remark.")] = False,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Try the claims of the paper, each an experiment: claims.csv, report.html, manifest."""
    from experiments.claim_data import chosen, load_claims
    from experiments.claims import tally, unexplained, verdicts
    from experiments.claims_page import judge_claims

    folder = out or Path("results") / ("claims" if source == "ernst1998" else f"claims-{Path(source).stem}")
    wanted, seeds = chosen(load_claims(source), only), list(range(seed, seed + runs))
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Running") as progress:
        table = judge_claims(wanted, seeds, work, workers, progress, folder)
    for row in verdicts(table).itertuples():
        print(f"{row.verdict:13}  {row.id}: {row.effect:+.4g} ({row.measure})")
    print(f"Claims: {tally(table)}. Report: {folder / 'report.html'}")
    if strict and unexplained(table):
        print(f"not supported without a remark: {', '.join(unexplained(table))}", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def ablate(
    runs: Annotated[int, number_option("--runs", 1, 100_000, "Paired seeds.")] = 16,
    seed: FirstSeed = 1,
    only: Annotated[str | None, typer.Option("--only", metavar="NAME,...", help="These mechanisms only.")] = None,
    settings: Settings = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if one carries nothing, unexplained.")] = False,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Switch every mechanism off in turn: which facts die without it, and which carries nothing."""
    from experiments.ablate import ablate as switch_off
    from experiments.ablate import idle, useless
    from experiments.facts import load_facts
    from experiments.switches import chosen
    from experiments.validate import scenarios_of

    folder = out or Path("results") / "ablate"
    overrides, seeds = overrides_of(settings), list(range(seed, seed + runs))
    mechanisms = chosen(only, scenarios_of(load_facts(), overrides))
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Running") as progress:
        table = switch_off(seeds, work, mechanisms, workers, progress, overrides, folder)
    for row in table[table["dies"] != ""].itertuples():
        print(f"without {row.mechanism}, die: {row.dies}")
    print(f"Carry nothing: {', '.join(idle(table)) or 'none'}. Report: {folder / 'report.html'}")
    if strict and useless(table):
        print(f"carries nothing, and no use is stated: {', '.join(useless(table))}", file=sys.stderr)
        raise typer.Exit(1)
