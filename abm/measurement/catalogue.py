"""The reference, made from where things are declared: parameters, indicators, columns, flows, events."""

import json

from abm.scenario import declarations

FORMATS = ("table", "markdown", "json")
TABLES = ("parameters", "instruments", "indicators", "columns", "flows", "events")


def catalogue(table: str, form: str) -> str:
    """Return one of TABLES as text in one of FORMATS."""
    rows = ROWS[table]()
    if form == "json":
        return json.dumps(rows, indent=1)
    header = list(rows[0])
    lines = [[_text(row[key]) for key in header] for row in rows]
    if form == "markdown":
        cells = [header, ["---"] * len(header), *lines]
        return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in cells)
    lines.insert(0, header)
    widths = [max(len(line[k]) for line in lines) for k in range(len(header))]
    return "\n".join("  ".join(c.ljust(n) for c, n in zip(line, widths, strict=True)).rstrip() for line in lines)


def _text(value: object) -> str:
    if isinstance(value, list):
        return f"{value[0]} to {value[1]}"
    return "" if value is None else str(value)


def parameters() -> list[dict]:
    """Return every parameter: key, default, unit, range, description, status, source."""
    return [
        {
            "key": f"{section}.{name}",
            "default": d["value"],
            "unit": d.get("unit", "on/off" if isinstance(d["value"], bool) else "-"),
            "range": d.get("range"),
            "description": d["description"],
            "status": d.get("status", "switch" if section == "mechanisms" else None),
            "source": d.get("source"),
        }
        for section, names in declarations().items()
        for name, d in names.items()
    ]


def instruments() -> list[dict]:
    """Return every policy key by instrument: what it changes, for whom, since when, with unit, range and source."""
    from abm.policy.instruments import instruments as rooms

    policy = declarations()["policy"]
    return [
        {
            "instrument": room.title,
            "key": f"policy.{name}",
            "changes": policy[name]["changes"],
            "for": policy[name]["whom"],
            "since": policy[name]["since"],
            "unit": policy[name].get("unit", "-"),
            "range": policy[name].get("range"),
            "default": policy[name]["value"],
            "source": policy[name]["source"],
        }
        for room in rooms().values()
        for name in room.keys
    ]


def indicators() -> list[dict]:
    """Return every indicator: name, unit, definition, group."""
    from abm.measurement.indicators import INDICATORS

    return [dict(zip(("name", "unit", "definition", "group"), row, strict=True)) for row in INDICATORS]


def columns() -> list[dict]:
    """Return every column of the data dictionary: table, name, unit, meaning."""
    from abm.state import CLIENT_FIELDS, ECONOMY_FIELDS, FIRM_FIELDS, INCUMBENT_FIELDS

    tables = {"firms": FIRM_FIELDS, "incumbents": INCUMBENT_FIELDS, "clients": CLIENT_FIELDS, "economy": ECONOMY_FIELDS}
    return [
        {"table": table, "name": name, "unit": unit, "meaning": meaning}
        for table, fields in tables.items()
        for name, _, unit, meaning in fields
    ]


def flows() -> list[dict]:
    """Return every flow that books can show: name, and whether it is a swap of stocks of equal value."""
    from abm.accounts import FIRST_SWAP, FLOW_NAMES

    return [{"name": name, "kind": "swap" if k >= FIRST_SWAP else "payment"} for k, name in enumerate(FLOW_NAMES)]


def events() -> list[dict]:
    """Return every kind of event: name and text."""
    from abm.events import EVENT_KINDS, EVENT_TEXTS

    return [{"kind": kind, "text": text} for kind, text in zip(EVENT_KINDS, EVENT_TEXTS, strict=True)]


ROWS = {
    "parameters": parameters, "instruments": instruments, "indicators": indicators, "columns": columns, "flows": flows,
    "events": events,
}  # fmt: skip
