"""From what a user types to the question of a deadline study; every mistake is named."""

from abm.measurement.indicators import NAMES
from abm.quarters import quarter_number
from abm.scenario import Scenario, ScenarioError, load_scenario, nearest, read_setting
from experiments.lab.deadline import Crisis, Question
from experiments.lab.reform import Changes, changes_between, dotted
from experiments.output import InputError


def ask(
    scenario: str, reform: str | None, change: list[str] | None, settings: dict, span: tuple[int, int],
    crisis: str, years: str, outcome: str,
) -> tuple[Question, str]:  # fmt: skip
    """Return the question, and the reform's name in words; InputError or ScenarioError names what is wrong."""
    chosen = load_scenario(scenario, settings)
    changes = _changes(chosen, reform, change or [])
    if outcome not in NAMES:
        raise InputError(f"--outcome {outcome}: no such indicator{nearest(outcome, NAMES)}")
    what = _crisis(crisis, years, chosen)
    words = [load_scenario(reform).title or reform] if reform else []
    typed = ["latecomer deadline", scenario, *([reform] if reform else [])]
    typed += [f"--change {text}" for text in change or []] + [f"--set {key}={value}" for key, value in settings.items()]
    typed += [f"--from {span[0]} --to {span[1]} --crisis '{crisis}' --years {years} --outcome {outcome}"]
    question = Question(chosen, changes, _dates(chosen, span), what, outcome=outcome, command=" ".join(typed))
    return question, " with ".join(part for part in (" ".join(words), ", ".join(change or [])) if part)


def _changes(scenario: Scenario, reform: str | None, change: list[str]) -> Changes:
    """Return the keys that change, from another scenario's policy and from single settings."""
    if not reform and not change:
        raise InputError("deadline: give a REFORM (the scenario whose policy is adopted) or --change policy.KEY=VALUE")
    changes = changes_between(scenario, load_scenario(reform)) if reform else {}
    for text in change:
        try:
            key, value = read_setting(text)
        except ScenarioError as problem:
            raise InputError(str(problem).replace("--set", "--change", 1)) from None
        changes[key.removeprefix("policy.")] = value
        if not key.startswith("policy."):
            raise InputError(f"--change {text}: a reform changes keys of the policy block, such as policy.guarantee")
    try:
        scenario.reformed("1900Q1", dotted(changes))  # names what is out of range, before anything runs
    except ScenarioError as problem:
        raise InputError(f"--change {str(problem).rpartition('.policy.')[2]}") from None
    return changes


def _crisis(text: str, years: str, scenario: Scenario) -> Crisis:
    """Return the crisis meant by INDICATOR>VALUE and FIRST-LAST."""
    name, _, value = (part.strip() for part in text.partition(">"))
    if name not in NAMES:
        raise InputError(f"--crisis {text}: {name!r} is no indicator{nearest(name, NAMES)}; expected INDICATOR>VALUE")
    try:
        above = float(value)
    except ValueError:
        raise InputError(f"--crisis {text}: {value!r} is not a number; expected INDICATOR>VALUE") from None
    first, _, last = years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()) or int(first) > int(last or first):
        raise InputError(f"--years {years}: expected FIRST-LAST, such as 1997-1998")
    begins, ends = scenario.start, scenario.start + scenario.run.quarters
    if quarter_number(f"{first}Q1") < begins or quarter_number(f"{last or first}Q4") >= ends:
        raise InputError(f"--years {years}: the run covers {begins // 4} to {(ends - 1) // 4} only")
    return Crisis(name, int(first), int(last or first), above)


def _dates(scenario: Scenario, span: tuple[int, int]) -> tuple[str, ...]:
    """Return the first quarters of the years of a span, both ends included."""
    begins, ends = scenario.start, scenario.start + scenario.run.quarters
    dates = [f"{year}Q1" for year in range(span[0], span[1] + 1) if begins <= 4 * year < ends]
    if not dates:
        raise InputError(f"--from {span[0]} --to {span[1]}: no date within the run, {begins // 4} to {(ends - 1) // 4}")
    return tuple(dates)
