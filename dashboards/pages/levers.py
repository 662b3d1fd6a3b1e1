"""The levers as controls: two sliders a row for policy, one for the world, with unit and meaning on hover."""

import dash_mantine_components as dmc
from dash import html

from abm.quarters import quarter_text
from dashboards.levers import Lever, LeverRoom, policy_rooms, preset_values, world_rooms
from dashboards.view import View

OPEN = ("credit_direction", "credit_price", "guarantee", "entry_and_exit")  # rooms that are open at first
COLOUR = {"a": "armA", "b": "armB", "w": "gray"}


def shown(lever: Lever, place: float) -> str:
    """Return a place on a slider as text."""
    if lever.kind == "quarter":
        return quarter_text(int(place))
    if lever.kind == "switch":
        return "on" if place else "off"
    return f"{place:.4g}"


def place_of(view: View, arm: str, lever: Lever) -> float:
    """Return where the slider of an arm stands: the view's setting, else the preset's."""
    changed = view.settings[arm].get(lever.key)
    preset = view.presets["a" if arm == "w" else arm]
    return lever.slide(changed) if changed is not None else preset_values()[preset][lever.key]


def _control(lever: Lever, arm: str, view: View):
    id = {"type": "lever", "arm": arm, "key": lever.key.replace(".", "/")}
    name = f"{lever.label}, {'both columns' if arm == 'w' else f'column {arm.upper()}'}"
    place = place_of(view, arm, lever)
    if lever.kind == "switch":
        return dmc.Switch(
            id=id | {"type": "switch"}, checked=bool(place), size="sm", attributes={"input": {"aria-label": name}}
        )
    preset = preset_values()[view.presets["a" if arm == "w" else arm]][lever.key]
    return dmc.Slider(
        id=id,
        min=lever.low,
        max=lever.high,
        step=lever.step,
        value=place,
        updatemode="drag",
        size=5,
        thumbSize=16,
        precision=6,
        label=None,
        color=COLOUR[arm],
        thumbLabel=name,
        marks=[{"value": preset}],
        className=f"slider {arm}",
    )


def _row(lever: Lever, arms: tuple[str, ...], view: View) -> html.Div:
    places = [place_of(view, arm, lever) for arm in arms]
    values = [
        html.Output(shown(lever, place), id=f"value-{arm}-{lever.key}", className=f"value {arm}")
        for arm, place in zip(arms, places, strict=True)
    ]
    head = html.Div(
        [html.Span(lever.label, className="name"), html.Span(lever.unit, className="unit")],
        title=f"{lever.meaning}. [{lever.unit}]",
    )
    controls = [
        html.Div([_control(lever, arm, view), value], className="control")
        for arm, value in zip(arms, values, strict=True)
    ]
    differs = len(set(places)) > 1 or (arms == ("w",) and lever.key in view.settings["w"])
    return html.Div(
        [head, html.Div(controls, className="controls")],
        id=f"row-{lever.key}",
        className="lever differs" if differs else "lever",
    )


def _room(room: LeverRoom, arms: tuple[str, ...], view: View) -> dmc.AccordionItem:
    rows = [_row(lever, arms, view) for lever in room.levers]
    title = html.Span([room.title, html.Span(room.source, className="source")])
    return dmc.AccordionItem([dmc.AccordionControl(title), dmc.AccordionPanel(rows)], value=room.name)


def lever_panel(view: View, words) -> html.Aside:
    """Return all levers: policy for two columns, then the world for both."""
    heads = [html.Span(f"{arm.upper()}", className=f"value {arm}") for arm in ("a", "b")]
    policy = dmc.Accordion(
        [_room(room, ("a", "b"), view) for room in policy_rooms()],
        multiple=True,
        value=list(OPEN),
        chevronPosition="left",
        variant="default",
        order=3,
    )
    changed = [room.name for room in world_rooms() if any(lever.key in view.settings["w"] for lever in room.levers)]
    world = dmc.Accordion(
        [_room(room, ("w",), view) for room in world_rooms()],
        multiple=True,
        value=changed,
        chevronPosition="left",
        order=3,
    )
    return html.Aside(
        [
            html.Div([html.H2(words("compare.policy")), html.Div(heads, className="controls")], className="lever-head"),
            html.P(words("compare.policy_help"), className="help"),
            policy,
            html.H2(words("compare.world")),
            html.P(words("compare.world_help"), className="help"),
            world,
        ],
        className="levers",
        **{"aria-label": words("compare.policy")},
    )
