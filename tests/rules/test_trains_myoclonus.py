"""Fragmentary myoclonus, its excessive form, and the lone burst that it must not swallow."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pipeline.events import EventKind, Side
from pipeline.hypnogram import from_letters
from pipeline.legs.bursts import Bursts
from pipeline.legs.trains import TrainParameters, Trains, find_trains

HIGH = EventKind.HIGH_FREQUENCY_LM
MYOCLONUS = EventKind.FRAGMENTARY_MYOCLONUS


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


class TestFragmentaryMyoclonus:
    @staticmethod
    def twitches(n: int, *, duration_s: float = 0.1, peak_uv: float = 80.0) -> Bursts:
        return bursts(every(90.0, n), duration_s, peak_uv)

    @pytest.mark.parametrize(
        ("duration_s", "found"), [(0.074, 0), (0.075, 7), (0.15, 7), (0.151, 0)]
    )
    def test_75_to_150_ms(self, duration_s: float, found: int) -> None:
        legs = self.twitches(7, duration_s=duration_s), bursts([])
        assert kinds(trains(*legs)).get(MYOCLONUS, 0) == found

    @pytest.mark.parametrize(("other_s", "found"), [(0.059, 0), (0.06, 1), (0.165, 1), (0.166, 0)])
    def test_one_of_nearly_that_length_goes_with_those_around_it(
        self, other_s: float, found: int
    ) -> None:
        legs = bursts(every(90.0, 6), [0.1, 0.1, 0.1, other_s, 0.1, 0.1], 80.0), bursts([])
        assert kinds(trains(*legs)).get(MYOCLONUS, 0) == 5 + found

    def test_those_of_nearly_that_length_do_not_make_it_recur(self) -> None:
        legs = bursts(every(90.0, 6), [0.1, 0.1, 0.1, 0.155, 0.1, 0.155], 80.0), bursts([])
        assert trains(*legs).events == ()

    @pytest.mark.parametrize(("peak_uv", "found"), [(50.0, 0), (50.1, 7)])
    def test_over_50_uv(self, peak_uv: float, found: int) -> None:
        legs = self.twitches(7, peak_uv=peak_uv), bursts([])
        assert kinds(trains(*legs)).get(MYOCLONUS, 0) == found

    @pytest.mark.parametrize(("apart_s", "found"), [(0.0, 0), (0.1, 0), (0.101, 14)])
    def test_the_legs_are_not_in_step(self, apart_s: float, found: int) -> None:
        other = bursts(every(90.0, 7, start_s=100.0 + apart_s), 0.1, 80.0)
        assert kinds(trains(self.twitches(7), other)).get(MYOCLONUS, 0) == found

    def test_one_event_a_burst_without_a_number(self) -> None:
        found = trains(self.twitches(5), bursts([]))
        assert [(e.n_parts, e.series, e.side) for e in found.events] == [(1, None, Side.LEFT)] * 5

    def test_it_has_no_rhythm(self) -> None:
        found = trains(bursts(every(1.0, 8), 0.1, 80.0), bursts([]))
        assert kinds(found) == {HIGH: 1}


class TestOneBurstAlone:
    """A sleep start must not be taken for a train or for myoclonus."""

    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_up_to_three_in_a_row_are_no_train(self, n: int) -> None:
        both = bursts(every(0.6, n), 0.15, 120.0)
        assert trains(both, both).events == ()

    def test_on_both_legs_at_once_it_is_no_myoclonus_however_often(self) -> None:
        found = trains(
            bursts(every(60.0, 20), 0.1, 120.0), bursts(every(60.0, 20, start_s=100.09), 0.1, 60.0)
        )
        assert found.events == ()

    @pytest.mark.parametrize(("n", "found"), [(1, 0), (4, 0), (5, 5)])
    def test_on_one_leg_it_is_myoclonus_only_when_it_recurs(self, n: int, found: int) -> None:
        assert len(trains(bursts(every(100.0, n), 0.1, 120.0), bursts([])).events) == found

    def test_five_in_over_ten_minutes_do_not_recur(self) -> None:
        assert trains(bursts(every(150.0, 9), 0.1, 120.0), bursts([])).events == ()

    def test_ten_minutes_to_the_furthest_of_five_are_too_many(self) -> None:
        onsets = [0.0, 0.5, 200.0, 300.0, 400.0, 500.0, 600.0, 799.5, 800.0]
        lengths = [0.16] * 2 + [0.1] * 5 + [0.16] * 2
        found = trains(bursts(onsets, lengths, 120.0), bursts([]))
        assert found.left == (None, *(MYOCLONUS,) * 7, None)

    def test_bursts_of_both_legs_together_make_it_recur(self) -> None:
        legs = bursts([100.0, 300.0, 500.0], 0.1, 120.0), bursts([200.0, 400.0], 0.1, 120.0)
        assert kinds(trains(*legs)) == {MYOCLONUS: 5}

    def test_a_lone_burst_an_hour_later_stays_alone(self) -> None:
        found = trains(bursts([*every(60.0, 6), 4000.0], 0.1, 120.0), bursts([]))
        assert found.left == (*(MYOCLONUS,) * 6, None)


class TestExcessiveMyoclonus:
    @staticmethod
    def a_minute(minute: int, n: int) -> list[float]:
        return [60.0 * minute + 11.0 * i + 1.0 for i in range(n)]

    def night(self, minutes: int, per_minute: int, stages: str) -> Trains:
        onsets = [x for minute in range(minutes) for x in self.a_minute(minute, per_minute)]
        return trains(bursts(onsets, 0.1, 80.0), bursts([]), stages=stages)

    @pytest.mark.parametrize(
        ("minutes", "per_minute", "is_excessive", "found_min"),
        [(20, 5, True, 20.0), (19, 5, False, 19.0), (30, 4, False, 0.0)],
    )
    def test_five_a_minute_for_20_minutes(
        self, minutes: int, per_minute: int, is_excessive: bool, found_min: float
    ) -> None:
        excess = self.night(minutes, per_minute, "2" * 80).excessive_myoclonus
        assert excess is not None
        assert (excess.is_excessive, excess.minutes) == (is_excessive, found_min)

    @pytest.mark.parametrize(
        ("duration_s", "found_min"), [(0.05, 30.0), (0.15, 30.0), (0.151, 0.0)]
    )
    def test_bursts_of_up_to_150_ms_count(self, duration_s: float, found_min: float) -> None:
        onsets = [x for minute in range(30) for x in self.a_minute(minute, 5)]
        legs = bursts(onsets, duration_s, 80.0), bursts([])
        excess = trains(*legs, stages="2" * 60).excessive_myoclonus
        assert excess is not None
        assert excess.minutes == found_min

    @pytest.mark.parametrize("letter", ["W", "R", "?"])
    def test_only_nrem_counts(self, letter: str) -> None:
        excess = self.night(30, 5, letter * 60).excessive_myoclonus
        assert excess is not None
        assert not excess.is_excessive

    def test_the_minutes_need_not_be_unbroken(self) -> None:
        excess = self.night(30, 5, "22" * 10 + "WW" * 10 + "33" * 10).excessive_myoclonus
        assert excess is not None
        assert excess.intervals.tolist() == [[0.0, 600.0], [1200.0, 1800.0]]
        assert excess.is_excessive

    def test_bursts_of_a_train_do_not_count(self) -> None:
        onsets = [60.0 * minute + 1.0 * i for minute in range(30) for i in range(6)]
        legs = bursts(onsets, 0.1, 80.0), bursts([])
        excess = trains(*legs, stages="2" * 60).excessive_myoclonus
        assert excess is not None
        assert excess.minutes == 0.0

    def test_half_a_minute_of_nrem_is_left_out(self) -> None:
        excess = self.night(30, 5, "2W" * 30).excessive_myoclonus
        assert excess is not None
        assert excess.minutes == 0.0

    def test_without_a_hypnogram_nobody_knows(self) -> None:
        assert trains(bursts(every(9.0, 99), 0.1, 80.0)).excessive_myoclonus is None
