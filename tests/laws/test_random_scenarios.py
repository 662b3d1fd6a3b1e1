"""Any valid scenario runs: books balance, nothing is NaN, no stock is negative that cannot be."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from abm.driver import TOLERANCE
from abm.measurement.recorder import REAL
from abm.measurement.records import Records
from abm.runs import simulate
from abm.scenario import declarations, load_scenario
from abm.state import FOREIGN

UNDEFINED = ["memory_learning_rate"]  # NaN without memory output


def _settings():
    """Return one strategy for overrides: any parameters, anywhere in their ranges."""
    choices = {}
    for section, names in declarations().items():
        for name, declaration in names.items():
            key, value = f"{section}.{name}", declaration["value"]
            if isinstance(value, bool):
                choices[key] = st.booleans()
            elif "range" in declaration and key != "run.quarters":
                low, high = declaration["range"]
                whole = declaration.get("type") == "integer"
                choices[key] = st.integers(int(low), int(high)) if whole else st.floats(float(low), float(high))
    keys = st.lists(st.sampled_from(sorted(choices)), min_size=0, max_size=30, unique=True)
    return keys.flatmap(lambda picked: st.fixed_dictionaries({key: choices[key] for key in picked}))


def check(records: Records) -> None:
    """Assert what must hold in every quarter of every run."""
    table = records.indicators.drop(columns=UNDEFINED)
    assert np.isfinite(table.to_numpy()).all(), table.columns[~np.isfinite(table.to_numpy()).all(axis=0)].tolist()
    assert table["audit_residual"].max() <= TOLERANCE
    shares = [name for name in table if name.endswith("_share") and name not in ("bailout_cost_share",)]
    assert ((table[shares] >= -1e-12) & (table[shares] <= 1 + 1e-12)).all().all(), table[shares].describe().T
    assert (table[["exports_usd_m", "memory_price", "wage", "land_price", "reserves_usd_m"]] >= 0).all().all()
    financial = records.tape.sheets[:, :, :-REAL]  # quarter, sector, instrument
    assert (abs(financial.sum(axis=1)) <= 1e-9 * (1 + abs(financial).sum(axis=1))).all()
    for rows in records.panel[::8]:
        alive = rows[rows["alive"]]
        for name in ("deposits", "land", "book_capital", "sales"):
            assert (alive[name] >= -1e-9).all(), name
        for name in ("loans", "capacity", "pipeline", "knowledge", "orders"):
            assert (alive[name] >= -1e-9).all(), name
        for name in ("production_capability", "design_capability"):
            assert ((alive[name] >= 0) & (alive[name] <= 1)).all(), name
        closed = rows[~rows["alive"]]
        assert closed["loans"].sum() == 0 and closed["deposits"].sum() == 0 and closed["capacity"].sum() == 0


@settings(max_examples=200)
@given(
    preset=st.sampled_from(["base", "korea", "taiwan"]), seed=st.integers(0, 2**63 - 1),
    quarters=st.integers(8, 144), overrides=_settings(),
)  # fmt: skip
@example(preset="korea", seed=0, quarters=144, overrides={})
@example(preset="base", seed=1, quarters=60, overrides={"population.firms": 2, "population.incumbents_yen": 0,
                                                        "population.incumbents_dollar": 0})  # fmt: skip
def test_any_valid_scenario_runs(preset, seed, quarters, overrides):
    scenario = load_scenario(preset, {**overrides, "run.quarters": quarters})
    check(simulate(scenario, seed, "firms"))


@pytest.mark.parametrize("edge", [0, 1])
def test_every_parameter_at_the_edge_of_its_range(edge):
    """One at a time: a range that breaks the model is a wrong range."""
    broken = []
    for section, names in declarations().items():
        for name, declaration in names.items():
            if "range" not in declaration or name == "quarters":
                continue
            value = declaration["range"][edge]
            scenario = load_scenario("korea", {f"{section}.{name}": value, "run.quarters": 80})
            try:
                check(simulate(scenario, 5, "firms"))
            except Exception as problem:
                broken.append(f"{section}.{name} = {value}: {type(problem).__name__} {problem}"[:300])
    assert not broken, "\n".join(broken)


def test_every_switch_alone_and_all_together():
    switches = [f"mechanisms.{name}" for name in declarations()["mechanisms"]]
    for off in [*([switch] for switch in switches), switches]:
        check(simulate(load_scenario("korea", dict.fromkeys(off, False) | {"run.quarters": 110}), 2, "firms"))


def test_foreign_loans_reach_firms_only_if_the_mechanism_is_on():
    for on in (True, False):
        records = simulate(load_scenario("korea", {"mechanisms.foreign_credit": on, "run.quarters": 60}), 2, "firms")
        assert (records.panel[-1]["loans"][:, FOREIGN].sum() > 0) == on
