"""The page of an ablation: a matrix of mechanisms and facts, and a table of mechanisms."""

import itertools

import numpy as np
import pandas as pd

from abm._version import __version__
from experiments.effects import AGREED, MOVED
from experiments.facts import sections
from experiments.pages import template
from experiments.scorecard_page import number

SIGNS = {"dies": "✕", "weakened": "▼", "improves": "▲", "unchanged": "·"}


def render(cells: pd.DataFrame, table: pd.DataFrame, seeds: int, repeat: str) -> str:
    """Return the page; `repeat`: the command that repeats the runs."""
    facts = cells[cells["mechanism"] == cells["mechanism"].iloc[0]].to_dict("records")
    grouped = _grouped(facts)
    firsts = {part["facts"][0]["key"] for part in grouped}
    lines = [_line(row, cells[cells["mechanism"] == row["mechanism"]], firsts) for row in table.to_dict("records")]
    frail = int((table["carries"] & (table["moved"] == "")).sum())
    tally = f"{int(table['carries'].sum())} of {len(table)} mechanisms carry a fact, {frail} of them by verdicts alone"
    return template("ablation.html").render(
        sections=grouped, lines=lines, tally=tally, seeds=seeds, threshold=MOVED, agreed=AGREED, repeat=repeat,
        version=__version__,
    )  # fmt: skip


def _grouped(facts: list[dict]) -> list[dict]:
    """Return the facts by the headings of their file, in its order."""
    headings = sections()
    ids = [fact["id"] for fact in facts]
    return [
        {"title": title, "facts": [_head(fact, ids.count(fact["id"]) > 1) for fact in part]}
        for title, part in itertools.groupby(facts, key=lambda fact: headings.get(fact["id"], ""))
    ]


def _head(fact: dict, twice: bool) -> dict:
    label = f"{fact['id']}, {fact['scenario']}" if twice else fact["id"]
    title = f"{fact['id']} ({fact['scenario']}): {fact['verdict_with']}, median {number(fact['median_with'])}"
    return {"key": _key(fact), "label": label, "verdict": fact["verdict_with"], "title": title}


def _key(fact: dict) -> tuple[str, str]:
    return fact["id"], fact["scenario"]


def _line(row: dict, cells: pd.DataFrame, firsts: set) -> dict:
    """Return what the page shows of a mechanism: its cells, and its texts for the table."""
    worse, moves = int(cells["outcome"].isin(["dies", "weakened"]).sum()), int(cells["moved"].sum())
    texts = {
        "verdicts": _many(worse, "verdict"), "moves": f"{_many(moves, 'statistic')} moved",
        "effect_text": f"{row['largest_effect']:+.3g}" if row["largest_effect"] else "none",
        "same": f"{row['runs_unchanged']:.0%} of runs are the same to the bit" if row["runs_unchanged"] else "",
        "indicator_text": row["indicator"] and f"{number(row['indicator_with'])} → {number(row['indicator_without'])}"
        f" ({row['indicator_scenario']})",
    }  # fmt: skip
    return row | texts | {"cells": [_cell(cell, firsts) for cell in cells.to_dict("records")]}


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _cell(cell: dict, firsts: set) -> dict:
    """Return a cell: filled if the statistic moves as MOVED and AGREED say, outlined if only the verdict changes."""
    kind, sign = cell["outcome"], SIGNS[cell["outcome"]]
    if kind == "unchanged" and cell["moved"]:
        kind, sign = "moved", "+" if cell["effect"] > 0 else "−"
    frail = kind not in ("moved", "unchanged") and not cell["moved"]
    classes = [kind, *(["frail"] if frail else []), *(["first"] if _key(cell) in firsts else [])]
    return {"classes": " ".join(classes), "sign": sign, "title": _told(cell)}


def _told(cell: dict) -> str:
    """Return a cell in words."""
    size = "no effect to measure"
    if np.isfinite(cell["effect"]):
        size = f"effect {cell['effect']:+.2f}, {cell['agreement']:.0%} of seeds agree"
    return (
        f"{cell['id']} ({cell['scenario']}) without {cell['mechanism']}: {cell['verdict_with']} → "
        f"{cell['verdict_without']}; median {number(cell['median_with'])} → {number(cell['median_without'])}; {size}; "
        f"seeds inside {cell['inside_change']:+.0%}"
    )
