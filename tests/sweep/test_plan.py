"""Plans: what they mean, and what each kind of bad plan is told."""

import numpy as np
import pandas as pd
import pytest
from plans import MAP, SMALL, changed, plan_of, written

import abm
from abm.scenario import CONFIGS, ScenarioError
from experiments.analysis.sensitivity_plan import SensitivityPlan
from experiments.cli import main
from experiments.lab.map_plan import MapPlan
from experiments.sweep.design import cell_keys, points_of, settings_of
from experiments.sweep.outcomes import Meter
from experiments.sweep.plan import Plan, load_plan

LEVER = "policy.guarantee"


def test_a_grid_holds_every_combination_in_order():
    frame = points_of(plan_of())
    assert list(frame) == ["point", "policy.guarantee", "policy.concentration", "world.cycle_sd"]
    assert frame.iloc[:3].to_numpy().tolist() == [[0, 0, 0, 0.01], [1, 0, 0, 0.03], [2, 0, 0.5, 0.01]]
    assert len(frame) == 12 and not frame.drop(columns="point").duplicated().any()


def test_a_crossing_puts_every_policy_into_every_world():
    design = {"levers": {"kind": "grid"}, "uncertainties": {"kind": "latin_hypercube", "points": 5, "seed": 2}}
    worlds = {"world.cycle_sd": {"range": [0.01, 0.03]}, "finance.deposit_rate": {}}
    frame = points_of(plan_of(design=design, uncertainties=worlds))
    assert len(frame) == 6 * 5
    by_world = frame.groupby("world")
    assert (by_world["world.cycle_sd"].nunique() == 1).all() and (by_world["policy"].nunique() == 6).all()


def test_space_filling_points_fill_their_ranges_and_a_longer_sobol_design_begins_with_the_shorter():
    levers = {LEVER: {"range": [0.2, 0.6]}, "policy.sme_window": {"range": [0.01, 0.5], "scale": "log"}}
    few = points_of(plan_of(levers=levers, design={"kind": "sobol", "points": 5}))
    many = points_of(plan_of(levers=levers, design={"kind": "sobol", "points": 64}))
    pd.testing.assert_frame_equal(many.head(5), few)
    assert many[LEVER].between(0.2, 0.6).all() and abs(many[LEVER].mean() - 0.4) < 0.01
    assert abs(np.log(many["policy.sme_window"]).mean() - np.log(0.01 * 0.5) / 2) < 0.1  # even on the log scale
    assert many["world.cycle_sd"].value_counts().tolist() == [32, 32]  # listed values, evenly
    cube = points_of(plan_of(levers=levers, design={"kind": "latin_hypercube", "points": 10}))
    assert sorted((10 * (cube[LEVER] - 0.2) / 0.4).astype(int)) == list(range(10))  # one point in each tenth


def test_points_from_a_csv_keep_their_order_and_bits(tmp_path):
    values = [0.1, 1 / 3, 0.9]
    table = pd.DataFrame({"world.cycle_sd": [0.01, 0.03, 0.03], LEVER: values, "policy.concentration": [0.5, 0, 0]})
    table.to_csv(tmp_path / "points.csv", index=False)
    path = written(tmp_path, design={"kind": "list", "file": "points.csv"})
    frame = points_of(load_plan(path))
    assert frame[LEVER].tolist() == values and frame["world.cycle_sd"].tolist() == [0.01, 0.03, 0.03]


def test_a_run_is_found_by_scenario_and_settings_alone():
    plan = plan_of()
    settings = settings_of(plan, points_of(plan))
    keys = cell_keys("a", settings)
    assert len(set(keys)) == 12 and not set(keys) & set(cell_keys("b", settings))
    turned = [dict(reversed(values.items())) for values in settings]
    assert (cell_keys("a", turned) == keys).all()


