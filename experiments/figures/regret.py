"""Figures of regret: how it spreads over worlds, policy by policy, and mean against worst."""

import pandas as pd
import plotly.graph_objects as go

from experiments.figures.style import COLOURS, INK, NEUTRAL, faint, style

DOTS = 300  # worlds up to which each is a dot
SIGNS = (("mean_regret", "mean", "diamond", COLOURS[1]), ("high_regret", "worst twentieth begins", "line-ns", INK),
         ("worst_regret", "worst world", "x", COLOURS[0]))  # fmt: skip


def spread(short: pd.DataFrame, table: pd.DataFrame, names: list[str], unit: str) -> go.Figure:
    """Return a box a policy over its worlds, best on top, with mean, worst twentieth and worst world marked.

    short: regret [policy, world]; table: the rows of the policies shown, in order; names: what they are called.
    """
    canvas = go.Figure()
    for name, policy in zip(names, table["policy"], strict=True):
        values = short.loc[policy]
        canvas.add_trace(go.Box(
            x=values, y=[name] * len(values), orientation="h", showlegend=False, whiskerwidth=0.5,
            boxpoints="all" if len(values) <= DOTS else False, jitter=0.6, pointpos=0, fillcolor=faint(COLOURS[1]),
            line={"color": NEUTRAL, "width": 1.2}, marker={"size": 4, "color": faint(COLOURS[1], 0.55)},
            text=[f"world {world}" for world in values.index], hoverinfo="x+text",
        ))  # fmt: skip
    for column, text, symbol, colour in SIGNS:
        canvas.add_trace(go.Scatter(
            x=table[column], y=names, mode="markers", name=text, cliponaxis=False,
            marker={"symbol": symbol, "size": 15 if symbol == "line-ns" else 11, "color": colour,
                    "line": {"width": 3 if symbol == "line-ns" else 1, "color": colour}},
            hovertemplate="%{y}: %{x:.4g}<extra>" + text + "</extra>",
        ))  # fmt: skip
    canvas.update_yaxes(range=[len(names) - 0.4, -0.6], automargin=True, ticksuffix="  ")
    canvas.update_xaxes(title=f"regret [{unit}]", rangemode="tozero")
    canvas = style(canvas, 150 + (46 if len(names) <= 15 else 28) * len(names))
    canvas.update_layout(margin={"t": 50, "b": 56})
    return canvas


def mean_and_worst(table: pd.DataFrame, names: list[str], unit: str) -> go.Figure:
    """Return mean against worst regret, a dot a policy; a policy low and left of another is better in both."""
    mean, worst = table["mean_regret"], table["worst_regret"]
    beaten = [bool(((mean <= m) & (worst <= w) & ((mean < m) | (worst < w))).any())
              for m, w in zip(mean, worst, strict=True)]  # fmt: skip
    canvas = go.Figure(go.Scatter(
        x=mean, y=worst, mode="markers+text" if len(names) <= 12 else "markers", text=[str(p) for p in table["policy"]],
        textposition="middle right", customdata=names, showlegend=False, textfont={"size": 13}, cliponaxis=False,
        marker={"size": 13, "color": ["#B9B9B9" if b else COLOURS[1] for b in beaten],
                "line": {"width": 1, "color": INK}},
        hovertemplate="%{customdata}<br>mean %{x:.4g}, worst %{y:.4g}<extra></extra>",
    ))  # fmt: skip
    canvas.update_xaxes(title=f"mean regret [{unit}]", rangemode="tozero")
    canvas.update_yaxes(title=f"worst regret [{unit}]", rangemode="tozero")
    canvas = style(canvas, 430)
    canvas.update_layout(margin={"t": 20, "b": 56})
    return canvas
