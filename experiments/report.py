"""One self-contained HTML page that tells the argument of an ensemble, or of a single run."""

import pandas as pd

from abm._version import __version__
from abm.measurement.indicators import INDICATORS
from abm.measurement.regimes import HYBRID, LABELS, WINDOW
from abm.scenario import Scenario, declarations
from experiments.figures.argument import ARGUMENT, difference_figure, draw
from experiments.figures.regimes import regime_figure
from experiments.figures.style import COLOURS, MEANING
from experiments.pages import fragment, plotly_source, template
from experiments.regime_table import ENDS, regimes, stability
from experiments.tables import Ensemble, headline_table


def render(ensemble: Ensemble, tables: list[str], repeat: str) -> str:
    """Return the page. `tables`: the files beside it; `repeat`: the command that repeats the run."""
    table = headline_table(ensemble)
    compared = len(ensemble.names) > 1
    events = next(iter(ensemble.scenarios.values())).history.events
    residual = max(float(ensemble.paths(name, "audit_residual").max()) for name in ensemble.names)
    table_of_regimes = regimes(ensemble)
    found = stability(ensemble, table_of_regimes).assign(runs=len(ensemble.seeds))
    rows = {row["scenario"]: row for row in found.to_dict("records")}
    return template("report.html").render(
        title=_title(ensemble),
        lead=_lead(ensemble),
        cards=[_card(s, k, rows.get(name, {})) for k, (name, s) in enumerate(ensemble.scenarios.items())],
        regimes=_regimes(ensemble, table_of_regimes, found),
        seeds=_plural(len(ensemble.seeds), "seed"),
        banded=len(ensemble.seeds) > 1,
        compared=compared,
        lines=_lines(table, ensemble),
        reduction=_reduction(table),
        figures=_figures(table, ensemble),
        events=[f"{event.at}: {event.text}" for event in events],
        settings=_settings(ensemble),
        glossary=[row[:3] for row in INDICATORS],
        audit=f"The books balance in every quarter of every run (largest relative residual {residual:.0e}).",
        tables=", ".join(tables),
        repeat=repeat,
        version=__version__,
        plotly_js=plotly_source(),
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _title(ensemble: Ensemble) -> str:
    titles = [scenario.title or name for name, scenario in ensemble.scenarios.items()]
    return " against ".join(titles) if len(titles) > 1 else titles[0]


def _lead(ensemble: Ensemble) -> str:
    first, last = ensemble.quarters[0], ensemble.quarters[-1]
    span = f"{first.year} to {last.year}"
    if len(ensemble.names) == 1:
        return f"One latecomer electronics industry, {span}, {_plural(len(ensemble.seeds), 'seed')}."
    return (
        f"One latecomer electronics industry, {span}, under {len(ensemble.names)} governments. Firms, technology, "
        f"world demand and luck are the same in each of {_plural(len(ensemble.seeds), 'paired run')}; only what “What "
        "differs” lists, below, is not."
    )


def _card(scenario: Scenario, k: int, found: dict) -> dict:
    """Return the card of a scenario: what it is and which regime its outcomes look like (a row of `stability`)."""
    card = {
        "title": scenario.title or scenario.name, "description": scenario.description,
        "colour": COLOURS[k % len(COLOURS)], "verdict": "", "detail": "",
    }  # fmt: skip
    if not found:
        return card
    most = max(ENDS, key=lambda end: found[end])
    return card | {
        "verdict": f"Outcome: {most}" + (f" in {found[most]:.0%} of runs" if found["runs"] > 1 else ""),
        "detail": f"(score {found['score']:.2f}; 1 is {LABELS[0]}, 0 {LABELS[1]}, from outcomes alone)",
    }


def _regimes(ensemble: Ensemble, table: pd.DataFrame, found: pd.DataFrame) -> dict | None:
    """Return the section on regimes: its figure, and a line a scenario on how stable the verdict is."""
    if table.empty:
        return None
    titles = {name: scenario.title or name for name, scenario in ensemble.scenarios.items()}
    hybrids = table.loc[table["label"] == HYBRID, "name"].value_counts()
    return {
        "html": fragment(regime_figure(table, titles)),
        "ends": ENDS,
        "lines": [row | {"title": titles[row["scenario"]]} for row in found.to_dict("records")],
        "hybrids": [f"{name} ({_plural(count, 'run')})" for name, count in hybrids.head(4).items()],
        "years": f"{WINDOW[0]}-{WINDOW[1]}",
    }


def _lines(table: pd.DataFrame, ensemble: Ensemble) -> list[dict]:
    """Return the headline table as text."""
    lines = []
    for text, part in table.groupby("label", sort=False):
        part = part.set_index("scenario").reindex(ensemble.names)
        form, indicator = part["form"].dropna().iloc[0], part["indicator"].dropna().iloc[0]
        unit, definition = MEANING[indicator]
        line = {"label": text, "meaning": f"{indicator} [{unit}]: {definition}", "cells": [], "gaps": []}
        for name in ensemble.names:
            line["cells"].append(_cell(part.loc[name], form, "", len(ensemble.seeds)))
            if name != ensemble.names[0]:
                gap = _cell(part.loc[name], form, "difference", len(ensemble.seeds))
                line["gaps"].append(gap | {"agreement": f"{part.loc[name, 'agreement']:.0%}"})
        lines.append(line)
    return lines


def _cell(row: pd.Series, form: str, kind: str, seeds: int) -> dict:
    low, middle, high = (f"{kind}_low", kind, f"{kind}_high") if kind else ("low", "middle", "high")
    sign = "+" if kind and row[middle] > 0 else ""
    banded = seeds > 1 and not row["binary"]
    return {
        "middle": sign + form.format(row[middle]),
        "band": f"{form.format(row[low])} to {form.format(row[high])}" if banded else "",
    }


def _reduction(table: pd.DataFrame) -> str:
    if "reduction" not in table or table["reduction"].dropna().empty:
        return ""
    middle = table["reduction"].dropna().median()
    if middle >= 1.05:
        return f"Pairing pays: the variance of a difference is {middle:.1f} times smaller than unpaired (median line)."
    return "Pairing buys little here: the two countries' luck works on them differently."


def _figures(table: pd.DataFrame, ensemble: Ensemble) -> list[dict]:
    """Return every figure with its words, as HTML fragments that share one copy of Plotly."""
    items = [
        {"title": f.title, "lesson": f.lesson, "section": f.section, "html": fragment(draw(f, ensemble))}
        for f in ARGUMENT
    ]
    gaps = difference_figure(table, ensemble)
    if gaps is not None:
        base = ensemble.scenarios[ensemble.names[0]].title or ensemble.names[0]
        items.append(
            {
                "title": "Paired differences",
                "lesson": f"Each dot is the median difference from {base} over paired runs, the bar holds 90 % of the "
                "pairs. A bar that does not touch the line is a difference that luck does not explain.",
                "section": "",
                "html": fragment(gaps),
            }
        )
    return items


def _settings(ensemble: Ensemble) -> list[dict]:
    """Return the settings in which the scenarios differ (the policy block, for a single one)."""
    resolved = [scenario.resolved() for scenario in ensemble.scenarios.values()]
    rows = []
    for section, names in declarations().items():
        for name, declaration in names.items():
            values = [content[section][name] for content in resolved]
            differs = any(value != values[0] for value in values) if len(values) > 1 else section == "policy"
            if differs:
                meaning = f"{declaration['description']} [{declaration.get('unit', '-')}]"
                rows.append({"key": f"{section}.{name}", "cells": values, "meaning": meaning})
    return rows + _reforms(ensemble)


def _reforms(ensemble: Ensemble) -> list[dict]:
    """Return a row for each key that a reform of some scenario changes, with the new value where it does."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for name, scenario in ensemble.scenarios.items():
        for reform in scenario.reforms:
            for key, value in reform.policy.values().items():
                found.setdefault((reform.since, key), {})[name] = value
    meaning = declarations()["policy"]
    return [
        {"key": f"policy.{key} from {since}", "cells": [cells.get(name, "") for name in ensemble.names],
         "meaning": f"{meaning[key]['description']} [{meaning[key].get('unit', '-')}]"}
        for (since, key), cells in sorted(found.items())
    ]  # fmt: skip


def headline_cells(ensemble: Ensemble) -> list[list[str]]:
    """Return the headline table as rows of text: label, one cell a scenario, one a paired difference."""
    rows = []
    for line in _lines(headline_table(ensemble), ensemble):
        cells = [f"{cell['middle']} ({cell['band']})" if cell["band"] else cell["middle"] for cell in line["cells"]]
        gaps = [f"{gap['middle']} ({gap['band']})" if gap["band"] else gap["middle"] for gap in line["gaps"]]
        rows.append([line["label"], *cells, *gaps])
    return rows
