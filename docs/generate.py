"""Fills the parts of the pages in this folder that come from the code: ``make docs``.

A part lies between ``<!-- from the code: NAME ARGUMENT -->`` and ``<!-- end -->``. What stands
between them is written anew from the settings' classes, the night's numbers and the docstrings, so
that no threshold on a page differs from the one that is used.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel

from pipeline.delay import DelayParameters
from pipeline.hypnogram import from_letters
from pipeline.legs.sleep_starts import EXCLUSIONS, SIGNS
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure
from pipeline.settings import Settings

DOCS = Path(__file__).parent
PROGRAM = DOCS.parent / "pipeline"
_PART = re.compile(
    r"(<!-- from the code: ([a-z-]+)(?: ([^\n]*?))? -->\n).*?(<!-- end -->)", re.DOTALL
)
_DEVIATIONS = re.compile(
    r"^Deviations\b[^\n]*\n(?:-+\n|\n)(.*?)(?=\n\n\w|\n\w+\n---|\Z)", re.DOTALL | re.MULTILINE
)
_UNITS = (
    ("_per_min", "/min"),
    ("_uv", "uV"),
    ("_hz", "Hz"),
    ("_bpm", "bpm"),
    ("_min", "min"),
    ("_s", "s"),
    ("_h", "h"),
    ("_mib", "MiB"),
)
_BOTH = (
    ("one leg: LMs this near (offset to onset) are one", "merge_gap_s", "merge_gap_s"),
    ("shortest LM", "shortest_lm_s", "shortest_lm_s"),
    ("longest LM (WASM: CLM) of one leg", "longest_lm_s", "longest_clm_s"),
    ("both legs: onsets under this apart are one LM", "bilateral_onsets_s", ""),
    ("both legs: offset to onset under this is one LM", "", "bilateral_gap_s"),
    ("longest CLM of both legs", "", "longest_bilateral_s"),
    ("most parts of a CLM of both legs", "", "most_parts"),
    ("shortest interval in a series (onset to onset)", "shortest_imi_s", "shortest_imi_s"),
    ("longest interval in a series", "longest_imi_s", "longest_imi_s"),
    ("fewest movements of a series", "shortest_series", "shortest_series"),
    ("unbroken wake that ends a series", "breaking_wake_s", ""),
    ("respiratory: from before the start to after the end", "respiratory_margin_s", ""),
    ("respiratory: from the END of the event", "", "respiratory_from_s"),
    ("respiratory: to", "", "respiratory_to_s"),
    ("an arousal this near belongs to the movement", "arousal_gap_s", "arousal_gap_s"),
)


@dataclass(frozen=True, kw_only=True)
class Deviations:
    """What one docstring says it does otherwise than the rule it implements."""

    module: str
    name: str
    about: str
    items: tuple[str, ...]


def settings_of(key: str) -> BaseModel:
    """Give the settings under a dotted key."""
    found: BaseModel = Settings()
    for name in key.split("."):
        found = getattr(found, name)
    return found


def value_of(key: str) -> str:
    """Give the default of a setting with its unit, such as ``0.5 s``."""
    section, _, name = key.rpartition(".")
    return _shown(name, getattr(settings_of(section), name))


def _shown(name: str, value: object) -> str:
    unit = next((f" {unit}" for ending, unit in _UNITS if name.endswith(ending)), "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " to ".join(_number(item) for item in value) + unit
    return f"{_number(value)}{unit}" if isinstance(value, int | float) else str(value)


def _number(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def settings_table(key: str) -> Iterator[str]:
    """Give the settings under a key, without those of its own sections."""
    section = settings_of(key)
    yield f"Settings under `{key}`:"
    yield ""
    yield "| setting | value | meaning and source |"
    yield "|---|---|---|"
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if not isinstance(value, BaseModel):
            yield f"| `{name}` | {_kept(_shown(name, value))} | {_cell(field.description or '')} |"


def rule_sets(_: str) -> Iterator[str]:
    """Give the two rule sets of leg movements side by side."""
    yield "| | `AASM_v3` | `WASM_2016` |"
    yield "|---|---|---|"
    for words, aasm, wasm in _BOTH:
        cells = [
            _kept(value_of(f"legs.{one}.{name}")) if name else ""
            for one, name in (("aasm", aasm), ("wasm", wasm))
        ]
        yield f"| {words} | {' | '.join(cells)} |"


def points(_: str) -> Iterator[str]:
    """Give the signs of a sleep start with their points."""
    parameters = Settings().legs.sleep_starts
    yield "| sign | points |"
    yield "|---|---|"
    for sign in SIGNS:
        about = type(parameters).model_fields[sign.points].description or ""
        words = about.partition("; source")[0].removeprefix("points: ")
        yield f"| {words} | {getattr(parameters, sign.points)} |"


def exclusions(_: str) -> Iterator[str]:
    """Give the reasons of a rejected candidate in the order in which they are asked."""
    yield ", ".join(f"`{row.reason.value}`" for row in EXCLUSIONS) + "."


def night_metrics() -> tuple[Metric, ...]:
    """Give every number of a night, of a made-up one."""
    inputs = MetricInputs(hypnogram=from_letters("WW1122"), lights_off_s=0.0, lights_on_s=180.0)
    return measure(inputs, MetricParameters(), DelayParameters())


def metrics_table(_: str) -> Iterator[str]:
    """Give every number of a night with unit and definition, by group."""
    groups: dict[str, list[Metric]] = {}
    for metric in night_metrics():
        groups.setdefault(metric.group, []).append(metric)
    for group, metrics in groups.items():
        yield from ("", f"## {group}", "", "| name | title | unit | definition |")
        yield "|---|---|---|---|"
        for one in metrics:
            cells = (f"`{one.name}`", one.title, one.unit or "count", one.definition)
            yield f"| {' | '.join(_cell(cell) for cell in cells)} |"


def all_deviations() -> Iterator[Deviations]:
    """Give the deviations that the docstrings of the program list."""
    for path in sorted(PROGRAM.rglob("*.py")):
        module = ".".join(path.relative_to(PROGRAM.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                text = ast.get_docstring(node) or ""
                if items := tuple(_listed(text)):
                    name = getattr(node, "name", "")
                    about = text.partition("\n")[0]
                    yield Deviations(module=module, name=name, about=about, items=items)


def _listed(docstring: str) -> Iterator[str]:
    """Give the items, or the paragraph, under a line that begins with ``Deviations``."""
    found = _DEVIATIONS.search(docstring)
    if found is None:
        return
    for item in re.split(r"^- ", found.group(1), flags=re.MULTILINE):
        if words := " ".join(item.split()):
            yield words


def deviations_list(_: str) -> Iterator[str]:
    """Give all deviations, each under what it belongs to."""
    for found in all_deviations():
        yield from ("", f"**`{found.module}.{found.name}`**: {found.about}", "")
        yield from (f"- {item}" for item in found.items)


def readings(place: str) -> Iterator[str]:
    """Give the list under ``Notes`` of a function: how a rule is read that leaves a choice."""
    module, _, name = place.rpartition(".")
    path = PROGRAM.parent / (module.replace(".", "/") + ".py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            notes = (ast.get_docstring(node) or "").partition("Notes\n-----\n")[2]
            yield re.split(r"\n\n\w+\n---", notes)[0].rstrip()


def _kept(value: str) -> str:
    """Keep figure and unit on one line."""
    return value.replace(" ", "\N{NO-BREAK SPACE}")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PARTS: Mapping[str, Callable[[str], Iterator[str]]] = MappingProxyType(
    {
        "settings": settings_table,
        "rule-sets": rule_sets,
        "points": points,
        "exclusions": exclusions,
        "numbers": metrics_table,
        "deviations": deviations_list,
        "readings": readings,
    }
)


def filled(page: str) -> str:
    """Give the page with every part of it written anew."""

    def part(found: re.Match[str]) -> str:
        lines = "\n".join(PARTS[found.group(2)](found.group(3) or "")).strip("\n")
        return f"{found.group(1)}\n{lines}\n\n{found.group(4)}"

    return _PART.sub(part, page)


def main() -> None:
    """Write every page anew whose parts have changed."""
    for path in sorted(DOCS.glob("*.md")):
        page = path.read_text(encoding="utf-8")
        if (new := filled(page)) != page:
            path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
