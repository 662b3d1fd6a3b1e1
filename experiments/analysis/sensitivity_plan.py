"""The plan of a sensitivity analysis: factors as in a sweep, and the method that places the points."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from experiments.sweep.outcomes import REGIME, Part
from experiments.sweep.plan import BasePlan, RandomSeed


class Morris(Part):
    """Elementary effects (Morris 1991; Campolongo et al. 2007): trajectories x (factors + 1) points; to screen many."""

    kind: Literal["morris"] = "morris"
    trajectories: Annotated[int, Field(ge=4, le=100_000)] = 20
    levels: Literal[4, 6, 8, 10] = 4
    seed: RandomSeed = 1

    def blocks(self, factors: int) -> tuple[int, int]:
        """Return how many blocks of points there are, and how many points a block has."""
        return self.trajectories, factors + 1


class SobolIndices(Part):
    """Shares of variance (Sobol 2001; Saltelli et al. 2010): base x (factors + 2) points; `base` a power of two."""

    kind: Literal["sobol"]
    base: Annotated[int, Field(ge=8, le=2**20)] = 256
    seed: RandomSeed = 1

    @field_validator("base")
    @classmethod
    def _power(cls, base: int) -> int:
        if base & (base - 1):
            below = 1 << (base.bit_length() - 1)
            raise ValueError(f"{base}: expected a power of two, such as {below} or {2 * below}")
        return base

    def blocks(self, factors: int) -> tuple[int, int]:
        """Return how many blocks of points there are, and how many points a block has."""
        return self.base, factors + 2


class SensitivityPlan(BasePlan):
    """The plan of `latecomer sensitivity`."""

    kind: Literal["sensitivity"]
    design: Annotated[Morris | SobolIndices, Field(discriminator="kind")] = Morris()

    @model_validator(mode="after")
    def _analysable(self):
        if len(self.factors) < 2:
            raise ValueError(f"levers, uncertainties: {len(self.factors)} named; expected two or more")
        if not self.measured_columns:
            raise ValueError("outcomes: no number would be kept; name outcomes, a regime or a crisis")
        if self.record.series:
            raise ValueError("record.series: a sensitivity analysis keeps no series; use a plan of `latecomer sweep`")
        return self

    @property
    def measured_columns(self) -> list[str]:
        """The columns of outcomes that are numbers, in order."""
        return [name for name in self.columns if name != REGIME]
