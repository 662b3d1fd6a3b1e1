"""What a link holds: two columns of scenario differences, the seed, and what a page shows; written as a query.

`a=PRESET&b=PRESET&a.policy.guarantee=0.2&w.world.shock_scale=0.5&seed=7&show=...`. Only declared keys within their
range are taken; whatever else a browser sends is dropped, and said so. Nothing in a link names a file or holds code.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from abm.runs import SEED_MAX, check_seed
from abm.scenario import Scenario, ScenarioError, load_scenario, nearest, presets
from dashboards.levers import all_levers, preset_values
from dashboards.settings import settings

ARMS = ("a", "b")
EXTRAS = (
    "show", "arm", "firm", "quarter", "year", "network", "lesson", "step", "lang", "theme", "notes", "answers",
    "map", "layer", "across", "up", "at", "by", "measure", "live",
)  # fmt: skip
LONGEST = 8000  # characters of a query that are read


@dataclass(frozen=True)
class View:
    """A view: presets of the two arms, settings by arm ("a", "b", "w" for the world), seed, and a page's extras."""

    presets: dict[str, str]
    settings: dict[str, dict] = field(default_factory=lambda: {"a": {}, "b": {}, "w": {}})
    seed: int = 1
    extras: dict[str, str] = field(default_factory=dict)

    def overrides(self, arm: str) -> dict:
        """Return the settings of an arm, the world's included."""
        return self.settings["w"] | self.settings[arm]

    def scenario(self, arm: str) -> Scenario:
        """Return the scenario of an arm; it is called "a" or "b" and titled after its preset."""
        changed = tuple(sorted(self.overrides(arm).items()))
        return _scenario(arm, self.presets[arm], changed, self.same_preset())

    def same_preset(self) -> bool:
        """Whether both arms start from one preset, so that titles must tell them apart."""
        return self.presets["a"] == self.presets["b"]

    def scenarios(self) -> list[Scenario]:
        """Return the scenarios of both arms."""
        return [self.scenario(arm) for arm in ARMS]

    def seeds(self, count: int) -> list[int]:
        """Return the seeds of an ensemble."""
        return list(range(self.seed, self.seed + count))

    @property
    def arm(self) -> str:
        """The arm a page of one run shows."""
        return self.extras.get("arm", "a") if self.extras.get("arm", "a") in ARMS else "a"

    def query(self) -> str:
        """Return the query that restores this view."""
        pairs = [(arm, self.presets[arm]) for arm in ARMS]
        for arm, changed in self.settings.items():
            pairs += [
                (f"{arm}.{key}", str(value).lower() if isinstance(value, bool) else value)
                for key, value in changed.items()
            ]
        return urlencode([*pairs, ("seed", self.seed), *self.extras.items()])


@functools.lru_cache(4096)
def _scenario(arm: str, preset: str, changed: tuple, same: bool) -> Scenario:
    scenario = load_preset(preset)
    if changed:
        scenario = scenario.replace(dict(changed))
    count = len(changed)
    title = scenario.title or preset
    if count:
        title += f" ({count} change{'s' if count > 1 else ''})"
    if same:
        title += f", {arm.upper()}"
    return scenario.model_copy(update={"name": arm, "title": title})


@functools.cache
def load_preset(name: str) -> Scenario:
    """Return a preset, read once."""
    return load_scenario(name)


def read_view(query: str | None) -> tuple[View, list[str]]:
    """Return the view of a query and what was wrong with it, a sentence each."""
    pair = settings().pair
    view = View({"a": pair[0], "b": pair[1]}, seed=settings().seed)
    problems: list[str] = []
    chosen, seed, extras = dict(view.presets), view.seed, {}
    changed: dict[str, dict] = {"a": {}, "b": {}, "w": {}}
    pairs = parse_qsl((query or "").lstrip("?")[:LONGEST], keep_blank_values=True)
    for key, text in pairs:
        arm, _, name = key.partition(".")
        if key in ARMS:
            if text in presets():
                chosen[key] = text
            else:
                problems.append(f"{key} = {text[:60]!r}: no such preset{nearest(text, presets())}")
        elif key == "seed":
            seed, problem = _seed(text, seed)
            problems += problem
        elif key in EXTRAS:
            extras[key] = text[:200]
        elif name and arm in changed:
            problems += _take(changed, arm, name, text)
        else:
            problems.append(f"{key[:60]}: a link holds nothing of this name")
    return View(chosen, _drop_unchanged(chosen, changed), seed, extras), problems


def _seed(text: str, before: int) -> tuple[int, list[str]]:
    try:
        return check_seed(int(text)), []
    except (ValueError, ScenarioError):
        return before, [f"seed = {text[:40]!r}: expected a whole number from 0 to {SEED_MAX}"]


def _take(changed: dict[str, dict], arm: str, key: str, text: str) -> list[str]:
    """Write one setting of a link into `changed` if it is a lever within its range; return what is wrong with it."""
    one = all_levers().get(key)
    if one is None or (arm == "w") == key.startswith("policy."):
        return [f"{arm}.{key[:60]}: no such lever{nearest(key, all_levers())}"]
    try:
        value = one.read(text)
        load_preset(settings().pair[0]).replace({key: value})
    except ValueError:
        return [f"{arm}.{key} = {text[:40]!r}: expected {one.allowed}"]
    changed[arm][key] = value
    return []


def _drop_unchanged(chosen: Mapping[str, str], changed: dict[str, dict]) -> dict[str, dict]:
    """Leave out settings that repeat the preset."""
    for arm in ARMS:
        values = preset_values()[chosen[arm]]
        changed[arm] = {k: v for k, v in changed[arm].items() if all_levers()[k].slide(v) != values[k]}
    return changed
