"""Figures of a state that learns: where it drifts, from which start, and when its path locks in."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from abm.measurement.regimes import HYBRID, LABELS
from experiments.figures.style import COLOURS, INK, band, style, years

REGIME_COLOURS = {LABELS[0]: COLOURS[0], HYBRID: "#9A9A9A", LABELS[1]: COLOURS[1]}


def path_figure(table: pd.DataFrame, paths: np.ndarray, first_year: float, title: str) -> go.Figure:
    """Return the paths of one instrument [seed, quarter], coloured by the regime in which each run ends."""
    x = first_year + np.arange(paths.shape[1]) / 4.0
    canvas = go.Figure()
    for label, colour in REGIME_COLOURS.items():
        chosen = np.flatnonzero((table["label"] == label).to_numpy())
        for k, row in enumerate(chosen):
            canvas.add_trace(go.Scatter(
                x=x, y=paths[row], mode="lines", name=f"ends {label}", legendgroup=label, showlegend=k == 0,
                line={"color": colour, "width": 1.4}, opacity=0.7,
                hovertemplate=f"seed {table['seed'].iloc[row]}, ends {label}<br>%{{x:.0f}}: %{{y:.2f}}<extra></extra>",
            ))  # fmt: skip
    canvas.update_yaxes(title=title, rangemode="tozero")
    return style(canvas, 480)


def start_figure(shares: pd.DataFrame) -> go.Figure:
    """Return how often each regime is the end, by the guarantee at the start; `shares`: start, label, share."""
    canvas = go.Figure()
    for label, colour in REGIME_COLOURS.items():
        part = shares[shares["label"] == label]
        canvas.add_trace(go.Bar(
            x=[f"{start:.2f}" for start in part["start"]], y=part["share"], name=label, marker={"color": colour},
            text=[f"{share:.0%}" if share >= 0.06 else "" for share in part["share"]], textposition="inside",
            insidetextanchor="middle", textfont={"color": "white", "size": 14},
            hovertemplate="guarantee at the start %{x}: %{y:.0%} end " + label + "<extra></extra>",
        ))  # fmt: skip
    canvas.update_layout(barmode="stack", bargap=0.25)
    canvas.update_xaxes(title="guarantee at the start (direction and concentration move with it)", type="category")
    canvas.update_yaxes(title="share of runs", tickformat=".0%")
    return style(canvas, 440)


def lock_figure(curves: dict[str, pd.DataFrame]) -> go.Figure:
    """Return how much of the end is decided, by date; `curves`: title -> table of lab.drift.lock_in."""
    canvas = go.Figure()
    for k, (title, part) in enumerate(curves.items()):
        x, colour = years(part["date"]), COLOURS[k % 2]
        canvas.add_trace(band(x, part["low"], part["high"], colour))
        canvas.add_trace(go.Scatter(
            x=x, y=part["decided"], mode="lines+markers", name=title,
            line={"color": colour, "width": 3, "dash": ("solid", "dash")[k % 2]},
            customdata=part[["date", "low", "high", "alike", "by_chance"]].to_numpy(),
            hovertemplate="%{customdata[0]}: %{y:.0%} of the variance of ends is decided (%{customdata[1]:.0%} to "
            "%{customdata[2]:.0%})<br>two futures of one world end alike in %{customdata[3]:.0%}, of any two worlds in "
            "%{customdata[4]:.0%}<extra></extra>",
        ))  # fmt: skip
    canvas.add_hline(0.5, line={"color": INK, "dash": "dot", "width": 1})
    canvas.update_yaxes(title="decided", tickformat=".0%", range=[-0.03, 1.03])
    canvas.update_xaxes(title="date from which luck is another")
    return style(canvas, 440)
