"""The page of an emulator: how good it is on points it had not seen, and how each outcome moves with each factor."""

from pathlib import Path

import numpy as np
import pandas as pd

from abm._version import __version__
from experiments.analysis.emulator import Emulator
from experiments.analysis.emulator_axes import Axis
from experiments.analysis.emulator_train import Trained
from experiments.analysis.page import factor_words
from experiments.figures.emulator import held_out, profiles
from experiments.pages import fragment, number, plotly_source, template

UNTOLD = 0.75  # error between values that were run, as a share of that of the mean, above which the page warns
STEPS = 25  # points of a profile
METHODS = {
    "gaussian_process": "A Gaussian process (Matern 5/2, a length scale a factor, noise for luck)",
    "boosted_trees": "Boosted regression trees",
}
METHOD = (
    "{method}. The points were cut into five parts; each was told, with its bands, by an emulator fitted and "
    "calibrated on the other four, a point always with all its seeds. rmse: typical error on the mean over the "
    "seeds; of the mean: that of saying everywhere the mean of the other points; R2: 1 less the square of their "
    "ratio; points and runs in the band: how many held-out means and single runs lie in bands meant to hold 90 %; "
    "luck: standard deviation of single runs at a point. The mean is over the sweep's own seeds: another set of "
    "seeds moves it by about luck over the root of their number."
)


def sentence(row: dict) -> str:
    """Return a row of the check in words."""
    return (
        f"{row['verdict'].capitalize()}. On points it had not seen its error is {number(row['rmse'])}, against "
        f"{number(row['rmse_of_mean'])} of saying the mean (R2 {row['r2']:.3f}); its 90 % bands hold "
        f"{row['coverage']:.0%} of their means and {row['run_coverage']:.0%} of single runs."
    )


def around(emulator: Emulator, scenario: str) -> dict:
    """Return where the factors stay while one moves: at the scenario's own values, or amid the range without these."""
    content = emulator.about["scenarios"][scenario]["content"]
    return {axis.key: own_value(content, axis) for axis in emulator.axes.axes}


def own_value(content: dict, axis: Axis):
    """Return a scenario's own value of a factor if it was trained there, else a value amid its range."""
    section, _, name = axis.key.partition(".")
    value = content[section][name]
    fits = value in axis.values if axis.values else axis.low <= value <= axis.high
    steps = axis.along(3)
    return value if fits else steps[len(steps) // 2]


def profile_table(emulator: Emulator) -> pd.DataFrame:
    """Return what is told along each factor: scenario, outcome, factor, value, mean and bands."""
    parts = []
    for scenario in emulator.scenarios:
        base = around(emulator, scenario)
        for axis in emulator.axes.axes:
            values = axis.along(STEPS)
            points = pd.DataFrame([base | {axis.key: value} for value in values])
            told = emulator.predict(points, scenario=scenario).assign(factor=axis.key)
            told["value"] = pd.Series([values[k] for k in told["point"]], dtype=object)
            parts.append(told)
    table = pd.concat(parts, ignore_index=True)
    return table[["scenario", "outcome", "factor", "value", "mean", "low", "high", "run_low", "run_high"]]


def render(emulator: Emulator, trained: Trained, along: pd.DataFrame, folder: Path, sweep: Path) -> str:
    """Return the page."""
    several, check = len(emulator.scenarios) > 1, trained.check
    names = [_title(row, several) for row in check.to_dict("records")]
    kinds = list(dict.fromkeys(check["method"]))
    points, seeds = int(check["points"].max()), int(check["seeds"].max())
    return template("emulator.html").render(
        title=f"An emulator: {emulator.about['title'] or sweep.name}", lead=lead(trained), remark=emulator.remark,
        check=_check_table(check, names), method=METHOD.format(method="; ".join(METHODS[kind] for kind in kinds))
        + f" Trained on {points:,} points at {seeds} seeds.",
        left_out="; ".join(f"{name} ({why})" for name, why in trained.left_out.items()),
        sections=[_section(emulator, trained, along, row, several) for row in check.to_dict("records")],
        between=_between_table(trained.between, several), plotly_js=plotly_source(), version=__version__,
        factors=[{"key": a.key, "range": a.words(), "meaning": factor_words(a.key)} for a in emulator.axes.axes],
        repeat=f"latecomer emulate {sweep} --out {folder}",
    )  # fmt: skip


def lead(trained: Trained) -> str:
    """Return in a sentence which outcomes it is good enough for."""
    good = trained.check["r2"] >= 0.7
    named = [f"{r['outcome']} ({r['r2']:.2f})" for r in trained.check[~good].to_dict("records")]
    said = f"Good enough for a first answer on {good.sum()} of {len(good)}: R2 on held-out points of 0.7 or more."
    said += f" Not on {', '.join(named)}." if named else ""
    wide = trained.between[trained.between["rmse"] > UNTOLD * trained.between["rmse_of_mean"]]
    for factor, part in wide.groupby("factor", sort=False):
        said += (f" Between the values at which {factor} was run it tells little of "
                 f"{', '.join(dict.fromkeys(part['outcome']))}.")  # fmt: skip
    return said


def _title(row: dict, several: bool) -> str:
    return f"{row['outcome']}, {row['scenario']}" if several else row["outcome"]


def _section(emulator: Emulator, trained: Trained, along: pd.DataFrame, row: dict, several: bool) -> dict:
    def of(table: pd.DataFrame) -> pd.DataFrame:
        return table[(table["scenario"] == row["scenario"]) & (table["outcome"] == row["outcome"])]

    base = around(emulator, row["scenario"])
    return {
        "title": _title(row, several), "answer": sentence(row), "warn": row["r2"] < 0.7,
        "held_out": fragment(held_out(of(trained.held_out))), "profiles": fragment(profiles(of(along))),
        "others": ", ".join(f"{key.split('.')[1]} {_number(value)}" for key, value in base.items()),
    }  # fmt: skip


def _check_table(check: pd.DataFrame, names: list[str]) -> dict:
    columns = ["outcome", "rmse", "of the mean", "R2", "points in the band", "runs in the band", "luck", "it is"]
    rows = [
        [name, number(r["rmse"]), number(r["rmse_of_mean"]), f"{r['r2']:.3f}", f"{r['coverage']:.0%}",
         f"{r['run_coverage']:.0%}", number(r["luck"]), r["verdict"]]
        for name, r in zip(names, check.to_dict("records"), strict=True)
    ]  # fmt: skip
    return {"columns": columns, "rows": rows}


def _between_table(between: pd.DataFrame, several: bool) -> dict:
    columns = ["outcome", "factor", "without", "points", "rmse", "of the mean", "points in the band"]
    rows = [
        [_title(r, several), r["factor"], f"{r['without']:g}", r["points"], number(r["rmse"]),
         number(r["rmse_of_mean"]), f"{r['coverage']:.0%}"]
        for r in between.to_dict("records")
    ]  # fmt: skip
    return {"columns": columns, "rows": rows}


def _number(value) -> str:
    return str(value).lower() if isinstance(value, bool | str | np.bool_) else f"{value:.4g}"
