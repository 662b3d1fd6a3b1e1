"""What the dashboard shows first: configs/dashboard/settings.yaml, typed and checked."""

import functools

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from abm.measurement.indicators import NAMES
from abm.scenario import CONFIGS, ScenarioError, declarations, nearest, presets, read_yaml
from experiments.sweep.outcomes import Outcome

FILE = CONFIGS / "dashboard" / "settings.yaml"


class _Checked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Room(_Checked):
    """A group of levers of the world."""

    title: str
    keys: tuple[str, ...]

    @field_validator("keys")
    @classmethod
    def _declared(cls, keys):
        for key in keys:
            section, _, name = key.partition(".")
            if section in ("policy", "run") or name not in declarations().get(section, {}):
                raise ValueError(f"{key!r} is no parameter of the world")
        return keys


class LiveMap(_Checked):
    """The map that is drawn while one looks: its axes at first, how fine it is, and what it can show."""

    across: str
    up: str
    cells: int
    depth: int
    seeds: int
    outcomes: dict[str, Outcome]


class Settings(_Checked):
    """What the dashboard shows first."""

    pair: tuple[str, str]
    seed: int
    stages: tuple[int, ...]
    world: tuple[Room, ...]
    overview: tuple[str, ...]
    verdict: tuple[str, ...]
    maps: tuple[str, ...]
    gap: tuple[str, str]
    live_map: LiveMap

    @field_validator("pair", "gap")
    @classmethod
    def _presets(cls, names):
        for name in names:
            if name not in presets():
                raise ValueError(f"{name!r} is no preset{nearest(name, presets())}")
        return names

    @field_validator("overview", "verdict")
    @classmethod
    def _indicators(cls, names):
        for name in names:
            if name not in NAMES:
                raise ValueError(f"{name!r} is no indicator{nearest(name, NAMES)}")
        return names


@functools.cache
def settings() -> Settings:
    """Return the settings; ScenarioError names the file and the fault."""
    try:
        return Settings(**read_yaml(FILE))
    except ValidationError as error:
        raise ScenarioError(f"{FILE}: {error}") from None
