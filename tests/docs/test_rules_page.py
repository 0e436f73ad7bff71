"""The pages of rules and numbers say what the program does: no figure may drift."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from docs.generate import DOCS, filled, value_of
from pipeline.legs import aasm, wasm
from pipeline.legs.trains import PRECEDENCE, RULE_SETS
from pipeline.settings import keys

ROOT = DOCS.parent
RULES = (DOCS / "rules.md").read_text(encoding="utf-8")
PROSE = re.sub(r"<!-- from the code.*?<!-- end -->", "", RULES, flags=re.DOTALL)
BOUND = re.compile(r"([\d.]+)(?: [a-zA-Z/]+)*\s+\(`((?:[a-z_0-9]+\.)+[a-z_0-9]+)`\)")
NAMES = re.compile(
    r"doi \S+|PMC\d+|`[^`]*`|\]\([^)]*\)|p\(N\d\)|\b(?:N1|N2|N3|AASM_v3|WASM.2016)\b"
    r"|ICSD-3-TR|version 3|Stages 3 and 4"
)
SOURCES = re.compile(
    r"2016, 26, 86-95|Scand J Stat 5:141-150|(?:Ferri|Manconi|Frauscher|Winkelman|Johansen|Putter)"
    r"(?: et al\.)?[a-zA-Z, ]*?(?:\d{4}|Medicine )"
)
ARITHMETIC = (
    "p(N2) + 2 p(N3)",
    "integral of 1 - F",
    "it is never 0",
    "reason, never 0",
    "depth = ",
)
SECTIONS = (
    "legs.", "arousals.", "tagging.", "depth.", "descents.", "delay.", "metrics.", "scoring."
)  # fmt: skip


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_what_comes_from_the_code_is_what_the_code_says(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    assert written == filled(written), "write it anew: make docs"


def test_a_figure_before_a_setting_s_name_is_its_value() -> None:
    found = BOUND.findall(PROSE)
    assert len(found) > 25
    wrong = {key: n for n, key in found if value_of(key).partition(" ")[0] != n}
    assert wrong == {}


def test_a_setting_s_name_in_brackets_follows_a_figure() -> None:
    named = re.findall(r"\(`((?:[a-z_0-9]+\.)+[a-z_0-9]+)`\)", PROSE)
    assert sorted(named) == sorted(key for _, key in BOUND.findall(PROSE))


def test_no_other_figure_stands_in_the_prose() -> None:
    rest = BOUND.sub("", PROSE)
    for words in ARITHMETIC:
        rest = rest.replace(words, "")
    rest = NAMES.sub("", SOURCES.sub("", rest))
    assert re.findall(r"[^\n]*\d[^\n]*", rest) == []


@pytest.mark.parametrize("key", [k for k, _ in keys() if k.startswith(SECTIONS)])
def test_every_setting_of_a_rule_stands_in_a_table(key: str) -> None:
    section, _, name = key.rpartition(".")
    table = RULES.partition(f"Settings under `{section}`:")[2].partition("<!-- end -->")[0]
    assert f"\n| `{name}` | " in table


def test_every_deviation_of_a_docstring_is_listed() -> None:
    listed = " ".join(RULES.partition("\n## Deviations")[2].split())
    found = 0
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                continue
            told = re.split(r"^Deviations?\b", ast.get_docstring(node) or "", flags=re.MULTILINE)
            for part in told[1:]:
                for item in re.findall(r"^- (.*(?:\n  .*)*)", part, flags=re.MULTILINE):
                    found += 1
                    assert " ".join(item.split()) in listed, f"{path}: make docs"
    assert found > 20


def test_a_setting_that_deviates_from_a_rule_is_named_among_the_deviations() -> None:
    listed = RULES.partition("\n## Deviations")[2]
    deviating = [key for key, about in keys() if "deviation from" in about]
    assert deviating
    assert [key for key in deviating if key.rpartition(".")[2] not in listed] == []


@pytest.mark.parametrize("name", [aasm.RULE_SET, wasm.RULE_SET, *RULE_SETS.values()])
def test_every_rule_set_has_its_place(name: str) -> None:
    assert f"`{name}`" in PROSE


def test_the_neighbours_stand_in_the_order_in_which_they_are_asked() -> None:
    assert sorted(RULE_SETS.values(), key=PROSE.index) == [RULE_SETS[kind] for kind in PRECEDENCE]
