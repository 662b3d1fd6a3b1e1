"""Niche products: launches that need design, breadth and speed; demand by field; quality that ages (E II.4, III.2)."""

import math

import numpy as np

from abm.compiled import array_rule, rule
from abm.randomness import STREAM_TECHNOLOGY, luck, normal
from abm.state import FIELDS, NICHE, PROCESS_FIELDS


@rule
def launch_chance(f, p):
    """Return the chance of a launch this quarter [0..1]: speed to market times design (E III.2)."""
    ready = min(1.0, f.design_capability / p.launch_design)
    return p.niche_hazard * f.speed * (p.launch_floor + (1.0 - p.launch_floor) * ready)


@rule
def launch_quality(f, noise, p):
    """Return the quality of a new product [index]: design capability and breadth together."""
    return p.niche_quality_scale * math.sqrt(f.design_capability * f.breadth) * math.exp(p.niche_quality_sd * noise)


@rule
def niche_attraction(f, reference_wage, p):
    """Return how strongly a firm's product draws its field's buyers [-]: quality, and reach by size."""
    reach = (f.capacity[NICHE] / (p.niche_reference_size * reference_wage)) ** p.niche_reach
    return f.quality**p.niche_quality_elasticity * min(max(reach, p.niche_reach_min), p.niche_reach_max)


@rule
def niche_markup(quality, p):
    """Return the mark-up over unit cost [share]: a premium for differentiated products (E II.2)."""
    return p.niche_markup + p.niche_premium * max(0.0, quality - p.niche_premium_from)


@rule
def launch_products(w):
    """Let niche firms launch products; writes quality."""
    e, p = w.economy[0], w.parameters[0]
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive and f.capacity[NICHE] > 0.0:
            f.quality *= 1.0 - p.niche_quality_decay
            chance, noise, _, _ = luck(e.seed, STREAM_TECHNOLOGY, e.quarter, i)
            if chance < launch_chance(f, p):
                f.quality = max(f.quality, launch_quality(f, normal(noise), p))


@array_rule
def clear_niche(w):
    """Share each field's demand by attraction; writes sold_niche [USD m/quarter] and sold_out.

    A firm draws buyers in its own field in full, in others as far as its knowledge covers them.
    """
    e, p = w.economy[0], w.parameters[0]
    pull = np.zeros(FIELDS)
    for i in range(e.firms_opened):
        f = w.firms[i]
        f.sold_niche = 0.0
        f.sold_out = 0.0
        if f.alive and f.capacity[NICHE] > 0.0:
            drawn = niche_attraction(f, e.reference_wage, p)
            for k in range(PROCESS_FIELDS, FIELDS):
                pull[k] += drawn * f.coverage[k]
    per_field = e.demand_niche / (FIELDS - PROCESS_FIELDS)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive and f.capacity[NICHE] > 0.0:
            drawn = niche_attraction(f, e.reference_wage, p)
            share = 0.0
            for k in range(PROCESS_FIELDS, FIELDS):
                share += drawn * f.coverage[k] / (pull[k] + p.niche_foreign_attraction)
            f.sold_out = per_field * share / f.capacity[NICHE]
            f.sold_niche = min(per_field * share, f.capacity[NICHE]) / 4.0
