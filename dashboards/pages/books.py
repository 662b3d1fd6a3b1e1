"""Books: who paid whom in a year, with the rescue and the subsidy visible, and what support cost through the years."""

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboards.figures.books import sankey_figure, support_figure
from dashboards.pages.runs import one_run, run_bar
from dashboards.parts import figure_card
from dashboards.service import Service
from dashboards.tables.books import KINDS, OTHER, SUPPORT, VIEWS, income, support, year_flows, years
from dashboards.texts import words as words_of
from dashboards.view import View, read_view

FIRST, LAST = 1971, 2006


def layout(view: View, words) -> html.Div:
    """Return the page."""
    run = view.scenario(view.arm).run
    first = int(run.start[:4])
    last = first + (run.quarters - 1) // 4
    year = _year(view.extras.get("year"), first, last)
    slider = dmc.Slider(
        id="books-year",
        min=first,
        max=last,
        step=1,
        value=year,
        updatemode="drag",
        labelAlwaysOn=False,
        thumbLabel=words("controls.year"),
        marks=[{"value": k, "label": str(k)} for k in range(first - first % 5 + 5, last + 1, 5)],
        w=420,
        mb=18,
    )
    show = view.extras.get("show", VIEWS[0])
    choice = dmc.SegmentedControl(
        id="books-show",
        size="sm",
        value=show if show in VIEWS else VIEWS[0],
        data=[{"value": name, "label": words(f"books.{name}")} for name in VIEWS],
    )
    controls = [
        html.Div(
            [
                html.Span([words("controls.year"), " ", html.Output(str(year), id="books-now")], className="label"),
                slider,
            ]
        ),
        html.Div([html.Span(words("books.show"), className="label"), choice]),
    ]
    return html.Div(
        [
            run_bar("books", view, words, controls),
            dcc.Store(id="books-asked"),
            html.P(id="books-line", className="verdict line"),
            figure_card("books-sankey", words, words("books.title"), 520, note=words("books.note")),
            html.Div(figure_card("books-support", words, words("books.support_title"), 260), className="below"),
        ]
    )


def _year(text: str | None, first: int, last: int) -> int:
    asked = int(text) if text and text.isdecimal() and len(text) == 4 else min(max(1997, first), last)
    return min(max(asked, first), last)


def register(app: Dash, service: Service) -> None:
    """Attach the page's callbacks."""
    app.clientside_callback(
        ClientsideFunction("latecomer", "booksAsked"),
        Output("books-asked", "data"),
        Input("books-year", "value"),
        Input("books-show", "value"),
        Input("books-view", "data"),
    )

    @app.callback(
        Output("books-sankey", "figure"),
        Output("books-support", "figure"),
        Output("books-line", "children"),
        Output("books-status", "children"),
        Input("books-asked", "data"),
        State("session", "data"),
        prevent_initial_call=True,
    )
    def show(asked, session):
        view, _ = read_view(asked["query"])
        words = words_of(view.extras.get("lang"))
        found = one_run(service, "books", asked, session, words)
        if found.problem:
            empty = {"data": [], "layout": {}}
            return empty, empty, "", found.problem
        spans = years(found.records)
        year = _year(view.extras.get("year"), spans[0], spans[-1])
        shown = view.extras.get("show", VIEWS[0])
        flows = year_flows(found.records, year, shown if shown in VIEWS else VIEWS[0])
        names = {kind: words(f"books.k_{kind}") for kind in (*KINDS, OTHER)}
        names |= {
            sector: words(f"books.s_{sector}") for sector in ("households", "firms", "bank", "government", "world")
        }
        costs = support(found.records)
        title = words("books.title_year", year=year, title=found.scenario.title)
        bars = support_figure(costs, income(found.records), words("books.support_title"), names, year)
        return sankey_figure(flows, title, names), bars, _line(costs, year, words, names), found.title


def _line(costs, year: int, words, names: dict[str, str]) -> str:
    """Return in words what support cost in a year, and over the run up to it."""
    row = costs[costs["year"] == year].iloc[0]
    parts = [f"{names[kind]} {row[kind]:,.1f}" for kind in SUPPORT if row[kind] > 0.05]
    total = costs[costs["year"] <= year][list(SUPPORT)].to_numpy().sum()
    if not parts:
        return words("books.line_none", year=year, total=f"{total:,.0f}")
    return words("books.line", year=year, parts="; ".join(parts), total=f"{total:,.0f}")
