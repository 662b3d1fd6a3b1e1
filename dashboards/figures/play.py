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
    dates = [f"{q[:4]}-{3 * int(q[5]) - 2:02d}-01" for q in motion["quarters"]]
    price = {
        "type": "scatter", "mode": "lines", "x": dates, "y": motion["price"], "name": title, "showlegend": False,
        "line": {"color": INK, "width": 2}, "text": motion["quarters"],
        "hovertemplate": "%{text}: %{y:.2f}<extra></extra>",
    }  # fmt: skip
    axis = {"gridcolor": GRID, "zeroline": False}
    cursor = {"type": "line", "x0": dates[0], "x1": dates[0], "y0": 0, "y1": 1, "yref": "paper",
              "line": {"color": NEUTRAL, "width": 3}}  # fmt: skip
    layout = small_layout(title) | {
        "xaxis": {"type": "date", **axis},
        "yaxis": {"range": [-0.5, max(motion["price"]) * 1.05], "tickvals": [0, 0.5, 1, 1.5, 2, 2.5, 3], **axis},
        "shapes": [cursor, *_runs(motion, dates)], "showlegend": True, "margin": {"l": 52, "r": 14, "t": 62, "b": 26},
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom"},
        "meta": {"name": "memory-price", "unit": "of reference", "definition": "World memory price",
                 "table": _table(motion, names)},
    }  # fmt: skip
    return {"data": [price, *(_strip(motion, dates, mark, names) for mark in LOOKS)], "layout": layout}


def _strip(motion: dict, dates: list[str], mark: str, names: dict[str, str]) -> dict:
    """Return the marks of one kind, at their height beneath the price."""
    symbol, colour, height = LOOKS[mark]
    found = [row for row in motion["marks"] if row[1] == mark]
    texts = [f"{motion['quarters'][q]} {names[mark]}, firm {firm}: {amount:,.1f} LCU m" for q, _, firm, amount in found]
    return {
        "type": "scatter", "mode": "markers", "name": names[mark], "x": [dates[row[0]] for row in found],
        "y": [height] * len(found), "text": texts, "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": symbol, "size": 7, "color": colour, "line": {"width": 1.4, "color": colour}},
    }  # fmt: skip


def _runs(motion: dict, dates: list[str]) -> list[dict]:
    """Return the quarters in which foreign lenders run, shaded."""
    return [
        {"type": "rect", "x0": dates[k], "x1": dates[min(k + 1, len(dates) - 1)], "y0": 0, "y1": 1, "yref": "paper",
         "fillcolor": "rgba(213,94,0,0.25)", "line": {"width": 0}, "layer": "below"}
        for k, run in enumerate(motion["run"]) if run
    ]  # fmt: skip


def _table(motion: dict, names: dict[str, str]) -> dict:
    counts = [dict.fromkeys(names, 0) for _ in motion["quarters"]]
    for quarter, mark, _, _ in motion["marks"]:
        counts[quarter][mark] += 1
    lines = zip(motion["quarters"], motion["price"], counts, strict=True)
    rows = [[quarter, price, *found.values()] for quarter, price, found in lines]
    return {"columns": ["quarter", "memory price", *names.values()], "rows": rows}
