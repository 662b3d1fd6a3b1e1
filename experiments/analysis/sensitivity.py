"""`latecomer sensitivity`: run the points of a method into a folder that survives, and say what outcomes hang on."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.analysis.indices import luck, settling, unit_points
from experiments.analysis.sensitivity_plan import SensitivityPlan
from experiments.output import InputError
from experiments.sweep.campaign import Report, sweep
from experiments.sweep.files import write_whole
from experiments.sweep.study import Study, load_study


def points_of(plan: SensitivityPlan) -> pd.DataFrame:
    """Return the points of a plan: point, and a column a factor."""
    place = unit_points(plan.design, list(plan.factors))
    columns = {key: factor.at(place[:, k]) for k, (key, factor) in enumerate(plan.factors.items())}
    return pd.DataFrame({"point": np.arange(len(place))} | columns)


def analyse(
    plan: SensitivityPlan, folder: Path, *, workers: int | None = None, processes: bool = False,
    scheduler: str | None = None, say: Callable[[str], None] = lambda text: None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[dict[str, pd.DataFrame], Report]:  # fmt: skip
    """Run a plan into a folder, or go on with it, and write its tables and report.html; returns the tables.

    Raises as experiments.sweep.campaign.sweep does, and InputError if runs failed: indices need every run.
    """
    from experiments.analysis.sensitivity_page import render
    from experiments.analysis.table_files import write_tables

    report = sweep(plan, folder, points_of(plan), workers=workers, processes=processes, scheduler=scheduler, say=say,
                   progress=progress)  # fmt: skip
    tables = tables_of(plan, load_study(folder))
    write_tables({"indices": tables["indices"], "settling": tables["settling"]}, folder)
    write_whole(folder / "report.html", lambda file: file.write_text(render(plan, tables, folder), encoding="utf-8"))
    return tables, report


def tables_of(plan: SensitivityPlan, study: Study) -> dict[str, pd.DataFrame]:
    """Return indices and settling, a row a scenario, outcome and factor; and luck, a row a scenario and outcome."""
    failed = int(study.results["error"].notna().sum())
    if failed:
        raise InputError(f"{study.folder}: {failed:,} runs failed (see error in results.parquet); indices need all")
    names, place = list(plan.factors), unit_points(plan.design, list(plan.factors))
    parts: dict[str, list] = {"indices": [], "settling": [], "luck": []}
    for outcome in plan.measured_columns:
        cube = study.cube(outcome)
        for k, scenario in enumerate(plan.worlds):
            values = cube[:, k].mean(axis=1)
            if not np.isfinite(values).all():
                raise InputError(f"{study.folder}: {outcome} has no value in some runs of {scenario}; choose another")
            who = {"scenario": scenario, "outcome": outcome}
            growth = settling(plan.design, names, place, values).assign(**who)
            parts["settling"].append(growth)
            parts["indices"].append(growth[growth["points"] == len(place)].drop(columns="points"))
            parts["luck"].append(pd.DataFrame([who | {"luck": luck(cube[:, k])}]))
    return {name: _first_columns(pd.concat(part, ignore_index=True)) for name, part in parts.items()}


def _first_columns(table: pd.DataFrame) -> pd.DataFrame:
    keys = [name for name in ("scenario", "outcome", "factor") if name in table]
    return table[[*keys, *(name for name in table if name not in keys)]]
