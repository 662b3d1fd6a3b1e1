"""The page of regret: which policy falls short least, on average and where it fares worst."""

import pandas as pd

from experiments.analysis.page import (
    Section,
    compose,
    factor_definitions,
    figure,
    outcome_words,
    per_cent,
    shown,
    sources_of,
)
from experiments.analysis.regret import named
from experiments.figures.regret import mean_and_worst, spread
from experiments.figures.style import MEANING
from experiments.pages import number
from experiments.sweep.study import Study

MOST = 40  # policies in the figure of spreads
LONG = 36  # letters up to which a policy is named by its levers in it
NAMES = {"mean_regret": "mean regret", "high_regret": "worst twentieth begins at", "worst_regret": "worst regret",
         "worst_world": "in world", "best_in": "best in, share of worlds"}  # fmt: skip


def spread_table(study: Study, short: pd.DataFrame) -> pd.DataFrame:
    """Return the regrets as a table: policy, world, the uncertainties of the world, regret."""
    worlds = study.design.drop_duplicates("world").set_index("world")[list(study.plan["uncertainties"])]
    long = short.stack().rename("regret").reset_index()
    return long[["policy", "world"]].join(worlds, on="world").assign(regret=long["regret"])


def render(
    study: Study, outcome: str, most: bool, short: pd.DataFrame, tables: dict[str, pd.DataFrame], repeat: str
) -> str:
    """Return the page; short: regret [policy, world]."""
    table, unit = tables["regret"], _unit(study, outcome)
    top = table.head(MOST)
    lesson = "A dot is a world, the box holds its middle half. The best policy, by its worst world, is on top."
    if len(table) > MOST:
        lesson += f" The best {MOST} of {len(table)} policies are shown; regret.csv has all."
    called = [named(study, p) for p in top["policy"]]
    if max(map(len, called)) > LONG:
        called = [f"policy {p}" for p in top["policy"]]
        lesson += " Policies are numbered as in the table."
    figures = [figure(spread(short, top, called, unit), "Over the worlds", lesson),
               figure(mean_and_worst(table, [named(study, p) for p in table["policy"]], unit), "Mean against worst",
                      "Numbers are policies, as in the table. Grey: another is as good or better in both.")]
    listed = [shown(table, "regret", "", ("best_in",), NAMES, opened=True),
              shown(tables["regrets"], "regrets", "Policy by policy, world by world")]  # fmt: skip
    sections = [Section("How far each policy falls short", "", [], figures, listed)]
    return compose(f"Regret in {outcome}", answers(study, outcome, most, short, table), sections,
                   _definitions(study, outcome, most), sources_of(study), list(tables), repeat)  # fmt: skip


def answers(study: Study, outcome: str, most: bool, short: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """Return in sentences which policies are best by their worst world and on average, and where no policy is."""
    robust, average = table.iloc[0], table.sort_values("mean_regret", kind="stable").iloc[0]
    if robust["worst_regret"] == 0.0:
        return [f"{named(study, robust['policy'])} is the best in {outcome} ({'more' if most else 'less'} is better) "
                f"in each of the {short.shape[1]} worlds."]  # fmt: skip
    said = [f"Least regret in the worst world: {named(study, robust['policy'])}. There it falls "
            f"{number(robust['worst_regret'])} short in {outcome} ({'more' if most else 'less'} is better), on average "
            f"{number(robust['mean_regret'])}; it is the best in {per_cent(robust['best_in'])} of {short.shape[1]} "
            "worlds."]  # fmt: skip
    if robust["policy"] == average["policy"]:
        return [*said, "It has the least regret on average as well."]
    return [*said, f"Least on average: {named(study, average['policy'])}, {number(average['mean_regret'])}, but "
                   f"{number(average['worst_regret'])} in its worst world."]  # fmt: skip


def _unit(study: Study, outcome: str) -> str:
    entry = study.plan["outcomes"].get(outcome)
    if entry is None:
        return "share of runs" if outcome == "crisis" else "0..1"
    if entry["statistic"] in ("mean", "value", "max", "min", "sum", "drop"):
        unit = MEANING[entry["indicator"]][0]
        return unit.removesuffix("/quarter") if entry["statistic"] == "sum" else unit
    return {"first_year_above": "years", "cycle_years": "years"}.get(entry["statistic"], "ratio")


def _definitions(study: Study, outcome: str, most: bool) -> list[tuple[str, str]]:
    return [
        ("Regret", "how far a policy falls short of the policy that is best in the same world, at the same seeds, on "
                   f"the mean over seeds (Savage 1951). {'More' if most else 'Less'} of the outcome is better"),
        ("World", "one setting of the uncertainties, which the state does not choose; every policy meets every world"),
        ("Worst twentieth begins at", "the regret that is exceeded in 5 % of the worlds"),
        (outcome, outcome_words(study, outcome)),
        *factor_definitions(study),
    ]  # fmt: skip
