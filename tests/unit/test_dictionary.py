"""The data dictionary is complete, unique, safe compiled and uncompiled; a step writes what it says it writes."""

import re

import numpy as np
import pytest

from abm import schedule, state
from abm.driver import run_compiled
from abm.measurement.recorder import new_tape
from abm.scenario import load_scenario

# Columns that change with every payment and every loan (accounts.settle, lend, repay, write_off).
MONEY = {
    "deposits", "loans", "received", "paid", "bank_capital", "household_deposits", "government_debt", "reserves",
    "logged",
}  # fmt: skip
TABLES = ("firms", "incumbents", "clients", "economy", "policy")


@pytest.mark.parametrize("table", ["FIRM", "INCUMBENT", "CLIENT", "ECONOMY"])
def test_no_column_is_named_like_an_attribute_of_a_record(table):
    names = getattr(state, table).names
    assert set(names) & (set(dir(np.record)) | set(dir(np.void)) | set(dir(np.ndarray))) == set()


@pytest.mark.parametrize("table", ["FIRM_FIELDS", "INCUMBENT_FIELDS", "CLIENT_FIELDS", "ECONOMY_FIELDS"])
def test_every_column_has_unit_and_meaning_once(table):
    fields = getattr(state, table)
    assert len({name for name, *_ in fields}) == len(fields)
    assert all(unit and meaning for _, _, unit, meaning in fields)


def steps():
    """Return the steps of the schedule in order: every imported function that its phases call."""
    found = []
    for _, phase in schedule.PHASES:
        code = getattr(phase, "py_func", phase).__code__
        found += [getattr(schedule, name) for name in code.co_names if hasattr(schedule, name)]
    return [step for step in found if callable(step) and step.__module__ != "abm.schedule"]


def documented(step):
    """Return the columns a step's docstring says it writes."""
    text = (step.__doc__ or "").split("writes", 1)
    return set(re.findall(r"\w+", text[1])) if len(text) > 1 else set()


def snapshot(w):
    return {table: getattr(w, table).copy() for table in TABLES}


@pytest.fixture(scope="module")
def changed(request):
    """Return, for every step, the columns it was seen to change over two eventful runs."""
    seen = {}
    for preset, quarters, speed in (("korea", 144, 0.0), ("taiwan", 60, 2.0)):
        eventful = {"macro.run_threshold": 0.05, "politics.responsiveness": speed}  # lenders run readily
        scenario = load_scenario(preset, eventful)
        from abm.population import new_world

        w, tape = new_world(scenario, 4), new_tape(144)
        for quarter in range(quarters):
            w = run_compiled(w, tape, quarter, scenario.start)
            if quarter % 4 and not 100 < quarter < 112:
                continue
            from abm.accounts import open_books
            from abm.population import grown, has_room

            while not has_room(w):
                w = grown(w)
            open_books(w)
            for name in ("entries", "bankruptcies", "closures", "large_bankruptcies", "rescues", "rescued"):
                w.economy[name] = 0
            for step in steps():
                before = snapshot(w)
                step(w)
                after = snapshot(w)
                for table in TABLES:
                    for column in after[table].dtype.names:
                        if not np.array_equal(before[table][column], after[table][column], equal_nan=True):
                            seen.setdefault(step.__name__, set()).add(column)
            w.economy["quarter"] += 1
    return seen


def test_steps_write_what_they_say_and_no_more(changed):
    wrong = []
    for step in steps():
        extra = changed.get(step.__name__, set()) - documented(step) - MONEY
        if extra:
            wrong.append(f"{step.__module__}.{step.__name__} also writes {sorted(extra)}")
    assert not wrong, "\n".join(wrong)


def test_docstrings_promise_no_column_that_does_not_exist(changed):
    known = {name for table in ("FIRM", "INCUMBENT", "CLIENT", "ECONOMY") for name in getattr(state, table).names}
    busy = [step for step in steps() if changed.get(step.__name__, set()) - MONEY]
    assert not [step.__name__ for step in busy if not documented(step) & known]


def test_every_column_is_written_by_somebody(changed):
    """A column that nothing changes is dead weight (traits given at birth and rare events aside)."""
    written = set().union(*changed.values()) | MONEY
    given = {
        "alive", "born", "field", "yen", "weight", "seed", "quarter", "firms_opened", "income_first", "residual_where",
        "opening_worth", "opening_stock", "opening_rate", "residual", "bankruptcies", "large_bankruptcies", "rescues",
        "rescued", "rescue_cost",
    }  # fmt: skip
    names = {name for table in ("FIRM", "INCUMBENT", "CLIENT", "ECONOMY") for name in getattr(state, table).names}
    assert names - written - given == set()
