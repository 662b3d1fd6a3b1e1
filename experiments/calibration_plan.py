"""The plan of a calibration: which parameters of the base world are free, between which bounds, and how to search."""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from abm.scenario import CONFIGS, ScenarioError, declarations, nearest, read_yaml

DEFAULT = CONFIGS / "plans" / "calibration.yaml"
Count = Annotated[int, Field(ge=1, le=100_000)]
Share = Annotated[float, Field(gt=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Seeds(_Part):
    """The common luck: so many seeds from the first."""

    first: Annotated[int, Field(ge=0)]
    count: Count

    @property
    def list(self) -> list[int]:
        """The seeds."""
        return [*range(self.first, self.first + self.count)]


class Start(_Part):
    """The space-filling start: Sobol points within a share of the bounds around the present values."""

    points: Annotated[int, Field(ge=0, le=100_000)]
    spread: Share


class Plan(_Part):
    """What is searched, and how."""

    title: str
    scenarios: tuple[str, ...]
    seeds: Seeds
    optimiser_seed: Annotated[int, Field(ge=0, lt=2**31)]
    start: Start
    population: Annotated[int, Field(ge=4, le=1000)]
    step: Share
    parameters: dict[str, tuple[float, float]]

    @field_validator("parameters")
    @classmethod
    def _known(cls, parameters: dict) -> dict:
        free = {f"{s}.{n}": d for s, names in declarations().items() if s != "policy" for n, d in names.items()}
        for key, (low, high) in parameters.items():
            if key not in free or "range" not in free[key]:
                raise ValueError(f"{key}: no such parameter outside the policy block{nearest(key, free)}")
            least, most = free[key]["range"]
            if not least <= low < high <= most:
                raise ValueError(f"{key}: bounds {low} to {high}: expected rising bounds within {least} to {most}")
        return parameters

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bounds, in the order of the parameters."""
        return tuple(np.array(side, float) for side in zip(*self.parameters.values(), strict=True))

    def settings(self, point: np.ndarray) -> dict[str, float]:
        """Return the settings at a point of the unit cube, to four significant digits."""
        low, high = self.bounds
        return {key: float(f"{v:.4g}") for key, v in zip(self.parameters, low + point * (high - low), strict=True)}

    def digest(self) -> str:
        """Return the hash of everything that changes the search [12 hexadecimal digits]."""
        content = json.dumps(self.model_dump(exclude={"title"}), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]


def load_plan(path: Path = DEFAULT, seeds: int | None = None) -> Plan:
    """Return a plan from its file, with another number of seeds if one is given; ScenarioError names the fault."""
    content = read_yaml(path)
    if content.get("kind") in ("sweep", "map"):
        raise ScenarioError(f"{path}: kind: {content['kind']}: this plan is for `latecomer {content['kind']}`")
    try:
        plan = Plan(**content)
        return plan if seeds is None else plan.model_copy(update={"seeds": Seeds(first=plan.seeds.first, count=seeds)})
    except ValidationError as problem:
        detail = problem.errors()[0]
        place = ".".join(str(part) for part in detail["loc"])
        raise ScenarioError(f"{path}: {place}: {detail['msg'].removeprefix('Value error, ')}") from None
