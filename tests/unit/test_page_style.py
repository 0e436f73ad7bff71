"""What all pages share: colours that can be read, an outline that can be heard, nothing moving."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.report.batch import StudyRow, StudyStatus, render_batch
from pipeline.report.template import source
from tests.unit import report_night as made
from tests.unit import report_reading as reading

STYLE = source("style.css")
AA = 4.5  # contrast of text, WCAG 2.1, success criterion 1.4.3
GROUNDS = ("page", "card", "accent-soft", "faint")
INKS = ("ink", "muted")
ON_CARDS = ("accent", "link", "limit", "left")


def palettes() -> dict[str, dict[str, str]]:
    """Give the named colours of light, dark and paper."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE, flags=re.S)
    light, dark, paper = (dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in blocks)
    return {"light": light, "dark": dark, "paper": paper}


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark", "paper"])
def test_every_text_can_be_read_on_every_ground(name: str) -> None:
    colours = palettes()[name]
    pairs = [(ink, ground) for ink in INKS for ground in GROUNDS]
    pairs += [(ink, "card") for ink in ON_CARDS] + [("accent", "accent-soft")]
    weak = {(a, b): contrast(colours[a], colours[b]) for a, b in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < AA} == {}


def test_the_three_palettes_name_the_same_colours() -> None:
    light, dark, paper = palettes().values()
    assert set(light) == set(dark) == set(paper)


def test_nothing_moves() -> None:
    assert not re.search(r"animation|transition|scroll-behavior|@keyframes", STYLE)


PAGES = {
    "whole": lambda: reading.page_of(made.whole_night()),
    "bare": lambda: reading.page_of(made.bare_night()),
    "batch": lambda: render_batch([StudyRow(study_key="sa", status=StudyStatus.DONE)], "0"),
}


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]()


def test_it_says_its_language_and_its_title(page: str) -> None:
    assert '<html lang="en">' in page
    assert re.search(r"<title>[^<]+ - hypnic</title>", page)


def test_headings_go_down_one_step_at_a_time(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_every_place_that_is_named_is_there_once(page: str) -> None:
    places = re.findall(r'\bid="([\w-]+)"', page)
    named = re.findall(r'href="#([\w-]+)"', page) + re.findall(r'labelledby="([\w-]+)"', page)
    assert sorted(set(places)) == sorted(places)
    assert set(named) <= set(places)


def test_what_scrolls_sideways_can_be_reached_and_is_named(page: str) -> None:
    boxes = re.findall(r'<div class="(?:scroll|picture)"[^>]*>', page)
    assert boxes
    assert [box for box in boxes if not re.search(r'tabindex="0".*aria-label="[^"]+"', box)] == []


def test_the_templates_hold_no_colour_of_their_own() -> None:
    folder = Path(__file__).parents[2] / "pipeline" / "report" / "templates"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.j2")}
    assert [
        name for name, text in texts.items() if re.search(r'style="|fill="|#[0-9a-f]{6}', text)
    ] == []
