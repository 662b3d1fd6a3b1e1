"""What the pages share: how a template becomes a page, and how a number is written."""

import jinja2
import numpy as np

from abm._version import __version__
from experiments.facts import NEVER


def page(template: str, **values) -> str:
    """Return a page from a template of `experiments/templates`."""
    room = jinja2.Environment(
        loader=jinja2.PackageLoader("experiments"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return room.get_template(template).render(version=__version__, **values)


def number(value: float) -> str:
    """Return a statistic as text."""
    if not np.isfinite(value):
        return "never" if value > 0 else "no value"
    if value == NEVER:
        return "never"
    return f"{value:,.0f}" if abs(value) >= 1000 and value != int(value) else f"{value:.4g}"
