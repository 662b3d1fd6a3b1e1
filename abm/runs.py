"""Runs and ensembles of runs: one compiled run, and many with paired seeds on all cores."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import numpy as np
import pandas as pd

from abm.driver import run_compiled
from abm.measurement.indicators import NAMES
from abm.measurement.manifest import describe
from abm.measurement.recorder import Tape, new_tape
from abm.measurement.records import Records, check_recordable
from abm.population import new_world
from abm.quarters import quarter_number
from abm.scenario import Scenario, ScenarioError, load_scenario

SEED_MAX = 2**63 - 1


def simulate(
    scenario: Scenario | str, seed: int = 1, record: str | Iterable[str] = (), luck: Iterable[tuple[str, int]] = ()
) -> Records:
    """Run a scenario to its horizon with the compiled driver and return its records.

    `record` adds tables: any of "firms", "flows", "decisions". `luck`: quarters from which the run meets the luck of
    another seed, as a fork may (see IndustryModel.fork). Raises ScenarioError for a bad scenario or
    seed, RecordError for an unknown table, AuditError if the books do not balance.
    """
    scenario = as_scenario(scenario)
    wanted = check_recordable(record)
    seed = check_seed(seed)
    w, tape = new_world(scenario, seed), new_tape(scenario.run.quarters)
    panel, matrices = ([], []) if wanted else (None, None)
    luck = tuple(luck)
    turns = {quarter_number(quarter) - scenario.start: check_seed(other) for quarter, other in luck}
    until = range(1, len(tape.rows) + 1) if wanted else sorted({*turns, len(tape.rows)})
    for quarter in until:
        w = run_compiled(w, tape, quarter, scenario.start)
        w.economy["seed"] = turns.get(quarter, w.economy["seed"][0])
        if wanted:
            panel.append(w.firms[: w.economy["firms_opened"][0]].copy())
            matrices.append(w.flows.copy())
    return make_records(scenario, seed, w, tape, panel, matrices, wanted, luck)


def trace(scenario: Scenario, seed: int) -> Tape:
    """Run a scenario to its horizon and return only its tape (see measurement.recorder): the lean way of sweeps.

    No record is made and no manifest. Raises ScenarioError for a bad seed, AuditError if the books do not balance.
    """
    w, tape = new_world(scenario, check_seed(seed)), new_tape(scenario.run.quarters)
    run_compiled(w, tape, len(tape.rows), scenario.start)
    return tape


def make_records(scenario, seed, w, tape, panel=None, matrices=None, wanted=(), luck=()) -> Records:
    """Return the records of a world that has been run, with their manifest."""
    log = w.log[: w.economy["logged"][0]].copy()
    done = int(w.economy["quarter"][0])
    tape = tape._replace(rows=tape.rows[:done], sheets=tape.sheets[:done], where=tape.where[:done])
    records = Records(scenario.name, seed, scenario.start, tape, log, panel, matrices, recorded=tuple(wanted))
    records.manifest = describe("run", [scenario], [seed], {f"{scenario.name}/{seed}": records.fingerprint})
    records.manifest["record"] = list(wanted)
    if luck:
        records.manifest["luck"] = [list(turn) for turn in luck]
    return records


def as_scenario(scenario: Scenario | str) -> Scenario:
    """Return a scenario from itself, a preset's name or a file."""
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def check_seed(seed: int) -> int:
    """Return a seed as an integer; ScenarioError unless 0 <= seed < 2**63."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed <= SEED_MAX:
        raise ScenarioError(f"seed: {seed!r} is not a whole number from 0 to {SEED_MAX}")
    return int(seed)


def run_ensemble(
    scenarios: Sequence[Scenario | str],
    seeds: Iterable[int] = range(32),
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    luck: Iterable[tuple[str, int]] = (),
) -> dict[tuple[str, int], Records]:
    """Run every scenario at every seed on a pool of threads; returns records by (scenario name, seed).

    `luck` as in `simulate`. The result does not depend on `workers` or the order of completion. Ctrl-C stops at once.
    """
    scenarios = [as_scenario(scenario) for scenario in scenarios]
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise ScenarioError(f"scenarios: {', '.join(names)}: two have the same name; rename one")
    seeds, luck = [check_seed(seed) for seed in seeds], tuple(luck)
    jobs = [(scenario, seed) for seed in seeds for scenario in scenarios]
    done: dict[tuple[str, int], Records] = {}
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    try:
        pending = {pool.submit(simulate, scenario, seed, luck=luck): (scenario.name, seed) for scenario, seed in jobs}
        while pending:
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                done[pending.pop(future)] = future.result()
            if progress:
                progress(len(done), len(jobs))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return {(scenario.name, seed): done[scenario.name, seed] for scenario, seed in jobs}


def tidy(runs: dict[tuple[str, int], Records]) -> pd.DataFrame:
    """Return the indicators of an ensemble as scenario, seed, quarter, indicator, value."""
    parts = []
    for (name, seed), records in runs.items():
        values = records.indicators.to_numpy()
        quarters, count = values.shape
        parts.append((name, seed, records.quarters, values.T.ravel(), quarters, count))
    names = list(dict.fromkeys(part[0] for part in parts))
    sizes = [len(part[3]) for part in parts]
    return pd.DataFrame(
        {
            "scenario": pd.Categorical.from_codes(np.repeat([names.index(p[0]) for p in parts], sizes), names),
            "seed": np.repeat([part[1] for part in parts], sizes),
            "quarter": pd.PeriodIndex.from_ordinals(
                np.concatenate([np.tile(p[2].asi8, p[5]) for p in parts]), freq="Q"
            ),
            "indicator": pd.Categorical.from_codes(
                np.concatenate([np.repeat(np.arange(p[5]), p[4]) for p in parts]), list(NAMES)
            ),
            "value": np.concatenate([part[3] for part in parts]),
        }
    )


def ensemble(
    scenarios: Sequence[Scenario | str], seeds: Iterable[int] = range(32), workers: int | None = None
) -> pd.DataFrame:
    """Run scenarios with paired seeds on all cores; returns tidy indicators: scenario, seed, quarter, indicator, value.

    The same seed gives every scenario the same luck, so differences between scenarios are read pair by pair.
    """
    return tidy(run_ensemble(scenarios, seeds, workers))
