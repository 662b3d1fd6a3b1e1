"""Scenarios: typed, frozen, differences only; every kind of bad input gets its one clear message."""

import pytest
from pydantic import ValidationError

from abm.scenario import SECTIONS, Scenario, ScenarioError, declarations, load_scenario, presets, read_setting


def leaves(scenario: Scenario) -> dict:
    content = scenario.resolved()
    return {f"{s}.{n}": v for s in SECTIONS for n, v in content[s].items()} | {"history": str(content["history"])}


@pytest.mark.parametrize("pair", [("korea", "taiwan"), ("korea", "base"), ("taiwan", "base")])
def test_the_two_presets_differ_from_base_and_each_other_in_policy_only(pair):
    first, second = (leaves(load_scenario(name)) for name in pair)
    different = {key for key in first if first[key] != second[key]}
    assert different and all(key.startswith("policy.") for key in different)


def test_every_parameter_is_declared_in_full():
    names = []
    for section, parameters in declarations().items():
        for name, declaration in parameters.items():
            names.append(name)
            assert declaration["description"], name
            if section == "mechanisms":
                assert declaration["source"] and declaration["value"] is True, name
            elif isinstance(declaration["value"], str):
                assert declaration["unit"] == "quarter", name
            else:
                low, high = declaration["range"]
                assert low <= declaration["value"] <= high, name
                assert declaration["unit"] and declaration["source"], name
                assert declaration["status"] in ("measured", "calibrated", "assumed"), name
    assert len(names) == len(set(names)), "a parameter's name is unique across sections"


def test_scenarios_are_frozen():
    scenario = load_scenario("korea")
    with pytest.raises(ValidationError):
        scenario.policy.guarantee = 0.5


def test_overrides_change_one_key_and_the_digest():
    korea = load_scenario("korea")
    other = load_scenario("korea", {"policy.guarantee": 0.2})
    assert other.policy.guarantee == 0.2
    assert other.digest() != korea.digest()
    assert korea.replace({"policy.guarantee": 0.2}).digest() == other.digest()


def write(folder, text, name="mine.yaml"):
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text,words",
    [
        ("policy: {guarante: 0.2}", ["policy.guarante", "unknown key", "'guarantee'", "mine.yaml"]),
        ("polcy: {guarantee: 0.2}", ["unknown section 'polcy'", "'policy'", "mine.yaml"]),
        ("policy: {guarantee: 2}", ["policy.guarantee = 2", "from 0 to 1", "[probability]", "mine.yaml"]),
        ("policy: {guarantee: .nan}", ["policy.guarantee = nan", "from 0 to 1", "mine.yaml"]),
        ("policy: {guarantee: .inf}", ["policy.guarantee = inf", "from 0 to 1"]),
        ("policy: {guarantee: '0.2'}", ["policy.guarantee = '0.2'", "a number"]),
        ("policy: {guarantee: true}", ["policy.guarantee = True", "a number"]),
        ("policy: {guarantee: 0.2, guarantee: 0.3}", ["line 1", "duplicate key", "mine.yaml"]),
        ("mechanisms: {capture: no}", ["mechanisms.capture = 'no'", "true or false"]),
        ("run: {quarters: 12.5}", ["run.quarters = 12.5", "a whole number", "1 to 400"]),
        ("policy: {opening_starts: 1993}", ["policy.opening_starts = 1993", "a quarter such as 1993Q1"]),
        ("policy: [1, 2]", ["policy", "expected a mapping", "mine.yaml"]),
        ("- 1", ["expected a mapping of sections", "mine.yaml"]),
        ("policy: {guarantee: 0.2", ["not valid YAML", "mine.yaml"]),
        ("extends: koera", ["'koera'", "no such scenario", "'korea'"]),
        ("extends: mine.yaml", ["circle", "mine.yaml"]),
        ("history: electronic", ["no such history", "'electronics'"]),
    ],
)
def test_bad_files_get_one_clear_error(tmp_path, text, words):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(write(tmp_path, text))
    for word in words:
        assert word in str(caught.value), str(caught.value)


def test_numbers_and_words_are_read_as_what_they_are(tmp_path):
    scenario = load_scenario(write(tmp_path, "policy: {public_rd: 1e-3}\npopulation: {firms: 0o14}"))
    assert scenario.policy.public_rd == 0.001
    assert scenario.population.firms == 12
    with pytest.raises(ScenarioError, match="no such file"):
        load_scenario(str(tmp_path / "missing.yaml"))
    with pytest.raises(ScenarioError, match="mine"):
        load_scenario("mine")


def test_long_circles_are_found(tmp_path):
    write(tmp_path, "extends: b.yaml", "a.yaml")
    write(tmp_path, "extends: a.yaml", "b.yaml")
    with pytest.raises(ScenarioError, match=r"a\.yaml -> b\.yaml -> a\.yaml"):
        load_scenario(tmp_path / "a.yaml")


def test_a_file_may_bring_its_own_history(tmp_path):
    write(tmp_path, "frontier: {first: 1971Q1, every: 8}\ntrend_growth: [{from: 1971Q1, assembly: 0.1, memory: 0.1, "
          "niche: 0.1}]", "past.yaml")  # fmt: skip
    scenario = load_scenario(write(tmp_path, "extends: korea\nhistory: past.yaml"))
    assert scenario.history.frontier.every == 8
    assert scenario.policy.guarantee == load_scenario("korea").policy.guarantee


@pytest.mark.parametrize(
    "setting,words",
    [
        ({"policy.guarante": 0.2}, ["policy.guarante", "'guarantee'"]),
        ({"guarantee": 0.2}, ["unknown key", "policy.guarantee"]),
        ({"policy.guarantee": 3}, ["policy.guarantee = 3", "from 0 to 1", "--set"]),
    ],
)
def test_bad_overrides_get_one_clear_error(setting, words):
    with pytest.raises(ScenarioError) as caught:
        load_scenario("korea", setting)
    for word in words:
        assert word in str(caught.value), str(caught.value)


def test_settings_are_typed():
    assert read_setting("policy.guarantee=1e-1") == ("policy.guarantee", 0.1)
    assert read_setting("mechanisms.capture=false") == ("mechanisms.capture", False)
    for bad in ("policy.guarantee", "=3", "a=.nan"):
        with pytest.raises(ScenarioError):
            read_setting(bad)


def test_all_presets_load():
    assert {"base", "korea", "taiwan"} <= set(presets())
    for name in presets():
        assert load_scenario(name).name == name
