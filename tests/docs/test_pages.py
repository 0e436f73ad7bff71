"""Every block of the front page and of docs/ is run by a test, or listed here with the reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.settings import keys
from tests.docs.pages import PAGES, ROOT, Block, Command, Done, agrees, blocks, failures, is_file
from tests.docs.pages import is_run as is_typed

FOLLOWED = {
    "README.md": "test_tutorial",
    "tutorial.md": "test_tutorial",
    "commands.md": "test_pages_followed",
    "exchange.md": "test_pages_followed",
    "researchers.md": "test_pages_followed",
    "python.md": "test_pages_followed",
    "recipes.md": "test_recipes",
}
OTHERS = {
    ("exchange.md", "python"),
    ("recipes.md", "sh"),
    ("recipes.md", "sql"),
}  # followed there in ways of their own
SHOWN_ONLY = {"text"}  # nothing to run
NOT_RUN = {
    ("README.md", "bat", ""): "Windows",
    ("README.md", "console", "whole-suite"): "the suite that this test is part of",
    ("development.md", "console", "whole-suite"): "the suite that this test is part of",
    ("development.md", "bat", ""): "Windows",
    ("machines.md", "console", "servers"): "done by test_many_workers, on one machine",
    ("recipes.md", "r", ""): "run by test_recipes where R is installed",
    ("server.md", "toml", "site.toml"): "read by test_server_files",
    ("server.md", "console", "servers"): "started by the tests of the servers (tests/flow_runs)",
    ("server.md", "console", "administrator"): "makes users, databases and services of a machine",
    ("server.md", "nginx", "proxy"): "settings of another program",
    ("tutorial.md", "bat", ""): "Windows",
    ("tutorial.md", "python", "luna"): "run by test_tutorial, with the tests' own lunapi",
}
ALL = [block for page in PAGES for block in blocks(page)]
TYPED = [block for block in ALL if block.mark or block.language not in SHOWN_ONLY]
LINK = re.compile(r"\[[^\]]*\]\((?!https?://)([^)#\s]*)(#[^)\s]*)?\)")


def name(block: Block) -> str:
    return f"{block.page}:{block.line}"


@pytest.mark.parametrize("block", ALL, ids=name)
def test_every_block_says_what_it_is(block: Block) -> None:
    assert block.language


@pytest.mark.parametrize(
    "block", [b for b in ALL if b.mark or b.language not in SHOWN_ONLY], ids=name
)
def test_every_block_is_run_or_listed(block: Block) -> None:
    is_known = is_typed(block) or is_file(block) or (block.page, block.language) in OTHERS
    assert (block.page in FOLLOWED and is_known) or (
        block.page,
        block.language,
        block.mark,
    ) in NOT_RUN


def test_nothing_is_listed_that_is_not_there() -> None:
    assert set(NOT_RUN) <= {(b.page, b.language, b.mark) for b in ALL}
    assert set(FOLLOWED) == {b.page for b in ALL if is_typed(b)}


@pytest.mark.parametrize("page", FOLLOWED)
def test_the_test_that_follows_a_page_names_it(page: str) -> None:
    test = Path(__file__).parent / f"{FOLLOWED[page]}.py"
    assert f'"{page}"' in test.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [to for to, _ in links if to and not (page.parent / to).exists()] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.stem != "schema"], ids=lambda page: page.name
)  # the schema's names are those of views
def test_settings_that_a_page_names_exist(page: Path) -> None:
    known = {key for key, _ in keys()}
    known |= {key.rsplit(".", n)[0] for key in known for n in range(1, key.count(".") + 1)}
    sections = {key.partition(".")[0] for key in known}
    named = set(re.findall(r"`([a-z]+(?:\.[a-z0-9_]+)+)`", page.read_text(encoding="utf-8")))
    mine = {key for key in named if key.partition(".")[0] in sections}
    files = {key for key in mine if (key.rpartition(".")[2]) in {"html", "json", "csv", "parquet"}}
    assert mine - files <= known


def test_every_page_has_its_place_in_the_contents() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    placed = set(re.findall(r"^([a-z]+)$", index, flags=re.MULTILINE))
    assert placed == {page.stem for page in PAGES} - {"README", "index"}


def done(stated: str, answer: str, exit_code: int = 0, line: str = "hypnic") -> Done:
    return Done(command=Command(line=line, answer=stated), answer=answer, exit_code=exit_code)


@pytest.mark.parametrize(
    ("stated", "answer", "is_alike"),
    [
        ("1 file", "1  file\n", True),
        ("1 file", "2 files", False),
        ("scored ... as s...\n...\nReport: x", "scored a as s1\nmuch\nmore\nReport:  x", True),
        ("scored ... as s...", "scored a", False),
        ("1 file", "1 file and more", False),
    ],
)
def test_an_answer_is_held_against_what_the_page_states(
    stated: str, answer: str, is_alike: bool
) -> None:
    assert agrees(done(stated, answer)) is is_alike


def test_a_command_may_fail_only_where_the_page_shows_the_exit_code() -> None:
    fails, asks = done("", "", 1), done("1", "1", line="echo $?")
    assert failures([fails, asks]) == []
    assert len(failures([fails])) == 1
    assert len(failures([fails, done("", "")])) == 1
