"""What firms can do this quarter: breadth, speed, costs, and how protected they are."""

import math

from abm.balance import leverage
from abm.compiled import rule
from abm.state import FIELDS, MEMORY, PROCESS_FIELDS, UNRELATED


@rule
def small_scale(e, p):
    """Return the sales [LCU m/year] that separate small from large firms."""
    return max(p.small_sales, p.small_share * e.total_sales)


@rule
def organisation_openness(sales, scale, p):
    """Return 0..1: how open a firm's R&D is; large organisations are closed and centralised (E II.3 ii)."""
    ratio = sales / scale
    return p.closed_openness + (1.0 - p.closed_openness) / (1.0 + ratio * ratio)


@rule
def smallness(openness, p):
    """Return 0..1: openness on a scale from a very large organisation to a very small one."""
    return (openness - p.closed_openness) / max(1e-9, 1.0 - p.closed_openness)


@rule
def large_scale(e, p):
    """Return the sales [LCU m/year] above which a firm counts as large."""
    return p.large_sales_share * e.total_sales


@rule
def is_large_group(f, e, p):
    """Return whether a firm is a large group: unrelated business, and sales above the large scale (E II.5)."""
    return f.capacity[UNRELATED] > 0.0 and f.sales > large_scale(e, p)


@rule
def design_field(u):
    """Return the design field that a uniform draw picks."""
    return PROCESS_FIELDS + min(int(u * (FIELDS - PROCESS_FIELDS)), FIELDS - PROCESS_FIELDS - 1)


@rule
def memory_lump(e, p):
    """Return the capacity of the smallest first memory plant [USD m/year] (E II.2)."""
    return p.entry_lump * p.minimum_efficient_scale * e.trend_memory


@rule
def field_coverage(knowledge, p):
    """Return 0..1: how far own knowledge of a field covers its products; technology diversification (E III.4)."""
    if not p.technology_diversification:
        return 0.0
    return p.coverage_max * (1.0 - math.exp(-p.own_knowledge_weight * knowledge / p.knowledge_needed))


@rule
def technology_base(f):
    """Return how far a firm's own knowledge covers the design fields beyond its own [0..1] (E III.4)."""
    total = 0.0
    for k in range(PROCESS_FIELDS, FIELDS):
        total += f.coverage[k] if k != f.field else 0.0
    return total / (FIELDS - PROCESS_FIELDS - 1)


@rule
def design_breadth(f, shared, public, p):
    """Return 0..1: how many design fields a firm commands with its own, shared and public knowledge (E II.3, II.5)."""
    total = 0.0
    for k in range(PROCESS_FIELDS, FIELDS):
        reach = p.own_knowledge_weight * f.knowledge[k]
        if p.spillovers:
            outside = p.shared_knowledge_weight * shared[k] + public[k]
            reach += p.network_spillover * f.openness * outside
        total += 1.0 - math.exp(-reach / p.knowledge_needed)
    return p.breadth_floor + (1.0 - p.breadth_floor) * total / (FIELDS - PROCESS_FIELDS)


@rule
def response_speed(sales, layers, integration, reference_wage, p):
    """Return 0..1: speed of response; hierarchy, divisions and own components slow it (E II.3 ii, II.4 ii, III.2).

    layers: divisions beyond the first that the head of the group decides for.
    """
    if not p.hierarchy_drag:
        return 1.0
    drag = p.hierarchy * math.log(1.0 + max(sales, 0.0) / (p.hierarchy_scale * reference_wage))
    return 1.0 / (1.0 + drag + p.division_drag * max(layers, 0.0) + p.integration_drag * integration)


@rule
def relative_yield(experience, scale_output, p):
    """Return yield relative to an incumbent's: a power of cumulative output (Irwin & Klenow 1994).

    experience: own effective cumulative output [USD m at the reference price]; scale_output: a year of output
    at minimum efficient scale [USD m]. An incumbent has `reference_experience` such years behind it.
    """
    if not p.yield_learning_curve:
        return 1.0
    years = experience / scale_output
    return ((p.first_experience + years) / (p.first_experience + p.reference_experience)) ** p.learning_exponent


@rule
def memory_unit_cost(wage, gap, good, share, p):
    """Return the unit variable cost of memory [USD per reference unit].

    wage: local wage in dollars over the reference wage; gap: generations behind; good: yield;
    share: share of world capacity, penalised below minimum efficient scale (E II.2).
    """
    labour = p.memory_labour_share * wage
    materials = p.memory_materials * (1.0 - p.memory_labour_share)
    penalty = 0.0
    if p.scale_economies:
        penalty = p.scale_penalty * max(0.0, 1.0 - share / p.minimum_efficient_scale)
    return p.memory_cost * (labour + materials) * (1.0 + p.generation_penalty * gap) / good * (1.0 + penalty)


