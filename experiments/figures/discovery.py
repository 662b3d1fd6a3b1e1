"""Figures of a scenario discovery: the path of PRIM, its box among the points, the tree of CART."""

import textwrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.figures.style import COLOURS, INK, NEUTRAL, style

SHADES = [[0.0, "#FFFFFF"], [0.5, "#F0B48A"], [1.0, COLOURS[0]]]  # never to always
BAR = {"title": {"text": "happens in, share of runs", "side": "right"}, "tickformat": ".0%",
       "thickness": 12, "len": 0.8}  # fmt: skip
METHODS = {"PRIM": ("star", COLOURS[0]), "CART": ("diamond", COLOURS[1])}


def peeling(path: pd.DataFrame | None, methods: pd.DataFrame, everywhere: float) -> go.Figure:
    """Return coverage against density of every box peeled, and where the methods end, on all and on held-out points."""
    canvas = go.Figure()
    top = min(1.04, 1.15 * max(methods["density"].max(), 0.1 if path is None else path["density"].max()))
    if path is not None:
        canvas.add_trace(go.Scatter(
            x=path["coverage"], y=path["density"], mode="lines+markers", name="boxes of PRIM, peeled from the right",
            customdata=path["mass"], line={"color": NEUTRAL, "width": 1.2},
            marker={"size": 4 + 12 * np.sqrt(path["mass"]), "color": "#B9B9B9", "line": {"width": 0}},
            hovertemplate="coverage %{x:.0%}, density %{y:.0%}, %{customdata:.0%} of the points<extra></extra>",
        ))  # fmt: skip
    for row in methods.itertuples():
        symbol, colour = METHODS[row.method]
        ends = ((row.coverage, row.density, row.method, symbol),
                (row.held_out_coverage, row.held_out_density, f"{row.method}, held out", f"{symbol}-open"))  # fmt: skip
        for x, y, name, mark in ends:
            canvas.add_trace(go.Scatter(
                x=[x], y=[y], mode="markers", name=name,
                marker={"symbol": mark, "size": 17, "color": colour, "line": {"width": 2, "color": colour}},
                hovertemplate="coverage %{x:.0%}, density %{y:.0%}<extra>" + name + "</extra>",
            ))  # fmt: skip
    canvas.add_hline(everywhere, line={"color": INK, "dash": "dot", "width": 1}, annotation_text="everywhere",
                     annotation_position="top left")  # fmt: skip
    canvas.update_xaxes(title="coverage: of all that happens, the part inside", tickformat=".0%", range=[0, 1.04])
    canvas.update_yaxes(title="density: how often inside", tickformat=".0%", range=[0, top])
    canvas = style(canvas, 520)
    canvas.update_layout(margin={"t": 92, "b": 56})
    return canvas


def in_the_box(points: pd.DataFrame, hits: np.ndarray, box: pd.DataFrame) -> go.Figure:
    """Return the points in the two factors whose limits matter most, and the box; in one, if it has but one limit.

    points: a row a point, a column a factor; hits: how often it happens [point]; box: factor, low, high, in order.
    """
    first, second = box.iloc[0], box.iloc[1] if len(box) > 1 else None
    y = points[second["factor"]].to_numpy() if second is not None else hits
    seen = pd.DataFrame({"x": points[first["factor"]].to_numpy(), "y": y, "hits": hits})
    dots = seen.groupby(["x", "y"], as_index=False)["hits"].agg(["mean", "size"])
    canvas = go.Figure(go.Scatter(
        x=dots["x"], y=dots["y"], mode="markers", showlegend=False, customdata=dots[["mean", "size"]].to_numpy(),
        marker={"color": dots["mean"], "colorscale": SHADES, "cmin": 0, "cmax": 1, "colorbar": BAR,
                "size": np.minimum(9.0 * np.sqrt(dots["size"]), 40.0), "line": {"color": "#777777", "width": 0.6}},
        hovertemplate="%{x:.3g}, %{y:.3g}<br>in %{customdata[0]:.0%} of the runs of %{customdata[1]:,} points"
                      "<extra></extra>",
    ))  # fmt: skip
    ends = {"y0": second["low"], "y1": second["high"]} if second is not None else {"y0": -0.03, "y1": 1.03}
    canvas.add_shape(type="rect", x0=first["low"], x1=first["high"], line={"color": INK, "width": 2},
                     fillcolor="rgba(0,0,0,0.04)", layer="below", **ends)  # fmt: skip
    canvas.update_xaxes(title=first["factor"])
    canvas.update_yaxes(title=second["factor"] if second is not None else "happens in, share of runs")
    canvas = style(canvas, 520)
    canvas.update_layout(margin={"t": 40, "b": 56})
    return canvas


