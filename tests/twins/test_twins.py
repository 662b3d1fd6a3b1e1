"""The same bits whatever the driver, the process, the number of workers, or the compiler."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import abm
from abm.driver import step_through
from abm.measurement.recorder import new_tape
from abm.population import new_world
from abm.runs import run_ensemble, simulate
from abm.schedule import PHASES

PRESETS = ("korea", "taiwan")
SHORT = {"run.quarters": 10}

PROBE = """
import json, sys, abm
runs = {}
for name in ("korea", "taiwan"):
    scenario = abm.load_scenario(name, {"run.quarters": int(sys.argv[1])})
    records = abm.simulate(scenario, seed=7)
    table = records.indicators
    runs[name] = [records.fingerprint, table.fillna(-1).to_numpy().ravel().tolist()]
print(json.dumps(runs))
"""


def elsewhere(quarters, **environment):
    """Run the probe in another process."""
    result = subprocess.run(
        [sys.executable, "-c", PROBE, str(quarters)], capture_output=True, text=True, check=True,
        env=os.environ | environment,
    )  # fmt: skip
    return json.loads(result.stdout)


@pytest.mark.parametrize("name", PRESETS)
def test_stepped_and_compiled_runs_are_equal(name):
    scenario = abm.load_scenario(name)
    model = abm.IndustryModel(scenario, seed=7)
    while model.running:
        model.step()
    assert model.records.fingerprint == simulate(scenario, 7).fingerprint


@pytest.mark.parametrize("name", PRESETS)
def test_a_run_taken_up_midway_is_equal(name):
    scenario = abm.load_scenario(name, {"run.quarters": 40})
    model = abm.IndustryModel(scenario, seed=3)
    for _ in range(13):
        model.step()
    assert model.run().fingerprint == simulate(scenario, 3).fingerprint


def test_recording_more_changes_nothing():
    scenario = abm.load_scenario("korea", {"run.quarters": 30})
    plain, full = simulate(scenario, 2), simulate(scenario, 2, ("firms", "flows", "decisions"))
    assert plain.fingerprint == full.fingerprint


def test_workers_and_order_change_nothing():
    scenarios = [abm.load_scenario(name, {"run.quarters": 40}) for name in PRESETS]
    one = run_ensemble(scenarios, range(6), workers=1)
    two = run_ensemble(scenarios[::-1], [5, 3, 1, 0, 2, 4], workers=2)
    assert {key: run.fingerprint for key, run in one.items()} == {key: run.fingerprint for key, run in two.items()}


def test_growing_the_arrays_changes_nothing():
    """A world that starts with few spare rows must grow on its way, and end with the same bits."""
    scenario = abm.load_scenario("taiwan", {"run.quarters": 60, "firms.entrants": 8})
    records = simulate(scenario, 1)
    assert records.indicators["firm_count"].max() + 64 > 256  # it did have to grow
    w, tape = new_world(scenario, 1), new_tape(60)
    firms = np.zeros(4096, w.firms.dtype)
    firms["died"] = -1
    firms[: len(w.firms)] = w.firms
    w = w._replace(firms=firms, log=np.zeros((65536, 4)))
    for _ in range(60):
        w = step_through(w, tape, scenario.start, {})
    assert (tape.rows["exports_usd_m"] == records.indicators["exports_usd_m"].to_numpy()).all()


def test_other_processes_agree_compiled_and_not():
    here = {name: simulate(abm.load_scenario(name, SHORT), 7) for name in PRESETS}
    compiled, plain = elsewhere(10), elsewhere(10, NUMBA_DISABLE_JIT="1")
    for name in PRESETS:
        assert compiled[name][0] == here[name].fingerprint
        mine = here[name].indicators.fillna(-1).to_numpy().ravel()
        assert plain[name][1] == mine.tolist(), "compiled and uncompiled rules differ"


def test_no_rule_reads_or_writes_outside_its_arrays():
    """Compiled once with bounds checks, which raise on an index out of range."""
    here = simulate(abm.load_scenario("korea", {"run.quarters": 60}), 7)
    assert elsewhere(60, NUMBA_BOUNDSCHECK="1")["korea"][1] == here.indicators.fillna(-1).to_numpy().ravel().tolist()


def test_the_compiled_quarter_is_the_list_of_phases():
    from abm import schedule

    code = schedule.quarter.py_func.__code__ if hasattr(schedule.quarter, "py_func") else schedule.quarter.__code__
    called = [name for name in code.co_names if name in vars(schedule)]
    assert called == [getattr(step, "__name__", step.__class__.__name__) for _, step in PHASES]


def test_hooks_see_every_phase_and_may_change_the_world():
    seen = []

    def look(model):
        seen.append(model.quarter)
        model.world.economy["confidence"] *= 1.0

    model = abm.IndustryModel("korea", seed=1, hooks={"credit": look}, **{"run.quarters": 3})
    model.run()
    assert seen == [0, 1, 2]
    with pytest.raises(abm.ScenarioError, match="no phase"):
        abm.IndustryModel("korea", hooks={"tea": look})
