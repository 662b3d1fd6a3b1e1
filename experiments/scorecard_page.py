"""The scorecard as a page: a section for the facts of the paper, one for the usual facts of the field."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm._version import __version__
from abm.measurement.indicators import INDICATORS
from experiments.facts import NEVER
from experiments.field import Regularity
from experiments.pages import template


@dataclass(frozen=True)
class Section:
    """A table of verdicts: its heading with the count of verdicts, how many seeds it is at, and its rows."""

    title: str
    tally: str
    seeds: int
    rows: list[dict]


def paper_section(card: pd.DataFrame, seeds: int) -> Section:
    """Return the facts of the paper as a section; a row says indicator and statistic, and more when pointed at."""
    meaning = {name: f"{definition} [{unit}]" for name, unit, definition, _ in INDICATORS}
    rows = [
        row | _bar(row) | {
            "what": f"{row['indicator']}, {row['statistic']} {row['window']}", "meaning": meaning[row["indicator"]],
            "origin": f"{row['source']} ({row['role']})",
        }
        for row in card.to_dict("records")
    ]  # fmt: skip
    return Section("Scorecard", tally(card), seeds, rows)


def field_section(card: pd.DataFrame, seeds: int, regularities: list[Regularity]) -> Section:
    """Return the usual facts of the field as a section; a row says what is measured."""
    measures = {fact.id: fact.measures for fact in regularities}
    rows = [
        row | _bar(row) | {
            "what": f"{measures[row['id']]}, {row['window']}", "meaning": row["statistic"], "origin": row["source"],
        }
        for row in card.to_dict("records")
    ]  # fmt: skip
    return Section("The usual facts of the field", tally(card), seeds, rows)


def tally(card: pd.DataFrame) -> str:
    """Return the count of verdicts in words."""
    counts = card["verdict"].value_counts()
    return ", ".join(f"{counts.get(name, 0)} {name}" for name in ("pass", "near", "miss")) + f" of {len(card)}"


def accepted_text(low: float, high: float) -> str:
    """Return an accepted interval in words."""
    if low == -np.inf:
        return f"below {high:g}"
    return f"above {low:g}" if high == np.inf else f"{low:g} to {high:g}"


def render(sections: list[Section], repeat: str) -> str:
    """Return the page; the first section gives it its title."""
    return template("scorecard.html").render(sections=sections, repeat=repeat, version=__version__)


def number(value: float, statistic: str = "") -> str:
    """Return a statistic as text; a year without a thousands separator."""
    if not np.isfinite(value):
        return "never" if value > 0 else "no value"
    if value == NEVER:
        return "never"
    if statistic == "first_year_above":
        return f"{value:.0f}" if value < NEVER / 2 else "never in half of the seeds"
    return f"{value:,.0f}" if abs(value) >= 1000 and value != int(value) else f"{value:.4g}"


def _bar(row: dict) -> dict:
    """Return texts, and the places of band, median and accepted interval on a scale of 0 to 100."""
    low, middle, high = (number(row[key], row["statistic"]) for key in ("low", "median", "high"))
    texts = {
        "median_text": middle if np.isfinite(row["median"]) else "no value",
        "band_text": f"{low} to {high}" if np.isfinite(row["low"]) else "",
        "accept_text": accepted_text(row["accept_low"], row["accept_high"]),
    }  # fmt: skip
    if row["statistic"] == "first_year_above":  # never: draw it just beyond the window
        beyond = float(row["window"][-4:]) + 1
        row = row | {key: min(row[key], beyond) for key in ("median", "low", "high")}
    ends = [v for k in ("low", "high", "accept_low", "accept_high", "median") if np.isfinite(v := row[k])]
    if row["accept_low"] == -np.inf or row["accept_high"] == np.inf:
        ends.append(0.0)
    left, right = min(ends), max(ends)
    span = (right - left) or 1.0
    left, span = left - 0.08 * span, 1.16 * span

    def place(value: float) -> float:
        return float(np.clip(100 * (np.clip(value, -1e12, 1e12) - left) / span, 0, 100))

    keys = ("low", "high", "accept_low", "accept_high", "median")
    return texts | {"at": {key: place(row[key]) for key in keys if not np.isnan(row[key])}}
