"""Pieces that pages share: a figure with its tools, a choice, a heading with its explanation."""

import time

import dash_mantine_components as dmc
from dash import dcc, html

RETRY = 2000  # milliseconds until a busy server is asked again
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}


def first_request(view) -> dict:
    """Return what a page asks for when it opens; the serial, the server's clock, grows from page to page."""
    return {"query": view.query(), "serial": time.time_ns() // 1_000_000}


def next_request(request: dict, stage: int | None, wait: int = 0) -> dict:
    """Return what the browser asks for next, after `wait` milliseconds; stage None: nothing more."""
    return {"query": request["query"], "serial": request["serial"], "stage": stage, "wait": wait}


def figure_card(
    id: str, words, label: str, height: int = 240, figure: dict | None = None, note: str = ""
) -> html.Section:
    """Return a figure with the buttons that show its table and save it; `label` names it for screen readers."""
    tools = [
        html.Button(words(f"controls.{kind}"), type="button", className="tool", **{"data-do": kind, "data-figure": id})
        for kind in ("table", "csv", "png", "svg")
    ]
    graph = dcc.Graph(
        id=id, figure=figure or {"data": [], "layout": {}}, config=CONFIG, style={"height": height}, responsive=True
    )
    caption = [html.P(note, className="note")] if note else []
    return html.Section(
        [graph, *caption, html.Div(tools, className="tools")],
        className="card",
        id=f"{id}-card",
        **{"aria-label": label},
    )


def choice(id: str, label: str, data: list[dict], value: str, **more) -> dmc.Select:
    """Return a labelled drop-down list that cannot be left empty."""
    return dmc.Select(
        id=id,
        label=label,
        data=data,
        value=value,
        allowDeselect=False,
        checkIconPosition="right",
        size="sm",
        comboboxProps={"withinPortal": True},
        **more,
    )


def seed_control(id: str, words, seed: int) -> dmc.NumberInput:
    """Return the field for the seed."""
    return dmc.NumberInput(
        id=id,
        label=words("controls.seed"),
        value=seed,
        min=0,
        max=2**31,
        step=1,
        allowDecimal=False,
        size="sm",
        debounce=400,
        w=150,
        attributes={"input": {"title": words("controls.seed_help")}},
    )


def status(id: str) -> html.Div:
    """Return a line that says how far an answer is; screen readers announce its changes."""
    return html.Div(id=id, className="status", role="status", **{"aria-live": "polite"})


def arm_choice(id: str, words, view) -> html.Div:
    """Return the switch between the two columns for a page that shows one run."""
    data = [{"value": arm, "label": f"{arm.upper()} · {view.scenario(arm).title}"} for arm in ("a", "b")]
    control = dmc.SegmentedControl(
        id=id, data=data, value=view.arm, size="sm", **{"aria-label": words("controls.column")}
    )
    return html.Div([html.Span(words("controls.column"), className="label"), control])
