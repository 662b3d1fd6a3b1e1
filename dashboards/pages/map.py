"""Map: which regime emerges where, stored or drawn live over any two levers; a click on a place opens it."""

import json

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from abm.measurement.regimes import HYBRID, LABELS
from abm.scenario import Scenario
from dashboards.figures.map import map_figure
from dashboards.levers import all_levers
from dashboards.pages import gap
from dashboards.parts import RETRY, arm_choice, choice, figure_card, first_request, next_request, seed_control, status
from dashboards.service import Busy, Service, Stale, Ticket
from dashboards.settings import settings
from dashboards.tables.live_map import PLACE_SEEDS, axes, drawn, live_plan, measured, place
from dashboards.tables.stored import stored_map, stored_maps
from dashboards.texts import words as words_of
from dashboards.view import View, read_view
from experiments.figures.phase import layers
from experiments.lab.map_page import lead, number, tiles
from experiments.lab.map_plan import MapPlan
from experiments.lab.phase_map import share_column
from experiments.sweep.outcomes import CRISIS, REGIME

SHOWN = ("map", "gap")
LIVE = "live"
RANK = 300  # of the runs of a map: levers on the Compare page go first


def layout(view: View, words) -> html.Div:
    """Return the page: the switch between map and attribution, and what it shows."""
    show = view.extras.get("show")
    switch = dmc.SegmentedControl(
        id="map-show", size="md", value=show if show in SHOWN else SHOWN[0],
        data=[{"value": name, "label": words(f"map.{name}")} for name in SHOWN],
    )  # fmt: skip
    return html.Div(
        [
            dcc.Store(id="map-open", data={"query": view.query()}),
            html.Div(switch, className="topbar"),
            html.Div(id="map-body"),
        ]
    )


def _body(view: View, words) -> html.Div:
    """Return the map's controls, its figure, and the room beside it."""
    source = _source(view)
    names = [{"value": name, "label": found.plan.title} for name, found in stored_maps().items()]
    names.append({"value": LIVE, "label": words("map.live")})
    plan = _plan(view, 0)
    keys = [{"value": key, "label": one.label} for key, one in axes().items()]
    across, up = list(plan.factors) if source == LIVE else (settings().live_map.across, settings().live_map.up)
    own = [
        arm_choice("map-arm", words, view),
        choice("map-across", words("map.across"), keys, across, w=210, searchable=True),
        choice("map-up", words("map.up"), keys, up, w=210, searchable=True),
        seed_control("map-seed", words, view.seed),
    ]
    controls = [
        choice("map-source", words("map.source"), names, source, w=270),
        choice("map-layer", words("map.layer"), _layers(plan), _layer(view, plan), w=380),
        html.Div(own, id="map-own", className="own", hidden=source != LIVE),
        status("map-status"),
    ]
    fields = [dmc.NumberInput(id=f"map-{side}", size="sm", w=190, decimalScale=4) for side in ("x", "y")]
    beside = html.Section(
        [
            html.Div(id="map-side"),
            html.H2(words("map.place")),
            html.P(words("map.place_help"), className="help"),
            html.Div(fields, className="topbar"),
            html.Div(id="map-said", role="status", **{"aria-live": "polite"}),
        ],
        className="card pad",
    )
    controls_now = json.dumps([source, _layer(view, plan), view.arm, across, up, view.seed], separators=(",", ":"))
    asked = first_request(view) | {"controls": controls_now}
    return html.Div(
        [
            dcc.Store(id="map-view", data=asked),
            *(dcc.Store(id=f"map-{name}") for name in ("more", "stage", "at")),
            *(html.Div(id=f"map-sink-{name}", hidden=True) for name in ("asked", "refine", "click")),
            html.Div(controls, className="topbar"),
            html.Div([figure_card("map-figure", words, words("map.map"), 720), beside], className="board"),
        ]
    )


def _source(view: View) -> str:
    asked = view.extras.get("map", next(iter(stored_maps()), LIVE))
    return asked if asked in stored_maps() else LIVE


