"""The page of a map: the phase diagram with a choice of what it shows, what it says, what it cost, and the table."""

import json
from pathlib import Path

import markupsafe
import numpy as np

from abm._version import __version__
from abm.measurement.regimes import LABELS
from experiments.figures.phase import ENDS, layers, phase, slices
from experiments.figures.plain import plain_figure
from experiments.lab.phase_map import PhaseMap, share_column
from experiments.pages import number, plotly_source, template
from experiments.sweep.outcomes import CRISIS, REGIME, SCORE

ROWS = 500  # of the table on the page; map.csv has all


def render(found: PhaseMap, folder: Path) -> str:
    """Return the page of a map."""
    shown, cuts = layers(found.plan), slices(found)
    figures = {layer.column: [_figure(found, layer.column, place) for place, _ in cuts] for layer in shown}
    return template("map.html").render(
        title=found.plan.title or "Map", description=found.plan.description, lead=lead(found), tiles=tiles(found),
        layers=shown, figures=markupsafe.Markup(json.dumps(figures).replace("</", "<\\/")),
        third=found.axes[2] if len(found.axes) == 3 else None, cuts=[f"{value:.3g}" for _, value in cuts],
        axes=[{"key": axis.key, "text": axis.description, "low": f"{axis.values[0]:g}", "high": f"{axis.values[-1]:g}",
               "unit": axis.unit} for axis in found.axes],
        columns=_columns(found), rows=_rows(found), more=max(0, len(found.table) - ROWS),
        plotly_js=plotly_source(), version=__version__, scenario=found.plan.scenarios[0],
        repeat=f"latecomer map {found.plan.path} --out {folder}",
    )  # fmt: skip


def lead(found: PhaseMap) -> str:
    """Return in words what the map cost, against the full grid of the same sharpness."""
    seeds = found.plan.replications.count
    cost = f"{found.runs:,} runs: {len(found.table):,} points at {seeds} paired seed{'s' if seeds > 1 else ''}"
    if not found.adaptive:
        return f"{cost}, spread evenly; between points the map is interpolated."
    saved = found.full_runs / found.runs
    if saved < 1.05:
        return f"{cost}, the full grid."
    across = " x ".join([str(found.size + 1)] * len(found.axes))
    return (f"{cost}. The full grid of the same sharpness ({across} points) takes {found.full_runs:,} runs, "
            f"{saved:.1f} times as many.")  # fmt: skip


def tiles(found: PhaseMap) -> list[dict]:
    """Return the parts of the map that each regime covers, and where a crisis is more likely than not."""
    colours = {LABELS[0]: ENDS[0], LABELS[1]: ENDS[1]}
    areas = [{"share": f"{share:.0%}", "text": name, "colour": colours.get(name, "#8A8A8A")}
             for name, share in found.areas().items()]  # fmt: skip
    likely = float((found.volume(CRISIS) >= 0.5).mean())
    return [*areas, {"share": f"{likely:.0%}", "text": "crisis in half of the runs or more", "colour": "#7A1F57"}]


def _figure(found: PhaseMap, column: str, place: int) -> dict:
    """Return a figure without title, which the page's choice says, and wraps."""
    figure = plain_figure(phase(found, column, place))
    layout = figure["layout"]
    layout.pop("title", None)
    layout["margin"]["t"], layout["legend"]["y"] = 52, 0.995
    return {"data": figure["data"], "layout": layout | {"paper_bgcolor": "white", "plot_bgcolor": "white"}}


def _columns(found: PhaseMap) -> list[str]:
    keys = [axis.key for axis in found.axes]
    shares = [f"in {name}" for name in found.regimes]
    return [*keys, "regime", *shares, "score, median (90 %)", "crisis", *found.plan.outcomes]


def _rows(found: PhaseMap) -> list[list[str]]:
    rows = []
    for row in found.table.head(ROWS).to_dict("records"):
        cells = [f"{row[axis.key]:.3g}" for axis in found.axes] + [row[REGIME]]
        cells += [f"{row.get(share_column(name), 0.0):.0%}" for name in found.regimes]
        cells += [_banded(row, SCORE), f"{row[CRISIS]:.0%}" if np.isfinite(row[CRISIS]) else "unknown"]
        rows.append(cells + [_banded(row, name) for name in found.plan.outcomes])
    return rows


def _banded(row: dict, name: str) -> str:
    if not np.isfinite(row[name]):
        return "unknown"
    return f"{number(row[name])} ({number(row[f'{name}_low'])} to {number(row[f'{name}_high'])})"
