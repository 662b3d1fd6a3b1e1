"""IndustryModel: a mesa.Model that holds the world, runs the schedule and records it."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import mesa
import numpy as np
import pandas as pd
from mesa.agent import AgentSet

from abm.agents import (
    BANK_ID,
    CLIENT_IDS,
    GOVERNMENT_ID,
    INCUMBENT_IDS,
    SME,
    Bank,
    Chaebol,
    Firm,
    ForeignClient,
    ForeignIncumbent,
    Government,
    View,
)  # fmt: skip
from abm.behaviour.capabilities import large_scale, small_scale
from abm.driver import run_compiled, step_through
from abm.measurement.indicators import NAMES
from abm.measurement.recorder import Tape, new_tape
from abm.measurement.records import Records, check_recordable
from abm.population import forked, new_world
from abm.quarters import quarter_number, quarter_text
from abm.runs import as_scenario, check_seed, make_records
from abm.scenario import Scenario, ScenarioError, load_scenario
from abm.schedule import PHASES
from abm.state import UNRELATED, World


class IndustryModel(mesa.Model):
    """A country's electronics industry, a quarter a step.

    scenario: a Scenario, a preset's name or a YAML file. seed (or rng, as Mesa likes it): a whole number; the
    same scenario and seed give the same bits as `abm.simulate`. record: tables to keep besides the usual ones
    ("firms", "flows", "decisions"). hooks: phase name -> function of the model, called after that phase of
    every quarter (phases: abm.schedule.PHASES). Further keyword arguments are dotted scenario settings, so that
    mesa.batch_run can vary them: {"scenario": ["base"], "policy.guarantee": [0.2, 0.8]}.
    """

    def __init__(
        self,
        scenario: Scenario | str = "base",
        seed: int | None = None,
        *,
        rng: Any = None,
        record: str | Iterable[str] = (),
        hooks: Mapping[str, Callable] | None = None,
        **settings: Any,
    ):
        seed = _one_seed(seed, rng)
        super().__init__(rng=seed)
        if settings:
            scenario = load_scenario(scenario, settings) if isinstance(scenario, str) else scenario.replace(settings)
        self.scenario = as_scenario(scenario)
        self.seed = seed
        self.recorded = check_recordable(record)
        self.hooks = dict(hooks or {})
        unknown = set(self.hooks) - {name for name, _ in PHASES}
        if unknown:
            raise ScenarioError(f"hooks: {sorted(unknown)[0]!r} is no phase; phases: {', '.join(n for n, _ in PHASES)}")
        self.tape = new_tape(self.scenario.run.quarters)
        self.luck: tuple[tuple[str, int], ...] = ()  # quarters from which a fork met other luck, with its seed
        self._panel: list | None = [] if self.recorded else None
        self._matrices: list | None = [] if self.recorded else None
        self._views: dict[int, View] = {}
        self._synced = -1
        self._collector: mesa.DataCollector | None = None

    @functools.cached_property
    def world(self) -> World:
        """All rows of the running world (see abm.state); made when first asked for: a fork brings its own."""
        return new_world(self.scenario, self.seed)

    @property
    def quarter(self) -> int:
        """The number of quarters played."""
        return int(self.world.economy["quarter"][0])

    def step(self) -> None:
        """Play one quarter, phase by phase; stops running at the horizon."""
        if self.quarter >= len(self.tape.rows):
            self.running = False
            return
        hooks = {name: lambda _, call=call: call(self) for name, call in self.hooks.items()}
        self.world = step_through(self.world, self.tape, self.scenario.start, hooks)
        self._keep()
        if self._collector is not None:
            self._collector.collect(self)
        self.running = self.quarter < len(self.tape.rows)

    def run(self, until: str | None = None) -> Records:
        """Run to the horizon, or on the eve of a quarter such as "1988Q1", and return the records so far.

        Compiled, unless hooks or an own data collector want each step. ScenarioError if the quarter lies behind.
        """
        end = self._index(until) if until else len(self.tape.rows)
        if self.hooks or self._collector is not None:
            while self.quarter < end:
                self.step()
        else:
            for quarter in range(self.quarter + 1, end + 1) if self.recorded else [end]:
                self.world = run_compiled(self.world, self.tape, quarter, self.scenario.start)
                self._keep()
            self.steps = self.quarter
            self.running = self.quarter < len(self.tape.rows)
        return self.records

    def _index(self, quarter: str) -> int:
        """Return the index of a quarter that lies ahead; ScenarioError otherwise."""
        try:
            index = quarter_number(quarter) - self.scenario.start
        except ValueError as problem:
            raise ScenarioError(f"until: {problem}") from None
        if not self.quarter <= index <= len(self.tape.rows):
            first, last = (quarter_text(self.scenario.start + k) for k in (self.quarter, len(self.tape.rows)))
            raise ScenarioError(f"until: {quarter} is not between {first}, where the run is, and its end, {last}")
        return index

    def fork(
        self, overrides: Mapping[str, Any] | None = None, *, seed: int | None = None, hooks: Mapping | None = None
    ) -> "IndustryModel":
        """Return a copy of this running world that goes on under other policy, by surprise, or with other luck.

        overrides: dotted policy keys and their values from now on, {"policy.guarantee": 0.0}; equal to the bit to a
        run of this scenario with that reform dated today. seed: the luck from now on. The copy shares nothing with
        this model, which can go on too. ScenarioError for other than policy keys, bad values, or at the horizon.
        """
        today = quarter_text(self.scenario.start + self.quarter)
        if self.quarter >= len(self.tape.rows):
            raise ScenarioError(f"fork: the run ended before {today}; there is nothing left to change")
        scenario = self.scenario.reformed(today, overrides) if overrides else self.scenario
        other = IndustryModel(scenario, self.seed, record=self.recorded, hooks=self.hooks if hooks is None else hooks)
        other.world = forked(self.world, scenario, check_seed(seed) if seed is not None else None)
        other.tape = Tape(*(array.copy() for array in self.tape))
        other.luck = (*self.luck, *([(today, seed)] if seed is not None else []))
        if self.recorded:
            other._panel, other._matrices = list(self._panel), list(self._matrices)
        other.steps = self.steps
        return other

    def _keep(self) -> None:
        if self.recorded:
            self._panel.append(self.world.firms[: self.world.economy["firms_opened"][0]].copy())
            self._matrices.append(self.world.flows.copy())

    @property
    def records(self) -> Records:
        """The records so far."""
        return make_records(
            self.scenario, self.seed, self.world, self.tape, self._panel, self._matrices, self.recorded, self.luck
        )

    @property
    def indicators(self) -> pd.Series:
        """The indicators of the last quarter played (see measurement.indicators)."""
        row = self.tape.rows[max(self.quarter - 1, 0)]
        return pd.Series({name: float(row[name]) for name in NAMES})

    @property
    def datacollector(self) -> mesa.DataCollector:
        """Mesa's collector; unless you set one, it holds every indicator of every quarter so far."""
        if self._collector is not None:
            return self._collector
        collector = mesa.DataCollector(model_reporters={name: _Reporter(name) for name in NAMES})
        for name in NAMES:
            collector.model_vars[name] = self.tape.rows[name][: self.quarter].tolist()
        return collector

    @datacollector.setter
    def datacollector(self, collector: mesa.DataCollector) -> None:
        self._collector = collector

    # Views are made when somebody asks. Mesa's own registration is not used: rows are the only truth.

    def register_agent(self, agent: View) -> None:
        """Do nothing: a view is not a member until `agents` finds its row alive."""

    def deregister_agent(self, agent: View) -> None:
        """Refuse: rows close by bankruptcy or closure, not by removing a view."""
        raise ScenarioError("agents are views of rows; a firm leaves by the rules of exit, not by remove()")

    @property
    def agents(self) -> AgentSet:
        """All living firms, the foreign clients and incumbents, the bank and the government."""
        self._sync()
        return AgentSet(list(self._views.values()), random=self.random)

    @property
    def agents_by_type(self) -> dict[type, AgentSet]:
        """The same by class, as of this quarter: Chaebol, SME, Firm (neither), ForeignClient ..."""
        self._sync()
        kinds: dict[type, list] = {
            kind: [] for kind in (Chaebol, SME, Firm, ForeignClient, ForeignIncumbent, Bank, Government)
        }
        for view in self._views.values():
            kinds[type(view)].append(view)
        return {kind: AgentSet(views, random=self.random) for kind, views in kinds.items()}

    @property
    def agent_types(self) -> list[type]:
        """The classes of agents."""
        return list(self.agents_by_type)

    def _sync(self) -> None:
        """Make the views of living rows, drop those of closed ones, and set each firm's class."""
        if self._synced == self.quarter and self._views:
            return
        if self._synced < 0:
            for c in range(len(self.world.clients)):
                self._views[CLIENT_IDS + c] = ForeignClient(self, c, CLIENT_IDS + c)
            for j in range(len(self.world.incumbents)):
                self._views[INCUMBENT_IDS + j] = ForeignIncumbent(self, j, INCUMBENT_IDS + j)
            self._views[BANK_ID] = Bank(self, 0, BANK_ID)
            self._views[GOVERNMENT_ID] = Government(self, 0, GOVERNMENT_ID)
        count = int(self.world.economy["firms_opened"][0])
        firms, e, p = self.world.firms[:count], self.world.economy[0], self.world.parameters[0]
        small = firms["sales"] < small_scale(e, p)
        group = (firms["capacity"][:, UNRELATED] > 0) & (firms["sales"] > large_scale(e, p))
        for row in range(count):
            if not firms["alive"][row]:
                self._views.pop(row, None)
                continue
            view = self._views.get(row) or self._views.setdefault(row, Firm(self, row, row))
            view.__class__ = Chaebol if group[row] else SME if small[row] else Firm
        self._synced = self.quarter


class _Reporter:
    """Reports one indicator of the last quarter; a class, so that a collector can be pickled."""

    def __init__(self, name: str):
        self.name = name

    def __call__(self, model: IndustryModel) -> float:
        return float(model.tape.rows[self.name][max(model.quarter - 1, 0)])


def _one_seed(seed: int | None, rng: Any) -> int:
    """Return the seed meant by Mesa's `seed` or `rng`; 1 if neither is given."""
    if seed is not None and rng is not None:
        raise ScenarioError("seed and rng: give one of them, not both")
    if rng is None:
        return check_seed(1 if seed is None else seed)
    if isinstance(rng, int | np.integer):
        return check_seed(int(rng))
    return int(np.random.default_rng(rng).integers(2**62))
