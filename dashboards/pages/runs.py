"""What the pages that show a single run share: the choice of column and seed, and the run itself."""

from dataclasses import dataclass
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

from dashboards.parts import arm_choice, first_request, seed_control, status
from dashboards.service import Busy, Service, Stale, Ticket
from dashboards.view import View, read_view

PAGES = ("play", "firm", "books")


@dataclass(frozen=True)
class Run:
    """A run that a page shows, or in words why there is none."""

    records: Any = None
    scenario: Any = None
    title: str = ""
    problem: str = ""


def run_bar(page: str, view: View, words, more: list | None = None) -> html.Div:
    """Return the controls on top of a page of one run, and the store that holds what is asked for."""
    store = dcc.Store(id=f"{page}-view", data=first_request(view))
    return html.Div(
        [
            store, html.Div(id=f"{page}-sink-bar", hidden=True), arm_choice(f"{page}-arm", words, view),
            seed_control(f"{page}-seed", words, view.seed), *(more or []), status(f"{page}-status"),
        ], className="topbar",
    )  # fmt: skip


def one_run(service: Service, place: str, asked: dict, session: str, words) -> Run:
    """Return the run of a request, with firms and flows."""
    view, _ = read_view(asked["query"])
    scenario = view.scenario(view.arm)
    try:
        records = service.detail(Ticket(session, place, int(asked["serial"])), scenario, view.seed)
    except Stale:
        raise PreventUpdate from None
    except Busy as problem:
        return Run(problem=words("compare.busy", problem=problem))
    return Run(records, scenario, words("controls.shown", title=scenario.title, seed=view.seed))


def register(app: Dash) -> None:
    """Let the browser turn a change of column or seed into a new request, and a new link."""
    for page in PAGES:
        app.clientside_callback(
            ClientsideFunction("latecomer", "asked"), Output(f"{page}-view", "data"),
            Input(f"{page}-arm", "value"), Input(f"{page}-seed", "value"), State(f"{page}-view", "data"),
            prevent_initial_call=True,
        )  # fmt: skip
