"""What of the gap between the two columns each lever explains: stored for one pair, live for any."""

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.quarters import quarter_text
from dashboards.settings import settings
from dashboards.tables.live_map import Runs
from dashboards.tables.stored import stored_gap
from dashboards.view import View
from experiments.lab import shapley
from experiments.lab.attribute import wanted
from experiments.lab.coalitions import Game
from experiments.lab.decomposition import Tables, decomposed, tabulated
from experiments.lab.levers import levers_between
from experiments.lab.measures import REGIME, default_measures
from experiments.regime_table import regimes_of
from experiments.tables import Ensemble, Headline

STAGES = ((4, 8), (8, 16), (16, 32))  # seeds, and orders of the levers that are sampled
EXACT = 5  # levers up to which every world between the columns is run


@dataclass(frozen=True)
class Gap:
    """An attribution: the game, its tables, how many worlds it rests on, and orders sampled (0: every world)."""

    game: Game
    tables: Tables
    worlds: int
    orders: int


def is_stored(view: View) -> bool:
    """Whether the attribution of a view is stored: the settings' pair, unchanged, lever groups at a time."""
    plain = not any(view.settings.values()) and tuple(view.presets.values()) == settings().gap
    return plain and view.extras.get("by", "instrument") == "instrument" and stored_gap() is not None


def game_of(view: View, seeds: int) -> Game:
    """Return the game between a view's columns; InputError if they do not differ."""
    a, b = view.scenarios()
    by = "key" if view.extras.get("by") == "key" else "instrument"
    return Game(a, b, levers_between(a, b, by), view.seeds(seeds), default_measures(a))


def stored(view: View) -> Gap:
    """Return the stored attribution of the settings' pair; measures whose labels have changed since are left out."""
    tables = stored_gap()
    seeds = int(tables.measures["seeds"].iloc[0])
    game = game_of(view, seeds)
    known = set(tables.measures["measure"])
    measures = [measure for measure in game.measures if measure.label in known]
    game = Game(game.a, game.b, game.levers, game.seeds, measures)
    return Gap(game, _ordered(tables, measures), 2 ** len(game.levers), 0)


def _ordered(tables: Tables, measures: list[Headline]) -> Tables:
    rows = tables.measures.set_index("measure", drop=False).loc[[measure.label for measure in measures]]
    return Tables(rows.reset_index(drop=True), tables.levers, tables.pairs)


def live(view: View, stage: int, runs: Runs) -> Gap:
    """Return the attribution of a view from the runs of a stage, more of them the later; InputError as `game_of`."""
    seeds, orders = STAGES[stage]
    game = game_of(view, seeds)
    chosen = [] if len(game.levers) <= EXACT else shapley.orders(len(game.levers), orders)
    members = wanted(len(game.levers), chosen)
    found = runs([game.world(each) for each in members], game.seeds)
    values = {each: _values(game, of_world) for each, of_world in zip(members, found, strict=True)}
    known = np.isfinite(np.stack(list(values.values()))).all(axis=(0, 2))
    measures = [measure for measure, whole in zip(game.measures, known, strict=True) if whole]
    game = Game(game.a, game.b, game.levers, game.seeds, measures)
    splits = decomposed({each: of_world[known] for each, of_world in values.items()}, len(game.levers), chosen)
    return Gap(game, tabulated(game, splits), len(members), len(chosen))


def _values(game: Game, of_world: list[np.ndarray]) -> np.ndarray:
    """Return the measures of a world's runs [measure, seed]."""
    quarters = _quarters(game.a.start, len(of_world[0]))
    ensemble = Ensemble({"world": game.a}, game.seeds, quarters, {"world": np.stack(of_world)})
    rows = []
    for m in game.measures:
        if m.indicator == REGIME:
            rows.append([found.score for found in regimes_of(ensemble, "world")])
        else:
            rows.append(ensemble.over_years("world", m.indicator, m.first, m.last, m.how))
    return np.array(rows)


@functools.lru_cache(8)
def _quarters(start: int, count: int) -> pd.PeriodIndex:
    return pd.period_range(pd.Period(quarter_text(start), freq="Q"), periods=count, freq="Q", name="quarter")
