"""The data dictionary is complete, unique, and safe compiled and uncompiled."""

import numpy as np
import pytest

from abm import state


@pytest.mark.parametrize("table", ["FIRM", "INCUMBENT", "CLIENT", "ECONOMY"])
def test_no_column_is_named_like_an_attribute_of_a_record(table):
    names = getattr(state, table).names
    assert set(names) & (set(dir(np.record)) | set(dir(np.void)) | set(dir(np.ndarray))) == set()


@pytest.mark.parametrize("table", ["FIRM_FIELDS", "INCUMBENT_FIELDS", "CLIENT_FIELDS", "ECONOMY_FIELDS"])
def test_every_column_has_unit_and_meaning_once(table):
    fields = getattr(state, table)
    assert len({name for name, *_ in fields}) == len(fields)
    assert all(unit and meaning for _, _, unit, meaning in fields)
