"""What is wrong with a plan, in sentences."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from abm.scenario import ScenarioError, nearest

COMMANDS = {"sweep": "latecomer sweep", "map": "latecomer map", "sensitivity": "latecomer sensitivity"}
CALIBRATION = {"parameters", "optimiser_seed", "population"}  # fields that only a calibration's plan has


def check_kind(content: dict, path: Path, model: type[BaseModel]) -> None:
    """Raise ScenarioError if a plan is of another kind than the command's."""
    wanted, kind = model.model_fields["kind"].annotation.__args__[0], content.get("kind")
    if kind == wanted:
        return
    if kind in COMMANDS:
        raise ScenarioError(f"{path}: kind: {kind}: this plan is for `{COMMANDS[kind]}`, not `{COMMANDS[wanted]}`")
    if kind is None and CALIBRATION & set(content):
        raise ScenarioError(f"{path}: this plan is for `latecomer calibrate`; "
                            f"`{COMMANDS[wanted]}` reads plans that say `kind: {wanted}`")  # fmt: skip
    said = "is missing" if kind is None else f"{kind!r}"
    raise ScenarioError(f"{path}: kind: {said}: expected `kind: {wanted}`{nearest(str(kind), COMMANDS)}")


def explained(problem: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Yield one sentence on each fault: field, value, what is allowed, nearest name."""
    for detail in problem.errors():
        place = [str(part) for part in detail["loc"]]
        field = ": ".join([".".join(place)] if place else [])
        said = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "extra_forbidden":
            yield f"{field}: unknown field{nearest(place[-1], _fields(model, place[:-1]))}"
        elif detail["type"] == "missing":
            yield f"{field}: is required"
        elif detail["type"] == "value_error":
            yield f"{field}: {said}" if field else said
        else:
            said = said.removeprefix("Input should be ")
            yield f"{field}: {_short(detail['input'])}: expected {said[0].lower() + said[1:]}"


def check_windows(plan) -> None:
    """Raise ScenarioError if an outcome's window lies outside the years of a run, or too many series would be kept."""
    windows = {f"outcomes.{name}": outcome.window for name, outcome in plan.outcomes.items()}
    for name in ("regime", "crisis"):
        if getattr(plan, name):
            windows[name] = getattr(plan, name).window
    for world in plan.worlds.values():
        first, last = -(-world.start // 4), (world.start + world.run.quarters) // 4 - 1
        for place, window in windows.items():
            if not first <= window[0] <= window[1] <= last:
                covered = f"the whole years {first} to {last}" if first <= last else "no whole year"
                raise plan.fault(f"{place}.window: {list(window)}: a run of {world.name} covers {covered}")


def _fields(model: Any, place: list[str]) -> list[str]:
    """Return the field names of the part of a plan at `place`."""
    for name in place:
        inner = getattr(model, "model_fields", {}).get(name)
        model = inner.annotation if inner else model
        kinds = [kind for kind in getattr(model, "__args__", ()) if hasattr(kind, "model_fields")]
        model = kinds[0] if kinds else model
    return list(getattr(model, "model_fields", {}))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
