"""Scenario discovery: a box that is known, one that luck blurs, and regret worked by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.discovery import discover
from experiments.analysis.prim import boxes, chosen
from experiments.analysis.regret import regret
from experiments.cli import main
from experiments.output import InputError


def cloud(count=4000, factors=4):
    return np.random.default_rng(5).random((count, factors))


def test_a_known_box_is_found_with_its_limits_and_without_the_idle_factors():
    points = cloud()
    hits = ((points[:, 0] > 0.6) & (points[:, 2] < 0.4)).astype(float)
    box = chosen(boxes(points, hits), points, hits)
    assert box.restricted(points)[[0, 2]].all()
    assert box.low[0] == pytest.approx(0.6, abs=0.05) and box.high[2] == pytest.approx(0.4, abs=0.05)
    assert box.density > 0.95 and box.coverage > 0.85


def test_peeling_raises_density_and_loses_coverage():
    points = cloud()
    hits = np.clip(points[:, 1] + 0.3 * np.random.default_rng(1).normal(size=len(points)), 0, 1)
    path = boxes(points, hits)
    densities, coverages = [b.density for b in path], [b.coverage for b in path]
    assert path[0].mass == path[0].coverage == 1.0 and path[0].density == pytest.approx(hits.mean())
    assert densities == sorted(densities) and coverages == sorted(coverages, reverse=True)
    assert path[-1].low[1] > 0.5


def test_values_that_come_in_steps_are_peeled_as_wholes():
    points = np.repeat(np.array([[0.0], [1.0], [2.0], [3.0]]), 50, axis=0)
    hits = (points[:, 0] >= 2.0).astype(float)
    box = chosen(boxes(points, hits), points, hits)
    assert (box.low[0], box.high[0], box.density, box.coverage) == (2.0, 3.0, 1.0, 1.0)


def test_limits_say_what_lifting_them_loses():
    points = pd.DataFrame(cloud(), columns=list("abcd"))
    hits = ((points["a"] > 0.6) & (points["c"] < 0.4)).to_numpy(float)
    _, limits, path = discover(points, hits)
    assert set(limits["factor"].head(2)) == {"a", "c"} and (limits["lost"].head(2) > 0.3).all()
    assert path["density"].iloc[0] == pytest.approx(hits.mean())


@pytest.mark.parametrize(("share", "word"), [(0.0, "never"), (1.0, "always")])
def test_what_never_or_always_happens_cannot_be_told_apart(share, word):
    points = pd.DataFrame(cloud(100), columns=list("abcd"))
    with pytest.raises(InputError, match=f"{word}; choose another value"):
        discover(points, np.full(100, share))


def test_regret_by_hand():
    """Policy 0 earns 5 and 1 in the two worlds, policy 1 earns 3 and 4: their regrets are 0 and 3, 2 and 0."""
    design = pd.DataFrame({"point": range(4), "policy": [0, 0, 1, 1], "world": [0, 1, 0, 1],
                           "policy.guarantee": [0.1, 0.1, 0.9, 0.9]})  # fmt: skip
    results = pd.DataFrame({"point": np.repeat(range(4), 2), "earned": [4, 6, 1, 1, 3, 3, 5, 3.0]})
    plan = {"levers": {"policy.guarantee": {}}, "outcomes": {}}
    study = SimpleNamespace(design=design, results=results, plan=plan, folder="x", outcomes=["earned"])
    found = regret(study, "earned").set_index("policy")
    assert found["mean_regret"].to_dict() == {1: 1.0, 0: 1.5} and found["worst_regret"].to_dict() == {1: 2.0, 0: 3.0}
    assert found.index[0] == 1 and found.loc[0, "worst_world"] == 1 and found.loc[1, "policy.guarantee"] == 0.9
    assert regret(study, "earned", most=False)["worst_regret"].tolist() == [2.0, 3.0]


def test_policies_alike_in_their_worst_world_are_ranked_by_their_mean():
    """Policy 0 falls 2 short in both worlds where it falls short, policy 1 in one, policy 2 sets the mark."""
    design = pd.DataFrame({"point": range(6), "policy": [0, 0, 1, 1, 2, 2], "world": [0, 1] * 3,
                           "policy.x": [0, 0, 1, 1, 2, 2]})  # fmt: skip
    results = pd.DataFrame({"point": range(6), "earned": [1.0, 1.0, 1.0, 3.0, 3.0, 3.0]})
    plan = {"levers": {"policy.x": {}}, "outcomes": {}}
    study = SimpleNamespace(design=design, results=results, plan=plan, folder="x", outcomes=["earned"])
    found = regret(study, "earned")
    assert found["policy"].tolist() == [2, 1, 0] and found["worst_regret"].tolist() == [0.0, 2.0, 2.0]
    assert found["best_in"].tolist() == [1.0, 0.5, 0.0]


def test_the_command_finds_the_leveraged_of_a_sweep(tmp_path, capsys):
    plan = tmp_path / "plan.yaml"
    plan.write_text("""
kind: sweep
settings: {run.quarters: 12}
levers: {policy.guarantee: {}, policy.subsidy: {}}
design: {kind: sobol, points: 64}
outcomes: {debt: {indicator: debt_equity_large, window: 1973}}
""")
    sweep, out = tmp_path / "sweep", tmp_path / "box"
    assert main(["sweep", str(plan), "--out", str(sweep)]) == 0
    middle = float(pd.read_parquet(sweep / "results.parquet")["debt"].median())
    assert main(["discover", str(sweep), "--outcome", "debt", "--above", str(middle), "--out", str(out)]) == 0
    assert "policy.guarantee" in capsys.readouterr().out
    assert "policy.guarantee" in set(pd.read_csv(out / "box.csv")["factor"])
    for arguments, words in (
        (["--outcome", "dept"], "did you mean 'debt'"),
        (["--outcome", "debt", "--above", "much"], "expected a number"),
        (["--outcome", "debt", "--above", "1e9"], "happens never"),
    ):
        assert main(["discover", str(sweep), *arguments]) == 2
        assert words in capsys.readouterr().err
    assert main(["discover", str(tmp_path / "nowhere")]) == 2


def test_the_command_regret_needs_policies_and_worlds(tmp_path, capsys):
    plan, sweep, out = tmp_path / "plan.yaml", tmp_path / "sweep", tmp_path / "regret"
    plan.write_text("""
kind: sweep
settings: {run.quarters: 12}
levers: {policy.guarantee: [0.1, 0.9]}
uncertainties: {world.demand_memory: [150, 300]}
design: {levers: {kind: grid}, uncertainties: {kind: grid}}
outcomes: {exports: {indicator: exports_usd_m, window: 1973}}
""")
    assert main(["sweep", str(plan), "--out", str(sweep)]) == 0
    assert main(["regret", str(sweep), "--outcome", "exports", "--out", str(out)]) == 0
    table = pd.read_csv(out / "regret.csv")
    assert table["worst_regret"].min() >= 0.0 and set(table["policy.guarantee"]) == {0.1, 0.9}
    capsys.readouterr()
    assert main(["regret", str(sweep), "--outcome", "export"]) == 2
    assert "did you mean 'exports'" in capsys.readouterr().err
