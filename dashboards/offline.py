"""Pages for classes without Python: self-contained HTML whose controls work over runs that were made beforehand."""

import functools
import json
from importlib.resources import files

import jinja2
import numpy as np
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from abm._version import __version__
from abm.scenario import Scenario, ScenarioError
from dashboards.figures.compare import panels
from dashboards.figures.play import price_figure
from dashboards.levers import Lever, all_levers
from dashboards.service import LATER, Service, Ticket
from dashboards.tables.compare import cube, verdict
from dashboards.tables.play import motion, network
from dashboards.texts import words as words_of
from dashboards.view import View
from experiments.figures.panels import short, small_figure
from experiments.figures.style import COLOURS, faint

SEEDS = 12  # paired seeds of every variant
PLACES = 5  # places of a lever: A's own, three between, B's
PATIENCE = 600  # seconds
EVERYTHING = "*"  # all levers at once


def compare_page(service: Service, view: View) -> str:
    """Return the Compare page: each lever in which the columns differ moves A towards B, alone or all together."""
    levers = [
        one
        for key, one in all_levers().items()
        if key.startswith("policy.") and _value(view, "a", key) != _value(view, "b", key)
    ]
    if not levers:
        raise ScenarioError("both columns have the same policy: there is no lever to move")
    data = _compare_data(service, view, levers)
    return _page("compare", view, data, " · ".join(data["titles"]))


def play_page(service: Service, view: View) -> str:
    """Return the Play page of one run, with its network."""
    scenario = view.scenario(view.arm)
    records = service.detail(Ticket("export", f"play {view.query()}", 0), scenario, view.seed, PATIENCE)
    words = words_of(view.extras.get("lang"))
    from dashboards.pages.play import MARKS, TEXTS

    data = motion(records, scenario) | {"net": network(records), "start": view.extras.get("quarter", "")}
    data |= {"texts": {key: words(f"play.{key}") for key in TEXTS}, "show": ""}
    data["title"] = words("controls.shown", title=scenario.title, seed=view.seed)
    data["price_figure"] = price_figure(data, words("play.price"), {mark: words(f"play.{mark}") for mark in MARKS})
    return _page("play", view, data, data["title"])


def _value(view: View, arm: str, key: str):
    section, _, name = key.partition(".")
    return getattr(getattr(view.scenario(arm), section), name)


def _between(lever: Lever, view: View, part: float):
    """Return the value of a lever a part of the way from A to B."""
    low, high = (lever.slide(_value(view, arm, lever.key)) for arm in "ab")
    return lever.unslide(low + part * (high - low))


def _compare_data(service: Service, view: View, levers: list[Lever]) -> dict:
    parts = [k / (PLACES - 1) for k in range(1, PLACES)]
    a, b = view.scenarios()
    moves = {one.key: [{one.key: _between(one, view, part)} for part in parts] for one in levers}
    together = [{key: move[k][key] for key, move in moves.items()} for k in range(len(parts))]
    moves = {EVERYTHING: together} | moves
    scenarios = [a, b, *(a.replace(change) for changes in moves.values() for change in changes)]
    values = service.ensemble(
        Ticket("export", f"page {view.query()}", 0), scenarios, view.seeds(SEEDS), PATIENCE, LATER
    )
    chosen = panels()["overview"]
    base = _variant(view, a, b, values[0], values[1], chosen)
    made = iter(_variant(view, a, b, runs, values[1], chosen) for runs in values[2:])
    titles = {EVERYTHING: words_of(view.extras.get("lang"))("offline.all")}
    return {
        "levers": [
            {
                "label": titles.get(key) or all_levers()[key].label,
                "values": [_shown(key, view, None), *(_shown(key, view, change) for change in changes)],
                "variants": [next(made) for _ in changes],
            }
            for key, changes in moves.items()
        ],
        "base": base,
        "other": _bands(cube([b], view.seeds(SEEDS), [values[1]]), "b", chosen),
        "places": PLACES,
        "seeds": SEEDS,
        "titles": [a.title, b.title],
        **_axes(view, a, b, values, chosen),
    }


def _shown(key: str, view: View, change: dict | None) -> str:
    if key == EVERYTHING:
        return "A" if change is None else "→ B"
    value = _value(view, "a", key) if change is None else change[key]
    return value if isinstance(value, str) else f"{value:.4g}"


def _variant(view: View, a: Scenario, b: Scenario, runs: list, others: list, chosen: tuple) -> dict:
    """Return bands and the verdict's line of A with a lever moved."""
    words = words_of(view.extras.get("lang"))
    ensemble = cube([a, b], view.seeds(SEEDS), [runs, others])
    lines = [words("compare.verdict_line", label=line.label, a=line.a, b=line.b) for line in verdict(ensemble)]
    return {"bands": _bands(ensemble, "a", chosen), "line": "; ".join(lines) or words("compare.no_difference")}


def _bands(ensemble, arm: str, chosen: tuple) -> list:
    found = []
    for panel in chosen:
        inside = (ensemble.years >= panel.first) & (ensemble.years <= panel.last)
        low, middle, high = (line[inside] for line in ensemble.band(arm, panel.indicator, panel.average))
        if not panel.band:
            middle = ensemble.paths(arm, panel.indicator)[:, inside].mean(axis=0)
        found.append([[None if v is None else float(f"{v:.4g}") for v in short(line)] for line in (low, middle, high)])
    return found


def _axes(view: View, a: Scenario, b: Scenario, values: list, chosen: tuple) -> dict:
    """Return what does not move: dates, layouts, colours."""
    ensemble = cube([a, b], view.seeds(SEEDS), values[:2])
    quarters = ensemble.quarters
    items = []
    for panel in chosen:
        inside = np.flatnonzero((ensemble.years >= panel.first) & (ensemble.years <= panel.last))
        items.append(
            {
                "layout": small_figure(panel, ensemble)["layout"],
                "span": [int(inside[0]), int(inside[-1]) + 1],
                "band": panel.band,
                "form": panel.form,
                "colours": {"a": COLOURS[0], "b": COLOURS[1]},
                "faint": {"a": faint(COLOURS[0]), "b": faint(COLOURS[1])},
            }
        )
    return {
        "panels": items,
        "quarters": [f"{q.year} Q{q.quarter}" for q in quarters],
        "dates": [f"{q.year}-{3 * q.quarter - 2:02d}-01" for q in quarters],
    }


@functools.cache
def _asset(folder: str, name: str) -> str:
    return files("dashboards").joinpath(f"{folder}/{name}").read_text(encoding="utf-8")


def _page(kind: str, view: View, data: dict, title: str) -> str:
    """Return a page with everything inside: data, Plotly, the scripts and the look of the app."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    scripts = [_asset("assets", "latecomer.js"), _asset("assets", "play.js"), _asset("templates", "offline.js")]
    return environment.get_template("offline.html").render(
        kind=kind,
        data=data,
        title=title,
        words=words_of(view.extras.get("lang")),
        lang=view.extras.get("lang", "en"),
        css=Markup(_asset("assets", "latecomer.css")),
        plotly=Markup(get_plotlyjs()),
        scripts=[Markup(script) for script in scripts],
        version=__version__,
        query=view.query(),
        json=Markup(json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")),
    )
