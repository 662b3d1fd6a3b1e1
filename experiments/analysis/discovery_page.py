"""The page of a scenario discovery: where it happens, by box and by tree, and how far held-out points agree."""

import pandas as pd

from experiments.analysis.cart import Limits
from experiments.analysis.cases import FOLDS, Cases
from experiments.analysis.discovery import Answer, Cart, Prim
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
from experiments.figures.discovery import in_the_box, peeling, tree
from experiments.sweep.study import Study

SHARES = ("mass", "coverage", "density", "lost", "held_out_density", "held_out_coverage", "everywhere", "agreement")
NAMES = {"held_out_density": "held-out density", "held_out_coverage": "held-out coverage",
         "held_out_points": "held-out points", "lost": "lost without it"}  # fmt: skip


def render(
    study: Study, asked: dict, cases: Cases, prim: Prim | None, cart: Cart | None, tables: dict[str, pd.DataFrame],
    repeat: str,
) -> str:  # fmt: skip
    """Return the page. asked: outcome, above, scenario (or None) and the limits of the tree."""
    what = f"{asked['outcome']} > {asked['above']:g}"
    sections = [_methods_section(cases, prim, tables)]
    if prim:
        sections.append(_box_section(cases, prim))
    if cart:
        sections.append(_tree_section(cart, tables, asked["limits"]))
    source = [*sources_of(study), ("Scenario", asked["scenario"] or "all pooled")]
    return compose(f"Where {what}", answers(what, cases, prim, cart, tables["methods"]), sections,
                   _definitions(study, asked, what, cases.block), source, list(tables), repeat)  # fmt: skip


def answers(what: str, cases: Cases, prim: Prim | None, cart: Cart | None, methods: pd.DataFrame) -> list[str]:
    """Return in sentences how often it happens, what each method found, and how far they agree."""
    said = [f"{what} in {per_cent(cases.hits.mean())} of all runs."]
    said += [_sentence(part.answer) for part in (prim, cart) if part]
    agreement = methods["agreement"].iloc[0]
    if pd.notna(agreement):
        said.append(f"Of the points that lie in the one or the other, {per_cent(agreement)} lie in both.")
    return said


def _sentence(answer: Answer) -> str:
    where = "; or ".join(answer.rules)
    if where == "anywhere":
        return f"{answer.method} finds no limit of any factor that tells, at held-out points, where it happens."
    out = "too few points to hold some out" if pd.isna(answer.precision) else (
        f"at points held out, {per_cent(answer.precision)} and {per_cent(answer.recall)}")  # fmt: skip
    return (f"{answer.method}: in {per_cent(answer.density)} of the runs where {where}. There lie "
            f"{per_cent(answer.mass)} of the points and {per_cent(answer.coverage)} of what happens "
            f"(density and coverage {out}).")  # fmt: skip


def _methods_section(cases: Cases, prim: Prim | None, tables: dict[str, pd.DataFrame]) -> Section:
    path = tables.get("peeling")
    canvas = peeling(path, tables["methods"], float(cases.hits.mean()))
    figures = [figure(canvas, "Coverage against density", "Up and to the right is better. Empty signs: at points held "
                      "out. Far below the full ones, the rules fit luck.")]  # fmt: skip
    if prim and len(prim.limits):
        which = "The two factors whose limits matter most; the box may have more." if len(prim.limits) > 1 else (
            "The one factor that the box limits, and how often it happens.")  # fmt: skip
        figures.append(figure(in_the_box(cases.points, cases.hits, prim.limits), "The box among the points",
                              f"{which} A dot is a point, with all its runs; a larger one, several that coincide."))
    listed = [shown(tables["methods"], "methods", "", SHARES, NAMES, opened=True)]
    if path is not None:
        listed.append(shown(path, "peeling", "The peeling, box by box", SHARES))
    return Section("What was found", "", [], figures, listed)


def _box_section(cases: Cases, prim: Prim) -> Section:
    left = [name for name in cases.names if name not in cases.numbers]
    lesson = "Each limit, what the sweep spans, and how far density falls without that limit."
    if left:
        lesson += f" PRIM looks at numbers only, so not at {', '.join(left)}."
    return Section("The box of PRIM", lesson, [], [], [shown(prim.limits, "box", "", SHARES, NAMES, opened=True)])


def _tree_section(cart: Cart, tables: dict[str, pd.DataFrame], limits: Limits) -> Section:
    chosen = {k for k, leaf in enumerate(cart.leaves, start=1) if leaf.chosen}
    lesson = (f"From left to right, each cut parts the points; at most {limits.depth} cuts to a leaf, and no leaf "
              f"with less than {100 * limits.leaf:.0f} % of the points. Orange: it happens often; a black rim: "
              "among the leaves chosen. Leaves are numbered from the densest.")  # fmt: skip
    listed = [shown(tables["leaves"], "leaves", "The leaves", SHARES, NAMES, opened=True),
              shown(tables["leaf_limits"], "leaf_limits", "The limits of the leaves, factor by factor"),
              shown(tables["tree"], "tree", "The tree, node by node", SHARES)]  # fmt: skip
    return Section("The tree of CART", lesson, [], [figure(tree(tables["tree"], chosen))], listed)


def _definitions(study: Study, asked: dict, what: str, block: str) -> list[tuple[str, str]]:
    return [
        ("It happens", f"in a run with {what}. {asked['outcome']}: {outcome_words(study, asked['outcome'])}"),
        ("Point", "one setting of all factors, with all its seeds; every point weighs the same, and counts as far as "
                  "its runs are hits"),
        ("Mass, coverage, density", "of all points, the share inside; of all that happens, the share inside; how often "
                                    "it happens inside"),
        ("Held out", f"the rules are found {FOLDS} times without a fifth of the {block}s, seeds and all, and tried on "
                     "that fifth; all of it is repeated with other fifths, up to five times. Held-out density is the "
                     "precision of the rules. A leaf found without some points stands for the leaf of the whole tree "
                     "with which it shares most of the others; its held-out points are counted per repetition"),
        ("PRIM", "peels slices of 5 % of the points off a box, each time where density rises most, down to 5 % of all "
                 "(Friedman and Fisher 1999; Bryant and Lempert 2010). Chosen is the box with the best harmonic mean "
                 "of coverage and density, widened wherever that does not thin it"),
        ("CART", "cuts the points factor by factor (Breiman et al. 1984), then takes back cuts as long as the error at "
                 "held-out points stays within a standard error of the least. Chosen are the densest leaves with the "
                 "best harmonic mean of coverage and density"),
        *factor_definitions(study),
    ]  # fmt: skip
