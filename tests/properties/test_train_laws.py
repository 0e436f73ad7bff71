"""Trains against slow obvious twins, and laws that any rule must keep."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.events import Event, EventKind, Side
from pipeline.legs.bursts import Bursts
from pipeline.legs.pool import pool
from pipeline.legs.rhythms import (
    AlternationParameters,
    HighFrequencyParameters,
    find_alternations,
    find_high_frequency,
)
from pipeline.legs.trains import TrainParameters, Trains, find_trains

LEGS = (Side.LEFT, Side.RIGHT)
OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BILATERAL: Side.BILATERAL}
quick = settings(max_examples=100, deadline=None)
few = settings(max_examples=40, deadline=None)

burst_steps_ms = st.one_of(
    st.integers(0, 300), st.integers(240, 1_200), st.integers(1_200, 3_500), st.just(60_000)
)
peaks_uv = st.sampled_from([7.0, 9.0, 80.0])
burst_lengths_ms = st.integers(40, 1_100)
drawn_bursts = st.lists(
    st.tuples(burst_steps_ms, burst_lengths_ms, st.sampled_from(LEGS), peaks_uv), max_size=40
)
DrawnBursts = list[tuple[int, int, Side, float]]


def both_legs(drawn: DrawnBursts, shift_s: float = 0.0) -> tuple[Bursts, Bursts]:
    onsets = np.cumsum([step for step, *_ in drawn], dtype=np.int64)
    columns = [(t, n, side, peak) for t, (_, n, side, peak) in zip(onsets, drawn, strict=True)]
    left, right = ([c for c in columns if c[2] is side] for side in LEGS)
    return leg(left, shift_s), leg(right, shift_s)


def leg(columns: list[tuple[int, int, Side, float]], shift_s: float) -> Bursts:
    onset_s = np.array([t for t, *_ in columns], dtype=np.float64) / 1000
    peak_uv = np.array([peak for *_, peak in columns], dtype=np.float64)
    return Bursts(
        onset_s=np.round(onset_s + shift_s, 3),
        offset_s=np.round(onset_s + shift_s + np.array([n for _, n, *_ in columns]) / 1000, 3),
        peak_uv=peak_uv,
        rms_uv=peak_uv / 2,
        area_uv_s=peak_uv / 4,
        rest_uv=np.full(len(columns), 4.0),
        z=peak_uv,
    )


def find(legs: tuple[Bursts, Bursts]) -> Trains:
    return find_trains(*legs, None, TrainParameters())


class TestTrainTwins:
    @quick
    @given(drawn_bursts)
    def test_alternation_is_every_window_of_four_in_turn(self, drawn: DrawnBursts) -> None:
        bursts = pool(*both_legs(drawn))
        is_free = np.ones(len(bursts), dtype=np.bool_)
        found = find_alternations(bursts, is_free, AlternationParameters())
        onset_ms = (bursts.onset_s * 1000).round().astype(int).tolist()
        length_ms = (bursts.duration_s * 1000).round().astype(int).tolist()
        expected = set()
        for i in range(len(bursts) - 3):
            window = range(i, i + 4)
            is_short = all(100 <= length_ms[k] <= 500 for k in window)
            is_in_turn = all(
                bursts.leg[k] != bursts.leg[k + 1]
                and 333.333 <= onset_ms[k + 1] - onset_ms[k] <= 2000
                for k in window[:-1]
            )
            is_at_once = any(
                onset_ms[k] == onset_ms[j] and bursts.leg[k] != bursts.leg[j]
                for k in window
                for j in range(len(bursts))
            )
            expected |= set(window) if is_short and is_in_turn and not is_at_once else set()
        assert {row for train in found for row in train} == expected

    @quick
    @given(st.lists(st.integers(250, 4_500), max_size=30))
    def test_high_frequency_is_every_window_of_four_at_its_rate(self, steps: list[int]) -> None:
        onset_ms = np.cumsum(steps, dtype=np.int64).tolist()
        bursts = pool(leg([(t, 100, Side.LEFT, 9.0) for t in onset_ms], 0.0), None)
        is_free = np.ones(len(bursts), dtype=np.bool_)
        found = find_high_frequency(bursts, is_free, HighFrequencyParameters())
        expected = set()
        for i in range(len(onset_ms) - 3):
            window = range(i, i + 4)
            is_quick = all(onset_ms[k + 1] - onset_ms[k] <= 3333.333 for k in window[:-1])
            expected |= set(window) if is_quick else set()
        assert {row for train in found for row in train} == expected

    @quick
    @given(st.lists(st.integers(5_000, 400_000), max_size=25))
    def test_myoclonus_is_every_window_of_ten_minutes_with_five(self, steps: list[int]) -> None:
        onset_ms = np.cumsum(steps, dtype=np.int64).tolist()
        legs = leg([(t, 100, Side.LEFT, 80.0) for t in onset_ms], 0.0), leg([], 0.0)
        expected = [
            any(
                first <= t < first + 600_000
                and sum(first <= u < first + 600_000 for u in onset_ms) >= 5
                for first in onset_ms
            )
            for t in onset_ms
        ]
        assert [kind is not None for kind in find(legs).left] == expected

    @few
    @given(drawn_bursts)
    def test_large_movements_are_where_both_legs_are_active_millisecond_by_millisecond(
        self, drawn: DrawnBursts
    ) -> None:
        stretched = [(step % 1500, 3 * n, side, peak) for step, n, side, peak in drawn]
        left, right = both_legs(stretched)
        active = [busy_ms(each) for each in (left, right)]
        both = close_pauses(active[0] & active[1])
        starts = [t for t in range(1, len(both)) if both[t] and not both[t - 1]]
        lengths = [next(n for n in range(len(both)) if not both[t + n]) for t in starts]
        expected = [
            (t - 1, n) for t, n in zip(starts, lengths, strict=True) if 3_000 <= n <= 45_000
        ]
        found = [e for e in find((left, right)).events if e.kind is EventKind.LARGE_MOVEMENT]
        got = [(round(1000 * e.onset_s), round(1000 * e.duration_s)) for e in found]
        assert got == expected


def busy_ms(bursts: Bursts) -> NDArray[np.bool_]:
    """Give for each ms, from one before the record on, whether the leg is active."""
    busy = np.zeros(200_000, dtype=np.bool_)
    for onset_s, offset_s in zip(bursts.onset_s, bursts.offset_s, strict=True):
        busy[round(1000 * onset_s) + 1 : round(1000 * offset_s) + 1] = True
    return close_pauses(busy)


def close_pauses(busy: NDArray[np.bool_]) -> NDArray[np.bool_]:
    closed = busy.copy()
    inside = np.flatnonzero(busy)
    for one, following in pairwise(inside.tolist()):
        if following - one - 1 <= 100:
            closed[one:following] = True
    return closed


class TestLawsOfTrains:
    @quick
    @given(drawn_bursts)
    def test_swapped_legs_give_the_same_with_swapped_sides(self, drawn: DrawnBursts) -> None:
        left, right = both_legs(drawn)
        straight, swapped = find((left, right)), find((right, left))
        assert (swapped.left, swapped.right) == (straight.right, straight.left)
        assert sorted(told(e) for e in swapped.events) == sorted(
            told(replace(e, side=OTHER[e.side])) for e in straight.events
        )

    @quick
    @given(drawn_bursts)
    def test_a_night_that_starts_an_epoch_later_gives_the_same_an_epoch_later(
        self, drawn: DrawnBursts
    ) -> None:
        before, after = find(both_legs(drawn)), find(both_legs(drawn, 30.0))
        assert (after.left, after.right) == (before.left, before.right)
        assert [e.onset_s for e in after.events] == pytest.approx(
            [e.onset_s + 30.0 for e in before.events]
        )

    @quick
    @given(drawn_bursts, drawn_bursts)
    def test_two_nights_one_after_the_other_give_what_each_gives(
        self, first: DrawnBursts, second: DrawnBursts
    ) -> None:
        one, two = both_legs(first), both_legs(second, 10_000.0)
        joined = find((joined_legs(one[0], two[0]), joined_legs(one[1], two[1])))
        apart = [find(one), find(two)]
        assert joined.left == apart[0].left + apart[1].left
        assert joined.right == apart[0].right + apart[1].right

    @quick
    @given(drawn_bursts)
    def test_parts_of_the_events_are_the_bursts_that_have_a_kind(self, drawn: DrawnBursts) -> None:
        found = find(both_legs(drawn))
        taken = [kind for kind in (*found.left, *found.right) if kind is not None]
        for kind in EventKind:
            n_parts = sum(e.n_parts or 0 for e in found.events if e.kind is kind)
            assert n_parts == taken.count(kind)

    @quick
    @given(drawn_bursts)
    def test_no_train_has_fewer_than_four_bursts(self, drawn: DrawnBursts) -> None:
        one_by_one = (EventKind.FRAGMENTARY_MYOCLONUS, EventKind.LARGE_MOVEMENT)
        found = find(both_legs(drawn)).events
        assert all((e.n_parts or 0) >= 4 for e in found if e.kind not in one_by_one)


def joined_legs(first: Bursts, second: Bursts) -> Bursts:
    names = ("onset_s", "offset_s", "peak_uv", "rms_uv", "area_uv_s", "rest_uv", "z")
    return Bursts(**{n: np.concatenate((getattr(first, n), getattr(second, n))) for n in names})


def told(event: Event) -> tuple[str, str, float, float, int]:
    return event.kind, event.side, event.onset_s, event.duration_s, event.n_parts or 0
