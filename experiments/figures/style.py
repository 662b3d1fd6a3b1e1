"""How figures look: colours, dashes, type, margins.

Colours are those of Okabe & Ito (2008), told apart by colour-blind readers, and lines differ in dash as well.
"""

import plotly.graph_objects as go

from abm.measurement.indicators import INDICATORS

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


def faint(colour: str) -> str:
    """Return a colour thin enough for a band behind its line."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"
