"""Results that are stored with this version: facts, claims, maps, the attribution of the gap."""

import functools
import sys
from pathlib import Path

import pandas as pd

from abm.declarations import CONFIGS
from dashboards.settings import settings
from experiments.lab.decomposition import Tables
from experiments.lab.map import restored_map
from experiments.lab.map_plan import MapPlan
from experiments.lab.phase_map import PhaseMap
from experiments.sweep.plan import load_plan


def folder() -> Path | None:
    """Return where the tables are: the checkout's docs/validation, else where an installed package keeps them."""
    for place in (CONFIGS.parent / "docs" / "validation", Path(sys.prefix) / "share" / "latecomer" / "validation"):
        if (place / "scorecard.csv").is_file():
            return place
    return None


@functools.cache
def stored_map(name: str) -> PhaseMap | None:
    """Return a map of the settings by the name of its plan; None if its points are not here."""
    place = folder()
    if place is None or name not in settings().maps or not (place / f"{name}.csv").is_file():
        return None
    return restored_map(load_plan(name, MapPlan), pd.read_csv(place / f"{name}.csv"))


def stored_maps() -> dict[str, PhaseMap]:
    """Return the maps that are here, in the order of the settings."""
    return {name: found for name in settings().maps if (found := stored_map(name)) is not None}


@functools.cache
def stored_gap() -> Tables | None:
    """Return the attribution of the settings' pair; None if it is not here."""
    place = folder()
    files = ("attribution_measures.csv", "attribution.csv", "interactions.csv")
    if place is None or not all((place / file).is_file() for file in files):
        return None
    return Tables(*(pd.read_csv(place / file) for file in files))
