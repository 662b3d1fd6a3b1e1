"""Ablation: every mechanism switched off in turn, at paired seeds; which facts die, and what carries nothing."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from abm.measurement.manifest import describe, write_manifest
from abm.scenario import declarations
from experiments.ablate_page import render
from experiments.effects import compared, most_moved, reduced
from experiments.facts import load_facts
from experiments.switches import run_groups, stated_uses, without
from experiments.tables import from_runs
from experiments.validate import scenarios_of

ROWS = [
    "mechanism", "carries", "dies", "weakened", "comes_alive", "moved", "largest_effect", "largest_on", "indicator",
    "indicator_scenario", "indicator_with", "indicator_without", "runs_unchanged", "use", "description",
]  # fmt: skip


def ablate(
    seeds: list[int], folder: Path, mechanisms: list[str], workers: int | None = None,
    progress: Callable[[int, int], None] | None = None, overrides: dict | None = None, shown: Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Run all, write ablation.csv, mechanisms.csv, report.html and manifest.json; returns the table of mechanisms."""
    facts = load_facts()
    scenarios = scenarios_of(facts, overrides)
    groups = [scenarios, *([without(s, mechanism) for s in scenarios] for mechanism in mechanisms)]
    prints, ensembles = [], []
    for group, runs in zip(groups, run_groups(groups, seeds, workers, progress), strict=True):
        prints.append({f"{name}/{seed}": records.fingerprint for (name, seed), records in runs.items()})
        known = {changed.name: plain.name for changed, plain in zip(group, scenarios, strict=True)}
        ensemble = from_runs(scenarios, {(known[name], seed): records for (name, seed), records in runs.items()})
        ensembles.append(reduced(facts, ensemble))
        runs.clear()  # a run is far larger than what is kept of it
    full, *others = ensembles
    cells = pd.concat([compared(m, facts, full, other) for m, other in zip(mechanisms, others, strict=True)])
    extra = {
        mechanism: most_moved(full, other) | _unchanged(prints[0], own)
        for mechanism, other, own in zip(mechanisms, others, prints[1:], strict=True)
    }
    table = summary(cells, extra)
    cells.to_csv(folder / "ablation.csv", index=False)
    table.to_csv(folder / "mechanisms.csv", index=False)
    every = {name: value for part in prints for name, value in part.items()}
    write_manifest(describe("ablate", scenarios, seeds, every) | {"switched_off": mechanisms}, folder)
    page = render(cells, table, len(seeds), f"latecomer reproduce {shown or folder}")
    (folder / "report.html").write_text(page, encoding="utf-8")
    return table


def _unchanged(prints: dict, own: dict) -> dict:
    """Return the share of runs that are equal to the bit with and without a mechanism."""
    pairs = list(zip(prints.values(), own.values(), strict=True))
    return {"runs_unchanged": sum(a == b for a, b in pairs) / len(pairs)}


def summary(cells: pd.DataFrame, extra: dict[str, dict]) -> pd.DataFrame:
    """Return one row a mechanism, in ROWS; `extra`: further columns of each mechanism."""
    uses, about = stated_uses(), declarations()["mechanisms"]
    rows = [
        _summed(part) | extra[name]
        | {"mechanism": name, "use": uses.get(name, ""), "description": about[name]["description"]}
        for name, part in cells.groupby("mechanism", sort=False)
    ]  # fmt: skip
    return pd.DataFrame(rows)[ROWS]


def _summed(part: pd.DataFrame) -> dict:
    """Return what a mechanism does to the facts, from its rows."""
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


def idle(table: pd.DataFrame) -> list[str]:
    """Return the mechanisms that carry nothing."""
    return table.loc[~table["carries"], "mechanism"].tolist()


def useless(table: pd.DataFrame) -> list[str]:
    """Return the mechanisms that carry nothing and have no stated use."""
    return idle(table[table["use"] == ""])
