"""A reform to be tried at many dates: which policy keys become what; in part, or lever by lever."""

from abm.policy.instruments import instruments
from abm.scenario import Scenario
from experiments.output import InputError

Changes = dict[str, object]  # policy key, without its section -> its new value


def final_policy(scenario: Scenario) -> dict:
    """Return the policy block that is in force once every reform of a scenario is through."""
    block = scenario.policy.model_dump()
    for reform in scenario.dated_reforms:
        block |= reform.policy.values()
    return block


def changes_between(scenario: Scenario, target: Scenario) -> Changes:
    """Return what must change in a scenario's policy for another's final one; InputError if nothing does."""
    now, then = final_policy(scenario), final_policy(target)
    changed = {key: value for key, value in then.items() if value != now[key]}
    if not changed:
        raise InputError(f"{target.name}: its policy is that of {scenario.name}; there is nothing to reform")
    return changed


def in_part(scenario: Scenario, changes: Changes, share: float) -> Changes:
    """Return a share of a reform [0..1]: numbers go that part of the way; a date moves only with the whole of it."""
    now = final_policy(scenario)
    return {
        key: value if share >= 1.0 else now[key] + share * (value - now[key])
        for key, value in changes.items()
        if share >= 1.0 or not isinstance(value, str)
    }


def by_lever(changes: Changes) -> dict[str, Changes]:
    """Return the parts of a reform by instrument, in the order of base.yaml."""
    parts = {name: {key: changes[key] for key in room.keys if key in changes} for name, room in instruments().items()}
    return {name: part for name, part in parts.items() if part}


def dotted(changes: Changes) -> dict[str, object]:
    """Return changes as settings, policy.guarantee and so on."""
    return {f"policy.{key}": value for key, value in changes.items()}
