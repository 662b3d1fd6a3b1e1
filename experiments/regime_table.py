"""Which regime each run of an ensemble looks like, and how stable that verdict is."""

import numpy as np
import pandas as pd

from abm.measurement.regimes import COMPONENTS, HYBRID, LABELS, WINDOW, Regime, from_components, judge
from experiments.tables import BAND, Ensemble

SHIFT = 2  # years by which the window is moved to see whether a verdict hangs on it
ENDS = (LABELS[0], HYBRID, LABELS[1])
STABILITY = ["scenario", *ENDS, "score", "score_low", "score_high", "without_one", "other_years"]


def regimes(ensemble: Ensemble, window: tuple[int, int] = WINDOW) -> pd.DataFrame:
    """Return one row a run: scenario, seed, label, name, score, and the score of each component; empty if out of range.

    `window`: years over which indicators are averaged, both included.
    """
    if not ((ensemble.years >= window[0]) & (ensemble.years <= window[1])).any():
        return pd.DataFrame(columns=["scenario", "seed", "label", "name", "score", *COMPONENTS])
    rows = [
        {"scenario": name, "seed": seed, "label": found.label, "name": found.name, "score": found.score}
        | found.components
        for name in ensemble.names
        for seed, found in zip(ensemble.seeds, regimes_of(ensemble, name, window), strict=True)
    ]
    return pd.DataFrame(rows)


def regimes_of(ensemble: Ensemble, name: str, window: tuple[int, int] = WINDOW) -> list[Regime]:
    """Return the regime of every run of one scenario [seed], from the years of the window that the runs cover."""
    means = {row[0]: ensemble.over_years(name, row[0], *window) for row in COMPONENTS.values()}
    return [judge({indicator: values[k] for indicator, values in means.items()}) for k in range(len(ensemble.seeds))]


def stability(ensemble: Ensemble, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row a scenario: how often each label, the score's median and band, and what verdicts hang on.

    `table`: that of `regimes`, if it is at hand.
    `without_one`: share of runs whose label survives leaving out any one component. `other_years`: share whose label is
    the same in windows SHIFT years earlier and later (NaN where the run does not cover them).
    """
    table = regimes(ensemble) if table is None else table
    elsewhere = _labels_elsewhere(ensemble)
    rows = []
    for name, part in table.groupby("scenario", sort=False):
        low, middle, high = part["score"].quantile([BAND[0], 0.5, BAND[1]])
        labels = part["label"].to_numpy()
        same = [labels == other[name] for other in elsewhere]
        rows.append({
            "scenario": name, **{end: float((labels == end).mean()) for end in ENDS},
            "score": middle, "score_low": low, "score_high": high,
            "without_one": float(np.mean([_survives(row) for row in part.to_dict("records")])),
            "other_years": float(np.logical_and(*same).mean()) if same else np.nan,
        })  # fmt: skip
    return pd.DataFrame(rows, columns=STABILITY)


def _labels_elsewhere(ensemble: Ensemble) -> list[dict[str, np.ndarray]]:
    """Return the labels of each scenario [seed] in the earlier and the later window, if the run covers both."""
    windows = [(WINDOW[0] + by, WINDOW[1] + by) for by in (-SHIFT, SHIFT)]
    if windows[0][0] < ensemble.years[0] or windows[1][1] > ensemble.years[-1]:
        return []
    tables = [regimes(ensemble, window) for window in windows]
    return [{name: part["label"].to_numpy() for name, part in t.groupby("scenario", sort=False)} for t in tables]


def _survives(row: dict) -> bool:
    """Return whether the label of a run is the same whichever component is left out."""
    kept = {name: row[name] for name in COMPONENTS}
    others = [from_components({k: v for k, v in kept.items() if k != name}).label for name in kept]
    return all(other == row["label"] for other in others)
