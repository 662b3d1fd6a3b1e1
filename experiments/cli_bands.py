"""The command `latecomer bands`: outcomes of a finished sweep with bootstrap intervals over paired seeds."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli_discover import write
from experiments.options import Force, Out, command_line, number_option

app = typer.Typer()


@app.command()
def bands(
    folder: Annotated[Path, typer.Argument(metavar="SWEEP_DIR", help="The folder of a finished sweep or map.")],
    outcome: Annotated[
        list[str] | None, typer.Option("--outcome", help="An outcome of the sweep (default: all). Repeatable.")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="FACTOR", help="Group points by a factor. Repeatable.")
    ] = None,
    level: Annotated[int, number_option("--level", 50, 99, "Percentage that the intervals are to hold.")] = 90,
    draws: Annotated[int, number_option("--draws", 100, 100_000, "How often seeds are drawn again.")] = 2000,
    out: Out = None,
    force: Force = False,
) -> None:
    """Give mean, median and spread of outcomes, and paired differences of scenarios, with bootstrap intervals."""
    from experiments.analysis.bands import bands as of_study
    from experiments.analysis.bands import groups_of
    from experiments.analysis.bands_page import answers, overall, render
    from experiments.analysis.bootstrap import SEED
    from experiments.sweep.study import load_study

    study, share = load_study(folder), level / 100.0
    tables = of_study(study, outcome or [], by or [], share, draws)
    groups, target = groups_of(study, by or []), out or Path("results") / f"bands-{folder.name}"
    repeat = command_line("bands", folder, outcome=outcome, by=by, level=level, draws=draws, out=target)
    page = render(study, groups, tables, share, draws, repeat)
    asked = {"command": "bands", "outcomes": list(tables["bands"]["outcome"].unique()), "by": by or [], "level": share,
             "draws": draws, "resampling_seed": SEED, "repeat": repeat}  # fmt: skip
    write(target, force, tables, page, study, asked)
    print("\n".join(overall(study, groups, tables, share)))
    for name in asked["outcomes"]:
        print("\n".join(answers(study, name, groups, tables)))
    print(f"Report: {target / 'report.html'}")
