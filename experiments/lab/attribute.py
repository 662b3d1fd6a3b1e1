"""Which lever explains the gap between two scenarios: a Shapley decomposition over the worlds between them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from abm.measurement.manifest import describe, write_manifest
from experiments.lab import shapley
from experiments.lab.attribute_page import render
from experiments.lab.coalitions import Game, Outcome, play
from experiments.lab.decomposition import Order, Tables, decomposed, tabulated

MOST_EXACT = 10  # levers, up to which every coalition is run
DEFAULT_ORDERS = 128  # orders sampled beyond that


def attribute(
    game: Game, folder: Path, journal: Path, by: str, orders: int | None = None, workers: int | None = None,
    progress: Callable[[int, int], None] | None = None, shown: Path | None = None,
) -> Tables:  # fmt: skip
    """Run the coalitions and write tables, report.html and manifest.json into a folder; returns the tables.

    `orders`: how many orders of the levers to sample (even); None runs every coalition up to MOST_EXACT levers.
    `journal`: a file that keeps what is done if this is stopped. InputError if a measure is undefined in a run.
    """
    chosen = sampled_orders(len(game.levers), orders)
    outcomes = play(game, wanted(len(game.levers), chosen), journal, workers, progress)
    values = {members: np.array(outcome.values) for members, outcome in outcomes.items()}
    tables = tabulated(game, decomposed(values, len(game.levers), chosen))
    tables.measures.to_csv(folder / "measures.csv", index=False)
    tables.levers.to_csv(folder / "attribution.csv", index=False)
    tables.pairs.to_csv(folder / "interactions.csv", index=False)
    every_value(game, outcomes).to_parquet(folder / "coalitions.parquet", index=False)
    write_manifest(manifest(game, outcomes, by, len(chosen)), folder)
    page = render(game, tables, len(outcomes), len(chosen), f"latecomer reproduce {shown or folder}")
    (folder / "report.html").write_text(page, encoding="utf-8")
    return tables


def sampled_orders(levers: int, orders: int | None) -> list[Order]:
    """Return the orders to sample; none if every coalition is run."""
    if orders is None and levers <= MOST_EXACT:
        return []
    return shapley.orders(levers, orders or DEFAULT_ORDERS)


def wanted(levers: int, orders: list[Order]) -> list[int]:
    """Return the coalitions to run, none and all first: all, or each lever alone, all but one, and those on orders."""
    everyone = shapley.full(levers)
    if not orders:
        return [0, everyone, *range(1, everyone)]
    ends = [one for i in range(levers) for one in (1 << i, everyone ^ 1 << i)]
    passed = [members for order in orders for members in shapley.coalitions_on(order)]
    return list(dict.fromkeys([0, everyone, *ends, *passed]))


def every_value(game: Game, outcomes: dict[int, Outcome]) -> pd.DataFrame:
    """Return all one needs to redo it: coalition, a column a lever (whether set as in B), seed, measure, value."""
    labels, members = [measure.label for measure in game.measures], np.array(sorted(outcomes))
    seeds, measures = len(game.seeds), len(labels)
    table = {"coalition": np.repeat(members, measures * seeds)}
    table |= {lever.name: table["coalition"] >> i & 1 == 1 for i, lever in enumerate(game.levers)}
    table["seed"] = np.tile(game.seeds, len(members) * measures)
    codes = np.tile(np.repeat(np.arange(measures), seeds), len(members))
    table["measure"] = pd.Categorical.from_codes(codes, labels)
    table["value"] = np.array([outcomes[m].values for m in members.tolist()]).ravel()
    return pd.DataFrame(table)


def manifest(game: Game, outcomes: dict[int, Outcome], by: str, orders: int) -> dict:
    """Return the manifest: that of every command, and the levers, coalitions and measures."""
    prints = {
        f"{game.world(members).name}/{seed}": fingerprint
        for members, outcome in outcomes.items()
        for seed, fingerprint in zip(game.seeds, outcome.prints, strict=True)
    }
    return describe("attribute", [game.a, game.b], game.seeds, prints) | {
        "by": by,
        "levers": {lever.name: list(lever.keys) for lever in game.levers},
        "orders": orders,
        "coalitions": list(outcomes),
        "measures": [[m.label, m.indicator, int(m.first), int(m.last), m.how] for m in game.measures],
    }
