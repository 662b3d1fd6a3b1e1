"""The market for technology: licences and second sources, the licensors' reluctance, royalties, own development."""

import math

from abm import accounts as books
from abm import events
from abm.behaviour.capabilities import memory_share
from abm.behaviour.strategy import pipeline_total
from abm.compiled import rule
from abm.randomness import STREAM_TECHNOLOGY, luck
from abm.state import MEMORY


@rule
def process_knowledge(f):
    """Return a firm's process knowledge [knowledge]."""
    return f.knowledge[0] + f.knowledge[1]


@rule
def cross_licence_power(f, p):
    """Return 0..1: how far own process knowledge buys access to others' (E I.5)."""
    own = process_knowledge(f)
    return own / (own + p.cross_licence_scale)


@rule
def memory_royalty(f, frontier, p):
    """Return the royalty on memory sales [share]: dearer near the frontier, cheaper with knowledge to trade (E I.5)."""
    if not p.royalties:
        return 0.0
    gap = max(0, frontier - f.generation)
    slope = p.royalty_memory * f.production_capability * math.exp(-p.royalty_decay * gap)
    return p.royalty_base + slope * (1.0 - p.cross_licence_relief * cross_licence_power(f, p))


@rule
def closeness(gap, share, p):
    """Return 0..1: how near a follower has come to the licensors, in generations and in world share (E II.3)."""
    return math.exp(-p.reluctance_decay * (gap - 1)) * min(1.0, share / p.reluctance_share)


@rule
def licence_chance(near, power, oligopoly, p):
    """Return the chance of a licence or second source for the next generation [1/quarter] (E I.5, III.2).

    Licensors grow reluctant as a follower closes in, unless it has patents to trade (`power`, 0..1). Those who buy
    from a tight `oligopoly` (world share of the yen makers) look for a second source to temper it.
    """
    if not p.licensing:
        return 0.0
    refused = p.licensor_reluctance * near * (1.0 - power) if p.reluctance else 0.0
    sought = p.second_source_pull * oligopoly if p.second_source else 0.0
    return min(1.0, p.licence_hazard * (1.0 + sought) * (1.0 - refused))


@rule
def entry_gap(p):
    """Return the generations behind the frontier at which a newcomer starts; without a second source, one more."""
    return int(p.generation_gap_entry) + (0 if p.second_source else 1)


@rule
def development_chance(knowledge, near, p):
    """Return the chance of developing the next generation alone [1/quarter] (E II.3); posts abroad help (E I.5)."""
    listening = 1.0 + p.listening_gain if p.listening_posts else 1.0
    return listening * p.own_development_hazard * (1.0 - math.exp(-knowledge / p.development_knowledge)) * near


@rule
def sourcing_mode(licensed, power, p):
    """Return the event by which a generation came: licence, exchange of patents, or own development (E I.5)."""
    if not licensed:
        return events.DEVELOPED
    return events.CROSS_LICENSED if power > p.cross_licence_from else events.LICENSED


@rule
def advance_generations(w):
    """Let memory makers step to the next generation; writes generation, experience, royalties, royalties_memory.

    A firm outside memory may start as a second source a fixed number of generations behind the frontier.
    """
    e, p, h = w.economy[0], w.parameters[0], w.history[w.economy[0].quarter]
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        f.royalties = 0.0
        f.royalties_memory = 0.0
        if f.capacity[MEMORY] + pipeline_total(f) <= 0.0:
            f.generation = max(0, h.frontier - entry_gap(p))
            continue
        gap = h.frontier - f.generation
        if gap < 1:
            continue
        near = closeness(gap, memory_share(f, e), p)
        _, _, u, _ = luck(e.seed, STREAM_TECHNOLOGY, e.quarter, i)
        power = cross_licence_power(f, p)
        licensed = licence_chance(near, power, e.yen_memory_share, p)
        if u < licensed:
            fee = p.licence_fee * 4.0 * f.sold_memory * (1.0 - power) * e.exchange_rate
            books.pay(w, books.ROYALTIES, i, books.WORLD, fee)
            f.royalties += fee
            f.royalties_memory += fee
        elif u >= licensed + development_chance(process_knowledge(f), near, p):
            continue
        f.generation += 1
        f.experience *= p.learning_carry_over
        events.note(w, sourcing_mode(u < licensed, power, p), i, f.generation)
