"""Leg events of a night: their figures, and the room between them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pipeline.events import EventKind, Side
from pipeline.hypnogram import Stage
from pipeline.simulate.draft import Burst, Movements
from pipeline.simulate.movements import draw_movements
from pipeline.simulate.noise import stream
from pipeline.simulate.recipe import JerkPlan, MovementPlan, Recipe
from pipeline.simulate.sleep import SleepCourse, draw_course

RICH = Recipe(
    movements=MovementPlan(
        n_plm_series=4, n_foot_tremor=4, n_alternating=4, n_high_frequency=4, n_isolated_lm=10
    )
)


def drawn(recipe: Recipe) -> tuple[SleepCourse, Movements]:
    course = draw_course(recipe.sleep, 960, stream(recipe.seed, "sleep"))
    return course, draw_movements(recipe, course)


def bursts(movements: Movements, kind: EventKind) -> list[list[Burst]]:
    """Give the bursts of each event of the kind."""
    chosen = [i for i, e in enumerate(movements.events) if e.kind is kind]
    return [[b for b in movements.leg_bursts if b.event == i] for i in chosen]


def test_unlike_events_keep_their_distance() -> None:
    _, movements = drawn(RICH)
    events = sorted(movements.events, key=lambda e: e.onset_s)
    assert len(events) > 100
    for first, second in itertools.pairwise(events):
        if first.kind is not second.kind:
            assert second.onset_s - first.offset_s >= 7.0  # jerks keep 7 s, all others 8 s


def test_leg_movements_of_no_common_series_are_over_90_s_apart() -> None:
    _, movements = drawn(RICH)
    lms = [e for e in movements.events if e.kind is EventKind.UNILATERAL_LM]
    lms.sort(key=lambda e: e.onset_s)
    for first, second in itertools.pairwise(lms):
        is_same = second.onset_s - first.onset_s < 1.0
        if not is_same and (first.series is None or first.series != second.series):
            assert second.onset_s - first.onset_s > 90.0


def test_a_series_has_its_count_and_its_intervals_in_n2_or_n3() -> None:
    course, movements = drawn(RICH)
    for number in range(1, 5):
        series = [e for e in movements.events if e.series == number]
        onsets = np.unique([round(e.onset_s, 6) for e in series])
        firsts = onsets[np.concatenate(([True], np.diff(onsets) > 1.0))]
        assert 5 <= len(firsts) <= 12
        assert np.diff(firsts).min() > 14.6
        assert np.diff(firsts).max() < 40.4
        stages = {course.hypnogram.stage_at(t) for t in firsts}
        assert stages <= {Stage.N2, Stage.N3}


def test_sleep_starts_are_75_to_250_ms_and_mostly_of_both_legs() -> None:
    _, movements = drawn(Recipe(seed=3))
    jerks = bursts(movements, EventKind.SLEEP_START)
    assert len(jerks) >= 10
    assert all(0.075 <= b.duration_s <= 0.25 for jerk in jerks for b in jerk)
    assert all(np.ptp([b.onset_s for b in jerk]) <= 0.03 for jerk in jerks)
    assert sum(len({b.side for b in jerk}) == 2 for jerk in jerks) > len(jerks) / 2


def test_sleep_starts_are_in_n1_or_the_last_two_minutes_of_wake() -> None:
    recipe = Recipe(jerks=JerkPlan(wake_probability=1.0))
    course, movements = drawn(recipe)
    stages = []
    for event in movements.events:
        if event.kind is EventKind.SLEEP_START:
            stages.append(course.hypnogram.stage_at(event.onset_s))
            ahead = {course.hypnogram.stage_at(event.onset_s + 30.0 * k) for k in range(5)}
            assert Stage.N1 in ahead
    assert set(stages) == {Stage.W, Stage.N1}


@pytest.mark.parametrize(
    ("sign", "plan"),
    [
        ("vertex_wave", JerkPlan(vertex_probability=1.0, wake_probability=0.0)),
        (
            "arousal",
            JerkPlan(vertex_probability=0.0, arousal_probability=1.0, wake_probability=0.0),
        ),
        ("none", JerkPlan(vertex_probability=0.0, arousal_probability=0.0)),
    ],
)
def test_what_comes_with_a_sleep_start_is_as_likely_as_asked(sign: str, plan: JerkPlan) -> None:
    _, movements = drawn(Recipe(jerks=plan))
    jerks = [e for e in movements.events if e.kind is EventKind.SLEEP_START]
    assert {e.eeg_sign for e in jerks} == {sign}


def test_a_sleep_start_with_chin_has_a_burst_in_the_chin_at_its_onset() -> None:
    _, movements = drawn(Recipe())
    with_chin = {i for i, e in enumerate(movements.events) if e.has_chin}
    at = {b.event: b.onset_s for b in movements.chin_bursts if b.kind is EventKind.SLEEP_START}
    assert with_chin == set(at)
    assert with_chin
    assert all(at[i] == movements.events[i].onset_s for i in with_chin)


def test_myoclonus_is_75_to_150_ms_over_50_uv_on_one_leg_at_a_time() -> None:
    _, movements = drawn(Recipe())
    events = bursts(movements, EventKind.FRAGMENTARY_MYOCLONUS)
    assert all(len(parts) == 1 for parts in events)
    single = [parts[0] for parts in events]
    assert all(0.075 <= b.duration_s <= 0.15 and b.amplitude_uv > 50 for b in single)
    assert {b.side for b in single} == {Side.LEFT, Side.RIGHT}


@pytest.mark.parametrize(
    ("kind", "length_s", "rhythm_hz", "n_legs"),
    [
        (EventKind.FOOT_TREMOR, (0.25, 1.0), (0.3, 4.0), 1),
        (EventKind.HIGH_FREQUENCY_LM, (0.05, 0.25), (0.3, 4.0), 1),
        (EventKind.ALTERNATING_ACTIVATION, (0.1, 0.5), (0.5, 3.0), 2),
    ],
)
def test_trains_have_the_figures_of_their_kind(
    kind: EventKind, length_s: tuple[float, float], rhythm_hz: tuple[float, float], n_legs: int
) -> None:
    _, movements = drawn(RICH)
    trains = bursts(movements, kind)
    assert trains
    for train in trains:
        assert len(train) >= 4
        assert all(length_s[0] <= b.duration_s <= length_s[1] for b in train)
        rhythm = 1.0 / np.diff([b.onset_s for b in train])
        assert np.all((rhythm >= rhythm_hz[0]) & (rhythm <= rhythm_hz[1]))
        assert len({b.side for b in train}) == n_legs


def test_alternating_bursts_change_the_leg_each_time() -> None:
    _, movements = drawn(RICH)
    for train in bursts(movements, EventKind.ALTERNATING_ACTIVATION):
        assert all(a.side != b.side for a, b in itertools.pairwise(train))


def test_large_movements_last_over_10_s_on_both_legs_in_wake() -> None:
    course, movements = drawn(Recipe())
    large = [e for e in movements.events if e.kind is EventKind.LARGE_MOVEMENT]
    assert large
    assert all(e.duration_s > 10.0 and e.side is Side.BILATERAL for e in large)
    assert {course.hypnogram.stage_at(e.onset_s) for e in large} == {Stage.W}


def test_a_movement_of_both_legs_is_too_short_for_a_large_one() -> None:
    _, movements = drawn(Recipe(movements=MovementPlan(n_plm_series=4, lm_duration_s=(2.0, 9.0))))
    lms = [e for e in movements.events if e.kind is EventKind.UNILATERAL_LM]
    lms.sort(key=lambda e: e.onset_s)
    pairs = [p for p in itertools.pairwise(lms) if p[1].onset_s - p[0].onset_s < 1.0]
    assert pairs
    assert all(e.duration_s < 3.0 for pair in pairs for e in pair)
    assert max(e.duration_s for e in lms) > 5.0


def test_what_finds_no_room_is_left_out() -> None:
    crowded = Recipe(movements=MovementPlan(n_isolated_lm=2000))
    _, movements = drawn(crowded)
    isolated = [e for e in movements.events if e.kind is EventKind.UNILATERAL_LM and not e.is_plm]
    assert 50 < len(isolated) < 600


def test_one_kind_more_leaves_the_other_kinds_jerks_as_they_were() -> None:
    def jerks(recipe: Recipe) -> list[float]:
        events = drawn(recipe)[1].events
        return [e.onset_s for e in events if e.kind is EventKind.SLEEP_START]

    assert jerks(Recipe()) == jerks(RICH)


def test_arousals_are_in_sleep_and_last_3_s_at_least() -> None:
    course, movements = drawn(Recipe())
    assert len(movements.arousals) > 20
    assert all(a.duration_s >= 3.0 for a in movements.arousals)
    assert Stage.W not in {course.hypnogram.stage_at(a.onset_s) for a in movements.arousals}


def test_arousals_do_not_overlap() -> None:
    crowded = MovementPlan(n_plm_series=8, lm_arousal_probability=1.0, gap_s=1.0)
    for seed in range(5):
        arousals = drawn(Recipe(seed=seed, arousals_per_h=30.0, movements=crowded))[1].arousals
        assert len(arousals) > 100
        assert all(a.offset_s < b.onset_s for a, b in itertools.pairwise(arousals))


def test_a_movement_with_an_arousal_says_so() -> None:
    plan = MovementPlan(lm_arousal_probability=1.0)
    _, movements = drawn(Recipe(movements=plan, arousals_per_h=0.0))
    onsets = np.array([a.onset_s for a in movements.arousals])
    lms = [e for e in movements.events if e.kind is EventKind.UNILATERAL_LM]
    assert sum(bool(e.has_arousal) for e in lms) > 10
    for event in lms:
        near = np.abs(onsets - event.onset_s) < 1.0
        assert near.any() == event.has_arousal


def test_lone_myoclonus_comes_at_the_rates_of_healthy_sleepers() -> None:
    none = MovementPlan(n_fm_stretches=0)
    course, movements = drawn(Recipe(movements=none.model_copy(update={"scattered_fm": 1.0})))
    onsets_s = [b[0].onset_s for b in bursts(movements, EventKind.FRAGMENTARY_MYOCLONUS)]
    hours = np.sum(course.hypnogram.stages == Stage.R) / 120.0
    n_in_r = sum(course.hypnogram.stage_at(t) is Stage.R for t in onsets_s)
    assert n_in_r == pytest.approx(38.0 * hours, rel=0.1)
    assert {course.hypnogram.stage_at(t) for t in onsets_s} == {Stage.N1, Stage.N2, Stage.R}
    assert not bursts(drawn(Recipe(movements=none))[1], EventKind.FRAGMENTARY_MYOCLONUS)


def test_a_rhythmic_movement_has_both_legs_at_once() -> None:
    _, movements = drawn(Recipe(movements=MovementPlan(n_rhythmic=3)))
    trains = bursts(movements, EventKind.RHYTHMIC_MOVEMENT)
    assert len(trains) == 3
    for train in trains:
        left, right = ([b.onset_s for b in train if b.side is s] for s in (Side.LEFT, Side.RIGHT))
        assert np.abs(np.subtract(left, right)).max() <= 0.04
        assert 0.5 < 1.0 / float(np.median(np.diff(left))) < 2.0
