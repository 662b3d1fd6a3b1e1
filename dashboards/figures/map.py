"""The phase diagram of the Map page, and the way through a gap, on the page's own ground."""

import plotly.graph_objects as go

from experiments.figures.panels import small_layout
from experiments.figures.phase import phase
from experiments.figures.plain import plain_figure
from experiments.lab.phase_map import PhaseMap

CLEAR = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "height": None, "autosize": True}


def map_figure(found: PhaseMap, column: str) -> dict:
    """Return the phase diagram of a column, such that a click anywhere on it names a place."""
    figure = phase(found, column)
    heat = figure.data[0]
    heat.hoverinfo = "none"
    shown = found.table[list(dict.fromkeys([*(axis.key for axis in found.axes), *found.table]))]
    plain = plain_figure(figure)
    layout = plain["layout"] | CLEAR
    layout["title"] |= {"font": {"size": 14}, "pad": {"l": 10}}
    layout["meta"] = {"name": "map", "table": {"columns": list(shown.columns), "rows": shown.to_numpy().tolist()}}
    return {"data": plain["data"], "layout": layout}


def on_page(figure: go.Figure, title: str, columns: list[str], rows: list[list]) -> dict:
    """Return a figure of the reports as one of the page: its ground, its title, and the table behind it."""
    plain = plain_figure(figure)
    table = {"name": title, "table": {"columns": columns, "rows": rows}}
    layout = plain["layout"] | CLEAR | {"title": small_layout(title)["title"], "meta": table}
    layout["margin"] |= {"t": 96 if any(trace.get("showlegend", True) for trace in plain["data"]) else 56}
    layout["legend"] |= {"y": 0.94}
    layout["xaxis"] |= {"side": "bottom"}  # beneath, out of the title's way
    return {"data": plain["data"], "layout": layout}
