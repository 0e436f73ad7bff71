"""Clock times and dates of text scorings."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.codes import Code
from pipeline.formats.clock import lay


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("22:09:33", 79_773.0),
        ("22.09.33", 79_773.0),
        ("22:09:33,250", 79_773.25),
        ("22:09:33.5", 79_773.5),
        ("8:39:30 PM", 74_370.0),
        ("12:00:00 AM", 0.0),
        ("12:00:01 pm", 43_201.0),
        ("0:00:00", 0.0),
    ],
)
def test_a_time_of_day_in_the_spellings_of_programs(text: str, seconds: float) -> None:
    assert lay(["00:00:00", text]).onsets_s[1] == pytest.approx(
        seconds - 86_400 * (seconds > 64_800)
    )


@pytest.mark.parametrize("text", ["", "24:00:00", "22:60:00", "22:00", "13:00:00 PM", "x22:00:00"])
def test_what_is_no_time_of_day(text: str) -> None:
    assert lay(["22:00:00", text]).onsets_s[1] is None


def test_times_go_on_over_midnight() -> None:
    laid = lay(["22:00:00", "23:59:59,5", "00:00:00,5", "06:00:00"])
    assert laid.onsets_s == (0.0, 7_199.5, 7_200.5, 28_800.0)


def test_a_row_out_of_order_is_not_the_next_day() -> None:
    assert lay(["23:00:00", "00:10:00", "23:50:00"]).onsets_s == (0.0, 4_200.0, 3_000.0)


def test_an_event_just_before_the_start_is_before_it() -> None:
    assert lay(["20:39:30", "20:39:00"]).onsets_s == (0.0, -30.0)


def test_without_a_date_the_zero_is_a_time_of_day() -> None:
    laid = lay(["22:09:33,5"])
    assert (laid.start, laid.clock) == (None, dt.time(22, 9, 33, 500_000))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23.09.2020 01:00:00", dt.date(2020, 9, 23)),
        ("03.04.2020 01:00:00", dt.date(2020, 4, 3)),
        ("17/11/2010 23:57:00", dt.date(2010, 11, 17)),
        ("11/18/2021 8:39:30 PM", dt.date(2021, 11, 18)),
        ("2021-11-18 20:39:30", dt.date(2021, 11, 18)),
        ("2021-11-18T20:39:30.000000", dt.date(2021, 11, 18)),
        ("4/4/2020 20:00:00", dt.date(2020, 4, 4)),
        ("23.09.20 01:00:00", dt.date(2020, 9, 23)),
    ],
)
def test_dates_of_every_country_that_can_mean_one_day(text: str, day: dt.date) -> None:
    start = lay([text]).start
    assert start is not None
    assert start.date() == day


def test_a_date_that_can_mean_two_days_is_not_used_and_that_is_told() -> None:
    laid = lay(["03/04/2020 22:00:00", "04/04/2020 00:10:00"][:1])
    assert (laid.start, laid.clock) == (None, dt.time(22))
    assert [n.code for n in laid.notices] == [Code.SCORING_DATE]


def test_the_night_tells_the_day_from_the_month() -> None:
    laid = lay(["03/04/2020 22:00:00", "04/04/2020 00:10:00"])  # 3 to 4 April, or a month apart
    assert laid.start == dt.datetime(2020, 4, 3, 22)  # noqa: DTZ001  local time
    assert laid.onsets_s == (0.0, 7_800.0)


def test_dates_that_are_none_leave_the_times_of_day() -> None:
    laid = lay(["31.02.2020 22:00:00", "31.02.2020 22:00:30"])
    assert (laid.clock, laid.onsets_s) == (dt.time(22), (0.0, 30.0))
