"""Scenarios: a base world plus named differences, typed, checked and frozen.

`configs/base.yaml` declares every parameter once; the typed model below is made from it, so that no
range, unit or default stands in a second place. A scenario file names only what differs.
"""

import functools
import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, create_model
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from abm.declarations import CONFIGS, HEADINGS, SECTIONS, ScenarioError, base, declarations, nearest, read_yaml
from abm.history import History, Quarter
from abm.quarters import quarter_number
from abm.reforms import Change, Reform


def presets() -> dict[str, Path]:
    """Return the name and file of every scenario that ships with the model."""
    return {path.stem: path for path in sorted(CONFIGS.glob("*.yaml"))}


def _field(declaration: Mapping, optional: bool = False) -> tuple[Any, Any]:
    """Return the pydantic type and default of one declared parameter; an optional one is None unless given."""
    value = declaration["value"]
    extra = {key: declaration[key] for key in ("unit", "status", "source") if key in declaration}
    about = {"description": declaration["description"], "json_schema_extra": extra}
    if isinstance(value, bool):
        kind, limits = StrictBool, {}
    elif isinstance(value, str):
        kind, limits = Quarter, {}
    else:
        whole = declaration.get("type") == "integer"
        low, high = declaration["range"]
        kind, limits = (int, {}) if whole else (float, {"allow_inf_nan": False})
        limits |= {"ge": low, "le": high, "strict": True}
    return (kind | None, Field(None, **about, **limits)) if optional else (kind, Field(value, **about, **limits))


FROZEN = ConfigDict(frozen=True, extra="forbid")


class _Frozen(BaseModel):
    model_config = FROZEN


@functools.cache
def scenario_model() -> type["Scenario"]:
    """Return the typed scenario, made from the declarations in base.yaml."""
    sections = {
        section: create_model(
            section.capitalize(),
            __base__=_Frozen,
            **{name: _field(declaration) for name, declaration in parameters.items()},
        )
        for section, parameters in declarations().items()
    }
    fields: dict[str, Any] = {name: (model, Field(default_factory=model)) for name, model in sections.items()}
    return create_model("Scenario", __base__=Scenario, reforms=(tuple[_reform_model(), ...], ()), **fields)


def _reform_model() -> type[Reform]:
    """Return the typed reform: any part of the policy block, each key checked as in the block itself."""
    keys = {name: _field(declaration, optional=True) for name, declaration in declarations()["policy"].items()}
    return create_model("DatedReform", __base__=Reform, policy=(create_model("Change", __base__=Change, **keys), ...))


class Scenario(_Frozen):
    """A complete, frozen scenario: headings, the world's history, and one typed section each of SECTIONS.

    Read a parameter as ``scenario.policy.guarantee``. Make one with `load_scenario`.
    """

    name: str
    title: str = ""
    description: str = ""
    history: History
    reforms: tuple[Reform, ...] = ()

    @property
    def start(self) -> int:
        """The number of the first quarter [quarters since year 0]."""
        return quarter_number(self.run.start)

    @property
    def dated_reforms(self) -> list[Reform]:
        """The reforms by date; later ones build on earlier ones."""
        return sorted(self.reforms, key=lambda reform: quarter_number(reform.since))

    def setting(self, key: str) -> Any:
        """Return the value of a dotted key such as `policy.guarantee`."""
        section, _, name = key.partition(".")
        return getattr(getattr(self, section), name)

    def resolved(self) -> dict:
        """Return everything as plain nested data, for manifests and comparisons."""
        return self.model_dump(mode="json", by_alias=True)

    def digest(self) -> str:
        """Return the hash of everything that can change a result [64 hexadecimal digits]."""
        content = self.resolved()
        for heading in ("name", "title", "description"):
            content.pop(heading)
            content["history"].pop(heading, None)
            for reform in content["reforms"]:
                reform.pop(heading, None)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def replace(self, overrides: Mapping[str, Any]) -> "Scenario":
        """Return a copy with dotted keys changed; ScenarioError as in `load_scenario`."""
        content = self.resolved()
        _override(content, overrides)
        return _validated(content, {}, "the overrides")

    def reformed(self, quarter: str, overrides: Mapping[str, Any], title: str = "") -> "Scenario":
        """Return a copy in which dotted policy keys change from a quarter on, by surprise; ScenarioError as above."""
        for key in overrides:
            if not str(key).startswith("policy."):
                raise ScenarioError(f"{key}: not a policy key; in a running world only policy.* can change")
        change = {str(key).partition(".")[2]: value for key, value in overrides.items()}
        content = self.resolved()
        content["reforms"] = [*content["reforms"], {"from": quarter, "title": title, "policy": change}]
        return _validated(content, {}, f"the reform of {quarter}")


