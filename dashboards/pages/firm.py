"""Firm: one firm's life, books, products and terms; chosen from a list, or by a click on a bubble."""

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboards.figures.firm import balance_figure, credit_figure, cycle_figure, sales_figure
from dashboards.pages.runs import one_run, run_bar
from dashboards.parts import figure_card
from dashboards.service import Service
from dashboards.tables.firm import census, history, life, terms
from dashboards.texts import words as words_of
from dashboards.view import View, read_view

FIGURES = ("balance", "sales", "cycle", "credit")
COLUMNS = {"firm": 64, "kind": 86, "born": 80, "end": 80, "fate": 88, "peak": 100, "rescues": 90}  # widths, pixels


def layout(view: View, words) -> html.Div:
    """Return the page."""
    searchable = {"data": [], "searchable": True, "size": "sm", "allowDeselect": False}
    quarter = dmc.Select(id="firm-quarter", label=words("firm.quarter"), w=140, **searchable)
    chooser = dmc.Select(id="firm-choice", label=words("controls.firm"), w=260, **searchable)
    cards = [figure_card(f"firm-{name}", words, words(f"firm.{name}_title"), 300) for name in FIGURES]
    faced = [html.Div([html.H2(words("firm.terms")), quarter], className="between"), html.Div(id="firm-terms")]
    left = [_section(words("firm.list"), html.P(words("firm.list_help"), className="help"), _grid(words)),
            _section(words("firm.life"), html.Div(id="firm-life"))]  # fmt: skip
    right = [
        html.H1(id="firm-name"),
        html.Div(cards, className="figures n4"),
        html.Section(faced, className="card pad"),
    ]
    return html.Div(
        [
            run_bar("firm", view, words, [chooser]),
            dcc.Store(id="firm-asked"),
            html.Div(id="firm-sink", hidden=True),
            html.Div(id="firm-sink-quarter", hidden=True),
            html.Div([html.Div(left, className="stack"), html.Div(right, className="stack")], className="split wide"),
        ]
    )


def _section(title: str, *content) -> html.Section:
    return html.Section([html.H2(title), *content], className="card pad")


def _grid(words) -> html.Div:
    """Return the list of all firms; a click or Enter on a row chooses the firm."""
    columns = [
        {
            "field": name,
            "headerName": words(f"firm.{name}"),
            "headerTooltip": words(f"firm.{name}_help"),
            "width": width,
        }
        for name, width in COLUMNS.items()
    ]
    options = {
        "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
        "rowHeight": 30, "headerHeight": 34, "suppressCellFocus": False, "animateRows": False,
    }  # fmt: skip
    grid = dag.AgGrid(
        id="firm-list", columnDefs=columns, rowData=[], getRowId="params.data.id", className="ag-theme-quartz",
        dashGridOptions=options, style={"height": "100%"},
    )  # fmt: skip
    return html.Div(grid, className="grid-frame")


