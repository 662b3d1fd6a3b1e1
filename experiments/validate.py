"""The scorecard: every fact, what the model gives, and a verdict; red as visible as green."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from abm.measurement.indicators import INDICATORS
from abm.measurement.manifest import describe, write_manifest
from abm.runs import run_ensemble
from experiments.facts import Fact, contrast, known_misses, load_facts, scenarios_of
from experiments.pages import number, page
from experiments.tables import BAND, Ensemble, from_runs

NEAR_INTERVAL, NEAR_SHARE = 0.25, 0.1  # a miss by at most this much of the interval, or of the share, is near
COLUMNS = [
    "id", "scenario", "indicator", "statistic", "median", "low", "high", "accept_low", "accept_high", "share_inside",
    "verdict", "figure", "window", "role", "source", "reason",
]  # fmt: skip


def validate(
    seeds: list[int], folder: Path, workers: int | None = None, progress: Callable[[int, int], None] | None = None,
    overrides: dict | None = None, shown: Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Run the scenarios the facts speak of and write scorecard.csv, report.html and manifest.json; returns the card."""
    facts = load_facts()
    scenarios = scenarios_of(facts, overrides)
    runs = run_ensemble(scenarios, seeds, workers, progress)
    card = scorecard(facts, from_runs(scenarios, runs))
    card.to_csv(folder / "scorecard.csv", index=False)
    prints = {f"{name}/{seed}": records.fingerprint for (name, seed), records in runs.items()}
    write_manifest(describe("validate", scenarios, seeds, prints), folder)
    page = render(card, len(seeds), f"latecomer reproduce {shown or folder}")
    (folder / "report.html").write_text(page, encoding="utf-8")
    return card


def scorecard(facts: list[Fact], ensemble: Ensemble) -> pd.DataFrame:
    """Return one row a fact and scenario, in COLUMNS."""
    reasons = known_misses()
    rows = [judged(fact, contrast(fact, ensemble), reasons.get(fact.id, "")) for fact in facts]
    return pd.DataFrame(rows, columns=COLUMNS)


def judged(fact: Fact, values: np.ndarray, reason: str = "") -> dict:
    """Return the card's row of a fact from its statistic, one number a seed; `reason`: why it is missed, if it is."""
    low_accept, high_accept = fact.accept or ((-np.inf, 0.0) if fact.order == "lower" else (0.0, np.inf))
    inside = (values >= low_accept) & (values <= high_accept)
    if fact.order:
        inside &= values != 0.0  # no difference is no order
    known = values[np.isfinite(values)]
    low, middle, high = np.quantile(known, [BAND[0], 0.5, BAND[1]]) if len(known) else [np.nan] * 3
    result = verdict(fact, middle, float(inside.mean()))
    return {
        "id": fact.id, "scenario": " - ".join(fact.scenarios), "indicator": fact.indicator, "statistic": fact.statistic,
        "median": middle, "low": low, "high": high, "accept_low": low_accept, "accept_high": high_accept,
        "share_inside": float(inside.mean()), "verdict": result, "figure": fact.figure,
        "window": f"{fact.window[0]}-{fact.window[1]}", "role": fact.role, "source": fact.source,
        "reason": reason if result != "pass" else "",
    }  # fmt: skip


def verdict(fact: Fact, median: float, share: float) -> str:
    """Return pass, near or miss: by the share of seeds where the fact names one, else by the median."""
    if not np.isfinite(median):
        return "miss"
    if fact.share is not None:
        return "pass" if share >= fact.share else "near" if share >= fact.share - NEAR_SHARE else "miss"
    low, high = fact.accept
    if low <= median <= high:
        return "pass"
    slack = NEAR_INTERVAL * (high - low)
    return "near" if low - slack <= median <= high + slack else "miss"


def unexplained(card: pd.DataFrame) -> list[str]:
    """Return the facts that are missed without a listed reason."""
    return card.loc[(card["verdict"] == "miss") & (card["reason"] == ""), "id"].tolist()


def tally(card: pd.DataFrame) -> str:
    """Return the count of verdicts in words."""
    counts = card["verdict"].value_counts()
    return ", ".join(f"{counts.get(name, 0)} {name}" for name in ("pass", "near", "miss")) + f" of {len(card)}"


def render(card: pd.DataFrame, seeds: int, repeat: str) -> str:
    """Return the scorecard as a page."""
    meaning = {name: f"{definition} [{unit}]" for name, unit, definition, _ in INDICATORS}
    rows = [row | {"meaning": meaning[row["indicator"]]} | _bar(row) for row in card.to_dict("records")]
    return page("scorecard.html", rows=rows, tally=tally(card), seeds=seeds, repeat=repeat)


def _bar(row: dict) -> dict:
    """Return texts, and the places of band, median and accepted interval on a scale of 0 to 100."""
    texts = {
        "median_text": number(row["median"]) if np.isfinite(row["median"]) else "not modelled",
        "band_text": f"{number(row['low'])} to {number(row['high'])}" if np.isfinite(row["low"]) else "",
        "accept_text": "below zero" if row["accept_low"] == -np.inf
        else "above zero" if row["accept_high"] == np.inf
        else f"{row['accept_low']:g} to {row['accept_high']:g}",
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
