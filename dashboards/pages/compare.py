"""Compare, the first page: two columns of levers, the charts of both, and the verdict in words."""

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from abm.scenario import presets
from dashboards.figures.compare import SLOTS, draw_set, lessons, panels
from dashboards.levers import all_levers, preset_values
from dashboards.pages.levers import lever_panel
from dashboards.parts import RETRY, choice, figure_card, first_request, next_request, seed_control
from dashboards.service import Busy, Service, Stale, Ticket
from dashboards.settings import settings
from dashboards.tables.compare import changed_world, cube, outcomes, same, verdict
from dashboards.texts import words as words_of
from dashboards.view import ARMS, View, load_preset, read_view

SLOT = "compare-{}".format


def layout(view: View, words) -> html.Div:
    """Return the page."""
    shown = view.extras.get("show", "overview")
    catalogue = {
        "presets": preset_values(),
        "base": preset_values()["base"],
        "kinds": {key: lever.kind for key, lever in all_levers().items()},
    }
    cards = [figure_card(SLOT(k), words, f"{words('controls.figures')} {k + 1}", 232) for k in range(SLOTS)]
    return html.Div(
        [
            dcc.Store(id="compare-catalogue", data=catalogue),
            dcc.Store(id="compare-view", data=first_request(view)),
            dcc.Store(id="compare-more"),
            dcc.Store(id="compare-stage"),
            *(html.Div(id=f"compare-sink-{name}", hidden=True) for name in ("levers", "opened", "refine")),
            html.Div(_top(view, words, shown), className="topbar"),
            html.Div(id="compare-verdict", className="verdict", role="status", **{"aria-live": "polite"}),
            html.Div(
                [lever_panel(view, words), html.Div(cards, className=_grid(shown), id="compare-figures")],
                className="split",
            ),
        ],
        className="compare",
    )


def _top(view: View, words, shown: str) -> list:
    names = [{"value": name, "label": load_preset(name).title or name} for name in presets()]
    sets = [{"value": "overview", "label": words("compare.overview")}]
    sets += [{"value": key, "label": title} for key, (title, _, _) in lessons().items()]
    arms = [
        html.Div(
            choice(f"compare-preset-{arm}", words(f"compare.{arm}"), names, view.presets[arm], w=190),
            className=f"arm {arm}",
        )
        for arm in ARMS
    ]
    exports = [
        html.Button(words("controls.reset"), type="button", className="tool", **{"data-do": "reset"}),
        html.Button(words("controls.swap"), type="button", className="tool", **{"data-do": "swap"}),
        *(
            html.A(
                f"{words('controls.yaml')} {arm.upper()}",
                href="#",
                className="tool",
                download=True,
                **{"data-export": f"scenario.yaml?arm={arm}"},
            )
            for arm in ARMS
        ),
        html.A(
            f"{words('controls.csv')}", href="#", className="tool", download=True, **{"data-export": "indicators.csv?"}
        ),
        html.A(words("controls.page"), href="#", className="tool", **{"data-page-file": "compare.html"}),
    ]
    return [
        *arms,
        choice("compare-show", words("controls.figures"), sets, shown if shown in panels() else "overview", w=220),
        seed_control("compare-seed", words, view.seed),
        html.Div(exports, className="exports"),
    ]


def _grid(shown: str) -> str:
    return f"figures n{len(panels().get(shown, panels()['overview']))}"


