"""Shared fixtures: small worlds to work rules by hand."""

import os

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("repeatable")


@pytest.fixture
def world():
    """A function that returns a fresh world of a preset, with settings changed."""
    from abm.population import new_world
    from abm.scenario import load_scenario

    def make(preset="base", seed=1, **changes):
        return new_world(load_scenario(preset, {k.replace("__", "."): v for k, v in changes.items()}), seed)

    return make
