"""The texts of the dashboard: one file a language in configs/texts; what a language lacks is shown in English."""

import functools
from collections.abc import Callable

from abm.scenario import CONFIGS, read_yaml

FOLDER = CONFIGS / "texts"
FIRST = "en"


@functools.cache
def languages() -> dict[str, str]:
    """Return the code and the name of every language, English first."""
    codes = sorted((path.stem for path in FOLDER.glob("*.yaml")), key=lambda code: (code != FIRST, code))
    return {code: read_yaml(FOLDER / f"{code}.yaml")["language"] for code in codes}


@functools.cache
def _flat(code: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def gather(part: dict, before: str) -> None:
        for key, value in part.items():
            if isinstance(value, dict):
                gather(value, f"{before}{key}.")
            else:
                found[f"{before}{key}"] = str(value)

    gather(read_yaml(FOLDER / f"{code}.yaml"), "")
    return found


def words(code: str | None) -> Callable[..., str]:
    """Return a function that gives the text of a key in a language: words("ko")("pages.lesson")."""
    code = code if code in languages() else FIRST
    chosen = _flat(FIRST) | _flat(code)

    def text(key: str, **values) -> str:
        return chosen[key].format(**values) if values else chosen[key]

    text.code = code
    return text
