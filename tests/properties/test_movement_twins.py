"""The rules on leg movements against slow obvious twins that compute in milliseconds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.events import Side
from pipeline.hypnogram import SLEEP, Hypnogram, from_letters
from pipeline.legs.aasm import AasmParameters, score_aasm
from pipeline.legs.movement import Movement
from pipeline.legs.scored import ScoredMovement
from pipeline.legs.wasm import WasmParameters, score_wasm

LEGS = (Side.LEFT, Side.RIGHT)

# Times are whole milliseconds, so that the twins can compute with integers.
steps_ms = st.one_of(
    st.integers(0, 700), st.integers(4_800, 5_200), st.integers(9_000, 30_000), st.just(90_000),
    st.integers(89_000, 92_000), st.sampled_from([500, 5_000, 10_000]),
)  # fmt: skip
lengths_ms = st.one_of(st.integers(300, 4_000), st.sampled_from([500, 10_000, 10_001, 14_000]))
drawn_movements = st.lists(st.tuples(steps_ms, lengths_ms, st.sampled_from(LEGS)), max_size=25)
drawn_events = st.lists(st.tuples(st.integers(0, 400_000), st.integers(10, 30_000)), max_size=6)
drawn_stages = st.text("WW1223R", min_size=20, max_size=20)
quick = settings(max_examples=100, deadline=None)


def lay_out(drawn: list[tuple[int, int, Side]]) -> list[tuple[int, int, Side]]:
    """Give onset, offset and side in ms, the first number of each being the step to it."""
    onsets = np.cumsum([step for step, _, _ in drawn], dtype=np.int64).tolist()
    return [(t, t + n, side) for t, (_, n, side) in zip(onsets, drawn, strict=True)]


def as_movements(spans: list[tuple[int, int, Side]]) -> list[Movement]:
    return [Movement(onset_s=a / 1000, offset_s=b / 1000, side=side) for a, b, side in spans]


def as_seconds(events: list[tuple[int, int]]) -> NDArray[np.float64]:
    return np.array([(a / 1000, (a + n) / 1000) for a, n in events]).reshape(-1, 2)


def wasm(
    movements: list[Movement],
    hypnogram: Hypnogram,
    respiratory: NDArray[np.float64],
    arousals: NDArray[np.float64],
) -> tuple[ScoredMovement, ...]:
    return score_wasm(movements, hypnogram, respiratory, arousals, WasmParameters())


def aasm(
    movements: list[Movement],
    hypnogram: Hypnogram,
    respiratory: NDArray[np.float64],
    arousals: NDArray[np.float64],
) -> tuple[ScoredMovement, ...]:
    return score_aasm(movements, hypnogram, respiratory, arousals, AasmParameters())


Span = tuple[int, int, Side]
IsOne = Callable[[Span, Span], bool]


def fuse_while_any(groups: list[list[Span]], is_one: IsOne) -> list[list[Span]]:
    """Fuse two groups at a time, until no two are one."""
    for i in range(len(groups)):
        for j in range(i + 1, len(groups)):
            if is_one(hull(groups[i]), hull(groups[j])):
                rest = [g for k, g in enumerate(groups) if k not in (i, j)]
                return fuse_while_any([*rest, groups[i] + groups[j]], is_one)
    return sorted((sorted(group) for group in groups), key=hull)


def hull(group: list[Span]) -> Span:
    return min(a for a, _, _ in group), max(b for _, b, _ in group), group[0][2]


def gap_ms(one: Span, other: Span) -> int:
    return max(one[0], other[0]) - min(one[1], other[1])


def naive_lms(spans: list[Span]) -> list[Span]:
    one_leg = fuse_while_any(
        [[span] for span in spans], lambda a, b: a[2] == b[2] and gap_ms(a, b) < 500
    )
    return [hull(group) for group in one_leg if hull(group)[1] - hull(group)[0] >= 500]


def naive_wasm_groups(spans: list[Span]) -> list[list[Span]]:
    return fuse_while_any([[lm] for lm in naive_lms(spans)], lambda a, b: gap_ms(a, b) < 500)


def naive_is_clm(group: list[Span]) -> bool:
    if any(b - a > 10_000 for a, b, _ in group) or len(group) > 4:
        return False
    start, stop, _ = hull(group)
    return len(group) == 1 or stop - start <= 15_000


def naive_wasm_plm(onsets: list[int], is_clm: list[bool]) -> list[bool]:
    """Look for each movement how far a series reaches to either side."""

    def is_linked(i: int) -> bool:
        if not (0 <= i < len(onsets) - 1 and is_clm[i] and is_clm[i + 1]):
            return False
        return 10_000 <= onsets[i + 1] - onsets[i] <= 90_000

    answers = []
    for i in range(len(onsets)):
        first, last = i, i
        while is_linked(first - 1):
            first -= 1
        while is_linked(last):
            last += 1
        answers.append(last - first + 1 >= 4)
    return answers


def naive_aasm_groups(spans: list[Span]) -> list[list[Span]]:
    lms = naive_lms(spans)
    groups = [[lm] for lm in lms if lm[1] - lm[0] > 10_000]
    waiting = sorted(lm for lm in lms if lm[1] - lm[0] <= 10_000)
    while waiting:
        near = [lm for lm in waiting if lm[0] - waiting[0][0] < 5_000]
        group = near if len({side for _, _, side in near}) == 2 else waiting[:1]
        groups.append(group)
        waiting = [lm for lm in waiting if lm not in group]
    return sorted(groups, key=lambda group: group[0][0])


def naive_aasm_plm(onsets: list[int]) -> list[bool]:
    """Throw away what is too early after the one before, then cut where it is too late."""
    kept = list(range(len(onsets)))
    place = 1
    while place < len(kept):
        if onsets[kept[place]] - onsets[kept[place - 1]] < 5_000:
            del kept[place]
        else:
            place += 1
    runs: list[list[int]] = [[]]
    for i in kept:
        is_late = bool(runs[-1]) and onsets[i] - onsets[runs[-1][-1]] > 90_000
        runs = [*runs, [i]] if is_late else [*runs[:-1], [*runs[-1], i]]
    periodic = {i for run in runs if len(run) >= 4 for i in run}
    return [i in periodic for i in range(len(onsets))]


class TestWasmTwin:
    @quick
    @given(drawn_movements)
    def test_legs_are_combined_as_by_fusing_two_at_a_time(
        self, drawn: list[tuple[int, int, Side]]
    ) -> None:
        spans = lay_out(drawn)
        scored = wasm(as_movements(spans), from_letters(""), np.empty((0, 2)), np.empty((0, 2)))
        assert [(m.onset_s, m.offset_s, m.n_parts, m.is_clm) for m in scored] == [
            (hull(g)[0] / 1000, hull(g)[1] / 1000, len(g), naive_is_clm(g))
            for g in naive_wasm_groups(spans)
        ]

    @quick
    @given(drawn_movements, drawn_events)
    def test_series_are_those_of_the_naive_search(
        self, drawn: list[tuple[int, int, Side]], events: list[tuple[int, int]]
    ) -> None:
        spans = lay_out(drawn)
        respiratory = as_seconds(events)
        scored = wasm(as_movements(spans), from_letters(""), respiratory, np.empty((0, 2)))
        groups = naive_wasm_groups(spans)
        onsets, is_clm = [hull(g)[0] for g in groups], [naive_is_clm(g) for g in groups]
        assert [m.is_plm for m in scored] == naive_wasm_plm(onsets, is_clm)
        ends = [start + length for start, length in events]
        is_near = [
            any(a <= end + 10_250 and b >= end - 2_000 for end in ends)
            for a, b, _ in map(hull, groups)
        ]
        kept = [i for i in range(len(groups)) if not (is_near[i] and is_clm[i])]
        plm_nr = naive_wasm_plm([onsets[i] for i in kept], [is_clm[i] for i in kept])
        expected = dict(zip(kept, plm_nr, strict=True))
        assert [m.is_plm_nr for m in scored] == [expected.get(i) for i in range(len(groups))]


class TestAasmTwin:
    @quick
    @given(drawn_movements)
    def test_legs_are_combined_as_by_taking_the_first_and_all_near_it(
        self, drawn: list[tuple[int, int, Side]]
    ) -> None:
        spans = lay_out(drawn)
        scored = aasm(as_movements(spans), from_letters(""), np.empty((0, 2)), np.empty((0, 2)))
        assert [(m.onset_s, m.offset_s, m.n_parts) for m in scored] == [
            (hull(g)[0] / 1000, hull(g)[1] / 1000, len(g)) for g in naive_aasm_groups(spans)
        ]

    @quick
    @given(drawn_movements, drawn_stages, drawn_events)
    def test_series_are_those_of_the_naive_search(
        self, drawn: list[tuple[int, int, Side]], stages: str, events: list[tuple[int, int]]
    ) -> None:
        spans, respiratory = lay_out(drawn), as_seconds(events)
        hypnogram = from_letters(stages)
        scored = aasm(as_movements(spans), hypnogram, respiratory, np.empty((0, 2)))
        groups = naive_aasm_groups(spans)
        counted = [
            a
            for group, (a, b, _) in zip(groups, map(hull, groups), strict=True)
            if (len(group) > 1 or b - a <= 10_000)
            and hypnogram.stage_at(a / 1000) in SLEEP
            and not any(a <= start + length + 500 and b >= start - 500 for start, length in events)
        ]
        periodic = [t for t, yes in zip(counted, naive_aasm_plm(counted), strict=True) if yes]
        assert [m.onset_s for m in scored if m.is_plm] == [t / 1000 for t in periodic]
