"""Until when does a reform still avoid a crisis, and how much of it does: one world, forked at every date.

Every seed is one running world. At each date it is forked into what it would become under the whole reform, under parts
of it, and under each of its levers alone; all that lies before the date is shared, luck included.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from abm.model import IndustryModel
from abm.quarters import quarter_number, quarter_text
from abm.scenario import Scenario
from experiments.lab.reform import Changes, by_lever, dotted, in_part
from experiments.tables import BAND
from experiments.threads import in_order

NONE, WHOLE = "none", "whole"  # variants: no reform, the reform in full
RUNS = ["date", "variant", "share", "seed", "crisis", "outcome"]


@dataclass(frozen=True)
class Crisis:
    """What counts as the crisis: an indicator that exceeds a value in a quarter of some years, both included."""

    indicator: str = "run_on_currency"
    first: int = 1997
    last: int = 1998
    above: float = 0.5

    def happens(self, model: IndustryModel) -> bool:
        """Return whether a run that has got beyond these years has it."""
        first = max(0, quarter_number(f"{self.first}Q1") - model.scenario.start)
        last = quarter_number(f"{self.last}Q4") - model.scenario.start
        return bool((model.tape.rows[self.indicator][first : last + 1] > self.above).any())


@dataclass(frozen=True)
class Question:
    """A reform of a scenario, tried at some dates, against a crisis.

    shares: parts of the reform to try [0..1], the whole among them. outcome: the indicator whose mean over the run's
    last four quarters says what an early reform costs, or brings.
    """

    scenario: Scenario
    changes: Changes
    dates: tuple[str, ...]
    crisis: Crisis
    shares: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
    outcome: str = "exports_usd_m"
    command: str = ""  # that asks it

    def variants(self) -> Iterator[tuple[str, float, Changes]]:
        """Yield name, share and changes of everything that is tried at a date."""
        for share in self.shares:
            part = in_part(self.scenario, self.changes, share)
            if part:
                yield WHOLE, share, part
        levers = by_lever(self.changes)
        for name, part in levers.items() if len(levers) > 1 else ():
            yield name, 1.0, part


def runs(question: Question, seeds: list[int], workers: int | None = None,
         progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:  # fmt: skip
    """Return one row a date, variant, share and seed, in RUNS; the run without reform has no date."""
    parts = in_order(lambda seed: one_seed(question, seed), seeds, workers, progress)
    return pd.DataFrame([row for part in parts for row in part], columns=RUNS)


def investigate(question: Question, seeds: list[int], avoid: float, workers: int | None = None,
                progress: Callable[[int, int], None] | None = None) -> pd.DataFrame:  # fmt: skip
    """Return the runs at the dates asked for, and at every quarter between the last that works and the next date."""
    table = runs(question, seeds, workers, progress)
    works = latest(curve(table), avoid).set_index(["variant", "share"]).loc[(WHOLE, 1.0), "date"]
    if not works or works == question.dates[-1]:
        return table
    after = question.dates[question.dates.index(works) + 1]
    between = range(quarter_number(works) + 1, quarter_number(after))
    finer = replace(question, dates=tuple(quarter_text(number) for number in between))
    more = runs(finer, seeds, workers, progress) if finer.dates else table.iloc[:0]
    return pd.concat([table, more[more["variant"] != NONE]]).sort_values("date", kind="stable", ignore_index=True)


def one_seed(question: Question, seed: int) -> list[dict]:
    """Return the rows of one seed: the world plays on from date to date, and is forked at each."""
    world = IndustryModel(question.scenario, seed)
    after = quarter_text(quarter_number(f"{question.crisis.last}Q4") + 1)
    rows = []
    for date in question.dates:
        world.run(date)
        for name, share, part in question.variants():
            fork = world.fork(dotted(part))
            whole = name == WHOLE and share >= 1.0
            fork.run(None if whole else after)  # what it costs is asked of the whole reform only
            rows.append(_row(question, date, name, share, fork))
    world.run()
    rows.append(_row(question, "", NONE, 0.0, world))
    return rows


def _row(question: Question, date: str, name: str, share: float, model: IndustryModel) -> dict:
    last = np.nan if model.running else float(model.tape.rows[question.outcome][-4:].mean())
    return dict(zip(RUNS, (date, name, share, model.seed, question.crisis.happens(model), last), strict=True))


def curve(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a date, variant and share: how often the crisis comes, and what the reform costs.

    Columns: probability, low, high (Wilson interval at 90 %); avoided: the share of the seeds with a crisis that are
    spared; caused: of the others, those that have one only with the reform; outcome and its band: paired differences.
    """
    base = table[table["variant"] == NONE].set_index("seed")
    rows = []
    for (date, name, share), part in table[table["variant"] != NONE].groupby(["date", "variant", "share"], sort=False):
        part = part.set_index("seed")
        had = base.loc[part.index, "crisis"].to_numpy(bool)
        has = part["crisis"].to_numpy(bool)
        gap = (part["outcome"] - base.loc[part.index, "outcome"]).dropna()
        low, middle, high = gap.quantile([BAND[0], 0.5, BAND[1]]) if len(gap) else (np.nan,) * 3
        rows.append({"date": date, "variant": name, "share": share} | probability(has) | {
            "avoided": float((~has[had]).mean()) if had.any() else np.nan,
            "caused": float(has[~had].mean()) if (~had).any() else np.nan,
            "outcome": middle, "outcome_low": low, "outcome_high": high,
        })  # fmt: skip
    return pd.DataFrame(rows)


def probability(has: np.ndarray) -> dict[str, float]:
    """Return the share of runs with a crisis and its Wilson interval at 90 %."""
    inner = binomtest(int(has.sum()), len(has)).proportion_ci(BAND[1] - BAND[0], method="wilson")
    return {"probability": float(has.mean()), "low": float(inner.low), "high": float(inner.high)}


def without_reform(table: pd.DataFrame) -> dict[str, float]:
    """Return how often the crisis comes without reform, with its interval."""
    return probability(table.loc[table["variant"] == NONE, "crisis"].to_numpy(bool))


def latest(curves: pd.DataFrame, avoid: float) -> pd.DataFrame:
    """Return, for each variant and share, the latest date up to which every earlier date avoids enough crises too.

    avoid: least share of the crises that must be avoided. `date` is empty where even the first date does not.
    """
    rows = []
    for (name, share), part in curves.groupby(["variant", "share"], sort=False):
        works = (part["avoided"] >= avoid).to_numpy()
        count = len(works) if works.all() else int(np.argmin(works))
        rows.append({"variant": name, "share": share, "date": part["date"].iloc[count - 1] if count else "",
                     "always": bool(works.all()), "monotone": not works[count:].any()})  # fmt: skip
    return pd.DataFrame(rows)
