"""The presets: named differences in policy alone, each with its reasons, each with a claim that tries it."""

import pytest

from abm.runs import run_ensemble
from abm.scenario import ScenarioError, load_scenario, presets
from experiments.claim_data import load_claims
from experiments.preset_text import about
from experiments.report import render
from experiments.tables import from_runs

PLAIN = {"base", "korea", "taiwan"}
NAMED = {
    "japan", "korea_imf_1998", "korea_status_quo", "korea_muddling_through", "korea_technology_diversification",
    "korea_sme_turn", "korea_public_rd", "korea_no_guarantee", "korea_slow_liberalisation",
    "taiwan_national_champions", "taiwan_open_capital_account", "laissez_faire", "responsive_state",
}  # fmt: skip


def test_every_preset_is_there():
    assert set(presets()) >= NAMED | PLAIN


@pytest.mark.parametrize("name", sorted(presets()))
def test_a_preset_differs_from_the_base_world_in_its_government_alone(name):
    base, preset = load_scenario("base").resolved(), load_scenario(name).resolved()
    differing = {section for section in base if base[section] != preset[section]} - {"name", "title", "description"}
    assert differing <= {"policy", "reforms", "politics"}
    if "politics" in differing:
        moved = {key for key, value in preset["politics"].items() if value != base["politics"][key]}
        assert moved == {"responsiveness"}


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_preset_has_a_title_and_a_paragraph(name):
    scenario = load_scenario(name)
    assert scenario.title and len(scenario.description.split()) >= 25


def test_every_preset_is_tried_by_a_claim():
    tried = {arm.preset for claim in load_claims("presets") for arm in (claim.a, claim.b)}
    assert NAMED - {"responsive_state"} <= tried  # which has a study of its own


def test_a_preset_is_told_with_its_differences_and_reforms():
    plain, reformed = about("korea_no_guarantee"), about("korea_imf_1998")
    assert "Extends korea, from which it differs in:" in plain and "policy.guarantee " in plain
    assert "(was 0.8232)" in plain and "policy.subsidy" not in plain
    assert "Extends korea." in reformed and "From 1998Q1, over 1 years, by surprise: deregulation package" in reformed
    assert about("base").startswith("base: Base world")
    with pytest.raises(ScenarioError, match="did you mean 'korea'"):
        about("korea_")


def test_the_report_shows_what_reforms_change():
    scenarios = [load_scenario(name, {"run.quarters": 4}) for name in ("korea", "korea_imf_1998")]
    cube = from_runs(scenarios, run_ensemble(scenarios, [1]))
    assert "policy.guarantee from 1998Q1" in render(cube, [], "")
