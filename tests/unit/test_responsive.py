"""The government as an agent, by hand: how it bends instruments, what pulls it, how fast it moves."""

import math

import pytest

from abm.policy.responsive import bent, discredit, moved, pace, power_of_the_large, pull_of_success, respond

close = pytest.approx


def test_a_drift_moves_the_odds_and_leaves_the_ends_alone():
    assert bent(0.5, math.log(3.0), 1.0) == close(0.75)  # odds of one to one become three to one
    assert bent(0.2, math.log(3.0), 0.8) == close(0.4)
    assert bent(0.3, 0.0, 0.8) == close(0.3)
    assert bent(0.0, 4.0, 0.8) == 0.0 and bent(0.8, -4.0, 0.8) == close(0.8)  # what is abolished, or total, stays


def test_what_pulls_the_state(world):
    w = world(politics__weight_power=2.0, politics__neutral_capture=0.3, politics__weight_success=0.5,
              politics__weight_losses=3.0)  # fmt: skip
    e, p = w.economy[0], w.parameters[0]
    e["capture"], e["export_lead"], e["npl_ratio"] = 0.4, -0.2, 0.1
    assert power_of_the_large(e, p) == close(0.2)
    assert pull_of_success(e, p) == close(-0.1)
    assert discredit(e, p) == close(0.3)
    e["run"] = True
    assert discredit(e, p) == close(3.0)


def test_a_state_that_misses_its_aspiration_moves_faster(world):
    w = world(politics__responsiveness=2.0, politics__aspiration=0.15, politics__urgency=4.0)
    e, p = w.economy[0], w.parameters[0]
    e["export_growth"] = 0.2
    assert pace(e, p) == close(0.5)
    e["export_growth"] = -0.1
    assert pace(e, p) == close(0.5 * (1 + 4.0 * 0.25))


def test_drift_stays_within_its_bounds(world):
    p = world(politics__drift_max=1.0).parameters[0]
    assert moved(0.5, 0.2, 0.5, p) == close(0.6)
    assert moved(0.9, 4.0, 1.0, p) == 1.0 and moved(-0.9, -4.0, 1.0, p) == -1.0


def test_each_instrument_follows_its_own_pulls(world):
    w = world(politics__responsiveness=4.0, politics__urgency=0.0, politics__neutral_capture=0.2,
              politics__weight_jobs=1.0, politics__weight_losses=1.0, politics__weight_power=1.0,
              politics__weight_success=1.0)  # fmt: skip
    e = w.economy[0]
    e["capture"], e["export_lead"], e["npl_ratio"], e["at_stake"] = 0.3, 0.05, 0.02, 0.4
    respond(w)
    drift = [w.economy[0][f"drift_{name}"] for name in ("direction", "concentration", "guarantee")]
    assert drift == [close(0.1 + 0.05 - 0.02), close(0.1 + 0.05), close(0.1 + 0.4 - 0.02)]
    g = w.policy[0]
    assert g["guarantee"] == close(bent(0.45, drift[2], 1.0)) == g["guarantee_ahead"]
    assert g["directed_share"] == close(bent(0.35, drift[0], 0.8))
    assert g["concentration"] == close(bent(0.34, drift[1], 1.2))


def test_a_state_that_does_not_respond_keeps_to_its_policy_block_to_the_bit(world):
    w = world()
    w.economy["capture"], w.economy["export_lead"] = 0.9, 0.5
    before = w.policy.copy()
    respond(w)
    assert w.policy.tobytes() == before.tobytes() and w.economy["drift_guarantee"][0] == 0.0
