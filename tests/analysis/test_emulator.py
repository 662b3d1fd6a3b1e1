"""The emulator: known functions, honest bands, what it refuses, the same answers after loading, and no pickle."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.emulator import load_emulator
from experiments.analysis.emulator_train import bounds_of, fitted, held_out, quantile, score, unfit, verdict
from experiments.analysis.surfaces import Process, Trees
from experiments.cli import main
from experiments.output import InputError

PLAN = """
kind: sweep
title: small
settings: {run.quarters: 12}
levers: {policy.guarantee: {range: [0.1, 0.9]}, policy.subsidy: [0, 0.02, 0.04]}
uncertainties: {mechanisms.contagion: [true, false]}
design: {kind: sobol, points: 48}
replications: {first: 1, count: 2}
outcomes:
  debt: {indicator: debt_equity_large, window: 1973}
  constant: {indicator: run_on_currency, window: 1973}
  never: {indicator: memory_world_share, statistic: first_year_above, window: [1972, 1973], threshold: 0.99}
"""


def bowl(points, seeds, noise, seed=1):
    """A smooth function of two of three factors, and its runs with luck [point, seed]."""
    luck = np.random.default_rng(seed)
    x = luck.random((points, 3))
    true = np.sin(4 * x[:, 0]) + 2 * x[:, 1] ** 2
    return x, true, true[:, None] + noise * luck.normal(size=(points, seeds))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a sweep and its emulator."""
    folder = tmp_path_factory.mktemp("emulator")
    (folder / "plan.yaml").write_text(PLAN)
    assert main(["sweep", str(folder / "plan.yaml"), "--out", str(folder / "sweep"), "--workers", "2"]) == 0
    assert main(["emulate", str(folder / "sweep"), "--out", str(folder / "em")]) == 0
    return folder


def test_a_process_finds_a_smooth_function_and_which_factor_is_idle():
    x, true, runs = bowl(80, 4, 0.05)
    surface = Process.fitted(x, runs.mean(axis=1))
    new, known, _ = bowl(200, 1, 0.0, seed=2)
    mean, error = surface.predict(new)
    assert np.sqrt(np.mean((mean - known) ** 2)) < 0.05
    assert surface.lengths[2] > 5 * max(surface.lengths[:2])
    # The noise it found is that of a mean over four seeds.
    assert np.median(error) == pytest.approx(0.05 / 2, rel=0.5)


def test_leaving_parts_out_in_closed_form_is_what_fitting_without_them_gives():
    from experiments.analysis.surfaces import parts_of

    x, _, runs = bowl(40, 1, 0.2)
    y = runs[:, 0]
    surface = Process.fitted(x, y)
    mean, error = surface.without_each()
    rows = next(parts_of(len(x), 5))
    rest = np.setdiff1d(np.arange(len(x)), rows)
    kernel = surface.model.kernel_
    inner = kernel(x[rest]) + 1e-10 * np.eye(len(rest))
    z = (y - surface.middle) / surface.scale
    across = kernel(x[rows], x[rest])
    by_hand = across @ np.linalg.solve(inner, z[rest])
    left = kernel(x[rows]) - across @ np.linalg.solve(inner, across.T)
    assert mean[rows] == pytest.approx(surface.middle + surface.scale * by_hand, abs=1e-6)
    assert error[rows] == pytest.approx(surface.scale * np.sqrt(np.diag(left)), rel=1e-5)


def test_trees_kept_as_arrays_say_what_scikit_learn_says():
    from sklearn.ensemble import GradientBoostingRegressor

    from experiments.analysis.surfaces import TREES

    x, _, runs = bowl(150, 1, 0.1)
    trees = Trees.fitted(x, runs[:, 0])
    new = np.random.default_rng(9).random((50, 3))
    known = GradientBoostingRegressor(**TREES).fit(x, runs[:, 0]).predict(new)
    assert trees.predict(new)[0] == pytest.approx(known, abs=1e-12)
    assert Trees.restored(trees.arrays()).predict(new)[0].tolist() == trees.predict(new)[0].tolist()


