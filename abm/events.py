"""The event log: what happened, when, to whom."""

from abm.compiled import rule

EVENT_KINDS = (
    "entry", "bankruptcy", "closure", "rescue", "refusal", "run begins", "run ends", "memory plant",
    "generation licensed", "generation developed", "guarantee exhausted", "opening begins", "recapitalisation",
    "generation cross-licensed", "joint venture", "plant sold", "reform", "announcement",
)  # fmt: skip
(
    ENTRY, BANKRUPTCY, CLOSURE, RESCUE, REFUSAL, RUN_BEGINS, RUN_ENDS, MEMORY_PLANT,
    LICENSED, DEVELOPED, GUARANTEE_EXHAUSTED, OPENING, RECAPITALISATION,
    CROSS_LICENSED, VENTURE, PLANT_SOLD, REFORM, ANNOUNCEMENT,
) = range(len(EVENT_KINDS))  # fmt: skip
NOBODY = -1  # the firm of an event that concerns the country

# One line an event: what it means and the unit of its amount.
EVENT_TEXTS = (
    "a firm enters with equity of {amount:.1f} LCU m",
    "a firm fails; lenders lose {amount:.1f} LCU m",
    "a firm closes; owners get {amount:.1f} LCU m",
    "the state takes over {amount:.1f} LCU m of a failing firm's debt",
    "the state refuses to rescue a firm with debts of {amount:.1f} LCU m",
    "foreign lenders stop renewing USD {amount:.0f} m of short-term loans",
    "the run is over; the currency stands at {amount:.2f} LCU/USD",
    "a firm orders a first memory plant of USD {amount:.0f} m a year",
    "a firm licenses memory generation {amount:.0f}",
    "a firm develops memory generation {amount:.0f} itself",
    "rescues have cost {amount:.0f} LCU m: the guarantee is no longer believed",
    "the capital account begins to open",
    "the state recapitalises the bank with {amount:.0f} LCU m",
    "a firm gets memory generation {amount:.0f} in exchange for its own patents",
    "a foreign partner puts {amount:.1f} LCU m into a memory plant",
    "the plant of a closing firm is sold for {amount:.1f} LCU m",
    "reforms that take force: {amount:.0f}",
    "reforms that become known: {amount:.0f}",
)


@rule
def note(w, kind, firm, amount):
    """Log an event; writes log and economy.logged. The driver keeps room for a quarter's events."""
    e = w.economy[0]
    row = w.log[e.logged]
    row[0] = e.quarter
    row[1] = kind
    row[2] = firm
    row[3] = amount
    e.logged += 1
