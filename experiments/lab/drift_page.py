"""The drift study: everything run, its tables, and a page that begins with the answer in words."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from abm._version import __version__
from abm.measurement.manifest import describe, write_manifest
from abm.measurement.regimes import WINDOW
from abm.scenario import Scenario
from experiments.figures.drift import REGIME_COLOURS, lock_figure, path_figure, start_figure
from experiments.lab.again import prints_of
from experiments.lab.drift import INSTRUMENTS, by_start, ends, fixed, futures, lock_in
from experiments.output import InputError
from experiments.pages import fragment, plotly_source, template

EVERY = 3  # years between the dates at which lock-in is asked
Progress = Callable[[int, int], None] | None


def check_responsive(scenario: Scenario) -> None:
    """Raise InputError unless the state responds, and the run reaches the classifier's window."""
    if scenario.politics.responsiveness <= 0.0:
        raise InputError(
            f"{scenario.name}: politics.responsiveness = 0: this state keeps to its policy block; "
            "try responsive_state, or --set politics.responsiveness=2"
        )
    begins, ends_ = scenario.start // 4, (scenario.start + scenario.run.quarters - 1) // 4
    if begins > WINDOW[0] or ends_ < WINDOW[1]:
        raise InputError(f"{scenario.name}: the run must cover {WINDOW[0]} to {WINDOW[1]}, which decide on the regime")


