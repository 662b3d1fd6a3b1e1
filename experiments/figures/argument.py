"""From an ensemble to figures. Shared by the HTML reports and the dashboard.

Every figure is built from `Panel`s: an indicator, or two or three, over time, with the median and the 90 % band.
"""

from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from experiments.figures.panels import Panel, event_marks, panel_traces, value_axis
from experiments.figures.style import COLOURS, INK, MEANING, style
from experiments.tables import Ensemble


@dataclass(frozen=True)
class Figure:
    """A figure of the argument: its question, what to look for, where the paper says it, its panels."""

    key: str
    title: str
    lesson: str
    section: str
    panels: tuple[Panel, ...]
    columns: int = 2
    events: bool = True
    height: int = 360


ARGUMENT = (
    Figure(
        "exports", "Catching up", "Exports multiply in both; directed credit buys the faster start.", "I.1, I.3",
        (
            Panel("exports_usd_m", "Exports (USD m a year, log scale)", ",.0f", log=True),
            Panel("production_capability", "Production capability (0 to 1)"),
        ),
    ),
    Figure(
        "borrowed", "Borrowed channels, borrowed technology", "Foreign plants open the channels and leave; clients "
        "teach production; licences cost more, the better the maker.", "I.2, I.4, I.5",
        (
            Panel("foreign_affiliate_export_share", "Foreign affiliates in exports", ".0%"),
            Panel("oem_share", "OEM in exports of assembled goods", ".0%"),
            Panel("royalty_to_sales", "Royalties over sales", ".1%"),
        ), columns=3,
    ),
    Figure(
        "memory", "The memory race", "Capacity is ordered in the boom and arrives in the bust. Who invests through the "
        "bust takes the market, and stays exposed to the next one.", "I.5, II.2",
        (
            Panel("memory_price", "World memory price (1 = reference)"),
            Panel("memory_world_share", "Share of the world memory market", ".1%"),
        ), columns=1, height=620,
    ),
    Figure(
        "leverage", "Who pays: debt", "Guaranteed groups borrow far beyond what lenders would allow on their own "
        "account.", "II.4",
        (
            Panel("debt_equity_large", "Debt over equity, five largest firms"),
            Panel("interest_cover", "Operating profit over interest, all firms", floor_zero=False),
        ),
    ),
    Figure(
        "concentration", "Few and large, or many and small", "Credit that follows size makes size. Small firms "
        "export where they get credit and engineers.", "II.5",
        (
            Panel("top4_share", "Four largest in electronics sales", ".1%"),
            Panel("sme_export_share", "Small firms in exports", ".1%"),
        ),
    ),
    Figure(
        "mix", "What is exported, and what else is done", "Mass products where scale is paid for, niche products where "
        "response is; and the octopus that reaches into unrelated business.", "II.2, II.4, II.5 i",
        (
            Panel("mass_share", "Memory in exports", ".1%"),
            Panel("niche_share", "Niche products in exports", ".1%"),
            Panel("unrelated_share", "Unrelated business in sales", ".1%"),
        ), columns=3,
    ),
    Figure(
        "knowledge", "Narrow or broad knowledge", "Large closed laboratories dig deep in few fields; networks of small "
        "firms and public laboratories cover more, and answer markets sooner.", "II.3, III.2",
        (
            Panel("knowledge_breadth", "Breadth of knowledge (effective fields, at most 8)", ",.1f"),
            Panel("response_speed", "Speed of response (0 to 1)"),
            Panel("rd_to_sales", "R&D over sales", ".1%"),
        ), columns=3,
    ),
    Figure(
        "linkages", "Inputs and outlets", "Groups make components themselves and lock suppliers in, so that equipment "
        "is imported; standard goods drift to less demanding buyers.", "II.2, II.4 ii, II.5 ii",
        (
            Panel("supplier_lock_in", "Suppliers locked into groups", ".0%"),
            Panel("import_dependence", "Imported equipment", ".0%", average=4, floor_zero=False),
            Panel("emerging_market_share", "Exports to emerging markets", ".0%"),
        ), columns=3,
    ),
    Figure(
        "turnover", "Entry and exit", "Easy entry and easy failure renew one population; the other keeps its members.",
        "II.4 i",
        (
            Panel("firm_count", "Firms", ",.0f"),
            Panel("entry_rate", "Entries of the last two years, a year, of firms", ".1%", average=8),
            Panel("exit_rate", "Exits of the last two years, a year, of firms", ".1%", average=8),
        ), columns=3,
    ),
    Figure(
        "foreign", "Foreign debt and reserves", "An opening that begins at the short end makes debt that can leave at "
        "once.", "III.1",
        (
            Panel("short_term_debt_share", "Short-term part of foreign debt", ".1%"),
            Panel("reserves_usd_m", "Foreign reserves (USD m)", ",.0f"),
            Panel("foreign_debt_usd_m", "Foreign debt (USD m)", ",.0f"),
        ), columns=3,
    ),
    Figure(
        "crisis", "The crisis", "The pressure of 1997 meets both countries. It topples the one that owes short and has "
        "groups that cannot cover their interest.", "III.1, III.3",
        (
            Panel("run_on_currency", "Runs with a run on the currency", ".0%", band=False, first=1995, last=2001),
            Panel("exchange_rate", "Exchange rate (LCU per USD)", first=1995, last=2001, floor_zero=False),
            Panel("npl_ratio", "Bad loans in bank loans", ".1%", first=1995, last=2001),
        ), columns=3,
    ),
    Figure(
        "state", "The state captured", "The larger the largest, the weaker the tests they must pass and the firmer the "
        "promise that they will be saved.", "notes 16-17, II.4",
        (
            Panel("capture", "Capture of the state (0 to 1)"),
            Panel("enforcement", "Enforcement of export tests (0 to 1)"),
            Panel("guarantee", "Guarantee of the largest firms (0 to 1)"),
        ), columns=3,
    ),
)  # fmt: skip


