"""The Facts page's rows: what `latecomer validate` and `latecomer claims` found, as committed with this version."""

import functools

import pandas as pd

from dashboards.tables.stored import folder
from experiments.claim_data import load_claims
from experiments.claims_page import claim_rows
from experiments.field import load_regularities
from experiments.scorecard_page import field_section, paper_section

SECTIONS = ("paper", "field", "claims")
SEEN_AS = {
    "pass": "good",
    "near": "near",
    "miss": "bad",
    "supported": "good",
    "partly": "near",
    "not supported": "bad",
    "contradicted": "bad",
}
MARKS = {"good": "✓", "near": "◐", "bad": "✗"}


@functools.cache
def rows(section: str) -> tuple[dict, ...] | None:
    """Return the rows of a section, None if its table is not there.

    A row: seen (good, near, bad), verdict, title, meaning, scenario, found, expected, inside, source, reason, and `at`,
    the places of band, median and accepted interval on a bar of 0 to 100.
    """
    place = folder()
    if place is None:
        return None
    if section == "claims":
        table = pd.read_csv(place / "claims.csv", keep_default_na=False, na_values=[""])
        claims = [claim for claim in load_claims() if claim.id in set(table["id"])]
        table[["remark", "expected"]] = table[["remark", "expected"]].fillna("")
        return tuple(_claim(row) for row in claim_rows(claims, table))
    name = "scorecard.csv" if section == "paper" else "regularities.csv"
    table = pd.read_csv(place / name)
    table["reason"] = table["reason"].fillna("")
    made = paper_section(table, 0) if section == "paper" else field_section(table, 0, load_regularities())
    return tuple(_fact(row) for row in made.rows)


def _fact(row: dict) -> dict:
    return {
        "seen": SEEN_AS[row["verdict"]],
        "verdict": row["verdict"],
        "title": row["id"].replace("_", " "),
        "detail": row["what"],
        "meaning": row["meaning"],
        "scenario": row["scenario"],
        "found": f"{row['median_text']} ({row['band_text']})" if row["band_text"] else row["median_text"],
        "expected": row["accept_text"],
        "inside": f"{100 * row['share_inside']:.0f} %",
        "source": row["origin"],
        "reason": row["reason"],
        "at": row["at"],
    }


def _claim(row: dict) -> dict:
    lines = [
        {
            "mark": line["mark"],
            "name": line["name"],
            "meaning": line["meaning"],
            "found": f"{line['effect']}{line['unit']}",
            "band": line["band"],
            "expected": line["expected"],
            "seeds": line["seeds"],
            "needed": line["needed"],
        }
        for line in row["lines"]
    ]
    return {
        "seen": SEEN_AS[row["verdict"]],
        "verdict": row["verdict"],
        "title": row["sentence"],
        "detail": row["hypothesis"],
        "meaning": row["experiment"],
        "source": row["section"],
        "reason": row["remark"],
        "lines": lines,
    }


def counts(section: str) -> dict[str, int]:
    """Return how many rows of a section have each verdict, good ones first."""
    found: dict[str, int] = {}
    for row in sorted(rows(section) or (), key=lambda row: ("good", "near", "bad").index(row["seen"])):
        found[row["verdict"]] = found.get(row["verdict"], 0) + 1
    return found
