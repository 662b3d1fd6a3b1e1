"""One chart: an indicator over time for every scenario, with the median and the 90 % band, as plain Plotly data.

Reports put several panels into one figure; the dashboard draws each alone, which costs a quarter of the time.
"""

from dataclasses import dataclass

import numpy as np

from experiments.figures.style import COLOURS, DASHES, FONT, GRID, INK, MEANING, NEUTRAL, band
from experiments.tables import Ensemble


@dataclass(frozen=True)
class Panel:
    """One chart: an indicator over time for every scenario."""

    indicator: str
    title: str
    form: str = ",.2f"
    log: bool = False
    band: bool = True
    average: int = 1  # quarters to average over, for rates of rare events
    first: int = 0
    last: int = 9999
    floor_zero: bool = True


def panel_traces(panel: Panel, ensemble: Ensemble) -> list[dict]:
    """Return the traces of a panel: for every scenario a band (if there are several seeds) and a line."""
    chosen = (ensemble.years >= panel.first) & (ensemble.years <= panel.last)
    quarters = ensemble.quarters[chosen]
    dates = [f"{q.year}-{3 * q.quarter - 2:02d}-01" for q in quarters]
    labels = [f"{q.year} Q{q.quarter}" for q in quarters]
    traces = []
    for k, name in enumerate(ensemble.names):
        low, middle, high = (line[chosen] for line in ensemble.band(name, panel.indicator, panel.average))
        if not panel.band:
            middle = ensemble.paths(name, panel.indicator)[:, chosen].mean(axis=0)
        banded = panel.band and len(ensemble.seeds) > 1
        if banded:
            traces.append(band(dates, short(low), short(high), COLOURS[k % len(COLOURS)]) | {"legendgroup": name})
        traces.append(_line(panel, ensemble, k, dates, middle, list(zip(labels, short(low), short(high), strict=True))))
        traces[-1]["hovertemplate"] = _hover(panel, ensemble, k, banded)
    return traces


def short(values: np.ndarray) -> list[float]:
    """Return numbers at six significant digits: what a chart can show."""
    return [float(f"{value:.6g}") if np.isfinite(value) else None for value in values]


def _line(panel: Panel, ensemble: Ensemble, k: int, dates: list[str], middle: np.ndarray, custom: list) -> dict:
    name = ensemble.names[k]
    return {
        "type": "scatter", "x": dates, "y": short(middle), "name": ensemble.scenarios[name].title or name,
        "legendgroup": name, "mode": "lines", "customdata": custom,
        "line": {"color": COLOURS[k % len(COLOURS)], "width": 2.4, "dash": DASHES[k % len(DASHES)]},
    }  # fmt: skip


def _hover(panel: Panel, ensemble: Ensemble, k: int, banded: bool) -> str:
    unit, definition = MEANING[panel.indicator]
    title = ensemble.scenarios[ensemble.names[k]].title or ensemble.names[k]
    text = f"<b>{title}</b> %{{customdata[0]}}<br>%{{y:{panel.form}}} {_unit_text(unit, panel.form)}"
    if banded:
        text += f"<br>90 % of seeds: %{{customdata[1]:{panel.form}}} to %{{customdata[2]:{panel.form}}}"
    return f"{text}<br><i>{definition}</i><extra></extra>"


def value_axis(panel: Panel) -> dict:
    """Return the settings of a panel's value axis."""
    if panel.log:
        return {"type": "log", "dtick": 1, "tickformat": ",d"}
    axis = {"type": "linear"} | ({"rangemode": "tozero"} if panel.floor_zero else {})
    return axis | ({"tickformat": ".0%"} if panel.form.endswith("%") else {})


def event_marks(panel: Panel, ensemble: Ensemble, axis: str = "") -> tuple[list[dict], list[dict]]:
    """Return dotted lines at the dated events of the world's history, and their numbers; hover for what they are."""
    lines, numbers = [], []
    events = next(iter(ensemble.scenarios.values())).history.events
    for number, event in enumerate(events, 1):
        year, quarter = int(event.at[:4]), int(event.at[5])
        if not (panel.first <= year <= panel.last and ensemble.years[0] <= year <= ensemble.years[-1]):
            continue
        date = f"{year}-{3 * quarter - 2:02d}-01"
        place = {"xref": f"x{axis}", "yref": f"y{axis} domain"}
        lines.append(
            {"type": "line", "x0": date, "x1": date, "y0": 0, "y1": 1, **place,
             "line": {"color": NEUTRAL, "width": 1, "dash": "dot"}}
        )  # fmt: skip
        numbers.append(
            {"x": date, "y": 1.0, **place, "text": str(number), "showarrow": False, "yanchor": "bottom",
             "font": {"size": 11, "color": NEUTRAL}, "hovertext": f"{event.at}: {event.text}"}
        )  # fmt: skip
    return lines, numbers


def small_figure(panel: Panel, ensemble: Ensemble, events: bool = True) -> dict:
    """Return a panel alone, as a plain Plotly figure whose `meta` says what its table and its file are called."""
    lines, numbers = event_marks(panel, ensemble) if events else ([], [])
    unit, definition = MEANING[panel.indicator]
    axis = {"gridcolor": GRID, "zeroline": False}
    if events and panel.last == 9999:
        numbers = _spaced(numbers)
    layout = small_layout(panel.title) | {
        "xaxis": {"type": "date", **axis}, "yaxis": value_axis(panel) | axis, "shapes": lines, "annotations": numbers,
        "meta": {"kind": "band" if panel.band else "line", "name": panel.indicator, "unit": unit,
                 "definition": definition, "form": panel.form},
    }  # fmt: skip
    return {"data": panel_traces(panel, ensemble), "layout": layout}


def _spaced(numbers: list[dict]) -> list[dict]:
    """Shift the numbers of events a year apart or less to either side, so that they can be read."""
    for before, after in zip(numbers, numbers[1:], strict=False):
        gap = (int(after["x"][:4]) - int(before["x"][:4])) * 12 + int(after["x"][5:7]) - int(before["x"][5:7])
        if gap < 24:
            before["xshift"], after["xshift"] = before.get("xshift", -4), 4
    return numbers


def small_layout(title: str) -> dict:
    """Return the look of a figure that stands alone on a page; its background is the page's."""
    return {
        "title": {"text": title, "x": 0, "xref": "container", "xanchor": "left", "y": 0.97, "yanchor": "top",
                  "pad": {"l": 10}, "font": {"size": 14}},
        "font": {"family": FONT, "color": INK, "size": 13}, "margin": {"l": 52, "r": 14, "t": 48, "b": 26},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hovermode": "closest",
        "showlegend": False, "autosize": True,
        "hoverlabel": {"bgcolor": "white", "font": {"family": FONT, "color": INK}},
    }  # fmt: skip


def _unit_text(unit: str, form: str) -> str:
    return "" if form.endswith("%") or unit in ("share", "ratio", "0..1", "0/1", "index", "-") else unit
