"""Calibration by simulated moments: a space-filling start, then CMA-ES, under common luck, resumable.

The search is a pure function of its plan and its journal: `journal.jsonl` holds a line for every candidate that
was evaluated, and a search that was killed replays them and goes on where it stopped.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cmaes import CMA
from scipy.stats import qmc

from abm.accounts import AuditError
from abm.compiled import source_hash
from abm.runs import simulate
from abm.scenario import Scenario, load_scenario
from experiments.calibration_plan import Plan
from experiments.facts import Fact, load_facts
from experiments.moments import penalties
from experiments.output import InputError
from experiments.tables import Ensemble, from_runs

JOURNAL = "journal.jsonl"


@dataclass(frozen=True)
class Evaluation:
    """A candidate: its place in the search, its point in the unit cube, its loss, and the penalty of each fact."""

    number: int
    point: tuple[float, ...]
    loss: float
    penalties: dict[str, float]


def calibrate(
    plan: Plan, folder: Path, budget: int, workers: int, progress: Callable[[int, int], None] | None = None
) -> Evaluation:
    """Search from the present values until `budget` candidates are in the journal of `folder`; returns the best."""
    scenarios = [load_scenario(name) for name in plan.scenarios]
    origin = present(plan, scenarios[0])
    return search(plan, scenarios, origin, folder / JOURNAL, budget, workers, progress)


def search(
    plan: Plan, scenarios: list[Scenario], origin: np.ndarray, path: Path, budget: int, workers: int,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:  # fmt: skip
    """Search from a point of the unit cube until the journal at `path` is full (a generation is never cut)."""
    facts = load_facts()
    journal = Journal(path, fingerprint(plan, scenarios, facts))
    guide = proposals(plan, origin)
    best, batch, told = None, next(guide), 0
    with ThreadPoolExecutor(workers) as pool:
        while told < budget:
            missing = [k for k in range(len(batch)) if told + k not in journal.known]
            jobs = pool.map(lambda k, points=batch: evaluate(plan, scenarios, facts, points[k]), missing)
            for k, result in zip(missing, jobs, strict=True):
                journal.add(Evaluation(told + k, tuple(batch[k]), sum(result.values()), result))
                if progress:
                    progress(len(journal.known), max(budget, len(journal.known)))
            done = [journal.get(told + k, point) for k, point in enumerate(batch)]
            best = min([*([best] if best else []), *done], key=lambda e: e.loss)
            told += len(batch)
            batch = guide.send([e.loss for e in done])
    return best


def fingerprint(plan: Plan, scenarios: list[Scenario], facts: list[Fact]) -> str:
    """Return what a journal belongs to: the model's sources, the scenarios, the plan and the facts."""
    targets = json.dumps([fact.model_dump(mode="json") for fact in facts], sort_keys=True)
    digest = hashlib.sha256(targets.encode()).hexdigest()[:12]
    return "/".join([source_hash(), *(s.digest()[:12] for s in scenarios), plan.digest(), digest])


def present(plan: Plan, scenario: Scenario) -> np.ndarray:
    """Return the present values of the plan's parameters as a point in the unit cube."""
    values = [scenario.setting(key) for key in plan.parameters]
    low, high = plan.bounds
    return np.clip((np.array(values, float) - low) / (high - low), 0.0, 1.0)


def proposals(plan: Plan, origin: np.ndarray) -> Iterator[list[np.ndarray]]:
    """Yield batches of points of the unit cube; send their losses back, in order.

    The first batch is the present point and Sobol points around it; CMA-ES starts from the best of them.
    """
    first = [origin]
    if plan.start.points:
        sobol = qmc.Sobol(len(origin), seed=plan.optimiser_seed).random(plan.start.points)
        first += list(np.clip(origin + plan.start.spread * (2.0 * sobol - 1.0), 0.0, 1.0))
    losses = yield first
    mean = first[int(np.argmin(losses))]
    box = np.array([[0.0, 1.0]] * len(origin))
    optimiser = CMA(mean, plan.step, bounds=box, seed=plan.optimiser_seed, population_size=plan.population)
    while True:
        asked = [optimiser.ask() for _ in range(plan.population)]
        losses = yield asked
        optimiser.tell(list(zip(asked, losses, strict=True)))


def evaluate(plan: Plan, scenarios: list[Scenario], facts: list[Fact], point: np.ndarray) -> dict[str, float]:
    """Return the penalty of each fact at a point of the unit cube; a run that fails costs the most."""
    settings = plan.settings(point)
    try:
        return penalties(facts, simulated(scenarios, settings, plan.seeds.list))
    except (ArithmeticError, AuditError):
        return {"failed": 1e3}


def simulated(scenarios: list[Scenario], settings: dict[str, float], seeds: list[int]) -> Ensemble:
    """Return the ensemble of scenarios under some settings, run in this thread."""
    chosen = [scenario.replace(settings) for scenario in scenarios]
    runs = {(s.name, seed): simulate(s, seed) for s in chosen for seed in seeds}
    return from_runs(chosen, runs)


class Journal:
    """The evaluations of a search, a line each, kept on disk as they come."""

    def __init__(self, path: Path, belongs_to: str):
        self.path, self.known, self.best = path, {}, None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._read(belongs_to)
            fresh = path.with_suffix(".new")  # rewritten whole, without the line that a kill may have cut short
            text = [json.dumps({"search": belongs_to}), *(json.dumps(vars(e)) for e in self.known.values())]
            fresh.write_text("\n".join(text) + "\n", encoding="utf-8")
            fresh.replace(path)
        except OSError as problem:
            raise InputError(f"--out {path.parent}: cannot write there ({problem.strerror})") from None

    def _read(self, belongs_to: str) -> None:
        head, *lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else [""]
        if head and json.loads(head)["search"] != belongs_to:
            raise InputError(f"{self.path}: belongs to another plan, scenario or version; choose another --out")
        for line in lines:
            if line.endswith("}"):
                self._keep(Evaluation(**json.loads(line)))

    def _keep(self, evaluation: Evaluation) -> None:
        self.known[evaluation.number] = evaluation
        if self.best is None or evaluation.loss < self.best.loss:
            self.best = evaluation

    def add(self, evaluation: Evaluation) -> None:
        """Keep an evaluation and write it down at once."""
        self._keep(evaluation)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(vars(evaluation)) + "\n")

    def get(self, number: int, point: np.ndarray) -> Evaluation:
        """Return an evaluation; InputError if the search no longer proposes the point it was made at."""
        found = self.known[number]
        if not np.array_equal(found.point, point):
            raise InputError(f"{self.path}: candidate {number} does not belong to this search; choose another --out")
        return found
