"""What the legs do in the night, event by event, before any of it becomes a signal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.events import EventKind, Side
from pipeline.hypnogram import Stage
from pipeline.simulate.draft import (
    LEGS,
    Draft,
    Movements,
    Range,
    add,
    add_arousal,
    add_chin,
    chance,
    either_leg,
    find_room,
    log_uniform,
    stage_time,
    uniform,
)
from pipeline.simulate.jerks import add_sleep_starts
from pipeline.simulate.noise import stream
from pipeline.simulate.recipe import Recipe
from pipeline.simulate.sleep import SleepCourse

_MARGIN_S = 5.0  # from any event to the end of the stage that it belongs in
_AROUSAL_ROOM_S = 20.0  # 10 s of stable sleep before the next one, after up to 9 s of arousal
_BOTH_LEGS = 0.5  # share of LMs that both legs make
_LONGEST_S = {1: 10.0, 2: 2.8}  # 3 s on both legs could be scored as a large movement
_SERIES_STYLE = 0.8  # share of a series' movements made by the same legs
_LEG_LAG_S = (0.02, 0.3)  # second leg after the first in an LM
_LARGE_S, _LARGE_UV = (11.0, 25.0), (60.0, 200.0)  # over 10 s: no LM in any rule set
_AROUSAL_LAG_S = (-0.4, 0.8)  # arousal after the LM: mostly within 0.5 s (Ferri 2015)
_TRAINS: tuple[tuple[EventKind, Range, Range], ...] = (  # rhythm in Hz, burst length in s
    (EventKind.FOOT_TREMOR, (1.0, 1.5), (0.27, 0.45)),
    (EventKind.HIGH_FREQUENCY_LM, (1.5, 3.0), (0.1, 0.2)),
    (EventKind.ALTERNATING_ACTIVATION, (1.0, 2.0), (0.15, 0.4)),
    (EventKind.RHYTHMIC_MOVEMENT, (0.6, 1.8), (0.2, 0.45)),
)
_TOGETHER_S = 0.04  # largest lag of the second leg in a rhythmic movement
_HEALTHY_FM_PER_H = {Stage.N1: 34.0, Stage.N2: 22.0, Stage.R: 38.0}  # Frauscher 2014, medians


def draw_movements(recipe: Recipe, course: SleepCourse) -> Movements:
    """Give the night's leg events: as many as the recipe asks for, where they find room.

    Unlike events keep `gap_s` apart, leg movements of no common series `lm_gap_s`. Each kind
    has a random stream of its own.
    """
    draft = Draft(recipe=recipe, hypnogram=course.hypnogram, rng=stream(recipe.seed, "jerks"))
    add_sleep_starts(draft, course)
    for step in (
        _add_large,
        _add_plm,
        _add_isolated,
        _add_trains,
        _add_myoclonus,
        _add_scattered,
        _add_arousals,
    ):
        draft.rng = stream(recipe.seed, step.__name__)
        step(draft)
    return Movements(
        events=tuple(draft.events),
        leg_bursts=tuple(sorted(draft.legs, key=lambda b: b.onset_s)),
        chin_bursts=tuple(sorted(draft.chin, key=lambda b: b.onset_s)),
        arousals=tuple(sorted(draft.arousals, key=lambda a: a.onset_s)),
        vertex_s=tuple(sorted(draft.vertex_s)),
        heart_s=tuple(sorted(draft.heart_s)),
    )


def _add_arousals(draft: Draft) -> None:
    sleep = stage_time(draft.hypnogram, Stage.N2, Stage.N3, Stage.R, margin_s=20.0)
    count = draft.recipe.arousals_per_h * intervals.total(sleep) / 3600.0
    for _ in range(round(count)):
        onset_s = find_room(draft, sleep, _AROUSAL_ROOM_S)
        if onset_s is not None:
            add_arousal(draft, onset_s)
            draft.busy.append((onset_s, onset_s + _AROUSAL_ROOM_S))


def _add_large(draft: Draft) -> None:
    for _ in range(draft.recipe.movements.n_large):
        length_s = uniform(draft, _LARGE_S)
        wake = stage_time(draft.hypnogram, Stage.W, margin_s=1.0)
        onset_s = find_room(draft, wake, length_s, is_lm=True)
        if onset_s is None:
            continue
        amplitude_uv = uniform(draft, _LARGE_UV)
        add(draft, EventKind.LARGE_MOVEMENT, [(s, onset_s, length_s, amplitude_uv) for s in LEGS])
        add_chin(draft, onset_s, length_s, amplitude_uv / 3)
        draft.lms.append((onset_s, onset_s + length_s))


def _add_lm(draft: Draft, onset_s: float, sides: tuple[Side, ...], series: int | None) -> None:
    """Record one movement: a `UNILATERAL_LM` for each leg in it; IMIs are counted later."""
    plan = draft.recipe.movements
    has_arousal = chance(draft, plan.lm_arousal_probability)
    has_arousal = has_arousal and add_arousal(draft, onset_s + uniform(draft, _AROUSAL_LAG_S))
    for number, side in enumerate(sides):
        lag_s = number * uniform(draft, _LEG_LAG_S)
        length_s = min(log_uniform(draft, plan.lm_duration_s), _LONGEST_S[len(sides)])
        amplitude_uv = log_uniform(draft, plan.lm_amplitude_uv)
        add(draft, EventKind.UNILATERAL_LM, [(side, onset_s + lag_s, length_s, amplitude_uv)])
        draft.events[-1] = replace(
            draft.events[-1], series=series, is_plm=series is not None, has_arousal=has_arousal
        )
    draft.lms.append((onset_s, max(e.offset_s for e in draft.events[-len(sides) :])))


def _draw_sides(draft: Draft) -> tuple[Side, ...]:
    return LEGS if chance(draft, _BOTH_LEGS) else (either_leg(draft),)


def _add_plm(draft: Draft) -> None:
    plan = draft.recipe.movements
    allowed = stage_time(draft.hypnogram, Stage.N2, Stage.N3, margin_s=_MARGIN_S)
    for _ in range(plan.n_plm_series):
        count = int(draft.rng.integers(plan.plm_count[0], plan.plm_count[1] + 1))
        gaps = draft.rng.uniform(*plan.plm_imi_s, count - 1)
        starts = np.concatenate(([0.0], np.cumsum(gaps)))
        span_s = float(starts[-1]) + plan.lm_duration_s[1]
        onset_s = find_room(draft, allowed, span_s, is_lm=True)
        if onset_s is not None:
            draft.n_series += 1
            _add_series(draft, onset_s + starts)
            draft.busy.append((onset_s, onset_s + span_s))


def _add_series(draft: Draft, onsets_s: NDArray[np.float64]) -> None:
    style = _draw_sides(draft)
    for onset_s in onsets_s.tolist():
        sides = style if chance(draft, _SERIES_STYLE) else _draw_sides(draft)
        _add_lm(draft, onset_s, sides, draft.n_series)


def _add_isolated(draft: Draft) -> None:
    plan = draft.recipe.movements
    anywhere = stage_time(draft.hypnogram, *Stage, margin_s=_MARGIN_S)
    for _ in range(plan.n_isolated_lm):
        onset_s = find_room(draft, anywhere, plan.lm_duration_s[1] + 1.0, is_lm=True)
        if onset_s is not None:
            _add_lm(draft, onset_s, _draw_sides(draft), None)


def _add_trains(draft: Draft) -> None:
    """Record tremor, fast and rhythmic trains in wake and N1, alternating ones in sleep."""
    plan = draft.recipe.movements
    drowsy = stage_time(draft.hypnogram, Stage.W, Stage.N1, margin_s=_MARGIN_S)
    asleep = stage_time(draft.hypnogram, Stage.N1, Stage.N2, Stage.R, margin_s=_MARGIN_S)
    counts = (plan.n_foot_tremor, plan.n_high_frequency, plan.n_alternating, plan.n_rhythmic)
    for (kind, rhythm_hz, length_s), count in zip(_TRAINS, counts, strict=True):
        allowed = asleep if kind is EventKind.ALTERNATING_ACTIVATION else drowsy
        for _ in range(count):
            _add_train(draft, kind, allowed, rhythm_hz, length_s)


def _add_train(
    draft: Draft,
    kind: EventKind,
    allowed: NDArray[np.float64],
    frequency_hz: Range,
    duration_s: Range,
) -> None:
    """Record a train at a steady rhythm; an alternating one changes the leg at each burst."""
    low, high = draft.recipe.movements.train_count
    count = int(draft.rng.integers(low, high + 1))
    period_s = 1.0 / uniform(draft, frequency_hz)
    start_s = find_room(draft, allowed, count * period_s, is_lm=True)
    if start_s is None:
        return
    side = LEGS.index(either_leg(draft))
    alternates = kind is EventKind.ALTERNATING_ACTIVATION
    jitter_s = draft.rng.uniform(-0.05, 0.05, count) * period_s
    onsets_s = start_s + period_s * (0.05 + np.arange(count)) + jitter_s
    amplitude_uv = draft.recipe.movements.train_amplitude_uv
    parts = [
        (
            LEGS[(side + n * alternates) % 2],
            t,
            uniform(draft, duration_s),
            uniform(draft, amplitude_uv),
        )
        for n, t in enumerate(onsets_s.tolist())
    ]
    if kind is EventKind.RHYTHMIC_MOVEMENT:
        parts += [_other_leg(draft, part) for part in parts]
    event = add(draft, kind, parts)
    draft.lms.append((event.onset_s, event.offset_s))


def _other_leg(
    draft: Draft, part: tuple[Side, float, float, float]
) -> tuple[Side, float, float, float]:
    side, onset_s, length_s, amplitude_uv = part
    other = LEGS[1 - LEGS.index(side)]
    return other, onset_s + uniform(draft, (0.0, _TOGETHER_S)), length_s, amplitude_uv


def _add_myoclonus(draft: Draft) -> None:
    """Record stretches of bursts that come singly, now on one leg, now on the other."""
    plan = draft.recipe.movements
    allowed = stage_time(draft.hypnogram, Stage.N2, Stage.R, margin_s=_MARGIN_S)
    for _ in range(plan.n_fm_stretches):
        start_s = find_room(draft, allowed, plan.fm_stretch_s)
        if start_s is None:
            continue
        mean_s = 60.0 / plan.fm_per_min
        count = int(plan.fm_stretch_s / mean_s)
        gaps = draft.rng.uniform(0.4 * mean_s, 1.6 * mean_s, count)
        onsets_s = start_s + np.cumsum(gaps) - gaps[0]
        for time in onsets_s[onsets_s < start_s + plan.fm_stretch_s - 1.0].tolist():
            _add_twitch(draft, time)
        draft.busy.append((start_s, start_s + plan.fm_stretch_s))


def _add_scattered(draft: Draft) -> None:
    """Record lone myoclonic bursts as healthy sleepers have them, by stage."""
    share = draft.recipe.movements.scattered_fm
    for stage, per_h in _HEALTHY_FM_PER_H.items() if share else ():
        allowed = stage_time(draft.hypnogram, stage, margin_s=1.0)
        for _ in range(round(share * per_h * intervals.total(allowed) / 3600.0)):
            onset_s = find_room(draft, allowed, draft.recipe.movements.fm_duration_s[1])
            if onset_s is not None:
                _add_twitch(draft, onset_s)


def _add_twitch(draft: Draft, onset_s: float) -> None:
    plan = draft.recipe.movements
    length_s = uniform(draft, plan.fm_duration_s)
    amplitude_uv = log_uniform(draft, plan.fm_amplitude_uv)
    part = (either_leg(draft), onset_s, length_s, amplitude_uv)
    add(draft, EventKind.FRAGMENTARY_MYOCLONUS, [part])
