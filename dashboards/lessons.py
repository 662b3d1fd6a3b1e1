"""Lessons: configs/lessons/*.yaml, typed and checked; a teacher can write another without code."""

import functools
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from abm.declarations import CONFIGS, ScenarioError, nearest, read_yaml
from abm.measurement.indicators import NAMES
from abm.scenario import presets
from dashboards.figures.compare import all_panels
from dashboards.settings import settings
from dashboards.view import View, read_view
from experiments.sweep.faults import explained

FOLDER = CONFIGS / "lessons"
FIRST = "catching_up_and_crisis"


class _Checked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Text = str | dict[str, str]  # English, or one text a language


def text_in(text: Text, language: str) -> str:
    """Return a text in a language, else in English."""
    return text if isinstance(text, str) else text.get(language) or text["en"]


class Column(_Checked):
    """A column of a step: a preset and what differs."""

    preset: str
    set: dict[str, bool | int | float | str] = {}

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given):
        return {"preset": given} if isinstance(given, str) else given

    @field_validator("preset")
    @classmethod
    def _known(cls, name):
        if name not in presets():
            raise ValueError(f"{name!r} is no preset{nearest(name, presets())}")
        return name


class Question(_Checked):
    """A question to predict on: what is asked, the options, and the number of the best one (1 is the first)."""

    ask: Text
    options: tuple[Text, ...] = Field(min_length=2, max_length=6)
    answer: int = Field(ge=1)

    @model_validator(mode="after")
    def _exists(self):
        if self.answer > len(self.options):
            raise ValueError(f"answer: {self.answer}, but there are {len(self.options)} options")
        return self


class Number(_Checked):
    """A number that the reveal quotes, measured when the step is shown."""

    indicator: str
    years: tuple[int, int]
    how: Literal["mean", "sum", "max"] = "mean"
    runs: bool = False
    form: str = "{:.2f}"

    @field_validator("indicator")
    @classmethod
    def _known(cls, name):
        if name not in NAMES:
            raise ValueError(f"{name!r} is no indicator{nearest(name, NAMES)}")
        return name

    @field_validator("form")
    @classmethod
    def _formats(cls, form):
        if not re.fullmatch(r"\{:,?\.\d[f%]\}", form):
            raise ValueError(f"{form!r}: expected a form such as '{{:.2f}}', '{{:,.0f}}' or '{{:.0%}}'")
        return form


class Step(_Checked):
    """A step of a lesson."""

    title: Text
    minutes: int = Field(ge=1, le=120)
    section: str = ""
    a: Column
    b: Column
    world: dict[str, bool | int | float | str] = {}
    figures: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    text: Text
    question: Question | None = None
    numbers: dict[str, Number] = {}
    reveal: Text = ""
    notes: Text = ""

    @field_validator("figures")
    @classmethod
    def _drawn(cls, names):
        for name in names:
            if name not in all_panels():
                raise ValueError(f"{name!r} is in no figure of the report{nearest(name, all_panels())}")
        return names

    @model_validator(mode="after")
    def _quotes_what_is_measured(self):
        known = {f"{name}_{arm}{bare}" for name in self.numbers for arm in "ab" for bare in ("", "0")}
        texts = [self.reveal] if isinstance(self.reveal, str) else self.reveal.values()
        for quoted in {name for text in texts for name in re.findall(r"\{([^}]*)\}", text)}:
            if quoted not in known:
                raise ValueError(f"reveal quotes {{{quoted}}}, which is not measured{nearest(quoted, known)}")
        return self

    def view(self, seed: int) -> View:
        """Return the view that this step shows; ScenarioError if a setting is none."""
        view = View({"a": self.a.preset, "b": self.b.preset}, {"a": self.a.set, "b": self.b.set, "w": self.world}, seed)
        checked, problems = read_view(view.query())
        if problems:
            raise ScenarioError("; ".join(problems))
        return checked

    def plain_view(self, seed: int) -> View:
        """Return the same view without the changes of the world."""
        return View(self.view(seed).presets, self.view(seed).settings | {"w": {}}, seed)


class Lesson(_Checked):
    """A lesson: its headings and steps."""

    title: Text
    description: Text
    minutes: int
    steps: tuple[Step, ...] = Field(min_length=1)


_more: list[Path] = []  # folders of lessons that a teacher keeps elsewhere


def add_folder(folder: Path) -> None:
    """Offer the lessons of a folder, too; ScenarioError if it is none, or if a lesson in it has a fault."""
    if not folder.is_dir() or not list(folder.glob("*.yaml")):
        raise ScenarioError(f"{folder}: expected a folder with lessons, files such as my_lesson.yaml")
    for path in folder.glob("*.yaml"):
        if path.stem in lesson_files():
            raise ScenarioError(f"{path}: there is a lesson of this name already; call the file otherwise")
    _more.append(folder)
    lesson_files.cache_clear()


@functools.cache
def lesson_files() -> dict[str, Path]:
    """Return the file of every lesson by name, the one that ships first."""
    found = {path.stem: path for folder in (FOLDER, *_more) for path in folder.glob("*.yaml")}
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != FIRST, pair[0])))


@functools.cache
def lesson(name: str) -> Lesson:
    """Return a lesson by name; ScenarioError names the file and the fault."""
    if name not in lesson_files():
        raise ScenarioError(f"{name!r}: no such lesson{nearest(name, lesson_files())}")
    path = lesson_files()[name]
    try:
        found = Lesson(**read_yaml(path))
    except ValidationError as error:
        raise ScenarioError("\n".join(f"{path}: {line}" for line in explained(error, Lesson))) from None
    for number, step in enumerate(found.steps, 1):
        try:
            step.view(settings().seed)
        except ScenarioError as problem:
            raise ScenarioError(f"{path}: step {number}: {problem}") from None
    return found
