"""The Compare page's numbers: an ensemble from runs, the verdict, the outcomes' regimes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.measurement.regimes import WINDOW
from abm.quarters import quarter_text
from abm.scenario import Scenario, declarations
from dashboards.settings import settings
from dashboards.view import View
from experiments.regime_table import regimes_of
from experiments.tables import Ensemble, headline_table


@dataclass(frozen=True)
class Line:
    """A headline of the verdict: label, the two middles as text, and the share of pairs that agree on the sign."""

    label: str
    a: str
    b: str
    agreement: float


def cube(scenarios: list[Scenario], seeds: list[int], values: list[list[np.ndarray]]) -> Ensemble:
    """Return the ensemble of runs: values[scenario][seed] is an array [quarter, indicator]."""
    first = scenarios[0]
    start = pd.Period(quarter_text(first.start), freq="Q")
    quarters = pd.period_range(start, periods=len(values[0][0]), freq="Q", name="quarter")
    stacked = {s.name: np.stack(runs) for s, runs in zip(scenarios, values, strict=True)}
    return Ensemble({s.name: s for s in scenarios}, seeds, quarters, stacked)


def verdict(ensemble: Ensemble, most: int = 4) -> list[Line]:
    """Return the headlines whose band of paired differences stays clear of zero, the settings' order, at most `most`.

    With a 0/1 headline (the run on the currency) nine pairs of ten need not differ: its mean gap must exceed a quarter.
    """
    table = headline_table(ensemble)
    a, b = ensemble.names
    order = {name: k for k, name in enumerate(settings().verdict)}
    lines = []
    for label, part in table.groupby("label", sort=False):
        rows = part.set_index("scenario")
        gap, indicator, form = rows.loc[b], rows.loc[b, "indicator"], rows.loc[b, "form"]
        clear = gap["difference_low"] > 0 or gap["difference_high"] < 0
        if indicator in order and (abs(gap["difference"]) > 0.25 if gap["binary"] else clear):
            texts = (form.format(rows.loc[name, "middle"]) for name in (a, b))
            lines.append((order[indicator], Line(label, *texts, float(gap["agreement"]))))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])][:most]


def outcomes(ensemble: Ensemble, name: str) -> tuple[str, float] | None:
    """Return the regime that most runs of a scenario look like, and their share; None if the run ends too early."""
    if not ((ensemble.years >= WINDOW[0]) & (ensemble.years <= WINDOW[1])).any():
        return None
    labels = pd.Series([regime.label for regime in regimes_of(ensemble, name)])
    most = labels.mode()[0]
    return most, float((labels == most).mean())


def changed_world(view: View) -> list[str]:
    """Return in words what of the world differs from the base world, key and value."""
    texts = []
    for key, value in view.settings["w"].items():
        section, _, name = key.partition(".")
        usual = declarations()[section][name]["value"]
        text = {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value
        before = {True: "on", False: "off"}.get(usual, usual) if isinstance(usual, bool) else usual
        texts.append(f"{name.replace('_', ' ')} {text} (was {before})")
    return texts


def same(view: View) -> bool:
    """Whether both columns are one scenario."""
    return view.scenario("a").digest() == view.scenario("b").digest()