def register(app: Dash, service: Service) -> None:
    """Attach the page's callbacks."""
    _list(app, service)
    _chosen(app, service)
    _terms(app, service)
    app.clientside_callback(
        ClientsideFunction("latecomer", "rowChosen"),
        Output("firm-sink", "children"),
        Input("firm-list", "selectedRows"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("latecomer", "firmChosen"),
        Output("firm-asked", "data"),
        Input("firm-choice", "value"),
        State("firm-view", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("latecomer", "quarterChosen"),
        Output("firm-sink-quarter", "children"),
        Input("firm-quarter", "value"),
        prevent_initial_call=True,
    )


def _list(app: Dash, service: Service) -> None:
    @app.callback(
        Output("firm-list", "rowData"),
        Output("firm-choice", "data"),
        Output("firm-choice", "value"),
        Output("firm-status", "children"),
        Input("firm-view", "data"),
        State("session", "data"),
        State("firm-choice", "value"),
    )
    def fill(asked, session, before):
        view, _ = read_view(asked["query"])
        words = words_of(view.extras.get("lang"))
        found = one_run(service, "firm-list", asked, session, words)
        if found.problem:
            return [], [], None, found.problem
        rows = census(found.records, found.scenario)
        kinds = {kind: words(f"play.{kind}") for kind in ("group", "large", "small")}
        options = [
            {"value": str(row["firm"]), "label": f"{row['firm']} · {kinds[row['kind']]}, {row['born']}–{row['end']}"}
            for row in rows
        ]
        known = {option["value"] for option in options}
        wanted = before or view.extras.get("firm", "")
        chosen = wanted if wanted in known else str(rows[0]["firm"])
        return [row | {"kind": kinds[row["kind"]]} for row in rows], options, chosen, found.title


def _chosen(app: Dash, service: Service) -> None:
    @app.callback(
        Output("firm-name", "children"),
        Output("firm-life", "children"),
        *(Output(f"firm-{name}", "figure") for name in FIGURES),
        Output("firm-quarter", "data"),
        Output("firm-quarter", "value"),
        Input("firm-asked", "data"),
        State("session", "data"),
        prevent_initial_call=True,
    )
    def show(asked, session):
        view, _ = read_view(asked["query"])
        words = words_of(view.extras.get("lang"))
        found = one_run(service, "firm", asked, session, words)
        empty = [{"data": [], "layout": {}}] * len(FIGURES)
        firm = _number(view.extras.get("firm"))
        if found.problem or firm is None or firm >= len(found.records.panel[-1]):
            return found.problem or words("firm.none"), "", *empty, [], None
        table = history(found.records, firm)
        events = life(found.records, found.scenario, firm)
        figures = (
            balance_figure(table, words("firm.balance_title")),
            sales_figure(table, words("firm.sales_title")),
            cycle_figure(table, words("firm.cycle_title"), words("firm.price")),
            credit_figure(table, words("firm.credit_title")),
        )
        quarters = list(table["quarter"])
        wanted = view.extras.get("quarter")
        quarter = wanted if wanted in quarters else quarters[len(quarters) * 2 // 3]
        name = words("firm.name", firm=firm, title=found.scenario.title, first=quarters[0], last=quarters[-1])
        return name, _timeline(events), *figures, quarters, quarter


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 7 else None


def _timeline(events: list[tuple[str, str]]) -> html.Ol:
    return html.Ol([html.Li([html.Strong(quarter), f" {text}"]) for quarter, text in events], className="life")


def _terms(app: Dash, service: Service) -> None:
    @app.callback(
        Output("firm-terms", "children"),
        Input("firm-quarter", "value"),
        State("firm-asked", "data"),
        State("session", "data"),
        prevent_initial_call=True,
    )
    def show(quarter, asked, session):
        if not asked or not quarter:
            return ""
        view, _ = read_view(asked["query"])
        words = words_of(view.extras.get("lang"))
        found = one_run(service, "firm-terms", asked, session, words)
        firm = _number(view.extras.get("firm"))
        faced = None if found.problem or firm is None else terms(found.records, found.scenario, firm, quarter)
        return words("firm.absent", quarter=quarter) if faced is None else _terms_table(faced, words)


def _terms_table(faced: dict, words) -> list:
    """Return the terms as two readable tables: the options, and what credit cost and gave."""
    heads = ("option", "earned", "expected", "capacity", "wanted", "invested")
    number = "number"
    rows = [
        html.Tr(
            [
                html.Th(
                    words(f"play.{row['option']}") if row["option"] != "unrelated" else words("firm.unrelated"),
                    scope="row",
                ),
                html.Td(f"{row['earned']:+.1%}", className=number),
                html.Td(f"{row['expected']:+.1%}", className=number),
                *(html.Td(f"{row[name]:,.1f}", className=number) for name in heads[3:]),
            ]
        )
        for row in faced["options"]
    ]
    best = max(faced["options"], key=lambda row: row["expected"])
    for row, source in zip(rows, faced["options"], strict=True):
        row.className = "best" if source is best else ""
    options = html.Table(
        [
            html.Thead(
                html.Tr(
                    [
                        html.Th(words(f"firm.h_{name}"), scope="col", title=words(f"firm.h_{name}_help"))
                        for name in heads
                    ]
                )
            ),
            html.Tbody(rows),
        ]
    )
    funds, credit = faced["funds"], faced["credit"]
    percent = ("rate", "spread", "cost", "risk", "prospect", "guarantee")
    lines = [(words(f"firm.f_{name}"), f"{funds[name]:.1%}") for name in percent]
    lines += [(words(f"firm.f_{name}"), f"{funds[name]:.2f}") for name in ("leverage", "cover")]
    lines += [(words(f"firm.c_{name}"), f"{credit[name]:,.1f}") for name in ("need", "asked")]
    lines += [
        (words("firm.c_granted", name=name), f"{value:,.1f}")
        for name, value in credit.items()
        if name not in ("need", "asked")
    ]
    table = html.Table(
        html.Tbody([html.Tr([html.Th(text, scope="row"), html.Td(value, className=number)]) for text, value in lines])
    )
    return [html.Div([options, table], className="tables"), html.P(words("firm.terms_help"), className="help")]
