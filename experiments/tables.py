"""An ensemble as a cube of numbers, and the summaries that figures and tables are made of."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.measurement.indicators import NAMES
from abm.scenario import Scenario

BAND = (0.05, 0.95)


@dataclass
class Ensemble:
    """Indicators of several scenarios at the same seeds: values[scenario][seed, quarter, indicator]."""

    scenarios: dict[str, Scenario]
    seeds: list[int]
    quarters: pd.PeriodIndex
    values: dict[str, np.ndarray]

    @property
    def names(self) -> list[str]:
        """The scenarios' names, in order."""
        return list(self.scenarios)

    @property
    def years(self) -> np.ndarray:
        """The year of each quarter."""
        return self.quarters.year.to_numpy()

    def paths(self, name: str, indicator: str) -> np.ndarray:
        """The values of an indicator [seed, quarter]."""
        return self.values[name][:, :, NAMES.index(indicator)]

    def band(self, name: str, indicator: str, average: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lower bound, median and upper bound over seeds [quarter], of the mean of the last `average` quarters."""
        paths = self.paths(name, indicator)
        if average > 1:
            sums = np.cumsum(paths, axis=1)
            sums[:, average:] -= sums[:, :-average].copy()
            paths = sums / np.minimum(np.arange(1, paths.shape[1] + 1), average)
        low, middle, high = np.quantile(paths, [BAND[0], 0.5, BAND[1]], axis=0)
        return low, middle, high

    def over_years(self, name: str, indicator: str, first: int, last: int, how: str = "mean") -> np.ndarray:
        """One number a seed: the mean (or sum, max) of an indicator over years, both included."""
        years = self.years
        chosen = self.paths(name, indicator)[:, (years >= first) & (years <= last)]
        return getattr(chosen, how)(axis=1) if chosen.size else np.full(len(self.seeds), np.nan)


def from_runs(scenarios: list[Scenario], runs: dict) -> Ensemble:
    """Return the cube of an ensemble of runs (see abm.runs.run_ensemble)."""
    seeds = list(dict.fromkeys(seed for _, seed in runs))
    values = {
        s.name: np.stack([runs[s.name, seed].indicators.to_numpy() for seed in seeds]) for s in scenarios
    }
    quarters = next(iter(runs.values())).quarters
    return Ensemble({s.name: s for s in scenarios}, seeds, quarters, values)


def known_mean(values: np.ndarray) -> np.ndarray:
    """Return the mean over axis 1 of what is known (finite); NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def differences(ensemble: Ensemble) -> pd.DataFrame:
    """Return paired differences against the first scenario: scenario, against, seed, quarter, indicator, difference."""
    first, *others = ensemble.names
    parts = []
    for name in others:
        gap = ensemble.values[name] - ensemble.values[first]
        seeds, quarters, indicators = gap.shape
        parts.append(
            pd.DataFrame(
                {
                    "scenario": name,
                    "against": first,
                    "seed": np.repeat(ensemble.seeds, quarters * indicators),
                    "quarter": np.tile(np.repeat(ensemble.quarters.astype(str), indicators), seeds),
                    "indicator": np.tile(NAMES, seeds * quarters),
                    "difference": gap.ravel(),
                }
            )
        )
    columns = ["scenario", "against", "seed", "quarter", "indicator", "difference"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return table.astype(dict.fromkeys(("scenario", "against", "quarter", "indicator"), "category"))


@dataclass(frozen=True)
class Headline:
    """One line of the headline table: what, over which years, and how to read it."""

    label: str
    indicator: str
    first: int
    last: int
    how: str = "mean"
    form: str = "{:.2f}"


HEADLINES = (
    Headline("Exports, 1984 (USD m)", "exports_usd_m", 1984, 1984, form="{:,.0f}"),
    Headline("Exports, 1996 (USD m)", "exports_usd_m", 1996, 1996, form="{:,.0f}"),
    Headline("World memory share, 1995-97", "memory_world_share", 1995, 1997, form="{:.1%}"),
    Headline("Debt over equity, five largest, 1990-96", "debt_equity_large", 1990, 1996),
    Headline("Four largest in electronics sales, 1990-96", "top4_share", 1990, 1996, form="{:.1%}"),
    Headline("Unrelated business in sales, 1990-96", "unrelated_share", 1990, 1996, form="{:.1%}"),
    Headline("Niche products in exports, 1992-98", "niche_share", 1992, 1998, form="{:.1%}"),
    Headline("Breadth of knowledge (fields), 1992-96", "knowledge_breadth", 1992, 1996, form="{:.1f}"),
    Headline("Speed of response, 1992-96", "response_speed", 1992, 1996),
    Headline("Firms, 1996", "firm_count", 1996, 1996, form="{:.0f}"),
    Headline("Entries a year, of firms, 1980-96", "entry_rate", 1980, 1996, form="{:.1%}"),
    Headline("Exits a year, of firms, 1980-96", "exit_rate", 1980, 1996, form="{:.1%}"),
    Headline("Short-term part of foreign debt, 1996", "short_term_debt_share", 1996, 1996, form="{:.1%}"),
    Headline("Run on the currency, 1997-98 (share of runs)", "run_on_currency", 1997, 1998, "max", "{:.0%}"),
    Headline("Large failures, 1996-99", "large_bankruptcies", 1996, 1999, "sum", "{:.1f}"),
)


def headlines(ensemble: Ensemble) -> tuple[Headline, ...]:
    """Return the headlines whose years the run covers; for a short run, the same indicators in its last year."""
    first, last = ensemble.years[0], ensemble.years[-1]
    covered = tuple(line for line in HEADLINES if first <= line.first and line.last <= last)
    if covered:
        return covered
    names = {line.indicator: line for line in HEADLINES}
    return tuple(
        Headline(f"{line.label.split(',')[0].split(' (')[0]}, {last}", name, last, last, line.how, line.form)
        for name, line in names.items()
    )


def headline_table(ensemble: Ensemble) -> pd.DataFrame:
    """Return the headline table: for each line and scenario the median and band, and the paired difference.

    Columns: label, indicator, scenario, middle, low, high, difference, difference_low, difference_high, agreement
    (share of seeds whose difference has the sign of the median difference), reduction (variance of the difference
    without pairing over that with pairing), form. A 0/1 line has the mean as its middle and no band.
    """
    rows = []
    for line in headlines(ensemble):
        values = {name: _line_values(ensemble, name, line) for name in ensemble.names}
        base = values[ensemble.names[0]]
        for name in ensemble.names:
            here = values[name]
            row = {"label": line.label, "indicator": line.indicator, "scenario": name, "form": line.form}
            row |= _spread(here, binary=line.indicator == "run_on_currency")
            if name != ensemble.names[0]:
                row |= _gap(here, base, binary=line.indicator == "run_on_currency")
            rows.append(row)
    return pd.DataFrame(rows)


def _line_values(ensemble: Ensemble, name: str, line: Headline) -> np.ndarray:
    return ensemble.over_years(name, line.indicator, line.first, line.last, line.how)


def _spread(values: np.ndarray, binary: bool) -> dict[str, float]:
    low, middle, high = np.quantile(values, [BAND[0], 0.5, BAND[1]])
    return {"middle": float(values.mean()) if binary else middle, "low": low, "high": high, "binary": binary}


def _gap(values: np.ndarray, base: np.ndarray, binary: bool) -> dict[str, float]:
    gap = values - base
    spread = _spread(gap, binary)
    paired, unpaired = gap.var(), values.var() + base.var()
    return {
        "difference": spread["middle"], "difference_low": spread["low"], "difference_high": spread["high"],
        "agreement": agreement(gap, spread["middle"]),
        "reduction": float(unpaired / paired) if paired > 0 else np.nan,
    }  # fmt: skip


def agreement(gap: np.ndarray, middle: float) -> float:
    """Return the share of paired differences that have the sign of their median (or mean)."""
    return float((np.sign(gap) == np.sign(middle)).mean())
