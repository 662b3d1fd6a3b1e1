"""Ablation: every mechanism switched off in turn, at paired seeds; which facts die, and what carries nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.measurement.indicators import NAMES
from abm.measurement.manifest import describe, write_manifest
from abm.scenario import declarations
from experiments.ablate_page import render
from experiments.facts import Fact, contrast, load_facts, scenarios_of
from experiments.switches import run_groups, stated_uses, without
from experiments.tables import BAND, Ensemble, agreement, from_runs
from experiments.validate import NEAR_INTERVAL, judged

MOVED = 2 * NEAR_INTERVAL  # half-widths: the statistic moves by as much as divides a near from a miss
AGREED = 0.9  # least share of seeds that move the same way
RANK = {"miss": 0, "near": 1, "pass": 2}
BOOKKEEPING = ("audit_residual",)  # indicators that say nothing about the economy
CELLS = [
    "mechanism", "id", "scenario", "verdict_with", "verdict_without", "outcome", "median_with", "median_without",
    "inside_change", "effect", "agreement", "moved",
]  # fmt: skip
ROWS = [
    "mechanism", "carries", "dies", "weakened", "comes_alive", "moved", "largest_effect", "largest_on", "indicator",
    "indicator_scenario", "indicator_with", "indicator_without", "use", "description",
]  # fmt: skip


class Reduced(NamedTuple):
    """What is kept of an ensemble: the facts' statistics [seed], and of each scenario's indicators the mean over
    the run [seed, indicator] and the mean size [indicator]."""

    facts: list[np.ndarray]
    means: dict[str, np.ndarray]
    sizes: dict[str, np.ndarray]


def ablate(
    seeds: list[int], folder: Path, mechanisms: list[str], workers: int | None = None,
    progress: Callable[[int, int], None] | None = None, overrides: dict | None = None, shown: Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Run all, write ablation.csv, mechanisms.csv, report.html and manifest.json; returns the table of mechanisms."""
    facts = load_facts()
    scenarios = scenarios_of(facts, overrides)
    groups = [scenarios, *([without(s, mechanism) for s in scenarios] for mechanism in mechanisms)]
    prints, ensembles = {}, []
    for group, runs in zip(groups, run_groups(groups, seeds, workers, progress), strict=True):
        prints |= {f"{name}/{seed}": records.fingerprint for (name, seed), records in runs.items()}
        known = {changed.name: plain.name for changed, plain in zip(group, scenarios, strict=True)}
        ensemble = from_runs(scenarios, {(known[name], seed): records for (name, seed), records in runs.items()})
        ensembles.append(reduced(facts, ensemble))
        runs.clear()  # a run is far larger than what is kept of it
    full, *others = ensembles
    cells = pd.concat([compared(m, facts, full, other) for m, other in zip(mechanisms, others, strict=True)])
    table = summary(cells, {m: most_moved(full, other) for m, other in zip(mechanisms, others, strict=True)})
    cells.to_csv(folder / "ablation.csv", index=False)
    table.to_csv(folder / "mechanisms.csv", index=False)
    write_manifest(describe("ablate", scenarios, seeds, prints) | {"switched_off": mechanisms}, folder)
    repeat = f"latecomer reproduce {shown or folder}"
    (folder / "report.html").write_text(render(cells, table, len(seeds), MOVED, AGREED, repeat), encoding="utf-8")
    return table


def reduced(facts: list[Fact], ensemble: Ensemble) -> Reduced:
    """Return what is kept of an ensemble; its size does not depend on the number of quarters."""
    means = {name: _mean(values) for name, values in ensemble.values.items()}
    sizes = {name: _mean(_mean(np.abs(values)).T) for name, values in ensemble.values.items()}
    return Reduced([contrast(fact, ensemble) for fact in facts], means, sizes)


