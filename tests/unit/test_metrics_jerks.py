"""Jerks, arousals and descents of drawn nights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest

from pipeline.confidence import poisson_interval
from pipeline.delay import DelayParameters
from pipeline.descents import DescentParameters, find_descents
from pipeline.drawn_hypnograms import DrawParameters, draw
from pipeline.events import ArousalOrder, Event, EventKind, Status, TaggedEvent
from pipeline.hypnogram import Hypnogram, Stage, from_letters
from pipeline.metrics import Metric, MetricInputs, MetricParameters, measure

NIGHT = "WWWW" + "1" * 8 + "2222RRRR"  # N1 from 120 to 360 s


def jerk(
    onset_s: float,
    hypnogram: Hypnogram,
    grade: str = "A",
    *,
    status: Status = Status.ACCEPTED,
    order: ArousalOrder | None = ArousalOrder.NONE,
    is_followed_by_wake: bool | None = False,
    kind: EventKind = EventKind.SLEEP_START,
) -> TaggedEvent:
    row = hypnogram.probabilities_at(onset_s)
    w, n1, n2, n3, r = row if row is not None else np.zeros(5)
    return TaggedEvent(
        event=Event(
            kind=kind,
            rule_set="test",
            onset_s=onset_s,
            duration_s=0.2,
            grade=grade,
            status=status,
        ),
        stage=hypnogram.stage_at(onset_s),
        stage_at_offset=hypnogram.stage_at(onset_s),
        probabilities=None if row is None else (w, n1, n2, n3, r),
        arousal_order=order,
        is_followed_by_wake=is_followed_by_wake,
    )


def measured(
    hypnogram: Hypnogram,
    events: tuple[TaggedEvent, ...],
    scorable_s: Mapping[str, NDArray[np.float64]] | None = None,
    *,
    lights_off_s: float = 0.0,
    has_arousals: bool = True,
    automatic: Hypnogram | None = None,
) -> dict[str, Metric]:
    legs = {"leg_left": np.full(len(hypnogram), 30.0)} if scorable_s is None else scorable_s
    starts = [t.event.onset_s for t in events if t.event.kind is EventKind.SLEEP_START]
    jerks_s = np.array(starts) if legs else None
    rules = DescentParameters()
    estimates = automatic or hypnogram
    inputs = MetricInputs(
        hypnogram=hypnogram,
        lights_off_s=lights_off_s,
        lights_on_s=hypnogram.end_s,
        events=events,
        descents=find_descents(hypnogram, lights_off_s, hypnogram.end_s, jerks_s, rules),
        scorable_s=legs,
        no_legs_reason="the left leg is flat",
        has_arousals=has_arousals,
        automatic=automatic,
        drawn=None if estimates.probabilities is None else draw(estimates, DrawParameters()),
    )
    return {m.name: m for m in measure(inputs, MetricParameters(), DelayParameters())}


H = from_letters(NIGHT)


class TestCounts:
    def test_grades_a_and_b_lead_and_c_counts_apart(self) -> None:
        events = tuple(jerk(130.0 + i, H, grade) for i, grade in enumerate("ABBC"))

        found = measured(H, events)

        assert (found["jerks_n1"].value, found["jerks_all_grades_n1"].value) == (3, 4)

    def test_rejected_candidates_count_nowhere(self) -> None:
        found = measured(H, (jerk(130.0, H, status=Status.REJECTED),))

        assert found["jerks_all_grades"].value == 0

    def test_those_before_lights_off_do_not_count(self) -> None:
        found = measured(H, (jerk(130.0, H), jerk(200.0, H)), lights_off_s=150.0)

        assert found["jerks"].value == 1

    def test_the_rate_has_the_exact_poisson_interval(self) -> None:
        found = measured(H, (jerk(130.0, H), jerk(200.0, H)))["jerks_n1_per_h"]

        low, high = poisson_interval(2)
        assert found.value == pytest.approx(2 / (240 / 3600))
        assert (found.low, found.high) == pytest.approx((low * 15, high * 15))

    def test_no_jerk_in_scorable_n1_is_a_true_zero(self) -> None:
        found = measured(H, ())["jerks_n1_per_h"]

        assert (found.value, found.low) == (0.0, 0.0)
        assert found.high == pytest.approx(3.6889 * 15, abs=0.01)

    def test_unscorable_time_leaves_the_denominator(self) -> None:
        half = np.full(len(H), 15.0)

        found = measured(H, (jerk(130.0, H),), {"leg_left": half})

        assert found["jerks_n1_per_h"].value == pytest.approx(30.0)

    def test_one_scorable_leg_is_enough(self) -> None:
        left, right = np.full(len(H), 30.0), np.zeros(len(H))

        found = measured(H, (jerk(130.0, H),), {"leg_left": left, "leg_right": right})

        assert found["jerks_n1_per_h"].value == pytest.approx(15.0)
        assert found["scorable_leg_right_n1_min"].value == 0.0
        assert found["scorable_any_leg_n1_min"].value == 4.0

    def test_a_jerk_in_an_unscored_epoch_enters_no_rate(self) -> None:
        hypnogram = from_letters("1?")

        found = measured(hypnogram, (jerk(10.0, hypnogram), jerk(40.0, hypnogram)))

        assert (found["jerks"].value, found["jerks_unscored"].value) == (1, 1)
        assert found["jerks_per_h"].value == pytest.approx(120.0)

    def test_the_share_in_n1_has_wilsons_interval(self) -> None:
        found = measured(H, (jerk(10.0, H), jerk(130.0, H), jerk(200.0, H), jerk(400.0, H)))

        oracle = binomtest(2, 4).proportion_ci(0.95, method="wilson")
        share = found["jerks_n1_percent"]
        assert share.value == 50.0
        assert (share.low, share.high) == pytest.approx((100 * oracle.low, 100 * oracle.high))


class TestExpected:
    P = np.tile([0.1, 0.5, 0.4, 0.0, 0.0], (len(NIGHT), 1))

    def test_it_is_the_sum_of_the_probabilities_of_n1(self) -> None:
        hypnogram = from_letters(NIGHT, probabilities=self.P)
        events = tuple(jerk(x, hypnogram) for x in (10.0, 130.0, 400.0))

        found = measured(hypnogram, events)

        assert found["jerks_n1_expected"].value == pytest.approx(1.5)
        assert (found["jerks_n1_expected"].low, found["jerks_n1_expected"].high) == (0.0, 3.0)

    def test_its_rate_weights_the_time_too(self) -> None:
        hypnogram = from_letters(NIGHT, probabilities=self.P)

        found = measured(hypnogram, (jerk(130.0, hypnogram),))["jerks_n1_expected_per_h"]

        assert found.value == pytest.approx(0.5 / (0.5 * 600 / 3600))

    def test_the_automatic_hypnogram_may_begin_elsewhere(self) -> None:
        automatic = from_letters("1", probabilities=self.P[:1], offset_s=120.0)
        events = (jerk(130.0, automatic),)

        legs = {"leg_left": np.where(H.onsets_s < 60.0, 0.0, 15.0)}

        found = measured(H, events, legs, automatic=automatic)["jerks_n1_expected_per_h"]

        assert found.value == pytest.approx(240.0)

    def test_jerks_of_one_epoch_share_its_doubt(self) -> None:
        hypnogram = from_letters(NIGHT, probabilities=self.P)

        found = measured(hypnogram, (jerk(130.0, hypnogram), jerk(131.0, hypnogram)))

        assert (found["jerks_n1_expected"].low, found["jerks_n1_expected"].high) == (0.0, 2.0)

    def test_without_probabilities_it_is_absent(self) -> None:
        found = measured(H, (jerk(130.0, H),))["jerks_n1_expected"]

        assert (found.value, found.reason) == (None, "no stage probabilities were estimated")

    def test_one_jerk_without_them_makes_it_absent(self) -> None:
        p = self.P.copy()
        p[0] = np.nan
        hypnogram = from_letters(NIGHT, probabilities=p)
        known, unknown = jerk(130.0, hypnogram), jerk(130.0, H)

        found = measured(hypnogram, (known, unknown))["jerks_n1_expected"]

        assert found.value is None
        assert found.reason == "the stage probabilities are not known at 1 of 2 jerks"


class TestSequels:
    ORDERS = (
        ArousalOrder.AROUSAL_FIRST,
        ArousalOrder.SIMULTANEOUS,
        ArousalOrder.JERK_FIRST,
        ArousalOrder.NONE,
        ArousalOrder.NOT_SCORABLE,
    )

    def found(self, *, has_arousals: bool = True) -> dict[str, Metric]:
        events = tuple(jerk(130.0 + i, H, order=order) for i, order in enumerate(self.ORDERS))
        return measured(H, events, has_arousals=has_arousals)

    @pytest.mark.parametrize("order", ["arousal_first", "simultaneous", "jerk_first", "none"])
    def test_each_class_is_a_share_of_the_scorable_jerks(self, order: str) -> None:
        share = self.found()[f"jerks_n1_{order}_percent"]

        oracle = binomtest(1, 4).proportion_ci(0.95, method="wilson")
        assert share.value == 25.0
        assert (share.low, share.high) == pytest.approx((100 * oracle.low, 100 * oracle.high))

    def test_an_arousal_with_or_after_the_jerk_followed_one_before_did_not(self) -> None:
        assert self.found()["jerks_n1_followed_percent"].value == 50.0

    def test_wake_followed_too(self) -> None:
        events = (
            jerk(130.0, H, order=ArousalOrder.AROUSAL_FIRST, is_followed_by_wake=True),
            jerk(140.0, H),
        )

        found = measured(H, events)

        assert found["jerks_n1_followed_percent"].value == 50.0
        assert found["jerks_n1_followed_by_wake_percent"].value == 50.0

    def test_what_is_not_scorable_is_counted_by_itself(self) -> None:
        assert self.found()["jerks_n1_arousal_not_scorable"].value == 1

    def test_without_scored_arousals_only_wake_can_be_told(self) -> None:
        found = self.found(has_arousals=False)

        assert found["jerks_n1_followed_percent"].value is None
        assert found["jerks_n1_followed_by_wake_percent"].value == 0.0

    def test_without_a_jerk_there_is_no_share(self) -> None:
        share = measured(H, ())["jerks_n1_followed_percent"]

        assert (share.value, share.reason) == (None, "no jerk of grade A or B in N1")

    def test_jerks_that_cannot_be_judged_are_no_zero(self) -> None:
        events = (jerk(121.0, H, order=ArousalOrder.NOT_SCORABLE),)

        share = measured(H, events)["jerks_n1_jerk_first_percent"]

        assert share.reason == "none of the jerks in N1 can be judged by this rule"


class TestAbsent:
    @pytest.mark.parametrize(
        "name",
        [
            "jerks_n1",
            "jerks_n1_per_h",
            "jerks",
            "jerks_unscored",
            "jerks_n1_percent",
            "jerks_n1_expected",
            "jerks_n1_followed_percent",
            "scorable_any_leg_n1_min",
            "descents_with_jerks",
            "descents_aborted_by_jerk",
            "descents_with_jerks_to_n2",
            "plms_aasm_v3_per_h",
        ],
    )
    @pytest.mark.parametrize("legs", [{}, {"leg_left": np.zeros(len(NIGHT))}])
    def test_without_a_scorable_leg_nothing_of_the_legs_is_zero(
        self, name: str, legs: dict[str, NDArray[np.float64]]
    ) -> None:
        metric = measured(H, (), legs)[name]

        assert (metric.value, metric.reason) == (None, "the left leg is flat")

    def test_a_night_without_n1_has_no_jerks_in_n1(self) -> None:
        metric = measured(from_letters("WW22"), ())["jerks_n1"]

        assert (metric.value, metric.reason) == (None, "no N1 between lights off and lights on")

    def test_n1_without_a_scorable_leg_is_told_apart_from_no_n1(self) -> None:
        legs = {"leg_left": np.where(H.stages == Stage.N1, 0.0, 30.0)}

        metric = measured(H, (), legs)["jerks_n1_per_h"]

        assert (metric.value, metric.reason) == (None, "no leg could be scored in N1")


class TestDescents:
    def test_they_are_counted_by_outcome(self) -> None:
        found = measured(from_letters("W1W122W1RW1"), ())

        names = ("descents", "descents_n2", "descents_wake", "descents_r", "descents_end")
        assert [found[n].value for n in names] == [4, 1, 1, 1, 1]

    def test_latencies_stand_apart_for_descents_with_and_without_jerks(self) -> None:
        hypnogram = from_letters("W1112W1122W122")
        found = measured(hypnogram, (jerk(185.0, hypnogram),))

        assert found["descents_with_jerks"].value == 1
        assert found["descents_with_jerks_to_n2_median_min"].value == 1.0
        assert found["descents_without_jerks_to_n2_median_min"].value == 0.5
        assert found["descents_without_jerks_to_n2"].value == 1

    def test_the_definition_says_that_the_difference_is_biased(self) -> None:
        found = measured(H, ())["descents_with_jerks_to_n2_median_min"]

        assert "biased" in found.definition

    def test_a_jerk_before_wake_is_counted_as_aborting(self) -> None:
        hypnogram = from_letters("W11W")

        assert measured(hypnogram, (jerk(80.0, hypnogram),))["descents_aborted_by_jerk"].value == 1


class TestArousals:
    def test_the_index_is_per_hour_of_sleep_with_its_interval(self) -> None:
        events = tuple(jerk(x, H, kind=EventKind.AROUSAL) for x in (140.0, 200.0, 400.0))

        found = measured(H, events)

        assert found["arousals"].value == 3
        assert found["arousals_per_h"].value == pytest.approx(3 / (480 / 3600))
        assert found["arousals_n1_per_h"].value == pytest.approx(2 / (240 / 3600))
        assert found["arousals_n1_per_h"].low == pytest.approx(poisson_interval(2)[0] * 15)

    def test_a_stage_that_never_came_has_no_index(self) -> None:
        assert measured(H, ())["arousals_n3_per_h"].value is None
