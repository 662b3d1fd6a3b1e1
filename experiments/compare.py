"""Run one scenario, or compare several with paired seeds; write tables, manifest and report."""

from collections.abc import Callable
from pathlib import Path

from abm.measurement.manifest import describe, write_manifest
from abm.measurement.records import save_table
from abm.runs import run_ensemble, simulate, tidy
from abm.scenario import Scenario, ScenarioError
from experiments.report import render
from experiments.tables import Ensemble, differences, from_runs


def compare(
    scenarios: list[Scenario], seeds: list[int], folder: Path, workers: int | None = None,
    progress: Callable[[int, int], None] | None = None, shown: Path | None = None,
) -> Ensemble:  # fmt: skip
    """Run scenarios at the same seeds and write report.html, indicators, differences and manifest into a folder."""
    check_comparable(scenarios)
    runs = run_ensemble(scenarios, seeds, workers, progress)
    ensemble = from_runs(scenarios, runs)
    save_table(tidy(runs), folder / "indicators.parquet")
    differences(ensemble).to_parquet(folder / "differences.parquet", index=False)
    prints = {f"{name}/{seed}": records.fingerprint for (name, seed), records in runs.items()}
    write_manifest(describe("compare", scenarios, seeds, prints), folder)
    tables = ["indicators.parquet", "differences.parquet", "manifest.json"]
    write_report(ensemble, folder, tables, shown or folder)
    return ensemble


def run(scenario: Scenario, seed: int, record: tuple[str, ...], folder: Path, shown: Path | None = None) -> Ensemble:
    """Run one scenario once and write its tables, manifest and report into a folder."""
    records = simulate(scenario, seed, record)
    records.save(folder)
    ensemble = from_runs([scenario], {(scenario.name, seed): records})
    tables = [f"{name}.parquet" for name in records.tables()] + ["manifest.json"]
    write_report(ensemble, folder, tables, shown or folder)
    return ensemble


def write_report(ensemble: Ensemble, folder: Path, tables: list[str], shown: Path) -> None:
    """Write report.html; `shown` is the folder's final name, for the command that repeats it."""
    page = render(ensemble, tables, f"latecomer reproduce {shown}")
    (folder / "report.html").write_text(page, encoding="utf-8")


def check_comparable(scenarios: list[Scenario]) -> None:
    """Raise ScenarioError unless scenarios share start and length and differ in name."""
    first = scenarios[0]
    for other in scenarios[1:]:
        for key in ("start", "quarters"):
            mine, theirs = getattr(first.run, key), getattr(other.run, key)
            if mine != theirs:
                raise ScenarioError(
                    f"run.{key}: {first.name} has {mine}, {other.name} has {theirs}; a comparison needs the same"
                )
    names = [scenario.name for scenario in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise ScenarioError(f"{name}: named twice; scenarios of a comparison need different names")
