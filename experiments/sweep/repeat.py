"""Running a finished sweep, map or sensitivity analysis again, whole or at some points, and comparing every bit."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from abm.scenario import ScenarioError, restore_scenario
from experiments.output import InputError
from experiments.sweep.campaign import sweep
from experiments.sweep.cohort import circumstances
from experiments.sweep.plan import BasePlan, Plan
from experiments.sweep.study import Study, load_study
from experiments.sweep.view import PLAN, TABLES, identity
from experiments.sweep.wanted import Wanted

WHO = ("point", "scenario", "seed")


@dataclass(frozen=True)
class Repetition:
    """How many rows were run again and how many were equal, where the first differed, and which tables were equal."""

    rows: int
    equal: int
    first_difference: str
    tables: tuple[str, ...]
    other: tuple[str, ...]  # tables that were not
    remarks: tuple[str, ...]


def repeat(
    folder: Path, sample: int | None = None, workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Repetition:  # fmt: skip
    """Run the plan of a finished folder again and compare its tables bit by bit; at `sample` points only, if given.

    The sample is spread evenly over the design, and always the same; each of its points is run in every scenario at
    every seed. InputError if other code or libraries made the folder, or if its files do not belong together.
    """
    study = load_study(folder)
    refuse_other_code(study)
    plan, points = plan_of(study), study.design
    chosen = np.arange(len(points))
    if sample and sample < len(points):
        chosen = np.unique(np.linspace(0, len(points) - 1, sample).round().astype(int))
    frame = points.iloc[chosen].assign(point=np.arange(len(chosen))).reset_index(drop=True)
    with tempfile.TemporaryDirectory(prefix="latecomer-") as place:
        again = Path(place) / "again"
        sweep(plan, again, frame, workers=workers, progress=progress)
        found = [compared(study.folder, again, name, chosen, len(points)) for name in TABLES
                 if (study.folder / f"{name}.parquet").exists()]  # fmt: skip
    (_, same, where), *_ = found
    equal = tuple(name for name, rows, _ in found if rows.all())
    other = tuple(name for name, rows, _ in found if not rows.all())
    where = next((text for _, _, text in found if text), "")
    return Repetition(len(same), int(same.sum()), where, equal, other, tuple(other_circumstances(study)))


def refuse_other_code(study: Study) -> None:
    """Raise InputError, naming both, if a folder was made by other code or other versions of libraries."""
    was, now = study.manifest, circumstances()
    words = []
    if (was.get("code"), was.get("measures")) != (now["code"], now["measures"]):
        words.append(f"sources {was.get('code')}/{was.get('measures')} of version {was.get('version')}, here "
                     f"{now['code']}/{now['measures']} of {now['version']}")  # fmt: skip
    theirs = was.get("libraries", {})
    words += [f"{name} {theirs.get(name)}, here {version}" for name, version in now["libraries"].items()
              if theirs.get(name) != version]  # fmt: skip
    if words:
        raise InputError(f"{study.folder}: was made by other code or libraries, so its bits say nothing here: "
                         f"{'; '.join(words)}; install those, and repeat it then")  # fmt: skip


def other_circumstances(study: Study) -> list[str]:
    """Return what else differs between the circumstances of a folder and these."""
    now = circumstances()
    return [f"{key} is {now[key]}, was {study.manifest.get(key)}" for key in ("python", "platform", "compiled")
            if study.manifest.get(key) != now[key]]  # fmt: skip


def plan_of(study: Study) -> BasePlan:
    """Return the plan of a folder with the scenarios of its manifest, whatever has become of the presets since.

    InputError if plan, points and manifest are not those that were written together.
    """
    model = _models()[study.plan.get("kind", "sweep")]
    try:
        plan = model(**study.plan)
        plan._path = study.folder / PLAN
        where = str(study.folder / "manifest.json")
        worlds = study.manifest["scenarios"].items()
        plan._scenarios.update({name: restore_scenario(entry["content"], where) for name, entry in worlds})
        same = identity(plan, study.manifest["cohort"], Wanted(plan, study.design)) == study.manifest["identity"]
    except (ValidationError, ScenarioError, KeyError, TypeError) as problem:
        raise InputError(f"{study.folder}: its plan cannot be read again ({problem})") from None
    if not same:
        raise InputError(f"{study.folder}: {PLAN}, design.parquet and manifest.json do not belong together; "
                         "one of them was changed after the sweep")  # fmt: skip
    return plan


def _models() -> dict[str, type[BasePlan]]:
    from experiments.analysis.sensitivity_plan import SensitivityPlan
    from experiments.lab.map_plan import MapPlan

    return {"sweep": Plan, "map": MapPlan, "sensitivity": SensitivityPlan}


def compared(folder: Path, again: Path, name: str, chosen: np.ndarray, points: int) -> tuple[str, np.ndarray, str]:
    """Return a table's name, which of its rows are equal to the bit, and in words where the first is not."""
    try:
        old = pq.read_table(folder / f"{name}.parquet")
    except (OSError, pa.ArrowException) as problem:
        raise InputError(f"{folder / f'{name}.parquet'}: cannot be read ({problem})") from None
    new = pq.read_table(again / f"{name}.parquet")
    if len(chosen) < points:
        old = old.filter(pa.array(np.isin(old["point"].to_numpy(), chosen)))
    if old.column_names != new.column_names or len(old) != len(new):
        sizes = [f"{len(table)} rows of {table.num_columns} columns" for table in (old, new)]
        return name, np.zeros(len(new), bool), f"{name}.parquet: recorded {sizes[0]}, now {sizes[1]}"
    new = new.set_column(0, "point", pa.array(chosen[new["point"].to_numpy()]))
    same = np.ones(len(new), bool)
    for column in new.column_names:
        same &= equal_bits(old[column], new[column])
    return name, same, "" if same.all() else _first(name, old, new, int(np.argmin(same)))


def equal_bits(a: pa.ChunkedArray, b: pa.ChunkedArray) -> np.ndarray:
    """Return which values of two columns are equal to the bit; missing ones are equal to missing ones."""
    if a.type != b.type:
        return np.zeros(len(a), bool)
    holes = a.is_null().to_numpy(), b.is_null().to_numpy()
    if pa.types.is_floating(a.type):
        values = [column.fill_null(0.0).to_numpy().view(np.int64) for column in (a, b)]
    else:
        values = [np.array(column.to_pylist(), object) for column in (a, b)]
    return (holes[0] == holes[1]) & (values[0] == values[1])


def _first(name: str, old: pa.Table, new: pa.Table, row: int) -> str:
    pair = old.slice(row, 1), new.slice(row, 1)
    column = next(c for c in new.column_names if not equal_bits(pair[0][c], pair[1][c])[0])
    was, now = (table[column][0].as_py() for table in pair)
    who = ", ".join(f"{key} {new[key][row].as_py()}" for key in WHO if key in new.column_names)
    return f"{name}.parquet, {who}: {column}: recorded {was!r}, now {now!r}"
