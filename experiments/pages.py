"""The templates of the pages; each extends page.html, which holds the look they share."""

import jinja2


def template(name: str) -> jinja2.Template:
    """Return a template of experiments/templates."""
    loader = jinja2.PackageLoader("experiments", "templates")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(name)
