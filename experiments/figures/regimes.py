"""Where runs lie between the two regimes: the score of every run, and the components it is the mean of."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from abm.measurement.regimes import COMPONENTS, KOREA_FROM, LABELS, TAIWAN_TO
from experiments.figures.style import COLOURS, GRID, INK, faint, style

SPREAD = 0.28  # half of the height over which runs of one scenario are spread, so that each is seen


def regime_figure(table: pd.DataFrame, titles: dict[str, str]) -> go.Figure:
    """Return score and components of every run; `table`: see regime_table.regimes; titles: scenario -> its title."""
    names = list(titles)
    canvas = make_subplots(
        1, 2, column_widths=[0.5, 0.5], horizontal_spacing=0.1, subplot_titles=["Score of each run", "Its components"]
    )
    for k, name in enumerate(names):
        part, colour = table[table["scenario"] == name], COLOURS[k % len(COLOURS)]
        canvas.add_trace(_scores(part, k, titles[name], colour), 1, 1)
        canvas.add_trace(_components(part, titles[name], colour), 1, 2)
    for low, high in ((0.0, TAIWAN_TO), (KOREA_FROM, 1.0)):
        canvas.add_vrect(low, high, fillcolor=GRID, opacity=0.55, line_width=0, layer="below", row=1, col=1)
    canvas.update_xaxes(range=[0, 1], title=f"0 = {LABELS[1]}, 1 = {LABELS[0]}; hybrids lie between the grey ends")
    canvas.update_yaxes(
        tickvals=list(range(len(names))), ticktext=[titles[name] for name in names], range=[len(names) - 0.5, -0.5],
        automargin=True, row=1, col=1,
    )  # fmt: skip
    canvas.update_yaxes(autorange="reversed", automargin=True, row=1, col=2)
    canvas.update_layout(boxmode="group")
    return style(canvas, 200 + 62 * max(len(names), 2))


def _scores(part: pd.DataFrame, line: int, title: str, colour: str) -> go.Scatter:
    heights = line + np.linspace(-SPREAD, SPREAD, len(part)) if len(part) > 1 else [line]
    return go.Scatter(
        x=part["score"], y=heights, mode="markers", name=title, legendgroup=title,
        marker={"color": faint(colour, 0.55), "size": 9, "line": {"color": INK, "width": 0.5}},
        customdata=list(zip(part["seed"], part["name"], strict=True)),
        hovertemplate="seed %{customdata[0]}: score %{x:.2f}<br>%{customdata[1]}<extra>" + title + "</extra>",
    )  # fmt: skip


def _components(part: pd.DataFrame, title: str, colour: str) -> go.Box:
    long = part.melt(id_vars=["seed"], value_vars=list(COMPONENTS))
    return go.Box(
        x=long["value"], y=long["variable"], orientation="h", name=title, legendgroup=title, showlegend=False,
        marker={"color": colour, "size": 4}, line={"width": 1.5}, fillcolor=faint(colour), boxpoints=False,
    )  # fmt: skip
