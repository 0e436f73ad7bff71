"""Laws that any rule set on leg movements must keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.events import Side
from pipeline.hypnogram import Hypnogram, from_letters
from pipeline.legs.aasm import AasmParameters, score_aasm
from pipeline.legs.movement import Movement, merge_same_leg
from pipeline.legs.scored import ScoredMovement
from pipeline.legs.wasm import WasmParameters, score_wasm

LEGS = (Side.LEFT, Side.RIGHT)
OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BILATERAL: Side.BILATERAL}
Score = Callable[
    [list[Movement], Hypnogram, NDArray[np.float64], NDArray[np.float64]],
    tuple[ScoredMovement, ...],
]

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


both_rule_sets = pytest.mark.parametrize("rule_set", [wasm, aasm])


class TestLawsOfMovements:
    @both_rule_sets
    @quick
    @given(drawn_movements, drawn_stages, drawn_events, drawn_events)
    def test_a_night_that_starts_an_epoch_later_gives_the_same_an_epoch_later(
        self,
        rule_set: Score,
        drawn: list[tuple[int, int, Side]],
        stages: str,
        respiratory: list[tuple[int, int]],
        arousals: list[tuple[int, int]],
    ) -> None:
        movements, hypnogram = as_movements(lay_out(drawn)), from_letters(stages)
        before = rule_set(movements, hypnogram, as_seconds(respiratory), as_seconds(arousals))
        after = rule_set(
            [moved(m, 30.0) for m in movements],
            replace(hypnogram, offset_s=30.0),
            as_seconds(respiratory) + 30.0,
            as_seconds(arousals) + 30.0,
        )
        assert after == tuple(
            replace(m, parts=tuple(moved(part, 30.0) for part in m.parts)) for m in before
        )

    @both_rule_sets
    @quick
    @given(drawn_movements, drawn_stages, drawn_events)
    def test_swapped_legs_give_the_same_with_swapped_sides(
        self,
        rule_set: Score,
        drawn: list[tuple[int, int, Side]],
        stages: str,
        respiratory: list[tuple[int, int]],
    ) -> None:
        movements, hypnogram = as_movements(lay_out(drawn)), from_letters(stages)
        events = as_seconds(respiratory)
        swapped = rule_set(
            [replace(m, side=OTHER[m.side]) for m in movements], hypnogram, events, events
        )
        straight = rule_set(movements, hypnogram, events, events)
        expected = [(*said(m), OTHER[m.side]) for m in straight]
        found = [(*said(m), m.side) for m in swapped]
        assert sorted(found, key=str) == sorted(expected, key=str)  # legs at one moment: any order

    @both_rule_sets
    @quick
    @given(drawn_movements, drawn_movements)
    def test_two_nights_one_after_the_other_give_what_each_gives(
        self,
        rule_set: Score,
        first: list[tuple[int, int, Side]],
        second: list[tuple[int, int, Side]],
    ) -> None:
        pause_s = 5_000.0
        none = np.empty((0, 2))
        asleep = from_letters("2" * 400)
        one, two = as_movements(lay_out(first)), as_movements(lay_out(second))
        together = rule_set([*one, *(moved(m, pause_s) for m in two)], asleep, none, none)
        apart = [*rule_set(one, asleep, none, none), *rule_set(two, asleep, none, none)]
        assert [(m.n_parts, m.is_clm, m.is_plm) for m in together] == [
            (m.n_parts, m.is_clm, m.is_plm) for m in apart
        ]

    @both_rule_sets
    @quick
    @given(drawn_movements, st.randoms(use_true_random=False))
    def test_the_order_in_which_movements_come_plays_no_part(
        self, rule_set: Score, drawn: list[tuple[int, int, Side]], chance: Random
    ) -> None:
        movements, none = as_movements(lay_out(drawn)), np.empty((0, 2))
        shuffled = list(movements)
        chance.shuffle(shuffled)
        asleep = from_letters("2" * 40)
        assert rule_set(shuffled, asleep, none, none) == rule_set(movements, asleep, none, none)

    @both_rule_sets
    @quick
    @given(drawn_movements)
    def test_every_movement_of_half_a_second_is_part_of_exactly_one_row(
        self, rule_set: Score, drawn: list[tuple[int, int, Side]]
    ) -> None:
        movements, none = as_movements(lay_out(drawn)), np.empty((0, 2))
        scored = rule_set(movements, from_letters("2" * 40), none, none)
        parts = [(part.onset_s, part.offset_s, part.side) for m in scored for part in m.parts]
        one_leg = merge_same_leg(movements, gap_s=0.5)
        assert sorted(parts) == sorted(
            (m.onset_s, m.offset_s, m.side) for m in one_leg if m.duration_s >= 0.5
        )


def moved(movement: Movement, by_s: float) -> Movement:
    """Give the movement later, on the same milliseconds."""
    return replace(
        movement,
        onset_s=round(movement.onset_s + by_s, 3),
        offset_s=round(movement.offset_s + by_s, 3),
    )


def said(movement: ScoredMovement) -> tuple[object, ...]:
    """Give all that a rule set says of a movement, but for its legs."""
    bare = replace(movement, parts=())
    return movement.onset_s, movement.offset_s, movement.n_parts, bare
