"""An emulator: instant first answers to what a sweep would find at a point that was not run, with their bands.

    from experiments.analysis.emulator import load_emulator

    emulator = load_emulator("results/emulator-guarantee")
    emulator.predict(points)           # a column a factor -> mean, low, high; run_low, run_high
    emulator.check                     # how good it is on points it had not seen

Its folder holds emulator.json (factors, ranges, which sweep, which code, the check) and emulator.npz (numbers only: the
points of its processes and their hyperparameters, or the nodes of its trees). Neither is ever unpickled.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd

from abm._version import __version__
from abm.measurement.manifest import write_manifest
from abm.scenario import nearest
from experiments.analysis.emulator_axes import Axes
from experiments.analysis.emulator_train import Answer, Trained
from experiments.analysis.surfaces import KINDS
from experiments.output import InputError
from experiments.sweep.cohort import circumstances
from experiments.sweep.study import Study

ABOUT, NUMBERS = "emulator.json", "emulator.npz"
FORMAT = 1
SCALARS = ("typical_luck", "stretch", "run_stretch", "bounds")
TOLD = ["mean", "low", "high", "run_low", "run_high"]


class Emulator:
    """What was trained on a sweep.

    axes: its factors; check: its errors on held-out points, a row a scenario and outcome; about: plain data on the
    sweep and the code; remark: what differs between that code and this, or ''.
    """

    def __init__(self, about: dict, axes: Axes, answers: dict[tuple[str, str], Answer], remark: str = ""):
        self.about, self.axes, self.answers, self.remark = about, axes, answers, remark
        self.check = pd.DataFrame(about["check"])

    @property
    def scenarios(self) -> list[str]:
        """The scenarios it knows."""
        return list(dict.fromkeys(scenario for scenario, _ in self.answers))

    @property
    def outcomes(self) -> list[str]:
        """The outcomes it knows."""
        return list(dict.fromkeys(outcome for _, outcome in self.answers))

    def predict(
        self, points: pd.DataFrame, outcome: str | None = None, scenario: str | None = None, where: str = "the points"
    ) -> pd.DataFrame:
        """Return what a sweep would find at points with a column a factor.

        A row a point, scenario and outcome (all that are known, or those named): point (its place in the index),
        scenario, outcome, mean over the sweep's seeds, low and high of its 90 % band, run_low and run_high of that of a
        single run. InputError for a factor that is missing or unknown, or a value outside the trained range.
        """
        for name, asked, known in (("outcome", outcome, self.outcomes), ("scenario", scenario, self.scenarios)):
            if asked is not None and asked not in known:
                raise InputError(f"{name} {asked}: not in this emulator{nearest(asked, known)}; "
                                 f"it knows {', '.join(known)}")  # fmt: skip
        x = self.axes.places(points, where)
        parts = []
        for (world, name), answer in self.answers.items():
            if outcome in (None, name) and scenario in (None, world):
                told = dict(zip(TOLD, answer.predict(x), strict=True))
                parts.append(pd.DataFrame({"point": points.index, "scenario": world, "outcome": name} | told))
        return pd.concat(parts, ignore_index=True)


def describe(study: Study, trained: Trained) -> dict:
    """Return plain data on an emulator: the sweep, its code and libraries, factors, check."""
    from sklearn import __version__ as sklearn_version

    made = {key: study.manifest[key] for key in ("identity", "version", "code", "measures", "libraries")}
    return {
        "format": FORMAT, "title": study.plan.get("title", ""), "sweep": str(study.folder), **made,
        "scenarios": study.manifest["scenarios"], "seeds": study.manifest["seeds"],
        "factors": trained.axes.plain(), "check": trained.check.to_dict("records"),
        "between": trained.between.to_dict("records"), "left_out": trained.left_out,
        "trained_with": {"latecomer": __version__, "scikit-learn": sklearn_version},
    }  # fmt: skip


def save(study: Study, trained: Trained, folder: Path, every: bool = True) -> Emulator:
    """Write an emulator into a folder; returns it. `every`: whether all outcomes were asked for."""
    arrays, answers = {}, []
    for number, ((scenario, outcome), answer) in enumerate(trained.answers.items()):
        surfaces = {"surface": answer.surface} | ({"luck": answer.luck} if answer.luck else {})
        for name, surface in surfaces.items():
            arrays |= {f"{number}/{name}/{key}": array for key, array in surface.arrays().items()}
        arrays |= {f"{number}/{name}": np.array(getattr(answer, name), float) for name in SCALARS}
        kinds = {name: surface.kind for name, surface in surfaces.items()}
        answers.append({"scenario": scenario, "outcome": outcome, "kinds": kinds})
    np.savez_compressed(folder / NUMBERS, **arrays)
    about = describe(study, trained) | {"answers": answers, "all": every, "numbers": _digest(folder / NUMBERS)}
    held = {key: study.manifest[key] for key in ("version", "code", "libraries", "scenarios", "seeds")}
    source = {"folder": str(study.folder), "identity": study.manifest["identity"]}
    write_manifest({"format": FORMAT, "command": "emulate", "sweep": source, "fingerprints": {},
                    "repeat": f"latecomer emulate {study.folder}"} | held, folder)  # fmt: skip
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return Emulator(about, trained.axes, trained.answers)


def load_emulator(folder: str | Path, other_code: bool = False) -> Emulator:
    """Return the emulator of a folder.

    InputError if there is none, if it is damaged, or if the sweep was run by another version of the model than this:
    with `other_code` it is loaded all the same, and `remark` says what differs.
    """
    folder = Path(folder)
    about = read_about(folder)
    remark = of_other_code(about)
    if remark and not other_code:
        raise InputError(f"{folder}: {remark}; train it anew on a sweep of this version, or take it as it is with "
                         "--other-code (load_emulator(folder, other_code=True))")  # fmt: skip
    try:
        if _digest(folder / NUMBERS) != about["numbers"]:
            raise InputError(f"{folder / NUMBERS}: is not the one that {ABOUT} was written with; train it anew")
        with np.load(folder / NUMBERS, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        answers = {
            (entry["scenario"], entry["outcome"]): _restored(arrays, number, entry["kinds"])
            for number, entry in enumerate(about["answers"])
        }
        return Emulator(about, Axes.restored(about["factors"]), answers, remark)
    except (OSError, KeyError, TypeError) as problem:
        raise InputError(f"{folder}: this emulator cannot be read ({problem!r}); train it anew") from None


def read_about(folder: Path) -> dict:
    """Return emulator.json; InputError if it is not there, not readable, or of another format."""
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{folder}: no emulator here (no {ABOUT}); `latecomer emulate SWEEP_DIR` trains one") from None
    except (OSError, ValueError) as problem:
        raise InputError(f"{folder / ABOUT}: cannot be read ({problem})") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise InputError(f"{folder / ABOUT}: is no emulator of format {FORMAT}, which this version reads")
    return about


def of_other_code(about: dict) -> str:
    """Return, in words, what differs between the code whose sweep this emulates and this; '' if nothing does."""
    now = circumstances()
    if (about.get("code"), about.get("measures")) == (now["code"], now["measures"]):
        return ""
    return (f"it emulates another version of the model (version {about.get('version')}, sources {about.get('code')}/"
            f"{about.get('measures')}; this is {now['version']}, {now['code']}/{now['measures']})")  # fmt: skip


def _restored(arrays: dict[str, np.ndarray], number: int, kinds: dict[str, str]) -> Answer:
    surfaces = {}
    for name, kind in kinds.items():
        start = f"{number}/{name}/"
        inner = {key.removeprefix(start): array for key, array in arrays.items() if key.startswith(start)}
        surfaces[name] = KINDS[kind].restored(inner)
    typical, stretch, runs, bounds = (arrays[f"{number}/{name}"].tolist() for name in SCALARS)
    return Answer(surfaces["surface"], surfaces.get("luck"), typical, stretch, tuple(runs), tuple(bounds))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
