"""The answer of a deadline study: tables, and a page that begins with the answer in words."""

from pathlib import Path

import pandas as pd

from abm._version import __version__
from abm.measurement.manifest import describe, write_manifest
from abm.policy.instruments import instruments
from abm.scenario import Scenario, declarations
from experiments.figures.deadline import chance_figure, cost_figure, lever_figure
from experiments.figures.style import MEANING
from experiments.lab.again import asked_of, prints_of
from experiments.lab.deadline import WHOLE, Question, curve, latest, without_reform
from experiments.lab.measures import years_text
from experiments.lab.reform import by_lever, final_policy
from experiments.pages import fragment, plotly_source, template

NAMES = {"date": "date", "variant": "lever", "share": "share of the reform", "probability": "with crisis", "low": "low",
         "high": "high", "avoided": "avoided", "caused": "caused", "outcome": "difference", "outcome_low": "low",
         "outcome_high": "high"}  # fmt: skip


def write(
    question: Question, table: pd.DataFrame, seeds: list[int], avoid: float, reform: str, folder: Path
) -> list[str]:
    """Write deadline.csv, latest.csv, runs.parquet, manifest.json and report.html; returns the answer in sentences."""
    curves = curve(table)
    curves.to_csv(folder / "deadline.csv", index=False)
    latest(curves, avoid).to_csv(folder / "latest.csv", index=False)
    table.to_parquet(folder / "runs.parquet", index=False)
    prints = prints_of(question.scenario.name, [table], ["seed"])
    manifest = describe("deadline", [question.scenario], seeds, prints)
    asked = asked_of(question, avoid)
    write_manifest(manifest | {"question": asked, "repeat": _repeat(question, seeds, avoid)}, folder)
    said = answers(question, table, curves, avoid, reform)
    page = render(question, table, curves, seeds, said, avoid)
    (folder / "report.html").write_text(page, encoding="utf-8")
    return said


def answers(question: Question, table: pd.DataFrame, curves: pd.DataFrame, avoid: float, reform: str) -> list[str]:
    """Return what the study finds, in sentences."""
    crisis, base = question.crisis, without_reform(table)
    years = years_text(crisis.first, crisis.last)
    start = f"Without reform {base['probability']:.0%} of runs have the crisis of {years}."
    if not base["probability"]:
        return [start, "There is nothing to avoid."]
    found = latest(curves, avoid)
    whole = found[(found["variant"] == WHOLE) & (found["share"] >= 1.0)].iloc[0]
    if not whole["date"]:
        return [start, f"{reform}: even from {question.dates[0]} the reform avoids fewer than {avoid:.0%} of them."]
    rest = "" if whole["always"] else "; later ones come too late"
    said = [start, f"{reform}: begun by {whole['date']}, the reform still avoids at least {avoid:.0%} of them{rest}."]
    said.append(f"Less of it: {_less(found)}.")
    alone = found[(found["variant"] != WHOLE) & (found["date"] != "")]
    if len(by_lever(question.changes)) > 1:
        titles = [f"{instruments()[row.variant].title.lower()} (by {row.date})" for row in alone.itertuples()]
        said.append(f"Levers that do it alone: {', '.join(titles) or 'none'}.")
    return said


def _repeat(question: Question, seeds: list[int], avoid: float) -> str:
    """Return the command that repeats the study."""
    return f"{question.command} --avoid {avoid:.0%} --runs {len(seeds)} --seed {seeds[0]}".replace("%", "")


def _less(found: pd.DataFrame) -> str:
    """Return in words until when parts of the reform are enough."""
    parts = found[(found["variant"] == WHOLE) & (found["share"] < 1.0)].sort_values("share", ascending=False)
    words = []
    for row in parts.itertuples():
        when = "" if row.always else f" by {row.date}"
        words.append(f"{row.share:.0%} is enough{when}" if row.date else f"{row.share:.0%} is not enough")
    return "; ".join(words)


def render(
    question: Question, table: pd.DataFrame, curves: pd.DataFrame, seeds: list[int], said: list[str], avoid: float
) -> str:
    """Return the page; `said`: the answer in sentences."""
    whole = curves[curves["variant"] == WHOLE]
    unit, definition = MEANING[question.outcome]
    figures = [
        _section("How likely the crisis still is", "By the date at which the reform begins, as a surprise; band: "
                 "Wilson interval at 90 % for the whole reform.", chance_figure(whole, without_reform(table)), whole,
                 ("date", "share", "probability", "low", "high", "avoided", "caused")),
        _section("What it costs, or brings", f"{definition}: mean of the last four quarters of the run, reformed less "
                 "unreformed, seed by seed; median and 90 % of pairs.",
                 cost_figure(whole, unit), whole[whole["outcome"].notna()],
                 ("date", "outcome", "outcome_low", "outcome_high")),
    ]  # fmt: skip
    if len(by_lever(question.changes)) > 1:
        full = curves[curves["share"] >= 1.0]
        lesson = "Each lever of the reform alone, in full: how much of the crises that come without reform it avoids."
        columns = ("date", "variant", "avoided", "caused")
        figures.append(_section("Which lever does it", lesson, lever_figure(curves, WHOLE), full, columns))
    title = f"{question.scenario.title or question.scenario.name}: until when does a reform help?"
    return template("study.html").render(
        title=title, answers=said, figures=figures, plotly_js=plotly_source(), version=__version__,
        method=_method(question, seeds), changes=_changes(question.scenario, question),
        repeat=_repeat(question, seeds, avoid),
    )  # fmt: skip


def _method(question: Question, seeds: list[int]) -> str:
    crisis = question.crisis
    return (
        f"{len(seeds)} seeds of {question.scenario.title or question.scenario.name}, each a running world that is "
        f"forked at every date: all before it is shared, luck included. A run has the crisis if {crisis.indicator} "
        f"exceeds {crisis.above:g} in some quarter of {crisis.first} to {crisis.last}."
    )


def _section(title: str, lesson: str, figure, rows: pd.DataFrame, columns: tuple[str, ...]) -> dict:
    """Return a section of the page: words, figure, and the table behind it."""
    names = [NAMES[column] for column in columns]
    cells = [
        [_text(name, value) for name, value in zip(columns, row, strict=True)] for row in rows[list(columns)].to_numpy()
    ]
    return {"title": title, "lesson": lesson, "html": fragment(figure), "columns": names, "rows": cells}


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return "all of it" if value == WHOLE else instruments()[value].title if value in instruments() else value
    if value != value:
        return ""
    return f"{value:,.0f}" if name.startswith("outcome") else f"{value:.0%}"


def _changes(scenario: Scenario, question: Question) -> list[dict]:
    now, about = final_policy(scenario), declarations()["policy"]
    return [
        {"key": f"policy.{key}", "lever": instruments()[name].title, "before": now[key], "after": value,
         "meaning": about[key]["changes"]}
        for name, part in by_lever(question.changes).items() for key, value in part.items()
    ]  # fmt: skip
