"""Two drivers of one schedule: whole and compiled, or phase by phase from Python with hooks."""

from collections.abc import Callable, Mapping

from abm.accounts import SECTORS, AuditError
from abm.compiled import rule
from abm.measurement.recorder import INSTRUMENTS, Tape, write_down
from abm.population import grown, has_room
from abm.quarters import quarter_text
from abm.schedule import PHASES, end_quarter, quarter
from abm.state import World

TOLERANCE = 1e-9  # largest relative residual of the audit


@rule
def play(w, tape, until):
    """Run quarters up to an index (exclusive), or until arrays must grow or the audit fails; returns where it is."""
    e = w.economy[0]
    while e.quarter < until and has_room(w) and e.residual <= TOLERANCE:
        quarter(w)
        write_down(w, tape)
        end_quarter(w)
    return e.quarter


def run_compiled(w: World, tape: Tape, until: int, start: int) -> World:
    """Return the world at quarter index `until`, by the compiled driver; AuditError if the books do not balance."""
    while play(w, tape, until) < until:
        check_audit(w, start)
        w = grown(w)
    check_audit(w, start)
    return w


def step_through(w: World, tape: Tape, start: int, hooks: Mapping[str, Callable]) -> World:
    """Return the world one quarter on, phase by phase; hooks[phase] is called with the world after its phase."""
    while not has_room(w):
        w = grown(w)
    for name, phase in PHASES:
        phase(w)
        if name in hooks:
            hooks[name](w)
    write_down(w, tape)
    end_quarter(w)
    check_audit(w, start)
    return w


def check_audit(w: World, start: int) -> None:
    """Raise AuditError, with place, quarter and amount, if the last quarter's books do not balance."""
    e = w.economy[0]
    if not e["residual"] <= TOLERANCE:
        when = quarter_text(start + int(e["quarter"]) - 1)
        raise AuditError(f"the books do not balance in {when}: {audit_place(int(e['residual_where']))}, "
                         f"relative residual {e['residual']:.3g} (allowed: {TOLERANCE:g})")  # fmt: skip


def audit_place(code: int) -> str:
    """Return the place of a residual in words (codes: see accounts.audit)."""
    if code < 0:
        return "nowhere"
    if code < len(SECTORS):
        return f"sector {SECTORS[code]}"
    if code < 20:
        return f"instrument {INSTRUMENTS[1 + code - 10]}"
    return "capital account of the bank" if code < 100 else f"firm {code - 100}"
