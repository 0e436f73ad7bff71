"""The matched comparison, rule by rule (clinical.md 5.3; `pipeline.delay` says the deviations)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.delay import Course, DelayParameters, MatchedSample, matched_delay, matched_sample
from pipeline.delay.competing_risks import Ending
from pipeline.delay.course import passages
from pipeline.delay.estimate import negative_control_s
from pipeline.delay.resampling import multiplicities, turned
from pipeline.delay.sample import delays_s, exchanged_delays_s, joined
from pipeline.depth import DepthParameters, epoch_steps, sleep_depth
from pipeline.descents import DescentParameters, find_descents
from pipeline.hypnogram import Hypnogram, Stage, from_letters

RULES = DelayParameters()


def course(
    letters: str,
    jerks_s: Sequence[float] | None,
    *,
    p_n2: dict[int, float] | None = None,
    scorable: dict[int, float] | None = None,
    arousals_s: Sequence[tuple[float, float]] | None = None,
) -> Course:
    """Give the drawn night; `p_n2` and `scorable` say what differs by epoch from 0 and from 1."""
    hypnogram = from_letters(letters)
    shares = np.zeros((len(letters), 5))
    shares[:, Stage.N1] = 1.0
    for epoch, share in (p_n2 or {}).items():
        shares[epoch, [Stage.N1, Stage.N2]] = 1.0 - share, share
    legs = np.ones(len(letters))
    for epoch, share in (scorable or {}).items():
        legs[epoch] = share
    jerks = None if jerks_s is None else np.array(jerks_s, dtype=np.float64)
    estimates = Hypnogram(stages=hypnogram.stages, probabilities=shares)
    return Course(
        hypnogram=hypnogram,
        descents=find_descents(hypnogram, 0.0, hypnogram.end_s, jerks, DescentParameters()),
        jerks_s=jerks,
        depth=sleep_depth(estimates, DepthParameters()),
        scorable=epoch_steps(legs, epoch_s=30.0),
        arousals_s=None if arousals_s is None else np.array(arousals_s).reshape(-1, 2),
    )


def sample(*courses: Course, rules: DelayParameters = RULES) -> MatchedSample:
    return matched_sample(courses, rules)


# Descents from epoch 1, 8 and 15; N1 for 4 epochs, then N2 (epochs 5, 12, 19).
THREE = "W111122" * 3 + "W"
IN_FIRST = 30.0 + 70.0  # a jerk 70 s after the start of the first descent


class TestControls:
    def test_they_lie_in_other_descents_at_the_same_elapsed_time(self) -> None:
        found = sample(course(THREE, [IN_FIRST]))

        assert found.jerk_times_s.tolist() == [50.0]
        assert found.control_descents.tolist() == [1, 2]
        assert found.control_times_s.tolist() == [50.0, 50.0]

    def test_a_descent_that_is_over_by_then_gives_none(self) -> None:
        found = sample(course("W111122" + "W1122" + "W111122", [IN_FIRST]))

        assert found.control_descents.tolist() == [2]

    def test_a_descent_in_unconfirmed_n2_at_that_time_gives_none(self) -> None:
        found = sample(course("W111122" + "W112122" + "W111122", [IN_FIRST]))

        assert found.control_descents.tolist() == [2]

    def test_at_most_five_are_taken(self) -> None:
        assert len(sample(course("W111122" * 9, [IN_FIRST])).control_jerks) == 5

    def test_the_nearest_in_depth_are_taken_first(self) -> None:
        depths = {7 * k + 2: 0.1 - 0.01 * k for k in range(1, 9)} | {2: 0.0}

        found = sample(course("W111122" * 9, [IN_FIRST], p_n2=depths))

        assert sorted(found.control_descents.tolist()) == [4, 5, 6, 7, 8]

    @pytest.mark.parametrize(("share", "is_alike"), [(0.1, True), (0.11, False)])
    def test_the_depth_before_is_within_a_tenth(self, share: float, *, is_alike: bool) -> None:
        found = sample(course(THREE, [IN_FIRST], p_n2={9: share, 10: share}))

        assert (1 in found.control_descents) is is_alike

    @pytest.mark.parametrize(("before_s", "is_quiet"), [(59.0, False), (61.0, True)])
    def test_no_jerk_lies_in_the_minute_before(self, before_s: float, *, is_quiet: bool) -> None:
        in_second = 240.0 + 70.0 - before_s

        found = sample(course(THREE, [IN_FIRST, in_second]))

        assert (1 in found.control_descents[found.control_jerks == 0]) is is_quiet

    def test_a_jerk_in_the_wake_before_counts_there_too(self) -> None:
        in_wake = 235.0  # 5 s before the second descent; the jerk of the first at 20 s in it

        found = sample(course(THREE, [50.0, in_wake]))

        assert found.control_descents.tolist() == [2]

    def test_a_jerk_after_the_moment_is_no_hindrance(self) -> None:
        in_second = 240.0 + 100.0

        found = sample(course(THREE, [IN_FIRST, in_second]))

        assert 1 in found.control_descents[found.control_jerks == 0]

    def test_the_legs_could_be_scored_in_the_minute_before(self) -> None:
        found = sample(course(THREE, [IN_FIRST], scorable={9: 0.7}))

        assert found.control_descents.tolist() == [2]

    @pytest.mark.parametrize(
        ("onset_s", "is_like"),
        [(-9.0, False), (-0.6, False), (-0.4, True), (1.0, True), (-20.0, True)],
    )
    def test_the_arousal_state_is_alike(self, onset_s: float, *, is_like: bool) -> None:
        arousal = 240.0 + 70.0 + onset_s

        found = sample(course(THREE, [IN_FIRST], arousals_s=[(arousal, arousal + 4.0)]))

        assert (1 in found.control_descents) is is_like

    def test_an_arousal_that_still_lasts_counts(self) -> None:
        arousal = (240.0 + 50.0, 240.0 + 75.0)

        assert 1 not in sample(course(THREE, [IN_FIRST], arousals_s=[arousal])).control_descents

    def test_another_night_serves_where_the_own_has_none(self) -> None:
        alone, other = course("W111122W", [IN_FIRST]), course("WW111122W", [])

        assert sample(alone, other).control_descents.tolist() == [1]

    def test_but_not_beside_controls_of_the_own_night(self) -> None:
        assert sample(course(THREE, [IN_FIRST]), course(THREE, [])).control_descents.max() == 2


class TestJerks:
    def test_those_outside_of_n1_are_not_compared(self) -> None:
        assert sample(course("W112122" * 3, [30.0 + 70.0])).n_jerks == 0

    def test_those_outside_of_descents_are_not_compared(self) -> None:
        assert sample(course("W1122112" * 3, [160.0])).n_jerks == 0

    def test_one_that_follows_another_within_a_minute_is_not_matched(self) -> None:
        found = sample(course(THREE, [IN_FIRST - 20.0, IN_FIRST]))

        assert (found.n_jerks, found.n_matched) == (2, 1)

    def test_unless_that_is_asked_for(self) -> None:
        every = RULES.model_copy(update={"only_first_jerks": False})

        assert sample(course(THREE, [80.0, 100.0]), rules=every).n_matched == 2


class TestEstimate:
    def test_it_is_the_difference_of_the_restricted_means(self) -> None:
        # After the jerk N2 comes in 140 s; after the controls in 50 s.
        night = course("W111111122" + "W111122" * 4, [IN_FIRST])

        delays = delays_s(sample(night), np.ones((1, 5)), RULES)

        assert delays.tolist() == [pytest.approx(140.0 - 50.0)]

    def test_wake_after_a_jerk_is_time_in_which_n2_never_comes(self) -> None:
        night = course("W1111W" + "W111122" * 4, [IN_FIRST])

        assert delays_s(sample(night), np.ones((1, 5)), RULES)[0] == pytest.approx(300.0 - 50.0)

    def test_each_jerk_weighs_alike_however_many_controls_it_has(self) -> None:
        # The jerk at 65 s has four controls, that at 130 s one (the longest descent).
        letters = "W11111122" + "W111111111122" + "W111122" * 3
        night = course(letters, [30.0 + 130.0])
        both = course(letters, [30.0 + 130.0, 300.0 + 65.0])

        alone, two = (delays_s(sample(c), np.ones((1, 5)), RULES)[0] for c in (night, both))

        second = (300.0 - 65.0) - np.mean([180.0 - 65.0, 55.0, 55.0, 55.0])
        assert two == pytest.approx((alone + second) / 2)

    def test_a_descent_drawn_twice_counts_as_two(self) -> None:
        letters = "W111111122" + "W1111122" + "W111122" * 3
        found = sample(course(letters, [IN_FIRST, 300.0 + 30.0 + 70.0]))
        once = delays_s(found, np.ones((1, 5)), RULES)[0]

        first = delays_s(found, np.array([[1.0, 0.0, 1.0, 1.0, 1.0]]), RULES)[0]
        second = delays_s(found, np.array([[0.0, 1.0, 1.0, 1.0, 1.0]]), RULES)[0]

        assert (first, second) == (pytest.approx(90.0), pytest.approx(30.0))
        assert once < first

    def test_joined_samples_are_those_of_both(self) -> None:
        one, two = (sample(course(THREE, [t])) for t in (IN_FIRST, IN_FIRST + 10.0))

        both = joined([one, two])

        assert both.jerk_descents.tolist() == [0, 3]
        assert both.control_descents.tolist() == [1, 2, 4, 5]
        assert both.control_jerks.tolist() == [0, 0, 1, 1]


def one_jerk_in_each(n_jerks: int) -> Course:
    return course("W111122" * 10 + "W", [30.0 + 210.0 * k + 70.0 for k in range(n_jerks)])


class TestTooFew:
    def test_four_matched_jerks_give_no_delay_and_say_why(self) -> None:
        found = matched_delay((one_jerk_in_each(4),), RULES)

        assert (found.delay_s, found.low_s, found.turned_p) == (None, None, None)
        assert "4 of 4 jerks in N1 of a descent could be matched, 5 are needed" in found.reason

    def test_five_give_one(self) -> None:
        found = matched_delay((one_jerk_in_each(5),), RULES)

        assert found.delay_s == pytest.approx(0.0)
        assert (found.reason, found.n_matched) == ("", 5)

    def test_without_a_scorable_leg_that_is_the_reason(self) -> None:
        found = matched_delay((course(THREE, None),), RULES)

        assert found.reason == "jerks could not be looked for: no leg could be scored"
        assert not found.has_jerks_known

    @pytest.mark.parametrize("letters", ["", "?", "WWWW", "2233", "RR", "1", "W33", "MM1W1?1"])
    def test_the_smallest_nights_go_through(self, letters: str) -> None:
        assert matched_delay((course(letters, [1.0, 35.0]),), RULES).delay_s is None


class TestChecks:
    def test_the_same_night_gives_the_same_answer(self) -> None:
        night = one_jerk_in_each(6)

        assert matched_delay((night,), RULES) == matched_delay((night,), RULES)

    def test_turned_trains_stay_in_their_descents(self) -> None:
        person = passages((one_jerk_in_each(6),))

        moved = turned(person, 50, np.random.default_rng(1))

        assert moved.shape == (50, 6)
        assert ((moved >= 0.0) & (moved < 120.0)).all()

    def test_distances_within_a_train_stay(self) -> None:
        person = passages((course("W" + "1" * 9 + "22", [40.0, 100.0]),))

        moved = turned(person, 50, np.random.default_rng(1))

        assert np.allclose(np.diff(moved, axis=1) % 270.0, 60.0)

    def test_as_many_descents_are_drawn_as_there_are(self) -> None:
        counts: NDArray[np.float64] = multiplicities(40, 7, np.random.default_rng(1))

        assert counts.sum(axis=1).tolist() == [7.0] * 40

    def test_the_negative_control_turns_the_jerk_back_by_two_minutes(self) -> None:
        # At 190 s only descents of 300 s are left; at 70 s those of 150 s have N2 80 s away.
        slow, quick = "W" + "1" * 10 + "22", "W" + "1" * 5 + "22"
        letters = (slow + quick) * 5 + slow * 3
        night = course(letters, [30.0 + 630.0 * k + 190.0 for k in range(5)])

        moved = negative_control_s(passages((night,)), RULES)

        assert matched_delay((night,), RULES).delay_s == pytest.approx(0.0)
        assert moved is not None
        assert 0.0 < moved <= 120.0 - 80.0

    def test_exchanged_jerks_and_controls_differ_by_nothing_on_average(self) -> None:
        slow = "W" + "1" * 9 + "22"
        night = course(slow * 6 + "W111122" * 8, [30.0 + 360.0 * k + 70.0 for k in range(6)])
        found = sample(night)

        delays = exchanged_delays_s(found, RULES, np.random.default_rng(1))

        assert delays_s(found, np.ones((1, 14)), RULES)[0] > 50.0
        assert delays.mean() == pytest.approx(0.0, abs=5.0)
        assert len(np.unique(np.round(delays))) > 5

    def test_r_competes_as_wake_does_and_the_end_only_cuts_off(self) -> None:
        person = passages((course("W122W1WW1RW1", []),))

        assert person.endings.tolist() == [Ending.N2, Ending.OTHER, Ending.OTHER, Ending.CUT_OFF]
