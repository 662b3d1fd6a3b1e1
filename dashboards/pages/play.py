"""Play: the industry as moving bubbles above the price cycle; and who lends to and buys from whom."""

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

from dashboards.figures.play import price_figure
from dashboards.pages.runs import one_run, run_bar
from dashboards.parts import figure_card
from dashboards.service import Service
from dashboards.tables.play import limits, motion, network
from dashboards.texts import words as words_of
from dashboards.view import View, read_view

MARKS = ("birth", "closure", "bankruptcy", "rescue")
TEXTS = (
    "play",
    "pause",
    "speed",
    "quarter",
    "bubbles",
    "network",
    "mix",
    "leverage",
    "memory",
    "assembly",
    "niche",
    "group",
    "large",
    "small",
    "birth",
    "closure",
    "bankruptcy",
    "rescue",
    "firm",
    "sales",
    "open",
    "lenders",
    "clients",
    "others",
    "sizes",
    "owes",
    "orders",
    "state",
    "client",
    "directed",
    "market",
    "curb",
    "foreign",
    "bubbles_label",
    "network_label",
    "back",
    "forward",
    "seen",
)


def layout(view: View, words) -> html.Div:
    """Return the page; the browser builds the moving picture itself, from data that come once."""
    return html.Div(
        [
            *stores(),
            run_bar("play", view, words, [_save(words)]),
            html.Div(id="play-stage", className="stage"),
            figure_card("play-price", words, words("play.price"), 220, note=words("play.price_note")),
            html.P(words("play.note", limits=limits()), className="help"),
        ]
    )


def _save(words) -> html.Div:
    link = html.A(words("controls.page"), href="#", className="tool", **{"data-page-file": "play.html"})
    return html.Div(link, className="exports")


def register(app: Dash, service: Service) -> None:
    """Attach the page's callbacks."""

    @app.callback(
        Output("play-data", "data"),
        Output("play-price", "figure"),
        Output("play-status", "children"),
        Input("play-view", "data"),
        State("session", "data"),
    )
    def load(asked, session):
        view, _ = read_view(asked["query"])
        words = words_of(view.extras.get("lang"))
        found = one_run(service, "play", asked, session, words)
        if found.problem:
            return None, {"data": [], "layout": {}}, found.problem
        data = motion(found.records, found.scenario)
        names = {mark: words(f"play.{mark}") for mark in MARKS}
        more = {
            "texts": {key: words(f"play.{key}") for key in TEXTS},
            "show": view.extras.get("network", ""),
            "start": view.extras.get("quarter", ""),
        }
        return data | more, price_figure(data, words("play.price"), names), found.title

    @app.callback(
        Output("play-network", "data"),
        Input("play-network-asked", "data"),
        State("play-view", "data"),
        State("session", "data"),
        prevent_initial_call=True,
    )
    def load_network(asked, current, session):
        if not asked:
            raise PreventUpdate
        found = one_run(service, "play-network", current, session, words_of(None))
        return None if found.problem else network(found.records)

    app.clientside_callback(
        ClientsideFunction("latecomer", "mountPlay"), Output("play-sink", "children"), Input("play-data", "data")
    )
    app.clientside_callback(
        ClientsideFunction("latecomer", "network"),
        Output("play-sink-network", "children"),
        Input("play-network", "data"),
    )


def stores() -> list:
    """Return what the page keeps in the browser."""
    names = ("data", "network", "network-asked")
    return [dcc.Store(id=f"play-{name}") for name in names] + [
        html.Div(id="play-sink", hidden=True),
        html.Div(id="play-sink-network", hidden=True),
    ]
