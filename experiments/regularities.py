"""The field's usual statistics of a run: from its firm panel and its indicators to single numbers."""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.tsa.filters.bk_filter import bkfilter

from abm.state import ACTIVITIES, INSTRUMENTS

SPIKE, INACTION = 0.20, 0.01  # yearly investment over capital (Cooper & Haltiwanger 2006)
TOP = 0.2  # the share of firms, from the largest, whose sizes make the tail
SHORTEST, LONGEST, ENDS = 6, 32, 12  # quarters: band of the cycle, and what the filter loses at each end
SHIFTS = range(-4, 5)  # quarters of lead or lag
FEWEST = 10  # observations under which a statistic is NaN
ABROAD = ["sold_oem", "sold_brand", "sold_memory", "sold_foundry", "sold_niche"]  # USD m
AT_HOME = ["sold_home", "sold_unrelated"]  # LCU m
INVESTED = [f"invested_{name}" for name in ACTIVITIES]
LOANS = [f"loans_{name.removesuffix(' loans')}" for name in INSTRUMENTS]  # the last in USD m


def firm_years(firms: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the complete years of firms, with what the year before left.

    One row a firm and year: firm, year, turnover, invested, profit, capital [LCU m]; turnover_before,
    capital_before [LCU m], NaN where the year before is not complete; profitability [1/year] on capital_before.
    """
    rate = indicators["exchange_rate"].reindex(firms["quarter"]).to_numpy()
    table = pd.DataFrame({
        "firm": firms["firm"], "year": firms["quarter"].dt.year,
        "turnover": firms[ABROAD].sum(axis=1) * rate + firms[AT_HOME].sum(axis=1),
        "invested": firms[INVESTED].sum(axis=1), "profit": firms["operating_profit"], "capital": firms["book_capital"],
    })  # fmt: skip
    groups = table.groupby(["firm", "year"])
    years = groups.sum().assign(capital=groups["capital"].last())
    years = years[groups.size() == 4].reset_index()
    years = _with_before(years, ["turnover", "capital"])
    return years.assign(profitability=years["profit"] / years["capital_before"])


def cycles(firms: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the cyclical parts of the sector's series, between 6 and 32 quarters (Baxter & King 1999).

    One row a quarter, 12 quarters less at each end: year; output (value added), investment, debt [log of LCU m];
    failures [share of firms a quarter].
    """
    rate = indicators["exchange_rate"]
    owed = firms.groupby("quarter")[LOANS].sum().reindex(indicators.index)
    series = pd.DataFrame({
        "output": _log(indicators["value_added_usd_m"] * rate),
        "investment": _log(indicators["investment_usd_m"] * rate),
        "debt": _log(owed[LOANS[:-1]].sum(axis=1) + owed[LOANS[-1]] * rate),
        "failures": indicators["bankruptcies"] / indicators["firm_count"],
    })  # fmt: skip
    if len(series) <= 2 * ENDS:
        return series.iloc[:0].assign(year=0)
    parts = {name: bkfilter(series[name].to_numpy(), SHORTEST, LONGEST, ENDS) for name in series}
    inner = indicators.index[ENDS:-ENDS]
    return pd.DataFrame(parts, index=inner).assign(year=inner.year)


def size_log_skewness(years: pd.DataFrame) -> float:
    """Return the skewness of log turnover over firms, of the median year [number]: 0 for a lognormal (Gibrat)."""
    return _of_median_year(years, lambda sizes: stats.skew(np.log(sizes)))


def size_tail_exponent(years: pd.DataFrame) -> float:
    """Return the Pareto exponent of turnover over the largest fifth of firms, of the median year [number]."""
    return _of_median_year(years, hill_exponent)


def hill_exponent(sizes: np.ndarray) -> float:
    """Return the exponent of a Pareto tail [number] from sizes [observation], all positive (Hill 1975)."""
    ordered = np.sort(sizes)[::-1]
    count = int(TOP * len(ordered))
    spread = np.log(ordered[:count] / ordered[count]).mean() if count else 0.0
    return 1.0 / spread if spread > 0.0 else np.nan


def growth_excess_kurtosis(years: pd.DataFrame) -> float:
    """Return the excess kurtosis of yearly log growth [number]: 0 if normal, 3 if Laplace (Bottazzi & Secchi 2006)."""
    rates = growth(years)
    return float(stats.kurtosis(rates)) if len(rates) >= FEWEST else np.nan


def growth_subbotin_shape(years: pd.DataFrame) -> float:
    """Return the Subbotin shape of yearly log growth [number]: 2 if normal, 1 if Laplace (Bottazzi & Secchi 2006)."""
    rates = growth(years)
    return float(stats.gennorm.fit(rates, floc=np.median(rates))[0]) if len(rates) >= FEWEST else np.nan


def growth(years: pd.DataFrame) -> np.ndarray:
    """Return the log growth of turnover of each firm and year, less the year's mean [1/year, one a firm-year]."""
    sold = years[(years["turnover"] > 0) & (years["turnover_before"] > 0)]
    rates = np.log(sold["turnover"] / sold["turnover_before"])
    return (rates - rates.groupby(sold["year"]).transform("mean")).to_numpy()


def investment_spike_share(years: pd.DataFrame) -> float:
    """Return the share of firm-years that invest over 20 % of capital [share] (Cooper & Haltiwanger 2006)."""
    rates = investment_rates(years)
    return float((rates > SPIKE).mean()) if len(rates) >= FEWEST else np.nan


def investment_inaction_share(years: pd.DataFrame) -> float:
    """Return the share of firm-years that invest less than 1 % of capital [share] (Cooper & Haltiwanger 2006)."""
    rates = investment_rates(years)
    return float((rates < INACTION).mean()) if len(rates) >= FEWEST else np.nan


def investment_rates(years: pd.DataFrame) -> np.ndarray:
    """Return investment of the year over capital at its start [1/year, one a firm-year]."""
    owned = years[years["capital_before"] > 0]
    return (owned["invested"] / owned["capital_before"]).to_numpy()


def profit_persistence(years: pd.DataFrame) -> float:
    """Return the rank correlation of firms' profitability with their own a year before [-1..1] (Mueller 1990).

    Profitability is taken less the mean of the year, so that what all firms share does not count.
    """
    apart = years[np.isfinite(years["profitability"])]
    apart = apart.assign(apart=apart["profitability"] - apart.groupby("year")["profitability"].transform("mean"))
    pairs = _with_before(apart, ["apart"]).dropna(subset="apart_before")
    return float(stats.spearmanr(pairs["apart"], pairs["apart_before"])[0]) if len(pairs) >= FEWEST else np.nan


def failure_correlation(cycle: pd.DataFrame) -> float:
    """Return the correlation of failures with output at the lead or lag, up to a year, where it is strongest [-1..1].

    Source: Jaimovich & Floetotto 2008.
    """
    values = np.array([correlation(cycle["failures"], cycle["output"].shift(shift)) for shift in SHIFTS])
    return float(values[np.nanargmax(np.abs(values))]) if np.isfinite(values).any() else np.nan


def debt_correlation(cycle: pd.DataFrame) -> float:
    """Return the correlation of firms' debt with output of the same quarter [-1..1] (Lown & Morgan 2006)."""
    return correlation(cycle["debt"], cycle["output"])


def investment_volatility(cycle: pd.DataFrame) -> float:
    """Return the standard deviation of investment over that of output [ratio] (Stock & Watson 1999)."""
    known = cycle[["investment", "output"]].dropna()
    if len(known) < FEWEST or known["output"].std() == 0.0:
        return np.nan
    return float(known["investment"].std() / known["output"].std())


def correlation(one: pd.Series, other: pd.Series) -> float:
    """Return the correlation of two series of the same quarters [-1..1]; NaN if one of them is constant."""
    both = pd.concat([one, other], axis=1).dropna().to_numpy()
    if len(both) < FEWEST or (np.ptp(both, axis=0) < 1e-12).any():
        return np.nan
    return float(np.corrcoef(both.T)[0, 1])


OF_YEARS = {
    "size_log_skewness": size_log_skewness,
    "size_tail_exponent": size_tail_exponent,
    "growth_excess_kurtosis": growth_excess_kurtosis,
    "growth_subbotin_shape": growth_subbotin_shape,
    "investment_spike_share": investment_spike_share,
    "investment_inaction_share": investment_inaction_share,
    "profit_persistence": profit_persistence,
}
OF_CYCLES = {
    "failure_correlation": failure_correlation,
    "debt_correlation": debt_correlation,
    "investment_volatility": investment_volatility,
}


def statistic_of(name: str, window: tuple[int, int], years: pd.DataFrame, cycle: pd.DataFrame) -> float:
    """Return a statistic of a window of years, both included; NaN if the tables do not cover it."""
    table, statistic = (years, OF_YEARS[name]) if name in OF_YEARS else (cycle, OF_CYCLES[name])
    inside = table[table["year"].between(*window)]
    covered = inside["year"].nunique() == window[1] - window[0] + 1
    return float(statistic(inside)) if covered else np.nan


def _with_before(years: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    before = years[["firm", "year", *names]].assign(year=years["year"] + 1)
    return years.merge(before, on=["firm", "year"], how="left", suffixes=("", "_before"))


def _of_median_year(years: pd.DataFrame, statistic) -> float:
    """Return the median over years of a statistic of the firms' positive turnovers."""
    sizes = years[years["turnover"] > 0].groupby("year")["turnover"]
    values = [statistic(group.to_numpy()) for _, group in sizes if len(group) >= FEWEST]
    return float(np.nanmedian(values)) if np.isfinite(values).any() else np.nan


def _log(series: pd.Series) -> pd.Series:
    return np.log(series.where(series > 0.0))
