"""A preset in words: what it is for, and how it differs from the scenario it extends."""

import textwrap
from pathlib import Path

from abm.declarations import read_yaml
from abm.policy.instruments import instruments
from abm.scenario import declarations, load_scenario, presets

WIDTH = 100


def listed(name: str) -> str:
    """Return one line on a preset: name, and title."""
    return f"{name:33} {load_scenario(name).title}"


def about(name: str) -> str:
    """Return all there is to say of a scenario: title, paragraph, differences, reforms, file; ScenarioError if none."""
    scenario = load_scenario(name)
    path = presets().get(name, Path(name))
    parent = read_yaml(path).get("extends", "base") if path.stem != "base" else None
    lines = [f"{scenario.name}: {scenario.title}", "", textwrap.fill(scenario.description, WIDTH)]
    differences = _differences(scenario.resolved(), load_scenario(parent).resolved()) if parent else []
    if parent:
        lines += ["", f"Extends {parent}" + (", from which it differs in:" if differences else "."), *differences]
    for reform in scenario.reforms:
        when = f"From {reform.since}" + (f", over {reform.over:g} years" if reform.over else "")
        heard = f", announced {reform.announced}" if reform.announced else ", by surprise"
        lines += ["", f"{when}{heard}: {reform.title or 'a reform'}"]
        lines += [_line(f"policy.{key}", value) for key, value in reform.policy.values().items()]
    return "\n".join([*lines, "", str(path)])


def _differences(mine: dict, theirs: dict) -> list[str]:
    """Return a line for every setting that differs, the policy block by instrument."""
    order = [key for room in instruments().values() for key in room.keys]
    lines = []
    for section, names in declarations().items():
        for name in order if section == "policy" else names:
            if mine[section][name] != theirs[section][name]:
                lines.append(_line(f"{section}.{name}", mine[section][name], theirs[section][name]))
    return lines


def _line(key: str, value: object, before: object = None) -> str:
    section, _, name = key.partition(".")
    was = f"  (was {before})" if before is not None else ""
    return f"  {key:34} {value!s:8} {declarations()[section][name]['description']}{was}"
