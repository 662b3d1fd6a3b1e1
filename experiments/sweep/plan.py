"""The plan of a sweep: uncertainties X, levers L, outcomes M, scenarios, design, replications, what to record.

A plan is typed and checked before anything runs. Every fault is one sentence that names the plan's file, the field,
the value, what is allowed and the nearest name. See docs/sweeps.md.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from abm.scenario import CONFIGS, Scenario, ScenarioError, load_scenario, nearest, read_yaml
from experiments.sweep.factors import Factor, checked, read_factor
from experiments.sweep.faults import check_kind, check_windows, explained
from experiments.sweep.outcomes import (
    RESERVED,
    CrisisWindow,
    Indicator,
    Outcome,
    Part,
    RegimeWindow,
    column_names,
)

SHELF = CONFIGS / "plans"
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
SERIES_LIMIT = 10_000  # runs above which quarterly series are kept only if the plan insists
Points = Annotated[int, Field(ge=1, le=10_000_000)]
RandomSeed = Annotated[int, Field(ge=0, lt=2**31)]


class Grid(Part):
    """Every combination of the factors' values."""

    kind: Literal["grid"] = "grid"


class LatinHypercube(Part):
    """A Latin hypercube (scipy.stats.qmc). More points are all new points: it cannot be extended."""

    kind: Literal["latin_hypercube"]
    points: Points
    seed: RandomSeed = 1


class Sobol(Part):
    """A scrambled Sobol sequence (scipy.stats.qmc). More points continue it: it can be extended."""

    kind: Literal["sobol"]
    points: Points
    seed: RandomSeed = 1


class Listed(Part):
    """Points listed in a CSV file beside the plan, a column a factor, named by its key."""

    kind: Literal["list"]
    file: str


Design = Annotated[Grid | LatinHypercube | Sobol | Listed, Field(discriminator="kind")]


class Crossed(Part):
    """Every policy in every world: one design over the levers, one over the uncertainties."""

    levers: Design
    uncertainties: Design


class Replications(Part):
    """Paired seeds: every point meets the same luck."""

    first: Annotated[int, Field(ge=0, lt=2**62)] = 1
    count: Annotated[int, Field(ge=1, le=1_000_000)] = 1

    @property
    def seeds(self) -> range:
        """The seeds, in order."""
        return range(self.first, self.first + self.count)


class Record(Part):
    """What is kept beside the outcomes: quarterly series of some indicators, and their bands over seeds."""

    series: tuple[Indicator, ...] = ()
    keep_series: bool = False


class BasePlan(Part):
    """What sweeps and maps share: which worlds and policies, which luck, what is measured."""

    title: str = ""
    description: str = ""
    scenarios: tuple[str, ...] = ("base",)
    settings: dict[str, Any] = {}
    levers: dict[str, Any] = {}
    uncertainties: dict[str, Any] = {}
    replications: Replications = Replications()
    outcomes: dict[str, Outcome] = {}
    regime: RegimeWindow | None = None
    crisis: CrisisWindow | None = None
    record: Record = Record()
    _path: Path = PrivateAttr(default=Path("plan.yaml"))
    _scenarios: dict = PrivateAttr(default_factory=dict)

    @field_validator("settings")
    @classmethod
    def _settings(cls, settings: dict) -> dict:
        return {key: value if key == "history" else checked(key, value) for key, value in settings.items()}

    @field_validator("levers")
    @classmethod
    def _levers(cls, levers: dict) -> dict:
        for key in levers:
            if not str(key).startswith("policy.") and "." in str(key):
                raise ValueError(f"{key}: is no policy key; a parameter of the world goes under `uncertainties`")
        return {key: read_factor(key, spec) for key, spec in levers.items()}

    @field_validator("uncertainties")
    @classmethod
    def _uncertainties(cls, uncertainties: dict) -> dict:
        for key in uncertainties:
            if str(key).startswith("policy."):
                raise ValueError(f"{key}: is a policy key; it goes under `levers`")
        return {key: read_factor(key, spec) for key, spec in uncertainties.items()}

    @field_validator("outcomes")
    @classmethod
    def _outcomes(cls, outcomes: dict) -> dict:
        for name in outcomes:
            if not NAME.fullmatch(name) or name in RESERVED:
                raise ValueError(f"{name!r}: expected a name of small letters, digits and _, at most 32 long, "
                                 f"and none of {', '.join(RESERVED)}")  # fmt: skip
        return outcomes

    @model_validator(mode="after")
    def _whole(self):
        for key in self.factors:
            if key in self.settings:
                raise ValueError(f"settings: {key}: is varied by the plan, too; remove one of the two")
        if not self.columns and not self.record.series:
            raise ValueError("outcomes: nothing would be kept; name outcomes, a regime, a crisis or record.series")
        return self

    @property
    def factors(self) -> dict[str, Factor]:
        """Levers and uncertainties by key, in the plan's order."""
        return {**self.levers, **self.uncertainties}

    @property
    def columns(self) -> list[str]:
        """The columns of outcomes in the results, in order."""
        return column_names(self.outcomes, self.regime, self.crisis)

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self._path

    @property
    def worlds(self) -> dict[str, Scenario]:
        """The scenarios by name, with the plan's settings, in the plan's order."""
        return self._scenarios

    def fault(self, text: str) -> ScenarioError:
        """Return the error of a fault in this plan."""
        return ScenarioError(f"{self._path}: {text}")

    def measured(self) -> dict:
        """Return what decides the columns of a run, as plain data."""
        keys = ("outcomes", "regime", "crisis")
        content = self.model_dump(mode="json", include=set(keys))
        return {key: content[key] for key in keys} | {"series": list(self.record.series)}

    def resolved(self) -> dict:
        """Return the plan with nothing left to defaults, as plain data."""
        content = self.model_dump(mode="json", exclude={"levers", "uncertainties"})
        for side in ("levers", "uncertainties"):
            content[side] = {key: factor.spec() for key, factor in getattr(self, side).items()}
        return content

    def digest(self) -> str:
        """Return the hash of all that decides the runs and columns, scenarios' contents included [16 digits]."""
        content = self.resolved()
        for heading in ("title", "description"):
            content.pop(heading)
        content["scenarios"] = {name: world.digest() for name, world in self.worlds.items()}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


