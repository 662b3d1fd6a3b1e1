"""What a browser may save from the server: a scenario file, the bands of every indicator, self-contained pages."""

import io

import pandas as pd
from dash import Dash
from flask import Response, request
from ruamel.yaml import YAML

from abm.measurement.indicators import NAMES
from abm.scenario import ScenarioError
from dashboards.offline import compare_page, play_page
from dashboards.service import LATER, Busy, Service, Stale, Ticket
from dashboards.settings import settings
from dashboards.tables.compare import cube
from dashboards.view import ARMS, View, read_view


def scenario_file(view: View, arm: str) -> str:
    """Return the scenario of an arm as a file that `latecomer run` takes: only what differs from its preset."""
    content: dict = {"title": view.scenario(arm).title, "extends": view.presets[arm]}
    for key, value in view.overrides(arm).items():
        section, _, name = key.partition(".")
        content.setdefault(section, {})[name] = value
    text = io.StringIO()
    YAML().dump(content, text)
    return text.getvalue()


def bands_file(service: Service, view: View) -> str:
    """Return median and 90 % band of every indicator, quarter and column, as CSV."""
    seeds = view.seeds(settings().stages[-1])
    values = service.ensemble(Ticket("export", view.query(), 0), view.scenarios(), seeds, rank=LATER)
    ensemble = cube(view.scenarios(), seeds, values)
    parts = []
    for arm in ARMS:
        for name in NAMES:
            low, middle, high = ensemble.band(arm, name)
            parts.append(
                pd.DataFrame(
                    {
                        "column": arm.upper(),
                        "scenario": ensemble.scenarios[arm].title,
                        "quarter": ensemble.quarters.astype(str),
                        "indicator": name,
                        "median": middle,
                        "low": low,
                        "high": high,
                    }
                )
            )
    return pd.concat(parts).to_csv(index=False, float_format="%.6g")


def register(app: Dash, service: Service) -> None:
    """Attach the addresses below /export/. Each reads a view from the query and nothing else."""

    def answer(make, kind: str, name: str) -> Response:
        view, problems = read_view(request.query_string.decode("utf-8", "replace"))
        if problems:
            return Response("\n".join(problems), 400, mimetype="text/plain")
        try:
            text = make(view)
        except ScenarioError as problem:
            return Response(str(problem), 400, mimetype="text/plain")
        except (Busy, Stale) as problem:
            return Response(f"busy: {problem}", 503, {"Retry-After": "5"}, mimetype="text/plain")
        return Response(text, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, mimetype=kind)

    @app.server.get("/export/scenario.yaml")
    def scenario_yaml():
        return answer(lambda view: scenario_file(view, view.arm), "application/yaml", "scenario.yaml")

    @app.server.get("/export/indicators.csv")
    def indicators_csv():
        return answer(lambda view: bands_file(service, view), "text/csv", "latecomer-indicators.csv")

    @app.server.get("/export/compare.html")
    def compare_html():
        return answer(lambda view: compare_page(service, view), "text/html", "latecomer-compare.html")

    @app.server.get("/export/play.html")
    def play_html():
        return answer(lambda view: play_page(service, view), "text/html", "latecomer-play.html")