def _plan(view: View, stage: int) -> MapPlan:
    source = _source(view)
    return live_plan(view, min(stage, settings().live_map.depth)) if source == LIVE else stored_map(source).plan


def _world(view: View, plan: MapPlan) -> Scenario:
    """Return the scenario that a map varies: the column's, or that of a stored map's plan."""
    return view.scenario(view.arm) if _source(view) == LIVE else plan.worlds[plan.scenarios[0]]


def _layers(plan: MapPlan) -> list[dict]:
    return [{"value": layer.column, "label": layer.title} for layer in layers(plan)]


def _layer(view: View, plan: MapPlan) -> str:
    asked = view.extras.get("layer", REGIME)
    return asked if asked in {layer.column for layer in layers(plan)} else REGIME


def register(app: Dash, service: Service) -> None:
    """Attach the page's callbacks."""

    @app.callback(Output("map-body", "children"), Input("map-open", "data"))
    def open_body(asked):
        view, _ = read_view(asked["query"])
        words = words_of(view.extras.get("lang"))
        return gap.layout(view, words) if view.extras.get("show") == "gap" else _body(view, words)

    _draws(app, service)
    _places(app, service)
    gap.register(app, service)
    browser = {
        "mapShown": (Output("map-open", "data"), [Input("map-show", "value")], []),
        "mapAsked": (
            Output("map-sink-asked", "children"),
            [Input(f"map-{name}", "value") for name in ("source", "layer", "arm", "across", "up", "seed")],
            [State("map-view", "data")],
        ),
        "mapRefine": (Output("map-sink-refine", "children"), [Input("map-stage", "data")], []),
        "mapClicked": (Output("map-sink-click", "children"), [Input("map-figure", "clickData")], []),
        "mapPlace": (
            Output("map-at", "data"), [Input("map-x", "value"), Input("map-y", "value")], [State("map-view", "data")]
        ),
    }  # fmt: skip
    for name, (output, inputs, states) in browser.items():
        app.clientside_callback(
            ClientsideFunction("latecomer", name), output, *inputs, *states, prevent_initial_call=True
        )


def _runs(service: Service, ticket: Ticket):
    return lambda scenarios, seeds: service.ensemble(ticket, scenarios, seeds, rank=RANK)


def _draws(app: Dash, service: Service) -> None:
    @app.callback(
        Output("map-figure", "figure"), Output("map-side", "children"), Output("map-status", "children"),
        Output("map-stage", "data"), Output("map-layer", "data"), Output("map-layer", "value"),
        *(Output(f"map-{side}", name) for side in ("x", "y") for name in ("label", "min", "max", "step", "value")),
        Input("map-view", "data"), Input("map-more", "data"), State("session", "data"),
    )  # fmt: skip
    def draw(asked, more, session):
        first = not (more and more["serial"] == asked["serial"])
        request = asked if first else more
        view, _ = read_view(request["query"])
        words = words_of(view.extras.get("lang"))
        stage, live = max(0, int(request.get("stage") or 0)), _source(view) == LIVE
        plan = _plan(view, stage)
        ticket = Ticket(session, "map", int(request["serial"]))
        fields = _fields(view, plan) if first else [no_update] * 10
        choices = (_layers(plan), _layer(view, plan)) if first else (no_update, no_update)
        try:
            found = drawn(plan, _world(view, plan), _runs(service, ticket)) if live else stored_map(_source(view))
        except Stale:
            raise PreventUpdate from None
        except Busy as problem:
            line = words("compare.busy", problem=problem)
            return no_update, no_update, line, next_request(request, stage, RETRY), *choices, *fields
        last = not live or stage >= settings().live_map.depth
        line = words("map.points", points=len(found.table)) if live else words("map.stored")
        line += "" if last else f" · {words('compare.refining')}"
        figure, after = map_figure(found, _layer(view, plan)), next_request(request, None if last else stage + 1)
        return figure, _side(view, found, words), line, after, *choices, *fields


