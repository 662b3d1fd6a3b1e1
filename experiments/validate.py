"""The scorecard: every fact, what the model gives, and a verdict; red as visible as green."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from abm.measurement.manifest import describe, write_manifest
from abm.runs import run_ensemble
from abm.scenario import Scenario, load_scenario
from experiments.facts import Expectation, Fact, contrast, known_misses, load_facts
from experiments.field import MOST_PANELS, Regularity, load_regularities, measured_on_panels
from experiments.scorecard_page import accepted_text, field_section, paper_section, render
from experiments.tables import BAND, Ensemble, from_runs

ROUNDING = 1e-9  # 0.8 - 0.1 is a little more than 0.7
NEAR_INTERVAL, NEAR_SHARE = 0.25, 0.1  # a miss by at most this much of the interval, or of the share, is near
COLUMNS = [
    "id", "scenario", "indicator", "statistic", "median", "low", "high", "accept_low", "accept_high", "share_inside",
    "verdict", "figure", "window", "role", "source", "reason",
]  # fmt: skip
FIELD_COLUMNS = [name for name in COLUMNS if name not in ("indicator", "figure", "role")]


Progress = Callable[[int, int], None]


def validate(
    seeds: list[int], folder: Path, workers: int | None = None, progress: Progress | None = None,
    overrides: dict | None = None, shown: Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Hold the model against the facts of the paper and of the field; returns both cards.

    Writes scorecard.csv, regularities.csv, report.html and manifest.json.
    """
    facts, regularities = load_facts(), load_regularities()
    scenarios = scenarios_of(facts, overrides)
    runs = run_ensemble(scenarios, seeds, workers, progress)
    card = scorecard(facts, from_runs(scenarios, runs))
    card.to_csv(folder / "scorecard.csv", index=False)
    values = measured_on_panels(regularities, scenarios_of(regularities, overrides), seeds, progress)
    field_card = regularity_card(regularities, values)
    field_card.to_csv(folder / "regularities.csv", index=False)
    prints = {f"{name}/{seed}": records.fingerprint for (name, seed), records in runs.items()}
    write_manifest(describe("validate", scenarios, seeds, prints), folder)
    sections = [paper_section(card, len(seeds)), field_section(field_card, len(seeds[:MOST_PANELS]), regularities)]
    page = render(sections, f"latecomer reproduce {shown or folder}")
    (folder / "report.html").write_text(page, encoding="utf-8")
    return card, field_card


def scenarios_of(facts: Iterable[Expectation], overrides: dict | None = None) -> list[Scenario]:
    """Return the scenarios that facts speak of, each once."""
    names = dict.fromkeys(name for fact in facts for name in fact.scenarios)
    return [load_scenario(name, overrides) for name in names]


def scorecard(facts: list[Fact], ensemble: Ensemble) -> pd.DataFrame:
    """Return one row a fact and scenario, in COLUMNS."""
    return _card(facts, lambda fact: contrast(fact, ensemble), COLUMNS)


def regularity_card(regularities: list[Regularity], values: dict[tuple[str, str], np.ndarray]) -> pd.DataFrame:
    """Return one row a usual fact and scenario, in FIELD_COLUMNS, from its numbers by (id, scenario)."""
    return _card(regularities, lambda fact: values[fact.id, fact.scenario], FIELD_COLUMNS)


def _card(facts: list, values: Callable[[Expectation], np.ndarray], columns: list[str]) -> pd.DataFrame:
    reasons = known_misses()
    return pd.DataFrame([judged(fact, values(fact), reasons) for fact in facts], columns=columns)


def judged(fact: Expectation, values: np.ndarray, reasons: dict[str, str]) -> dict:
    """Return what the fact says, and the summary, share and verdict of its numbers [seed]."""
    low_accept, high_accept = fact.interval
    inside = (values >= low_accept) & (values <= high_accept)
    if fact.order:
        inside &= values != 0.0  # no difference is no order
    known = values[np.isfinite(values)]
    low, middle, high = np.quantile(known, [BAND[0], 0.5, BAND[1]]) if len(known) else [np.nan] * 3
    share = float(inside.mean())
    result = verdict(fact, middle, share)
    return dict(fact) | {
        "scenario": " - ".join(fact.scenarios), "window": f"{fact.window[0]}-{fact.window[1]}",
        "median": middle, "low": low, "high": high, "accept_low": low_accept, "accept_high": high_accept,
        "share_inside": share, "verdict": result, "reason": reasons.get(fact.id, "") if result != "pass" else "",
    }  # fmt: skip


def verdict(fact: Expectation, median: float, share: float) -> str:
    """Return pass, near or miss: by the share of seeds where the fact names one, else by the median."""
    if not np.isfinite(median):
        return "miss"
    if fact.share is not None:
        return "pass" if share >= fact.share else "near" if share >= fact.share - NEAR_SHARE - ROUNDING else "miss"
    low, high = fact.interval
    if low <= median <= high:
        return "pass"
    slack = NEAR_INTERVAL * (high - low) if np.isfinite(high - low) else 0.0  # nothing is near a mere sign
    return "near" if low - slack <= median <= high + slack else "miss"


def unexplained(card: pd.DataFrame) -> list[str]:
    """Return the facts that are missed without a listed reason."""
    return card.loc[(card["verdict"] == "miss") & (card["reason"] == ""), "id"].tolist()


def unmet(card: pd.DataFrame) -> list[str]:
    """Return a line for each row that does not pass."""
    return [
        f"{row.verdict}  {row.id} ({row.scenario}): {row.median:.4g}, "
        f"accepted {accepted_text(row.accept_low, row.accept_high)} ({row.share_inside:.0%} of seeds inside)"
        for row in card[card["verdict"] != "pass"].itertuples()
    ]
