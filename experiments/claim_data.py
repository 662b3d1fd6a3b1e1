"""The claims of a paper as data: a sentence, an experiment of two arms, measures, and what the paper expects."""

from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from abm.measurement.indicators import NAMES
from abm.scenario import Scenario, ScenarioError, load_scenario, nearest, read_yaml
from experiments.facts import Statistic

Share = Annotated[float, Field(ge=0.5, le=1)]  # at least half: a sign and its opposite cannot both hold
Window = tuple[int, int]
PARTS = {"I": "Catching up", "II": "Truncated upgrading", "III": "Crisis and options"}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Arm(_Frozen):
    """One side of an experiment: a preset, settings that differ, and what the world's history leaves out."""

    preset: str
    settings: dict[str, bool | int | float | str] = Field(default={}, alias="set")
    without: tuple[str, ...] = ()

    def scenario(self) -> Scenario:
        """Return the arm's scenario, named after what it changes; ScenarioError as in `load_scenario`."""
        scenario = load_scenario(self.preset, self.settings)
        if self.without:
            scenario = scenario.replace({"history": history_without(scenario.resolved()["history"], self.without)})
        return scenario.model_copy(update={"name": ", ".join([self.preset, *self.changes(str)])})

    def in_words(self) -> str:
        """Return what is run: the preset's title and the changes."""
        title = load_scenario(self.preset).title
        return ", ".join([title, *self.changes(lambda name: name.partition(".")[2].replace("_", " "))])

    def changes(self, key: Callable[[str], str]) -> Iterator[str]:
        """Return each change in words; `key` says how a setting's name is written."""
        for name, value in self.settings.items():
            yield f"no {key(name)}" if value is False else f"{key(name)} {value}"
        for part in self.without:
            name, _, date = part.partition(".")
            yield f"history without {name.replace('_', ' ')}" + (f" of {date}" if date else "")


class Measure(_Frozen):
    """What is compared: a statistic of an indicator in a window (B's may differ), and the sign of A less B."""

    indicator: Literal[NAMES]
    statistic: Statistic
    window: Window
    window_b: Window | None = None
    threshold: float | None = None
    expect: Literal["lower", "higher", "about_equal"]
    tolerance: Annotated[float, Field(gt=0)] | None = None
    share: Share
    check: bool = False  # shows only that the experiment bites

    @model_validator(mode="after")
    def _complete(self):
        if (self.expect == "about_equal") != (self.tolerance is not None):
            raise ValueError("about_equal needs a tolerance, and nothing else has one")
        if self.statistic == "first_year_above" and self.threshold is None:
            raise ValueError("first_year_above needs a threshold")
        if any(first > last for first, last in (self.window, self.window_b or self.window)):
            raise ValueError("a window runs from its first year to its last")
        return self

    def seen_from(self, side: str) -> "Measure":
        """Return the measure as side "a" or "b" takes it: the same, in that side's window."""
        return self if side == "a" or not self.window_b else self.model_copy(update={"window": self.window_b})


class Claim(_Frozen):
    """One claim: what the paper says, what the model must show, and how it is tried."""

    id: str
    section: str
    sentence: str
    hypothesis: str
    a: Arm
    b: Arm
    measures: tuple[Measure, ...] = Field(min_length=1)
    remark: str = ""

    @field_validator("section")
    @classmethod
    def _in_a_part(cls, section: str) -> str:
        if section.split(".")[0] not in PARTS:
            raise ValueError(f"starts with one of {', '.join(PARTS)}")
        return section

    @field_validator("measures")
    @classmethod
    def _has_evidence(cls, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
        if all(measure.check for measure in measures):
            raise ValueError("needs a measure that is no check")
        return measures

    @property
    def part(self) -> str:
        """The part of the paper: I, II or III."""
        return self.section.split(".")[0]


def history_without(history: dict, parts: Iterable[str]) -> dict:
    """Return a history without some parts: "contagion" leaves all of it out, "yen.1993Q1" what begins on that date."""
    history = dict(history)
    for part in parts:
        name, _, date = part.partition(".")
        entries = history.get(name)
        kept = [entry for entry in entries if date and entry["from"] != date] if isinstance(entries, list) else None
        if not entries or isinstance(entries, str) or kept == entries or (date and kept is None):
            raise ScenarioError(f"without: {part}: the history has no such part{nearest(name, history)}")
        history[name] = kept
    return history


def load_claims(source: str | Path = "ernst1998") -> list[Claim]:
    """Return the claims of a file in configs/claims, or of a path; ScenarioError names file, claim, field and fault."""
    path = source if isinstance(source, Path) else _claims_file(source)
    entries = read_yaml(path).get("claims")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ScenarioError(f"{path}: claims: expected a list of claims")
    claims = [_claim(entry, f"{path}: claim {entry.get('id', number)}") for number, entry in enumerate(entries, 1)]
    names = [claim.id for claim in claims]
    for name in names:
        if names.count(name) > 1:
            raise ScenarioError(f"{path}: claim {name}: id: is there twice")
    return claims


def _claims_file(name: str) -> Path:
    """Return the file of a list of claims: a path, or a name on the shelf."""
    shelf = Path(str(files("configs"))) / "claims"
    known = sorted(file.stem for file in shelf.glob("*.yaml"))
    if name in known:
        return shelf / f"{name}.yaml"
    if not Path(name).is_file():
        raise ScenarioError(f"{name!r}: no such list of claims{nearest(name, known)}; available: {', '.join(known)}")
    return Path(name)


def _claim(entry: dict, who: str) -> Claim:
    arms = {side: {"preset": entry[side]} for side in "ab" if isinstance(entry.get(side), str)}
    try:
        claim = Claim(**entry | arms)
    except ValidationError as problem:
        detail = problem.errors()[0]
        place = ".".join(str(part) for part in detail["loc"])
        raise ScenarioError(f"{who}: {place}: {detail['msg'][0].lower()}{detail['msg'][1:]}") from None
    for side in "ab":
        try:
            getattr(claim, side).scenario()
        except ScenarioError as problem:
            fault = str(problem).splitlines()[0].replace("--set", "set")
            raise ScenarioError(f"{who}: {side}: {fault}") from None
    return claim


def chosen(claims: list[Claim], only: str) -> list[Claim]:
    """Return the claims named in a list with commas, in the file's order; all if it is empty."""
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    known = [claim.id for claim in claims]
    for name in wanted:
        if name not in known:
            raise ScenarioError(f"--only {name}: no such claim{nearest(name, known)}; known: {', '.join(known)}")
    return [claim for claim in claims if claim.id in wanted or not wanted]
