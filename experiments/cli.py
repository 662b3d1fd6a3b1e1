"""The command `latecomer`: a thin door to everything. Exit status: 0 done, 2 wrong input, 1 anything else."""

import json
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from abm._version import __version__
from abm.measurement.catalogue import FORMATS, TABLES, catalogue
from abm.scenario import ScenarioError, load_scenario, presets, scenario_model
from experiments import (
    cli_attribute,
    cli_bands,
    cli_discover,
    cli_emulate,
    cli_evidence,
    cli_lab,
    cli_map,
    cli_power,
    cli_sensitivity,
    cli_sweep,
)
from experiments.options import (
    SEED_HELP,
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
from experiments.output import InputError, fresh_folder

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Latecomer: an agent-based laboratory for industrial policy.",
)  # fmt: skip
app.add_typer(cli_evidence.app)
app.add_typer(cli_attribute.app)
app.add_typer(cli_lab.app)
app.add_typer(cli_sweep.app)
app.add_typer(cli_map.app)
app.add_typer(cli_sensitivity.app)
app.add_typer(cli_power.app)
app.add_typer(cli_discover.app)
app.add_typer(cli_bands.app)
app.add_typer(cli_emulate.app)
for command in entry_points(group="latecomer.commands"):  # of rooms that this one may not import
    app.add_typer(command.load())
INTERRUPTED = 130  # what the command-line library makes of Ctrl-C


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A preset's name or a YAML file.")],
    seed: Annotated[int, number_option("--seed", 0, 2**63 - 1, SEED_HELP)] = 1,
    settings: Settings = None,
    record: Annotated[str, typer.Option("--record", help="Further tables: firms,flows,decisions.")] = "",
    out: Out = None,
    force: Force = False,
) -> None:
    """Run one scenario and write its tables, report and manifest."""
    from abm.measurement.records import check_recordable
    from experiments.compare import run as run_one

    chosen = load_scenario(scenario, overrides_of(settings))
    wanted = check_recordable(record)
    folder = out or Path("results") / f"run-{chosen.name}"
    with fresh_folder(folder, force) as work, compiling():
        ensemble = run_one(chosen, seed, wanted, work, folder)
    _print_headlines(ensemble)
    print(f"Report: {folder / 'report.html'}")


@app.command()
def compare(
    scenarios: Annotated[list[str], typer.Argument(metavar="A B [C ...]", help="Presets or YAML files, two or more.")],
    runs: Annotated[int, number_option("--runs", 1, 100_000, "Paired seeds.")] = 32,
    seed: FirstSeed = 1,
    settings: Settings = None,
    out: Out = None,
    force: Force = False,
    workers: Workers = None,
) -> None:
    """Compare scenarios at the same seeds: report.html, indicators, paired differences, manifest."""
    from experiments.compare import check_comparable
    from experiments.compare import compare as compare_all

    if len(scenarios) < 2:
        raise InputError(f"compare: needs two or more scenarios, got {len(scenarios)}; presets: {', '.join(presets())}")
    chosen = [load_scenario(name, overrides_of(settings)) for name in scenarios]
    check_comparable(chosen)
    folder = out or Path("results") / ("compare-" + "-".join(s.name for s in chosen))
    seeds = list(range(seed, seed + runs))
    with fresh_folder(folder, force) as work, compiling(), progress_bar("Running") as progress:
        ensemble = compare_all(chosen, seeds, work, workers, progress, folder)
    _print_headlines(ensemble)
    print(f"Report: {folder / 'report.html'}")