def register(app: Dash, service: Service) -> None:
    """Attach the page's callbacks."""
    every = {"type": "lever", "arm": ALL, "key": ALL}
    app.clientside_callback(
        ClientsideFunction("latecomer", "levers"),
        Output("compare-sink-levers", "children"),
        Input(every, "value"),
        Input(every | {"type": "switch"}, "checked"),
        Input("compare-preset-a", "value"),
        Input("compare-preset-b", "value"),
        Input("compare-show", "value"),
        Input("compare-seed", "value"),
        State("compare-catalogue", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("latecomer", "opened"),
        Output("compare-sink-opened", "children"),
        Input("compare-view", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("latecomer", "refine"),
        Output("compare-sink-refine", "children"),
        Input("compare-stage", "data"),
    )

    @app.callback(
        [Output(SLOT(k), "figure") for k in range(SLOTS)],
        Output("compare-figures", "className"),
        Output("compare-verdict", "children"),
        Output("compare-stage", "data"),
        Input("compare-view", "data"),
        Input("compare-more", "data"),
        State("session", "data"),
    )
    def answer(asked, more, session):
        request = more if more and more["serial"] == asked["serial"] else asked | {"stage": 0}
        return _answer(service, request, session)


def _answer(service: Service, request: dict, session: str) -> tuple:
    """Return figures, verdict and what to ask next, for a stage of a request."""
    view, problems = read_view(request["query"])
    words = words_of(view.extras.get("lang"))
    stages = settings().stages
    stage = min(max(int(request["stage"]), 0), len(stages) - 1)
    seeds = view.seeds(stages[stage])
    try:
        values = service.ensemble(Ticket(session, "compare", int(request["serial"])), view.scenarios(), seeds)
    except Stale:
        raise PreventUpdate from None
    except Busy as problem:
        line = html.P(words("compare.busy", problem=problem), className="busy")
        return *[no_update] * SLOTS, no_update, line, next_request(request, stage, RETRY)
    ensemble = cube(view.scenarios(), seeds, values)
    shown = view.extras.get("show", "overview")
    after = next_request(request, None if stage + 1 == len(stages) else stage + 1)
    return *draw_set(shown, ensemble), _grid(shown), _verdict(view, ensemble, words, problems, shown), after


def _verdict(view: View, ensemble, words, problems: list[str], shown: str) -> list:
    """Return the verdict in words."""
    last = settings().stages[-1]
    count = len(ensemble.seeds)
    seeds = words("compare.ready", seeds=count) if count == last else words("compare.seeds", seeds=count, last=last)
    if count < last:
        seeds += f" · {words('compare.refining')}"
    first = [html.Strong(f"{words('compare.verdict')}: "), *_lines(view, ensemble, words), status_text(seeds)]
    parts = [html.P(first, className="line")]
    parts.append(html.P([_outcome(ensemble, arm, words) for arm in ARMS], className="outcomes"))
    if changes := changed_world(view):
        parts.append(html.P(words("compare.world_changed", changes="; ".join(changes)), className="world-changed"))
    if problems:
        parts.append(html.P(words("app.dropped", problems="; ".join(problems)), className="busy"))
    if shown in lessons():
        _, lesson, section = lessons()[shown]
        parts.append(html.P([lesson, html.Span(section, className="source")], className="lesson-line"))
    events = next(iter(ensemble.scenarios.values())).history.events
    listed = "; ".join(f"{k} {event.at} {event.text}" for k, event in enumerate(events, 1))
    parts.append(html.P(words("compare.events", events=listed), className="help events"))
    return parts


def status_text(text: str) -> html.Span:
    return html.Span(text, className="seeds")


def _lines(view: View, ensemble, words) -> list:
    if same(view):
        return [words("compare.same")]
    found = verdict(ensemble)
    if not found:
        return [words("compare.no_difference")]
    parts = []
    for line in found:
        parts += [
            html.Span(
                [
                    f"{line.label} ",
                    html.B(line.a, className="value a"),
                    f" {words('compare.against')} ",
                    html.B(line.b, className="value b"),
                ],
                className="fact",
                title=words("compare.agreement", share=f"{line.agreement:.0%}"),
            ),
            "; ",
        ]
    return parts[:-1] + [". "]


def _outcome(ensemble, arm: str, words) -> html.Span:
    found = outcomes(ensemble, arm)
    title = ensemble.scenarios[arm].title
    if found is None:
        return html.Span(title, className=f"value {arm}")
    text = words("compare.outcome", title=title, label=found[0], share=f"{found[1]:.0%}")
    return html.Span(text, className=f"outcome {arm}")
