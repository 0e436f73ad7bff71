"""The night as the matched comparison of jerks sees it, and what that comparison says."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Config
from pipeline.delay import Course, NightDelay, night_delay
from pipeline.depth import EpochSteps, epoch_steps, sleep_depth
from pipeline.descents import Descent, find_descents
from pipeline.events import EventKind
from pipeline.hypnogram import Hypnogram
from pipeline.metrics import MetricInputs


def delay_of(inputs: MetricInputs, config: Config) -> NightDelay:
    """Give what the night says on the delay of deeper sleep by jerks in N1."""
    jerks_s = _jerks_s(inputs, config)
    course = Course(
        hypnogram=inputs.hypnogram,
        descents=inputs.descents,
        jerks_s=jerks_s,
        depth=sleep_depth(inputs.estimates or inputs.hypnogram, config.depth),
        scorable=_scorable(inputs),
        arousals_s=_arousals_s(inputs),
    )
    find = partial(
        _find,
        in_bed_s=(inputs.lights_off_s, inputs.lights_on_s),
        jerks_s=jerks_s,
        config=config,
    )
    return night_delay(course, find, _drawn(inputs), config.delay)


def _find(
    hypnogram: Hypnogram,
    *,
    in_bed_s: tuple[float, float],
    jerks_s: NDArray[np.float64] | None,
    config: Config,
) -> tuple[Descent, ...]:
    return find_descents(hypnogram, *in_bed_s, jerks_s, config.descents)


def _jerks_s(inputs: MetricInputs, config: Config) -> NDArray[np.float64] | None:
    if not inputs.scorable_s:
        return None
    grades = config.metrics.headline_grades
    onsets_s = [
        t.event.onset_s
        for t in inputs.events
        if t.event.kind is EventKind.SLEEP_START and t.event.is_accepted and t.event.grade in grades
    ]
    return np.sort(np.array(onsets_s, dtype=np.float64))


def _scorable(inputs: MetricInputs) -> EpochSteps:
    """Give the share of each epoch in which at least one leg could be scored."""
    hypnogram = inputs.hypnogram
    best_s = np.max([np.zeros(len(hypnogram)), *inputs.scorable_s.values()], axis=0)
    return epoch_steps(
        best_s / hypnogram.epoch_s, epoch_s=hypnogram.epoch_s, offset_s=hypnogram.offset_s
    )


def _arousals_s(inputs: MetricInputs) -> NDArray[np.float64] | None:
    if not inputs.has_arousals:
        return None
    times_s = sorted(
        (t.event.onset_s, t.event.offset_s)
        for t in inputs.events
        if t.event.kind is EventKind.AROUSAL and t.event.is_accepted
    )
    return np.array(times_s, dtype=np.float64).reshape(-1, 2)


def _drawn(inputs: MetricInputs) -> list[Hypnogram]:
    """Give the nights drawn from the stage probabilities; empty where there are none."""
    estimates = inputs.estimates
    if estimates is None or inputs.drawn is None:
        return []
    return [
        Hypnogram(
            stages=stages, epoch_s=estimates.epoch_s, offset_s=estimates.offset_s, source="auto"
        )
        for stages in inputs.drawn
    ]
