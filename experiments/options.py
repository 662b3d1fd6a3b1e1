"""What the commands share: their options, and how they say that they compile and how far they are."""

import contextlib
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from abm.scenario import read_setting

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting, for example policy.guarantee=0.2. Repeatable."),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Output folder (default: results/...).")]
Force = Annotated[bool, typer.Option("--force", help="Replace a folder that holds another run.")]
SEED_HELP = "Seed of the luck: a whole number from 0."


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of whole numbers within bounds; its error names the value and what is allowed."""

    def parse(text: str) -> int:
        try:
            number = int(str(text))
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise typer.BadParameter(f"{text!r}: expected a whole number from {low} to {high}")
        return number

    return parse


def number_option(name: str, low: int, high: int, text: str):
    """Return an option that takes a whole number."""
    return typer.Option(name, parser=whole(low, high), metavar="N", help=text)


FirstSeed = Annotated[int, number_option("--seed", 0, 2**62, "First seed.")]
Workers = Annotated[int | None, number_option("--workers", 1, 1024, "Threads (default: all cores).")]


# What is measured, where a command takes indicators of the user's choice (see lab.measures.chosen_measures).
Indicators = Annotated[list[str] | None, typer.Option("--indicator", help="Instead of the headlines. Repeatable.")]
YearsOfThem = Annotated[
    list[str] | None, typer.Option("--years", metavar="FIRST-LAST", help="Years of the indicator (default: all).")
]
HowTaken = Annotated[list[str] | None, typer.Option("--how", help="mean, max or sum over them.")]


def overrides_of(settings: list[str] | None) -> dict:
    return dict(read_setting(text) for text in settings or [])


def command_line(command: str, *arguments: object, **options: object) -> str:
    """Return the command that repeats a result: options that are None or False are left out, lists are repeated."""
    parts = ["latecomer", command, *map(str, arguments)]
    for name, value in options.items():
        if value is None or value is False:
            continue
        flag = f"--{name.replace('_', '-')}"
        for one in value if isinstance(value, list | tuple) else [value]:
            parts += [flag] if one is True else [flag, str(one)]
    return shlex.join(parts)


@contextlib.contextmanager
def compiling() -> Iterator[None]:
    """Say that the first run of a version compiles, if it will and somebody is watching."""
    from abm.compiled import COMPILED, cache_folder

    if COMPILED and sys.stderr.isatty() and not any(cache_folder().iterdir()):
        print("Compiling the model; this happens once and takes about a minute.", file=sys.stderr)
    yield


@contextlib.contextmanager
def progress_bar(text: str) -> Iterator[Callable[[int, int], None] | None]:
    """Yield a callback that shows progress on stderr, or None when nobody is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def resumable() -> Iterator[None]:
    """Say on Ctrl-C that what is done is kept, and stop with status 1."""
    try:
        yield
    except KeyboardInterrupt:
        print("latecomer: stopped; what was done is kept: the same command goes on from there", file=sys.stderr)
        raise typer.Exit(1) from None
