"""Every page in a real browser: nothing overflows or is cut, every picture is there, on a screen
and on A4, in light and in dark, with the mouse, the keyboard, and without a script.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.report.batch import StudyRow, StudyStatus, render_batch
from tests.docs.browser import Browser, browsing
from tests.docs.made_pages import MAKERS, N_PICTURES, N_SHEETS

pytestmark = pytest.mark.slow

MEASURE = (Path(__file__).parent / "measuring.js").read_text(encoding="utf-8")
PAPER_PX = (695, 1024)  # what the margins leave of A4, at 96 pixels an inch
INKS = {"light": "rgb(27, 35, 48)", "dark": "rgb(230, 234, 240)"}
NAMES = pytest.mark.parametrize("name", MAKERS)
_FOCUSED = "document.activeElement.textContent"
_KEYS = "[...document.querySelectorAll('tbody tr:not([hidden]) th')].map(e => e.textContent)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: make(tmp_path_factory.mktemp(name)) for name, make in MAKERS.items()}


def measured(browser: Browser) -> dict[str, Any]:
    found: dict[str, Any] = browser.ask(MEASURE)
    return found


@NAMES
@pytest.mark.parametrize("scheme", INKS)
@pytest.mark.parametrize("width_px", [1400, 1000, 800, 600, 400])
def test_nothing_overflows_is_cut_or_is_too_faint(
    browser: Browser, pages: dict[str, Path], name: str, width_px: int, scheme: str
) -> None:
    browser.open(pages[name], width_px=width_px, scheme=scheme)
    found = measured(browser)
    assert found["widths"] == [width_px, width_px]
    assert found["ink"] == INKS[scheme]
    assert {key: found[key] for key in ("faint", "cut", "hidden", "broken")} == {
        "faint": [], "cut": [], "hidden": [], "broken": [],
    }  # fmt: skip


@NAMES
@pytest.mark.parametrize("media", ["screen", "print"])
def test_every_picture_is_there_in_its_box_and_holds_its_words(
    browser: Browser, pages: dict[str, Path], name: str, media: str
) -> None:
    width_px = 1400 if media == "screen" else PAPER_PX[0]
    browser.open(pages[name], width_px=width_px, media=media)
    pictures = measured(browser)["pictures"]
    assert len(pictures) == N_PICTURES[name]
    for picture in pictures:
        assert picture["label"]
        assert picture["outside"] == []
        assert picture["is_in_box"]
        assert picture["n_drawn"] > 0
        assert min(picture["width"], picture["height"]) >= 20


@NAMES
@pytest.mark.parametrize("scheme", INKS)
def test_no_picture_is_blank(
    browser: Browser, pages: dict[str, Path], name: str, scheme: str
) -> None:
    browser.open(pages[name], scheme=scheme)
    pictures = measured(browser)["pictures"]
    drawn = [len(browser.screenshot(picture)) for picture in pictures]
    browser.ask("document.querySelectorAll('svg').forEach(e => { e.style.visibility = 'hidden' })")
    blank = [len(browser.screenshot(picture)) for picture in pictures]
    assert [(a, b) for a, b in zip(drawn, blank, strict=True) if a < 1.5 * b] == []


@NAMES
def test_it_prints_on_a_handful_of_a4_sheets_of_which_none_is_blank(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    browser.open(pages[name])
    content = browser.pdf()
    sizes = {match.group(1) for match in re.finditer(rb"/MediaBox \[([^\]]*)\]", content)}
    assert [s for s in sizes if not re.match(rb"0 0 59[45](\.\d+)? 84[12]", s)] == []
    drawings = sheets(content)
    low, high = N_SHEETS[name]
    assert low <= len(drawings) <= high
    assert [n for n, drawing in enumerate(drawings) if drawing.count(b" Tf") == 0] == []


def sheets(content: bytes) -> list[bytes]:
    """Give what is drawn on each sheet of a PDF."""
    found = []
    for page in re.finditer(rb"/Type /Page\b.*?/Contents (\d+) 0 R", content, flags=re.DOTALL):
        start = re.search(rb"\n%s 0 obj.*?stream\r?\n" % page.group(1), content, flags=re.DOTALL)
        assert start is not None
        found.append(zlib.decompressobj().decompress(content[start.end() :]))
    return found


@NAMES
def test_no_picture_and_no_row_is_cut_by_the_end_of_a_sheet(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    browser.open(pages[name], width_px=PAPER_PX[0], media="print")
    whole = (
        "[...document.querySelectorAll('figure, .closeup, tr, .tile')].map(e => "
        "[e.className || e.tagName, e.getBoundingClientRect().height, "
        "getComputedStyle(e).breakInside])"
    )
    found = browser.ask(whole)
    assert found
    assert [each for each in found if each[1] > PAPER_PX[1] or each[2] != "avoid"] == []
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@NAMES
def test_it_asks_for_nothing_but_itself_and_keeps_to_its_policy(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    browser.open(pages[name])
    assert browser.requests == [pages[name].as_uri()]
    assert browser.faults == []
    browser.ask("document.body.append(Object.assign(document.createElement('script'), "
                "{textContent: 'document.title = 1'}))")  # fmt: skip
    assert browser.ask("document.title") != "1"


@NAMES
def test_the_keyboard_first_reaches_the_way_to_the_content_and_sees_where_it_is(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    browser.open(pages[name])
    browser.key("Tab")
    assert browser.ask(_FOCUSED) == "To the content"
    assert browser.ask("document.activeElement.getBoundingClientRect().left") >= 0
    browser.key("Tab")
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert browser.ask("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


def focus_on(browser: Browser, words: str) -> None:
    for _ in range(30):
        browser.key("Tab")
        if browser.ask(_FOCUSED) == words:
            return
    raise AssertionError(words)


def test_a_batch_is_sorted_by_the_keyboard_and_absent_numbers_come_last(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["batch"])
    focus_on(browser, "Jerks in N1")
    browser.key("Enter")
    state = "[...document.querySelectorAll('thead th')].map(e => e.getAttribute('aria-sort'))"
    assert browser.ask(state)[5] == "ascending"
    up = browser.ask(_KEYS)
    assert [key[:3] for key in up[:3]] == ["s01", "s03", "s00"]
    browser.key("Space")
    assert browser.ask(state)[5] == "descending"
    assert browser.ask(state).count("none") == 6
    down = browser.ask(_KEYS)
    assert [key[:3] for key in down[:3]] == ["s00", "s03", "s01"]
    assert down[3:] == up[3:]


def test_a_batch_is_filtered_by_words_and_by_status(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["batch"])
    assert len(browser.ask(_KEYS)) == 6
    browser.ask("document.getElementById('words').focus()")
    browser.send("Input.insertText", text="mains HUM")
    assert [key[:3] for key in browser.ask(_KEYS)] == ["s00"]
    assert browser.ask("document.getElementById('count').textContent") == "1 of 6 studies"
    browser.ask("{const w = document.getElementById('words'); w.value = ''; "
                "const s = document.getElementById('status'); s.value = 'quarantined'; "
                "s.dispatchEvent(new Event('change'))}")  # fmt: skip
    assert [key[:3] for key in browser.ask(_KEYS)] == ["s04"]


def test_a_batch_without_a_script_is_whole_and_has_no_button_that_does_nothing(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["batch"], has_scripts=False)
    assert len(browser.ask(_KEYS)) == 6
    assert browser.ask("document.querySelectorAll('thead button').length") == 0
    assert browser.ask("document.getElementById('controls').checkVisibility()") is False


def test_a_batch_of_many_studies_is_turned_over_in_pages_and_printed_whole(
    browser: Browser, tmp_path: Path
) -> None:
    rows = [StudyRow(study_key=f"s{i:03d}", status=StudyStatus.DONE) for i in range(450)]
    (tmp_path / "index.html").write_text(render_batch(rows, "0"), encoding="utf-8")
    browser.open(tmp_path / "index.html")
    assert (len(browser.ask(_KEYS)), browser.ask(_KEYS)[0]) == (200, "s000")
    count = "document.getElementById('count').textContent"
    assert browser.ask(count) == "1 to 200 of 450 of 450 studies"
    browser.ask("document.getElementById('on').click(); document.getElementById('on').click()")
    assert (len(browser.ask(_KEYS)), browser.ask(_KEYS)[0]) == (50, "s400")
    assert browser.ask("document.getElementById('on').disabled") is True
    n_sheets = len(sheets(browser.pdf()))
    browser.open(tmp_path / "index.html", has_scripts=False)
    assert len(sheets(browser.pdf())) == n_sheets > 5
