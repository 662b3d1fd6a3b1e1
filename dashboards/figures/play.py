"""The price cycle beneath the bubbles, with what happened to firms marked on it."""

from experiments.figures.panels import small_layout
from experiments.figures.style import GRID, INK, NEUTRAL

LOOKS = {  # mark: symbol, colour (Okabe and Ito), height on the strip beneath the price
    "birth": ("circle-open", "#009E73", -0.12),
    "closure": ("line-ew-open", "#6B6B6B", -0.22),
    "bankruptcy": ("x", "#D55E00", -0.32),
    "rescue": ("star", "#CC79A7", -0.42),
}


def price_figure(motion: dict, title: str, names: dict[str, str]) -> dict:
    """Return the world memory price with, beneath it, a strip of births, closures, bankruptcies and rescues."""
    quarters = motion["quarters"]
    dates = [f"{q[:4]}-{3 * int(q[5]) - 2:02d}-01" for q in quarters]
    data = [
        {
            "type": "scatter",
            "x": dates,
            "y": motion["price"],
            "name": title,
            "showlegend": False,
            "mode": "lines",
            "line": {"color": INK, "width": 2},
            "text": quarters,
            "hovertemplate": "%{text}: %{y:.2f}<extra></extra>",
        }
    ]
    for mark, (symbol, colour, height) in LOOKS.items():
        found = [row for row in motion["marks"] if row[1] == mark]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": names[mark],
                "x": [dates[row[0]] for row in found],
                "y": [height] * len(found),
                "text": [f"{quarters[row[0]]} {names[mark]}, firm {row[2]}: {row[3]:,.1f} LCU m" for row in found],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"symbol": symbol, "size": 7, "color": colour, "line": {"width": 1.4, "color": colour}},
            }
        )
    axis = {"gridcolor": GRID, "zeroline": False}
    shades = [
        {
            "type": "rect",
            "x0": dates[k],
            "x1": dates[min(k + 1, len(dates) - 1)],
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "fillcolor": "rgba(213,94,0,0.25)",
            "line": {"width": 0},
            "layer": "below",
        }
        for k, run in enumerate(motion["run"])
        if run
    ]
    cursor = {
        "type": "line",
        "x0": dates[0],
        "x1": dates[0],
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": NEUTRAL, "width": 3},
    }
    layout = small_layout(title) | {
        "xaxis": {"type": "date", **axis},
        "yaxis": {"range": [-0.5, max(motion["price"]) * 1.05], "tickvals": [0, 0.5, 1, 1.5, 2, 2.5, 3], **axis},
        "shapes": [cursor, *shades],
        "showlegend": True,
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom"},
        "margin": {"l": 52, "r": 14, "t": 62, "b": 26},
        "meta": {"name": "memory-price", "unit": "of reference", "definition": "World memory price", "table": {
            "columns": ["quarter", "memory price", *names.values()],
            "rows": [
                [quarter, price, *(sum(1 for row in motion["marks"] if row[0] == k and row[1] == mark) for mark in names)]
                for k, (quarter, price) in enumerate(zip(quarters, motion["price"], strict=True))
            ],
        }},
    }  # fmt: skip
    return {"data": data, "layout": layout}
