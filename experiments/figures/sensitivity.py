"""Figures of a sensitivity analysis: the index of every factor with its band, and whether it has settled."""

import pandas as pd
import plotly.graph_objects as go

from experiments.figures.style import COLOURS, DASHES, INK, faint, style

SHOWN = {"morris": ("mu_star", "mu"), "sobol": ("total", "first")}  # bar, dot
NAMES = {"mu_star": "mean absolute effect", "mu": "mean effect", "total": "total", "first": "alone"}


def bars(ranked: pd.DataFrame, kind: str) -> go.Figure:
    """Return a bar a factor, largest on top, with its band; and the dot that goes with it."""
    bar, dot = SHOWN[kind]
    canvas = go.Figure()
    canvas.add_trace(go.Bar(
        x=ranked[bar], y=ranked["factor"], orientation="h", name=NAMES[bar],
        marker={"color": faint(COLOURS[1], 0.6)},
        error_x={"type": "data", "symmetric": False, "array": ranked[f"{bar}_high"] - ranked[bar],
                 "arrayminus": ranked[bar] - ranked[f"{bar}_low"], "color": INK, "thickness": 1.5},
        hovertemplate="%{y}: %{x:.3g}<extra>" + NAMES[bar] + "</extra>",
    ))  # fmt: skip
    canvas.add_trace(go.Scatter(
        x=ranked[dot], y=ranked["factor"], mode="markers", name=NAMES[dot], marker={"color": COLOURS[0], "size": 10},
        hovertemplate="%{y}: %{x:.3g}<extra>" + NAMES[dot] + "</extra>",
    ))  # fmt: skip
    canvas.update_yaxes(autorange="reversed", automargin=True)
    return style(canvas, 130 + 34 * len(ranked))


def settling_lines(growth: pd.DataFrame, index: str, factors: list[str]) -> go.Figure:
    """Return an index of the largest factors at growing parts of the sample."""
    canvas = go.Figure()
    for k, name in enumerate(factors):
        part = growth[growth["factor"] == name]
        canvas.add_trace(go.Scatter(
            x=part["points"], y=part[index], mode="lines+markers", name=name,
            line={"color": COLOURS[k % len(COLOURS)], "dash": DASHES[k % len(DASHES)], "width": 2},
            error_y={"type": "data", "symmetric": False, "array": part[f"{index}_high"] - part[index],
                     "arrayminus": part[index] - part[f"{index}_low"], "thickness": 1},
        ))  # fmt: skip
    canvas.update_xaxes(title="points of the sample", type="log", tickvals=sorted(growth["points"].unique()),
                        tickformat=",d")  # fmt: skip
    canvas.update_yaxes(title=NAMES[index], rangemode="tozero")
    return style(canvas, 340)
