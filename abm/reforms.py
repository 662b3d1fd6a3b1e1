"""Dated reforms: from a quarter on, some policy keys become others; announced or by surprise, at once or over years."""

from typing import Any

from pydantic import Field, field_serializer, model_validator
from pydantic_core import PydanticCustomError

from abm.history import Dated, Quarter
from abm.quarters import quarter_number


class Change(Dated):
    """Some keys of the policy block with new values; the scenario's own type declares them all, none required."""

    @model_validator(mode="after")
    def _says_something(self):
        if not self.values():
            raise PydanticCustomError("reform", "at least one policy key, such as guarantee: 0.1")
        return self

    def values(self) -> dict[str, Any]:
        """Return the keys that change, with their new values."""
        return {name: value for name, value in self if value is not None}


class Reform(Dated):
    """One reform. Nobody knows of it before `announced` (by default: before it takes force).

    `over` is the time over which a number moves from the old value to the new one [years].
    """

    since: Quarter = Field(alias="from")
    announced: Quarter | None = None
    over: float = Field(default=0.0, ge=0.0, le=20.0, allow_inf_nan=False)
    title: str = ""
    policy: Change

    @model_validator(mode="after")
    def _known_in_time(self):
        if self.announced and quarter_number(self.announced) > quarter_number(self.since):
            raise PydanticCustomError("reform", "'announced' not after 'from'")
        return self

    @field_serializer("policy")
    def _only_what_changes(self, policy: Change) -> dict:
        return policy.values()

    @property
    def known(self) -> str:
        """The quarter from which firms and lenders know of it."""
        return self.announced or self.since
