"""What the dashboard's pages compute: books that add up, firms' lives, stored results, live maps and gaps."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("dash", reason="the dashboard is not installed")

from abm.accounts import FLOW_NAMES  # noqa: E402
from abm.runs import simulate  # noqa: E402
from abm.scenario import load_scenario  # noqa: E402
from dashboards.service import Service, Ticket  # noqa: E402
from dashboards.tables import books, gap, live_map, play, stored  # noqa: E402
from dashboards.tables import firm as lives  # noqa: E402
from dashboards.view import View, read_view  # noqa: E402
from experiments.lab.map_plan import AdaptiveGrid  # noqa: E402

PAIR = {"a": "korea", "b": "taiwan"}


@pytest.fixture(scope="module")
def records():
    return simulate(load_scenario("korea"), 1, ("firms", "flows", "decisions"))


def test_every_flow_has_a_kind_and_no_kind_names_a_flow_that_is_none():
    named = [flow for flows in books.KINDS.values() for flow in flows]
    assert len(named) == len(set(named)) and set(named) <= set(FLOW_NAMES)
    assert set(books.SUPPORT) <= set(books.KINDS)


def test_the_flows_of_a_year_are_those_of_its_quarters(records):
    table = books.year_flows(records, 1998, "all")
    chosen = [k for k, q in enumerate(records.quarters) if q.year == 1998]
    assert len(chosen) == 4 and (table["amount"] > 0).all()
    whole = np.sum([records.matrices[k] for k in chosen], axis=0)
    wages = whole[FLOW_NAMES.index("wages")].sum()
    assert table.loc[table["kind"] == "wages", "amount"].sum() == pytest.approx(wages, rel=1e-12)
    named = {"payments": ~table["kind"].isin(books.LOANS), "support": table["kind"].isin(books.SUPPORT)}
    for view, rows in named.items():
        part = books.year_flows(records, 1998, view)
        assert part["amount"].sum() == pytest.approx(table.loc[rows, "amount"].sum(), rel=1e-12)


def test_support_of_all_years_is_that_of_the_matrices(records):
    rescue = np.array(records.matrices)[:, FLOW_NAMES.index("rescue")].sum()
    table = books.support(records)
    assert rescue > 0 and table["rescue"].sum() == pytest.approx(rescue, rel=1e-12)
    assert list(table["year"]) == books.years(records)


def test_a_firms_balance_sheet_balances_and_its_life_is_in_order(records):
    rows = lives.census(records, load_scenario("korea"))
    assert len(rows) == len(records.panel[-1]) and {row["firm"] for row in rows} == set(range(len(rows)))
    failed = next(row for row in rows if row["fate"] == "bankrupt")
    events = lives.life(records, load_scenario("korea"), failed["firm"])
    assert [when for when, _ in events] == sorted(when for when, _ in events)
    assert events[-1][0] == failed["end"] and "fails" in events[-1][1]
    table = lives.history(records, rows[0]["firm"])
    debts = table[["directed loans", "market loans", "curb loans", "foreign loans"]].sum(axis=1)
    leverage = (debts / table["equity"]).where(table["equity"] > 0).dropna()
    assert ((table["plant"] + table["land"] + table["deposits"] - debts - table["equity"]).abs() < 1e-6).all()
    assert (leverage > 0).mean() > 0.9


def test_terms_are_those_of_the_row(records):
    quarter = str(records.quarters[100])
    found = lives.terms(records, load_scenario("korea"), 1, quarter)
    row = records.panel[100][1]
    assert found["credit"]["asked"] == row["asked"]
    assert sum(found["credit"][name] for name in found["credit"] if name not in ("need", "asked")) == pytest.approx(
        row["granted"].sum()
    )
    assert [option["wanted"] for option in found["options"]] == list(row["plan"])
    assert lives.terms(records, load_scenario("korea"), 10**6, quarter) is None


def test_product_mix_by_hand(records):
    rows = records.panel[80][:3].copy()
    for name in ("sold_memory", "sold_foundry", "sold_niche", "sold_oem", "sold_brand", "sold_home"):
        rows[name] = 0.0
    rows["sold_memory"], rows["sold_oem"], rows["sold_niche"] = [1.0, 0.0, 0.0], [1.0, 5.0, 0.0], [0.0, 0.0, 2.0]
    assert list(play.product_mix(rows, 800.0)) == [-0.5, 0.0, 1.0]


def test_every_birth_and_death_is_on_the_picture(records):
    moving = play.motion(records, load_scenario("korea"))
    alive = [set(frame["i"]) for frame in moving["frames"]]
    births = [(q, firm) for q, mark, firm, _ in moving["marks"] if mark == "birth"]
    assert births and all(firm not in alive[q - 1] for q, firm in births if q)
    deaths = [(q, firm) for q, mark, firm, _ in moving["marks"] if mark in ("bankruptcy", "closure")]
    assert deaths and all(firm not in frame for q, firm in deaths for frame in alive[q:])


def test_stored_maps_are_read_back_with_their_borders():
    for name, found in stored.stored_maps().items():
        table = pd.read_csv(stored.folder() / f"{name}.csv")
        assert len(found.table) == len(table) and found.runs == table["runs"].sum()
        assert np.isfinite(found.volume("crisis")).all()
        assert sum(found.areas().values()) == pytest.approx(1.0)
    assert found.volume("crisis").shape == (found.size + 1,) * 2


@pytest.fixture(scope="module")
def runs():
    service = Service(workers=2)
    yield lambda scenarios, seeds: service.ensemble(Ticket("test", "test", 0), scenarios, seeds)
    service.close()


def test_a_live_map_is_a_grid_then_finer_and_knows_its_places(runs):
    view, problems = read_view("a=korea&b=taiwan&across=policy.guarantee&up=world.shock_scale&arm=b&seed=3")
    plan = live_map.live_plan(view, 0)
    assert not problems and list(plan.factors) == ["policy.guarantee", "world.shock_scale"]
    small = plan.model_copy(update={
        "design": AdaptiveGrid(cells=1, depth=1), "replications": plan.replications.model_copy(update={"count": 2})
    })  # fmt: skip
    found = live_map.drawn(small, view.scenario("b"), runs)
    shock = plan.factors["world.shock_scale"]
    placed = set(map(tuple, found.table[["policy.guarantee", "world.shock_scale"]].to_numpy()))
    corners = {(x, y) for x in (0.0, 1.0) for y in (shock.low, shock.high)}
    assert corners <= placed and len(placed) in (4, 9)  # whole, or halved once where a border crosses
    assert found.runs == 2 * len(placed) and (found.table["runs"] == 2).all()
    here = live_map.place(plan, "7_-1")
    assert here == {"policy.guarantee": 1.0, "world.shock_scale": plan.factors["world.shock_scale"].low}
    assert live_map.place(plan, "a_b") is None and live_map.place(plan, "nan_1") is None


def test_one_lever_explains_all_of_the_gap_it_makes(runs):
    view = View({"a": "korea", "b": "korea"}, {"a": {}, "b": {"policy.guarantee": 0.1}, "w": {}}, 1)
    found = gap.live(view, 0, runs)
    assert found.worlds == 2 and found.orders == 0
    debt = found.tables.levers[found.tables.levers["measure"].str.startswith("Debt over equity")]
    assert list(debt["share"]) == pytest.approx([1.0])


def test_the_stored_gap_is_that_of_its_tables_and_others_are_not_stored():
    view = View(PAIR)
    assert gap.is_stored(view)
    found = gap.stored(view)
    assert found.worlds == 2 ** len(found.game.levers) and len(found.game.seeds) == 16
    assert [m.label for m in found.game.measures] == list(found.tables.measures["measure"])
    sums = found.tables.levers.groupby("measure", sort=False)["contribution"].sum()
    gaps = found.tables.measures.set_index("measure")["gap"]
    assert np.allclose(sums, gaps[sums.index])
    assert not gap.is_stored(View(PAIR, seed=1, settings={"a": {"policy.guarantee": 0.3}, "b": {}, "w": {}}))
    assert not gap.is_stored(View(PAIR, extras={"by": "key"}))
