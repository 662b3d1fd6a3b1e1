"""Figures of the power meter: pairs needed with and without shared seeds, differences, and the looks of a sequence."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.figures.style import COLOURS, INK, NEUTRAL, faint, style

BARS = (("pairs_needed", "pairs at shared seeds", COLOURS[1]),
        ("unpaired_needed", "runs of each without sharing", COLOURS[4]))  # fmt: skip


def needed_bars(table: pd.DataFrame) -> go.Figure:
    """Return how many pairs, and how many runs of each without shared seeds, each measure takes, on a log axis.

    What no number of runs would show has no bar, but a word.
    """
    canvas, names = go.Figure(), [_label(name) for name in table["measure"]]
    for column, text, colour in BARS:
        values = table[column].replace(np.inf, np.nan)
        words = [f"{value:,.0f}" if np.isfinite(value) else "no number will do" for value in table[column]]
        canvas.add_trace(go.Bar(
            x=values.fillna(1.0), y=names, orientation="h", name=text, text=words, textposition="outside",
            marker={"color": faint(colour, 0.75)}, cliponaxis=False, textfont={"size": 12},
            hovertemplate="%{y}: %{text}<extra>" + text + "</extra>",
        ))  # fmt: skip
    most = np.nanmax([table[column].replace(np.inf, np.nan).max() for column, *_ in BARS] + [10.0])
    seen = float(table["pairs"].iloc[0])
    canvas.add_vline(seen, line={"color": INK, "dash": "dot", "width": 1.2})
    canvas.add_annotation(x=np.log10(seen), y=1.0, yref="paper", yanchor="bottom", text=f"{seen:,.0f} pairs run",
                          showarrow=False)  # fmt: skip
    canvas.update_xaxes(type="log", range=[0, np.log10(max(most, seen)) + 0.9], title="number of runs, log scale",
                        dtick=1, tickformat=",d")  # fmt: skip
    canvas.update_yaxes(autorange="reversed", automargin=True, ticksuffix="  ")
    canvas = style(canvas, 140 + 44 * len(names))
    canvas.update_layout(margin={"t": 66, "b": 56, "r": 40}, bargap=0.3)
    return canvas


def differences(table: pd.DataFrame) -> go.Figure:
    """Return each mean paired difference with its interval, in standard deviations of the pairs' differences."""
    canvas, sd = go.Figure(), table["sd"].where(table["sd"] > 0.0)
    known = sd.notna()
    x, low, high = ((table[name] / sd)[known] for name in ("difference", "low", "high"))
    told = table.loc[known, "told_apart"].to_numpy()
    canvas.add_trace(go.Scatter(
        x=x, y=[_label(name) for name in table.loc[known, "measure"]], mode="markers", showlegend=False,
        customdata=table.loc[known, ["difference", "low", "high"]].to_numpy(),
        marker={"size": 11, "color": np.where(told, COLOURS[1], "#FFFFFF"),
                "line": {"color": COLOURS[1], "width": 1.8}},
        error_x={"type": "data", "symmetric": False, "array": high - x, "arrayminus": x - low, "color": COLOURS[1],
                 "thickness": 1.6},
        hovertemplate="%{y}: %{customdata[0]:+.4g} (%{customdata[1]:+.4g} to %{customdata[2]:+.4g})<extra></extra>",
    ))  # fmt: skip
    canvas.add_vline(0.0, line={"color": INK, "width": 1.2})
    canvas.update_xaxes(title="mean difference, in standard deviations of the differences")
    canvas.update_yaxes(autorange="reversed", automargin=True, ticksuffix="  ", showgrid=True)
    canvas = style(canvas, 140 + 44 * int(known.sum()))
    canvas.update_layout(margin={"t": 66, "b": 56})
    return canvas


def looks(table: pd.DataFrame) -> go.Figure:
    """Return each measure's difference over the half-width of its interval, look by look; beyond 1 it is told apart.

    table: a row a look and measure.
    """
    canvas = go.Figure()
    for name, part in table.groupby("measure", sort=False):
        half = (part["high"] - part["low"]) / 2.0
        ratio = (part["difference"].abs() / half.where(half > 0.0)).clip(0.01, 100.0)
        told = part["told_apart"].to_numpy()
        canvas.add_trace(go.Scatter(
            x=part["pairs"], y=ratio, mode="lines+markers", name=name, showlegend=False,
            line={"color": COLOURS[1] if told[-1] else COLOURS[0], "width": 1.6},
            marker={"size": 9, "color": np.where(told, COLOURS[1], "#FFFFFF"),
                    "line": {"color": COLOURS[1] if told[-1] else COLOURS[0], "width": 1.6}},
            customdata=part["p_value"], hovertemplate=name + ": %{y:.2f}, p = %{customdata:.2g}<extra></extra>",
        ))  # fmt: skip
    for text, colour in (("told apart in the end", COLOURS[1]), ("not told apart", COLOURS[0])):
        canvas.add_trace(go.Scatter(x=[None], y=[None], mode="lines", name=text, line={"color": colour, "width": 2}))
    canvas.add_hline(1.0, line={"color": NEUTRAL, "dash": "dot"})
    canvas.add_annotation(x=1.0, xref="paper", xanchor="right", y=0.0, yanchor="bottom", text="told apart above",
                          showarrow=False)  # fmt: skip
    canvas.update_xaxes(type="log", tickvals=sorted(table["pairs"].unique()), tickformat=",d", title="pairs")
    canvas.update_yaxes(type="log", title="difference over half-width of its interval", dtick=1)
    canvas = style(canvas, 460)
    canvas.update_layout(margin={"t": 56, "b": 56, "l": 76})
    return canvas


def _label(name: str) -> str:
    """Return a measure's name in two lines if it is long."""
    head, comma, rest = name.rpartition(", ")
    return f"{head},<br>{rest}" if comma and len(name) > 34 else name
