"""Figures of an emulator: what it said of points it had not seen, and how an outcome moves with each factor."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from experiments.figures.style import COLOURS, INK, NEUTRAL, band, faint, style

MOST_SHOWN = 300  # held-out points in the figure
ACROSS = {2: 2, 4: 2}  # profiles in a row, by their number; else three


def held_out(table: pd.DataFrame) -> go.Figure:
    """Return predicted against observed means of held-out points, with the bands."""
    shown = table.iloc[:: -(-len(table) // MOST_SHOWN)]
    ends = [float(shown[["observed", "mean"]].min(axis=None)), float(shown[["observed", "mean"]].max(axis=None))]
    canvas = go.Figure()
    canvas.add_trace(go.Scatter(
        x=ends, y=ends, mode="lines", line={"color": NEUTRAL, "dash": "dash", "width": 1.5}, name="equal",
        hoverinfo="skip",
    ))  # fmt: skip
    canvas.add_trace(go.Scatter(
        x=shown["observed"], y=shown["mean"], mode="markers", name="held-out points, with 90 % bands",
        marker={"color": COLOURS[1], "size": 6}, customdata=shown[["point", "low", "high"]],
        error_y={"type": "data", "symmetric": False, "array": shown["high"] - shown["mean"],
                 "arrayminus": shown["mean"] - shown["low"], "thickness": 1, "width": 0,
                 "color": faint(COLOURS[1], 0.35)},
        hovertemplate="point %{customdata[0]}: observed %{x:.4g}, told %{y:.4g} "
        "(%{customdata[1]:.4g} to %{customdata[2]:.4g})<extra></extra>",
    ))  # fmt: skip
    canvas.update_xaxes(title="observed: mean over the seeds")
    canvas.update_yaxes(title="told by the others", automargin=True)
    return style(canvas, 420).update_layout(margin={"b": 52})


def profiles(table: pd.DataFrame) -> go.Figure:
    """Return, for each factor, mean and bands along it; the other factors stay where they are."""
    factors = list(dict.fromkeys(table["factor"]))
    across = ACROSS.get(len(factors), 3)
    rows = -(-len(factors) // across)
    canvas = make_subplots(rows, across, shared_yaxes="all", subplot_titles=factors, horizontal_spacing=0.06,
                           vertical_spacing=min(0.16, 0.34 / rows))  # fmt: skip
    for k, factor in enumerate(factors):
        part = table[table["factor"] == factor]
        x, place = part["value"].tolist(), {"row": k // across + 1, "col": k % across + 1}
        if isinstance(x[0], bool | str):
            x = [str(value).lower() for value in x]
            for low, high, wide in (("run_low", "run_high", 2), ("low", "high", 6)):
                canvas.add_trace(_whisker(x, part, low, high, wide), **place)
        else:
            canvas.add_trace(band(x, part["run_low"], part["run_high"], NEUTRAL), **place)
            canvas.add_trace(band(x, part["low"], part["high"], COLOURS[1]) | {"fillcolor": faint(COLOURS[1], 0.35)},
                             **place)  # fmt: skip
        canvas.add_trace(go.Scatter(
            x=x, y=part["mean"], mode="markers" if isinstance(x[0], str) else "lines", showlegend=False,
            line={"color": INK, "width": 2}, marker={"color": INK, "size": 8},
            hovertemplate=f"{factor} %{{x}}: %{{y:.4g}}<extra></extra>",
        ), **place)  # fmt: skip
    canvas.update_xaxes(nticks=4)
    canvas.update_annotations(font={"size": 12, "color": INK})
    for name, colour in (("90 % band of the mean", faint(COLOURS[1], 0.35)), ("90 % band of a run", faint(NEUTRAL))):
        mark = {"symbol": "square", "size": 14, "color": colour}
        canvas.add_trace(go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=mark))
    return style(canvas, 110 + 190 * rows)


def _whisker(x: list, part: pd.DataFrame, low: str, high: str, wide: int) -> go.Scatter:
    colour = faint(COLOURS[1], 0.35) if wide > 2 else faint(NEUTRAL, 0.4)
    return go.Scatter(
        x=x, y=part["mean"], mode="markers", marker={"size": 1, "color": colour}, showlegend=False, hoverinfo="skip",
        error_y={"type": "data", "symmetric": False, "array": part[high] - part["mean"],
                 "arrayminus": part["mean"] - part[low], "thickness": wide, "width": 0, "color": colour},
    )  # fmt: skip
