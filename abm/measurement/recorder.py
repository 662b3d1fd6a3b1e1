"""What a run writes down every quarter, as arrays: indicators, balance sheets, where the audit looked worst."""

from collections import namedtuple

import numpy as np

from abm.accounts import S_BANK, S_FIRMS, S_GOVERNMENT, S_HOUSEHOLDS, S_WORLD
from abm.compiled import rule
from abm.measurement.indicators import ROW
from abm.measurement.measure import measure
from abm.state import CURB, DIRECTED, FOREIGN, MARKET

# Rows of a balance sheet; all but the last two are financial, and sum to zero over sectors.
INSTRUMENTS = (
    "deposits", "directed loans", "market loans", "curb loans", "foreign loans", "government debt", "reserves",
    "state foreign debt", "land", "plant and equipment",
)  # fmt: skip
REAL = 2  # the number of real assets at the end of INSTRUMENTS

# rows[quarter]: indicators; sheets[quarter, sector, instrument]: LCU m, liabilities negative;
# where[quarter]: code of the worst residual (see accounts.audit).
Tape = namedtuple("Tape", "rows sheets where")


def new_tape(quarters: int) -> Tape:
    """Return an empty tape for a number of quarters."""
    return Tape(np.zeros(quarters, ROW), np.zeros((quarters, 5, len(INSTRUMENTS))), np.full(quarters, -1))


@rule
def balance_sheet(w, sheet):
    """Write the balance sheet of the five sectors [LCU m] into sheet[sector, instrument]."""
    e = w.economy[0]
    sheet[:] = 0.0
    for i in range(e.firms_opened):
        f = w.firms[i]
        sheet[S_FIRMS, 0] += f.deposits
        for k in range(4):
            stock = f.loans[k] * (e.exchange_rate if k == FOREIGN else 1.0)
            sheet[S_FIRMS, 1 + k] -= stock
            lender = S_BANK if k in (DIRECTED, MARKET) else (S_HOUSEHOLDS if k == CURB else S_WORLD)
            sheet[lender, 1 + k] += stock
        sheet[S_FIRMS, 8] += f.land * e.land_price
        sheet[S_FIRMS, 9] += f.book_capital
    sheet[S_HOUSEHOLDS, 0] = e.household_deposits
    sheet[S_BANK, 0] = -e.household_deposits - sheet[S_FIRMS, 0]
    sheet[S_BANK, 5] = e.government_debt
    sheet[S_GOVERNMENT, 5] = -e.government_debt
    sheet[S_GOVERNMENT, 6] = e.reserves * e.exchange_rate
    sheet[S_WORLD, 6] = -e.reserves * e.exchange_rate
    sheet[S_GOVERNMENT, 7] = -e.foreign_debt * e.exchange_rate
    sheet[S_WORLD, 7] = e.foreign_debt * e.exchange_rate
    sheet[S_HOUSEHOLDS, 8] = e.household_land * e.land_price


@rule
def write_down(w, tape):
    """Record the quarter that has just been played."""
    e = w.economy[0]
    measure(w, tape.rows, e.quarter)
    balance_sheet(w, tape.sheets[e.quarter])
    tape.where[e.quarter] = e.residual_where
