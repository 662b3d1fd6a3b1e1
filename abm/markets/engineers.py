"""The market for engineers: public laboratories first, then firms, where size draws (E II.5 ii)."""

import math

import numpy as np

from abm.behaviour.research import listening_budget
from abm.compiled import array_rule, rule


@rule
def engineer_pool(quarter, p):
    """Return the engineers in the country [persons] (E II.3)."""
    return p.engineers * math.exp(p.engineer_growth * quarter / 4.0)


@rule
def engineer_salary(e, p):
    """Return the cost of an engineer with equipment [LCU m/year]."""
    return p.engineer_cost * e.exchange_rate * max(e.wage / p.initial_wage, 1e-6)


@rule
def prestige_weight(sales, mean, p):
    """Return how strongly a firm draws engineers [-]."""
    if not p.prestige_hiring or mean <= 0.0:
        return 1.0
    return max(sales / mean, 1e-6) ** (0.5 * p.prestige)


@array_rule
def hire_engineers(w):
    """Share the engineers among firms; writes engineers, engineers_wanted and public_engineers."""
    e, p = w.economy[0], w.parameters[0]
    pool = engineer_pool(e.quarter, p)
    salary = engineer_salary(e, p)
    e.public_engineers = min(4.0 * e.public_rd / salary, p.public_engineers_max * pool)
    left = pool - e.public_engineers
    n = e.firms_opened
    mean, count = 0.0, 0
    for i in range(n):
        f = w.firms[i]
        f.engineers = 0.0
        f.engineers_wanted = 4.0 * f.rd * (1.0 - listening_budget(f, p)) / salary if f.alive else 0.0
        if f.alive:
            mean += f.sales
            count += 1
            if not p.engineer_scarcity:
                f.engineers = f.engineers_wanted
    if not p.engineer_scarcity or count == 0:
        return
    mean /= count
    weights = np.zeros(n)
    for _ in range(3):
        total = 0.0
        for i in range(n):
            f = w.firms[i]
            weights[i] = max(0.0, f.engineers_wanted - f.engineers) * prestige_weight(f.sales, mean, p)
            total += weights[i]
        if total <= 0.0 or left <= 1e-9:
            break
        share = left / total
        for i in range(n):
            f = w.firms[i]
            hired = min(f.engineers_wanted - f.engineers, share * weights[i])
            if hired > 0.0:
                f.engineers += hired
                left -= hired
