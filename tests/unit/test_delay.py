"""The plain description of latencies with and without jerks."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.delay import DelayParameters, Latencies, Target, describe, persistent_sleep_s
from pipeline.descents import DescentParameters, find_descents
from pipeline.hypnogram import from_letters


def described(letters: str, jerks_s: list[float] | None) -> dict[tuple[Target, bool], Latencies]:
    hypnogram = from_letters(letters)
    jerks = None if jerks_s is None else np.array(jerks_s, dtype=np.float64)
    found = find_descents(hypnogram, 0.0, hypnogram.end_s, jerks, DescentParameters())
    rows = describe(found, hypnogram, 0.0, hypnogram.end_s, DelayParameters())
    assert rows is not None
    return {(row.target, row.has_jerks): row for row in rows}


NIGHT = "W11122" + "W122" + "W1222" + "2" * 20 + "3"
JERK_IN_FIRST = [35.0]


def test_descents_with_and_without_jerks_are_counted_apart() -> None:
    rows = described(NIGHT, JERK_IN_FIRST)

    assert rows[Target.N2, True].n_descents == 1
    assert rows[Target.N2, False].n_descents == 2


def test_the_median_time_to_n2_is_taken_within_each_group() -> None:
    rows = described(NIGHT, JERK_IN_FIRST)

    assert (rows[Target.N2, True].median_s, rows[Target.N2, False].median_s) == (90.0, 30.0)


def test_one_long_descent_does_not_move_the_median() -> None:
    rows = described("W122" + "W122" + "W" + "1" * 10 + "22", [])

    assert rows[Target.N2, False].median_s == 30.0


def test_a_target_that_nobody_reached_has_no_median() -> None:
    row = described(NIGHT, JERK_IN_FIRST)[Target.N3, True]

    assert (row.n_reached, row.median_s) == (0, None)


def test_persistent_sleep_may_come_in_a_later_descent() -> None:
    rows = described(NIGHT, JERK_IN_FIRST)

    assert rows[Target.PERSISTENT_SLEEP, True].median_s == 300.0
    assert rows[Target.PERSISTENT_SLEEP, False].median_s == pytest.approx((120.0 + 0.0) / 2)


def test_without_a_scorable_leg_there_is_no_description() -> None:
    hypnogram = from_letters("W1122")
    found = find_descents(hypnogram, 0.0, 150.0, None, DescentParameters())

    assert describe(found, hypnogram, 0.0, 150.0, DelayParameters()) is None


@pytest.mark.parametrize("breaker", ["W", "?", "M"])
def test_wake_and_unscored_epochs_break_persistent_sleep(breaker: str) -> None:
    whole, broken = from_letters("W" + "1" * 20), from_letters("W" + "1" * 19 + breaker + "2" * 19)

    assert persistent_sleep_s(whole, 0.0, 630.0, DelayParameters()).tolist() == [[30.0, 630.0]]
    assert len(persistent_sleep_s(broken, 0.0, broken.end_s, DelayParameters())) == 0


def test_lights_on_cuts_persistent_sleep() -> None:
    hypnogram = from_letters("2" * 25)

    assert len(persistent_sleep_s(hypnogram, 0.0, 599.0, DelayParameters())) == 0
    assert len(persistent_sleep_s(hypnogram, 0.0, 600.0, DelayParameters())) == 1
