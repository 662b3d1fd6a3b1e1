"""Studies whose runs fork: a fingerprint of all rows of each seed, and running one again from its manifest."""

import hashlib
from collections.abc import Callable, Sequence

import pandas as pd

from abm.measurement.records import RecordError
from abm.scenario import Scenario
from experiments.lab.deadline import Crisis, Question, investigate

Progress = Callable[[int, int], None] | None


def prints_of(name: str, tables: Sequence[pd.DataFrame], by: Sequence[str]) -> dict[str, str]:
    """Return the fingerprint of each seed (named in the column `by` of each table): a hash of its rows, to the bit."""
    digests: dict[int, hashlib._Hash] = {}
    for table, column in zip(tables, by, strict=True):
        for seed, rows in table.groupby(column, sort=True):
            text = "\n".join(repr(row) for row in rows.to_numpy(object).tolist())
            digests.setdefault(int(seed), hashlib.sha256()).update(text.encode())
    return {f"{name}/{seed}": digest.hexdigest() for seed, digest in sorted(digests.items())}


def asked_of(question: Question, avoid: float) -> dict:
    """Return a question as a manifest keeps it."""
    crisis = question.crisis
    return {
        "command": question.command, "changes": question.changes, "dates": list(question.dates), "avoid": avoid,
        "crisis": {"indicator": crisis.indicator, "first": crisis.first, "last": crisis.last, "above": crisis.above},
        "shares": list(question.shares), "outcome": question.outcome,
    }  # fmt: skip


def deadline_again(manifest: dict, scenario: Scenario, workers: int | None, progress: Progress) -> dict[str, str]:
    """Ask a deadline's question again; returns the fingerprints."""
    asked = manifest["question"]
    question = Question(scenario, asked["changes"], tuple(asked["dates"]), Crisis(**asked["crisis"]),
                        tuple(asked["shares"]), asked["outcome"])  # fmt: skip
    table = investigate(question, manifest["seeds"], asked["avoid"], workers, progress)
    return prints_of(scenario.name, [table], ["seed"])


def drift_again(manifest: dict, scenario: Scenario, workers: int | None, progress: Progress) -> dict[str, str]:
    """Let a state drift again; returns the fingerprints."""
    from experiments.lab.drift_page import drift_prints, run_all

    return drift_prints(scenario, *run_all(scenario, manifest["seeds"], manifest["futures"], workers, progress))


STUDIES = {"deadline": deadline_again, "drift": drift_again}


def again(manifest: dict, scenario: Scenario, workers: int | None, progress: Progress) -> dict[str, str]:
    """Return the fingerprints of a study that is run again; RecordError if its manifest lacks what was asked."""
    try:
        return STUDIES[manifest["command"]](manifest, scenario, workers, progress)
    except (KeyError, TypeError) as problem:
        raise RecordError(f"manifest.json: does not say what was asked ({problem!r})") from None
