"""docs/schema.md is what the program says, and says it of every column."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.catalogue.schema_document import schema_document
from pipeline.catalogue.views import NIGHT_METRICS, SQL_TYPES, VIEWS
from pipeline.hypnogram import from_letters
from tests.unit.cohort_results import drawn

PAGE = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
UNITS = {
    "_s": "s", "_min": "min", "_per_h": "/h", "_h": "h", "_hz": "Hz", "_uv": "uV",
    "_uv_s": "uV s", "_percent": "%", "_bpm": "/min", "_hour": "h",
}  # fmt: skip


def rows(heading: str) -> list[list[str]]:
    text = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    found = [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in found]


def test_the_page_is_what_the_program_says() -> None:
    assert schema_document() == PAGE, "write it anew: make docs"


def test_the_module_writes_the_page() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "pipeline.catalogue"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == PAGE


@pytest.mark.parametrize("name", VIEWS)
def test_every_column_stands_in_the_page_with_its_type_and_what_it_holds(name: str) -> None:
    found = rows(name)
    expected = [[f"`{c.name}`", SQL_TYPES[c.kind], c.unit] for c in VIEWS[name].columns]
    assert [row[:3] for row in found] == expected
    assert all(len(row[3]) > 3 for row in found)


@pytest.mark.parametrize("name", VIEWS)
def test_a_column_whose_name_ends_in_a_unit_has_that_unit(name: str) -> None:
    for column in VIEWS[name].columns:
        endings = [end for end in UNITS if column.name.endswith(end)]
        if column.kind == pa.float64() and endings:
            assert column.unit == UNITS[max(endings, key=len)], column.name


def test_no_column_stands_in_a_view_twice() -> None:
    for view in VIEWS.values():
        names = [column.name for column in view.columns]
        assert len(names) == len(set(names))


def test_every_number_of_a_night_stands_in_the_page_with_its_unit() -> None:
    night = drawn(from_letters("WW1122"), [70.0])
    expected = {(f"`{m.name}`", m.unit, m.title) for m in night.metrics}
    assert {tuple(row) for row in rows("Numbers of a night")} == expected


def test_the_numbers_among_the_nights_are_metrics_with_the_same_unit() -> None:
    units = {row[0].strip("`"): row[1] for row in rows("Numbers of a night")}
    shown = {column.name: column.unit for column in VIEWS["nights"].columns}
    assert {name: units[name] for name in NIGHT_METRICS} == {n: shown[n] for n in NIGHT_METRICS}


def test_every_view_is_named_by_the_page_that_a_command_prints() -> None:
    assert re.findall(r"^## (\w+)$", PAGE, flags=re.MULTILINE) == list(VIEWS)
