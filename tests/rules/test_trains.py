"""Trains and large movements, kind by kind, and which goes first."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import from_letters
from pipeline.legs.bursts import Bursts
from pipeline.legs.trains import (
    PRECEDENCE,
    RULE_SETS,
    Company,
    TrainParameters,
    Trains,
    find_trains,
)
from pipeline.legs.trains import without_sides as unsided

ALMA = EventKind.ALTERNATING_ACTIVATION
TREMOR = EventKind.FOOT_TREMOR
HIGH = EventKind.HIGH_FREQUENCY_LM
RHYTHMIC = EventKind.RHYTHMIC_MOVEMENT
LARGE = EventKind.LARGE_MOVEMENT


def bursts(
    onsets_s: object, duration_s: object = 0.2, peak_uv: float = 40.0, rest_uv: float = 2.0
) -> Bursts:
    onset_s = np.array(onsets_s, dtype=np.float64)
    whole = np.ones(len(onset_s))
    return Bursts(
        onset_s=onset_s,
        offset_s=onset_s + np.asarray(duration_s, dtype=np.float64) * whole,
        peak_uv=peak_uv * whole,
        rms_uv=0.5 * peak_uv * whole,
        area_uv_s=whole,
        rest_uv=rest_uv * whole,
        z=9.0 * whole,
    )


def every(period_s: float, n: int, *, start_s: float = 100.0) -> list[float]:
    return [start_s + i * period_s for i in range(n)]


def trains(
    left: Bursts | None, right: Bursts | None = None, *, stages: str | None = None
) -> Trains:
    hypnogram = None if stages is None else from_letters(stages)
    return find_trains(left, right, hypnogram, TrainParameters())


def kinds(found: Trains) -> dict[EventKind, int]:
    return dict(Counter(event.kind for event in found.events))


class TestHighFrequencyMovements:
    @pytest.mark.parametrize(("n", "found"), [(1, 0), (2, 0), (3, 0), (4, 1), (12, 1)])
    def test_at_least_four(self, n: int, found: int) -> None:
        assert kinds(trains(bursts(every(0.8, n)))).get(HIGH, 0) == found

    @pytest.mark.parametrize(
        ("period_s", "found"), [(0.249, 0), (0.25, 1), (1.0, 1), (3.333, 1), (3.334, 0)]
    )
    def test_0_3_to_4_hz(self, period_s: float, found: int) -> None:
        assert kinds(trains(bursts(every(period_s, 4), 0.05))).get(HIGH, 0) == found

    def test_one_late_movement_makes_two_trains(self) -> None:
        found = trains(bursts(every(1.0, 4) + every(1.0, 5, start_s=107.0)))
        assert [(e.series, e.n_parts) for e in found.events] == [(1, 4), (2, 5)]

    def test_a_burst_cut_in_two_goes_with_the_train_and_does_not_break_it(self) -> None:
        found = trains(bursts([100.0, 101.0, 101.15, 102.0, 103.0], 0.1))
        assert found.left == (HIGH,) * 5
        assert trains(bursts([100.0, 101.0, 101.15, 102.0], 0.1)).events == ()

    def test_each_leg_has_a_train_of_its_own(self) -> None:
        apart = trains(bursts(every(1.0, 4)), bursts(every(1.0, 4, start_s=200.0)))
        assert [(e.kind, e.side) for e in apart.events] == [(HIGH, Side.LEFT), (HIGH, Side.RIGHT)]

    def test_the_event_spans_its_bursts(self) -> None:
        (event,) = trains(bursts(every(1.0, 4))).events
        assert (event.onset_s, event.offset_s) == pytest.approx((100.0, 103.2))
        assert (event.amplitude_uv, event.rest_uv, event.z) == (40.0, 2.0, 9.0)


class TestFootTremor:
    @pytest.mark.parametrize(
        ("duration_s", "kind"), [(0.249, HIGH), (0.25, TREMOR), (1.0, TREMOR), (1.001, HIGH)]
    )
    def test_each_burst_lasts_250_to_1000_ms(self, duration_s: float, kind: EventKind) -> None:
        assert kinds(trains(bursts(every(2.0, 4), duration_s))) == {kind: 1}

    def test_one_burst_of_another_length_leaves_high_frequency_movements(self) -> None:
        found = trains(bursts(every(1.0, 6), [0.5, 0.5, 0.5, 0.1, 0.5, 0.5]))
        assert kinds(found) == {HIGH: 1}

    def test_three_bursts_are_no_tremor(self) -> None:
        assert trains(bursts(every(1.0, 3), 0.5)).events == ()


class TestAlternatingActivation:
    @pytest.mark.parametrize(
        ("period_s", "found"), [(0.333, 0), (0.334, 1), (1.0, 1), (2.0, 1), (2.001, 0)]
    )
    def test_bursts_of_the_two_legs_in_turn_at_0_5_to_3_hz(
        self, period_s: float, found: int
    ) -> None:
        left, right = every(2 * period_s, 2), every(2 * period_s, 2, start_s=100.0 + period_s)
        assert kinds(trains(bursts(left), bursts(right))).get(ALMA, 0) == found

    @pytest.mark.parametrize(("duration_s", "found"), [(0.099, 0), (0.1, 1), (0.5, 1), (0.501, 0)])
    def test_each_burst_lasts_100_to_500_ms(self, duration_s: float, found: int) -> None:
        legs = bursts(every(2.0, 2), duration_s), bursts(every(2.0, 2, start_s=101.0), duration_s)
        assert kinds(trains(*legs)).get(ALMA, 0) == found

    def test_three_are_none(self) -> None:
        assert trains(bursts([100.0, 102.0]), bursts([101.0])).events == ()

    def test_the_same_leg_twice_ends_it(self) -> None:
        assert trains(bursts([100.0, 101.0, 103.0]), bursts([102.0])).events == ()

    def test_a_burst_of_another_length_ends_it(self) -> None:
        left, right = bursts([100.0, 102.0]), bursts([101.0, 103.0], [0.2, 0.2])
        assert kinds(trains(left, right)) == {ALMA: 1}
        twitch = bursts([101.0, 101.5, 103.0], [0.2, 0.05, 0.2])
        assert trains(left, twitch).events == ()

    def test_legs_that_begin_at_the_same_moment_are_not_in_turn(self) -> None:
        left, right = bursts([100.0, 102.0, 103.0]), bursts([101.0, 103.0])
        assert trains(left, right).events == trains(right, left).events == ()

    def test_it_is_one_event_of_both_legs(self) -> None:
        (event,) = trains(bursts([100.0, 102.0]), bursts([101.0, 103.0])).events
        assert (event.side, event.n_parts, event.series) == (Side.BILATERAL, 4, 1)

    def test_it_goes_before_tremor(self) -> None:
        legs = bursts(every(2.0, 5), 0.4), bursts(every(2.0, 5, start_s=101.0), 0.4)
        assert kinds(trains(legs[0])) == {TREMOR: 1}
        assert kinds(trains(*legs)) == {ALMA: 1}


class TestRhythmicMovement:
    @pytest.mark.parametrize(
        ("period_s", "found"), [(0.499, 0), (0.5, 1), (1.0, 1), (2.0, 1), (2.001, 0)]
    )
    def test_both_legs_together_at_0_5_to_2_hz(self, period_s: float, found: int) -> None:
        both = bursts(every(period_s, 4)), bursts(every(period_s, 4, start_s=100.05))
        assert kinds(trains(*both)).get(RHYTHMIC, 0) == found

    @pytest.mark.parametrize(("peak_uv", "found"), [(7.9, 0), (8.0, 1)])
    def test_at_least_twice_the_background(self, peak_uv: float, found: int) -> None:
        legs = bursts(every(1.0, 4)), bursts(every(1.0, 4), peak_uv=peak_uv, rest_uv=4.0)
        assert kinds(trains(*legs)).get(RHYTHMIC, 0) == found

    def test_legs_over_100_ms_apart_are_not_together(self) -> None:
        legs = bursts(every(1.0, 4)), bursts(every(1.0, 4, start_s=100.101))
        assert kinds(trains(*legs)) == {HIGH: 2}

    def test_three_are_none(self) -> None:
        assert trains(bursts(every(1.0, 3)), bursts(every(1.0, 3))).events == ()

    def test_of_two_bursts_near_one_of_the_other_leg_only_the_nearer_is_with_it(self) -> None:
        left = bursts([100.0, 101.0, 102.0, 103.0, 103.09], 0.05)
        right = bursts([100.0, 101.0, 102.0, 103.06], 0.05)
        assert kinds(trains(left, right)) == {HIGH: 2}
        found = trains(bursts([100.0, 101.0, 102.0, 103.0, 103.09], 0.05), bursts(every(1.0, 4)))
        assert kinds(found) == {RHYTHMIC: 1}
        assert found.left == (*(RHYTHMIC,) * 4, None)

    def test_a_burst_of_one_leg_alone_ends_it(self) -> None:
        legs = bursts(every(2.0, 5)), bursts([*every(2.0, 5), 105.0])
        assert RHYTHMIC not in kinds(trains(legs[0], bursts(sorted(legs[1].onset_s.tolist()))))
        assert kinds(trains(legs[0], bursts(every(2.0, 5)))) == {RHYTHMIC: 1}

    def test_it_goes_before_tremor_and_holds_the_bursts_of_both_legs(self) -> None:
        found = trains(bursts(every(1.0, 4), 0.5), bursts(every(1.0, 4), 0.5))
        assert [(e.kind, e.side, e.n_parts) for e in found.events] == [
            (RHYTHMIC, Side.BILATERAL, 8)
        ]


class TestLargeMovement:
    @pytest.mark.parametrize(("length_s", "found"), [(2.999, 0), (3.0, 1), (45.0, 1), (45.001, 0)])
    def test_3_to_45_s_on_both_legs(self, length_s: float, found: int) -> None:
        legs = bursts([100.0], length_s), bursts([100.0], length_s)
        assert kinds(trains(*legs)).get(LARGE, 0) == found

    def test_the_common_time_counts(self) -> None:
        (event,) = trains(bursts([100.0], 9.0), bursts([105.0], 9.0)).events
        assert (event.kind, event.onset_s, event.offset_s) == (LARGE, 105.0, 109.0)
        assert trains(bursts([100.0], 9.0), bursts([107.0], 9.0)).events == ()

    def test_one_leg_alone_is_none(self) -> None:
        assert trains(bursts([100.0], 9.0), bursts([])).events == ()

    def test_a_leg_and_the_chin_make_one(self) -> None:
        chin = np.array([[99.0, 110.0]])
        legs = bursts([100.0], 9.0), bursts([])
        (event,) = find_trains(*legs, None, TrainParameters(), company=Company(chin=chin)).events
        assert (event.kind, event.side, event.offset_s) == (LARGE, Side.LEFT, 109.0)

    def test_the_chin_alone_makes_none_however_it_is_cut(self) -> None:
        chin = np.array([[99.0, 110.0], [100.0, 108.0]])
        legs = bursts([]), bursts([])
        assert find_trains(*legs, None, TrainParameters(), company=Company(chin=chin)).events == ()

    def test_pauses_of_a_tenth_of_a_second_do_not_cut_it(self) -> None:
        legs = bursts([100.0, 102.1], 2.0), bursts([100.0], 5.0)
        assert kinds(trains(*legs)) == {LARGE: 1}
        cut = bursts([100.0, 102.11], 2.0), bursts([100.0], 5.0)
        assert trains(*cut).events == ()

    def test_a_periodic_leg_movement_is_none(self) -> None:
        legs = bursts([100.0], 4.0), bursts([100.0], 4.0)
        periodic = np.array([[100.0, 104.0]])
        assert (
            find_trains(*legs, None, TrainParameters(), company=Company(periodic=periodic)).events
            == ()
        )

    def test_its_bursts_are_in_no_train(self) -> None:
        without_pause = [100.0, 101.0, 102.0, 103.0]
        legs = bursts(without_pause, 0.95), bursts([99.0], 6.0)
        assert kinds(trains(legs[0])) == {TREMOR: 1}
        found = trains(*legs)
        assert kinds(found) == {LARGE: 1}
        assert found.left == (LARGE,) * 4


class TestBookkeeping:
    def test_every_kind_has_a_rule_set_of_its_own(self) -> None:
        assert set(RULE_SETS) == set(PRECEDENCE)
        assert len(set(RULE_SETS.values())) == len(PRECEDENCE)

    def test_a_burst_that_is_taken_ends_a_later_train(self) -> None:
        # Left and right in turn from 102 s on; the two left ones before that are no tremor.
        legs = bursts(every(2.0, 5), 0.4), bursts([105.0, 107.0], 0.4)
        found = trains(*legs)
        assert kinds(found) == {ALMA: 1}
        assert found.left == (None, None, ALMA, ALMA, ALMA)

    def test_a_leg_without_a_lead_has_no_kinds(self) -> None:
        found = trains(None, bursts(every(1.0, 4)))
        assert (found.left, found.right) == ((), (HIGH,) * 4)
        assert [event.side for event in found.events] == [Side.RIGHT]

    def test_no_leads_no_bursts_and_no_events(self) -> None:
        assert trains(None, None).events == ()
        assert trains(bursts([]), bursts([]), stages="22").events == ()

    def test_one_lead_for_both_legs_has_an_unknown_side(self) -> None:
        found = unsided(trains(bursts(every(1.0, 4))))
        assert [event.side for event in found.events] == [Side.UNKNOWN]

    def test_events_come_in_order_of_time(self) -> None:
        found = trains(
            bursts([*every(1.0, 4), *every(1.0, 4, start_s=300.0)], [0.1] * 4 + [0.5] * 4)
        )
        order: list[Event] = sorted(found.events, key=lambda event: event.onset_s)
        assert list(found.events) == order
        assert [event.kind for event in order] == [HIGH, TREMOR]
