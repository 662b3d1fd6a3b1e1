"""Facts: what the model reproduces and what it does not, red as visible as green; and the paper's claims, tried."""

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboards.service import Service
from dashboards.tables.facts import MARKS, SECTIONS, SEEN_AS, counts, rows
from dashboards.texts import words as words_of
from dashboards.view import View, read_view

SEEN = ("all", "bad", "near", "good")


def layout(view: View, words) -> html.Div:
    """Return the page."""
    if rows("paper") is None:
        return html.Div(html.P(words("facts.missing"), className="missing"))
    shown = view.extras.get("show", SECTIONS[0])
    choice = dmc.SegmentedControl(
        id="facts-section",
        value=shown if shown in SECTIONS else SECTIONS[0],
        size="md",
        data=[{"value": name, "label": words(f"facts.{name}")} for name in SECTIONS],
    )
    only = dmc.SegmentedControl(
        id="facts-seen", value="all", data=[{"value": name, "label": words(f"facts.only_{name}")} for name in SEEN]
    )
    return html.Div(
        [
            dcc.Store(id="facts-query", data=view.query()),
            html.Div(id="facts-sink", hidden=True),
            html.Div([choice, only], className="topbar"),
            html.Div(id="facts-counts", className="counts"),
            html.P(id="facts-help", className="help"),
            html.Div(id="facts-rows", className="ready"),
        ]
    )


def register(app: Dash, service: Service) -> None:
    """Attach the page's callbacks."""

    @app.callback(
        Output("facts-counts", "children"),
        Output("facts-help", "children"),
        Output("facts-rows", "children"),
        Input("facts-section", "value"),
        Input("facts-seen", "value"),
        State("facts-query", "data"),
    )
    def show(section, seen, query):
        words = words_of(read_view(query)[0].extras.get("lang"))
        section = section if section in SECTIONS else SECTIONS[0]
        order = {name: k for k, name in enumerate(SEEN)}
        found = [row for row in rows(section) if seen == "all" or row["seen"] == seen]
        found.sort(key=lambda row: order[row["seen"]])  # what is missed stands first
        tallies = [
            html.Span(
                [
                    html.Span(MARKS[SEEN_AS[verdict]], className="mark", **{"aria-hidden": "true"}),
                    f" {count} {verdict}",
                ],
                className=f"chip {SEEN_AS[verdict]}",
            )
            for verdict, count in counts(section).items()
        ]
        body = _claims(found, words) if section == "claims" else _facts(found, words)
        return tallies, words(f"facts.help_{section}"), body if found else html.P(words("facts.empty"))

    app.clientside_callback(
        ClientsideFunction("latecomer", "factsShown"), Output("facts-sink", "children"), Input("facts-section", "value")
    )


def _chip(row: dict) -> html.Span:
    mark = html.Span(MARKS[row["seen"]], className="mark", **{"aria-hidden": "true"})
    return html.Span([mark, f" {row['verdict']}"], className=f"chip {row['seen']}")


def _bar(at: dict) -> html.Div:
    """Return the accepted interval, the band of nine seeds in ten, and the median, on one bar."""
    parts = [html.Span(className="accepted", style=_span(at["accept_low"], at["accept_high"]))]
    if "median" in at:
        if "low" in at and "high" in at:
            parts.append(html.Span(className="band", style=_span(at["low"], at["high"])))
        parts.append(html.Span(className="median", style={"left": f"{at['median']:.1f}%"}))
    return html.Div(parts, className="bar", **{"aria-hidden": "true"})


def _span(low: float, high: float) -> dict:
    return {"left": f"{low:.1f}%", "width": f"{max(high - low, 0.6):.1f}%"}


def _facts(found: list[dict], words) -> html.Div:
    heads = ("verdict", "fact", "scenario", "model", "accepted", "picture", "seeds", "source")
    lines = [
        html.Tr(
            [
                html.Td(_chip(row)),
                html.Td(
                    [html.Strong(row["title"]), html.Div(row["detail"], className="source flush")], title=row["meaning"]
                ),
                html.Td(row["scenario"]),
                html.Td(row["found"], className="number"),
                html.Td(row["expected"], className="number"),
                html.Td(_bar(row["at"])),
                html.Td(row["inside"], className="number"),
                html.Td([row["source"], html.Div(row["reason"], className="reason") if row["reason"] else None]),
            ],
            className=row["seen"],
        )
        for row in found
    ]
    head = html.Thead(html.Tr([html.Th(words(f"facts.h_{name}"), scope="col") for name in heads]))
    return html.Div(
        html.Table([head, html.Tbody(lines)], className="facts"), className="card pad wide-table", tabIndex="0"
    )


def _claims(found: list[dict], words) -> html.Div:
    return html.Div([_claim(row, words) for row in found], className="claims")


def _claim(row: dict, words) -> html.Article:
    measures = [
        html.Li(
            [
                html.Span(line["mark"], className="mark", **{"aria-hidden": "true"}),
                f" {line['name']}: ",
                html.B(line["found"]),
                html.Span(
                    words(
                        "facts.measure",
                        band=line["band"],
                        expected=line["expected"],
                        seeds=line["seeds"],
                        needed=line["needed"],
                    ),
                    className="source",
                ),
            ],
            title=line["meaning"],
        )
        for line in row["lines"]
    ]
    return html.Article(
        [
            html.Div([_chip(row), html.Span(row["source"], className="source")]),
            html.H2(row["title"]),
            html.P([row["detail"], html.Span(row["meaning"], className="source")], className="help"),
            html.Ul(measures),
            html.P(row["reason"], className="reason") if row["reason"] else None,
        ],
        className=f"card pad {row['seen']}",
    )