def load_scenario(source: str | Path, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Return the scenario of a preset's name or a YAML file, with dotted keys overridden.

    Raises ScenarioError, with one message that names the field, the value, what is allowed, the
    nearest name, and the file.
    """
    path = _locate(str(source), Path.cwd())
    layers = _layers(path, ())
    content: dict[str, Any] = {section: {} for section in SECTIONS}
    origin: dict[str, str] = {}
    for file, layer in layers:
        _merge(content, layer, file, origin)
    content["name"] = path.stem
    if overrides:
        _override(content, overrides)
        origin.update(dict.fromkeys(overrides, "--set"))
    history = content.get("history")
    if isinstance(history, str):
        asker = origin.get("history", str(path))
        folder = Path(asker).parent if asker != "--set" else Path.cwd()
        file = _locate(history, folder, CONFIGS / "histories", f"{asker}: history: ")
        content["history"] = read_yaml(file) | {"name": file.stem}
        origin["history"] = str(file)
    return _validated(content, origin, str(path))


def history_names() -> list[str]:
    """Return the names of the histories that ship with the model."""
    return sorted(path.stem for path in (CONFIGS / "histories").glob("*.yaml"))


def _locate(name: str, folder: Path, shelf: Path = CONFIGS, asker: str = "") -> Path:
    """Return the file of a name or a path; a path is sought beside the file that names it."""
    if name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        path = Path(name) if Path(name).is_absolute() else folder / name
        if not path.is_file():
            raise ScenarioError(f"{asker}{name}: no such file (looked for {path})")
        return path
    path = shelf / f"{name}.yaml"
    if not path.is_file():
        known = sorted(file.stem for file in shelf.glob("*.yaml"))
        kind = "history" if shelf.name == "histories" else "scenario"
        raise ScenarioError(f"{asker}{name!r}: no such {kind}{nearest(name, known)}; available: {', '.join(known)}")
    return path


def _layers(path: Path, seen: tuple[Path, ...]) -> list[tuple[str, dict]]:
    """Return the files of a scenario, base first; ScenarioError if `extends` runs in a circle."""
    path = path.resolve()
    if path in seen:
        circle = " -> ".join(file.name for file in (*seen[seen.index(path) :], path))
        raise ScenarioError(f"{path}: 'extends' runs in a circle: {circle}")
    if path == (CONFIGS / "base.yaml").resolve():
        content = base()
        values = {s: {n: d["value"] for n, d in content[s].items()} for s in SECTIONS}
        return [(str(path), {h: content[h] for h in HEADINGS if h in content} | values)]
    content = read_yaml(path)
    parent = content.pop("extends", "base")
    if not isinstance(parent, str):
        raise ScenarioError(f"{path}: extends: expected the name or path of a scenario, got {parent!r}")
    return [*_layers(_locate(parent, path.parent, asker=f"{path}: extends: "), (*seen, path)), (str(path), content)]


def _merge(content: dict, layer: dict, file: str, origin: dict[str, str]) -> None:
    """Lay one file's differences over `content`, remembering which file set which key."""
    for key, value in layer.items():
        if key in HEADINGS:
            content[key] = value
            origin[key] = file
        elif key not in SECTIONS:
            raise ScenarioError(f"{file}: unknown section {key!r}{nearest(str(key), (*SECTIONS, *HEADINGS))}")
        elif not isinstance(value, dict):
            raise ScenarioError(f"{file}: {key}: expected a mapping of parameters, got {value!r}")
        else:
            content[key].update(value)
            origin.update({f"{key}.{name}": file for name in value})


def _override(content: dict, overrides: Mapping[str, Any]) -> None:
    """Write dotted keys into `content`."""
    for key, value in overrides.items():
        section, _, name = str(key).partition(".")
        if key in ("title", "description", "history", "reforms"):
            content[key] = value
        elif section not in SECTIONS or not name:
            known = [f"{s}.{n}" for s, names in declarations().items() for n in names]
            raise ScenarioError(f"--set {key}: unknown key{nearest(str(key), known)}; keys look like policy.guarantee")
        else:
            content[section] = content[section] | {name: value}


def _validated(content: dict, origin: Mapping[str, str], file: str) -> Scenario:
    content = {key: value for key, value in content.items() if key != "extends"}
    try:
        return scenario_model()(**content)
    except ValidationError as error:
        lines = [_explained(detail, origin, file) for detail in error.errors()]
        raise ScenarioError("\n".join(lines)) from None


def _explained(detail: Any, origin: Mapping[str, str], file: str) -> str:
    """Return one sentence on one fault: file, field, value, what is allowed."""
    place = [str(part) for part in detail["loc"]]
    key = ".".join(place)
    where = origin.get(key) or origin.get(place[0]) or file
    place = place[2:] if place[0] == "reforms" and len(place) > 2 else place  # a reform's policy is a policy block
    if detail["type"] == "extra_forbidden":
        names = declarations().get(place[0], {})
        hint = nearest(place[-1], names) if len(place) == 2 else ""
        return f"{where}: {key}: unknown key{hint}"
    if detail["type"] == "missing":
        return f"{where}: {key}: is required"
    return f"{where}: {key} = {detail['input']!r}: expected {_allowed(place, detail)}"


def _allowed(place: list[str], detail: Any) -> str:
    declaration = declarations().get(place[0], {}).get(place[-1]) if len(place) == 2 else None
    if declaration is None:
        return detail["msg"][0].lower() + detail["msg"][1:]
    if isinstance(declaration["value"], bool):
        return "true or false"
    if isinstance(declaration["value"], str):
        return "a quarter such as 1993Q1"
    low, high = declaration["range"]
    kind = "a whole number" if declaration.get("type") == "integer" else "a number"
    return f"{kind} from {low} to {high} [{declaration['unit']}]"


def read_setting(text: str) -> tuple[str, Any]:
    """Return key and typed value of a command-line setting KEY=VALUE; ScenarioError if it is none."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise ScenarioError(f"--set {text}: expected KEY=VALUE, such as policy.guarantee=0.2")
    try:
        typed = YAML(typ="safe", pure=True).load(value)
    except YAMLError:
        raise ScenarioError(f"--set {text}: {value!r} is not a number, a word, true or false") from None
    if isinstance(typed, float) and not math.isfinite(typed):
        raise ScenarioError(f"--set {text}: {value} is not a finite number")
    return key.strip(), typed


def restore_scenario(content: Mapping[str, Any], file: str) -> Scenario:
    """Return the scenario of a manifest from its resolved content; ScenarioError names `file`."""
    return _validated(dict(content), {}, file)
