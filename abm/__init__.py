"""Latecomer: an agent-based laboratory for industrial policy. The public names, nothing else.

Names are found when first used, so that `import abm` costs nothing and never compiles.
"""

from importlib import import_module
from typing import Any

from abm._version import __version__

_HOMES = {
    "load_scenario": "abm.scenario",
    "Scenario": "abm.scenario",
    "ScenarioError": "abm.scenario",
    "IndustryModel": "abm.model",
    "simulate": "abm.runs",
    "ensemble": "abm.runs",
    "Records": "abm.measurement.records",
    "RecordError": "abm.measurement.records",
    "load_records": "abm.measurement.records",
    "classify": "abm.measurement.regimes",
    "AuditError": "abm.accounts",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'abm' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
