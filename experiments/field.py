"""The usual facts of the field: read, checked, and measured run by run on firm panels."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from abm.runs import simulate
from abm.scenario import Scenario
from experiments.facts import Expectation, load_facts
from experiments.regularities import OF_CYCLES, OF_YEARS, cycles, firm_years, statistic_of

MOST_PANELS = 8  # seeds: a panel is heavy


class Regularity(Expectation):
    """One usual fact: what is measured, by which statistic of a run, and what is accepted."""

    scenario: str
    measures: str
    statistic: Literal[*OF_YEARS, *OF_CYCLES]
    accept: tuple[float, float]


def load_regularities(name: str = "field") -> list[Regularity]:
    """Return the usual facts of a file in configs/facts; ScenarioError names file, fact and fault."""
    return load_facts(name, Regularity)


def measured_on_panels(
    regularities: list[Regularity], scenarios: list[Scenario], seeds: list[int],
    progress: Callable[[int, int], None] | None = None,
) -> dict[tuple[str, str], np.ndarray]:  # fmt: skip
    """Return each regularity's statistic, one number a seed, by (id, scenario); one panel is held at a time."""
    jobs = [(scenario, seed) for scenario in scenarios for seed in seeds[:MOST_PANELS]]
    values: dict[tuple[str, str], list[float]] = {}
    for done, (scenario, seed) in enumerate(jobs, 1):
        mine = [fact for fact in regularities if fact.scenario == scenario.name]
        for fact, value in zip(mine, statistics_of_run(mine, scenario, seed), strict=True):
            values.setdefault((fact.id, fact.scenario), []).append(value)
        if progress:
            progress(done, len(jobs))
    return {key: np.array(numbers) for key, numbers in values.items()}


def statistics_of_run(regularities: list[Regularity], scenario: Scenario, seed: int) -> list[float]:
    """Return one number a regularity of one run; its panel is dropped."""
    records = simulate(scenario, seed, record=("firms",))
    years, cycle = firm_years(records.firms, records.indicators), cycles(records.firms, records.indicators)
    return [statistic_of(fact.statistic, fact.window, years, cycle) for fact in regularities]
