"""The Books page's numbers: who paid whom for what in a year, and what the state's support cost."""

import numpy as np
import pandas as pd

from abm.accounts import FLOW_NAMES, SECTORS
from abm.measurement.records import Records

# What the Sankey shows as one kind: flows by name. Whatever is not named here is "other payments".
KINDS = {
    "exports": ("exports", "other exports"),
    "home sales": ("home electronics", "unrelated sales"),
    "wages": ("wages",),
    "materials and equipment": ("materials", "equipment", "other investment imports", "consumer imports"),
    "technology": ("royalties and licences", "R&D", "public R&D"),
    "interest": (
        "loan interest", "deposit interest", "curb interest", "foreign interest", "government interest",
        "state foreign interest", "reserve income",
    ),
    "taxes": ("profit tax", "income tax"),
    "government spending": ("government spending",),
    "owners": (
        "dividends", "bank dividend", "equity issue", "start-up equity", "liquidation", "joint-venture equity",
        "joint-venture profit",
    ),
    "lending": ("lending directed", "lending market", "lending curb", "lending foreign", "state borrowing abroad"),
    "repayment": ("repayment directed", "repayment market", "repayment curb", "repayment foreign"),
    "interest subsidy": ("interest subsidy",),
    "export incentive": ("export incentive",),
    "rescue": ("rescue",),
    "recapitalisation": ("recapitalisation",),
    "loans written off": ("write-off directed", "write-off market", "write-off curb", "write-off foreign"),
}  # fmt: skip
LOANS = ("lending", "repayment")
SUPPORT = ("interest subsidy", "export incentive", "rescue", "recapitalisation", "loans written off")
OTHER = "other payments"
VIEWS = ("payments", "all", "support")


def kind_of() -> dict[str, str]:
    """Return the kind of every flow."""
    named = {flow: kind for kind, flows in KINDS.items() for flow in flows}
    return {flow: named.get(flow, OTHER) for flow in FLOW_NAMES}


def years(records: Records) -> list[int]:
    """Return the years of a run."""
    return sorted(set(records.quarters.year))


def year_flows(records: Records, year: int, view: str = "payments") -> pd.DataFrame:
    """Return the payments of a year: payer, kind, payee, amount [LCU m], the largest first.

    `view`: "payments" leaves loans out, "all" has everything, "support" only what the state's support moved.
    """
    kinds = np.array(list(kind_of().values()))
    chosen = [k for k, q in enumerate(records.quarters) if q.year == year]
    cube = np.sum([records.matrices[k] for k in chosen], axis=0)
    flow, payer, payee = np.nonzero(cube)
    table = pd.DataFrame(
        {
            "payer": np.array(SECTORS)[payer],
            "kind": kinds[flow],
            "payee": np.array(SECTORS)[payee],
            "amount": cube[flow, payer, payee],
        }
    )
    if view == "support":
        table = table[table["kind"].isin(SUPPORT)]
    elif view == "payments":
        table = table[~table["kind"].isin(LOANS)]
    swapped = table["amount"] < 0  # a negative payment runs the other way
    table.loc[swapped, ["payer", "payee"]] = table.loc[swapped, ["payee", "payer"]].to_numpy()
    table["amount"] = table["amount"].abs()
    summed = table.groupby(["payer", "kind", "payee"], as_index=False)["amount"].sum()
    return summed.sort_values("amount", ascending=False, ignore_index=True)


def support(records: Records) -> pd.DataFrame:
    """Return what support cost in every year [LCU m]: a row a year, a column a kind of SUPPORT."""
    kinds = kind_of()
    cube = np.array(records.matrices).sum(axis=(2, 3))
    by_kind = {
        kind: cube[:, [k for k, flow in enumerate(FLOW_NAMES) if kinds[flow] == kind]].sum(axis=1) for kind in SUPPORT
    }
    return pd.DataFrame(by_kind, index=records.quarters.year).groupby(level=0).sum().rename_axis("year").reset_index()


def income(records: Records) -> np.ndarray:
    """Return wages of every year [LCU m], against which support is measured."""
    wages = np.array(records.matrices)[:, FLOW_NAMES.index("wages")].sum(axis=(1, 2))
    return pd.Series(wages, index=records.quarters.year).groupby(level=0).sum().to_numpy()
