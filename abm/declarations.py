"""What configs/base.yaml declares: every parameter once, with its range, unit, default and provenance."""

import difflib
import functools
from importlib import resources
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

CONFIGS = Path(str(resources.files("configs")))
SECTIONS = (
    "run", "world", "population", "technology", "markets", "firms", "finance", "macro", "politics", "mechanisms",
    "policy",
)  # fmt: skip
HEADINGS = ("title", "description", "extends", "history", "reforms")


class ScenarioError(ValueError):
    """The user's scenario is wrong; the message names field, value, what is allowed, and the file."""


def read_yaml(path: Path) -> dict:
    """Return the mapping in a YAML 1.2 file; ScenarioError if it cannot be read or is none."""
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ScenarioError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: cannot be read: {error}") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        problem = (getattr(error, "problem", None) or str(error)).strip().splitlines()[0]
        raise ScenarioError(f"{path}{place}: not valid YAML: {problem}") from None
    if not isinstance(content, dict):
        raise ScenarioError(f"{path}: expected a mapping of sections, got {type(content).__name__}")
    return content


@functools.cache
def base() -> dict:
    """Return the content of base.yaml, read once: it is large and never changes under a running program."""
    return read_yaml(CONFIGS / "base.yaml")


@functools.cache
def declarations() -> dict[str, dict[str, dict]]:
    """Return section -> parameter -> declaration (value, unit, range, description, status, source)."""
    return {section: base()[section] for section in SECTIONS}


def base_heading(name: str) -> dict:
    """Return what base.yaml says once beside the parameters, such as the rooms of the policy block."""
    return base()[name]


def nearest(word: str, known: Any) -> str:
    """Return a hint at the nearest known word, or nothing."""
    match = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (did you mean {match[0]!r}?)" if match else ""
