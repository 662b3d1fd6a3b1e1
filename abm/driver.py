"""Two drivers of one schedule: phase by phase from Python, or whole and compiled."""

from abm.compiled import rule
from abm.measurement.indicators import measure
from abm.population import has_room
from abm.schedule import end_quarter, quarter


@rule
def play(w, rows, until):
    """Run and measure quarters until one index (exclusive), or until the arrays must grow; returns where it stopped."""
    e = w.economy[0]
    while e.quarter < until:
        if not has_room(w):
            break
        quarter(w)
        measure(w, rows, e.quarter)
        end_quarter(w)
        if e.residual > 1e-9:
            break
    return e.quarter
