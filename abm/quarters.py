"""Quarters: "1971Q1" on paper, an integer inside."""

import re

PATTERN = re.compile(r"^(\d{4})Q([1-4])$")


def quarter_number(text: str) -> int:
    """Return the quarter's number since year 0 [quarters]; ValueError if `text` is not like 1993Q1."""
    match = PATTERN.match(str(text).strip())
    if not match:
        raise ValueError(f"{text!r} is not a quarter such as 1993Q1")
    return int(match[1]) * 4 + int(match[2]) - 1


def quarter_text(number: int) -> str:
    """Return the quarter of a number since year 0, as 1993Q1."""
    return f"{number // 4}Q{number % 4 + 1}"
