"""The command `latecomer sweep`: a plan of runs, on threads, processes or a cluster, that survives being killed."""

import contextlib
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from experiments.options import Out, compiling, number_option
from experiments.output import InputError, terminated_as_interrupt

app = typer.Typer()
EVERY = 10.0  # seconds between two lines of progress, where there is no terminal
SHARD = re.compile(r"(\d+)/(\d+)")
PlanNamed = Annotated[
    str, typer.Argument(metavar="PLAN", help="A plan's file, or the name of one that is shipped.")
]
Workers = Annotated[int | None, number_option("--workers", 1, 1024, "Threads or processes (default: all cores).")]
Processes = Annotated[bool, typer.Option("--processes", help="Local processes instead of threads.")]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.1:8786.")
]
Lines = Annotated[bool, typer.Option("--progress", help="Print a line every ten seconds where there is no terminal.")]


@app.command()
def sweep(
    plan: PlanNamed,
    out: Out = None,
    workers: Workers = None,
    processes: Processes = False,
    scheduler: Scheduler = None,
    shard: Annotated[str | None, typer.Option("--shard", metavar="I/N", help="Run part I of N only.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many runs, how long and how big.")] = False,
    progress: Lines = False,
) -> None:
    """Run every point of a plan at paired seeds into a folder; go on where it was stopped."""
    from experiments.sweep.campaign import sweep as run_all
    from experiments.sweep.plan import load_plan

    part = _shard(shard)
    check_place(workers, processes, scheduler)
    chosen = load_plan(plan)
    folder = out or Path("results") / f"sweep-{chosen.path.stem}"
    if dry_run:
        _say_estimate(chosen, folder, workers)
        return
    with kept(folder), compiling(), rate_bar("Running", progress) as shown:
        report = run_all(
            chosen, folder, workers=workers, processes=processes, scheduler=scheduler, shard=part,
            say=remark, progress=shown,
        )  # fmt: skip
    print(summary_of(report))
    if report.complete:
        print(f"Results: {folder / 'results.parquet'}")
    else:
        print("Runs of other shards are missing; the last shard, or the command without --shard, writes the tables.")


def repeat_sweep(folder: Path, sample: int | None, workers: int | None) -> None:
    """Run a finished folder again and say whether its tables are equal to the bit; status 1 if they are not."""
    from experiments.sweep.repeat import repeat

    with compiling(), rate_bar("Repeating") as shown:
        found = repeat(folder, sample, workers, shown)
    for note in found.remarks:
        remark(note)
    part = f" (a sample of {sample:,} points)" if sample else ""
    if not found.other:
        print(f"Equal: {found.equal:,} of {found.rows:,} runs{part}, to the bit; and so {_listed(found.tables)}.")
        return
    print(f"Different: {found.rows - found.equal:,} of {found.rows:,} runs{part}; {_listed(found.other)}.")
    print(f"First difference: {found.first_difference}")
    raise typer.Exit(1)


def _listed(tables: tuple[str, ...]) -> str:
    return "table " + ", ".join(tables) if len(tables) == 1 else "tables " + ", ".join(tables)


def summary_of(report) -> str:
    """Return what a session did, in a line."""
    if not report.ran:
        return f"All {report.runs:,} runs were there already." if report.complete else "This shard's runs are there."
    failed = f", {report.failed:,} failed" if report.failed else ""
    return (f"{report.ran:,} runs in {report.seconds:.1f} s, {report.rate:.1f} runs a second on {report.place}"
            f"{failed}.")  # fmt: skip


def remark(text: str) -> None:
    """Say something to the user beside the results."""
    print(f"latecomer: {text}", file=sys.stderr)


@contextlib.contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Say what is kept when work on a folder is interrupted or its disk or cluster gives up; stop with status 1."""
    from experiments.sweep.files import StoreFault

    try:
        with terminated_as_interrupt():
            yield
    except KeyboardInterrupt:
        remark(f"stopped; {_kept(folder)}: the same command goes on from there")
        raise typer.Exit(1) from None
    except StoreFault as problem:
        remark(f"{problem}\nlatecomer: {_kept(folder)}")
        raise typer.Exit(1) from None


@contextlib.contextmanager
def rate_bar(text: str, lines: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """Yield a callback that shows runs done, rate and time left on a terminal; lines without one, if asked for."""
    if not sys.stderr.isatty():
        yield _line_printer() if lines else None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

    class Rate(ProgressColumn):
        """Runs a second."""

        def render(self, task):
            return f"{task.speed or 0.0:.1f}/s"

    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, speed_estimate_period=60) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def check_place(workers: int | None, processes: bool, scheduler: str | None) -> None:
    """Raise InputError if more than one place to run is named."""
    if scheduler and (processes or workers):
        raise InputError("--scheduler: a cluster has its own workers; leave out --workers and --processes")


def _line_printer() -> Callable[[int, int], None]:
    began = last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY or done == total:
            from experiments.sweep.estimate import in_words

            rate = done / max(now - began, 1e-9)
            left = f", {in_words((total - done) / rate)} left" if 0 < done < total else ""
            print(f"{done:,} of {total:,} runs, {rate:.1f} a second{left}", file=sys.stderr, flush=True)
            last = now

    return show


def _shard(text: str | None) -> tuple[int, int] | None:
    """Return part and number of parts; InputError unless 1 <= part <= parts."""
    if text is None:
        return None
    match = SHARD.fullmatch(text)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part <= parts:
        raise InputError(f"--shard {text}: expected I/N with I from 1 to N, such as 3/50")
    return part, parts


def _say_estimate(plan, folder: Path, workers: int | None) -> None:
    import os

    from experiments.sweep.estimate import estimate

    with compiling():
        found = estimate(plan, folder)
    print(found.sentences(workers or os.cpu_count() or 1))


def _kept(folder: Path) -> str:
    """Return how much of a sweep is in its folder, in words, from the log."""
    import json

    try:
        lines = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return "nothing was done yet" if not folder.exists() else f"what was done is kept in {folder}"
    mine = [line["runs"] for line in lines if line["cohort"] == lines[-1]["cohort"]]
    return f"{sum(mine):,} runs are kept in {folder}"