def _mean(values: np.ndarray) -> np.ndarray:
    """Return the mean over axis 1 of what is known; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _middle(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan


def compared(mechanism: str, facts: list[Fact], full: Reduced, other: Reduced) -> pd.DataFrame:
    """Return one row a fact and scenario, in CELLS: with the mechanism, without it, and the paired change."""
    rows = [_cell(fact, *pair) for fact, *pair in zip(facts, full.facts, other.facts, strict=True)]
    return pd.DataFrame(rows).assign(mechanism=mechanism)[CELLS]


def _cell(fact: Fact, values: np.ndarray, others: np.ndarray) -> dict:
    before, after = judged(fact, values), judged(fact, others)
    size, agreed = effect(fact, values, others)
    return {
        "id": fact.id, "scenario": before["scenario"],
        "verdict_with": before["verdict"], "verdict_without": after["verdict"],
        "outcome": outcome(before["verdict"], after["verdict"]),
        "median_with": before["median"], "median_without": after["median"],
        "inside_change": after["share_inside"] - before["share_inside"],
        "effect": size, "agreement": agreed, "moved": abs(size) >= MOVED and agreed >= AGREED,
    }  # fmt: skip


def outcome(before: str, after: str) -> str:
    """Return what becomes of a fact: it dies (it passed), is weakened, is unchanged or improves."""
    if RANK[after] < RANK[before]:
        return "dies" if before == "pass" else "weakened"
    return "improves" if RANK[after] > RANK[before] else "unchanged"


def effect(fact: Fact, values: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return the median paired change (without less with) in half-widths, and the share of seeds of its sign."""
    if fact.statistic == "first_year_above":  # never counts as the year after the window
        values, others = np.minimum(values, fact.window[1] + 1), np.minimum(others, fact.window[1] + 1)
    change = others - values
    middle = _middle(change)
    return middle / _half_width(fact, values, others), agreement(change, middle)


def _half_width(fact: Fact, values: np.ndarray, others: np.ndarray) -> float:
    """Return half of the accepted interval; of one without width, half of the band of the seeds."""
    bounds = [fact.accept] if fact.accept else []
    for sample in (values, np.r_[values, others]):
        known = sample[np.isfinite(sample)]
        bounds += [tuple(np.quantile(known, BAND))] if len(known) else []
    return next(((high - low) / 2 for low, high in bounds if high > low), 1.0)


def most_moved(full: Reduced, other: Reduced) -> dict:
    """Return the indicator whose mean over the run changes most, relative to its size: where, and both medians."""
    best = (-1.0, {})
    for name, means in full.means.items():
        for k, indicator in enumerate(NAMES):
            size = (full.sizes[name][k] + other.sizes[name][k]) / 2
            share = abs(_middle(other.means[name][:, k] - means[:, k])) / size if size > 0 else 0.0
            if share > best[0] and indicator not in BOOKKEEPING:
                found = {"indicator": indicator, "indicator_scenario": name}
                found |= {"indicator_with": _middle(means[:, k]), "indicator_without": _middle(other.means[name][:, k])}
                best = (share, found)
    return best[1]


def summary(cells: pd.DataFrame, moved: dict[str, dict]) -> pd.DataFrame:
    """Return one row a mechanism, in ROWS."""
    uses, about = stated_uses(), declarations()["mechanisms"]
    rows = [
        _summed(part) | moved[name]
        | {"mechanism": name, "use": uses.get(name, ""), "description": about[name]["description"]}
        for name, part in cells.groupby("mechanism", sort=False)
    ]  # fmt: skip
    return pd.DataFrame(rows)[ROWS]


def _summed(part: pd.DataFrame) -> dict:
    twice = part["id"].duplicated(keep=False)
    label = part["id"].where(~twice, part["id"] + " (" + part["scenario"] + ")")
    chosen = {
        "dies": part["outcome"] == "dies", "weakened": part["outcome"] == "weakened",
        "comes_alive": (part["outcome"] == "improves") & (part["verdict_without"] == "pass"), "moved": part["moved"],
    }  # fmt: skip
    size = part["effect"].abs().fillna(0.0).to_numpy()
    largest = int(size.argmax())
    return {key: ", ".join(label[mask]) for key, mask in chosen.items()} | {
        "carries": bool((chosen["dies"] | chosen["weakened"] | chosen["moved"]).any()),
        "largest_effect": float(part["effect"].iloc[largest]) if size[largest] else 0.0,
        "largest_on": label.iloc[largest] if size[largest] else "",
    }


def useless(table: pd.DataFrame) -> list[str]:
    """Return the mechanisms that carry nothing and have no stated use."""
    return table.loc[~table["carries"] & (table["use"] == ""), "mechanism"].tolist()


def idle(table: pd.DataFrame) -> list[str]:
    """Return the mechanisms that carry nothing."""
    return table.loc[~table["carries"], "mechanism"].tolist()
