"""The page of bootstrap bands: every outcome by group with its intervals, and paired differences of scenarios."""

import pandas as pd

from experiments.analysis.bands import Group, text_of
from experiments.analysis.bootstrap import SEED
from experiments.analysis.check import never_counts_as
from experiments.analysis.page import (
    Section,
    compose,
    factor_definitions,
    figure,
    number_in,
    outcome_words,
    per_cent,
    shown,
    sources_of,
)
from experiments.figures.bands import DRAWN, ROWS, intervals
from experiments.sweep.study import Study

FEW = 16  # seeds below which a percentile interval is noticeably too narrow; see docs/analysis.md


def render(
    study: Study, groups: list[Group], tables: dict[str, pd.DataFrame], level: float, draws: int, repeat: str
) -> str:
    """Return the page."""
    title = study.manifest.get("title") or f"Sweep {study.folder.name}"
    sections = [_section(study, outcome, groups, tables) for outcome in tables["bands"]["outcome"].unique()]
    source = [*sources_of(study), ("Resampling", f"{draws:,} draws of {len(study.seeds)} seeds, named seed {SEED}")]
    return compose(f"{title}: bootstrap bands", overall(study, groups, tables, level), sections,
                   _definitions(study, tables, level), source, list(tables), repeat)  # fmt: skip


def overall(study: Study, groups: list[Group], tables: dict[str, pd.DataFrame], level: float) -> list[str]:
    """Return in sentences what the page covers, and how far its intervals may be trusted."""
    outcomes, held = tables["bands"]["outcome"].unique(), study.manifest["scenarios"]
    kind = "points" if "point" in groups[0].about else f"groups by {' and '.join(groups[0].about)}"
    said = [f"{', '.join(outcomes)} in {len(groups):,} {kind}, {len(held)} scenario{'s'[: len(held) > 1]}, with "
            f"intervals at {per_cent(level)} over {len(study.seeds)} paired seeds."]  # fmt: skip
    if len(study.seeds) < FEW:
        said.append(f"With only {len(study.seeds)} seeds, intervals said to hold {per_cent(level)} hold less often.")
    return said


def answers(study: Study, outcome: str, groups: list[Group], tables: dict[str, pd.DataFrame]) -> list[str]:
    """Return in sentences an outcome's lowest and highest mean, and where scenarios are told apart."""
    said, table = [], tables["bands"]
    for scenario, part in table[table["outcome"] == outcome].groupby("scenario", sort=False):
        where = f"{outcome}, {scenario}" if len(study.manifest["scenarios"]) > 1 else outcome
        known = part.reset_index(drop=True)["mean"].dropna()
        if known.empty:
            said.append(f"{where}: no mean is known; the table has the median.")
        elif len(part) == 1 or known.min() == known.max():
            said.append(f"{where}: mean {_banded(study, part.iloc[0])}{' everywhere' if len(part) > 1 else ''}.")
        else:
            ends = [f"{_banded(study, part.iloc[k])} at {_short(groups[k])}" for k in (known.idxmin(), known.idxmax())]
            said.append(f"{where}: mean from {ends[0]} to {ends[1]}.")
    if "differences" in tables:
        said += _told(study, tables["differences"][tables["differences"]["outcome"] == outcome])
    return said


def _told(study: Study, table: pd.DataFrame) -> list[str]:
    said = []
    for (scenario, against), part in table.groupby(["scenario", "against"], sort=False):
        apart = f"intervals of {int(part['told_apart'].sum()):,} of {len(part):,} paired differences do not hold zero"
        found = apart if len(part) > 1 else _banded(study, part.iloc[0])
        said.append(f"{part['outcome'].iloc[0]}, {scenario} less {against}: {found}.")
    return said


def _banded(study: Study, row: pd.Series) -> str:
    middle, low, high = (number_in(study, row["outcome"], row[name]) for name in ("mean", "mean_low", "mean_high"))
    return f"{middle} ({low} to {high})"


def _section(study: Study, outcome: str, groups: list[Group], tables: dict[str, pd.DataFrame]) -> Section:
    figures, listed, names = [], [], [_short(group) for group in groups]
    for file, middle, title, lesson in (
        ("bands", "mean", "Means", "Dot: the mean; whisker: its interval; tick: the median."),
        ("differences", "mean", "Paired differences of scenarios", "Run by run at the same point and seed; an empty "
         "sign: the interval holds zero."),
        ("contrasts", "difference", "Differences of groups", "The mean of each group less that of the first, at the "
         "same seeds; an empty sign: the interval holds zero."),
    ):  # fmt: skip
        table = tables.get(file, pd.DataFrame({"outcome": []}))
        mine = table[table["outcome"] == outcome]
        if mine.empty:
            continue
        years = never_counts_as(study, outcome) is not None
        listed.append(shown(mine.drop(columns="outcome"), file, title, years=years))
        called = names[1:] if file == "contrasts" else names
        parts = {name: part.assign(name=called) for name, part in mine.groupby("scenario", sort=False)}
        if all(part[middle].isna().all() for part in parts.values()):
            continue
        many = f" {len(groups):,} groups by rank" if len(called) > ROWS else ""
        many += f", {DRAWN} of them drawn; point at one for its name." if len(called) > DRAWN else "." if many else ""
        lesson = lesson.replace("; tick: the median", "") if many else lesson
        hues = tuple(list(study.manifest["scenarios"]).index(name) for name in parts)
        against = {"differences": " less that of the first scenario", "contrasts": " less that of the first group"}
        canvas = intervals(parts, middle, f"{outcome}{against.get(file, '')}", file != "bands", hues)
        figures.append(figure(canvas, title, lesson + many))
    words = outcome_words(study, outcome)
    said = answers(study, outcome, groups, tables)
    return Section(outcome, f"{words[:1].upper()}{words[1:]}.", said, figures, listed)


def _short(group: Group) -> str:
    """Return what a group is called in figures and sentences: a point's number, or values without sections of keys."""
    if "point" in group.about:
        return f"point {group.about['point']}"
    names = {key: key.rpartition(".")[2].replace("_", " ") for key in group.about}
    return ", ".join(f"{names[key]} {text_of(value)}" for key, value in group.about.items())


def _definitions(study: Study, tables: dict[str, pd.DataFrame], level: float) -> list[tuple[str, str]]:
    found = [
        ("Interval", f"the percentile bootstrap at {per_cent(level)} (Efron 1979): seeds are drawn again with "
                     "replacement, each with all its runs, the same in every point and scenario. It says how far luck "
                     "moves the statistic, given these points, not how runs spread. Each holds on its own, not all at "
                     "once. With few seeds it is too narrow"),
        ("Mean, median, sd", "over the runs of a group; sd is their standard deviation, the spread of runs. A run that "
                             "failed or has no value does not count"),
    ]  # fmt: skip
    if "differences" in tables:
        found.append(("Paired difference", "a scenario less the first one at the same point and seed; what luck both "
                                           "share cancels out"))  # fmt: skip
    return [*found, *factor_definitions(study)]