def dates_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the dates at which lock-in is asked: every few years up to the classifier's window."""
    return tuple(f"{year}Q1" for year in range(-(-scenario.start // 4), WINDOW[0] + 1, EVERY))


def study(scenario: Scenario, seeds: list[int], count: int, folder: Path, workers: int | None = None,
          progress: Progress = None, command: str = "") -> list[str]:  # fmt: skip
    """Run all, write starts.csv, lock_in.csv, futures.parquet, manifest.json, report.html; returns the answer."""
    check_responsive(scenario)
    (table, paths), starts, parts = run_all(scenario, seeds, count, workers, progress)
    shares = regime_shares(starts, "start")
    worlds = worlds_of(seeds)
    curves = {part["state"].iloc[0]: lock_in(part) for part in parts}
    shares.to_csv(folder / "starts.csv", index=False)
    locked = pd.concat([curve.assign(state=title) for title, curve in curves.items()])
    locked.to_csv(folder / "lock_in.csv", index=False)
    pd.concat(parts).to_parquet(folder / "futures.parquet", index=False)
    prints = drift_prints(scenario, (table, paths), starts, parts)
    write_manifest(describe("drift", [scenario], seeds, prints) | {"futures": count, "repeat": command}, folder)
    said = answers(table, shares, curves)
    sections = _sections(scenario, table, paths, shares, curves, locked, len(worlds), count)
    page = template("study.html").render(
        title=f"{scenario.title or scenario.name}: where it drifts", answers=said, figures=sections, changes=[],
        method=_method(scenario, seeds), plotly_js=plotly_source(), repeat=command, version=__version__,
    )  # fmt: skip
    (folder / "report.html").write_text(page, encoding="utf-8")
    return said


def worlds_of(seeds: list[int]) -> list[int]:
    """Return the seeds whose worlds are given futures."""
    return seeds[: max(2, len(seeds) // 2)]


def run_all(
    scenario: Scenario, seeds: list[int], count: int, workers: int | None = None, progress: Progress = None
) -> tuple[tuple, pd.DataFrame, list[pd.DataFrame]]:
    """Return ends and paths, ends by start, and the futures of the state that responds and of one that does not."""
    found, starts, parts = ends(scenario, seeds, workers), by_start(scenario, seeds, workers), []
    for title, state in (("The state responds", scenario), ("It keeps to its policy block", fixed(scenario))):
        part = futures(state, worlds_of(seeds), dates_of(scenario), count, workers, progress)
        parts.append(part.assign(state=title))
    return found, starts, parts


def drift_prints(scenario: Scenario, found: tuple, starts: pd.DataFrame, parts: list[pd.DataFrame]) -> dict[str, str]:
    """Return the fingerprint of each seed: of its end, its ends by start, and its futures."""
    return prints_of(scenario.name, [found[0], starts, *parts], ["seed", "seed", *["world"] * len(parts)])


def regime_shares(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return how often each regime is the end, by a column: that column, label, share, runs."""
    rows = []
    for value, part in table.groupby(by, sort=True):
        for label in REGIME_COLOURS:
            rows.append({by: value, "label": label, "share": float((part["label"] == label).mean()), "runs": len(part)})
    return pd.DataFrame(rows)


def answers(table: pd.DataFrame, shares: pd.DataFrame, curves: dict[str, pd.DataFrame]) -> list[str]:
    """Return what is found, in sentences."""
    counts = [f"{(table['label'] == label).mean():.0%} {label}" for label in REGIME_COLOURS]
    large = next(iter(REGIME_COLOURS))
    part = shares[shares["label"] == large]
    first, last = part.iloc[0], part.iloc[-1]
    said = [
        f"From one start, luck alone leads to different regimes: {', '.join(counts)}.",
        f"The start matters too: with a guarantee of {first.start:.2f}, {first.share:.0%} of runs end {large}; with "
        f"{last.start:.2f}, {last.share:.0%}.",
    ]
    for title, curve in curves.items():
        done = curve.loc[curve["decided"] >= 0.5, "date"]
        when = f"half of the end is decided by {done.iloc[0]}" if len(done) else "half of the end is never decided"
        said.append(f"{title}: {when}.")
    return said


def _method(scenario: Scenario, seeds: list[int]) -> str:
    p = scenario.politics
    return (
        f"{len(seeds)} seeds; the regime is read off outcomes of {WINDOW[0]}-{WINDOW[1]}. The state moves direction, "
        f"concentration and guarantee of credit at responsiveness {p.responsiveness:g}, and leans to the large beyond "
        f"a capture of {p.neutral_capture:g}. Where the path leads depends on that number, which is a judgement: below "
        "it more states drift to the large, above it more to the small."
    )


def _sections(
    scenario: Scenario, table: pd.DataFrame, paths: np.ndarray, shares: pd.DataFrame, curves: dict,
    locked: pd.DataFrame, worlds: int, count: int,
) -> list[dict]:
    """Return the sections of the page: words, figure and the table behind it."""
    spread = table[list(INSTRUMENTS)].quantile([0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0])
    wide = shares.pivot(index="start", columns="label", values="share")[list(REGIME_COLOURS)]
    numbers = ["decided", "low", "high", "alike", "by_chance"]
    return [
        {
            "title": "Paths of the guarantee",
            "lesson": "Each line is a run: what the state promises to large firms, before capture and crisis add to it "
            "or take from it. Colour: the regime in which the run ends.",
            "html": fragment(path_figure(table, paths[:, :, 2], scenario.start / 4.0, "guarantee announced")),
            "columns": [f"quantile, {WINDOW[0]}-{WINDOW[1]}", *INSTRUMENTS],
            "rows": _rows([f"{q:.0%}" for q in spread.index], spread, "{:.2f}"),
        },
        {
            "title": "Where it ends, and where it began",
            "lesson": "The same states from other starts: all three instruments moved together.",
            "html": fragment(start_figure(shares)), "columns": ["guarantee at the start", *wide.columns],
            "rows": _rows([f"{start:.2f}" for start in wide.index], wide, "{:.0%}"),
        },
        {
            "title": "When the path locks in",
            "lesson": f"At each date {worlds} worlds get {count} futures of other luck each. Decided is the part of "
            "the variance of end scores between worlds (intraclass correlation; band: bootstrap over worlds at "
            "90 %): 0, the past says nothing about the end; 1, luck can change nothing any more.",
            "html": fragment(lock_figure(curves)),
            "columns": ["state, date", *(name.replace("_", " ") for name in numbers)],
            "rows": _rows([f"{row.state}, {row.date}" for row in locked.itertuples()], locked[numbers], "{:.0%}"),
        },
    ]  # fmt: skip


def _rows(heads: list[str], values: pd.DataFrame, form: str) -> list[list[str]]:
    """Return the rows of a table as text."""
    return [[head, *(form.format(value) for value in row)] for head, row in zip(heads, values.to_numpy(), strict=True)]