@app.command()
def reproduce(
    folder: Annotated[Path, typer.Argument(metavar="RUN_DIR", help="A folder with a manifest.")],
    workers: Workers = None,
    sample: Annotated[int | None, number_option("--sample", 1, 10_000_000, "Of a sweep: so many points only.")] = None,
) -> None:
    """Run a manifest again and say whether every bit is equal, or where the first difference is."""
    from experiments.reproduce import is_sweep
    from experiments.reproduce import reproduce as repeat

    if is_sweep(folder):
        cli_sweep.repeat_sweep(folder, sample, workers)
        return
    if sample:
        raise InputError(f"--sample {sample}: {folder} holds no sweep; only points of sweeps and maps are sampled")
    with compiling(), progress_bar("Repeating") as progress:
        verdict = repeat(folder, workers, progress)
    if verdict.all_equal:
        print(f"Equal: {verdict.runs} of {verdict.runs} runs, to the bit.")
        return
    print(f"Different: {verdict.runs - verdict.equal} of {verdict.runs} runs.")
    print(f"First difference: {verdict.first_difference}")
    for remark in verdict.remarks:
        print(f"Note: {remark}")
    raise typer.Exit(1)


@app.command()
def scenarios(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Tell all about one.")] = None,
) -> None:
    """List the presets, or tell what one is for and how it differs from the one it extends."""
    from experiments.preset_text import about, listed

    print(about(name) if name else "\n".join(listed(preset) for preset in presets()))


@app.command()
def parameters(
    format: Annotated[str, typer.Option("--format", help="table, markdown or json.")] = "table",
    of: Annotated[str, typer.Option("--of", help=f"{', '.join(TABLES[:-1])} or {TABLES[-1]}.")] = "parameters",
) -> None:
    """List every parameter (or indicator, column, flow, event) with unit, range, default and provenance."""
    for name, value, allowed in (("--format", format, FORMATS), ("--of", of, TABLES)):
        if value not in allowed:
            raise InputError(f"{name} {value}: expected one of {', '.join(allowed)}")
    print(catalogue(of, format))


@app.command()
def schema() -> None:
    """Print the JSON schema of a scenario."""
    print(json.dumps(scenario_model().model_json_schema(by_alias=True), indent=1))


def _version(value: bool) -> None:
    if value:
        print(f"latecomer {__version__}")
        raise typer.Exit


@app.callback()
def _top(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False) -> None:
    pass


def _print_headlines(ensemble) -> None:
    """Print the headline table to stdout, as plain text."""
    from rich.console import Console
    from rich.table import Table

    from experiments.report import headline_cells

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for name in ensemble.names:
        table.add_column(ensemble.scenarios[name].title or name, justify="right")
    for name in ensemble.names[1:]:
        table.add_column("paired difference" if len(ensemble.names) == 2 else f"{name}, difference", justify="right")
    for cells in headline_cells(ensemble):
        table.add_row(*cells)
    width = None if sys.stdout.isatty() else 140
    Console(file=sys.stdout, width=width, highlight=False, markup=False).print(table)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status (and exits with it when called as a program)."""
    from abm.accounts import AuditError
    from abm.measurement.records import RecordError

    try:
        status = app(arguments, standalone_mode=False)
    except (ScenarioError, RecordError, InputError) as problem:
        status = _complain(str(problem), 2)
    except typer.Exit as stop:
        status = stop.exit_code
    except AuditError as problem:
        status = _complain(f"{problem}. This is a fault of the model, not of your input; please report it.", 1)
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except Exception as problem:
        if hasattr(problem, "format_message"):  # a usage error of the command line
            context = getattr(problem, "ctx", None)
            if context is not None:
                print(context.get_usage(), file=sys.stderr)
            status = _complain(problem.format_message(), 2)
        else:
            raise
    if status == INTERRUPTED:
        status = _complain("stopped; nothing was written", 1)
    if arguments is None:
        # Threads of a cancelled pool finish their run first unless we leave at once.
        sys.stdout.flush()
        sys.stderr.flush()
        if status and _pool_is_busy():
            os._exit(int(status))
        sys.exit(status or 0)
    return int(status or 0)


def _pool_is_busy() -> bool:
    import threading

    return any(thread.name.startswith("ThreadPoolExecutor") for thread in threading.enumerate())


def _complain(message: str, status: int) -> int:
    print(f"latecomer: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    main()
