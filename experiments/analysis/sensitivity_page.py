"""The page of a sensitivity analysis: what each outcome hangs on, in words, figures and tables."""

from pathlib import Path

import pandas as pd

from abm._version import __version__
from experiments.analysis.indices import MAIN
from experiments.analysis.page import factor_words
from experiments.analysis.sensitivity_plan import SensitivityPlan
from experiments.figures.sensitivity import bars, settling_lines
from experiments.pages import fragment, plotly_source, template

NAMED = 3  # factors that the sentence on an outcome names
METHODS = {
    "morris": "Elementary effects (Morris 1991): how much an outcome changes when one factor moves over its range, "
    "the others somewhere in theirs. Bar: mean absolute effect, whisker: bootstrap band at 90 %; dot: mean effect with "
    "its sign. Where bar and dot are far apart, the effect changes sign with the others.",
    "sobol": "Shares of variance (Sobol 2001; Saltelli et al. 2010), the factors uniform over their ranges. Bar: total "
    "effect, with all that a factor takes part in, whisker: bootstrap band at 90 %; dot: alone. Their distance is "
    "interaction.",
}


def render(plan: SensitivityPlan, tables: dict[str, pd.DataFrame], folder: Path) -> str:
    """Return the page."""
    kind = plan.design.kind
    sections = []
    for (scenario, outcome), part in tables["indices"].groupby(["scenario", "outcome"], sort=False):
        which = (tables["settling"]["scenario"] == scenario) & (tables["settling"]["outcome"] == outcome)
        ranked = part.sort_values(MAIN[kind], ascending=False)
        sections.append(_section(kind, scenario, outcome, ranked, tables["settling"][which], len(plan.worlds) > 1))
    changes = [
        {"key": key, "lever": "lever" if key in plan.levers else "uncertainty", "meaning": factor_words(key),
         "before": f"{factor.low:g}" if not factor.values else factor.values[0],
         "after": f"{factor.high:g}" if not factor.values else factor.values[-1]}
        for key, factor in plan.factors.items()
    ]  # fmt: skip
    return template("study.html").render(
        title=plan.title or "Sensitivity", answers=answers(plan, tables), figures=sections, changes=changes,
        changes_title="The factors", method=f"{plan.description} {METHODS[kind]}".strip(), plotly_js=plotly_source(),
        repeat=f"latecomer sensitivity {plan.path.name} --out {folder}", version=__version__,
    )  # fmt: skip


def answers(plan: SensitivityPlan, tables: dict[str, pd.DataFrame]) -> list[str]:
    """Return, for each outcome, what it hangs on most, and how much of a single run is luck."""
    kind, said = plan.design.kind, []
    shares = tables["luck"].set_index(["scenario", "outcome"])["luck"]
    for (scenario, outcome), part in tables["indices"].groupby(["scenario", "outcome"], sort=False):
        top = part.sort_values(MAIN[kind], ascending=False).head(NAMED)
        form = (lambda v: f"{v:.0%}") if kind == "sobol" else (lambda v: f"{v:.3g}")
        words = ", ".join(f"{row.factor} ({form(getattr(row, MAIN[kind]))})" for row in top.itertuples())
        where = f" in {scenario}" if len(plan.worlds) > 1 else ""
        part_of_luck = f"Luck is {shares[scenario, outcome]:.0%} of the variance of single runs."
        said.append(f"{outcome}{where}: {words}. {part_of_luck}")
    return said


def _section(kind: str, scenario: str, outcome: str, ranked: pd.DataFrame, growth: pd.DataFrame, several: bool) -> dict:
    columns = [name for name in ranked if name not in ("scenario", "outcome")]
    rows = [[v if isinstance(v, str) else f"{v:.3g}" for v in row] for row in ranked[columns].to_numpy(object)]
    html = fragment(bars(ranked, kind)) + fragment(settling_lines(growth, MAIN[kind], list(ranked["factor"][:5])))
    title = f"{outcome}, {scenario}" if several else outcome
    lesson = "Below: whether the largest have settled as the sample grew."
    return {"title": title, "lesson": lesson, "html": html, "columns": columns, "rows": rows}
