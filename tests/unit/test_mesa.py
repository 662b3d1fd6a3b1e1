"""IndustryModel as a Mesa user knows a model."""

import warnings

import mesa
import numpy as np
import pytest

import abm
from abm.agents import SME, Bank, Chaebol, Firm, ForeignClient, ForeignIncumbent, Government

QUARTERS = {"run.quarters": 6}


@pytest.fixture
def model():
    return abm.IndustryModel("korea", seed=3, **QUARTERS)


def test_steps_and_stops(model):
    assert isinstance(model, mesa.Model) and model.running and model.steps == 0
    while model.running:
        model.step()
    assert model.steps == 6 and model.quarter == 6
    model.step()  # past the horizon: nothing more happens
    assert model.quarter == 6 and not model.running


def test_agents_are_views_of_rows(model):
    model.step()
    firms = model.agents.select(lambda a: isinstance(a, Firm))
    assert len(firms) == model.indicators["firm_count"]
    assert firms.agg("sales", sum) == pytest.approx(model.world.firms["sales"][model.world.firms["alive"]].sum())
    some = next(iter(firms))
    assert some.row == some.unique_id and some.capacity.shape == (4,) and isinstance(some.alive, bool)
    with pytest.raises(AttributeError, match="no column"):
        _ = some.happiness
    model.world.firms["sales"][some.row] = 123.0
    assert some.sales == 123.0  # rows are the only truth
    assert sorted(firms.get("row")) == firms.sort("row", ascending=True).get("row")


def test_agents_by_type(model):
    model.step()
    kinds = model.agents_by_type
    assert {Chaebol, SME, Firm, ForeignClient, ForeignIncumbent, Bank, Government} == set(kinds)
    assert len(kinds[ForeignClient]) == 12 and len(kinds[ForeignIncumbent]) == 8
    assert len(kinds[Bank]) == len(kinds[Government]) == 1
    assert len(kinds[Chaebol]) == model.indicators["chaebol_count"]
    assert next(iter(kinds[Bank])).bank_capital == model.world.economy["bank_capital"][0]


def test_a_group_is_a_classification_and_keeps_its_identity():
    model = abm.IndustryModel("korea", seed=3, **{"run.quarters": 80})
    model.step()
    early = {agent.row: agent for agent in model.agents if isinstance(agent, Firm)}
    model.run()
    groups = list(model.agents_by_type[Chaebol])
    assert groups and len(groups) == model.indicators["chaebol_count"]
    assert any(early.get(group.row) is group for group in groups)


def test_removing_a_view_is_refused(model):
    with pytest.raises(abm.ScenarioError, match="rules of exit"):
        next(iter(model.agents)).remove()


def test_own_data_collector(model):
    model.datacollector = mesa.DataCollector(
        model_reporters={"exports": lambda m: m.indicators["exports_usd_m"]},
        agenttype_reporters={Firm: {"deposits": "deposits"}, SME: {"sales": "sales"}},
    )
    records = model.run()
    table = model.datacollector.get_model_vars_dataframe()
    assert table["exports"].tolist() == records.indicators["exports_usd_m"].tolist()
    assert len(model.datacollector.get_agenttype_vars_dataframe(SME)) > 6


def test_default_collector_holds_every_indicator(model):
    records = model.run()
    table = model.datacollector.get_model_vars_dataframe()
    np.testing.assert_array_equal(table.to_numpy(), records.indicators.to_numpy())


def test_batch_run():
    rows = mesa.batch_run(
        abm.IndustryModel, {"scenario": ["korea", "taiwan"], "policy.guarantee": [0.1, 0.9], **QUARTERS, "seed": 1},
        number_processes=1, data_collection_period=-1, display_progress=False,
    )  # fmt: skip
    assert len(rows) == 4
    assert {(row["scenario"], row["policy.guarantee"]) for row in rows} == {
        (s, g) for s in ("korea", "taiwan") for g in (0.1, 0.9)
    }
    assert all(np.isfinite(row["exports_usd_m"]) for row in rows)


def test_seed_and_rng_name_the_same_luck():
    by_seed, by_rng = (abm.IndustryModel("base", **{key: 9}, **QUARTERS).run() for key in ("seed", "rng"))
    assert by_seed.fingerprint == by_rng.fingerprint
    with pytest.raises(abm.ScenarioError, match="one of them"):
        abm.IndustryModel("base", seed=1, rng=2)
    for wrong in (-1, 1.5, "x", True):
        with pytest.raises(abm.ScenarioError, match="seed"):
            abm.IndustryModel("base", seed=wrong)


def test_no_warning_reaches_the_user():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        abm.IndustryModel("base", seed=1, **QUARTERS).run()


def test_tables_not_recorded_say_so(model):
    with pytest.raises(abm.RecordError, match="--record firms"):
        _ = model.run().firms


def test_a_broken_payment_stops_the_run_with_place_and_quarter():
    def leak(model):
        if model.quarter == 2:
            model.world.economy["household_deposits"] += 5.0

    with pytest.raises(abm.AuditError, match=r"1971Q3.*(households|bank).*residual"):
        abm.IndustryModel("base", seed=1, hooks={"trade": leak}, **QUARTERS).run()
