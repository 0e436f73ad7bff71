"""Every code of an error or notice is used, has a page that helps, and can be asked for."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.codes import Code
from pipeline.codes.document import codes_document
from pipeline.codes.pages import GROUPS, PAGES
from pipeline.config import Config
from pipeline.settings import keys
from tests.docs.test_help import hypnic

ROOT = Path(__file__).parents[2]


def program() -> Iterator[tuple[Path, ast.Module]]:
    """Give every module outside of pipeline/codes, parsed."""
    for folder in ("pipeline", "flows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not path.is_relative_to(ROOT / "pipeline" / "codes"):
                yield path, ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def used_codes() -> frozenset[str]:
    return frozenset(
        node.attr
        for _, module in program()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Code"
    )


def told(page_name: str) -> str:
    page = PAGES[Code(page_name)]
    return " ".join((page.meaning, page.done, page.repair))


def test_every_code_has_one_page_in_the_order_of_the_enumeration() -> None:
    assert [page.code for group in GROUPS for page in group.explanations] == list(Code)


def test_the_groups_are_those_of_the_enumeration() -> None:
    source = (ROOT / "pipeline" / "codes" / "code.py").read_text(encoding="utf-8")
    places = re.findall(r"^    # (.*)$|^    ([A-Z0-9_]+) = ", source, flags=re.MULTILINE)
    expected = [title or code for title, code in places]
    found = [
        name for g in GROUPS for name in (g.title, *(page.code.value for page in g.explanations))
    ]
    assert found == expected


@pytest.mark.parametrize("code", Code)
def test_every_code_is_used(code: Code) -> None:
    assert code.name in used_codes()


def test_a_code_is_never_written_as_text() -> None:
    texts = {
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path, module in program()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.partition(":")[0] in set(Code)
    }
    named = {
        f"{path.relative_to(ROOT)}:{node.value.lineno}: code="
        for path, module in program()
        for node in ast.walk(module)
        if isinstance(node, ast.keyword)
        and node.arg == "code"
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
    assert texts | named == set()


@pytest.mark.parametrize("code", Code)
def test_a_page_says_what_was_found_what_is_done_and_what_to_do(code: Code) -> None:
    page = PAGES[code]
    for text in (page.meaning, page.done, page.repair):
        assert re.fullmatch(r"(hypnic|[A-Z'\d]).{9,}\.", text), text
    assert re.fullmatch(r"\S.{5,43}[^.]", page.title), page.title
    assert not page.standard.endswith(".")


@pytest.mark.parametrize("code", Code)
def test_a_page_is_short_and_ascii(code: Code) -> None:
    page = PAGES[code]
    assert len(told(code).split()) < 90
    assert f"{page.title}{told(code)}{page.standard}".isascii()


def test_no_two_codes_have_one_title() -> None:
    assert len({page.title for page in PAGES.values()}) == len(Code)


@pytest.mark.parametrize("code", Code)
def test_settings_that_a_page_names_exist(code: Code) -> None:
    known = {key for key, _ in keys()} | {f"montage.{n}" for n in Config().montage.model_dump()}
    sections = {key.partition(".")[0] for key in known}
    named = re.findall(r"\b([a-z]+(?:\.[a-z_]+)+)\b", told(code))
    assert {n for n in named if n.partition(".")[0] in sections} <= known


VARIABLES = {"HYPNIC_HOME", "PREFECT_API_URL", "DASK_DISTRIBUTED__WORKER__DAEMON"}


@pytest.mark.parametrize("code", Code)
def test_codes_that_a_page_names_exist(code: Code) -> None:
    named = set(re.findall(r"\b[A-Z]+_[A-Z0-9_]+\b", told(code)))
    assert named - VARIABLES <= set(Code)


def test_the_page_of_all_codes_is_what_the_program_says() -> None:
    written = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    assert written == codes_document(), "write it anew: make docs"


def test_the_module_writes_the_page_of_all_codes() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "pipeline.codes"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == codes_document()


def test_explain_prints_every_part_of_the_pages_asked_for() -> None:
    shown = hypnic("check", "--explain", "discontinuous", "--explain", "No-Legs")
    assert shown.returncode == 0
    flat = " ".join(shown.stdout.split())
    for code in (Code.DISCONTINUOUS, Code.NO_LEGS):
        page = PAGES[code]
        for text in (page.title, page.meaning, page.done, page.repair, page.standard):
            assert " ".join(text.split()) in flat


def test_explain_prints_a_page_once() -> None:
    shown = hypnic("check", "--explain", "FLAT", "--explain", "flat")
    assert shown.stdout.count(PAGES[Code.FLAT].title) == 1


def test_explain_all_lists_every_code_with_its_title_under_its_group() -> None:
    lines = [
        " ".join(line.split()) for line in hypnic("check", "--explain", "ALL").stdout.split("\n")
    ]
    for group in GROUPS:
        start = lines.index(group.title) + 1
        listed = lines[start : start + len(group.explanations)]
        assert listed == [f"{page.code} {page.title}" for page in group.explanations]


def test_a_word_that_is_no_code_is_answered_with_the_nearest_code() -> None:
    shown = hypnic("check", "--explain", "TRUNKATED", "--explain", "FLAT")
    assert shown.returncode == 2
    assert "CODE_UNKNOWN" in shown.stderr
    assert "TRUNKATED (did you mean TRUNCATED?)" in shown.stderr
    assert shown.stdout == ""


def test_check_without_anything_says_what_to_give() -> None:
    shown = hypnic("check")
    said = " ".join(re.sub("[│╭╮╰╯─]", " ", shown.stderr).split())
    assert shown.returncode == 2
    assert "give studies or folders" in said
    assert "hypnic check --explain TRUNCATED" in said


def test_explaining_loads_nothing_heavy() -> None:
    program_text = (
        "import sys; sys.argv = ['hypnic', 'check', '--explain', 'all']\n"
        "from pipeline.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'mne', 'prefect', 'pyarrow', 'pipeline.settings'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )  # pydantic is loaded by typer itself, whatever the command
    shown = subprocess.run(
        [sys.executable, "-c", program_text], capture_output=True, text=True, check=True
    )
    assert shown.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize(
    ("code", "words", "key"),
    [
        (Code.RATE_TOO_LOW, "under {:g} Hz for any role", "montage.least_rate_hz"),
        (Code.RATE_TOO_LOW, "{:g} Hz or less for automatic", "staging.quality.min_rate_hz"),
        (Code.STAGING_SHORT, "Less than {:g} minutes", "staging.reliable_min"),
        (Code.LEG_BELOW_AASM_MINIMUM, "below {:g} Hz", "legs.conditioning.min_rate_hz"),
    ],
)
def test_a_number_in_a_page_is_the_default_of_its_setting(code: Code, words: str, key: str) -> None:
    value = functools.reduce(getattr, key.split("."), Config())
    assert words.format(value) in told(code)
