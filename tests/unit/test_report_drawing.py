"""Lines, boxes and thinning: what a picture may not lose."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pipeline.metrics import Metric
from pipeline.report.drawing import UNITS_PER_PX, Axis, area, boxes, line, rules, steps, thin
from pipeline.report.words import clock_hour, elapsed, interval, minutes, number


def corners(d: str) -> list[tuple[float, float]]:
    """Give the pixels of a path of one M and one l, in order."""
    start, _, moves = d.partition("l")
    x, y = (int(n) for n in start[1:].split())
    found = [(x, y)]
    numbers = [int(n) for n in moves.split()]
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        found.append((found[-1][0] + dx, found[-1][1] + dy))
    return [(x / UNITS_PER_PX, y / UNITS_PER_PX) for x, y in found]


def test_a_line_comes_back_at_its_points_without_drift() -> None:
    x = np.arange(0, 900, 0.7)
    y = 30 + 20 * np.sin(x / 7)
    last = corners(line(x, y))[-1]
    assert last == pytest.approx((x[-1], y[-1]), abs=0.125)


def test_a_line_breaks_where_a_point_is_not_finite() -> None:
    assert line([0, 1, 2, 3, 4], [0, 1, np.nan, 1, 0]) == "M0 0l4 4M12 4l4 -4"


def test_a_single_point_is_still_drawn() -> None:
    assert line([2.0], [3.0]) == "M8 12h0"


def test_an_area_is_closed_in_each_part() -> None:
    d = area([0, 1, 2, 3], [5, np.nan, 5, 5], [9, 9, 9, 9])
    assert d.count("M") == d.count("z") == 2


def test_an_event_too_short_to_see_gets_the_least_width() -> None:
    assert boxes([(10.0, 10.001)], 0, 5, least_px=1.5) == "M40 0h6v20h-6z"


def test_overlapping_boxes_are_joined_and_far_ones_are_not() -> None:
    assert boxes([(1, 4), (3, 6), (9, 11)], 0, 1).count("M") == 2


def test_no_boxes_are_no_path() -> None:
    assert boxes(np.empty((0, 2)), 0, 1) == ""


def test_rules_run_along_or_down_from_each_start() -> None:
    assert rules([(1, 2), (3, 4)], dx_px=10) == "M4 8l40 0M12 16l40 0"


def test_a_staircase_holds_each_value_between_its_edges() -> None:
    x, y = steps([0, 30, 60], [1, 3])
    assert list(zip(x, y, strict=True)) == [(0, 1), (30, 1), (30, 3), (60, 3)]


@pytest.mark.parametrize("n_samples", [100, 2560, 5120, 5121])
def test_thinning_keeps_the_largest_and_the_smallest_sample(n_samples: int) -> None:
    samples = np.random.default_rng(3).normal(size=n_samples)
    samples[n_samples // 3], samples[n_samples // 2] = 99.0, -99.0
    places, values = thin(samples, 200)
    assert (values.max(), values.min()) == (99.0, -99.0)
    assert len(places) == len(values) <= 400
    assert abs(places[values.argmax()] - n_samples // 3) <= n_samples / 200 + 1


def test_thinning_keeps_gaps() -> None:
    samples = np.ones(10_000)
    samples[4000:6000] = np.nan
    places, values = thin(samples, 100)
    assert np.isnan(values[(places > 4100) & (places < 5900)]).all()
    assert np.isfinite(values[(places < 3900) | (places > 6100)]).all()


def test_an_axis_holds_values_inside_its_ends() -> None:
    axis = Axis(start=-50.0, stop=50.0, low_px=100.0, high_px=0.0)
    assert [axis.at(v) for v in (-80, -50, 0, 25, 900)] == [100, 100, 50, 25, 0]


def test_an_axis_of_no_length_does_not_divide_by_zero() -> None:
    assert Axis(start=0.0, stop=0.0, low_px=7.0, high_px=9.0).at(0.0) == 7.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.0, "0"), (14, "14"), (0.0488, "0.049"), (0.25, "0.25"), (5.26, "5.3"),
        (421.4, "421"), (3.4e-15, "0"), (-0.99, "-0.99"), (1234567.0, "1234567"),
        (None, "not available"), (float("nan"), "not available"),
    ],
)  # fmt: skip
def test_numbers_are_as_precise_as_they_can_be_read(value: float | None, text: str) -> None:
    assert number(value) == text


def test_a_unit_follows_its_number_but_never_an_absent_one() -> None:
    assert (number(2.5, "µV"), number(None, "µV")) == ("2.5 µV", "not available")


def test_an_interval_without_a_value_is_not_shown() -> None:
    def one(value: float | None) -> Metric:
        return Metric(name="x", title="X", group="G", value=value, unit="", definition="d",
                      low=0.0, high=3.7)  # fmt: skip

    assert (interval(one(0)), interval(one(None))) == ("0 to 3.7", "")


def test_times_are_told_from_the_start_in_hours_minutes_and_seconds() -> None:
    assert (elapsed(0), elapsed(59.6), elapsed(4353.2)) == ("0:00:00", "0:01:00", "1:12:33")


def test_lengths_are_told_in_minutes_and_from_one_hour_in_hours() -> None:
    assert (minutes(90), minutes(3599), minutes(28_830)) == ("1.5 min", "60.0 min", "8 h 00 min")


@pytest.mark.parametrize(
    ("seconds", "start_clock_s", "hour"),
    [(0, 82_000.0, "22"), (7200, 82_000.0, "00"), (1800, 82_000.0, ""), (3600, None, "")],
)
def test_only_whole_hours_of_the_record_have_a_clock_hour(
    seconds: float, start_clock_s: float | None, hour: str
) -> None:
    assert clock_hour(seconds, start_clock_s) == hour


def test_paths_hold_whole_numbers_only() -> None:
    assert re.fullmatch(r"[Ml0-9 -]+", line(np.linspace(0, 9, 50), np.linspace(3, 4, 50)))
