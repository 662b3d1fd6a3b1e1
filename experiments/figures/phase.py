"""A phase diagram: where on two axes which regime emerges, as a heat map with borders and the points it rests on."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from abm.measurement.regimes import LABELS
from experiments.figures.style import COLOURS, INK, MEANING, NEUTRAL, style
from experiments.lab.map_plan import MapPlan
from experiments.lab.phase_map import PhaseMap, share_column
from experiments.sweep.outcomes import CRISIS, REGIME, SCORE

ENDS = (COLOURS[0], COLOURS[1])  # the upper and the lower end of the regime scale
BETWEEN = ("#C9C9C9", "#9C9C9C", "#B8A9C9", "#A9C9B8")
DIVERGING = [[0.0, ENDS[1]], [0.5, "#F2F2F2"], [1.0, ENDS[0]]]
WARM = [[0.0, "#FFFFFF"], [0.5, "#E0A3C6"], [1.0, "#7A1F57"]]
HEIGHT = 720
HALF = 0.5  # of the runs: where a border is drawn


@dataclass(frozen=True)
class Layer:
    """What the colours of a map show: a column of its table, in words, with its form."""

    column: str
    title: str
    form: str = ".2f"


def layers(plan: MapPlan) -> list[Layer]:
    """Return what a map of a plan can show: regime, crisis probability, score, and its further outcomes."""
    seeds = plan.replications.count
    several = ", median" if seeds > 1 else ""
    listed = [
        Layer(REGIME, f"Regime, {_years(plan.regime.window)}" + (", in most runs" if seeds > 1 else "")),
        Layer(CRISIS, f"Probability of a run on the currency, {_years(plan.crisis.window)}", ".0%"),
        Layer(SCORE, f"Regime score, {_years(plan.regime.window)}{several} (0 {LABELS[1]}, 1 {LABELS[0]})"),
    ]
    for name, outcome in plan.outcomes.items():
        unit, meaning = MEANING[outcome.indicator]
        words = f"{name}: {meaning[0].lower()}{meaning[1:]}, {outcome.statistic}, {_years(outcome.window)}{several}"
        listed.append(Layer(name, f"{words} [{unit}]", ",.3~r"))
    return listed


def phase(found: PhaseMap, column: str = REGIME, place: int = 0) -> go.Figure:
    """Return the phase diagram of a column; of three axes, at node `place` of the third."""
    layer = next(layer for layer in layers(found.plan) if layer.column == column)
    canvas = go.Figure()
    across, up = found.axes[0], found.axes[1]
    top = len(found.regimes) - 1  # the upper end of the scale stands on top of the colour bar
    z = top - found.regime_volume() if column == REGIME else found.volume(column)
    heat = _regime_heat(found) if column == REGIME else _number_heat(layer)
    canvas.add_trace(go.Heatmap(x=across.values, y=up.values, z=_slice(z, place).T, hoverinfo="skip", **heat))
    for trace in _borders(found, place):
        canvas.add_trace(trace)
    canvas.add_trace(_points(found, place))
    style(canvas, HEIGHT)
    canvas.update_layout(
        title={"text": layer.title, "font": {"size": 17}, "x": 0, "xref": "paper", "y": 0.985, "yanchor": "top"},
        margin={"l": 76, "r": 20, "t": 88, "b": 64}, legend={"y": 0.94, "font": {"size": 15}}, font={"size": 16},
    )  # fmt: skip
    for axis, update in ((across, canvas.update_xaxes), (up, canvas.update_yaxes)):
        update(title=f"{axis.key} [{axis.unit}]", range=[axis.values[0], axis.values[-1]], showgrid=False,
               constrain="domain")  # fmt: skip
    return canvas


def slices(found: PhaseMap) -> list[tuple[int, float]]:
    """Return the slices of a map of three axes: node of the third axis, and its value; one of a map of two."""
    if len(found.axes) < 3:
        return [(0, np.nan)]
    step = 2**found.plan.design.depth if found.adaptive else found.size // 8
    return [(k, found.axes[2].values[k]) for k in range(0, found.size + 1, step)]


def _slice(volume: np.ndarray, place: int) -> np.ndarray:
    return volume if volume.ndim == 2 else volume[:, :, place]


def _regime_heat(found: PhaseMap) -> dict:
    names = found.regimes[::-1]
    colours = [ENDS[1], *BETWEEN[: len(names) - 2], ENDS[0]]
    edges = np.linspace(0.0, 1.0, len(names) + 1)
    scale = [[edge, colour] for k, colour in enumerate(colours) for edge in (edges[k], edges[k + 1])]
    bar = {"tickvals": list(range(len(names))), "ticktext": names, "tickfont": {"size": 15}, "thickness": 18}
    return {"colorscale": scale, "zmin": -0.5, "zmax": len(names) - 0.5, "colorbar": bar}


def _number_heat(layer: Layer) -> dict:
    bar = {"tickformat": layer.form, "tickfont": {"size": 15}, "thickness": 18}
    if layer.column == SCORE:
        return {"colorscale": DIVERGING, "zmin": 0.0, "zmax": 1.0, "colorbar": bar}
    if layer.column == CRISIS:
        return {"colorscale": WARM, "zmin": 0.0, "zmax": 1.0, "colorbar": bar}
    return {"colorscale": "Cividis", "colorbar": bar}


def _borders(found: PhaseMap, place: int) -> list[go.Contour]:
    """Return where either end of the regime scale, and where a crisis, comes in half of the runs."""
    wanted = (
        (share_column(LABELS[0]), "solid", INK, f"{LABELS[0]} in half of the runs"),
        (share_column(LABELS[1]), "dash", INK, f"{LABELS[1]} in half"),
        (CRISIS, "dot", "#7A1F57", "crisis in half"),
    )
    lines = []
    for column, dash, colour, name in wanted:
        values = _slice(found.volume(column), place).T
        if np.nanmin(values) < HALF <= np.nanmax(values):
            lines.append(go.Contour(
                x=found.axes[0].values, y=found.axes[1].values, z=values, name=name, showlegend=True, hoverinfo="skip",
                contours={"start": HALF, "end": HALF, "size": 1, "coloring": "none"}, showscale=False,
                line={"color": colour, "width": 3, "dash": dash},
            ))  # fmt: skip
    return lines


def _points(found: PhaseMap, place: int) -> go.Scatter:
    """Return the points that were run (of three axes, those at the slice, or near it between scattered points)."""
    table, name = found.table, "points that were run"
    if len(found.axes) == 3:
        third = found.axes[2]
        reach = (third.values[-1] - third.values[0]) / (1e6 if found.adaptive else 16.0)
        name += " here" if found.adaptive else " near here"
        table = table[(table[third.key] - third.values[place]).abs() <= reach]
    return go.Scatter(
        x=table[found.axes[0].key], y=table[found.axes[1].key], mode="markers", name=name,
        cliponaxis=False,
        marker={"size": 5, "color": "white", "line": {"color": NEUTRAL, "width": 1}},
        customdata=table[[REGIME, SCORE, CRISIS, "runs"]].to_numpy(object),
        hovertemplate="%{x:.3g}, %{y:.3g}<br>%{customdata[0]}, score %{customdata[1]:.2f}<br>"
        "crisis %{customdata[2]:.0%} of %{customdata[3]} runs<extra></extra>",
    )  # fmt: skip


def _years(window: tuple[int, int]) -> str:
    return str(window[0]) if window[0] == window[1] else f"{window[0]}-{window[1] % 100:02d}"
