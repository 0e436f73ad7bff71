"""Stages without the steps back to N1 that the scoring rules themselves make after an arousal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.delay.parameters import DelayParameters
from pipeline.hypnogram import TOLERANCE_S, Hypnogram, Stage


def without_forced_shifts(
    hypnogram: Hypnogram, arousals_s: NDArray[np.float64], parameters: DelayParameters
) -> Hypnogram:
    """Give the stages with N1 between two stretches of N2 as N2 where an arousal made it N1.

    Parameters
    ----------
    hypnogram
        Stages.
    arousals_s
        Start and end of each arousal, sorted by start, seconds, shape (n, 2).
    parameters
        How soon after the arousal began the step counts as forced.

    Notes
    -----
    An arousal ends N2 by rule: what follows is N1 until the next K complex or spindle, however
    deep the sleeper is. Such a step delays N2 by definition, and where jerks come with arousals
    it would be counted as the jerks' delay. Steps back to wake are no matter of definition and
    stay.
    """
    stages = hypnogram.stages.copy()
    for first, stop in intervals.runs(stages == Stage.N1):
        if first > 0 and stop < len(stages):
            is_between = stages[first - 1] == Stage.N2 and stages[stop] in (Stage.N2, Stage.N3)
            if is_between and _follows(hypnogram.onsets_s[first], arousals_s, parameters):
                stages[first:stop] = Stage.N2
    return replace(hypnogram, stages=stages)


def _follows(step_s: float, arousals_s: NDArray[np.float64], parameters: DelayParameters) -> bool:
    """Tell whether an arousal began shortly before the step, or in the first half of its epoch."""
    since_s = step_s - arousals_s[:, 0]
    half_s = parameters.forced_within_s / 2.0
    return bool(((since_s <= parameters.forced_within_s + TOLERANCE_S) & (since_s > -half_s)).any())
