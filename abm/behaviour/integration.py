"""Vertical integration: groups with patient capital make their components and lock suppliers in (E II.4 ii, II.5 ii).

In-house components are cheaper to the group, but tie up fixed cost and slow its response; and what they take from the
open market keeps small suppliers inside closed networks, where they learn less and share less.
"""

from abm.behaviour.capabilities import smallness
from abm.compiled import rule
from abm.state import ASSEMBLY


@rule
def wanted_integration(f, supplier_development, p):
    """Return the part of its components that a firm wants to make itself [0..1]: size, and capital that is patient.

    Where the state develops a network of suppliers, buying is as good as making (E II.5 ii).
    """
    if not p.vertical_integration or f.capacity[ASSEMBLY] <= 0.0:
        return 0.0
    return p.integration_max * (1.0 - smallness(f.openness, p)) * f.guarantee * (1.0 - supplier_development)


@rule
def localised(imported, base, p):
    """Return the imported part of an input [share] where capable suppliers stand ready (E II.2)."""
    return imported * (1.0 - (p.localisation * base if p.input_localisation else 0.0))


@rule
def integrate(w):
    """Let firms move towards the integration they want; writes integration, lock_in and supplier_base.

    Also writes material_cost, imported_materials and imported_equipment. A devaluation raises the local cost of
    imported inputs in full and of home-made ones not at all: in dollars the latter become cheaper.
    """
    e, p, g = w.economy[0], w.parameters[0], w.policy[w.economy[0].quarter]
    total, closed, capable = 0.0, 0.0, 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        if f.alive:
            f.integration += p.integration_speed * (wanted_integration(f, g.supplier_development, p) - f.integration)
            made = f.capacity[ASSEMBLY]
            total += made
            closed += made * f.integration
            capable += made * smallness(f.openness, p) * f.production_capability
    e.lock_in = closed / total if total > 0.0 else 0.0
    e.supplier_base = capable / total * (1.0 - e.lock_in) if total > 0.0 else 0.0
    abroad = p.assembly_materials * localised(p.materials_imported, e.supplier_base, p)
    at_home = (p.assembly_materials - abroad) / e.exchange_rate
    e.material_cost = abroad + at_home
    e.imported_materials = abroad / e.material_cost
    e.imported_equipment = localised(p.equipment_imported, e.supplier_base, p)
