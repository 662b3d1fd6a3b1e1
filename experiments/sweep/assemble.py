"""From parts to tables in the order of the design: results, summaries over seeds, series and their bands.

Tables are written block by block, so that memory does not grow with the number of runs; their bytes depend on the rows
alone, not on how or in what order these came.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.sweep.files import cannot_write, write_whole
from experiments.sweep.outcomes import REGIME
from experiments.sweep.plan import BasePlan
from experiments.sweep.store import Store
from experiments.sweep.wanted import Located, Wanted
from experiments.tables import BAND

DRAFT = ".draft-"
BLOCK = 32_768  # rows of results in a block
SERIES_BLOCK = 512  # runs whose series are in memory at a time
SUMMARY = pa.schema([
    ("point", pa.int64()), ("scenario", pa.string()), ("outcome", pa.string()), ("runs", pa.int64()),
    ("mean", pa.float64()), ("low", pa.float64()), ("median", pa.float64()), ("high", pa.float64()),
])  # fmt: skip


class Gathered:
    """Rows of parts in the order asked for; runs that killed their workers have their reason, others must be there."""

    def __init__(self, store: Store, found: Located, lost: Located):
        self.store, self.sources = store, (found, lost)

    def rows(self, runs: np.ndarray) -> pa.Table:
        """Return a row for each run: cell, seed, outcomes, error."""
        tables, places, base = [], np.full(len(runs), -1, np.int64), 0
        for source in self.sources:
            parts = np.where(places >= 0, -1, source.part[runs])
            for part in np.unique(parts[parts >= 0]):
                table = self.store.read(source.parts[part])
                here = parts == part
                places[here] = base + source.row[runs[here]]
                base += len(table)
                tables.append(table)
        if (places < 0).any():
            raise RuntimeError(f"{(places < 0).sum()} runs are neither done nor given up")
        return pa.concat_tables(tables).take(pa.array(places)).combine_chunks()

    def series(self, wanted: Wanted, runs: np.ndarray) -> list[pa.Table]:
        """Return the quarterly series of each run; none for a run that failed."""
        found, cut = self.sources[0], {}
        for part in np.unique(found.part[runs][found.part[runs] >= 0]):
            table = self.store.read(found.parts[part].replace("part-", "series-"))
            numbers = wanted.numbers(table["cell"].to_numpy(), table["seed"].to_numpy())
            starts = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]]) if len(numbers) else np.array([], int)
            ends = np.r_[starts[1:], len(numbers)]
            cut |= {int(numbers[a]): table.slice(a, b - a) for a, b in zip(starts, ends, strict=True)}
        return [cut.get(int(run)) for run in runs]


def assemble(plan: BasePlan, wanted: Wanted, gathered: Gathered, folder: Path) -> int:
    """Write the tables results and summary and, if asked for, series and bands; returns the number of failures."""
    failed = 0
    with _writers(folder, ["results", "summary"] if plan.columns else ["results"]) as put:
        for points, runs in wanted.blocks(BLOCK):
            rows = gathered.rows(runs.ravel())
            failed += len(rows) - rows["error"].null_count
            put("results", _labelled(wanted, points, runs, rows.drop_columns(["cell", "seed"])))
            if plan.columns:
                put("summary", _summary(plan, wanted, points, runs.shape, rows))
    if plan.record.series:
        with _writers(folder, ["series", "bands"]) as put:
            for points, runs in wanted.blocks(SERIES_BLOCK):
                for name, table in _quarterly(plan, wanted, gathered, points, runs):
                    put(name, table)
    return failed


@contextlib.contextmanager
def _writers(folder: Path, names: list[str]) -> Iterator:
    """Yield a function that adds a block to a table; the tables appear whole when all is written."""
    drafts = {name: folder / f"{DRAFT}{os.getpid()}-{name}.parquet" for name in names}
    open_: dict[str, pq.ParquetWriter] = {}

    def put(name: str, table: pa.Table) -> None:
        if name not in open_:
            open_[name] = pq.ParquetWriter(drafts[name], table.schema, compression="zstd", write_page_checksum=True)
        open_[name].write_table(table, row_group_size=1 << 20)

    try:
        yield put
        for name, writer in open_.items():
            writer.close()
            write_whole(folder / f"{name}.parquet", lambda file, name=name: drafts[name].replace(file))
    except OSError as problem:
        raise cannot_write(folder, problem) from None
    finally:
        for name, draft in drafts.items():
            with contextlib.suppress(OSError):
                if name in open_:
                    open_[name].close()
                draft.unlink(missing_ok=True)


def _labels(wanted: Wanted, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return point, scenario and seed of every run of a block, in order."""
    cells, seeds = len(wanted.names), len(wanted.seeds)
    return (
        np.repeat(points, cells * seeds),
        np.tile(np.repeat(np.array(wanted.names, object), seeds), len(points)),
        np.tile(np.arange(wanted.seeds.start, wanted.seeds.stop), len(points) * cells),
    )


