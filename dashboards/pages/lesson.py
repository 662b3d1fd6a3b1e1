"""Lesson: guided steps with text, preset levers, covered figures, a prediction and what the model says to it."""

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

from dashboards.figures.compare import all_panels
from dashboards.lessons import FIRST, Lesson, Step, lesson, lesson_files, text_in
from dashboards.parts import figure_card, first_request
from dashboards.service import Busy, Service, Stale, Ticket
from dashboards.tables.compare import cube
from dashboards.tables.lesson import SEEDS, quoted
from dashboards.texts import words as words_of
from dashboards.view import View, load_preset, read_view
from experiments.figures.panels import small_figure

SLOTS = 3


def layout(view: View, words) -> html.Div:
    """Return the page."""
    cards = [figure_card(f"lesson-{k}", words, f"{words('controls.figures')} {k + 1}", 300) for k in range(SLOTS)]
    names = [{"value": name, "label": text_in(lesson(name).title, words.code)} for name in lesson_files()]
    chooser = dmc.Select(
        id="lesson-choice",
        label=words("pages.lesson"),
        data=names,
        value=_name(view),
        w=320,
        size="sm",
        allowDeselect=False,
    )
    notes = dmc.Switch(id="lesson-notes", label=words("lesson.notes"), checked="notes" in view.extras, mb=6)
    stores = [
        dcc.Store(id="lesson-view", data=first_request(view)),
        html.Div(id="lesson-sink", hidden=True),
        html.Div(id="lesson-sink-choice", hidden=True),
    ]
    return html.Div(
        [
            *stores,
            html.Div(
                [chooser, notes, html.Div(id="lesson-status", className="status", role="status")], className="topbar"
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.Nav(id="lesson-steps", **{"aria-label": words("lesson.steps")}),
                            html.Article(id="lesson-body", className="card pad prose"),
                        ],
                        className="stack",
                    ),
                    html.Div(
                        [
                            html.P(words("lesson.cover"), className="cover", id="lesson-cover"),
                            html.Div(cards, className="figures n1", id="lesson-figures"),
                        ],
                        className="stage-figures",
                    ),
                ],
                className="split half",
            ),
        ]
    )


def _name(view: View) -> str:
    asked = view.extras.get("lesson", FIRST)
    return asked if asked in lesson_files() else next(iter(lesson_files()))


def _place(view: View) -> tuple[Lesson, int, Step, int | None]:
    """Return the lesson of a view, the number of its step from 0, the step, and the answer given to it, if any."""
    found = lesson(_name(view))
    text = view.extras.get("step", "1")
    number = min(max(int(text) if text.isdecimal() and len(text) < 4 else 1, 1), len(found.steps)) - 1
    answers = dict(pair.split("-", 1) for pair in view.extras.get("answers", "").split(".") if "-" in pair)
    given = answers.get(str(number + 1), "")
    return found, number, found.steps[number], int(given) if given.isdecimal() and len(given) < 3 else None


def register(app: Dash, service: Service) -> None:
    """Attach the page's callbacks."""
    _tells(app, service)
    _draws(app, service)
    app.clientside_callback(
        ClientsideFunction("latecomer", "lessonShown"),
        Output("lesson-sink", "children"),
        Input("lesson-body", "children"),
    )
    app.clientside_callback(
        ClientsideFunction("latecomer", "lessonChosen"),
        Output("lesson-sink-choice", "children"),
        Input("lesson-choice", "value"),
        Input("lesson-notes", "checked"),
        prevent_initial_call=True,
    )


def _tells(app: Dash, service: Service) -> None:
    @app.callback(
        Output("lesson-body", "children"),
        Output("lesson-steps", "children"),
        Output("lesson-figures", "className"),
        Input("lesson-view", "data"),
        State("session", "data"),
    )
    def tell(asked, session):
        view, _ = read_view(asked["query"])
        words = words_of(view.extras.get("lang"))
        found, number, step, answer = _place(view)
        revealed = step.question is None or answer is not None
        numbers = _numbers(service, step, view, asked, session) if revealed and step.numbers else {}
        body = _body(found, number, step, answer, numbers, view, words)
        covered = "" if revealed else " covered"
        return body, _contents(found, number, view, words), f"figures n1 c{len(step.figures)}{covered}"


def _draws(app: Dash, service: Service) -> None:
    @app.callback(
        *(Output(f"lesson-{k}", "figure") for k in range(SLOTS)),
        Output("lesson-status", "children"),
        Input("lesson-view", "data"),
        State("session", "data"),
    )
    def draw(asked, session):
        view, _ = read_view(asked["query"])
        words = words_of(view.extras.get("lang"))
        step = _place(view)[2]
        try:
            ensemble = _ensemble(service, step.view(view.seed), asked, session, "lesson-figures")
        except Busy as problem:
            return *[{"data": [], "layout": {}}] * SLOTS, words("compare.busy", problem=problem)
        figures = [small_figure(all_panels()[name], ensemble) for name in step.figures]
        for figure in figures:
            figure["layout"] |= {
                "showlegend": True,
                "margin": {"l": 52, "r": 14, "t": 66, "b": 26},
                "legend": {"orientation": "h", "x": 0, "y": 1.06, "yanchor": "bottom"},
            }
        blank = [{"data": [], "layout": {}}] * (SLOTS - len(figures))
        return *figures, *blank, words("lesson.seeds", seeds=SEEDS)