def test_outcomes_are_those_of_the_records():
    plan = plan_of(
        settings={}, crisis={"window": [1997, 1998]}, regime={},
        outcomes={
            "debt": {"indicator": "debt_equity_large", "window": [1990, 1996]},
            "failures": {"indicator": "large_bankruptcies", "statistic": "sum", "window": [1996, 1999]},
            "since": {"indicator": "memory_world_share", "statistic": "first_year_above", "window": [1971, 2006],
                      "threshold": 0.05},
        },
    )  # fmt: skip
    records = abm.simulate("taiwan", 5)
    found = dict(zip(plan.columns, Meter(plan.worlds["taiwan"], plan.outcomes, plan.regime, plan.crisis)(
        records.tape.rows), strict=True))  # fmt: skip
    table = records.indicators
    assert found["debt"] == pytest.approx(table.loc["1990Q1":"1996Q4", "debt_equity_large"].mean(), rel=1e-12)
    assert found["failures"] == table.loc["1996Q1":"1999Q4", "large_bankruptcies"].sum()
    yearly = table["memory_world_share"].groupby(table.index.year).mean()
    assert found["since"] == (yearly[yearly > 0.05].index.min() if (yearly > 0.05).any() else 9999.0)
    regime = abm.classify(records)
    assert found["regime"] == regime.label and found["regime_score"] == pytest.approx(regime.score, rel=1e-12)
    assert found["crisis"] == table.loc["1997Q1":"1998Q4", "run_on_currency"].max()


BAD = [
    ({"kind": None}, ["kind", "sweep"]),
    ({"kind": "sweeep"}, ["sweeep", "kind: sweep"]),
    ({"kind": "map"}, ["latecomer map"]),
    ({"leverz": {}}, ["leverz", "levers"]),
    ({"levers": {"policy.guarante": [0, 1]}}, ["levers", "policy.guarante:", "'policy.guarantee'"]),
    ({"levers": {LEVER: [0, 1.2]}}, [LEVER, "1.2", "from 0 to 1"]),
    ({"levers": {LEVER: [0, "much"]}}, [LEVER, "'much'", "from 0 to 1"]),
    ({"levers": {LEVER: [0, True]}}, [LEVER, "True", "from 0 to 1"]),
    ({"levers": {LEVER: [0.5, 0.5]}}, [LEVER, "twice"]),
    ({"levers": {LEVER: []}}, [LEVER, "one value or more"]),
    ({"levers": {LEVER: 0.5}}, [LEVER, "list of values"]),
    ({"levers": {LEVER: {"range": [0.5, 0.2]}}}, [LEVER, "lower end first"]),
    ({"levers": {LEVER: {"range": [0, 1], "step": 3}}}, [LEVER, "'step'", "'steps'"]),
    ({"levers": {LEVER: {"range": [0, 1], "steps": 1}}}, [LEVER, "steps", "from 2"]),
    ({"levers": {LEVER: {"range": [0, 1], "scale": "log"}}}, [LEVER, "log", "positive"]),
    ({"levers": {LEVER: {"range": [0, 1]}}}, ["design", LEVER, "steps"]),
    ({"levers": {"world.cycle_sd": [0.01]}}, ["world.cycle_sd", "uncertainties"]),
    ({"uncertainties": {LEVER: [0, 1]}}, [LEVER, "levers"]),
    ({"uncertainties": {"mechanisms.contagion": {"range": [0, 1]}}}, ["mechanisms.contagion", "list its values"]),
    ({"uncertainties": {"population.firms": [60.5]}}, ["population.firms", "60.5", "a whole number"]),
    ({"uncertainties": {"run.quarters": [12, 24]}}, ["run.quarters", "settings"]),
    ({"settings": {"run.quarters": 12, LEVER: 0.1}}, ["settings", LEVER, "varied"]),
    ({"settings": {"run.quarters": 0}}, ["settings", "run.quarters", "from 1 to 400"]),
    ({"scenarios": ["nowhere"]}, ["nowhere", "korea"]),
    ({"scenarios": ["korea", "korea"]}, ["scenarios", "korea", "twice"]),
    ({"design": {"kind": "gird"}}, ["design", "'gird'", "'grid'"]),
    ({"design": {"kind": "sobol"}}, ["design", "points", "required"]),
    ({"design": {"kind": "sobol", "points": 0}}, ["design", "points", "0"]),
    ({"design": {"kind": "list", "file": "no.csv"}}, ["design", "no.csv", "no such file"]),
    ({"design": {"levers": {"kind": "grid"}}}, ["design", "uncertainties", "required"]),
    ({"replications": {"count": 0}}, ["replications.count", "0"]),
    ({"replications": {"first": 1, "counts": 3}}, ["replications.counts", "'count'"]),
    ({"outcomes": {"x": {"indicator": "export_usd_m", "window": 1973}}}, ["outcomes.x", "'exports_usd_m'"]),
    ({"outcomes": {"x": {"indicator": "wage", "statistic": "average", "window": 1973}}}, ["average", "mean"]),
    ({"outcomes": {"x": {"indicator": "wage", "window": [1973, 1972]}}}, ["outcomes.x.window", "first year first"]),
    ({"outcomes": {"x": {"indicator": "wage", "window": 1995}}}, ["outcomes.x.window", "1971 to 1973"]),
    ({"outcomes": {"x": {"indicator": "wage"}}}, ["outcomes.x.window", "required"]),
    ({"outcomes": {"seed": {"indicator": "wage", "window": 1973}}}, ["'seed'", "none of"]),
    ({"outcomes": None, "regime": None, "crisis": None}, ["outcomes", "nothing would be kept"]),
    ({"record": {"series": ["wages"]}}, ["record.series", "'wage'"]),
    ({"record": {"series": ["wage"]}, "replications": {"count": 2000}}, ["record.series", "keep_series"]),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[str(change)[:60] for change, _ in BAD])
