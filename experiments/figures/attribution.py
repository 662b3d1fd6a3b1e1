"""Figures of an attribution: the way from one scenario's value to the other's, lever by lever; shares; interactions.

Blue closes the gap, orange widens it; an empty bar, or a dot instead of a number, is what luck may explain.
"""

import textwrap

import numpy as np
import plotly.graph_objects as go

from experiments.figures.style import COLOURS, INK, style
from experiments.lab.levers import Lever
from experiments.lab.measures import meaning
from experiments.lab.words import Finding, per_cent, per_cent_span, plain, signed, span

TOWARDS, AWAY = "#0072B2", "#D55E00"
TINTS = {TOWARDS: "#8ABEDD", AWAY: "#F0B48A"}  # light enough for black marks on them
SCALE = [[0.0, AWAY], [0.25, TINTS[AWAY]], [0.5, "#FFFFFF"], [0.75, TINTS[TOWARDS]], [1.0, TOWARDS]]
UNSURE = "·"
MARKS = (("moved first, alone", "alone", "circle-open"), ("moved last", "last", "diamond-open"))


def waterfall(finding: Finding, ends: tuple[str, str], about: dict[str, str]) -> go.Figure:
    """Return the way from A's value to B's, the largest lever first; whiskers: the band of each contribution.

    `ends`: the titles of A and B; `about`: lever -> what its hover text says of it.
    """
    row, form, levers = finding.row, finding.measure.form, finding.levers
    parts = levers["contribution"].to_numpy()
    starts = row["from"] + np.concatenate([[0.0], np.cumsum(parts)[:-1]])
    names = [ends[0], *(_wrapped(title) for title in levers["title"]), ends[1]]
    canvas = go.Figure()
    canvas.add_trace(_bars(finding, names[1:-1], starts, about))
    for name, column, symbol in MARKS:
        canvas.add_trace(
            go.Scatter(
                x=starts + levers[column].to_numpy(), y=names[1:-1], mode="markers", name=name, hoverinfo="skip",
                marker={"symbol": symbol, "size": 10, "color": INK, "line": {"width": 1.6}},
            )
        )  # fmt: skip
    for name, value, colour in ((names[0], row["from"], COLOURS[0]), (names[-1], row["to"], COLOURS[1])):
        canvas.add_vline(value, line={"color": colour, "width": 1.4, "dash": "dot"})
        canvas.add_trace(_end(name, value, plain(form, value), colour))
    _numbers(canvas, finding, names)
    canvas.update_yaxes(categoryorder="array", categoryarray=names[::-1], automargin=True)
    canvas.update_yaxes(range=[-0.6, len(names) - 0.4])
    canvas.update_xaxes(tickformat=".0%" if form.endswith("%}") else None, nticks=7)
    canvas = style(canvas, 120 + 38 * len(names))
    canvas.update_layout(margin={"r": 128, "t": 40, "b": 40}, bargap=0.35)
    return canvas


def _bars(finding: Finding, names: list[str], starts: np.ndarray, about: dict[str, str]) -> go.Bar:
    levers, form = finding.levers, finding.measure.form
    parts = levers["contribution"].to_numpy()
    colours = [TOWARDS if part * finding.direction >= 0 else AWAY for part in parts]
    fills = [TINTS[c] if sure else "white" for c, sure in zip(colours, levers["sure"], strict=True)]
    ends = {
        "array": (levers["contribution_high"] - levers["contribution"]).fillna(0.0),
        "arrayminus": (levers["contribution"] - levers["contribution_low"]).fillna(0.0),
    }
    hover = [_lever_hover(lever, form, about[lever.lever]) for lever in levers.itertuples()]
    return go.Bar(
        x=parts, y=names, base=starts, orientation="h", showlegend=False, hovertext=hover, hoverinfo="text",
        marker={"color": fills, "line": {"color": colours, "width": 1.2}},
        error_x={"type": "data", "symmetric": False, "color": INK, "thickness": 1.4, "width": 4, **ends},
    )  # fmt: skip


def _end(name: str, value: float, text: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=[value], y=[name], mode="markers", showlegend=False, marker={"size": 12, "color": colour, "symbol": "square"},
        hovertext=f"<b>{name}</b><br>{text}, mean over seeds", hoverinfo="text",
    )  # fmt: skip


def _numbers(canvas: go.Figure, finding: Finding, names: list[str]) -> None:
    """Write the value of each row at the right-hand edge."""
    row, form = finding.row, finding.measure.form
    texts = [f"<b>{plain(form, row['from'])}</b>"]
    for lever in finding.levers.itertuples():
        share = f"  {per_cent(lever.share)}" if row["clear"] else ""
        texts.append(signed(form, lever.contribution) + share)
    texts.append(f"<b>{plain(form, row['to'])}</b>")
    for name, text in zip(names, texts, strict=True):
        canvas.add_annotation(
            x=1.0, xref="paper", xanchor="left", xshift=8, y=name, text=text, showarrow=False, align="left",
            font={"size": 12.5, "color": INK},
        )  # fmt: skip


