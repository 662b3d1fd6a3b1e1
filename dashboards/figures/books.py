"""The books of a year as a Sankey diagram, and the cost of the state's support through the years."""

import numpy as np
import pandas as pd

from dashboards.tables.books import SUPPORT
from experiments.figures.panels import short, small_layout
from experiments.figures.style import GRID

COLOURS = dict(zip(SUPPORT, ("#E69F00", "#56B4E9", "#CC79A7", "#D55E00", "#8C3B00"), strict=True))
QUIET, SECTOR = "#9AA3AD", "#4A6A8A"


def sankey_figure(flows: pd.DataFrame, title: str, names: dict[str, str]) -> dict:
    """Return payer -> kind -> payee; support in colour, the rest grey. `names`: sectors and kinds in words."""
    payers = [(0, name) for name in dict.fromkeys(flows["payer"])]
    kinds = [(1, name) for name in dict.fromkeys(flows["kind"])]
    payees = [(2, name) for name in dict.fromkeys(flows["payee"])]
    nodes = payers + kinds + payees
    place = {node: k for k, node in enumerate(nodes)}
    into = flows.groupby(["payer", "kind"], as_index=False, sort=False)["amount"].sum()
    out = flows.groupby(["kind", "payee"], as_index=False, sort=False)["amount"].sum()
    source = [place[0, row.payer] for row in into.itertuples()] + [place[1, row.kind] for row in out.itertuples()]
    target = [place[1, row.kind] for row in into.itertuples()] + [place[2, row.payee] for row in out.itertuples()]
    kind = [*into["kind"], *out["kind"]]
    data = {
        "type": "sankey",
        "arrangement": "snap",
        "valueformat": ",.1f",
        "valuesuffix": " LCU m",
        "node": {
            "label": [names.get(name, name) for _, name in nodes],
            "color": [COLOURS.get(name, QUIET) if column == 1 else SECTOR for column, name in nodes],
            "pad": 16,
            "thickness": 18,
            "line": {"width": 0},
        },
        "link": {
            "source": source,
            "target": target,
            "value": short(np.array([*into["amount"], *out["amount"]])),
            "color": [_link_colour(name) for name in kind],
        },
        "textfont": {"size": 14},
    }
    rows = [
        [names.get(r.payer, r.payer), names.get(r.kind, r.kind), names.get(r.payee, r.payee), float(f"{r.amount:.6g}")]
        for r in flows.itertuples()
    ]
    layout = small_layout(title) | {
        "margin": {"l": 14, "r": 14, "t": 46, "b": 14},
        "meta": {"name": "books", "table": {"columns": ["payer", "for", "payee", "LCU m"], "rows": rows}},
    }
    return {"data": [data], "layout": layout}


def _link_colour(kind: str) -> str:
    if kind not in COLOURS:
        return "rgba(140,150,160,0.28)"
    red, green, blue = (int(COLOURS[kind][k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.75)"


def support_figure(table: pd.DataFrame, income: np.ndarray, title: str, names: dict[str, str], year: int) -> dict:
    """Return the cost of support in per cent of wages, a bar a year, the shown year marked."""
    data = [
        {
            "type": "bar",
            "name": names.get(kind, kind),
            "x": table["year"].tolist(),
            "y": short(table[kind].to_numpy() / np.maximum(income, 1e-9)),
            "customdata": short(table[kind].to_numpy()),
            "marker": {"color": COLOURS[kind]},
            "hovertemplate": "%{x}: " + names.get(kind, kind) + " %{customdata:,.1f} LCU m (%{y:.2%})<extra></extra>",
        }
        for kind in SUPPORT
    ]
    rows = [[float(f"{value:.6g}") for value in row] for row in table.to_numpy()]
    layout = small_layout(title) | {
        "barmode": "stack",
        "bargap": 0.15,
        "showlegend": True,
        "margin": {"l": 56, "r": 14, "t": 70, "b": 28},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        "xaxis": {"gridcolor": GRID, "zeroline": False, "dtick": 5},
        "yaxis": {"gridcolor": GRID, "zeroline": False, "tickformat": ".1%"},
        "shapes": [
            {
                "type": "rect",
                "x0": year - 0.5,
                "x1": year + 0.5,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "fillcolor": "rgba(120,130,140,0.25)",
                "line": {"width": 0},
                "layer": "below",
            }
        ],
        "meta": {"name": "support", "table": {"columns": ["year", *SUPPORT], "rows": rows}},
    }
    return {"data": data, "layout": layout}
