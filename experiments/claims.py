"""The ledger of claims: run each claim's two arms at the same seeds and say which claims the model bears out."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

from abm.runs import run_ensemble
from abm.scenario import Scenario
from experiments.claim_data import Claim, Measure
from experiments.facts import NEVER, measured
from experiments.tables import BAND, Ensemble, from_runs

RESAMPLES = 2000
BATCH = 256  # runs of an arm held in memory at once
BINARY = {"run_on_currency"}  # 0/1: its effect is a mean over seeds, because a median of zeros and ones says little
VERDICTS = ("supported", "partly", "not supported", "contradicted")
COLUMNS = [
    "id", "section", "sentence", "hypothesis", "experiment", "measure", "effect", "low", "high", "interval_low",
    "interval_high", "share", "expected", "role", "result", "verdict", "remark",
]  # fmt: skip
Values = dict[tuple[str, int, str], np.ndarray]  # (claim, number of the measure, side) -> one number a seed


def distinct_arms(claims: list[Claim]) -> list[tuple[Scenario, list[tuple[Claim, str]]]]:
    """Return each different scenario once, with the sides of claims it stands on."""
    arms: dict[str, tuple[Scenario, list]] = {}
    for claim in claims:
        for side in "ab":
            scenario = getattr(claim, side).scenario()
            arms.setdefault(scenario.digest(), (scenario, []))[1].append((claim, side))
    return list(arms.values())


def try_arms(claims: list[Claim], seeds: list[int], workers=None, progress=None) -> tuple[Values, list, dict]:
    """Run each different arm once; returns the measured values, the scenarios run, and the runs' fingerprints.

    Of an arm only its measured numbers are kept, so that memory grows neither with claims nor with seeds.
    """
    arms = distinct_arms(claims)
    parts: dict[tuple[str, int, str], list[np.ndarray]] = {}
    prints = {}
    for number, (scenario, sides) in enumerate(arms):
        for done, runs in batches(scenario, seeds, workers):
            prints |= {f"{name}/{seed}": records.fingerprint for (name, seed), records in runs.items()}
            for key, found in reduced(sides, from_runs([scenario], runs)).items():
                parts.setdefault(key, []).append(found)
            if progress:
                progress(number * len(seeds) + done, len(arms) * len(seeds))
    values = {key: np.concatenate(found) for key, found in parts.items()}
    return values, [scenario for scenario, _ in arms], prints


def batches(scenario: Scenario, seeds: list[int], workers: int | None) -> Iterator[tuple[int, dict]]:
    """Yield the runs of a scenario, some seeds at a time, with the count of seeds done."""
    for start in range(0, len(seeds), BATCH):
        some = seeds[start : start + BATCH]
        yield start + len(some), run_ensemble([scenario], some, workers)


def reduced(sides: list[tuple[Claim, str]], ensemble: Ensemble) -> Values:
    """Return what the claims measure on the ensemble of one arm."""
    (name,) = ensemble.names
    return {
        (claim.id, number, side): known(measure, measured(measure.seen_from(side), ensemble, name))
        for claim, side in sides
        for number, measure in enumerate(claim.measures)
    }


def known(measure: Measure, values: np.ndarray) -> np.ndarray:
    """Return values in which a year that never came is the year after the windows, so that it can be compared."""
    ends = max(measure.window[1], (measure.window_b or measure.window)[1])
    return np.where(values == NEVER, ends + 1.0, values) if measure.statistic == "first_year_above" else values


def effect(a: np.ndarray, b: np.ndarray, binary: bool = False) -> dict[str, float]:
    """Return the effect of A against B over paired seeds: its middle, the band of 90 % of seeds, a bootstrap interval.

    The middle is the median, or the mean of a 0/1 indicator; the interval is of the middle, at 90 %.
    """
    paired = np.isfinite(a) & np.isfinite(b)
    a, b = a[paired], b[paired]
    if len(a) == 0:
        return dict.fromkeys(("effect", "low", "high", "interval_low", "interval_high"), np.nan)
    middle = np.mean if binary else np.median
    low, high = np.quantile(a - b, BAND)
    inner = (np.nan, np.nan)
    if len(a) > 1:
        inner = bootstrap(
            (a, b), lambda x, y, axis: middle(x - y, axis=axis), paired=True, vectorized=True, n_resamples=RESAMPLES,
            confidence_level=BAND[1] - BAND[0], method="percentile", rng=np.random.default_rng(0),
        ).confidence_interval  # fmt: skip
    names = ("effect", "low", "high", "interval_low", "interval_high")
    return dict(zip(names, (float(middle(a - b)), float(low), float(high), *map(float, inner)), strict=True))


def shares(measure: Measure, gap: np.ndarray) -> tuple[float, float]:
    """Return the share of seeds that go as expected, and that go the opposite way; no difference is neither."""
    if measure.expect == "about_equal":
        return float((np.abs(gap) <= measure.tolerance).mean()), float((np.abs(gap) > measure.tolerance).mean())
    sign = 1.0 if measure.expect == "higher" else -1.0
    return float((sign * gap > 0).mean()), float((sign * gap < 0).mean())


def result_of(measure: Measure, gap: np.ndarray, middle: float) -> str:
    """Return holds, weak (right, in too few seeds), fails or contradicted: what one measure says."""
    right, wrong = shares(measure, gap)
    if right >= measure.share:
        return "holds"
    if wrong >= measure.share:
        return "contradicted"
    right_middle, _ = shares(measure, np.array([middle]))
    return "weak" if right_middle and right > wrong else "fails"


def verdict(results: list[str], checks: list[str] = ()) -> str:
    """Return the claim's verdict from what its measures say.

    Supported if all hold; contradicted if one is contradicted and none holds; partly if some hold, or if all go the
    right way in too few seeds. Without its checks the experiment does not bite, and supports nothing.
    """
    if any(check != "holds" for check in checks):
        return "not supported"
    if all(result == "holds" for result in results):
        return "supported"
    if "contradicted" in results and "holds" not in results:
        return "contradicted"
    return "partly" if "holds" in results or set(results) == {"weak"} else "not supported"


def ledger(claims: list[Claim], values: Values) -> pd.DataFrame:
    """Return the ledger: one row a claim and measure, in COLUMNS."""
    rows = [row for claim in claims for row in _rows(claim, values)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(claim: Claim, values: Values) -> list[dict]:
    rows = []
    for number, measure in enumerate(claim.measures):
        a, b = (values[claim.id, number, side] for side in "ab")
        found = effect(a, b, measure.indicator in BINARY)
        said = {"result": result_of(measure, a - b, found["effect"]), "share": shares(measure, a - b)[0]}
        said |= {"measure": in_words(measure), "expected": expected(measure)}
        rows.append(found | said | {"role": "check" if measure.check else "evidence"})
    outcome = verdict(*([row["result"] for row in rows if row["role"] == role] for role in ("evidence", "check")))
    same = {name: getattr(claim, name) for name in ("id", "section", "sentence", "hypothesis")}
    same |= {"experiment": experiment(claim), "verdict": outcome}
    return [row | same | {"remark": "" if outcome == "supported" else claim.remark} for row in rows]


def in_words(measure: Measure) -> str:
    """Return what is measured: indicator, statistic, years."""
    years = "-".join(map(str, measure.window))
    against = f" against {'-'.join(map(str, measure.window_b))}" if measure.window_b else ""
    above = f" {measure.threshold:g}" if measure.statistic == "first_year_above" else ""
    return f"{measure.indicator}, {measure.statistic}{above}, {years}{against}"


def expected(measure: Measure) -> str:
    """Return what is expected of A, and in what share of seeds."""
    word = f"within {measure.tolerance:g}" if measure.expect == "about_equal" else measure.expect
    return f"{word} in {measure.share:.0%} of seeds"


def experiment(claim: Claim) -> str:
    """Return what is run, in words: A against B."""
    a, b = claim.a.in_words(), claim.b.in_words()
    return f"{a}, some years against others" if a == b else f"{a}, against {b}"


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger's row of each claim's first measure that is no check, with the claim's verdict."""
    return table[table["role"] == "evidence"].drop_duplicates("id")


def tally(table: pd.DataFrame) -> str:
    """Return the count of verdicts in words."""
    counts = verdicts(table)["verdict"].value_counts()
    return ", ".join(f"{counts.get(name, 0)} {name}" for name in VERDICTS) + f" of {counts.sum()}"


def unexplained(table: pd.DataFrame) -> list[str]:
    """Return the claims that the model contradicts or does not support, and that carry no remark."""
    red = verdicts(table).query("verdict in ['not supported', 'contradicted'] and remark == ''")
    return red["id"].tolist()
