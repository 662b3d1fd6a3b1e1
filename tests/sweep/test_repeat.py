"""`latecomer reproduce` on the folders of sweeps and maps: equal to the bit, in whole or in part, or where not."""

import json
import shutil

import pandas as pd
import pytest
from plans import MAP, RUNS, plan_of, written

from experiments.cli import main
from experiments.output import InputError
from experiments.sweep.campaign import sweep
from experiments.sweep.repeat import chosen_rows, recorded_plan, repeat_sweep
from experiments.sweep.study import load_study


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps") / "whole"
    sweep(plan_of(), folder, workers=1)
    return folder


def test_a_sweep_is_repeated_to_the_bit_from_what_it_recorded_alone(whole, capsys):
    assert main(["reproduce", str(whole)]) == 0
    assert f"Equal: {RUNS} of {RUNS} runs" in capsys.readouterr().out
    plan = recorded_plan(load_study(whole))
    assert plan.path.name == "plan.yaml" and list(plan.worlds) == ["base", "taiwan"]  # no file was read for them
    assert {name: world.digest() for name, world in plan.worlds.items()} == {
        name: world.digest() for name, world in plan_of().worlds.items()
    }


def test_a_part_is_spread_over_all_rows(whole, capsys):
    assert list(chosen_rows(72, 4)) == [0, 24, 47, 71] and len(chosen_rows(72, 900)) == 72
    assert list(chosen_rows(5, 1)) == [0]
    assert main(["reproduce", str(whole), "--sample", "5"]) == 0
    assert "Equal: 5 of 5 runs" in capsys.readouterr().out


def test_a_changed_value_is_found_and_named(whole, tmp_path, capsys):
    folder = tmp_path / "changed"
    shutil.copytree(whole, folder)
    rows = pd.read_parquet(folder / "results.parquet")
    rows.loc[30, "exports"] = rows.loc[30, "exports"] * (1 + 1e-15)
    rows.loc[40, "error"] = "ValueError: it was so"
    rows.to_parquet(folder / "results.parquet")
    assert main(["reproduce", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "Different: 2 of 72 runs." in said
    where = rows.loc[30]
    assert f"point {where['point']}, {where['scenario']}, seed {where['seed']}: exports: recorded" in said


def test_code_that_changed_is_said(whole, tmp_path, capsys):
    folder = tmp_path / "older"
    shutil.copytree(whole, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"code": "0" * 16}))
    rows = pd.read_parquet(folder / "results.parquet")
    rows["price"] += 1.0
    rows.to_parquet(folder / "results.parquet")
    assert main(["reproduce", str(folder), "--sample", "2"]) == 1
    assert "the model's code differs" in capsys.readouterr().out


def test_a_map_is_repeated(tmp_path, capsys):
    plan = written(tmp_path, MAP, design={"kind": "adaptive_grid", "cells": 1, "depth": 1})
    assert main(["map", str(plan), "--out", str(tmp_path / "map"), "--workers", "1"]) == 0
    assert main(["reproduce", str(tmp_path / "map")]) == 0
    assert "Equal:" in capsys.readouterr().out


def test_what_cannot_be_repeated_says_why(whole, tmp_path, capsys):
    folder = tmp_path / "unfinished"
    shutil.copytree(whole, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"complete": False}))
    with pytest.raises(InputError, match="not finished"):
        repeat_sweep(folder)
    run = tmp_path / "run"
    assert main(["run", "base", "--set", "run.quarters=4", "--out", str(run)]) == 0
    assert main(["reproduce", str(run), "--sample", "3"]) == 2
    assert "only a sweep can be repeated in part" in capsys.readouterr().err
