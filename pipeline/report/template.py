"""Pages from their templates: everything is escaped, nothing may be missing."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.report.drawing import UNITS_PER_PX

_TEMPLATES = PackageLoader("pipeline.report")


def fill(name: str, **facts: object) -> str:
    """Give the page of a template in this package, the same text for the same facts."""
    environment = Environment(
        loader=_TEMPLATES,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(units_per_px=UNITS_PER_PX, **facts)


def source(name: str) -> str:
    """Give the text of a template as it stands, such as a script's."""
    return _TEMPLATES.get_source(Environment(autoescape=True), name)[0]
