"""The rooms of the policy block: complete, each key in one of them, and each read by a rule."""

from abm.policy.instruments import differing, instruments
from abm.scenario import declarations, load_scenario


def test_every_policy_key_says_what_it_changes_for_whom_and_since_when():
    policy = declarations()["policy"]
    for key, declaration in policy.items():
        assert {"instrument", "changes", "whom", "since"} <= set(declaration), key
        assert declaration["since"] == "start" or declaration["since"] in policy, key


def test_every_key_lies_in_one_room_and_no_room_is_empty():
    keys = [key for room in instruments().values() for key in room.keys]
    assert sorted(keys) == sorted(declarations()["policy"])
    assert all(room.keys and room.title and room.source.startswith("E ") for room in instruments().values())


def test_scenarios_differ_in_the_rooms_whose_keys_differ():
    plain = load_scenario("base")
    other = load_scenario("base", {"policy.guarantee": 0.9, "policy.subsidy": 0.08, "world.demand_memory": 300})
    assert differing(plain, other) == {"credit_price": ("subsidy",), "guarantee": ("guarantee",)}
    assert differing(plain, plain) == {}
