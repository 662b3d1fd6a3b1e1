"""The government as an agent: it bends direction, concentration and guarantee to what it sees and to who has power.

What delivers exports gets more credit (E I.3); whoever has captured the state gets more of it and a firmer promise
(E notes 16-17, II.4 iii); jobs at stake firm the promise up; bad loans and a run discredit it (III.1). A state that
misses its aspiration moves faster (search under failure, Cyert & March 1963). Since credit makes firms large and
large firms capture the state, small beginnings may feed on themselves.
"""

import math

from abm.compiled import rule


@rule
def bent(value, drift, highest):
    """Return an instrument's value after a drift [log odds] between 0 and its highest value; both ends stay put."""
    weight = value * math.exp(drift)
    return highest * weight / (highest - value + weight)


@rule
def power_of_the_large(e, p):
    """Return the pull of who has power [log odds]: towards the large beyond a neutral capture, else to the small."""
    return p.weight_power * (e.capture - p.neutral_capture)


@rule
def pull_of_success(e, p):
    """Return the pull of performance [log odds]: towards large firms while they lead in export growth (E I.3)."""
    return p.weight_success * e.export_lead


@rule
def discredit(e, p):
    """Return the push away from directing and guaranteeing [log odds]: bad loans; in a run, as if all were bad."""
    return p.weight_losses * (1.0 if e.run else e.npl_ratio)


@rule
def pace(e, p):
    """Return how fast the state moves [1/quarter]: faster, the more export growth falls short of its aspiration."""
    missed = max(0.0, p.aspiration - e.export_growth)
    return p.responsiveness / 4.0 * (1.0 + p.urgency * missed)


@rule
def moved(drift, pull, speed, p):
    """Return a drift after a pull [log odds], within its bounds."""
    return min(p.drift_max, max(-p.drift_max, drift + speed * pull))


@rule
def respond(w):
    """Let the state learn; writes drift_direction, drift_concentration, drift_guarantee, and the policy in force."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    if p.responsiveness <= 0.0:
        return
    speed, power, losses = pace(e, p), power_of_the_large(e, p), discredit(e, p)
    lean = power + pull_of_success(e, p)
    e.drift_direction = moved(e.drift_direction, lean - losses, speed, p)
    e.drift_concentration = moved(e.drift_concentration, lean, speed, p)
    e.drift_guarantee = moved(e.drift_guarantee, power + p.weight_jobs * e.at_stake - losses, speed, p)
    g.directed_share = bent(g.directed_share, e.drift_direction, p.directed_share_max)
    g.concentration = bent(g.concentration, e.drift_concentration, p.concentration_max)
    g.guarantee = bent(g.guarantee, e.drift_guarantee, 1.0)
    g.guarantee_ahead = bent(g.guarantee_ahead, e.drift_guarantee, 1.0)
