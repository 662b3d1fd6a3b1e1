"""The page of the power meter: how many pairs each difference takes, and what the looks saw."""

import math

import pandas as pd

from abm._version import __version__
from abm.compiled import source_hash
from abm.scenario import Scenario
from experiments.analysis.page import Section, compose, figure, per_cent, shown
from experiments.analysis.power import Errors, looks_of
from experiments.figures.power import differences, looks, needed_bars
from experiments.lab.measures import meaning
from experiments.tables import Headline

NAMES = {"sd": "sd of differences", "effect_size": "in sd", "unpaired_needed": "runs of each needed, unpaired",
         "told_apart": "told apart", "p_value": "p"}  # fmt: skip


def render(
    pair: tuple[Scenario, Scenario], measures: list[Headline], seen: list[pd.DataFrame], seeds: list[int],
    planned: tuple[int, int], test: Errors, repeat: str,
) -> str:  # fmt: skip
    """Return the page. seen: the table of each look, in order; planned: pairs at the first look and at most."""
    titles, last, every = [scenario.title or scenario.name for scenario in pair], seen[-1], by_look(seen)
    figures = [
        figure(needed_bars(last), "Pairs needed", f"To see such a difference in {per_cent(test.power)} of cases at an "
               f"error of {per_cent(test.alpha)}; the dotted line is what was run."),
        figure(differences(last), "The differences", "Dot and interval: the mean paired difference, B less A; an empty "
               "dot is not told from luck."),
    ]  # fmt: skip
    listed = [shown(_readable(last), "power", "", (), NAMES, opened=True)]
    sections = [Section("What it takes", "", [], figures, listed)]
    if len(seen) > 1:
        lesson = ("The number of pairs doubles from look to look, until all measures are told apart or there are "
                  f"{planned[1]:,}. Each of the {len(looks_of(*planned))} looks planned has an equal part of the "
                  "error.")  # fmt: skip
        listed = [shown(_readable(every), "looks", "Look by look", (), NAMES)]
        sections.append(Section("The looks", lesson, [], [figure(looks(every))], listed))
    return compose(f"How many pairs tell {titles[0]} from {titles[1]}", answers(last, pair), sections,
                   _definitions(measures, test, len(looks_of(*planned))), _sources(pair, seeds), ["power", "looks"],
                   repeat)  # fmt: skip


def by_look(seen: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the tables of all looks in one: look, then as `experiments.analysis.power.table`."""
    return pd.concat([table.assign(look=k) for k, table in enumerate(seen, start=1)], ignore_index=True)[
        ["look", *seen[0].columns]
    ]


def answers(table: pd.DataFrame, pair: tuple[Scenario, Scenario]) -> list[str]:
    """Return in sentences how many measures are told apart, what the hardest takes, and what pairing saves."""
    pairs, told = int(table["pairs"].iloc[0]), int(table["told_apart"].sum())
    said = [f"{pair[1].name} less {pair[0].name}: {told} of {len(table)} differences are told from luck at "
            f"{pairs:,} pairs."]  # fmt: skip
    known = table[table["pairs_needed"].map(math.isfinite)]
    if len(known):
        easy, hard = (known.loc[index] for index in (known["pairs_needed"].idxmin(), known["pairs_needed"].idxmax()))
        said.append(f"The easiest takes {easy['pairs_needed']:,.0f} pairs ({easy['measure']}), the hardest "
                    f"{hard['pairs_needed']:,.0f} ({hard['measure']}).")  # fmt: skip
        ratio = (known["unpaired_needed"] / known["pairs_needed"]).median()
        if math.isfinite(ratio):
            said.append(f"Without shared seeds the median measure would take {ratio:.3g} times as many runs.")
    return said


def _readable(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table for the page: infinite numbers in words."""
    found = table.copy()
    for name in ("pairs_needed", "unpaired_needed", "effect_size"):
        if not found[name].map(math.isfinite).all():
            form = "{:.3g}" if name == "effect_size" else "{:,.0f}"
            found[name] = [form.format(v) if math.isfinite(v) else "no end" for v in found[name]]
    return found


def _definitions(measures: list[Headline], test: Errors, count: int) -> list[tuple[str, str]]:
    share = f", an equal part of the error for each of {count} looks (Bonferroni)" if count > 1 else ""
    return [
        ("Pair", "one run of A and one of B at the same seed: same demand, prices and luck"),
        ("Difference", f"the mean over pairs of B less A, and its interval by Student's t{share}. Told apart: the "
                       f"interval does not hold zero; of differences that are luck, {per_cent(test.alpha)} are told "
                       "apart all the same"),
        ("Pairs needed", "at which a paired t-test sees a difference as large as this one, in sd, in "
                         f"{per_cent(test.power)} of cases at an error of {per_cent(test.alpha)} in a single look. "
                         "Itself an estimate: with few pairs the size of the difference is uncertain"),
        ("Runs needed, unpaired", "of A and of B each, by a t-test of two samples, if they did not share seeds"),
        *((measure.label, meaning(measure)) for measure in measures),
    ]  # fmt: skip


def _sources(pair: tuple[Scenario, Scenario], seeds: list[int]) -> list[tuple[str, str]]:
    return [
        *((f"Scenario {letter}", f"{scenario.title or scenario.name}, {scenario.name} ({scenario.digest()[:16]})")
          for letter, scenario in zip("AB", pair, strict=True)),
        ("Seeds", f"{seeds[0]} to {seeds[-1]}"), ("Code", f"version {__version__}, sources {source_hash()}"),
    ]  # fmt: skip
