"""The rooms of the house: who may import whom, who may know what, how long a file may be."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("configs", "abm", "experiments", "dashboards")  # imports run from right to left only
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
# Inside abm, low to high; a file may import its own level and below.
LEVELS = [
    {"_version", "compiled", "quarters"},
    {"randomness", "state", "history", "declarations"},
    {"accounts", "events", "reforms", "balance"},
    {"scenario"},
    {"world"},
    {"behaviour", "markets", "policy", "population"},
    {"schedule", "measurement"},
    {"driver"},
    {"runs", "agents"},
    {"model"},
    {"__init__"},
]


def imported(path):
    """Return the modules a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path):
    room = ROOMS.index(path.relative_to(ROOT).parts[0])
    for module in imported(path):
        top = module.split(".")[0]
        if top in ROOMS:
            assert ROOMS.index(top) <= room, f"{path} imports {module}"


def level(part):
    return next(k for k, names in enumerate(LEVELS) if part in names)


@pytest.mark.parametrize("path", sorted((ROOT / "abm").rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_rooms_inside_the_model(path):
    parts = path.relative_to(ROOT / "abm").with_suffix("").parts
    if parts in (("__init__",), ("measurement", "records"), ("measurement", "manifest")):
        return  # these import late, inside functions
    mine = level(parts[0])
    for module in imported(path):
        pieces = module.split(".")
        if pieces[0] == "abm" and len(pieces) > 1 and pieces[1] in set().union(*LEVELS):
            assert level(pieces[1]) <= mine, f"{path} imports {module}"


def test_one_file_knows_numba():
    knowing = [path.name for path in SOURCES if re.search(r"\bnumba\b", path.read_text(), re.IGNORECASE)]
    code = [path.name for path in SOURCES if any(m.split(".")[0] in ("numba", "llvmlite") for m in imported(path))]
    assert code == ["compiled.py"]
    assert set(knowing) <= {"compiled.py", "manifest.py", "cli.py"}  # the manifest names its version


def test_rules_draw_nothing_and_read_no_files():
    """No generator but addressed luck, no clock, no file, no table library in rules, markets, policy."""
    for room in ("behaviour", "markets", "policy"):
        for path in (ROOT / "abm" / room).glob("*.py"):
            if path.name == "instruments.py":
                continue  # a catalogue of policy keys; it holds no rule
            modules = {module.split(".")[0] for module in imported(path)}
            assert modules <= {"abm", "math", "numpy"}, f"{path}: {modules}"
            assert "np.random" not in path.read_text()


def test_nobody_outside_configs_knows_a_country():
    allowed = {"regimes.py"}  # the labels of the classifier
    for path in [*SOURCES, *(ROOT / "experiments").rglob("*.html")]:
        if path.name not in allowed and path.parts[-2] != "configs":
            words = re.findall(r"korea|taiwan", path.read_text(), re.IGNORECASE)
            assert not words, f"{path} says {words}"


def test_files_and_functions_stay_short():
    for path in SOURCES:
        text = path.read_text()
        assert len(text.splitlines()) <= 310, f"{path} is long"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno <= 50, f"{path}: {node.name} is long"


def test_schedule_is_an_order_of_events_and_nothing_else():
    body = [line for line in (ROOT / "abm" / "schedule.py").read_text().splitlines() if line.strip()]
    assert len(body) < 150


def test_every_parameter_is_read_by_somebody():
    from abm.scenario import declarations

    code = "\n".join(path.read_text() for path in (ROOT / "abm").rglob("*.py"))
    unread = [
        f"{section}.{name}"
        for section, names in declarations().items()
        for name in names
        if not re.search(rf"\.{name}\b|[\"']{name}[\"']", code)
    ]
    assert not unread


def test_every_parameter_a_rule_reads_is_declared():
    from abm.scenario import declarations
    from abm.world import HISTORY, PARAMETERS, POLICY

    known = {"p": set(PARAMETERS.names), "g": set(POLICY.names), "h": set(HISTORY.names)}
    names = [name for section, part in declarations().items() if section != "policy" for name in part]
    assert len(names) == len(set(names)), "two sections share a parameter name: one record could not hold both"
    for room in ("behaviour", "markets", "policy"):
        for path in (ROOT / "abm" / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
                    assert node.attr in known[node.value.id], f"{path}:{node.lineno}: {node.value.id}.{node.attr}"
