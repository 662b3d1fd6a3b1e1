"""Every preset runs to its horizon and is a different world from those it departs from."""

import pytest

import abm
from abm.scenario import presets

PLAIN = ("base", "korea", "taiwan")


@pytest.mark.parametrize("name", sorted(set(presets()) - set(PLAIN)))
def test_a_preset_runs_and_differs(name):
    records = abm.simulate(name, 1)
    assert len(records.indicators) == 144
    assert records.fingerprint not in [abm.simulate(plain, 1).fingerprint for plain in PLAIN]
