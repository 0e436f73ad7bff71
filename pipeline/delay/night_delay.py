"""All that one night says on the delay by jerks: matched, tested, and under the staging's doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.delay.course import Course
from pipeline.delay.estimate import MatchedDelay, matched_delay, why_absent
from pipeline.delay.forced_shifts import without_forced_shifts
from pipeline.delay.parameters import DelayParameters
from pipeline.delay.resampling import multiplicities
from pipeline.delay.sample import MatchedSample, delays_s, matched_sample
from pipeline.descents import Descent
from pipeline.hypnogram import Hypnogram

FindDescents = Callable[[Hypnogram], tuple[Descent, ...]]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its interval; `reason` says why it is absent."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class NightDelay:
    """What one night says on the delay of N2 by jerks in N1.

    Attributes
    ----------
    matched
        The estimate by the night's own stages.
    unforced_s
        The same without the steps back to N1 that the scoring rules force after an arousal.
    drawn_s
        The same over nights drawn from the stage probabilities: median, and the interval over
        draws and descents together.
    attributable_min
        Minutes of the night, if the jerks cause the delay.
    naive_s
        Mean time to N2 in descents with a jerk less that in descents without: wrong by
        construction, and printed with that warning only.
    """

    matched: MatchedDelay
    unforced_s: Estimate
    drawn_s: Estimate
    attributable_min: Estimate
    naive_s: Estimate


def night_delay(
    course: Course,
    find: FindDescents,
    drawn: Sequence[Hypnogram],
    parameters: DelayParameters,
) -> NightDelay:
    """Give what one night says on the delay.

    Parameters
    ----------
    course
        The night by its own stages.
    find
        Finds the descents, with the night's jerks, in other stages of the same night.
    drawn
        Nights drawn from the stage probabilities; empty where there are none.
    parameters
        Thresholds.
    """
    matched = matched_delay((course,), parameters)
    return NightDelay(
        matched=matched,
        unforced_s=_unforced(course, find, parameters),
        drawn_s=_drawn(course, find, drawn, parameters),
        attributable_min=attributable_min(matched),
        naive_s=naive_difference(course.descents),
    )


def attributable_min(matched: MatchedDelay) -> Estimate:
    """Give the delay times the jerks in N1; absent where the interval of the delay holds zero."""
    delay_s, low_s, high_s = matched.delay_s, matched.low_s, matched.high_s
    if delay_s is None or low_s is None or high_s is None:
        return Estimate(value=None, reason=matched.reason)
    if low_s <= 0.0 <= high_s:
        reason = "the interval of the delay holds zero: no minutes can be put down to jerks"
        return Estimate(value=None, reason=reason)
    value, low, high = (matched.n_jerks * x / 60.0 for x in (delay_s, low_s, high_s))
    return Estimate(value=value, low=low, high=high)


def naive_difference(descents: Sequence[Descent]) -> Estimate:
    """Give the mean time to N2 in descents with a jerk less that in descents without, seconds."""
    if any(d.jerks_s is None for d in descents):
        return Estimate(value=None, reason="jerks could not be looked for: no leg could be scored")
    times = [(bool(d.jerks_s), d.to_n2_s) for d in descents if d.to_n2_s is not None]
    groups = [[x for has, x in times if has is wanted] for wanted in (True, False)]
    if not all(groups):
        return Estimate(value=None, reason="no descents of both kinds reached N2")
    return Estimate(value=float(np.mean(groups[0]) - np.mean(groups[1])))


def _unforced(course: Course, find: FindDescents, parameters: DelayParameters) -> Estimate:
    if course.arousals_s is None:
        return Estimate(value=None, reason="arousals were not scored")
    hypnogram = without_forced_shifts(course.hypnogram, course.arousals_s, parameters)
    other = replace(course, hypnogram=hypnogram, descents=find(hypnogram))
    sample = matched_sample((other,), parameters)
    reason = why_absent((other,), sample, parameters)
    if reason:
        return Estimate(value=None, reason=reason)
    delay = delays_s(sample, np.ones((1, sample.n_descents)), parameters)
    return Estimate(value=float(delay[0]))


def _drawn(
    course: Course, find: FindDescents, drawn: Sequence[Hypnogram], parameters: DelayParameters
) -> Estimate:
    """Give median and interval; each drawn night has its share of the resamples."""
    if not drawn:
        return Estimate(value=None, reason="no stage probabilities were estimated")
    if course.jerks_s is None:
        return Estimate(value=None, reason="jerks could not be looked for: no leg could be scored")
    each = max(2, parameters.n_resamples // len(drawn))
    rng = np.random.Generator(np.random.PCG64(parameters.seed))
    samples = [_of_drawn(course, find, hypnogram, parameters) for hypnogram in drawn]
    enough = [s for s in samples if s.n_matched >= parameters.least_matched]
    if 2 * len(enough) < len(drawn):
        few = f"in {len(drawn) - len(enough)} of {len(drawn)} drawn nights fewer than "
        reason = f"{few}{parameters.least_matched} jerks could be matched"
        return Estimate(value=None, reason=reason)
    values = [_resampled(s, each, parameters, rng) for s in enough]
    tail = (1.0 - parameters.confidence) / 2.0
    middle = np.median([x[0] for x in values])
    low, high = np.nanquantile(np.concatenate([x[1:] for x in values]), (tail, 1.0 - tail))
    return Estimate(value=float(middle), low=float(low), high=float(high))


def _of_drawn(
    course: Course, find: FindDescents, hypnogram: Hypnogram, parameters: DelayParameters
) -> MatchedSample:
    other = replace(course, hypnogram=hypnogram, descents=find(hypnogram))
    return matched_sample((other,), parameters)


def _resampled(
    sample: MatchedSample, n_resamples: int, parameters: DelayParameters, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Give the delay of the whole sample, then those of its resamples."""
    drawn = multiplicities(n_resamples, sample.n_descents, rng)
    return delays_s(sample, np.vstack((np.ones(sample.n_descents), drawn)), parameters)
