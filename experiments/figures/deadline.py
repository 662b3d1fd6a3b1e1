"""Figures of a reform tried at many dates: how likely the crisis still is, what each lever avoids, what it costs."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from abm.policy.instruments import instruments
from experiments.figures.style import COLOURS, DASHES, INK, NEUTRAL, band, style, years

SCALE = ["#F2F2F2", "#56B4E9", "#0072B2", "#003A5C"]  # from nothing avoided to everything


def chance_figure(curves: pd.DataFrame, base: dict[str, float]) -> go.Figure:
    """Return the probability of the crisis by date of the reform, a line a share of it, with Wilson intervals.

    curves: the rows of the whole reform (see lab.deadline.curve); base: the probability without it.
    """
    canvas = go.Figure()
    shares = sorted(curves["share"].unique(), reverse=True)
    for k, share in enumerate(shares):
        part = curves[curves["share"] == share]
        x, colour = years(part["date"]), COLOURS[(k + 1) % len(COLOURS)]
        name = "the whole reform" if share >= 1.0 else f"{share:.0%} of it"
        if k == 0:  # one band is readable, four are not; the table has them all
            canvas.add_trace(band(x, part["low"], part["high"], colour))
        canvas.add_trace(go.Scatter(
            x=x, y=part["probability"], mode="lines+markers", name=name,
            line={"color": colour, "width": 3 if k == 0 else 2, "dash": DASHES[k % len(DASHES)]},
            customdata=list(zip(part["date"], part["low"], part["high"], part["avoided"], strict=True)),
            hovertemplate="from %{customdata[0]}: crisis in %{y:.0%} of runs (%{customdata[1]:.0%} to "
            "%{customdata[2]:.0%})<br>%{customdata[3]:.0%} of the crises avoided<extra></extra>",
        ))  # fmt: skip
    canvas.add_hline(base["probability"], line={"color": INK, "dash": "dot", "width": 1.5},
                     annotation_text="without reform", annotation_position="bottom left")  # fmt: skip
    canvas.update_yaxes(title="runs with the crisis", tickformat=".0%", range=[-0.03, 1.03])
    canvas.update_xaxes(title="date of the reform")
    return style(canvas, 460)


def lever_figure(curves: pd.DataFrame, whole: str) -> go.Figure:
    """Return a heat map: the share of crises that each lever alone avoids, by date; `whole`: the reform's variant."""
    alone = curves[curves["share"] >= 1.0]
    dates = list(dict.fromkeys(alone["date"]))
    table = alone.pivot(index="variant", columns="date", values="avoided")[dates]
    order = [whole, *[name for name in table.mean(axis=1).sort_values(ascending=False).index if name != whole]]
    titles = {whole: "The whole reform"} | {name: room.title for name, room in instruments().items()}
    table = table.loc[order]
    canvas = go.Figure(go.Heatmap(
        z=table, x=dates, y=[titles[name] for name in order], colorscale=SCALE, zmin=0, zmax=1, xgap=2, ygap=2,
        text=[["" if np.isnan(v) else f"{v:.0%}" for v in row] for row in table.to_numpy()], texttemplate="%{text}",
        colorbar={"title": "crises avoided", "tickformat": ".0%", "thickness": 14},
        hovertemplate="%{y} alone, from %{x}:<br>%{z:.0%} of the crises avoided<extra></extra>",
    ))  # fmt: skip
    canvas.update_yaxes(autorange="reversed", automargin=True)
    canvas.update_xaxes(title="date of the reform", type="category")
    return style(canvas, 150 + 36 * len(order))


def cost_figure(curves: pd.DataFrame, unit: str) -> go.Figure:
    """Return the paired difference that the whole reform makes to an outcome in the run's last year, by its date."""
    part = curves[curves["outcome"].notna()]
    x = years(part["date"])
    canvas = go.Figure()
    canvas.add_trace(band(x, part["outcome_low"], part["outcome_high"], COLOURS[1]))
    canvas.add_trace(go.Scatter(
        x=x, y=part["outcome"], mode="lines+markers", line={"color": COLOURS[1], "width": 3}, showlegend=False,
        customdata=list(zip(part["date"], part["outcome_low"], part["outcome_high"], strict=True)),
        hovertemplate="from %{customdata[0]}: %{y:+,.4g} (90 % of pairs: %{customdata[1]:+,.4g} to "
        "%{customdata[2]:+,.4g})<extra></extra>",
    ))  # fmt: skip
    canvas.add_hline(0, line={"color": NEUTRAL, "width": 1.5})
    canvas.update_yaxes(title=f"difference [{unit}]", tickformat="~s")
    canvas.update_xaxes(title="date of the reform")
    return style(canvas, 400)