class Plan(BasePlan):
    """The plan of `latecomer sweep`."""

    kind: Literal["sweep"]
    design: Design | Crossed = Grid()

    @field_validator("design", mode="before")
    @classmethod
    def _design(cls, design: Any) -> Any:
        return read_design(design)


KINDS = {"grid": Grid, "latin_hypercube": LatinHypercube, "sobol": Sobol, "list": Listed}


def read_design(content: Any) -> Any:
    """Return a design, or a crossing of two, from a plan's content; ValueError names what is wrong."""
    if isinstance(content, Part):
        return content
    if not isinstance(content, dict):
        raise ValueError(f"{content!r}: expected for example {{kind: sobol, points: 1024}}")
    if "kind" not in content and {"levers", "uncertainties"} & set(content):
        for side in ("levers", "uncertainties"):
            if side not in content:
                raise ValueError(f"{side}: is required: a crossing has a design for levers and one for uncertainties")
        return Crossed(**{side: read_design(inner) for side, inner in content.items()})
    kind = content.get("kind")
    if kind not in KINDS:
        raise ValueError(f"kind: {kind!r}: expected one of {', '.join(KINDS)}{nearest(str(kind), KINDS)}")
    try:
        return KINDS[kind](**content)
    except ValidationError as problem:
        raise ValueError("; ".join(explained(problem, KINDS[kind]))) from None


def load_plan(source: str | Path, model: type[BasePlan] = Plan) -> BasePlan:
    """Return the plan of a file, or of a plan that ships with the model, by its name.

    Raises ScenarioError with one sentence a fault: file, field, value, what is allowed, nearest name.
    """
    path = _locate(str(source))
    return parse_plan(read_yaml(path), path, model)


def parse_plan(content: dict, path: Path = Path("plan.yaml"), model: type[BasePlan] = Plan) -> BasePlan:
    """Return the plan of a mapping as read from `path`; ScenarioError as in `load_plan`."""
    check_kind(content, path, model)
    try:
        plan = model(**content)
    except ValidationError as problem:
        raise ScenarioError("\n".join(f"{path}: {line}" for line in explained(problem, model))) from None
    plan._path = path
    for name in plan.scenarios:
        world = load_scenario(_beside(path, name), plan.settings)
        if world.name in plan._scenarios:
            raise plan.fault(f"scenarios: {world.name!r} stands there twice")
        plan._scenarios[world.name] = world
    check_windows(plan)
    return plan


def _beside(path: Path, name: str) -> str:
    """Return a scenario's file as seen from the plan's folder, if it is there; else its name as it stands."""
    return str(path.parent / name) if (path.parent / name).is_file() else name


def _locate(name: str) -> Path:
    if Path(name).is_file() or name.endswith((".yaml", ".yml")) or "/" in name:
        return Path(name)
    if (SHELF / f"{name}.yaml").is_file():
        return SHELF / f"{name}.yaml"
    known = sorted(path.stem for path in SHELF.glob("*.yaml"))
    raise ScenarioError(f"{name!r}: no such plan{nearest(name, known)}; shipped: {', '.join(known)}; or name a file")
