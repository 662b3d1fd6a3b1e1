"""The charts of the Compare page: which sets there are, and the small figures of a set."""

import functools

from dashboards.settings import settings
from experiments.figures.argument import ARGUMENT
from experiments.figures.panels import Panel, small_figure
from experiments.tables import Ensemble

SLOTS = 9  # charts a page has room for


@functools.cache
def all_panels() -> dict[str, Panel]:
    """Return the panel of every indicator that the report draws."""
    return {panel.indicator: panel for figure in ARGUMENT for panel in figure.panels}


@functools.cache
def panels() -> dict[str, tuple[Panel, ...]]:
    """Return the panels of every set: the overview, and each figure of the argument."""
    overview = tuple(all_panels()[name] for name in settings().overview)
    return {"overview": overview} | {figure.key: figure.panels for figure in ARGUMENT}


@functools.cache
def lessons() -> dict[str, tuple[str, str, str]]:
    """Return title, what to look for, and the section of the paper of every set but the overview."""
    return {figure.key: (figure.title, figure.lesson, figure.section) for figure in ARGUMENT}


def draw_set(name: str, ensemble: Ensemble) -> list[dict]:
    """Return the figures of a set, filled up with empty ones to SLOTS."""
    figures = [small_figure(panel, ensemble) for panel in panels().get(name, panels()["overview"])]
    return figures + [{"data": [], "layout": {}}] * (SLOTS - len(figures))
