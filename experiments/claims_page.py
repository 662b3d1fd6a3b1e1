"""The ledger as files: table, manifest, and a page by parts of the paper, each claim a sentence with a verdict."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from abm._version import __version__
from abm.measurement.indicators import INDICATORS
from abm.measurement.manifest import describe, write_manifest
from experiments.claim_data import PARTS, Claim, Measure
from experiments.claims import VERDICTS, ledger, tally, try_arms, verdicts
from experiments.pages import template

MARKS = {"supported": "✓", "partly": "◐", "not supported": "○", "contradicted": "✗"}
SMALL_MARKS = {"holds": "✓", "weak": "◐", "fails": "○", "contradicted": "✗"}
NUMBERS = ("effect", "low", "high", "interval_low", "interval_high")
STATISTICS = {
    "value": "mean", "sum": "sum", "cagr": "growth a year", "max": "highest", "min": "lowest",
    "ratio": "end over start", "first_year_above": "first year above", "drop": "largest fall",
    "cycle_years": "length of the cycle",
}  # fmt: skip
SHORT = {"sme": "small firms'", "rd": "R&D", "npl": "bad loan", "icor": "ICOR", "top4": "top four", "top5": "top five"}
PLAIN = {"share": " pp", "0/1": " pp", "ratio": "", "index": "", "0..1": ""}
UNITS = {unit: f" {unit}" for _, unit, _, _ in INDICATORS} | PLAIN


def judge_claims(
    claims: list[Claim], seeds: list[int], folder: Path, workers: int | None = None,
    progress: Callable[[int, int], None] | None = None, shown: Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Try the claims and write claims.csv, report.html and manifest.json into a folder; returns the ledger."""
    values, scenarios, prints = try_arms(claims, seeds, workers, progress)
    table = ledger(claims, values)
    table.to_csv(folder / "claims.csv", index=False)
    write_manifest(describe("claims", scenarios, seeds, prints), folder)
    page = render(claims, table, len(seeds), f"latecomer reproduce {shown or folder}")
    (folder / "report.html").write_text(page, encoding="utf-8")
    return table


def render(claims: list[Claim], table: pd.DataFrame, seeds: int, repeat: str) -> str:
    """Return the ledger as a page."""
    shown = claim_rows(claims, table)
    parts = [
        {"number": number, "title": title, "claims": inside, "tally": tally(table[table["id"].isin(_ids(inside))])}
        for number, title in PARTS.items()
        if (inside := [claim for claim in shown if claim["part"] == number])
    ]
    counts = verdicts(table)["verdict"].value_counts()
    legend = [{"verdict": name, "mark": MARKS[name], "count": int(counts.get(name, 0))} for name in VERDICTS]
    return template("claims.html").render(
        parts=parts, legend=legend, count=len(claims), seeds=seeds, repeat=repeat, version=__version__
    )


def claim_rows(claims: list[Claim], table: pd.DataFrame) -> list[dict]:
    """Return what a page shows of every claim: its texts, its verdict, and a line for each measure."""
    return [_shown(claim, table[table["id"] == claim.id]) for claim in claims]


def _ids(claims: list[dict]) -> list[str]:
    return [claim["id"] for claim in claims]


def _shown(claim: Claim, rows: pd.DataFrame) -> dict:
    """Return what the page shows of one claim."""
    first = rows.iloc[0]
    lines = [_line(measure, row) for measure, row in zip(claim.measures, rows.to_dict("records"), strict=True)]
    return {
        "id": claim.id, "part": claim.part, "section": claim.section, "sentence": claim.sentence,
        "hypothesis": claim.hypothesis, "experiment": first["experiment"], "verdict": first["verdict"],
        "kind": first["verdict"].replace(" ", "-"), "mark": MARKS[first["verdict"]], "remark": first["remark"],
        "lines": lines,
    }  # fmt: skip


def _line(measure: Measure, row: dict) -> dict:
    """Return the texts and the bar of one measure."""
    meaning = {name: definition for name, _, definition, _ in INDICATORS}
    factor, unit = scale(measure)
    numbers = {name: factor * row[name] for name in NUMBERS}
    tolerance = factor * (measure.tolerance or 0.0)
    wanted = f"about equal (±{tolerance:g}{unit})" if measure.tolerance else measure.expect
    return {
        "name": _name(measure), "meaning": meaning[measure.indicator], "result": row["result"],
        "check": measure.check, "mark": SMALL_MARKS[row["result"]], "effect": _signed(numbers["effect"]), "unit": unit,
        "band": _band(numbers["low"], numbers["high"]),
        "expected": wanted, "seeds": f"{100 * row['share']:.0f} %", "needed": f"{100 * measure.share:.0f} %",
        "at": places(numbers, measure, tolerance),
    }  # fmt: skip


def scale(measure: Measure) -> tuple[float, str]:
    """Return the factor and unit in which an effect is shown: shares in percentage points."""
    unit = {name: unit for name, unit, _, _ in INDICATORS}[measure.indicator]
    special = {
        "cagr": (100.0, " pp"), "drop": (100.0, " pp"), "ratio": (1.0, ""), "first_year_above": (1.0, " years"),
        "cycle_years": (1.0, " years"), "sum": (1.0, f" {unit.split('/')[0]}"),
    }  # fmt: skip
    return special.get(measure.statistic, (100.0 if unit in ("share", "0/1") else 1.0, UNITS[unit]))


def places(numbers: dict[str, float], measure: Measure, tolerance: float) -> dict[str, float]:
    """Return where effect, band, interval and what is expected lie on a bar of 0 to 100 with zero in the middle."""
    reach = 1.12 * max([abs(v) for v in (*numbers.values(), tolerance) if np.isfinite(v)] or [1.0]) or 1.0
    ends = {"lower": (-reach, 0.0), "higher": (0.0, reach), "about_equal": (-tolerance, tolerance)}[measure.expect]
    drawn = numbers | {"ok_low": ends[0], "ok_high": ends[1]}
    return {name: round(50.0 + 50.0 * v / reach, 2) for name, v in drawn.items() if np.isfinite(v)}


def _name(measure: Measure) -> str:
    """Return the measure in words."""
    above = f" {measure.threshold:g}" if measure.statistic == "first_year_above" else ""
    years = _years(measure.window)
    against = f" against {_years(measure.window_b)}" if measure.window_b else ""
    words = [SHORT.get(word, word) for word in measure.indicator.removesuffix("_usd_m").split("_")]
    subject = " ".join(words)
    return f"{subject[0].upper()}{subject[1:]}, {STATISTICS[measure.statistic]}{above}, {years}{against}"


def _years(window: tuple[int, int]) -> str:
    return "–".join(map(str, dict.fromkeys(window)))


def _signed(value: float) -> str:
    """Return a number with its sign and three figures."""
    if not np.isfinite(value):
        return "unknown"
    if abs(value) < 5e-4:
        return "0"
    text = f"{abs(value):,.0f}" if abs(value) >= 100 else f"{abs(value):.3g}"
    return ("+" if value > 0 else "−") + text


def _band(low: float, high: float) -> str:
    """Return the band of 90 % of seeds in words."""
    if not np.isfinite(low):
        return "unknown in every seed"
    return "no difference in any seed" if low == high == 0.0 else f"{_signed(low)} to {_signed(high)}"
