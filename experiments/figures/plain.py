"""Figures as plain data, for pages that draw many: short numbers as text, and no look that the page sets itself."""

import base64
import json

import numpy as np
import plotly.graph_objects as go

DIGITS = 4


def plain_figure(figure: go.Figure) -> dict:
    """Return data and layout of a figure: numbers of few digits instead of binary of eight bytes each, no template."""
    content = json.loads(figure.to_json(engine="json"))
    content["layout"].pop("template", None)  # plotly's default look would weigh 7 kB in each figure
    return {"data": [_plain(trace) for trace in content["data"]], "layout": content["layout"]}


def _plain(value):
    if isinstance(value, dict) and "bdata" in value:
        array = np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"])
        shape = [int(part) for part in str(value.get("shape", len(array))).split(",")]
        return _plain(array.reshape(shape).tolist())
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
    return value