def _lever_hover(lever, form: str, about: str) -> str:
    band, seeds = span(form, lever.contribution_low, lever.contribution_high), _seeds(lever, form)
    share = f" ({per_cent(lever.share)} of the gap)" if np.isfinite(lever.share) else ""
    lines = [
        f"<b>{lever.title}</b>: {signed(form, lever.contribution)}{share}",
        f"band of the mean {band}; 90 % of seeds {seeds}" if band else "one seed: no band",
        f"moved first, alone: {signed(form, lever.alone)}; moved last: {signed(form, lever.last)}",
    ]
    if lever.sampling_error:
        lines.append(f"standard error from sampling orders: {signed(form, lever.sampling_error).lstrip('+')}")
    return "<br>".join([*lines, about])


def _seeds(lever, form: str) -> str:
    return span(form, lever.contribution_seeds_low, lever.contribution_seeds_high)


def shares_map(found: list[Finding], levers: list[Lever], about: dict[str, str]) -> go.Figure:
    """Return a matrix of levers and measures: the share of each gap that each lever explains."""
    values, texts, hover = [], [], []
    for lever in levers:
        cells = [(f, next(f.levers[f.levers["lever"] == lever.name].itertuples())) for f in found]
        values.append([cell.share for _, cell in cells])
        texts.append([_share_text(f, cell) for f, cell in cells])
        hover.append([_share_hover(f, cell, about[lever.name]) for f, cell in cells])
    canvas = go.Figure(
        go.Heatmap(
            z=values, x=[_wrapped(f.measure.label, 30) for f in found], y=[_wrapped(lever.title) for lever in levers],
            text=texts, texttemplate="%{text}", hovertext=hover, hoverinfo="text", colorscale=SCALE, zmin=-1, zmax=1,
            xgap=2, ygap=2, hoverongaps=True, textfont={"size": 13}, showscale=False,
        )
    )  # fmt: skip
    canvas = style(canvas, 250 + 38 * len(levers))
    canvas.update_xaxes(side="top", tickangle=-90, showgrid=False, automargin=True)
    canvas.update_yaxes(autorange="reversed", showgrid=False, automargin=True)
    canvas.update_layout(margin={"t": 20, "b": 20}, plot_bgcolor="#EFEFEF")
    return canvas


def _share_text(finding: Finding, cell) -> str:
    if not finding.row["clear"]:
        return ""
    return per_cent(cell.share).removesuffix(" %") if cell.sure else UNSURE


def _share_hover(finding: Finding, cell, about: str) -> str:
    form, band = finding.measure.form, per_cent_span(cell.share_low, cell.share_high)
    said = f"{per_cent(cell.share)}" + (f" (band {band})" if band else "") if finding.row["clear"] else "no clear gap"
    size = f"{signed(form, cell.contribution)} of {signed(form, finding.row['gap'])}"
    return f"<b>{cell.title}</b><br>{finding.measure.label}: {said}<br>{size}<br>{meaning(finding.measure)}<br>{about}"


def interaction_map(finding: Finding, levers: list[Lever]) -> go.Figure | None:
    """Return a matrix of pairs of levers: what two do together beyond what each does; None if there is no pair."""
    if finding.pairs.empty:
        return None
    place, size, form = {lever.name: i for i, lever in enumerate(levers)}, len(levers), finding.measure.form
    values = np.full((size, size), np.nan)
    texts, hover = np.full((size, size), "", object), np.full((size, size), "", object)
    for pair in finding.pairs.itertuples():
        cell = tuple(sorted((place[pair.lever], place[pair.other]), reverse=True))
        values[cell] = pair.interaction * finding.direction
        texts[cell] = signed(form, pair.interaction).removesuffix(" pp") if pair.sure else UNSURE
        hover[cell] = _pair_hover(pair, form, finding.direction)
    most = max(float(np.nanmax(np.abs(values))), 1e-12)
    names = [_wrapped(lever.title) for lever in levers]
    canvas = go.Figure(
        go.Heatmap(
            z=values[1:, :-1], x=names[:-1], y=names[1:], text=texts[1:, :-1], texttemplate="%{text}", xgap=2, ygap=2,
            hovertext=hover[1:, :-1], hoverinfo="text", hoverongaps=False, colorscale=SCALE, zmin=-most, zmax=most,
            showscale=False, textfont={"size": 12},
        )
    )  # fmt: skip
    canvas = style(canvas, 190 + 38 * size)
    canvas.update_xaxes(tickangle=-90, showgrid=False, automargin=True)
    canvas.update_yaxes(autorange="reversed", showgrid=False, automargin=True)
    canvas.update_layout(margin={"t": 20, "b": 20})
    return canvas


def _pair_hover(pair, form: str, direction: float) -> str:
    band = span(form, pair.interaction_low, pair.interaction_high)
    how = "more" if pair.interaction * direction > 0 else "less"
    return (
        f"<b>{pair.title} with {pair.other_title}</b><br>{signed(form, pair.interaction)}"
        + (f" (band {band})" if band else "")
        + f"<br>together they do {how} for the gap than one by one"
    )


def _wrapped(text: str, width: int = 26) -> str:
    return "<br>".join(textwrap.wrap(text, width))
