"""Reading a finished sweep: its plan, points, rows and summaries. What analyses and pages build on."""

import functools
import json
from pathlib import Path

import numpy as np
import pandas as pd

from abm.scenario import read_yaml
from experiments.output import InputError
from experiments.sweep.view import DESIGN, MANIFEST, PLAN


class Study:
    """A finished sweep (or map) in a folder.

    manifest, plan: plain data. design: point, (policy, world,) a column a factor. results: point, scenario, seed, the
    outcomes, error (null unless the run failed). summary: point, scenario, outcome, runs, mean, low, median, high.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        try:
            self.manifest = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(f"{folder}: no sweep here (no {MANIFEST}); `latecomer sweep` writes one") from None
        except (OSError, ValueError) as problem:
            raise InputError(f"{self.folder / MANIFEST}: cannot be read ({problem})") from None
        if "identity" not in self.manifest:
            raise InputError(f"{folder}: holds a run of `latecomer {self.manifest.get('command', '?')}`, no sweep")
        if not self.manifest.get("complete"):
            raise InputError(f"{folder}: this sweep is not finished; the command that began it goes on with it")

    @functools.cached_property
    def plan(self) -> dict:
        """The plan, nothing left to defaults."""
        return read_yaml(self.folder / PLAN)

    @property
    def factors(self) -> list[str]:
        """The keys of levers and uncertainties, in order."""
        return [*self.plan["levers"], *self.plan["uncertainties"]]

    @property
    def outcomes(self) -> list[str]:
        """The columns of outcomes, in order."""
        return [name for name in self.results if name not in ("point", "scenario", "seed", "error")]

    @property
    def seeds(self) -> range:
        """The seeds."""
        seeds = self.manifest["seeds"]
        return range(seeds["first"], seeds["first"] + seeds["count"])

    @functools.cached_property
    def design(self) -> pd.DataFrame:
        """The points."""
        return pd.read_parquet(self.folder / DESIGN)

    @functools.cached_property
    def results(self) -> pd.DataFrame:
        """The rows, in the order of the design."""
        return pd.read_parquet(self.folder / "results.parquet")

    @functools.cached_property
    def summary(self) -> pd.DataFrame:
        """Mean, median and 90 % band over seeds of every outcome."""
        return pd.read_parquet(self.folder / "summary.parquet")

    def table(self) -> pd.DataFrame:
        """The rows with the factors' values beside them."""
        return self.design.merge(self.results, on="point")

    def cube(self, outcome: str) -> np.ndarray:
        """An outcome as [point, scenario, seed]; NaN where a run failed."""
        shape = (len(self.design), len(self.manifest["scenarios"]), len(self.seeds))
        return self.results[outcome].to_numpy(float).reshape(shape)


def load_study(folder: str | Path) -> Study:
    """Return the finished sweep of a folder; InputError if there is none, or it is not finished."""
    return Study(folder)
