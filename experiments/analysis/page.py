"""What the pages of analyses share: sections of figures and tables, words for outcomes and factors, sources."""

from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

from abm._version import __version__
from abm.scenario import declarations
from experiments.analysis.check import never_counts_as
from experiments.figures.style import MEANING
from experiments.lab.measures import REGIME_MEANING, years_text
from experiments.pages import fragment, number, plotly_source, template
from experiments.sweep.outcomes import CRISIS, SCORE
from experiments.sweep.study import Study

ROWS = 200  # of a table on a page; the files have all
STATISTICS = {
    "value": "the mean", "mean": "the mean", "sum": "the sum", "max": "the largest value", "min": "the smallest value",
    "ratio": "the end over the start", "cagr": "the growth a year", "drop": "the largest fall",
    "cycle_years": "the length of the cycle",
}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A part of a page. figures, tables: as `figure` and `shown` return them."""

    title: str
    lesson: str = ""
    answers: list[str] = field(default_factory=list)
    figures: list[dict] = field(default_factory=list)
    tables: list[dict] = field(default_factory=list)


def figure(canvas: go.Figure, title: str = "", lesson: str = "") -> dict:
    """Return a figure as a section takes it."""
    return {"title": title, "lesson": lesson, "html": fragment(canvas)}


def shown(
    table: pd.DataFrame, file: str, title: str = "", shares: tuple[str, ...] = (), names: dict | None = None,
    opened: bool = False, years: bool = False,
) -> dict:  # fmt: skip
    """Return a table as a section takes it: numbers at three digits, `shares` in per cent, long ones cut.

    file: the name of the whole table beside the page; names: headings other than the columns' own names; years: whether
    numbers are years, without commas.
    """
    names = names or {}
    numbers = [pd.api.types.is_numeric_dtype(table[name]) and table[name].dtype != bool for name in table]
    rows = [[_cell(value, name in shares, years) for name, value in zip(table, row, strict=True)]
            for row in table.head(ROWS).itertuples(index=False)]  # fmt: skip
    columns = [{"name": names.get(name, _heading(str(name))), "number": is_number}
               for name, is_number in zip(table, numbers, strict=True)]  # fmt: skip
    return {"title": title, "columns": columns, "rows": rows, "more": max(0, len(table) - ROWS), "file": file,
            "open": opened}  # fmt: skip


def _heading(name: str) -> str:
    return name if "." in name else name.replace("_", " ")


def _cell(value: object, share: bool, years: bool) -> str:
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return "–"
    if share:
        return per_cent(float(value))
    if float(value).is_integer() and abs(value) < 1e4:
        return f"{int(value)}" if years else f"{int(value):,}"
    return f"{value:.5g}" if years else number(float(value))


def per_cent(share: float) -> str:
    """Return a share in per cent, a small one with a decimal; a dash for one that is not known."""
    if pd.isna(share):
        return "–"
    text = f"{100 * share:.0f}" if abs(share) >= 0.0995 else f"{100 * share:.1f}".removesuffix(".0")
    return f"{text} %"


def compose(
    title: str, answers: list[str], sections: list[Section], definitions: list[tuple[str, str]],
    sources: list[tuple[str, str]], files: list[str], repeat: str,
) -> str:  # fmt: skip
    """Return a page: what was found, the sections, what the words mean, where it comes from, how to repeat it."""
    return template("analysis.html").render(
        title=title, answers=answers, sections=sections, definitions=definitions, sources=sources, files=files,
        plotly_js=plotly_source(), repeat=repeat, version=__version__,
    )  # fmt: skip


def sources_of(study: Study) -> list[tuple[str, str]]:
    """Return where the numbers of a sweep come from: folder, plan, size, fingerprints."""
    held = study.manifest
    size = (f"{len(study.design):,} points, {len(held['scenarios'])} scenario{'s'[: len(held['scenarios']) > 1]}, "
            f"{len(study.seeds)} paired seed{'s'[: len(study.seeds) > 1]} from {study.seeds[0]}: "
            f"{len(study.results):,} runs, {int(study.results['error'].notna().sum())} failed")  # fmt: skip
    scenarios = ", ".join(f"{name} ({world['hash'][:16]})" for name, world in held["scenarios"].items())
    return [
        ("Sweep", f"{held.get('title') or 'untitled'}, by latecomer {held['command']}, in {study.folder}"),
        ("Size", size),
        ("Fingerprint of the plan", f"{held['identity']} (identity in the sweep's manifest.json: plan, runs and code)"),
        ("Scenarios", scenarios),
        ("Code", f"version {held.get('version', '?')}, sources {held.get('code', '?')}"),
    ]


def outcome_words(study: Study, outcome: str) -> str:
    """Return in words how an outcome of a sweep is measured."""
    if outcome == CRISIS:
        return f"1 if foreign lenders run on the currency at least once in {_years(study.plan['crisis'])}, else 0"
    if outcome == SCORE:
        return f"{REGIME_MEANING[1]}; judged in {_years(study.plan['regime'])}"
    entry = study.plan["outcomes"][outcome]
    unit, meaning = MEANING[entry["indicator"]]
    if (never := never_counts_as(study, outcome)) is not None:
        what = f"the first year in {_years(entry)} in which {entry['indicator']} is above {entry['threshold']:g}"
        return f"{what}; never counts as {never:.0f}. {meaning} [{unit}]"
    return f"{STATISTICS[entry['statistic']]} of {entry['indicator']} in {_years(entry)}: {meaning} [{unit}]"


def number_in(study: Study, outcome: str, value: float) -> str:
    """Return a number of an outcome as text: a year without a comma, else at about three digits."""
    return f"{value:.4g}" if never_counts_as(study, outcome) is not None else number(value)


def _years(entry: dict) -> str:
    return years_text(*map(int, entry["window"]))


def factor_words(key: str) -> str:
    """Return the declared meaning of a factor, with its unit."""
    section, _, name = key.partition(".")
    declaration = declarations()[section][name]
    return f"{declaration['description']} [{declaration.get('unit', 'on/off')}]"


def factor_definitions(study: Study) -> list[tuple[str, str]]:
    """Return what each factor of a sweep means, and over which values it goes."""
    found = []
    for key in study.factors:
        values = study.design[key]
        ends = [values.min(), values.max()]
        span = " to ".join(number(float(v)) if isinstance(v, int | float) and not isinstance(v, bool) else str(v)
                           for v in (x.item() if hasattr(x, "item") else x for x in ends))  # fmt: skip
        span = "off and on" if values.dtype == bool else span
        found.append((key, f"{factor_words(key)}, {span}"))
    return found
