"""How figures look: colours, dashes, type, margins.

Colours are those of Okabe & Ito (2008), told apart by colour-blind readers, and lines differ in dash as well.
"""

from collections.abc import Iterable

import plotly.graph_objects as go

from abm.measurement.indicators import INDICATORS
from abm.quarters import quarter_number

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
MEANING = {name: (unit, definition) for name, unit, definition, _ in INDICATORS}
INK, GRID, NEUTRAL = "#222222", "#E6E6E6", "#6B6B6B"
FONT = "Inter, 'Segoe UI', Helvetica, Arial, sans-serif"


def style(canvas: go.Figure, height: int) -> go.Figure:
    """Return a figure with the look that all share."""
    canvas.update_layout(
        template="plotly_white", height=height, font={"family": FONT, "color": INK, "size": 13},
        margin={"l": 56, "r": 16, "t": 64, "b": 36}, hovermode="closest",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "yref": "container", "x": 0, "xanchor": "left"},
        hoverlabel={"bgcolor": "white", "font": {"family": FONT}},
    )  # fmt: skip
    canvas.update_layout(legend={"y": 0.995, "yanchor": "top", "yref": "container"})
    canvas.update_xaxes(gridcolor=GRID, zeroline=False)
    canvas.update_yaxes(gridcolor=GRID, zeroline=False)
    return canvas


def faint(colour: str, strength: float = 0.16) -> str:
    """Return a colour thin enough for a band behind its line, or of another strength [0..1]."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{strength:g})"


def band(x: Iterable, low: Iterable, high: Iterable, colour: str) -> dict:
    """Return the trace of a band between two curves over x, faint, without a line or a name of its own."""
    x, low, high = list(x), list(low), list(high)
    return {
        "type": "scatter", "x": x + x[::-1], "y": high + low[::-1], "fill": "toself", "fillcolor": faint(colour),
        "line": {"width": 0}, "mode": "lines", "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def years(dates: Iterable[str]) -> list[float]:
    """Return quarters such as 1988Q3 as years, 1988.5."""
    return [quarter_number(date) / 4.0 for date in dates]
