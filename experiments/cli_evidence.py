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


@app.command()
def claims(
    runs: Annotated[int, number_option("--runs", 1, 100_000, "Paired seeds.")] = 32,
    seed: Annotated[int, number_option("--seed", 0, 2**62, "First seed.")] = 1,
    only: Annotated[str, typer.Option("--only", metavar="ID,...", help="Try these claims only.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on a red claim that has no remark.")] = False,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Try the claims of the paper, each an experiment: claims.csv, report.html, manifest."""
    from experiments.claim_data import chosen, load_claims
    from experiments.claims import judge_claims, tally, unexplained, verdicts

    folder = out or Path("results") / "claims"
    wanted, seeds = chosen(load_claims(), only), list(range(seed, seed + runs))
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Running") as progress:
        table = judge_claims(wanted, seeds, work, workers, progress, folder)
    for row in verdicts(table).itertuples():
        print(f"{row.verdict:13}  {row.id}: {row.effect:+.4g} ({row.measure})")
    print(f"Claims: {tally(table)}. Report: {folder / 'report.html'}")
    if strict and unexplained(table):
        print(f"not supported without a remark: {', '.join(unexplained(table))}", file=sys.stderr)
        raise typer.Exit(1)