def _fields(view: View, plan: MapPlan) -> list:
    """Return label, range, step and value of the two fields that name a place."""
    at = place(plan, view.extras.get("at", ""))
    found = []
    for key, factor in plan.factors.items():
        lever = all_levers().get(key)
        label = lever.label if lever else key
        value = at[key] if at else ""
        found += [label, factor.low, factor.high, lever.step if lever else None, value]
    return found


def _side(view: View, found, words) -> list:
    """Return what a map says in words: where it comes from, what it cost, and how much of it each regime covers."""
    plan = found.plan
    title = plan.title or words("map.live_title", title=view.scenario(view.arm).title)
    covered = [
        html.Li([_swatch(tile["colour"]), html.B(tile["share"]), f" {tile['text']}"]) for tile in tiles(found)
    ]
    return [
        html.H1(title),
        html.P(plan.description) if plan.description else None,
        html.Ul(covered, className="tiles"),
        html.P(lead(found), className="help"),
        html.P(words("map.lines"), className="help"),
    ]


def _swatch(colour: str) -> html.Span:
    return html.Span(className="swatch", style={"background": colour})


def _places(app: Dash, service: Service) -> None:
    @app.callback(
        Output("map-said", "children"), Input("map-at", "data"), State("map-view", "data"), State("session", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def say(at, asked, session):
        if not at:
            raise PreventUpdate
        view, _ = read_view(at["query"])
        words = words_of(view.extras.get("lang"))
        plan = _plan(view, 0)
        here = place(plan, view.extras.get("at", ""))
        if here is None:
            return ""
        seeds = range(view.seed, view.seed + PLACE_SEEDS)
        ticket = Ticket(session, "map-place", int(at["serial"]))
        try:
            table = measured(plan, _world(view, plan), [here], seeds, _runs(service, ticket))
        except Stale:
            raise PreventUpdate from None
        except Busy as problem:
            return html.P(words("compare.busy", problem=problem), className="busy")
        return _said(view, plan, here, table.iloc[0], words)


def _said(view: View, plan: MapPlan, here: dict, row, words) -> list:
    """Return what was found at a place, and the link that opens it in Compare."""
    shares = sorted(((row[name], name) for name in row.index if name.startswith("share_")), reverse=True)
    names = {share_column(label): label for label in (*LABELS, HYBRID)}
    lines = [html.Li([html.B(f"{share:.0%}"), f" {names.get(name, name.removeprefix('share_').replace('_', ' '))}"])
             for share, name in shares if share > 0]  # fmt: skip
    lines.append(html.Li([html.B(f"{row[CRISIS]:.0%}"), f" {words('map.crisis')}"]))
    for layer in layers(plan)[3:]:
        low, high = (number(row[layer.column + end]) for end in ("_low", "_high"))
        lines.append(html.Li([html.B(number(row[layer.column])), f" ({low} – {high}) {layer.title}"]))
    parts = [html.P(words("map.at", seeds=PLACE_SEEDS), className="help"), html.Ul(lines, className="tiles")]
    if set(here) <= set(all_levers()):
        link = html.A(words("map.open"), href=f"compare?{_there(view, plan, here).query()}", className="tool strong")
        parts.append(link)
    return parts


def _there(view: View, plan: MapPlan, here: dict) -> View:
    """Return the view with column A at a place of the map; a parameter of the world changes both."""
    presets, changed = dict(view.presets), {arm: dict(values) for arm, values in view.settings.items()}
    arm = view.arm if _source(view) == LIVE else "a"
    if _source(view) != LIVE:
        presets[arm], changed[arm] = plan.scenarios[0], {}
    for key, value in here.items():
        changed[arm if key.startswith("policy.") else "w"][key] = value
    extras = {"lang": view.extras["lang"]} if "lang" in view.extras else {}
    return View(presets, changed, view.seed, extras)
