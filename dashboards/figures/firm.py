"""One firm through time: its balance sheet, what it sells, its leverage and capabilities against the price cycle."""

import pandas as pd

from abm.state import INSTRUMENTS
from experiments.figures.panels import short, small_layout
from experiments.figures.style import GRID, INK

ASSETS = {"plant": "#0072B2", "land": "#E69F00", "deposits": "#56B4E9"}
DEBTS = dict(zip(INSTRUMENTS, ("#D55E00", "#F0E442", "#CC79A7", "#009E73"), strict=True))
SALES = {
    "OEM": "#0072B2", "own brand": "#56B4E9", "home": "#B0B7BF", "memory": "#D55E00", "foundry": "#F5B38A",
    "niche": "#009E73", "unrelated": "#CC79A7",
}  # fmt: skip


PERCENT = {"yaxis": {"tickformat": ".0%"}}


def _dates(table: pd.DataFrame) -> list[str]:
    return [f"{q[:4]}-{3 * int(q[5]) - 2:02d}-01" for q in table["quarter"]]


def _area(
    table: pd.DataFrame, column: str, colour: str, group: str, whole: pd.Series, unit: str, sign: int = 1
) -> dict:
    share = sign * table[column] / whole
    return {
        "type": "scatter", "mode": "lines", "name": column, "x": _dates(table), "y": short(share), "stackgroup": group,
        "line": {"width": 0.5, "color": colour}, "fillcolor": colour, "customdata": short(table[column]),
        "hovertemplate": "%{x|%Y}: " + column + " %{customdata:,.1f} " + unit + " (%{y:.0%})<extra></extra>",
    }  # fmt: skip


def _line(table: pd.DataFrame, column: str, colour: str, name: str = "", **more) -> dict:
    return {
        "type": "scatter", "mode": "lines", "name": name or column, "x": _dates(table), "y": short(table[column]),
        "line": {"color": colour, "width": 2.4, **more.pop("line", {})},
        "hovertemplate": "%{x|%Y}: " + (name or column) + " %{y:,.2f}<extra></extra>", **more,
    }  # fmt: skip


def _figure(title: str, name: str, table: pd.DataFrame, columns: list[str], data: list[dict], more: dict) -> dict:
    axis = {"gridcolor": GRID, "zeroline": False}
    shown = table[["quarter", *columns]]
    more = dict(more)
    layout = small_layout(title) | {
        "xaxis": {"type": "date", **axis}, "yaxis": axis | more.pop("yaxis", {}), "showlegend": True,
        "margin": {"l": 56, "r": 14, "t": 70, "b": 28},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 12},
                   "traceorder": "normal"},
        "meta": {"name": name, "table": {"columns": list(shown.columns), "rows": _cells(shown)}},
    }  # fmt: skip
    return {"data": data, "layout": layout | more}


def _cells(table: pd.DataFrame) -> list[list]:
    return [[value if isinstance(value, str) else float(f"{value:.6g}") for value in row] for row in table.to_numpy()]


def balance_figure(table: pd.DataFrame, title: str) -> dict:
    """Return assets above zero, debts below, and equity as a line, in shares of all assets; the table has LCU m."""
    whole = table[list(ASSETS)].sum(axis=1).clip(lower=1e-9)
    data = [_area(table, column, colour, "assets", whole, "LCU m") for column, colour in ASSETS.items()]
    data += [_area(table, column, colour, "debts", whole, "LCU m", -1) for column, colour in DEBTS.items()]
    data.append(_line(table.assign(equity=table["equity"] / whole), "equity", INK))
    return _figure(title, "balance-sheet", table, [*ASSETS, *DEBTS, "equity"], data, PERCENT)


def sales_figure(table: pd.DataFrame, title: str) -> dict:
    """Return the product mix: each product's share in sales; the table has USD m a quarter."""
    whole = table[list(SALES)].sum(axis=1).clip(lower=1e-9)
    sold = [column for column in SALES if table[column].abs().max() > 0]
    data = [_area(table, column, SALES[column], "sales", whole, "USD m") for column in sold]
    return _figure(title, "sales", table, list(SALES), data, PERCENT)


def cycle_figure(table: pd.DataFrame, title: str, price: str) -> dict:
    """Return leverage and capabilities against the world memory price."""
    data = [
        _line(table, "leverage", "#D55E00"),
        _line(table, "memory price", "#6B6B6B", price, line={"dash": "dot", "width": 1.8}, yaxis="y2"),
        _line(table, "production", "#0072B2", yaxis="y2", line={"dash": "dash"}),
        _line(table, "design", "#009E73", yaxis="y2", line={"dash": "dashdot"}),
    ]
    second = {
        "overlaying": "y",
        "side": "right",
        "showgrid": False,
        "rangemode": "tozero",
        "zeroline": False,
        "tickmode": "auto",
        "nticks": 5,
    }
    columns = ["leverage", "memory price", "production", "design"]
    return _figure(
        title, "cycle", table, columns, data, {"yaxis2": second, "margin": {"l": 46, "r": 40, "t": 70, "b": 28}}
    )


def credit_figure(table: pd.DataFrame, title: str) -> dict:
    """Return credit asked for and granted, and investment, in per cent of plant; the table has LCU m a quarter."""
    columns = ["asked", "granted", "invested"]
    plant = table["plant"].where(table["alive"] & (table["plant"] > 0))  # a closing firm has none to compare with
    shares = table.assign(**{name: table[name] / plant for name in columns})
    data = [
        _line(shares, "asked", "#E69F00", line={"dash": "dot"}),
        _line(shares, "granted", "#0072B2"),
        _line(shares, "invested", "#009E73", line={"dash": "dash"}),
    ]
    return _figure(title, "credit", table, columns, data, PERCENT)
