"""R&D: how much a firm and the state spend, on what, and what knowledge and patents come of it."""

import math

from abm import accounts as books
from abm.behaviour.capabilities import design_field, electronics_share, memory_share, smallness
from abm.compiled import rule
from abm.markets.technology import closeness
from abm.randomness import STREAM_TECHNOLOGY, luck
from abm.state import ASSEMBLY, FIELDS, MEMORY, PROCESS_FIELDS


@rule
def research_rate(capability, p):
    """Return R&D [of sales] that a firm's level of capability calls for (E II.3)."""
    return p.rd_base + p.rd_slope * capability**p.rd_exponent


@rule
def laboratory_scale(openness, p):
    """Return the R&D of a firm relative to a large one [share]: laboratories are indivisible (E note 103)."""
    return 1.0 - (1.0 - p.rd_small) * smallness(openness, p)


@rule
def listening_budget(f, p):
    """Return the part of R&D that a memory maker spends on listening posts abroad [share] (E I.5)."""
    return p.listening_share if p.listening_posts and f.capacity[MEMORY] > 0.0 else 0.0


@rule
def diversification(f, niche_return, wanted, p):
    """Return the part of its design research that a firm spreads over all design fields [share] (E III.4).

    Technology diversification as a choice: the better niche products pay than what the firm makes now, the more; closed
    and centralised organisations are slow to see it (E II.3 ii). A policy may set a least part (`wanted`).
    """
    if not p.technology_diversification:
        return wanted
    own = max(f.returns[ASSEMBLY], f.returns[MEMORY]) if f.capacity[MEMORY] > 0.0 else f.returns[ASSEMBLY]
    return min(1.0, max(wanted, p.diversification_response * f.openness * max(niche_return - own, 0.0)))


@rule
def frontier_rate(f, e, frontier, p):
    """Return R&D [of memory sales] that must replace what licensors refuse: more, the closer a maker is (E III.2)."""
    if not p.reluctance:
        return 0.0
    return p.rd_frontier * min(1.0, closeness(frontier - f.generation, memory_share(f, e), p))


@rule
def research_budget(f, e, frontier, p):
    """Return wanted R&D and the part of it for niche products [LCU m/year]."""
    rate = research_rate(f.production_capability, p) * laboratory_scale(f.openness, p)
    niche, memory = 4.0 * f.sold_niche * e.exchange_rate, 4.0 * f.sold_memory * e.exchange_rate
    base = rate * max(f.sales, 0.0) * (p.rd_unrelated + (1.0 - p.rd_unrelated) * electronics_share(f))
    return base + p.rd_niche * niche + frontier_rate(f, e, frontier, p) * memory, niche * (rate + p.rd_niche)


@rule
def set_research(w):
    """Set and pay the R&D of firms and state; writes rd, design_share, spread and economy.public_rd."""
    e, p, q = w.economy[0], w.parameters[0], w.economy[0].quarter
    g, frontier = w.policy[q], w.history[q].frontier
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        wanted, niche = research_budget(f, e, frontier, p)
        f.spread = diversification(f, e.niche_return_mean, g.design_share_floor, p)
        floor = max(f.spread, p.design_floor)  # who spreads research needs more of it in design
        f.design_share = min(1.0, max(floor, niche / wanted)) if wanted > 0.0 else floor
        f.rd = min(wanted / 4.0, p.rd_cash_limit * max(0.0, f.deposits))
        abroad = listening_budget(f, p) * f.rd
        books.pay(w, books.RD, i, books.WORLD, abroad)
        books.pay(w, books.RD, i, books.HOUSEHOLDS, f.rd - abroad)
    e.public_rd = g.public_rd * e.total_sales / 4.0
    books.pay(w, books.PUBLIC_RD, books.GOVERNMENT, books.HOUSEHOLDS, e.public_rd)


@rule
def frontier_pace(quarter, p):
    """Return what a given effort is worth [-]: less every year, as the frontier moves on."""
    return p.frontier_keeping * math.exp(-p.moving_frontier * quarter / 4.0)


@rule
def knowledge_gain(engineers, p):
    """Return knowledge from a number of engineers [-], with decreasing returns."""
    return p.knowledge_productivity * engineers**p.knowledge_returns if engineers > 0.0 else 0.0


@rule
def patent_count(design, process, breadth, p):
    """Return patents [1/quarter]: broad design yields more than narrow process work (E II.3 ii)."""
    inventive = p.patents_design * (0.4 + breadth) * design**p.knowledge_returns if design > 0.0 else 0.0
    return inventive + (p.patents_process * process**p.knowledge_returns if process > 0.0 else 0.0)


@rule
def public_focus(field, mission_bias, university_share):
    """Return the part of public engineers that works on a field [share] (E II.3 iii).

    Laboratories follow missions, which are about processes; universities do research over all design fields.
    """
    laboratories = 1.0 - university_share
    if field < PROCESS_FIELDS:
        return laboratories * mission_bias / PROCESS_FIELDS
    return (university_share + laboratories * (1.0 - mission_bias)) / (FIELDS - PROCESS_FIELDS)


@rule
def do_research(w):
    """Turn engineers into knowledge; writes the firms' knowledge and patents, and economy.public_knowledge."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    pace = frontier_pace(e.quarter, p)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        design = f.engineers * f.design_share
        process = f.engineers - design
        for k in range(FIELDS):
            f.knowledge[k] *= 1.0 - p.knowledge_decay
        for k in range(PROCESS_FIELDS):
            gain = knowledge_gain(process / PROCESS_FIELDS, p) * pace
            f.knowledge[k] += gain * (1.0 + p.foundry_learning * f.foundry)
        gain = knowledge_gain(design * (1.0 - f.spread), p) * pace
        everywhere = knowledge_gain(design * f.spread / (FIELDS - PROCESS_FIELDS), p) * pace
        for k in range(PROCESS_FIELDS, FIELDS):
            f.knowledge[k] += everywhere
        f.knowledge[f.field] += p.field_focus * gain
        _, _, _, u = luck(e.seed, STREAM_TECHNOLOGY, e.quarter, i)
        f.knowledge[design_field(u)] += p.field_variety * (1.0 + smallness(f.openness, p)) * gain
        f.patents = patent_count(design, process, f.breadth, p)
    for k in range(FIELDS):
        engineers = e.public_engineers * public_focus(k, g.mission_bias, g.university_share)
        added = g.public_coordination * p.public_productivity * knowledge_gain(engineers, p) * pace
        e.public_knowledge[k] += added - p.knowledge_decay * e.public_knowledge[k]
