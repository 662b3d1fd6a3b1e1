"""Mesa views of rows. A view holds no state: every column of the data dictionary reads as an attribute.

Chaebol and SME are classifications of a firm's row this quarter (a large group with unrelated business; a
small firm), never different rules: the same view changes its class when its row does.
"""

import mesa

# Views get the same id whenever they are made: firms their row, the others a range of their own.
CLIENT_IDS, INCUMBENT_IDS, BANK_ID, GOVERNMENT_ID = 1_000_000, 2_000_000, 3_000_000, 3_000_001


class View(mesa.Agent):
    """A view of one row of a table of the world."""

    table = ""

    def __init__(self, model, row: int, unique_id: int):
        super().__init__(model)
        self.row = row
        self.unique_id = unique_id

    def __getattr__(self, name: str):
        if name.startswith("_") or name in ("row", "model"):
            raise AttributeError(name)
        table = getattr(self.model.world, self.table)
        if name not in table.dtype.names:
            raise AttributeError(f"{type(self).__name__} has no column {name!r} in the data dictionary")
        value = table[name][self.row]
        return value.copy() if getattr(value, "shape", ()) else value.item()

    def __dir__(self):
        return [*super().__dir__(), *getattr(self.model.world, self.table).dtype.names]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"


class Firm(View):
    """A local firm that is neither small nor a large group."""

    table = "firms"


class Chaebol(Firm):
    """A large group: unrelated business, and more than `firms.large_sales_share` of local sales."""


class SME(Firm):
    """A small firm: sales below `firms.small_sales` or `firms.small_share` of local sales."""


class ForeignClient(View):
    """A foreign buyer of OEM goods."""

    table = "clients"


class ForeignIncumbent(View):
    """A foreign memory maker."""

    table = "incumbents"


class Bank(View):
    """The bank; its columns are the economy's (bank_capital, bank_lent, npl_ratio ...)."""

    table = "economy"


class Government(View):
    """The state with the central bank; its columns are the economy's (reserves, capture, guarantee ...)."""

    table = "economy"
