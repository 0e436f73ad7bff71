"""Each event gets the stage, the arousal, the wake and the descent around it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.arousal_parameters import ArousalParameters
from pipeline.depth import DepthParameters, sleep_depth, with_depth
from pipeline.descents import DescentParameters, find_descents
from pipeline.events import ArousalOrder, Event, EventKind, TaggedEvent
from pipeline.hypnogram import Hypnogram, Stage, from_letters
from pipeline.leg_limits import scorable_per_epoch
from pipeline.tagging import (
    ArousalScoring,
    TaggingParameters,
    arousal_scoring,
    tag,
)

NIGHT = "WW111222"  # sleep from 60 s on, arousals from 70 s on


def jerk(onset_s: float, kind: EventKind = EventKind.SLEEP_START) -> Event:
    return Event(kind=kind, rule_set="test", onset_s=onset_s, duration_s=0.2)


def arousals(hypnogram: Hypnogram, *onsets_s: float) -> ArousalScoring:
    events = [
        Event(kind=EventKind.AROUSAL, rule_set="test", onset_s=x, duration_s=4.0) for x in onsets_s
    ]
    return arousal_scoring(events, hypnogram, ArousalParameters(), source="technician")


def tagged(
    onset_s: float, letters: str = NIGHT, at_s: tuple[float, ...] | None = ()
) -> TaggedEvent:
    hypnogram = from_letters(letters)
    scored = None if at_s is None else arousals(hypnogram, *at_s)
    return tag([jerk(onset_s)], hypnogram, scored, (), TaggingParameters())[0]


class TestStage:
    def test_the_epoch_of_the_onset_decides(self) -> None:
        assert [tagged(x).stage for x in (59.99, 60.0)] == [Stage.W, Stage.N1]

    def test_the_end_may_lie_in_another(self) -> None:
        assert tagged(149.9).stage_at_offset is Stage.N2

    def test_outside_the_hypnogram_nothing_is_known(self) -> None:
        assert tagged(1e6).stage is Stage.UNSCORED

    @pytest.mark.parametrize(
        ("onset_s", "is_ambiguous"),
        [(44.9, False), (45.0, True), (60.0, True), (75.0, True), (75.1, False), (110.0, False)],
    )
    def test_within_15_s_of_a_change_it_is_ambiguous(
        self, onset_s: float, is_ambiguous: bool
    ) -> None:
        assert tagged(onset_s).is_ambiguous is is_ambiguous

    def test_one_stage_all_night_is_never_ambiguous(self) -> None:
        assert not tagged(30.0, "222").is_ambiguous


class TestProbabilities:
    ROWS = np.array([[0.6, 0.4, 0, 0, 0], [0.1, 0.2, 0.3, 0.4, 0.0]])

    def test_they_are_those_of_the_onsets_epoch(self) -> None:
        hypnogram = from_letters("W1", probabilities=self.ROWS)

        found = tag([jerk(31.0)], hypnogram, None, (), TaggingParameters())[0]

        assert found.probabilities == (0.1, 0.2, 0.3, 0.4, 0.0)

    def test_the_automatic_ones_serve_where_the_technician_has_none(self) -> None:
        automatic = from_letters("WW", probabilities=self.ROWS)

        found = tag(
            [jerk(1.0)], from_letters("W1"), None, (), TaggingParameters(), automatic=automatic
        )[0]

        assert found.probabilities == (0.6, 0.4, 0.0, 0.0, 0.0)

    def test_an_epoch_without_an_estimate_has_none(self) -> None:
        hypnogram = from_letters("W", probabilities=np.full((1, 5), np.nan))

        found = tag([jerk(1.0)], hypnogram, None, (), TaggingParameters())[0]

        assert found.probabilities is None


class TestArousalOrder:
    @pytest.mark.parametrize(
        ("latency_s", "order"),
        [
            (-10.5, ArousalOrder.NONE),
            (-10.0, ArousalOrder.AROUSAL_FIRST),
            (-0.75, ArousalOrder.AROUSAL_FIRST),
            (-0.5, ArousalOrder.SIMULTANEOUS),
            (0.0, ArousalOrder.SIMULTANEOUS),
            (0.5, ArousalOrder.SIMULTANEOUS),
            (0.75, ArousalOrder.JERK_FIRST),
            (3.0, ArousalOrder.JERK_FIRST),
            (3.5, ArousalOrder.NONE),
        ],
    )
    def test_the_windows_are_closed_at_their_ends(
        self, latency_s: float, order: ArousalOrder
    ) -> None:
        assert tagged(100.0, at_s=(100.0 + latency_s,)).arousal_order is order

    def test_the_nearest_of_several_decides(self) -> None:
        found = tagged(100.0, at_s=(92.0, 102.0))

        assert (found.arousal_order, found.arousal_latency_s) == (ArousalOrder.JERK_FIRST, 2.0)

    @pytest.mark.parametrize("onset_s", [30.0, 60.0, 69.9])
    def test_in_wake_and_in_the_first_10_s_of_sleep_none_can_be_scored(
        self, onset_s: float
    ) -> None:
        assert tagged(onset_s).arousal_order is ArousalOrder.NOT_SCORABLE

    def test_an_arousal_there_does_not_change_that(self) -> None:
        assert tagged(69.0, at_s=(71.0,)).arousal_order is ArousalOrder.NOT_SCORABLE

    def test_from_the_eleventh_second_on_none_means_none(self) -> None:
        assert tagged(70.0).arousal_order is ArousalOrder.NONE

    def test_without_scored_arousals_nothing_is_said(self) -> None:
        assert tagged(100.0, at_s=None).arousal_order is None

    def test_an_arousal_has_no_order_to_itself(self) -> None:
        hypnogram = from_letters(NIGHT)
        event = jerk(100.0, EventKind.AROUSAL)

        found = tag([event], hypnogram, arousals(hypnogram, 100.0), (), TaggingParameters())

        assert found[0].arousal_order is None


class TestWake:
    def test_wake_that_begins_within_30_s_followed(self) -> None:
        assert tagged(30.0, "11W").is_followed_by_wake is True

    def test_later_wake_did_not(self) -> None:
        assert tagged(29.9, "11W").is_followed_by_wake is False

    def test_outside_sleep_the_question_has_no_answer(self) -> None:
        assert tagged(10.0, "W1W").is_followed_by_wake is None

    @pytest.mark.parametrize("letters", ["11?", "11"])
    def test_what_is_not_staged_is_not_known(self, letters: str) -> None:
        assert tagged(45.0, letters).is_followed_by_wake is None


class TestDescent:
    def test_its_number_and_the_time_since_its_start(self) -> None:
        hypnogram = from_letters("W1W111")
        found = find_descents(hypnogram, 0.0, 180.0, np.empty(0), DescentParameters())

        events = [jerk(10.0), jerk(31.0), jerk(100.0)]
        rows = tag(events, hypnogram, None, found, TaggingParameters())

        assert [(t.descent, t.since_descent_s) for t in rows] == [(None, None), (1, 1.0), (2, 10.0)]

    def test_what_became_of_it_and_when(self) -> None:
        hypnogram = from_letters("W1W111221")
        found = find_descents(hypnogram, 0.0, 270.0, np.empty(0), DescentParameters())

        events = [jerk(10.0), jerk(31.0), jerk(100.0)]
        rows = tag(events, hypnogram, None, found, TaggingParameters())

        assert [(t.descent_outcome, t.to_outcome_s, t.to_n2_s) for t in rows] == [
            (None, None, None),
            ("wake", 29.0, None),
            ("n2", 80.0, 80.0),
        ]


class TestLighter:
    @pytest.mark.parametrize(
        ("letters", "is_lighter"),
        [
            ("1W", True), ("12", False), ("1R", False), ("21", True), ("2W", True), ("23", False),
            ("32", True), ("31", True), ("3R", False), ("R1", True), ("RW", True), ("R2", False),
        ],
    )  # fmt: skip
    def test_a_lighter_epoch_within_30_s_followed(self, letters: str, is_lighter: bool) -> None:
        assert tagged(10.0, letters).is_followed_by_lighter is is_lighter

    def test_in_wake_nothing_is_lighter(self) -> None:
        assert tagged(10.0, "W1").is_followed_by_lighter is None

    @pytest.mark.parametrize("letters", ["2?", "2"])
    def test_what_is_not_staged_is_not_known(self, letters: str) -> None:
        assert tagged(10.0, letters).is_followed_by_lighter is None


class TestDepth:
    def test_before_after_and_the_drop(self) -> None:
        shares = np.array([[0.2, 0, 0.6, 0.2, 0], [0.7, 0, 0.3, 0, 0]])
        night = Hypnogram(stages=np.array([2, 0], np.int8), probabilities=shares)
        rows = tag([jerk(32.5), jerk(3.0)], night, None, (), TaggingParameters())

        deep, early = with_depth(rows, sleep_depth(night, DepthParameters()))

        assert deep.depth_before == pytest.approx(1.0)
        assert deep.depth_after == pytest.approx(0.3)
        assert deep.depth_drop == pytest.approx(0.7)
        assert (early.depth_before, early.depth_drop) == (None, None)


class TestScorablePerEpoch:
    def test_what_is_unscorable_is_missing_from_its_epochs(self) -> None:
        unscorable = np.array([[25.0, 40.0], [35.0, 45.0], [95.0, 500.0]])

        found = scorable_per_epoch(from_letters("W111"), unscorable)

        assert found.tolist() == [25.0, 15.0, 30.0, 5.0]

    def test_a_clean_leg_is_scorable_throughout(self) -> None:
        assert scorable_per_epoch(from_letters("W1"), np.empty((0, 2))).tolist() == [30.0, 30.0]

    def test_epochs_need_not_begin_with_the_record(self) -> None:
        hypnogram = from_letters("W1", offset_s=10.0)

        found = scorable_per_epoch(hypnogram, np.array([[0.0, 20.0], [60.0, 62.0]]))

        assert found.tolist() == [20.0, 28.0]

    def test_a_night_without_epochs_is_no_trouble(self) -> None:
        assert len(scorable_per_epoch(from_letters(""), np.array([[0.0, 20.0]]))) == 0