def test_bands_hold_what_they_promise_on_points_and_on_runs_of_other_luck():
    x, _, runs = bowl(150, 4, 0.3)
    answer = fitted(x, runs, (-np.inf, np.inf))
    new, true, later = bowl(600, 1, 0.3, seed=5)
    mean, low, high, run_low, run_high = answer.predict(new)
    means = true + 0.3 / 2 * np.random.default_rng(6).normal(size=len(true))  # over four seeds
    assert np.mean((low <= means) & (means <= high)) == pytest.approx(0.9, abs=0.06)
    assert np.mean((run_low <= later[:, 0]) & (later[:, 0] <= run_high)) == pytest.approx(0.9, abs=0.05)


def test_luck_that_grows_along_a_factor_widens_the_band_of_runs_there():
    luck = np.random.default_rng(1)
    x = luck.random((150, 2))
    runs = (0.1 + x[:, :1]) * luck.normal(size=(150, 8))
    answer = fitted(x, runs, (-np.inf, np.inf))
    *_, low, high = answer.predict(np.array([[0.1, 0.5], [0.9, 0.5]]))
    assert (high - low)[1] > 2.5 * (high - low)[0]


def test_what_is_luck_alone_is_said_to_be_not_good_enough():
    x = np.random.default_rng(0).random((60, 3))
    runs = np.random.default_rng(1).normal(size=(60, 2))
    answer = fitted(x, runs, (-np.inf, np.inf))
    row = score(answer, runs, held_out(x, runs, answer))
    assert row["r2"] < 0.2 and row["verdict"].startswith("not good enough")
    assert "too narrow" in verdict(0.95, 0.5, 100) and verdict(0.95, 0.9, 100) == "good"


def test_small_rules_by_hand():
    assert quantile(np.arange(1.0, 10.0), 0.9) == 9.0  # of nine, a tenth value keeps below the ninth in 9 of 10 cases
    assert quantile(np.arange(1.0, 20.0), 0.9) == 18.0
    assert bounds_of(np.array([[0.0, 1.0]])) == (0.0, 1.0) and bounds_of(np.array([[0.0, 3.0]])) == (0.0, np.inf)
    assert bounds_of(np.array([[0.1, 1.0]])) == (-np.inf, np.inf)
    holes = np.ones((40, 2)) * np.arange(40)[:, None]
    holes[:5, 1] = np.nan
    assert "12%" in unfit(holes) and not unfit(holes[5:]) and unfit(np.ones((40, 2))) == "does not vary"


def test_the_folder_answers_as_the_training_did_and_holds_no_pickle(place, tmp_path):
    first = load_emulator(place / "em")
    again = tmp_path / "again"
    assert main(["emulate", str(place / "sweep"), "--out", str(again)]) == 0
    points = pd.read_parquet(place / "sweep" / "design.parquet")
    one, two = first.predict(points), load_emulator(again).predict(points)
    assert one.equals(two) and (one["low"] <= one["mean"]).all() and (one["mean"] <= one["high"]).all()
    with np.load(place / "em" / "emulator.npz", allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "fi" for name in file.files)
    assert first.outcomes == ["debt"] and "does not vary" in first.about["left_out"]["constant, base"]
    assert "no value in some run of 100%" in first.about["left_out"]["never, base"]  # 9999 is no year
    results = pd.read_parquet(place / "sweep" / "results.parquet")
    known = results.groupby("point")["debt"].mean()
    assert np.corrcoef(known[one["point"]], one["mean"])[0, 1] > 0.9


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policy.guarantee": 0.95}, "0.95: outside the range the emulator was trained on, 0.1 to 0.9"),
        ({"policy.guarantee": 2.0}, "expected a number from 0"),
        ({"mechanisms.contagion": 3}, "expected true or false"),
        ({"policy.subsidi": 0.1}, "did you mean 'policy.subsidy'"),
    ],
)
def test_a_point_outside_is_refused_by_name(place, change, words):
    point = {"policy.guarantee": 0.5, "policy.subsidy": 0.01, "mechanisms.contagion": True} | change
    with pytest.raises(InputError, match=words.replace("(", ".")):
        load_emulator(place / "em").predict(pd.DataFrame([point]))
    with pytest.raises(InputError, match="no column mechanisms.contagion"):
        load_emulator(place / "em").predict(pd.DataFrame({"policy.guarantee": [0.5], "policy.subsidy": [0.0]}))


