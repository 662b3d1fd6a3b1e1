"""The runs of a plan at some points, numbered in the order of the design, and where each is found."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from experiments.sweep.design import cell_keys, settings_of
from experiments.sweep.plan import BasePlan


class Wanted:
    """The runs that a plan asks for: every scenario at every point, at every seed.

    A cell is a scenario at a point; run = cell * number of seeds + place of the seed. Points that are alike share a
    cell: it is run once. keys[cell] finds its rows, whatever plan made them; place[point, scenario] is its cell.
    """

    def __init__(self, plan: BasePlan, frame: pd.DataFrame):
        self.names, self.seeds = list(plan.worlds), plan.replications.seeds
        self.settings = settings_of(plan, frame)
        keys = np.stack([cell_keys(w.digest(), self.settings) for w in plan.worlds.values()], axis=1)
        self._sorted, first, inverse = np.unique(keys.ravel(), return_index=True, return_inverse=True)
        by_design = np.argsort(first)
        self._cell = np.empty(len(first), np.int64)
        self._cell[by_design] = np.arange(len(first))  # from place among sorted keys to cell
        self.place = self._cell[inverse].reshape(keys.shape)
        self.keys = self._sorted[by_design]
        self._first = first[by_design]  # of each cell: point * scenarios + scenario

    def __len__(self) -> int:
        """The number of runs, alike points counted once."""
        return len(self.keys) * len(self.seeds)

    @property
    def rows(self) -> int:
        """The number of rows of the results: every point, scenario and seed."""
        return self.place.size * len(self.seeds)

    def numbers(self, cells: np.ndarray, seeds: np.ndarray) -> np.ndarray:
        """Return the run of each cell key and seed, -1 for one that is not wanted."""
        spot = np.minimum(np.searchsorted(self._sorted, cells), len(self._sorted) - 1)
        shift = seeds - self.seeds.start
        wanted = (self._sorted[spot] == cells) & (shift >= 0) & (shift < len(self.seeds))
        return np.where(wanted, self._cell[spot] * len(self.seeds) + shift, -1)

    def cells(self, runs: np.ndarray) -> list[tuple[int, str, dict[str, Any], list[int]]]:
        """Return runs as a task's cells: (key, scenario's name, settings, seeds)."""
        found: list = []
        for run in runs.tolist():
            cell, shift = divmod(run, len(self.seeds))
            if not found or found[-1][0] != self.keys[cell]:
                point, scenario = divmod(int(self._first[cell]), len(self.names))
                found.append((int(self.keys[cell]), self.names[scenario], self.settings[point], []))
            found[-1][3].append(self.seeds[shift])
        return found

    def blocks(self, rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield about so many rows of the results at a time: points, and runs [point, scenario, seed]."""
        step = max(1, rows // (len(self.names) * len(self.seeds)))
        shifts = np.arange(len(self.seeds))
        for start in range(0, len(self.place), step):
            cells = self.place[start : start + step]
            yield np.arange(start, start + len(cells)), cells[:, :, None] * len(self.seeds) + shifts


class Located:
    """Where the runs that are done stand: of each run the part and the row in it, or part -1."""

    def __init__(self, count: int):
        self.parts: list[str] = []
        self.part = np.full(count, -1, np.int32)
        self.row = np.zeros(count, np.int32)

    def add(self, name: str, runs: np.ndarray) -> None:
        """Note the runs of a part, a number a row, -1 for one not wanted; the first part that has a run wins."""
        fresh = (runs >= 0) & (self.part[runs] < 0)
        self.part[runs[fresh]] = len(self.parts)
        self.row[runs[fresh]] = np.flatnonzero(fresh)
        self.parts.append(name)

    @property
    def missing(self) -> np.ndarray:
        """The runs that no part has, in order."""
        return np.flatnonzero(self.part < 0)
