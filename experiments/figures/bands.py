"""Figures of bootstrap bands: a dot and an interval a group, or, of many groups, one beside the other by rank."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.figures.style import COLOURS, INK, style

ROWS = 30  # groups up to which each has a named row
DRAWN = 400  # groups drawn of more
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")


def intervals(
    parts: dict[str, pd.DataFrame], middle: str, title: str, zero: bool = False, hues: tuple[int, ...] = ()
) -> go.Figure:
    """Return the intervals of every group, a colour and sign a scenario.

    parts: scenario -> a row a group, with columns name, `middle`, its ends (middle_low, middle_high, or low, high) and
    perhaps median. zero: whether a line stands where there is no difference; signs whose interval holds it are empty.
    hues: the place of each scenario's colour and sign, if they are not the first ones.
    """
    first = next(iter(parts.values()))
    place = _rows if len(first) <= ROWS else _ranks
    canvas = place(parts, middle, title, zero, hues or tuple(range(len(parts))))
    if zero and len(first) <= ROWS:
        canvas.add_vline(0.0, line={"color": INK, "width": 1.2})
    elif zero:
        canvas.add_hline(0.0, line={"color": INK, "width": 1.2})
    return canvas


def _rows(parts: dict[str, pd.DataFrame], middle: str, title: str, zero: bool, hues: tuple) -> go.Figure:
    canvas, names = go.Figure(), list(next(iter(parts.values()))["name"])
    colours = [COLOURS[hue % len(COLOURS)] for hue in hues]
    for k, (scenario, table) in enumerate(parts.items()):
        aside = (np.arange(len(table)) + 0.5 * (k + 0.5) / len(parts) - 0.25).tolist()
        canvas.add_trace(_dots(table, middle, scenario, hues[k], zero, x=table[middle], y=aside, axis="x"))
        if "median" in table and not zero:
            canvas.add_trace(go.Scatter(
                x=table["median"], y=aside, mode="markers", showlegend=k == 0, name="median",
                marker={"symbol": "line-ns", "size": 12, "line": {"width": 2, "color": colours[k]}},
                hovertemplate="median %{x:.4g}<extra>" + scenario + "</extra>",
            ))  # fmt: skip
    wrapped = [f"{name.replace(', ', ',<br>')}  " for name in names]
    canvas.update_yaxes(tickvals=list(range(len(names))), ticktext=wrapped, automargin=True,
                        range=[len(names) - 0.5, -0.5], showgrid=False)  # fmt: skip
    canvas.update_xaxes(title=title)
    canvas = style(canvas, 150 + (26 + 10 * len(parts)) * len(names))
    canvas.update_layout(margin={"t": 48, "b": 56}, showlegend=len(parts) > 1 or zero or "median" in table)
    return canvas


def _ranks(parts: dict[str, pd.DataFrame], middle: str, title: str, zero: bool, hues: tuple) -> go.Figure:
    canvas, first = go.Figure(), next(iter(parts.values()))
    order = first[middle].to_numpy().argsort(kind="stable")
    if len(order) > DRAWN:
        order = order[np.linspace(0, len(order) - 1, DRAWN).round().astype(int)]
    rank = np.arange(1, len(order) + 1)
    for k, (scenario, table) in enumerate(parts.items()):
        ranked = table.iloc[order]
        canvas.add_trace(_dots(ranked, middle, scenario, hues[k], zero, x=rank, y=ranked[middle], axis="y"))
    canvas.update_xaxes(title=f"groups, ranked by {next(iter(parts))}" if len(parts) > 1 else "groups, by rank")
    canvas.update_yaxes(title=title)
    canvas = style(canvas, 440)
    canvas.update_layout(margin={"t": 48, "b": 56, "l": 76}, showlegend=len(parts) > 1 or zero)
    return canvas


def _dots(table: pd.DataFrame, middle: str, scenario: str, k: int, zero: bool, x, y, axis: str) -> go.Scatter:
    low, high = (table[f"{middle}_{end}"] if f"{middle}_{end}" in table else table[end] for end in ("low", "high"))
    colour, unsure = COLOURS[k % len(COLOURS)], zero & ~((low > 0) | (high < 0))
    bars = {f"error_{axis}": {
        "type": "data", "symmetric": False, "array": high - table[middle], "arrayminus": table[middle] - low,
        "color": colour, "thickness": 1.6 if axis == "x" else 0.8, "width": 4 if axis == "x" else 0,
    }}  # fmt: skip
    return go.Scatter(
        x=x, y=y, mode="markers", name=scenario, text=table["name"],
        customdata=np.column_stack([table[middle], low, high]),
        marker={"symbol": SYMBOLS[k % len(SYMBOLS)], "size": 10 if axis == "x" else 5,
                "color": np.where(unsure, "#FFFFFF", colour), "line": {"color": colour, "width": 1.6}},
        hovertemplate="%{text}<br>%{customdata[0]:.4g} (%{customdata[1]:.4g} to %{customdata[2]:.4g})<extra>"
                      + scenario + "</extra>", **bars,
    )  # fmt: skip