def _labelled(wanted: Wanted, points: np.ndarray, runs: np.ndarray, rows: pa.Table) -> pa.Table:
    point, scenario, seed = _labels(wanted, points)
    columns = {"point": pa.array(point, pa.int64()), "scenario": pa.array(scenario, pa.string())}
    columns |= {"seed": pa.array(seed, pa.int64())} | {name: rows[name] for name in rows.column_names}
    return pa.table(columns)


def _summary(plan: BasePlan, wanted: Wanted, points: np.ndarray, shape: tuple, rows: pa.Table) -> pa.Table:
    """Return mean, median and 90 % band over seeds of every outcome, a row a point, scenario and outcome."""
    names = [name for name in plan.columns if name != REGIME]
    values = np.stack([rows[name].to_numpy(zero_copy_only=False) for name in names], axis=1)
    cube = values.astype(float).reshape(shape[0] * shape[1], shape[2], len(names))
    known = np.isfinite(cube)
    mean, low, middle, high = spread(cube)
    cells = shape[0] * shape[1]
    return pa.table(
        [
            np.repeat(points, shape[1] * len(names)),
            pa.array(np.tile(np.repeat(np.array(wanted.names, object), len(names)), shape[0]), pa.string()),
            pa.array(np.tile(np.array(names, object), cells), pa.string()),
            known.sum(axis=1).ravel(), mean.ravel(), low.ravel(), middle.ravel(), high.ravel(),
        ],
        schema=SUMMARY,
    )  # fmt: skip


def spread(cube: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, lower bound, median and upper bound over axis 1 of what is known; NaN where nothing is."""
    known = np.isfinite(cube)
    count = known.sum(axis=1)
    ordered = np.sort(np.where(known, cube, np.inf), axis=1)
    total = np.where(known, cube, 0.0).sum(axis=1)
    bounds = [np.where(count > 0, total / np.maximum(count, 1), np.nan)]
    for share in (BAND[0], 0.5, BAND[1]):
        place = share * np.maximum(count - 1, 0)
        below, above = np.floor(place).astype(int), np.ceil(place).astype(int)
        low = np.take_along_axis(ordered, below[:, None], axis=1)[:, 0]
        high = np.take_along_axis(ordered, above[:, None], axis=1)[:, 0]
        with np.errstate(invalid="ignore"):
            mixed = low + (place - below) * (high - low)
        bounds.append(np.where(count > 0, np.where(below == above, low, mixed), np.nan))
    return tuple(bounds)


def _quarterly(plan: BasePlan, wanted: Wanted, gathered: Gathered, points, runs) -> Iterator[tuple[str, pa.Table]]:
    """Yield blocks of series (point, scenario, seed, quarter, indicators) and of their bands over seeds."""
    tables = gathered.series(wanted, runs.ravel())
    point, scenario, seed = _labels(wanted, points)
    parts = []
    for k, table in enumerate(tables):
        if table is not None:
            size = len(table)
            head = {"point": np.full(size, point[k]), "scenario": pa.array([scenario[k]] * size, pa.string()),
                    "seed": np.full(size, seed[k])}  # fmt: skip
            parts.append(pa.table(head | {name: table[name] for name in ("quarter", *plan.record.series)}))
    if parts:
        yield "series", pa.concat_tables(parts).combine_chunks()
        yield "bands", pa.concat_tables(_bands(plan, point, scenario, tables, runs.shape[2])).combine_chunks()


def _bands(plan: BasePlan, point: np.ndarray, scenario: np.ndarray, tables: list, seeds: int) -> Iterator[pa.Table]:
    """Yield, for every point, scenario and indicator of a block, mean, median and 90 % band over seeds by quarter."""
    for start in range(0, len(tables), seeds):
        cell = [table for table in tables[start : start + seeds] if table is not None]
        for name in plan.record.series if cell else ():
            mean, low, middle, high = spread(np.stack([t[name].to_numpy() for t in cell])[None])
            size = len(cell[0])
            yield pa.table({
                "point": np.full(size, point[start]), "scenario": pa.array([scenario[start]] * size, pa.string()),
                "indicator": pa.array([name] * size, pa.string()), "quarter": cell[0]["quarter"],
                "runs": np.full(size, len(cell)), "mean": mean[0], "low": low[0], "median": middle[0], "high": high[0],
            })  # fmt: skip
