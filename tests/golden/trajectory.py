"""The golden trajectories: a fixed world, its indicators written down. `python tests/golden/trajectory.py` renews them.

The scenarios are frozen in full beside the numbers, so that recalibrating base.yaml does not move them; only a
change of the rules does. Renew on purpose, and say in the commit what changed and why.
"""

import json
from pathlib import Path

import numpy as np

from abm.runs import simulate
from abm.scenario import load_scenario, restore_scenario

FOLDER = Path(__file__).parent
PRESETS = ("korea", "taiwan")
SEED = 11


def scenario(name):
    """Return the frozen scenario of a golden trajectory."""
    return restore_scenario(json.loads((FOLDER / f"{name}.json").read_text())["scenario"], f"{name}.json")


def trajectory(name):
    """Return the indicators of the frozen scenario now [quarter, indicator] and their names."""
    table = simulate(scenario(name), SEED).indicators
    return table.iloc[::4].fillna(-1)


def recorded(name):
    """Return the recorded indicators as a dictionary of lists."""
    return json.loads((FOLDER / f"{name}.json").read_text())["indicators"]


def renew():
    """Write scenarios and trajectories anew."""
    for name in PRESETS:
        chosen = load_scenario(name)
        table = simulate(chosen, SEED).indicators.iloc[::4].fillna(-1)
        content = {"scenario": chosen.resolved(), "indicators": {k: v.tolist() for k, v in table.items()}}
        (FOLDER / f"{name}.json").write_text(json.dumps(content) + "\n")
        print(f"{name}: exports of the last year {np.round(table['exports_usd_m'].iloc[-1])}")


if __name__ == "__main__":
    renew()
