"""The plan of a map: two or three axes, one scenario, paired seeds, and how the points are placed."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from abm.scenario import nearest
from experiments.sweep.faults import explained
from experiments.sweep.outcomes import CrisisWindow, Part, RegimeWindow
from experiments.sweep.plan import BasePlan, LatinHypercube, Sobol


class AdaptiveGrid(Part):
    """A coarse grid of `cells` along each axis; cells that a border crosses are halved, up to `depth` times."""

    kind: Literal["adaptive_grid"] = "adaptive_grid"
    cells: Annotated[int, Field(ge=1, le=64)] = 6
    depth: Annotated[int, Field(ge=0, le=6)] = 3

    @property
    def size(self) -> int:
        """The cells along an axis of the full grid at the finest level."""
        return self.cells * 2**self.depth


KINDS = {"adaptive_grid": AdaptiveGrid, "sobol": Sobol, "latin_hypercube": LatinHypercube}


class MapPlan(BasePlan):
    """The plan of `latecomer map`."""

    kind: Literal["map"]
    design: AdaptiveGrid | Sobol | LatinHypercube = AdaptiveGrid()
    regime: RegimeWindow = RegimeWindow()
    crisis: CrisisWindow = CrisisWindow(window=(1997, 1998))

    @field_validator("scenarios")
    @classmethod
    def _one(cls, scenarios: tuple) -> tuple:
        if len(scenarios) != 1:
            raise ValueError(f"{', '.join(scenarios)}: a map is drawn of one scenario")
        return scenarios

    @field_validator("design", mode="before")
    @classmethod
    def _design(cls, design: Any) -> Any:
        if isinstance(design, Part):
            return design
        kind = design.get("kind") if isinstance(design, dict) else design
        if kind not in KINDS:
            raise ValueError(f"kind: {kind!r}: expected one of {', '.join(KINDS)}{nearest(str(kind), KINDS)}")
        try:
            return KINDS[kind](**design)
        except ValidationError as problem:
            raise ValueError("; ".join(explained(problem, KINDS[kind]))) from None

    @model_validator(mode="after")
    def _axes(self):
        if len(self.factors) not in (2, 3):
            raise ValueError(f"levers, uncertainties: {len(self.factors)} named; a map has two axes, or three")
        for key, factor in self.factors.items():
            if factor.values:
                raise ValueError(f"{key}: {list(factor.values)}: an axis is a range; write {{range: [low, high]}}")
        if self.record.series:
            raise ValueError("record.series: a map keeps no series; use a plan of `latecomer sweep`")
        return self
