"""The records of a run, as tables; saved as Parquet and loaded again."""

import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from abm.accounts import FLOW_NAMES, SECTORS
from abm.events import EVENT_KINDS, EVENT_TEXTS
from abm.measurement.indicators import NAMES
from abm.measurement.recorder import INSTRUMENTS, REAL, Tape
from abm.state import ACTIVITIES
from abm.state import INSTRUMENTS as LOANS

RECORDABLE = ("firms", "flows", "decisions")
TABLES = ("indicators", "events", "balance_sheets", "audit", *RECORDABLE)
LOAN_COLUMNS = ("loans", "granted")


class RecordError(ValueError):
    """A table that was not recorded, or a folder that holds no records."""


@dataclass
class Records:
    """What a run left behind. Tables are made when asked for.

    Attributes: scenario name, seed, start (number of the first quarter), tape, log, and, if recorded,
    panel (a copy of the firm rows per quarter) and flows (matrix per quarter).
    """

    scenario: str
    seed: int
    start: int
    tape: Tape
    log: np.ndarray
    panel: list[np.ndarray] | None = None
    matrices: list[np.ndarray] | None = None
    manifest: dict = field(default_factory=dict)
    recorded: tuple[str, ...] = ()

    @functools.cached_property
    def quarters(self) -> pd.PeriodIndex:
        """The quarters of the run."""
        first = pd.Period(f"{self.start // 4}Q{self.start % 4 + 1}", freq="Q")
        return pd.period_range(first, periods=len(self.tape.rows), freq="Q", name="quarter")

    @functools.cached_property
    def indicators(self) -> pd.DataFrame:
        """One row a quarter, a column an indicator (units: `latecomer parameters`, measurement.indicators)."""
        return pd.DataFrame({name: self.tape.rows[name] for name in NAMES}, index=self.quarters)

    @functools.cached_property
    def events(self) -> pd.DataFrame:
        """Entries, failures, rescues, refusals, runs, plants, generations: quarter, kind, firm, amount, text."""
        kinds = self.log[:, 1].astype(int)
        return pd.DataFrame(
            {
                "quarter": self.quarters[self.log[:, 0].astype(int)],
                "kind": pd.Categorical.from_codes(kinds, EVENT_KINDS),
                "firm": self.log[:, 2].astype(int),
                "amount": self.log[:, 3],
                "text": [EVENT_TEXTS[k].format(amount=a) for k, a in zip(kinds, self.log[:, 3], strict=True)],
            }
        )

    @functools.cached_property
    def balance_sheets(self) -> pd.DataFrame:
        """quarter, sector, instrument, kind (financial or real), amount [LCU m]; liabilities are negative."""
        kinds = ["financial"] * (len(INSTRUMENTS) - REAL) + ["real"] * REAL
        names = ["quarter", "sector", "instrument"]
        index = pd.MultiIndex.from_product([self.quarters, SECTORS, INSTRUMENTS], names=names)
        frame = pd.DataFrame({"amount": self.tape.sheets.ravel()}, index=index).reset_index()
        frame.insert(3, "kind", np.tile(kinds, len(frame) // len(kinds)))
        return frame

    @functools.cached_property
    def audit(self) -> pd.DataFrame:
        """quarter, residual (relative), sector: where the quarter's largest residual was found."""
        from abm.driver import audit_place

        places = [audit_place(int(code)) for code in self.tape.where]
        return pd.DataFrame({"quarter": self.quarters, "residual": self.tape.rows["audit_residual"], "sector": places})

    @functools.cached_property
    def firms(self) -> pd.DataFrame:
        """Tidy panel of live firms (and of firms in the quarter they closed): every column of the dictionary."""
        self._need("firms", self.panel)
        return self._panel_table

    @functools.cached_property
    def _panel_table(self) -> pd.DataFrame:
        parts = []
        for quarter, rows in enumerate(self.panel):
            here = np.flatnonzero(rows["alive"] | (rows["died"] == quarter))
            parts.append((np.full(len(here), quarter), here, rows[here]))
        rows = np.concatenate([part[2] for part in parts])
        columns = {
            "quarter": self.quarters[np.concatenate([part[0] for part in parts])],
            "firm": np.concatenate([part[1] for part in parts]),
        }
        for name in rows.dtype.names:
            values = rows[name]
            if values.ndim == 1:
                columns[name] = values
            else:
                for k, suffix in enumerate(_suffixes(name, values.shape[1])):
                    columns[f"{name}_{suffix}"] = values[:, k]
        return pd.DataFrame(columns)

    @functools.cached_property
    def flows(self) -> pd.DataFrame:
        """quarter, flow, payer, payee, amount [LCU m]; only what is not zero."""
        self._need("flows", self.matrices)
        cube = np.array(self.matrices)
        quarter, flow, payer, payee = np.nonzero(cube)
        return pd.DataFrame(
            {
                "quarter": self.quarters[quarter],
                "flow": pd.Categorical.from_codes(flow, FLOW_NAMES),
                "payer": pd.Categorical.from_codes(payer, SECTORS),
                "payee": pd.Categorical.from_codes(payee, SECTORS),
                "amount": cube[quarter, flow, payer, payee],
            }
        )

    @functools.cached_property
    def decisions(self) -> pd.DataFrame:
        """What each firm weighed and did: quarter, firm, decision, score, wanted, done, and its terms."""
        self._need("decisions", self.panel)
        firms = self._panel_table
        terms = ["leverage", "guarantee", "cover", "directed_prospect"]
        parts = []
        for name in ACTIVITIES:
            some = firms[(firms[f"plan_{name}"] > 0) | (firms[f"capacity_{name}"] > 0)]
            part = some[["quarter", "firm", *terms]].copy()
            part.insert(2, "decision", f"invest in {name}")
            part["score"], part["wanted"], part["done"] = (
                some[f"score_{name}"], some[f"plan_{name}"], some[f"invested_{name}"],
            )  # fmt: skip
            parts.append(part)
        some = firms[firms["asked"] > 0]
        part = some[["quarter", "firm", *terms]].copy()
        part.insert(2, "decision", "borrow")
        part["score"] = some[[f"score_{name}" for name in ACTIVITIES]].max(axis=1)
        part["wanted"] = some["asked"]
        part["done"] = some[[f"granted_{_plain(name)}" for name in LOANS]].sum(axis=1)
        parts.append(part)
        return pd.concat(parts).sort_values(["quarter", "firm", "decision"], ignore_index=True)

    @functools.cached_property
    def fingerprint(self) -> str:
        """The hash of every recorded bit of indicators, balance sheets and events [64 hexadecimal digits]."""
        digest = hashlib.sha256()
        for array in (self.tape.rows, self.tape.sheets, self.log):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def tables(self) -> tuple[str, ...]:
        """The names of the tables this run has."""
        return tuple(name for name in TABLES if name not in RECORDABLE or name in self.recorded)

    def save(self, folder: str | Path) -> Path:
        """Write every table as Parquet, and the manifest, into a folder; returns the folder."""
        from abm.measurement.manifest import write_manifest

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.tables():
            save_table(getattr(self, name), folder / f"{name}.parquet")
        write_manifest(self.manifest, folder)
        return folder

    def _need(self, table: str, data: object) -> None:
        if data is None or table not in self.recorded:
            raise RecordError(f"{table} were not recorded; run again with record={table!r} (--record {table})")


class LoadedRecords:
    """The tables of a saved run, read when asked for; the same names as `Records`."""

    def __init__(self, folder: str | Path):
        from abm.measurement.manifest import read_manifest

        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise AttributeError(name)
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            raise RecordError(f"{self.folder} holds no table {name}; it was not recorded")
        table = load_table(path)
        return table.set_index("quarter") if name == "indicators" else table

    def tables(self) -> tuple[str, ...]:
        """The names of the tables this run has."""
        return tuple(name for name in TABLES if (self.folder / f"{name}.parquet").exists())


def load_records(folder: str | Path) -> LoadedRecords:
    """Return the records saved in a folder; RecordError if there are none."""
    return LoadedRecords(folder)


def save_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet; a quarterly index becomes a column, quarters become text such as 1993Q1."""
    table = table.reset_index() if isinstance(table.index, pd.PeriodIndex) else table
    if "quarter" in table:
        codes, labels = pd.factorize(table["quarter"])
        table = table.assign(quarter=pd.Categorical.from_codes(codes, [str(label) for label in labels]))
    table.to_parquet(path, index=False)


def load_table(path: Path) -> pd.DataFrame:
    """Read a table that `save_table` wrote; quarters become periods again."""
    table = pd.read_parquet(path)
    if "quarter" in table:
        table["quarter"] = pd.PeriodIndex(table["quarter"].astype(str), freq="Q")
    return table


def check_recordable(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return the names of tables to record; RecordError names an unknown one."""
    names = tuple(part for part in names.split(",") if part) if isinstance(names, str) else tuple(names)
    for name in names:
        if name not in RECORDABLE:
            raise RecordError(f"record: {name!r} is not one of {', '.join(RECORDABLE)}")
    return names


def _plain(name: str) -> str:
    return name.removesuffix(" loans").replace(" ", "_")


def _suffixes(name: str, count: int) -> list[str]:
    if name in LOAN_COLUMNS:
        return [_plain(loan) for loan in LOANS]
    return list(ACTIVITIES) if count == len(ACTIVITIES) else [str(k) for k in range(count)]
