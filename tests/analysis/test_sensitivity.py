"""Sensitivity: known indices through our path, plans that cannot work, and a small analysis through its door."""

import numpy as np
import pandas as pd
import pytest

from abm.scenario import ScenarioError
from experiments.analysis.indices import indices, luck, settling, unit_points
from experiments.analysis.sensitivity_plan import Morris, SensitivityPlan, SobolIndices
from experiments.analysis.table_files import latex, write_tables
from experiments.cli import main
from experiments.sweep.plan import parse_plan

PLAN = {
    "kind": "sensitivity", "settings": {"run.quarters": 12},
    "levers": {"policy.guarantee": {}, "policy.subsidy": {}}, "uncertainties": {"finance.curb_rate": {}},
    "design": {"kind": "morris", "trajectories": 4}, "replications": {"first": 1, "count": 2},
    "outcomes": {"debt": {"indicator": "debt_equity_all", "window": 1973}},
}  # fmt: skip


def ishigami(place):
    """Return the function of Ishigami and Homma (1990), a = 7, b = 0.1, at points of the unit cube."""
    x = np.pi * (2.0 * place - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_of_ishigami_are_the_known_ones():
    names, design = ["a", "b", "c"], SobolIndices(kind="sobol", base=2048)
    place = unit_points(design, names)
    assert place.shape == (2048 * 5, 3)
    found = indices(design, names, place, ishigami(place)).set_index("factor")
    assert found["first"].tolist() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found["total"].tolist() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert (found["total_low"] < found["total"]).all() and (found["total"] < found["total_high"]).all()


def test_morris_on_a_linear_function_finds_its_slopes_and_no_spread():
    names, design = ["a", "b", "c"], Morris(trajectories=10)
    place = unit_points(design, names)
    assert place.shape == (40, 3)
    found = indices(design, names, place, place @ np.array([3.0, -2.0, 0.0])).set_index("factor")
    assert found["mu_star"].tolist() == pytest.approx([3.0, 2.0, 0.0], abs=1e-9)
    assert found["mu"].tolist() == pytest.approx([3.0, -2.0, 0.0], abs=1e-9)
    assert found["sigma"].abs().max() < 1e-9


def test_an_outcome_that_does_not_vary_hangs_on_nothing():
    for design in (Morris(trajectories=4), SobolIndices(kind="sobol", base=8)):
        place = unit_points(design, ["a", "b"])
        found = indices(design, ["a", "b"], place, np.ones(len(place)))
        assert (found.drop(columns="factor") == 0.0).all(axis=None)


def test_indices_settle_on_those_of_the_whole_sample():
    names, design = ["a", "b", "c"], SobolIndices(kind="sobol", base=64)
    place = unit_points(design, names)
    growth = settling(design, names, place, ishigami(place))
    assert growth["points"].unique().tolist() == [80, 160, 320]
    whole = indices(design, names, place, ishigami(place))
    assert growth[growth["points"] == 320]["total"].tolist() == whole["total"].tolist()


def test_luck_is_what_varies_within_points():
    assert luck(np.array([[1.0, 3.0], [1.0, 3.0]])) == 1.0
    assert luck(np.array([[1.0, 1.0], [3.0, 3.0]])) == 0.0
    assert luck(np.array([[0.0, 2.0], [2.0, 4.0]])) == 0.5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"levers": {"policy.guarantee": {}}, "uncertainties": {}}, "1 named; expected two or more"),
        ({"design": {"kind": "sobol", "base": 100}}, "such as 64 or 128"),
        ({"design": {"kind": "saltelli"}}, "design"),
        ({"outcomes": {}}, "nothing would be kept"),
        ({"levers": {"policy.garantee": {}}}, "did you mean 'policy.guarantee'"),
        ({"kind": "sweep"}, "for `latecomer sweep`, not `latecomer sensitivity`"),
    ],
)
def test_a_bad_plan_says_what_is_wrong(change, words):
    with pytest.raises(ScenarioError, match=words.replace("`", ".")):
        parse_plan(PLAN | change, model=SensitivityPlan)


def test_the_command_writes_indices_tables_and_a_page_and_goes_on(tmp_path, capsys):
    from ruamel.yaml import YAML

    plan, out = tmp_path / "plan.yaml", tmp_path / "out"
    YAML().dump(PLAN, plan)
    assert main(["sensitivity", str(plan), "--out", str(out), "--workers", "1"]) == 0
    said = capsys.readouterr().out
    assert "32 runs" in said and "debt: policy.guarantee" in said
    table = pd.read_csv(out / "indices.csv")
    assert table["factor"].tolist() == ["policy.guarantee", "policy.subsidy", "finance.curb_rate"]
    assert pd.read_stata(out / "indices.dta")["mu_star"].tolist() == pytest.approx(table["mu_star"].tolist())
    assert "policy.guarantee" in (out / "report.html").read_text()
    assert main(["sensitivity", str(plan), "--out", str(out)]) == 0
    assert "were there already" in capsys.readouterr().out


def test_latex_escapes_what_would_break_it(tmp_path):
    text = latex(pd.DataFrame({"a_b": ["5 % & more"], "x": [0.12345]}))
    assert r"a\_b & x \\" in text and r"5 \% \& more & 0.123 \\" in text and text.startswith(r"\begin{tabular}{lr}")
    assert write_tables({"t": pd.DataFrame({"x": [1.0]})}, tmp_path) == ["t.csv", "t.tex", "t.dta"]
