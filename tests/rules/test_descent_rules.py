"""Descents, sentence by sentence (`docs` and the module `pipeline.descents` say the rule)."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.descents import Descent, DescentParameters, Outcome, find_descents
from pipeline.hypnogram import from_letters

RULES = DescentParameters()


def descents(letters: str, jerks_s: tuple[float, ...] | None = ()) -> tuple[Descent, ...]:
    hypnogram = from_letters(letters)
    jerks = None if jerks_s is None else np.array(jerks_s, dtype=np.float64)
    return find_descents(hypnogram, 0.0, hypnogram.end_s, jerks, RULES)


def drawn(letters: str) -> list[tuple[float, float, str]]:
    """Give start and end in epochs, and the outcome, of each descent."""
    return [(d.start_s / 30, d.end_s / 30, d.outcome.value) for d in descents(letters)]


class TestStart:
    def test_the_first_n1_after_wake_starts_a_descent(self) -> None:
        assert drawn("WW1122") == [(2, 4, "n2")]

    def test_lights_off_starts_one_without_wake(self) -> None:
        assert drawn("1122") == [(0, 2, "n2")]

    def test_n2_after_wake_starts_one_without_length(self) -> None:
        assert drawn("W22") == [(1, 1, "n2")]

    def test_n3_after_wake_does_too(self) -> None:
        assert drawn("W33") == [(1, 1, "n2")]

    def test_n1_after_deeper_sleep_starts_none(self) -> None:
        assert drawn("W122112") == [(1, 2, "n2")]

    def test_n1_after_r_that_followed_wake_starts_none(self) -> None:
        assert drawn("WRR122") == []

    def test_each_wake_opens_the_way_to_another(self) -> None:
        assert drawn("W1W1W122") == [(1, 2, "wake"), (3, 4, "wake"), (5, 6, "n2")]

    def test_wake_alone_holds_none(self) -> None:
        assert drawn("WWWW") == []

    def test_time_before_lights_off_is_not_looked_at(self) -> None:
        found = find_descents(from_letters("W11122"), 75.0, 180.0, np.empty(0), RULES)

        assert [(d.start_s, d.end_s, d.n1_s) for d in found] == [(75.0, 120.0, 45.0)]

    def test_they_are_numbered_from_one(self) -> None:
        assert [d.number for d in descents("W1W1W1")] == [1, 2, 3]


class TestOutcome:
    def test_two_epochs_of_n2_confirm_and_the_first_of_them_is_the_end(self) -> None:
        assert drawn("W1122") == [(1, 3, "n2")]

    def test_n2_then_n3_confirms(self) -> None:
        assert drawn("W123") == [(1, 2, "n2")]

    def test_one_epoch_of_n2_does_not(self) -> None:
        assert drawn("W121122") == [(1, 5, "n2")]

    def test_wake_before_that_aborts(self) -> None:
        assert drawn("W112W") == [(1, 4, "wake")]

    def test_r_ends_it(self) -> None:
        assert drawn("W11R") == [(1, 3, "r")]

    def test_the_end_of_the_record_ends_it(self) -> None:
        assert drawn("W112") == [(1, 4, "end")]

    def test_lights_on_ends_it(self) -> None:
        found = find_descents(from_letters("W111122"), 0.0, 100.0, np.empty(0), RULES)

        assert [(d.end_s, d.outcome) for d in found] == [(100.0, Outcome.END)]


class TestUnscored:
    def test_two_unscored_epochs_are_passed_over(self) -> None:
        assert drawn("W1??122") == [(1, 5, "n2")]

    def test_three_end_the_descent_where_they_begin(self) -> None:
        assert drawn("W11???122") == [(1, 3, "end")]

    def test_n2_on_both_sides_of_three_is_not_confirmed(self) -> None:
        assert drawn("W12???22") == [(1, 3, "end")]

    def test_after_three_nothing_starts_before_the_next_wake(self) -> None:
        assert drawn("W???11W122") == [(7, 8, "n2")]

    def test_unscored_time_after_lights_off_hides_the_start(self) -> None:
        assert drawn("???1122W1") == [(8, 9, "end")]

    @pytest.mark.parametrize("letters", ["", "?", "???", "M", "W", "1"])
    def test_the_smallest_nights_are_no_trouble(self, letters: str) -> None:
        assert len(descents(letters)) == letters.count("1")


class TestTimes:
    def test_n1_dwell_leaves_out_unconfirmed_n2(self) -> None:
        assert descents("W112122")[0].n1_s == 90.0

    def test_the_latency_to_n2_is_to_confirmed_n2(self) -> None:
        assert descents("W112122")[0].to_n2_s == 120.0

    def test_an_aborted_descent_has_no_latency_to_n2(self) -> None:
        assert descents("W112W")[0].to_n2_s is None

    def test_the_latency_to_n3_runs_past_the_end_of_the_descent(self) -> None:
        assert descents("W12222333")[0].to_n3_s == 150.0

    def test_n3_after_the_next_wake_belongs_to_the_next_descent(self) -> None:
        first, second = descents("W122W1223")

        assert first.to_n3_s is None
        assert second.to_n3_s == 90.0

    def test_n3_after_a_long_unscored_stretch_is_not_reached(self) -> None:
        assert descents("W122???3")[0].to_n3_s is None


class TestJerks:
    def test_those_from_the_start_to_before_the_end_belong_to_it(self) -> None:
        found = descents("W1122", (29.9, 89.9, 30.0, 90.0))[0]

        assert found.jerks_s == (30.0, 89.9)
        assert found.n_jerks == 2

    def test_wake_within_30_s_of_a_jerk_aborts(self) -> None:
        assert descents("W11W", (60.0,))[0].is_aborted_by_jerk is True

    def test_wake_later_than_that_does_not(self) -> None:
        assert descents("W11W", (59.0,))[0].is_aborted_by_jerk is False

    def test_a_jerk_after_the_wake_did_not_come_first(self) -> None:
        assert descents("W11W", (90.5,))[0].is_aborted_by_jerk is False

    def test_a_descent_that_reached_n2_was_not_aborted(self) -> None:
        assert descents("W1122", (80.0,))[0].is_aborted_by_jerk is False

    def test_without_a_scorable_leg_nothing_is_known(self) -> None:
        found = descents("W11W", None)[0]

        assert (found.jerks_s, found.n_jerks, found.is_aborted_by_jerk) == (None, None, None)
