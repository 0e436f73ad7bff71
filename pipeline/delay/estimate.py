"""The matched delay: how much later N2 comes after a jerk than after like moments without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.delay.course import Course, Passages, passages
from pipeline.delay.matching import match
from pipeline.delay.parameters import DelayParameters
from pipeline.delay.resampling import multiplicities, turned
from pipeline.delay.sample import (
    MatchedSample,
    delays_s,
    exchanged_delays_s,
    restricted_means_s,
    sample_of,
    train_delays_s,
)


@dataclass(frozen=True, kw_only=True)
class MatchedDelay:
    """What one person's nights say on the delay of N2 by jerks in N1.

    Attributes
    ----------
    delay_s, low_s, high_s
        Restricted mean time to N2 after jerks less that after controls, with the bootstrap
        interval over descents; None with fewer than five matched jerks.
    after_jerks_s, after_controls_s
        The two restricted means, over the horizon.
    negative_control_s
        The same estimate with the jerks moved 120 s earlier, see `negative_control_s`; None
        where too few could be matched.
    turned_p
        Two-sided p of the permutation test that turns the jerk trains round; None where there is
        no delay.
    exchanged_p
        Two-sided p of the test that exchanges jerk and controls; None where there is no delay.
    n_jerks, n_matched, n_controls
        Jerks in N1 of descents, those with a control, and their controls.
    has_jerks_known
        Whether a leg could be scored; else the counts are 0 for want of anything to count.
    reason
        Why there is no delay; empty where there is one.
    """

    delay_s: float | None
    low_s: float | None
    high_s: float | None
    after_jerks_s: float | None
    after_controls_s: float | None
    negative_control_s: float | None
    turned_p: float | None
    exchanged_p: float | None
    n_jerks: int
    n_matched: int
    n_controls: int
    reason: str
    has_jerks_known: bool = True


def matched_delay(courses: Sequence[Course], parameters: DelayParameters) -> MatchedDelay:
    """Give the matched delay of one person's nights, with interval, test and negative control.

    Parameters
    ----------
    courses
        The person's nights.
    parameters
        Thresholds.
    """
    person = passages(courses)
    sample = sample_of(person, match(person, person.jerks_s[None, :], parameters))
    reason = why_absent(courses, sample, parameters)
    rng = np.random.Generator(np.random.PCG64(parameters.seed))
    if reason:
        return _absent(sample, reason, has_jerks_known=_has_jerks_known(courses))
    jerks_s, controls_s = restricted_means_s(sample, np.ones((1, sample.n_descents)), parameters)
    delay_s = float(jerks_s[0] - controls_s[0])
    low_s, high_s = bootstrap_interval_s(sample, parameters, rng)
    return MatchedDelay(
        delay_s=delay_s,
        low_s=low_s,
        high_s=high_s,
        after_jerks_s=float(jerks_s[0]),
        after_controls_s=float(controls_s[0]),
        negative_control_s=negative_control_s(person, parameters),
        turned_p=turned_p(person, delay_s, parameters, rng),
        exchanged_p=exchanged_p(sample, delay_s, parameters, rng),
        n_jerks=sample.n_jerks,
        n_matched=sample.n_matched,
        n_controls=len(sample.control_times_s),
        reason="",
    )


def why_absent(
    courses: Sequence[Course], sample: MatchedSample, parameters: DelayParameters
) -> str:
    """Say why the sample gives no delay; empty where it gives one."""
    if not _has_jerks_known(courses):
        return "jerks could not be looked for: no leg could be scored"
    if not sample.n_descents:
        return "no descent into sleep"
    if not sample.n_jerks:
        return "no jerk in N1 of a descent"
    if sample.n_matched < parameters.least_matched:
        close = f" ({sample.n_followers} came within {parameters.quiet_s:g} s of another)"
        return (
            f"{sample.n_matched} of {sample.n_jerks} jerks in N1 of a descent could be matched, "
            f"{parameters.least_matched} are needed{close if sample.n_followers else ''}"
        )
    return ""


def _has_jerks_known(courses: Sequence[Course]) -> bool:
    return any(course.jerks_s is not None for course in courses)


def bootstrap_interval_s(
    sample: MatchedSample, parameters: DelayParameters, rng: np.random.Generator
) -> tuple[float, float]:
    """Give the percentile interval of the delay over descents drawn with replacement."""
    drawn = multiplicities(parameters.n_resamples, sample.n_descents, rng)
    delays = delays_s(sample, drawn, parameters)
    tail = (1.0 - parameters.confidence) / 2.0
    low, high = np.nanquantile(delays, (tail, 1.0 - tail))
    return float(low), float(high)


def negative_control_s(person: Passages, parameters: DelayParameters) -> float | None:
    """Give the delay with each train moved 120 s earlier; None where too few are matched.

    Notes
    -----
    Each train is turned back by 120 s within its descent, and what follows is looked at for
    120 s. Two plainer ways are wrong: a moved jerk is known to be 120 s before the end of its
    descent, so that leaving out those that fall before its start says +80 s for jerks that do
    nothing; and after those 120 s comes the jerk itself with all that it does. Like every test
    that turns trains, this one takes it that jerks that do nothing fall evenly over a descent:
    where they come early in it, the value is below zero.
    """
    lengths_s = person.lengths_s[person.jerk_descents]
    moved = (person.jerks_s - parameters.earlier_s) % np.where(lengths_s > 0.0, lengths_s, 1.0)
    rules = parameters.model_copy(update={"horizon_s": parameters.earlier_s})
    delay_s = float(train_delays_s(person, match(person, moved[None, :], rules), rules)[0])
    return None if np.isnan(delay_s) else delay_s


def turned_p(
    person: Passages, delay_s: float, parameters: DelayParameters, rng: np.random.Generator
) -> float | None:
    """Give the two-sided p value among trains turned round within their descents.

    Notes
    -----
    The length of a descent stays what it is, with all that its jerks may have added to it: the
    test asks only whether the places of the jerks within their descents matter, and finds little
    of a delay that lengthens the descent.
    """
    matching = match(person, turned(person, parameters.n_permutations, rng), parameters)
    return _two_sided(train_delays_s(person, matching, parameters), delay_s)


def exchanged_p(
    sample: MatchedSample,
    delay_s: float,
    parameters: DelayParameters,
    rng: np.random.Generator,
) -> float | None:
    """Give the two-sided p value among samples in which any of the alike moments is the jerk.

    Notes
    -----
    If jerks do nothing, a jerk and its controls may change places. Nothing is taken for granted
    on when in a descent jerks come.
    """
    return _two_sided(exchanged_delays_s(sample, parameters, rng), delay_s)


def _two_sided(delays_s: NDArray[np.float64], delay_s: float) -> float | None:
    known = delays_s[np.isfinite(delays_s)]
    if not len(known):
        return None
    tails = (int((known >= delay_s).sum()), int((known <= delay_s).sum()))
    return min(1.0, 2.0 * (1 + min(tails)) / (1 + len(known)))


def _absent(sample: MatchedSample, reason: str, *, has_jerks_known: bool) -> MatchedDelay:
    return MatchedDelay(
        delay_s=None,
        low_s=None,
        high_s=None,
        after_jerks_s=None,
        after_controls_s=None,
        negative_control_s=None,
        turned_p=None,
        exchanged_p=None,
        n_jerks=sample.n_jerks,
        n_matched=sample.n_matched,
        n_controls=len(sample.control_times_s),
        reason=reason,
        has_jerks_known=has_jerks_known,
    )