def tree(nodes: pd.DataFrame, chosen: set[int]) -> go.Figure:
    """Return the tree from left to right, every leaf in a row of its own; chosen leaves (numbers) are marked.

    nodes: node, parent, condition, leaf, points, mass, density, a parent before its children.
    """
    place = _places(nodes)
    deepest = max(x for x, _ in place.values())
    canvas = go.Figure()
    for row in nodes.itertuples():
        if row.parent >= 0:
            (x0, y0), (x1, y1) = place[row.parent], place[row.node]
            canvas.add_trace(go.Scatter(
                x=[x0, x0, x1], y=[y0, y1, y1], mode="lines", hoverinfo="skip", showlegend=False,
                line={"color": "#9A9A9A", "width": 1 + 5 * row.mass},
            ))  # fmt: skip
    canvas.add_trace(_nodes(nodes, place, chosen))
    for row in nodes.itertuples():
        x, y = place[row.node]
        if row.parent >= 0:
            canvas.add_annotation(x=x - 0.5, y=y, text=_short(row.condition), showarrow=False, yshift=4,
                                  yanchor="bottom", font={"size": 12})  # fmt: skip
        if row.leaf:
            text = f"<b>{row.leaf}</b>: in {row.density:.0%} of runs; {row.points:,} points"
            canvas.add_annotation(x=x, y=y, text=text, showarrow=False, xanchor="left", xshift=16, font={"size": 12})
    canvas.update_xaxes(visible=False, range=[-0.15, deepest + 1.35])
    canvas.update_yaxes(visible=False, range=[-0.8, max(y for _, y in place.values()) + 0.8], autorange=False)
    canvas = style(canvas, 90 + 58 * int((nodes["leaf"] > 0).sum()))
    canvas.update_layout(margin={"t": 10, "b": 10, "l": 10, "r": 10}, plot_bgcolor="white")
    return canvas


def _nodes(nodes: pd.DataFrame, place: dict, chosen: set[int]) -> go.Scatter:
    marked = [leaf in chosen for leaf in nodes["leaf"]]
    return go.Scatter(
        x=[place[node][0] for node in nodes["node"]], y=[place[node][1] for node in nodes["node"]], mode="markers",
        showlegend=False, text=nodes["condition"], customdata=nodes[["points", "mass", "density"]].to_numpy(),
        marker={"color": nodes["density"], "colorscale": SHADES, "cmin": 0, "cmax": 1, "size": 22, "opacity": 1,
                "line": {"color": [INK if mark else "#9A9A9A" for mark in marked],
                         "width": [3 if mark else 1 for mark in marked]}},
        hovertemplate="%{text}<br>%{customdata[0]:,} points, %{customdata[1]:.0%}<br>"
                      "happens in %{customdata[2]:.0%} of their runs<extra></extra>",
    )  # fmt: skip


def _places(nodes: pd.DataFrame) -> dict[int, tuple[float, float]]:
    """Return where each node stands: depth, and height, every leaf one row below the last."""
    children: dict[int, list[int]] = {node: [] for node in nodes["node"]}
    for row in nodes.itertuples():
        if row.parent >= 0:
            children[row.parent].append(row.node)
    place: dict[int, tuple[float, float]] = {}
    rows = iter(range(len(nodes)))

    def put(node: int, depth: int) -> float:
        heights = [put(child, depth + 1) for child in children[node]]
        height = sum(heights) / len(heights) if heights else float(next(rows))
        place[node] = (float(depth), height)
        return height

    put(int(nodes["node"].iloc[0]), 0)
    return place


def _short(condition: str) -> str:
    """Return a condition without the section of its factor, in lines that fit between two nodes."""
    name, _, rest = condition.partition(" ")
    return "<br>".join(textwrap.wrap(f"{name.rpartition('.')[2].replace('_', ' ')} {rest}", 26))
