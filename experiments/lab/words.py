"""An attribution in words: numbers with their unit, and one sentence a measure on what explains its gap."""

import re
from dataclasses import dataclass

import pandas as pd

from experiments.lab.decomposition import Tables
from experiments.lab.levers import Lever
from experiments.tables import Headline

NAMED = 0.05  # least share of a gap for which a lever is named
MOST_NAMED, MOST_AGAINST = 4, 2


@dataclass(frozen=True)
class Finding:
    """All there is to say of one measure: its row, its levers with the largest first, its pairs of levers."""

    measure: Headline
    row: dict
    levers: pd.DataFrame  # as in attribution.csv, with columns title and sure
    pairs: pd.DataFrame  # as in interactions.csv, with columns title, other_title and sure; or empty

    @property
    def direction(self) -> float:
        """The sign of the gap, +1 if there is none."""
        return -1.0 if self.row["clear"] and self.row["gap"] < 0 else 1.0


def findings(measures: list[Headline], levers: list[Lever], tables: Tables) -> list[Finding]:
    """Return what there is to say of every measure."""
    titles = {lever.name: lever.title for lever in levers}
    return [
        Finding(
            measure, row, _told(tables.levers, measure, "contribution", titles),
            _told(tables.pairs, measure, "interaction", titles),
        )
        for measure, row in zip(measures, tables.measures.to_dict("records"), strict=True)
    ]  # fmt: skip


def _told(table: pd.DataFrame, measure: Headline, name: str, titles: dict[str, str]) -> pd.DataFrame:
    """Return the rows of a measure, largest first; sure: their band does not hold zero (one seed: not zero)."""
    part = table[table["measure"] == measure.label]
    low, high = part[f"{name}_low"].fillna(part[name]), part[f"{name}_high"].fillna(part[name])
    part = part.assign(title=part["lever"].map(titles), sure=(low > 0) | (high < 0))
    if "other" in part:
        part = part.assign(other_title=part["other"].map(titles))
    return part.sort_values(name, key=abs, ascending=False, kind="stable", ignore_index=True)


def plain(form: str, value: float) -> str:
    """Return a value of a measure; a share in per cent."""
    return form.format(value + 0.0).replace("%", " %")  # no -0


def signed(form: str, value: float) -> str:
    """Return a difference of a measure with its sign; of shares, in percentage points."""
    decimals = re.search(r"\.(\d)%", form)
    text = f"{100 * value:.{decimals[1]}f}" if decimals else form.format(value)
    text = text.lstrip("-") if not re.search(r"[1-9]", text) else text if text.startswith("-") else f"+{text}"
    return f"{text} pp" if decimals else text


def span(form: str, low: float, high: float) -> str:
    """Return a band of differences, or nothing if there is none (one seed)."""
    return "" if pd.isna(low) or pd.isna(high) else f"{signed(form, low).removesuffix(' pp')} to {signed(form, high)}"


def per_cent(share: float) -> str:
    """Return a share of a gap in per cent."""
    return f"{100 * share + 0.0:.0f} %".replace("-0 %", "0 %")


def per_cent_span(low: float, high: float) -> str:
    """Return a band of shares of a gap, or nothing if it has no ends."""
    known = pd.notna(low) and pd.notna(high) and abs(low) < 100 and abs(high) < 100
    return f"{per_cent(low).removesuffix(' %')} to {per_cent(high)}" if known else ""


def sentence(finding: Finding) -> str:
    """Return what explains the gap of a measure, and what of it arises only between levers."""
    row, form = finding.row, finding.measure.form
    band = span(form, row["gap_low"], row["gap_high"])
    values = f"from {plain(form, row['from'])} to {plain(form, row['to'])}" + (f"; band {band}" if band else "")
    gap = f"{signed(form, row['gap'])} ({values})"
    if not row["clear"]:
        return f"No gap that luck does not explain: {gap}.{_offsetting(finding)}"
    named = finding.levers[finding.levers["sure"] & (finding.levers["share"].abs() >= NAMED)]
    pro, against = named[named["share"] > 0][:MOST_NAMED], named[named["share"] < 0][:MOST_AGAINST]
    said = [f"Of the gap of {gap}, {_explaining(pro)}"]
    if len(against):
        said.append(f"{_joined(_shared(against))} against it")
    if len(pro) + len(against) < len(finding.levers):
        said.append(f"the other levers {per_cent(1.0 - pro['share'].sum() - against['share'].sum())}")
    return "; ".join(said) + "." + _together(finding)


def _explaining(levers: pd.DataFrame) -> str:
    if levers.empty:
        return "no lever explains a part that is sure"
    first, *others = _shared(levers)
    name, share = first
    return _joined([(f"{name} explains", share), *others])


def _shared(levers: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the name of each lever and its share of the gap with the band."""
    texts = []
    for lever in levers.itertuples():
        band = per_cent_span(lever.share_low, lever.share_high)
        texts.append((_inside(lever.title), per_cent(lever.share) + (f" ({band})" if band else "")))
    return texts


def _joined(parts: list[tuple[str, str]]) -> str:
    *most, end = [" ".join(part) for part in parts]
    return f"{', '.join(most)} and {end}" if most else end


def _inside(title: str) -> str:
    """Return a title as it stands inside a sentence."""
    return title[0].lower() + title[1:]


def _together(finding: Finding) -> str:
    """Return how far the levers depend on each other, and which two the most."""
    share = finding.row["together"] / finding.row["gap"]
    moved = f" Moved one at a time from the start, the levers add up to {per_cent(1.0 - share)} of the gap"
    if abs(share) < NAMED and finding.pairs.empty:
        return f"{moved}."
    if abs(share) < NAMED:
        cancel = (finding.pairs["sure"] & (finding.pairs["share"].abs() >= NAMED)).any()
        return f"{moved}: {'what they do to each other cancels out' if cancel else 'they hardly need each other'}."
    how = "the rest needs several at once" if share > 0 else "they overlap or undo each other"
    return f"{moved}: {how}{_strongest(finding, share)}."


def _strongest(finding: Finding, share: float) -> str:
    """Return the two levers that do the most to make what arises only together, of the sign of its share of the gap."""
    pairs = finding.pairs
    sure = pairs[pairs["sure"] & (pairs["share"] * share > 0)]
    if sure.empty:
        return ""
    pair = sure.iloc[0]
    size = signed(finding.measure.form, pair["interaction"])
    return f", most of all {_inside(pair['title'])} with {_inside(pair['other_title'])} ({size})"


def _offsetting(finding: Finding) -> str:
    """Return the levers that move a measure whose gap is none."""
    sure = finding.levers[finding.levers["sure"]][:MOST_NAMED]
    if sure.empty:
        return ""
    texts = [(_inside(lever.title), signed(finding.measure.form, lever.contribution)) for lever in sure.itertuples()]
    offset = ", and offset each other" if sure["contribution"].min() < 0 < sure["contribution"].max() else ""
    return f" Levers move it all the same{offset}: {_joined(texts)}."
