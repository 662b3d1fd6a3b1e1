"""Records: tables that agree with each other, saved and loaded unchanged."""

import numpy as np
import pandas as pd
import pytest

import abm

SHORT = {"run.quarters": 20}


@pytest.fixture(scope="module")
def records():
    return abm.simulate(abm.load_scenario("taiwan", SHORT), 3, ("firms", "flows", "decisions"))


def test_saved_tables_come_back_unchanged(records, tmp_path):
    records.save(tmp_path)
    loaded = abm.load_records(tmp_path)
    assert set(loaded.tables()) == set(records.tables())
    pd.testing.assert_frame_equal(loaded.indicators, records.indicators, check_freq=False)
    for name in ("events", "balance_sheets", "audit", "firms", "flows", "decisions"):
        mine, theirs = getattr(records, name), getattr(loaded, name)
        assert len(mine) == len(theirs) and list(mine) == list(theirs)
        for column in mine.select_dtypes("number"):
            np.testing.assert_array_equal(mine[column], theirs[column])
        assert (mine["quarter"].astype(str) == theirs["quarter"].astype(str)).all()


@pytest.mark.parametrize("table", ["firms", "flows", "decisions"])
def test_each_table_can_be_recorded_alone(table):
    records = abm.simulate(abm.load_scenario("korea", SHORT), 1, table)
    assert len(getattr(records, table)) > 20
    with pytest.raises(abm.RecordError, match="were not recorded"):
        getattr(records, "flows" if table == "firms" else "firms")


def test_firms_add_up_to_indicators(records):
    last = records.firms[records.firms["quarter"] == records.quarters[-1]]
    alive = last[last["alive"]]
    exported = ["sold_oem", "sold_brand", "sold_memory", "sold_foundry", "sold_niche"]
    sold = last[exported].to_numpy().sum()  # who closed this quarter has sold, too
    table = records.indicators.iloc[-1]
    local = table["exports_usd_m"] * (1 - table["foreign_affiliate_export_share"])
    assert 4 * sold == pytest.approx(local)
    assert len(alive) == table["firm_count"]


def test_enforcement_is_what_capture_and_foreign_loans_leave(records):
    firms, table = records.firms, records.indicators
    last = firms[(firms["quarter"] == records.quarters[-1]) & firms["alive"]]
    rate = table["exchange_rate"].iloc[-1]
    home = last[["loans_directed", "loans_market", "loans_curb"]].to_numpy().sum()
    abroad = last["loans_foreign"].sum() * rate
    commanded = table["enforcement"].iloc[-1] / (home / (home + abroad))
    p = abm.load_scenario("taiwan")
    left = 1 - p.politics.capture_enforcement * table["capture"].iloc[-1]
    assert commanded == pytest.approx(p.policy.performance_enforcement * left)


def test_flows_add_up_to_balance_sheets(records):
    """What the world pays less what it gets, over the whole run, is the change of its financial net worth."""
    flows = records.flows
    kinds = flows["flow"].astype(str)
    payments = flows[~kinds.str.startswith(("lending", "repayment", "state borrowing"))]
    net = payments.groupby("quarter")["amount"].sum()
    into = payments[payments["payee"] == "world"].groupby("quarter")["amount"].sum()
    out = payments[payments["payer"] == "world"].groupby("quarter")["amount"].sum()
    sheets = records.balance_sheets
    world = sheets[(sheets["sector"] == "world") & (sheets["kind"] == "financial")].groupby("quarter")["amount"].sum()
    change = world.diff().dropna()  # the currency does not move in these years: no revaluation
    expected = (into - out).loc[change.index]
    assert (abs(change - expected) <= 1e-9 * net.loc[change.index]).all()


def test_decisions_do_no_more_than_wanted(records):
    table = records.decisions
    assert (table["done"] <= table["wanted"] + 1e-9).all()
    assert set(table["decision"]) >= {"invest in assembly", "borrow"}


def test_events_match_counts(records):
    entries = (records.events["kind"] == "entry").sum()
    opened = records.firms.groupby("firm")["born"].first()
    assert entries == (opened > 0).sum() + (opened == 0).sum() - 60


def test_unknown_tables_and_folders_are_refused(tmp_path):
    with pytest.raises(abm.RecordError, match="thoughts"):
        abm.simulate("base", 1, "thoughts")
    with pytest.raises(abm.RecordError, match="no manifest"):
        abm.load_records(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(abm.RecordError, match="lacks"):
        abm.load_records(tmp_path)
