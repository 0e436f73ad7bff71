"""How long descents with and without jerks took, as a plain description.

The difference of these medians is not an estimate of the delay: a longer descent has more room
for jerks (clinical.md 5.1). The estimate is in `pipeline.delay.estimate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.delay.parameters import DelayParameters
from pipeline.descents import Descent
from pipeline.hypnogram import TOLERANCE_S, Hypnogram

_SECONDS_PER_MINUTE = 60.0


class Target(StrEnum):
    """What a descent is on its way to."""

    N2 = "n2"
    N3 = "n3"
    PERSISTENT_SLEEP = "persistent_sleep"


@dataclass(frozen=True, kw_only=True)
class Latencies:
    """How long one group of descents took to reach one target.

    Attributes
    ----------
    target
        What was to be reached.
    has_jerks
        Whether this is the group with at least one jerk, or the one without.
    n_descents, n_reached
        Descents in the group, and those that reached the target.
    median_s
        Median over those that reached it, in seconds; None when none did.
    """

    target: Target
    has_jerks: bool
    n_descents: int
    n_reached: int
    median_s: float | None


def describe(
    descents: Sequence[Descent],
    hypnogram: Hypnogram,
    lights_off_s: float,
    lights_on_s: float,
    parameters: DelayParameters,
) -> tuple[Latencies, ...] | None:
    """Describe the latencies of descents with and without jerks; None when jerks are not known.

    Parameters
    ----------
    descents
        Of the whole night.
    hypnogram
        Stages.
    lights_off_s, lights_on_s
        The time in bed, in seconds from the start of the record.
    parameters
        Thresholds.

    Notes
    -----
    All latencies run from the start of the descent. N2 is confirmed N2; N3 must come before the
    next wake; persistent sleep may come in a later descent, and is 0 s away when it starts with
    this one. A description, not an estimate: see the module.
    """
    if any(d.jerks_s is None for d in descents):
        return None
    persistent = persistent_sleep_s(hypnogram, lights_off_s, lights_on_s, parameters)
    groups = {
        True: [d for d in descents if d.jerks_s],
        False: [d for d in descents if not d.jerks_s],
    }
    return tuple(
        _latencies(group, target, persistent, has_jerks=has_jerks)
        for target in Target
        for has_jerks, group in groups.items()
    )


def persistent_sleep_s(
    hypnogram: Hypnogram, lights_off_s: float, lights_on_s: float, parameters: DelayParameters
) -> NDArray[np.float64]:
    """Give start and end of every stretch of persistent sleep, seconds, shape (n, 2).

    Wake and unscored epochs break sleep; so do lights off and lights on.
    """
    least_s = parameters.persistent_sleep_min * _SECONDS_PER_MINUTE
    return _asleep_s(hypnogram, lights_off_s, lights_on_s, least_s)


def unbroken_sleep_s(
    hypnogram: Hypnogram, lights_off_s: float, lights_on_s: float, parameters: DelayParameters
) -> NDArray[np.float64]:
    """Give start and end of every run of enough epochs of sleep in bed, seconds, shape (n, 2)."""
    return _asleep_s(
        hypnogram, lights_off_s, lights_on_s, parameters.unbroken_epochs * hypnogram.epoch_s
    )


def _asleep_s(
    hypnogram: Hypnogram, lights_off_s: float, lights_on_s: float, least_s: float
) -> NDArray[np.float64]:
    asleep = intervals.runs(hypnogram.is_sleep) * hypnogram.epoch_s + hypnogram.offset_s
    in_bed = intervals.clip(asleep, lights_off_s, lights_on_s)
    return in_bed[in_bed[:, 1] - in_bed[:, 0] >= least_s - TOLERANCE_S]


def _latencies(
    group: Sequence[Descent],
    target: Target,
    persistent: NDArray[np.float64],
    *,
    has_jerks: bool,
) -> Latencies:
    found = [_latency_s(d, target, persistent) for d in group]
    reached = [x for x in found if x is not None]
    return Latencies(
        target=target,
        has_jerks=has_jerks,
        n_descents=len(group),
        n_reached=len(reached),
        median_s=float(np.median(reached)) if reached else None,
    )


def _latency_s(descent: Descent, target: Target, persistent: NDArray[np.float64]) -> float | None:
    if target is Target.N2:
        return descent.to_n2_s
    if target is Target.N3:
        return descent.to_n3_s
    ahead = persistent[persistent[:, 1] > descent.start_s, 0]
    return max(0.0, float(ahead[0]) - descent.start_s) if len(ahead) else None
