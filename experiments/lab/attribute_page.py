"""The page of an attribution: how to read it, a matrix of all, and a sentence, figures and tables of each measure."""


from abm._version import __version__
from abm.scenario import declarations
from experiments.figures.attribution import interaction_map, shares_map, waterfall
from experiments.lab.coalitions import Game
from experiments.lab.decomposition import Tables
from experiments.lab.levers import WORLD, Lever, setting
from experiments.lab.measures import meaning
from experiments.lab.words import Finding, findings, per_cent, per_cent_span, sentence, signed, span
from experiments.pages import fragment, plotly_source, template

MOST_SHOWN = 12  # settings of one lever in a hover text


def render(game: Game, tables: Tables, coalitions: int, orders: int, repeat: str) -> str:
    """Return the page. `orders`: how many were sampled, 0 if every coalition was run."""
    found, about = findings(game.measures, game.levers, tables), {x.name: told(game, x) for x in game.levers}
    ends = titles(game)
    return template("attribution.html").render(
        ends=ends, seeds=len(game.seeds), levers=[_lever(game, lever) for lever in game.levers],
        coalitions=coalitions, orders=orders, world=any(lever.name == WORLD for lever in game.levers),
        overview=fragment(shares_map(found, game.levers, about)),
        sections=[_section(game, finding, ends, about) for finding in found],
        plotly_js=plotly_source(), repeat=repeat, version=__version__,
    )  # fmt: skip


def titles(game: Game) -> tuple[str, str]:
    """Return what A and B are called on the page: their titles, or their names where those are alike or absent."""
    a, b = game.a.title, game.b.title
    return (a, b) if a and b and a != b else (game.a.name, game.b.name)


def told(game: Game, lever: Lever) -> str:
    """Return what a hover text says of a lever: its settings in A and B, and where the paper treats it."""
    lines = [f"{line['key']}: {line['a']} → {line['b']}" for line in _settings(game, lever)]
    if len(lines) > MOST_SHOWN:
        lines = [*lines[:MOST_SHOWN], f"and {len(lines) - MOST_SHOWN} more"]
    return "<br>".join([*lines, *([cited(lever)] if lever.source else [])])


def cited(lever: Lever) -> str:
    """Return where the paper treats a lever."""
    return f"Ernst (1998), {lever.source.removeprefix('E ')}" if lever.source else ""


def _settings(game: Game, lever: Lever) -> list[dict]:
    return [
        {"key": key, "a": _shown(game.a, key), "b": _shown(game.b, key), "meaning": _meaning(key)} for key in lever.keys
    ]


def _shown(scenario, key: str) -> str:
    return scenario.history.name if key == "history" else str(setting(scenario, key))


def _meaning(key: str) -> str:
    if key == "history":
        return "The world's dated events"
    section, _, name = key.partition(".")
    declaration = declarations()[section][name]
    return f"{declaration['description']} [{declaration.get('unit', 'on/off')}]"


def _lever(game: Game, lever: Lever) -> dict:
    return {"title": lever.title, "source": cited(lever), "settings": _settings(game, lever)}


def _section(game: Game, finding: Finding, ends: tuple[str, str], about: dict[str, str]) -> dict:
    pairs = interaction_map(finding, game.levers)
    return {
        "title": finding.measure.label, "sentence": _unbroken(sentence(finding)), "meaning": meaning(finding.measure),
        "way": fragment(waterfall(finding, ends, about)), "pairs": fragment(pairs) if pairs else "",
        "levers": [_lever_line(finding, lever) for lever in finding.levers.itertuples()],
        "interactions": [_pair_line(finding, pair) for pair in finding.pairs.itertuples()],
    }  # fmt: skip


def _unbroken(text: str) -> str:
    """Return a text whose numbers keep their unit on the line."""
    return text.replace(" %", "\u00a0%").replace(" pp", "\u00a0pp")


def _lever_line(finding: Finding, lever) -> dict:
    form = finding.measure.form
    return {
        "title": lever.title, "sure": lever.sure, "mean": signed(form, lever.contribution),
        "band": span(form, lever.contribution_low, lever.contribution_high),
        "share": per_cent(lever.share) if finding.row["clear"] else "",
        "share_band": per_cent_span(lever.share_low, lever.share_high),
        "median": signed(form, lever.contribution_median),
        "seeds": span(form, lever.contribution_seeds_low, lever.contribution_seeds_high),
        "alone": signed(form, lever.alone), "last": signed(form, lever.last),
        "error": signed(form, lever.sampling_error).lstrip("+") if lever.sampling_error else "",
    }  # fmt: skip


def _pair_line(finding: Finding, pair) -> dict:
    form = finding.measure.form
    return {
        "title": f"{pair.title} with {pair.other_title}", "sure": pair.sure, "mean": signed(form, pair.interaction),
        "band": span(form, pair.interaction_low, pair.interaction_high),
        "share": per_cent(pair.share) if finding.row["clear"] else "",
    }  # fmt: skip
