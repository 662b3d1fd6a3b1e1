"""The attribution of the gap: what of the difference between the two columns each lever explains, stored or live."""

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboards.figures.map import on_page
from dashboards.parts import RETRY, choice, figure_card, first_request, next_request, seed_control, status
from dashboards.service import Busy, Service, Stale, Ticket
from dashboards.tables.gap import STAGES, Gap, is_stored, live, stored
from dashboards.texts import words as words_of
from dashboards.view import View, read_view
from experiments.figures.attribution import shares_map, waterfall
from experiments.lab.attribute_page import titles, told
from experiments.lab.measures import default_measures
from experiments.lab.words import Finding, findings, sentence
from experiments.output import InputError

RANK = 300  # of the runs: levers on the Compare page go first
WAYS = ("instrument", "key")
FIRST = "debt_equity_large"  # the measure that is shown at first


def layout(view: View, words) -> html.Div:
    """Return the attribution's controls, its two figures, and the sentence above them."""
    by = view.extras.get("by", WAYS[0])
    measures = {_name(m): {"value": _name(m), "label": m.label} for m in default_measures(view.scenario("a"))}
    kinds = [{"value": name, "label": words(f"gap.{name}")} for name in WAYS]
    way = dmc.SegmentedControl(id="gap-by", size="sm", value=by if by in WAYS else WAYS[0], data=kinds)
    again = dmc.Switch(id="gap-live", label=words("gap.live"), checked="live" in view.extras, mb=6)
    controls = [
        choice("gap-measure", words("gap.measure"), list(measures.values()), _asked(view, measures), w=360),
        html.Div([html.Span(words("gap.by"), className="label"), way]),
        seed_control("gap-seed", words, view.seed),
        again,
        status("gap-status"),
    ]
    cards = [figure_card(f"gap-{name}", words, words(f"gap.{name}"), 620) for name in ("way", "shares")]
    stores = [dcc.Store(id="gap-view", data=first_request(view)), dcc.Store(id="gap-more"), dcc.Store(id="gap-stage")]
    return html.Div(
        [
            *stores,
            html.Div(id="gap-sink", hidden=True),
            html.Div(controls, className="topbar"),
            html.P(id="gap-line", className="verdict line"),
            html.Div(cards, className="figures n2 gap"),
            html.P(words("gap.help"), className="help"),
        ]
    )


def register(app: Dash, service: Service) -> None:
    """Attach the callbacks of the attribution."""
    asked = [Input(f"gap-{name}", "value") for name in ("measure", "by", "seed")]
    app.clientside_callback(
        ClientsideFunction("latecomer", "gapAsked"), Output("gap-view", "data"), *asked, Input("gap-live", "checked"),
        State("gap-view", "data"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("latecomer", "gapRefine"), Output("gap-sink", "children"), Input("gap-stage", "data"),
        prevent_initial_call=True,
    )  # fmt: skip

    @app.callback(
        Output("gap-way", "figure"), Output("gap-shares", "figure"), Output("gap-line", "children"),
        Output("gap-status", "children"), Output("gap-stage", "data"),
        Input("gap-view", "data"), Input("gap-more", "data"), State("session", "data"),
    )  # fmt: skip
    def show(asked, more, session):
        request = more if more and more["serial"] == asked["serial"] else asked
        return _answer(service, request, session)


def _answer(service: Service, request: dict, session: str) -> tuple:
    view, _ = read_view(request["query"])
    words = words_of(view.extras.get("lang"))
    stage = min(max(0, int(request.get("stage") or 0)), len(STAGES) - 1)
    at_hand = is_stored(view) and "live" not in view.extras
    ticket = Ticket(session, "gap", int(request["serial"]))
    try:
        found = stored(view) if at_hand else _live(service, ticket, view, stage)
    except Stale:
        raise PreventUpdate from None
    except Busy as problem:
        line = words("compare.busy", problem=problem)
        return no_update, no_update, no_update, line, next_request(request, stage, RETRY)
    except InputError:
        empty = {"data": [], "layout": {}}
        return empty, empty, words("compare.same"), "", None
    last = at_hand or stage + 1 == len(STAGES)
    line = words("gap.stored") if at_hand else words("gap.worlds", worlds=found.worlds, seeds=len(found.game.seeds))
    line += "" if last else f" · {words('compare.refining')}"
    return *_shown(view, found, words), line, next_request(request, None if last else stage + 1)


def _live(service: Service, ticket: Ticket, view: View, stage: int) -> Gap:
    return live(view, stage, lambda scenarios, seeds: service.ensemble(ticket, scenarios, seeds, rank=RANK))


def _name(measure) -> str:
    return f"{measure.indicator}-{measure.first}"


def _asked(view: View, measures) -> str:
    """Return the name of the measure that a view asks for, else debt's, else the first one's."""
    asked = view.extras.get("measure", "")
    usual = next((name for name in measures if name.startswith(FIRST)), next(iter(measures)))
    return asked if asked in measures else usual


def _shown(view: View, found: Gap, words) -> tuple[dict, dict, str]:
    game = found.game
    told_of = {lever.name: told(game, lever) for lever in game.levers}
    every = findings(game.measures, game.levers, found.tables)
    by_name = {_name(finding.measure): finding for finding in every}
    one = by_name[_asked(view, by_name)]
    title = words("gap.way_title", measure=one.measure.label)
    way = on_page(waterfall(one, titles(game), told_of), title, *_way_table(one))
    shares = on_page(shares_map(every, game.levers, told_of), words("gap.shares"), *_shares_table(every))
    return way, shares, sentence(one)


def _way_table(one: Finding) -> tuple[list[str], list[list]]:
    columns = ["title", "contribution", "contribution_low", "contribution_high", "share", "alone", "last"]
    rows = one.levers[columns].to_numpy(object).tolist()
    return [name.replace("_", " ") for name in columns], rows


def _shares_table(every: list[Finding]) -> tuple[list[str], list[list]]:
    rows = [[f.measure.label, lever.title, float(lever.share)] for f in every for lever in f.levers.itertuples()]
    return ["measure", "lever", "share of the gap"], rows
