"""The mechanisms as switches: which there are, a scenario without one, and what each is for."""

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files

from abm.runs import run_ensemble
from abm.scenario import Scenario, ScenarioError, declarations, nearest, read_yaml
from experiments.output import InputError


def chosen(only: str | None, scenarios: Sequence[Scenario]) -> list[str]:
    """Return the mechanisms of a comma-separated list, or all that some scenario has on, in order of base.yaml."""
    on = [name for name in declarations()["mechanisms"] if any(getattr(s.mechanisms, name) for s in scenarios)]
    names = on if only is None else [name.strip() for name in only.split(",")]
    for name in names:
        if name not in on:
            raise InputError(f"--only {name}: not a mechanism that is on{nearest(name, on)}; expected {', '.join(on)}")
    return [name for name in on if name in names]


def without(scenario: Scenario, mechanism: str) -> Scenario:
    """Return a scenario with a mechanism switched off, and a name that says so."""
    changed = scenario.replace({f"mechanisms.{mechanism}": False})
    return changed.model_copy(update={"name": f"{scenario.name} without {mechanism}"})


def run_groups(
    groups: Sequence[Sequence[Scenario]], seeds: Sequence[int], workers: int | None = None,
    progress: Callable[[int, int], None] | None = None, luck: Sequence[tuple[str, int]] = (),
) -> Iterator[dict]:  # fmt: skip
    """Yield the runs of one group of scenarios after the other, so that each can be dropped before the next."""
    sizes = [len(group) * len(seeds) for group in groups]
    for k, group in enumerate(groups):

        def count(done: int, _: int, before: int = sum(sizes[:k])) -> None:
            progress(before + done, sum(sizes))

        yield run_ensemble(group, seeds, workers, count if progress else None, luck)


def stated_uses() -> dict[str, str]:
    """Return what mechanisms that carry no fact are for; ScenarioError for one that does not exist."""
    path = files("configs") / "facts" / "mechanism_uses.yaml"
    uses, known = read_yaml(path), declarations()["mechanisms"]
    for name in uses:
        if name not in known:
            raise ScenarioError(f"{path}: {name}: no such mechanism{nearest(str(name), known)}")
    return uses