def draw(figure: Figure, ensemble: Ensemble) -> go.Figure:
    """Return a figure of the argument for an ensemble."""
    rows = -(-len(figure.panels) // figure.columns)
    gap = 0.14 if rows > 1 else 0.0
    titles = [panel.title for panel in figure.panels]
    canvas = make_subplots(
        rows, figure.columns, subplot_titles=titles, horizontal_spacing=0.07, vertical_spacing=gap,
        shared_xaxes=figure.columns == 1,
    )  # fmt: skip
    for k, panel in enumerate(figure.panels):
        _draw_panel(canvas, panel, ensemble, k // figure.columns + 1, k % figure.columns + 1, k == 0)
    if figure.events:
        _mark_events(canvas, figure, ensemble)
    for note, panel in zip(canvas.layout.annotations, figure.panels, strict=False):
        unit, definition = MEANING[panel.indicator]
        note.hovertext = f"<b>{panel.indicator}</b> [{unit}]<br>{definition}"
        note.font.size = 14
        note.yshift = 12  # room for the numbers of events
    return style(canvas, figure.height)


def _draw_panel(canvas: go.Figure, panel: Panel, ensemble: Ensemble, row: int, column: int, legend: bool) -> None:
    for trace in panel_traces(panel, ensemble):
        canvas.add_trace({"showlegend": legend} | trace, row, column)
    canvas.update_yaxes(value_axis(panel), row=row, col=column)


def _mark_events(canvas: go.Figure, figure: Figure, ensemble: Ensemble) -> None:
    for k, panel in enumerate(figure.panels):
        lines, numbers = event_marks(panel, ensemble, "" if k == 0 else str(k + 1))
        for line in lines:
            canvas.add_shape(line)
        for number in numbers:
            canvas.add_annotation(number)


def difference_figure(table, ensemble: Ensemble) -> go.Figure | None:
    """Return a dot plot of paired differences of the headline table, in units of the first scenario's spread."""
    gaps = table[table.get("difference").notna()] if "difference" in table else table.iloc[:0]
    if gaps.empty:
        return None
    canvas = go.Figure()
    labels = list(dict.fromkeys(gaps["label"]))[::-1]
    others = ensemble.names[1:]
    for k, name in enumerate(others, 1):
        mine = gaps[gaps["scenario"] == name].set_index("label").reindex(labels)
        scale = mine[["difference", "difference_low", "difference_high"]].abs().max(axis=1).replace(0, 1)
        title = ensemble.scenarios[name].title or name
        texts = [
            [row.form.format(row.difference), row.form.format(row.difference_low), row.form.format(row.difference_high),
             f"{row.agreement:.0%}"] if isinstance(row.form, str) else ["", "", "", ""]
            for row in mine.itertuples()
        ]  # fmt: skip
        canvas.add_trace(
            go.Scatter(
                x=mine["difference"] / scale, y=labels, mode="markers", name=title,
                marker={"size": 11, "color": COLOURS[k % len(COLOURS)]}, customdata=texts,
                error_x={
                    "type": "data", "symmetric": False, "color": COLOURS[k % len(COLOURS)], "thickness": 2,
                    "array": (mine["difference_high"] - mine["difference"]) / scale,
                    "arrayminus": (mine["difference"] - mine["difference_low"]) / scale,
                },
                hovertemplate="<b>%{y}</b><br>difference %{customdata[0]} (90 % of pairs: %{customdata[1]} to "
                "%{customdata[2]})<br>same sign in %{customdata[3]} of pairs<extra>" + title + "</extra>",
            )
        )  # fmt: skip
    canvas.add_vline(0, line={"color": INK, "width": 1})
    canvas.update_xaxes(
        title="paired difference, each line scaled to its own largest value", range=[-1.1, 1.1], zeroline=False,
        showticklabels=False,
    )  # fmt: skip
    canvas.update_yaxes(automargin=True)
    return style(canvas, 90 + 34 * len(labels))