def test_every_bad_plan_gets_its_one_message(change, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, **change)
    assert main(["sweep", str(path)]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "Traceback" not in message, message
    assert all(word in message for word in words), message
    if change.get("scenarios") != ["nowhere"]:
        assert "plan.yaml" in message
    assert [file.name for file in tmp_path.iterdir()] == ["plan.yaml"]


def test_bad_points_of_a_csv_are_named(tmp_path, capsys):
    path = written(tmp_path, design={"kind": "list", "file": "points.csv"})
    head = "policy.guarantee,policy.concentration,world.cycle_sd"
    for text, words in (
        (f"{head}\n0.1,0,0.01\n1.4,0,0.01\n", ["row 2", LEVER, "1.4", "0 to 1"]),
        (f"{head}\n0.1,0.2,0.01\n", ["row 1", "policy.concentration", "[0.0, 0.5]"]),
        ("policy.guarantee,policy.concentration\n0.1,0\n", ["no column world.cycle_sd"]),
        (f"{head},policy.sub\n0.1,0,0.01,3\n", ["column policy.sub"]),
        (f"{head}\n", ["no points"]),
        ("", ["cannot be read"]),
    ):
        (tmp_path / "points.csv").write_text(text)
        assert main(["sweep", str(path), "--out", str(tmp_path / "out")]) == 2
        message = capsys.readouterr().err
        assert "points.csv" in message and all(word in message for word in words), message


def test_plans_of_other_commands_are_sent_there(capsys):
    assert main(["sweep", "calibration"]) == 2
    assert "latecomer calibrate" in capsys.readouterr().err
    assert main(["sweep", "map_guarantee_direction"]) == 2
    assert "latecomer map" in capsys.readouterr().err
    assert main(["calibrate", str(CONFIGS / "plans" / "guarantee.yaml")]) == 2
    assert "latecomer sweep" in capsys.readouterr().err
    assert main(["sweep", "map_guarante_direction"]) == 2
    assert "'map_guarantee_direction'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"levers": {LEVER: {}}}, ["1 named", "two axes"]),
        ({"levers": {LEVER: [0, 1], "policy.subsidy": {}}}, [LEVER, "range"]),
        ({"scenarios": ["korea", "taiwan"]}, ["one scenario"]),
        ({"design": {"kind": "adaptive_gird"}}, ["'adaptive_grid'"]),
        ({"design": {"kind": "adaptive_grid", "depth": 9}}, ["design", "depth", "9"]),
        ({"kind": "sweep"}, ["latecomer sweep"]),
        ({"crisis": None}, ["crisis.window", "1971 to 1973"]),
    ],
)
def test_a_bad_map_gets_its_message(change, words, tmp_path, capsys):
    assert main(["map", str(written(tmp_path, MAP, **change)), "--out", str(tmp_path / "out")]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and all(word in message for word in words), message


@pytest.mark.parametrize("path", sorted((CONFIGS / "plans").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_plans_are_sound(path):
    if path.stem != "calibration":
        kinds = {"map": MapPlan, "sensitivity": SensitivityPlan}
        plan = load_plan(path, kinds.get(path.stem.split("_")[0], Plan))
        assert plan.title and plan.columns


def test_a_resolved_plan_means_the_same():
    plan = plan_of()
    again = plan_of({**plan.resolved(), "kind": "sweep"})
    assert again.digest() == plan.digest()
    with pytest.raises(ScenarioError, match="small.yaml"):
        plan_of(changed(SMALL, design={"kind": "grid", "points": 3}))