@rule
def own_materials(f, e, p):
    """Return what a firm pays for materials and components [of the world price]; its own ones are cheaper."""
    return e.material_cost * (1.0 - p.integration_saving * f.integration)


@rule
def labour_productivity(capability, p):
    """Return the productivity of assembly labour [of a reference plant]."""
    return p.labour_productivity_floor + p.labour_productivity_gain * capability


@rule
def assembly_unit_cost(materials, wage, capability, p):
    """Return the unit variable cost of assembly [of the world price]."""
    return materials + p.assembly_labour * wage / labour_productivity(capability, p)


@rule
def divisions(f):
    """Return the number of activities a firm runs."""
    count = 0
    for a in range(4):
        if f.capacity[a] > 0.0:
            count += 1
    return count


@rule
def unit_sales(f, autonomy):
    """Return the sales of the organisation that decides [LCU m/year]: the group, or its subsidiaries if autonomous.

    Businesses that are spun off keep a decision autonomy of their own (E II.5 i).
    """
    return f.sales / (1.0 + autonomy * max(divisions(f) - 1, 0))


@rule
def memory_share(f, e):
    """Return a firm's share of world memory capacity."""
    return f.capacity[MEMORY] / e.world_memory_capacity if e.world_memory_capacity > 0.0 else 0.0


@rule
def memory_scale(f, e, p):
    """Return the world share at which a firm's memory costs are those of scale; a partner's network counts (E II.4)."""
    return memory_share(f, e) + f.venture * p.minimum_efficient_scale


@rule
def electronics_share(f):
    """Return the part of a firm's capacity that is electronics."""
    total = f.capacity[0] + f.capacity[1] + f.capacity[2] + f.capacity[3]
    return 1.0 - f.capacity[UNRELATED] / total if total > 0.0 else 1.0


@rule
def set_openness(w):
    """See how open each firm's R&D is at its size; writes openness."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    scale = small_scale(e, p)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive:
            f.openness = organisation_openness(unit_sales(f, g.subsidiary_autonomy), scale, p)


@rule
def pool_knowledge(w):
    """Pool the knowledge that open firms share; writes economy.shared_knowledge and firms.openness.

    What suppliers inside closed networks know does not get out (E II.5 ii).
    """
    e, p = w.economy[0], w.parameters[0]
    set_openness(w)
    for k in range(FIELDS):
        e.shared_knowledge[k] = 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive:
            shared = smallness(f.openness, p) * (1.0 - e.lock_in)
            for k in range(FIELDS):
                e.shared_knowledge[k] += shared * f.knowledge[k]


@rule
def assess_firms(w):
    """Work out what each firm can do; writes big, guarantee, leverage, breadth, speed.

    Also writes memory_cost, memory_cost_expected, assembly_cost and coverage.
    """
    e, p = w.economy[0], w.parameters[0]
    h, g = w.history[e.quarter], w.policy[e.quarter]
    total = max(e.total_sales, 1e-9)
    wage = e.wage / e.exchange_rate / e.reference_wage
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        f.big = min(1.0, max(0.0, f.sales) / total / p.too_big_share)
        f.guarantee = e.guarantee_expected * f.big
        f.leverage = leverage(f, e.exchange_rate, e.land_price)
        f.breadth = design_breadth(f, e.shared_knowledge, e.public_knowledge, p)
        layers = (divisions(f) - 1) * (1.0 - g.subsidiary_autonomy)
        f.speed = response_speed(unit_sales(f, g.subsidiary_autonomy), layers, f.integration, e.reference_wage, p)
        for k in range(PROCESS_FIELDS, FIELDS):
            f.coverage[k] = 1.0 if k == f.field else field_coverage(f.knowledge[k], p)
        scale_output = p.minimum_efficient_scale * e.trend_memory
        gap = max(0, h.frontier - f.generation)
        good = relative_yield(f.experience, scale_output, p)
        f.memory_cost = memory_unit_cost(wage, gap, good, memory_scale(f, e, p), p) * math.exp(f.cost_shock)
        yearly = max(4.0 * f.memory_output, memory_lump(e, p))
        learnt = relative_yield(f.experience + p.learning_foresight * yearly, scale_output, p)
        f.memory_cost_expected = f.memory_cost * good / learnt
        materials = own_materials(f, e, p)
        f.assembly_cost = assembly_unit_cost(materials, wage, f.production_capability, p) * math.exp(f.cost_shock)
