"""The night's page: its form, and that it needs nothing but itself."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from pipeline.codes import Code
from pipeline.hypnogram import Stage, from_letters
from pipeline.metrics import Metric
from pipeline.night import ChannelUse, Night
from pipeline.notices import Notice
from pipeline.statement import STATEMENT
from tests.unit import report_night as made
from tests.unit import report_reading as reading

PAYLOAD = "<script>alert('x')</script>\"><img src=//evil.example onerror=x>{{ 7 * 7 }}</style>"
KEY = "k3f9c0a1b2d4e5f6"


between, outline, page_of = reading.between, reading.outline, reading.page_of
section, words = reading.section, reading.words


@pytest.fixture(scope="module")
def whole() -> Night:
    night: Night = made.whole_night()
    return night


@pytest.fixture(scope="module")
def whole_page(whole: Night) -> str:
    page: str = page_of(whole)
    return page


def test_the_same_night_gives_the_same_text(whole: Night, whole_page: str) -> None:
    assert page_of(made.whole_night()) == whole_page


def test_sections_stand_in_the_order_in_which_a_technician_reads(whole_page: str) -> None:
    found = re.findall(r'<section id="(\w+)"', whole_page)
    assert found == [
        "limits", "answer", "night", "descents", "parameters", "closeups", "rejected",
        "channels", "agreement", "provenance",
    ]  # fmt: skip


def test_the_page_loads_and_runs_nothing(whole_page: str) -> None:
    found = outline(whole_page)
    assert not {"script", "link", "iframe", "object", "img"} & set(found.tags)
    assert found.active == []
    assert "url(" not in whole_page
    assert "@import" not in whole_page


def test_the_policy_allows_inline_style_and_nothing_remote(whole_page: str) -> None:
    policy = between(whole_page, 'Content-Security-Policy" content="', '"').split("; ")
    assert policy == [
        "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'",
        "form-action 'none'",
    ]  # fmt: skip


def test_every_tag_is_closed(whole_page: str) -> None:
    assert outline(whole_page).open == []


def test_every_picture_is_spoken_and_is_well_formed(whole: Night, whole_page: str) -> None:
    pictures = re.findall(r"<svg.*?</svg>", whole_page, flags=re.S)
    assert len(pictures) == len(whole.closeups) + 2
    assert outline(whole_page).unnamed_pictures == 0
    for picture in pictures:
        assert ET.fromstring(picture).get("role") == "img"  # noqa: S314  # our own text


def test_every_table_has_a_caption_and_scoped_headings(whole_page: str) -> None:
    assert whole_page.count("<caption>") == whole_page.count("<table") > 5
    assert re.findall(r"<th(?! scope=|ead)[^>]*>", whole_page) == []


def test_no_path_holds_a_number_that_is_not_finite(whole_page: str) -> None:
    paths = re.findall(r' d="([^"]*)"', whole_page)
    assert paths
    assert [d for d in paths if not re.fullmatch(r"[MlhvzLHV0-9 -]+", d)] == []


def test_fifteen_close_ups_stay_under_two_megabytes(whole: Night, whole_page: str) -> None:
    assert len(whole.closeups) == 14
    assert len(whole_page.encode()) < 1_000_000


def test_the_title_names_the_study_the_version_and_the_digest(whole_page: str) -> None:
    header = words(between(whole_page, "<header>", "</header>"))
    assert "Research use only. Not a medical device." in header
    assert f"Night {KEY}" in header
    assert "hypnic 0.1.0" in header
    assert "result_digest 9f2c31aa" in header
    assert "numpy" not in header


def test_of_the_clock_only_the_hour_is_told(whole: Night) -> None:
    later = replace(whole, start_clock_s=22 * 3600 + 17 * 60.0)
    assert whole.start_clock_s == 22 * 3600 + 41 * 60.0
    assert page_of(later) == page_of(whole)
    assert "in clock hour 22" in page_of(whole)


def test_the_statement_ends_the_page(whole_page: str) -> None:
    footer = whole_page.split("<footer>")[1]
    assert [s for s in STATEMENT if s not in footer] == []


@pytest.mark.parametrize("place", ["key", "provenance", "label", "reason", "notice", "metric"])
def test_hostile_text_stays_text(whole: Night, place: str) -> None:
    use = ChannelUse(
        role="chin", label=PAYLOAD, rate_hz=1.0, resolution_uv=1.0, highpass_hz=None,
        lowpass_hz=None, used_for="", reason=PAYLOAD,
    )  # fmt: skip
    metric = Metric(name="x", title=PAYLOAD, group=PAYLOAD, value=None, unit=PAYLOAD,
                    definition=PAYLOAD, reason=PAYLOAD)  # fmt: skip
    leg = replace(whole.leg_conditions[0], label=PAYLOAD, is_scorable=False, reason=PAYLOAD)
    trace = replace(whole.closeups[0].traces[0], label=PAYLOAD, thresholds_uv={PAYLOAD: 3.0})
    nights = {
        "label": replace(whole, closeups=(replace(whole.closeups[0], traces=(trace,)),)),
        "reason": replace(whole, channels=(use,), leg_conditions=(leg,)),
        "notice": replace(whole, notices=(Notice(code=Code.TAL, where=PAYLOAD, message=PAYLOAD),)),
        "metric": replace(whole, metrics=(metric,)),
    }
    key = PAYLOAD if place == "key" else KEY
    provenance = {PAYLOAD: PAYLOAD} if place == "provenance" else reading.PROVENANCE
    page = page_of(nights.get(place, whole), key, provenance)
    found = outline(page)
    assert not {"script", "img"} & set(found.tags)
    assert found.active == []
    assert found.open == []
    assert "alert(&#39;x&#39;)" in page or "&lt;script&gt;aler…" in page
    assert "49" not in words(between(page, "<header>", "</header>"))


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ("", "No epoch of the night could be staged."),
        ("????", "No epoch of the night could be staged."),
        ("WWWW", "Every staged epoch is wake"),
        ("1122", "The study has no leg EMG channel"),
    ],
    ids=["no epochs", "all unscored", "no sleep", "no legs"],
)
def test_a_night_without_the_usual_parts_has_a_sensible_page(letters: str, said: str) -> None:
    page = page_of(made.bare_night(letters))
    assert said in section(page, "limits")
    assert "jerks are not available, which is not the same as none" in section(page, "answer")
    assert outline(page).open == []
    assert "nan" not in words(page).split()
    assert "None" not in words(page).split()


@pytest.mark.parametrize(
    "letters",
    ["WW11WW22", "W1122", "WWRR", "W3333", "??W1", "2"],
    ids=["no N3 and no R", "no W after", "R only", "N3 only", "unscored first", "one epoch"],
)
def test_the_pictures_of_a_night_that_lacks_stages_draw_what_there_is(
    whole: Night, letters: str
) -> None:
    hypnogram = from_letters(letters)
    night = replace(whole, hypnogram=hypnogram, automatic=None, duration_s=hypnogram.end_s)
    picture = section(page_of(replace(night, events=(), descents=(), closeups=())), "night")
    drawn = {stage for stage in ("W", "N1", "N2", "N3", "R") if f'"s-{stage} bar"' in picture}
    assert drawn == {Stage(int(stage)).letter for stage in hypnogram.stages if stage >= Stage.W}
    assert "nan" not in picture


@pytest.mark.parametrize("hours", [2 / 60, 0.5, 8.0, 25.0])
def test_the_time_axis_has_few_ticks_at_every_length(whole: Night, hours: float) -> None:
    night = replace(made.bare_night("W" * 4), duration_s=3600 * hours)
    picture = section(page_of(night), "night")
    ticks = re.findall(r'class="middle small">([^<]*)<', picture)
    assert 2 <= len(ticks) <= 13
    assert len(set(ticks)) == len(ticks)