def _ensemble(service: Service, view: View, asked: dict, session: str, place: str):
    seeds = view.seeds(SEEDS)
    try:
        values = service.ensemble(Ticket(session, place, int(asked["serial"])), view.scenarios(), seeds)
    except Stale:
        raise PreventUpdate from None
    return cube(view.scenarios(), seeds, values)


def _numbers(service: Service, step: Step, view: View, asked: dict, session: str) -> dict[str, str]:
    ensemble = _ensemble(service, step.view(view.seed), asked, session, "lesson-numbers")
    plain = None
    if step.world:
        plain = _ensemble(service, step.plain_view(view.seed), asked, session, "lesson-plain")
    return quoted(step, ensemble, plain)


def _contents(found: Lesson, number: int, view: View, words) -> html.Ol:
    """Return the list of steps, each a button; the present one is marked."""
    items = []
    for k, step in enumerate(found.steps):
        current = {"aria-current": "step"} if k == number else {}
        title = text_in(step.title, words.code)
        items.append(
            html.Li(
                html.Button(
                    [f"{k + 1}. {title}", html.Span(f" {step.minutes}′", className="source")],
                    type="button",
                    className="step",
                    **{"data-step": str(k + 1)},
                    **current,
                )
            )
        )
    return html.Ol(items, className="steps")


def _body(found: Lesson, number: int, step: Step, answer: int | None, numbers: dict, view: View, words) -> list:
    language = words.code
    meta = words("lesson.meta", number=number + 1, count=len(found.steps), minutes=step.minutes, section=step.section)
    parts = [html.P(meta, className="source"), html.H1(text_in(step.title, language), tabIndex="-1", id="lesson-title")]
    if number == 0:
        parts.append(html.P(text_in(found.description, language), className="lead"))
    parts += _paragraphs(text_in(step.text, language))
    parts.append(_columns(step, view, words))
    if step.question:
        parts.append(_question(step, answer, words))
    if answer is not None or step.question is None:
        parts.append(_reveal(step, answer, numbers, words))
    if step.notes and view.extras.get("notes"):
        note = [html.H2(words("lesson.notes_head")), *_paragraphs(text_in(step.notes, language))]
        parts.append(html.Aside(note, className="teacher", **{"aria-label": words("lesson.notes_head")}))
    parts.append(_turn(found, number, words))
    return parts


def _paragraphs(text: str) -> list:
    return [dcc.Markdown(part, link_target="_self") for part in text.split("\n") if part.strip()]


def _columns(step: Step, view: View, words) -> html.Div:
    """Return what stands in the two columns, and links that open the step elsewhere."""
    here = step.view(view.seed)
    rows = []
    for arm in ("a", "b"):
        changes = "; ".join(
            f"{key.partition('.')[2].replace('_', ' ')} {_said(value)}" for key, value in here.settings[arm].items()
        )
        title = load_preset(here.presets[arm]).title or here.presets[arm]
        rows.append(
            html.Li(
                [
                    html.B(f"{arm.upper()} ", className=f"value {arm}"),
                    title,
                    html.Span(f": {changes}" if changes else ""),
                ]
            )
        )
    if step.world:
        world = "; ".join(
            f"{key.partition('.')[2].replace('_', ' ')} {_said(value)}" for key, value in step.world.items()
        )
        rows.append(html.Li(words("lesson.world", changes=world), className="world-changed"))
    extra = f"&lang={words.code}" if words.code != "en" else ""
    links = [
        html.A(words(f"lesson.open_{page}"), href=f"{page}?{here.query()}{extra}", className="tool")
        for page in ("compare", "play", "books")
    ]
    return html.Div([html.Ul(rows, className="arms"), html.Div(links, className="exports")], className="in-columns")


def _said(value) -> str:
    return (
        ("on" if value else "off")
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _question(step: Step, answer: int | None, words) -> html.Fieldset:
    options = []
    for k, option in enumerate(step.question.options, 1):
        state = "right" if answer and k == step.question.answer else "wrong" if answer == k else ""
        text = text_in(option, words.code) + (f" {words('lesson.right')}" if state == "right" else "")
        options.append(dmc.Radio(label=text, value=str(k), className=f"option {state}", size="md", my=6))
    group = dmc.RadioGroup(
        options,
        id="lesson-pick",
        value=str(answer) if answer else None,
        size="md",
        **{"aria-label": text_in(step.question.ask, words.code)},
    )
    reveal = html.Button(words("lesson.reveal"), type="button", className="tool strong", **{"data-do": "reveal"})
    legend = html.Legend([html.Strong(words("lesson.predict")), f" {text_in(step.question.ask, words.code)}"])
    return html.Fieldset([legend, html.Div(group, id="lesson-options"), reveal])


def _reveal(step: Step, answer: int | None, numbers: dict, words) -> html.Div:
    text = text_in(step.reveal, words.code)
    said = text.format(**numbers) if numbers else text
    head = [html.Strong(words("lesson.says"))] if step.question else []
    return html.Div([html.P(head), *_paragraphs(said)], className="reveal", id="lesson-reveal", tabIndex="-1")


def _turn(found: Lesson, number: int, words) -> html.Div:
    buttons = []
    if number > 0:
        buttons.append(html.Button(words("lesson.back"), type="button", className="tool", **{"data-step": str(number)}))
    if number + 1 < len(found.steps):
        title = text_in(found.steps[number + 1].title, words.code)
        buttons.append(
            html.Button(
                words("lesson.next", title=title),
                type="button",
                className="tool strong",
                **{"data-step": str(number + 2)},
            )
        )
    return html.Div(buttons, className="turn")
