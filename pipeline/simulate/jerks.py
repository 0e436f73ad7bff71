"""Sleep starts: where they fall, and what comes with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.events import EventKind, Side
from pipeline.hypnogram import EPOCH_S, Stage
from pipeline.simulate.draft import (
    LEGS,
    Draft,
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
from pipeline.simulate.sleep import DescentTruth, SleepCourse

_DROWSY_EPOCHS = 4  # the last 2 min of wake
_MARGIN_S = 3.0  # from the stage change
_CHIN_SHARE = 0.5  # of the legs' amplitude
_SHRINK = (0.8, 1.0)  # second leg against the first, in length and amplitude
_AROUSAL_LAG_S = (0.1, 1.5)


def add_sleep_starts(draft: Draft, course: SleepCourse) -> None:
    """Record the sleep starts of the descents, of the wake before them, and those in N2."""
    plan = draft.recipe.jerks
    times = [time for descent in course.descents for time in descent.jerks_s]
    for descent in course.descents:
        wake_s = _wake_before_s(draft, descent)
        if wake_s and chance(draft, plan.wake_probability):
            span = (descent.start_s - wake_s + _MARGIN_S, descent.start_s - _MARGIN_S)
            times.append(uniform(draft, span))
    for time in sorted(times):
        _add_jerk(draft, time)
    for _ in range(plan.n_in_n2):
        asleep = stage_time(draft.hypnogram, Stage.N2, margin_s=EPOCH_S)
        onset_s = find_room(draft, asleep, plan.duration_s[1])
        if onset_s is not None:
            _add_jerk(draft, onset_s)


def _wake_before_s(draft: Draft, descent: DescentTruth) -> float:
    """Give how much of the 2 min before the descent was unbroken wake."""
    first = int(descent.start_s // EPOCH_S)
    before = draft.hypnogram.stages[max(0, first - _DROWSY_EPOCHS) : first][::-1]
    asleep = np.flatnonzero(before != Stage.W)
    return EPOCH_S * float(asleep[0] if len(asleep) else len(before))


def _add_jerk(draft: Draft, onset_s: float) -> None:
    plan = draft.recipe.jerks
    parts = _draw_parts(draft, onset_s)
    event = add(draft, EventKind.SLEEP_START, parts)
    has_chin = chance(draft, plan.chin_probability)
    if has_chin:
        add_chin(draft, onset_s, parts[0][2], parts[0][3] * _CHIN_SHARE)
    has_vertex = chance(draft, plan.vertex_probability)
    if has_vertex:
        draft.vertex_s.append(onset_s)
    if chance(draft, plan.heart_probability):
        draft.heart_s.append(onset_s)
    has_arousal = chance(draft, plan.arousal_probability)
    has_arousal = has_arousal and add_arousal(draft, onset_s + uniform(draft, _AROUSAL_LAG_S))
    sign = "arousal" if has_arousal else "none"
    draft.events[-1] = replace(
        event,
        has_chin=has_chin,
        has_arousal=has_arousal,
        is_both_legs=event.side is Side.BILATERAL,
        eeg_sign="vertex_wave" if has_vertex else sign,
    )


def _draw_parts(draft: Draft, onset_s: float) -> list[tuple[Side, float, float, float]]:
    plan = draft.recipe.jerks
    duration_s = uniform(draft, plan.duration_s)
    amplitude_uv = log_uniform(draft, plan.amplitude_uv)
    first = either_leg(draft)
    parts = [(first, onset_s, duration_s, amplitude_uv)]
    if chance(draft, plan.bilateral_share):
        other = LEGS[1 - LEGS.index(first)]
        lag_s = uniform(draft, (0.0, plan.leg_lag_s))
        shrink = uniform(draft, _SHRINK)
        length_s = float(np.clip(duration_s * shrink, *plan.duration_s))
        parts.append((other, onset_s + lag_s, length_s, amplitude_uv * shrink))
    return parts
