"""The app: the shell around the pages, which page a link opens, and what happens when something fails."""

import json
import logging
import secrets

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboards import export
from dashboards.pages import books, compare, facts, firm, lesson, map, play, runs
from dashboards.service import Service
from dashboards.texts import languages
from dashboards.texts import words as words_of
from dashboards.view import read_view

PAGES = {"compare": compare, "play": play, "firm": firm, "books": books, "map": map,
    "lesson": lesson, "facts": facts}
FIRST, OWN_TITLE = "compare", ("firm", "lesson", "map")
SHADES = {
    "armA": [
        "#fff1e6",
        "#ffdcc2",
        "#ffc499",
        "#ffab6e",
        "#f58b42",
        "#e56f1b",
        "#d55e00",
        "#b34e00",
        "#8f3e00",
        "#6b2f00",
    ],
    "armB": [
        "#e6f3fb",
        "#c2e0f4",
        "#99cbec",
        "#6eb5e2",
        "#3f9bd6",
        "#1a84c4",
        "#0072b2",
        "#005f95",
        "#004c78",
        "#00395a",
    ],
}
THEME = {
    "primaryColor": "armB",
    "colors": SHADES,
    "defaultRadius": "sm",
    "primaryShade": {"light": 6, "dark": 4},
    "fontFamily": "Inter, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK KR', Helvetica, Arial, sans-serif",
    "cursorType": "pointer",
    "respectReducedMotion": True,
}
log = logging.getLogger("latecomer.dashboard")


def make_app(service: Service, prefix: str = "/") -> Dash:
    """Return the app; every address it gives to browsers begins with `prefix`."""
    app = Dash(
        __name__,
        title="Latecomer",
        update_title=None,
        serve_locally=True,
        compress=True,
        pages_folder="",
        routes_pathname_prefix="/",
        requests_pathname_prefix=prefix,
        suppress_callback_exceptions=True,
        on_error=_failed,
        enable_mcp=False,
        add_log_handler=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.index_string = INDEX
    app.layout = lambda: shell(prefix)
    _route(app, prefix)
    app.clientside_callback(
        ClientsideFunction("latecomer", "arrived"), Output("sink-arrived", "children"), Input("content", "children")
    )
    app.clientside_callback(
        ClientsideFunction("latecomer", "language"),
        Output("sink-language", "children"),
        Input("language", "value"),
        prevent_initial_call=True,
    )
    for page in PAGES.values():
        page.register(app, service)
    runs.register(app)
    export.register(app, service)
    return app


INDEX = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def shell(prefix: str) -> dmc.MantineProvider:
    """Return what surrounds every page. Each load of the shell is a session of its own."""
    words = words_of(None)
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="session", data=secrets.token_urlsafe(12)),
            _header(prefix, words),
            html.Div(id="notice", role="alert"),
            html.Main(id="content", tabIndex="-1"),
            html.Div(_said(words), id="texts", hidden=True),
            html.Div(id="sink-arrived", hidden=True),
            html.Div(id="sink-language", hidden=True),
        ],
        id="mantine", theme=THEME, defaultColorScheme="auto",
    )  # fmt: skip


def _header(prefix: str, words) -> html.Header:
    """Return the head of every page: name, pages, link, language, light or dark."""
    links = [
        dcc.Link(words(f"pages.{name}"), href=f"{prefix}{name}", id=f"nav-{name}", className="nav", refresh=False)
        for name in PAGES
    ]
    brand = [html.Strong(words("app.title")), html.Span(words("app.subtitle"), id="subtitle")]
    link = html.Button(words("app.link"), id="copy-link", type="button", className="tool", **{"data-do": "link"})
    choices = [{"value": code, "label": name} for code, name in languages().items()]
    language = dmc.Select(
        id="language", data=choices, value="en", size="xs", w=110, allowDeselect=False,
        attributes={"input": {"aria-label": words("app.language")}},
    )  # fmt: skip
    theme = html.Button(
        "◐", id="theme", type="button", className="tool", title=words("app.theme"),
        **{"data-do": "theme", "aria-label": words("app.theme")},
    )  # fmt: skip
    return html.Header(
        [
            html.A(words("app.skip"), href="#content", className="skip"),
            html.Div(brand, className="brand"),
            html.Nav(links, **{"aria-label": words("app.title")}),
            html.Div([link, language, theme], className="aside"),
        ]
    )


def _route(app: Dash, prefix: str) -> None:
    @app.callback(
        Output("content", "children"), Output("language", "value"), Output("notice", "children"),
        Output("subtitle", "children"), Output("copy-link", "children"), Output("texts", "children"),
        [Output(f"nav-{name}", "children") for name in PAGES],
        Input("url", "pathname"), State("url", "search"),
    )  # fmt: skip
    def open_page(path, search):
        view, problems = read_view(search)
        words = words_of(view.extras.get("lang"))
        name = (path or "/").removeprefix(prefix.rstrip("/")).strip("/") or FIRST
        head = [words("app.subtitle"), words("app.link"), _said(words), *(words(f"pages.{page}") for page in PAGES)]
        notice = words("app.dropped", problems="; ".join(problems)) if problems else None
        if name not in PAGES:
            return html.P(words("app.none"), className="missing"), words.code, notice, *head
        title = [] if name in OWN_TITLE else [html.H1(words(f"pages.{name}"), className="unseen")]
        page = html.Div([*title, PAGES[name].layout(view, words)], id="page", **{"data-page": name, "lang": words.code})
        return page, words.code, notice, *head


def _said(words) -> str:
    """Return the sentences that the browser says by itself, as JSON."""
    return json.dumps({key: words(f"app.{key}") for key in ("copied", "preparing", "pick", "offline")})


def _failed(problem: Exception) -> None:
    """Say on the page that a callback failed; the page stays."""
    log.error("a callback failed", exc_info=problem)
    kind = type(problem).__name__
    dash.set_props("notice", {"children": words_of(None)("app.failed", problem=kind)})