def test_questions_from_the_command_line(place, tmp_path, capsys):
    em = str(place / "em")
    capsys.readouterr()
    assert main(["emulate", em, "--set", "policy.guarantee=0.4"]) == 0
    assert "debt: " in capsys.readouterr().out
    points = tmp_path / "points.csv"
    points.write_text("policy.guarantee,policy.subsidy,mechanisms.contagion\n0.4,0.01,true\n0.8,0,false\n")
    assert main(["emulate", em, "--at", str(points), "--outcome", "debt"]) == 0
    table = pd.read_csv(pd.io.common.StringIO(capsys.readouterr().out))
    assert len(table) == 2 and table["mean"].iloc[0] < table["mean"].iloc[1]
    points.write_text("policy.guarantee,policy.subsidy,mechanisms.contagion\n0.4,0.01,true\n0.8,0.05,false\n")
    for arguments, words in (
        ([em, "--at", str(points)], "row 2: policy.subsidy: 0.05"),
        ([em, "--at", str(tmp_path / "none.csv")], "no such file"),
        ([em, "--set", "policy.guarantee=0.95"], "0.1 to 0.9"),
        ([em, "--set", "policy.guarantee=0.4", "--scenario", "bass"], "did you mean 'base'"),
        ([em, "--set", "policy.guarantee=0.4", "--at", str(points)], "leave out --set"),
        ([str(place / "sweep"), "--outcome", "dept"], "did you mean 'debt'"),
        ([str(place / "sweep"), "--outcome", "constant", "--out", str(tmp_path / "x")], "does not vary"),
        ([str(tmp_path)], "no sweep here"),
    ):
        assert main(["emulate", *arguments]) == 2
        said = capsys.readouterr().err
        assert words in said and "Traceback" not in said
    assert not (tmp_path / "x").exists()


def test_an_emulator_of_other_code_or_with_other_numbers_is_refused(place, tmp_path, capsys):
    import shutil

    other = tmp_path / "em"
    shutil.copytree(place / "em", other)
    about = json.loads((other / "emulator.json").read_text())
    (other / "emulator.json").write_text(json.dumps(about | {"code": "0123456789abcdef"}))
    with pytest.raises(InputError, match="another version of the model .*0123456789abcdef"):
        load_emulator(other)
    assert "0123456789abcdef" in load_emulator(other, other_code=True).remark
    capsys.readouterr()
    assert main(["emulate", str(other), "--set", "policy.guarantee=0.4", "--other-code"]) == 0
    assert "another version" in capsys.readouterr().err
    (other / "emulator.json").write_text(json.dumps(about))
    (other / "emulator.npz").write_bytes((other / "emulator.npz").read_bytes()[:-20])
    with pytest.raises(InputError, match="is not the one"):
        load_emulator(other)
    (other / "emulator.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        load_emulator(other)


def test_values_left_out_are_told_from_the_others(place):
    between = pd.read_csv(place / "em" / "between.csv")
    assert between["factor"].tolist() == ["policy.subsidy"] and between["without"].tolist() == [0.02]
    assert "Between the values that were run" in (place / "em" / "report.html").read_text()
    assert pd.read_stata(place / "em" / "check.dta")["outcome"].tolist() == ["debt"]


def test_other_commands_say_that_its_folder_holds_no_sweep(place, capsys):
    capsys.readouterr()
    assert main(["bands", str(place / "em")]) == 2
    assert "holds a run of `latecomer emulate`, no sweep" in capsys.readouterr().err
    assert main(["reproduce", str(place / "em")]) == 2
    assert f"repeat them with `latecomer emulate {place / 'sweep'}`" in capsys.readouterr().err
