"""What the pages share: their templates, which extend page.html, and how figures get into them."""

import jinja2
import plotly.graph_objects as go
import plotly.io
from markupsafe import Markup
from plotly.offline import get_plotlyjs

CONFIG = {"responsive": True, "displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d"]}


def template(name: str) -> jinja2.Template:
    """Return a template of experiments/templates."""
    loader = jinja2.PackageLoader("experiments", "templates")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(name)


def fragment(figure: go.Figure) -> Markup:
    """Return a figure as a piece of HTML; the page brings `plotly_source` once."""
    return Markup(plotly.io.to_html(figure, include_plotlyjs=False, full_html=False, config=CONFIG))


def plotly_source() -> Markup:
    """Return the source of Plotly, for a page that must work without a network."""
    return Markup(get_plotlyjs())


def number(value: float) -> str:
    """Return a number at about three digits, never as a power of ten."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
