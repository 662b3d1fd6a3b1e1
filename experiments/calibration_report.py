"""What a calibration leaves behind: the best values as a scenario, and the penalties that remain."""

import re
from pathlib import Path

from experiments.calibrate import Evaluation
from experiments.calibration_plan import Plan


def write_outcome(plan: Plan, best: Evaluation, folder: Path) -> None:
    """Write best.yaml, a scenario that holds the best candidate's values, and what it still misses as comments."""
    lines = [f"title: {plan.title}", "extends: base"]
    lines += [f"# {name}: penalty {value:.3g}" for name, value in sorted(best.penalties.items()) if value > 0.0]
    section = ""
    for key, value in sorted(plan.settings(best.point).items()):
        head, name = key.split(".")
        if head != section:
            section = head
            lines.append(f"{section}:")
        lines.append(f"  {name}: {value:g}")
    (folder / "best.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def adopted(settings: dict[str, float], text: str) -> str:
    """Return the text of a base.yaml with the values of some settings replaced and said to be calibrated."""
    section, lines = "", []
    for line in text.split("\n"):
        if re.match(r"^\w+:$", line):
            section = line[:-1]
        found = re.match(r"^  (\w+): \{value: ([^,]+),", line)
        key = f"{section}.{found[1]}" if found else ""
        if key in settings:
            line = line.replace(f"value: {found[2]},", f"value: {settings[key]:g},", 1)
            line = re.sub(r"status: \w+", "status: calibrated", line)
        lines.append(line)
    return "\n".join(lines)
