"""How a firm rates its options: expected return, less the cost of funds, less the risk it has to bear itself.

The same rule for every firm. What differs is what the state lets it expect: cheaper funds where credit is
directed to it, and less own risk where it is guaranteed (E II.4 iii).
"""

from abm.compiled import rule
from abm.state import ASSEMBLY, BUILD, MEMORY, NICHE, UNRELATED


@rule
def equipment_price(exchange_rate, imported):
    """Return the price of equipment [LCU per USD of the start]; the imported part follows the currency."""
    return imported * exchange_rate + 1.0 - imported


@rule
def loan_rate(big, hike, p):
    """Return the rate of a market loan [1/year]."""
    return p.loan_rate + p.small_firm_premium * (1.0 - big) + hike


@rule
def default_spread(leverage, guarantee, p):
    """Return the spread at which lenders break even [1/year]: expected loss, less what the state would bear (E II.4).

    Expected loss rises with the square of leverage; beyond `leverage_unsecured` lenders ration rather than charge more
    (Stiglitz & Weiss 1981).
    """
    stretch = leverage / p.leverage_unsecured
    return p.spread_max * (1.0 - guarantee) * min(stretch * stretch, 1.0)


@rule
def directed_rate(market_rate, subsidy, p):
    """Return the rate of a directed loan to its borrower [1/year], never below a minimum."""
    return max(min(p.directed_rate_min, market_rate), market_rate - subsidy)


@rule
def rate_hike(e, p):
    """Return the rise of domestic rates that is in force [1/year]."""
    return p.rate_hike if e.hike_quarters > 0 else 0.0


@rule
def cost_of_funds(f, hike, subsidy, p):
    """Return what a firm expects to pay for credit [1/year]: rate and spread, less its prospect of a subsidy."""
    spread = default_spread(f.leverage, f.guarantee, p)
    return loan_rate(f.big, hike, p) + spread * (1.0 - f.directed_prospect) - subsidy * f.directed_prospect


@rule
def risk_charge(f, p):
    """Return the premium per unit of risk [-]; a guarantee lifts it, leverage adds to it (E II.4 iii)."""
    burden = p.risk_base + (1.0 - p.risk_base) * f.leverage / p.leverage_unsecured
    return p.risk_aversion * (1.0 - f.guarantee) * min(burden, p.risk_burden_max)


@rule
def memory_return(price, cost, royalty, p):
    """Return the return on memory capital [1/year] at a price and a unit cost."""
    margin = price * (1.0 - royalty) - cost - p.memory_fixed_cost
    return margin / p.capital_memory - 4.0 * p.decay_memory


@rule
def pipeline_total(f):
    """Return memory capacity on order [USD m/year]."""
    total = 0.0
    for k in range(BUILD):
        total += f.pipeline[k]
    return total


@rule
def memory_outlook(f, e, p):
    """Return what a firm expects of memory once it has learnt, and the worth of efficient scale [1/year] (E I.5)."""
    at_expected = memory_return(e.memory_price_expected, f.memory_cost_expected, p.royalty_base, p)
    outlook = at_expected
    if f.capacity[MEMORY] > 0.0:
        outlook = 0.5 * (f.returns[MEMORY] + at_expected)
    size = f.capacity[MEMORY] + pipeline_total(f)
    if size < p.scale_value_until * p.minimum_efficient_scale * e.trend_memory:
        outlook += p.scale_value
    return outlook


@rule
def unrelated_outlook(p):
    """Return the return of a new unrelated business at full use [1/year]."""
    return p.unrelated_margin * p.unrelated_utilisation / p.capital_unrelated - 4.0 * p.decay_unrelated


@rule
def activity_outlook(f, activity, e, p):
    """Return the expected return of an activity [1/year]: own experience, or what is known of others'."""
    if activity == MEMORY:
        return memory_outlook(f, e, p)
    if activity == NICHE and f.capacity[NICHE] <= 0.0:
        return e.niche_return_mean
    if activity == UNRELATED and f.capacity[UNRELATED] <= 0.0:
        return unrelated_outlook(p)
    return f.returns[activity]


@rule
def activity_risk(activity, p):
    """Return the perceived standard deviation of an activity's return [1/year]."""
    if activity == ASSEMBLY:
        return p.risk_assembly
    if activity == MEMORY:
        return p.risk_memory
    if activity == NICHE:
        return p.risk_niche
    return p.risk_unrelated


@rule
def partner_share(f, p):
    """Return the part of the risk of memory that a foreign partner bears, or would bear in a first plant [share].

    Firms that lenders believe to be insured keep the plant, and its risk, to themselves (E II.4 ii).
    """
    if f.capacity[MEMORY] + pipeline_total(f) > 0.0:
        return f.venture
    return p.venture_share * (1.0 - f.guarantee) if p.joint_ventures else 0.0


@rule
def rate_options(w):
    """Let every firm rate its options; writes score."""
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    hike = rate_hike(e, p)
    for i in range(e.firms_opened):
        f = w.firms[i]
        if not f.alive:
            continue
        hurdle = cost_of_funds(f, hike, g.subsidy_ahead, p) - p.growth_preference
        charge = risk_charge(f, p)
        for a in range(4):
            risk = activity_risk(a, p) * (1.0 - partner_share(f, p) if a == MEMORY else 1.0)
            f.score[a] = activity_outlook(f, a, e, p) - hurdle - charge * risk
