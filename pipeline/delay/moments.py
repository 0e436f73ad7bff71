"""Moments within descents, and what each of them was like: stage, depth, arousal, quiet legs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.delay.course import Course, Passages
from pipeline.delay.parameters import DelayParameters
from pipeline.hypnogram import TOLERANCE_S, Stage

_Question = Callable[[Course, NDArray[np.float64]], NDArray[Any]]
_APART_S = 1e6  # more than any night, and still exact to 1e-5 s with 100,000 of them in a row


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Moments in descents.

    Attributes
    ----------
    descents
        Descent of each, shape (n,).
    since_s
        Seconds since that descent began, shape (n,).
    """

    descents: NDArray[np.int64]
    since_s: NDArray[np.float64]

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Moments:
        """Give some of the moments."""
        return Moments(descents=self.descents[chosen], since_s=self.since_s[chosen])

    def later(self, by_s: float) -> Moments:
        """Give the moments so many seconds later in their descents."""
        return Moments(descents=self.descents, since_s=self.since_s + by_s)


def is_in_n1(passages: Passages, moments: Moments) -> NDArray[np.bool_]:
    """Tell for each moment whether its descent still lasts and its epoch is N1, shape (n,)."""
    lengths_s = passages.lengths_s[moments.descents]
    lasts = (moments.since_s >= 0.0) & (moments.since_s < lengths_s)
    found: NDArray[np.bool_] = lasts & _asked(passages, moments, _is_n1, np.bool_)
    return found


def depth_before(passages: Passages, moments: Moments) -> NDArray[np.float64]:
    """Give the sleep depth before each moment, NaN where not known, shape (n,)."""
    return _asked(passages, moments, lambda course, t: course.depth.before(t), np.float64)


def is_aroused(
    passages: Passages, moments: Moments, parameters: DelayParameters
) -> NDArray[np.bool_]:
    """Tell for each moment whether an arousal came just before it, or lasts, shape (n,)."""

    def aroused(course: Course, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        if course.arousals_s is None:
            return np.zeros(len(times_s), dtype=np.bool_)
        starts_s, ends_s = course.arousals_s.T
        until_s = np.maximum(ends_s, starts_s + parameters.aroused_s)
        reach = np.column_stack((starts_s + parameters.simultaneous_s, until_s))
        return intervals.contains(reach[reach[:, 1] > reach[:, 0]], times_s)

    return _asked(passages, moments, aroused, np.bool_)


def is_scorable(
    passages: Passages, moments: Moments, parameters: DelayParameters
) -> NDArray[np.bool_]:
    """Tell for each moment whether a leg could be scored in the quiet time before it, (n,)."""

    def scorable(course: Course, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        share = course.scorable.means(times_s - parameters.quiet_s, times_s)
        found: NDArray[np.bool_] = np.nan_to_num(share) >= parameters.least_scorable
        return found

    return _asked(passages, moments, scorable, np.bool_)


def is_quiet(
    passages: Passages,
    moments: Moments,
    trains: NDArray[np.int64],
    jerks_s: NDArray[np.float64],
    parameters: DelayParameters,
) -> NDArray[np.bool_]:
    """Tell for each moment whether no jerk lies in the quiet time before it, shape (n,).

    Parameters
    ----------
    trains
        Row of `jerks_s` that counts at each moment, shape (n,).
    jerks_s
        Seconds of each jerk of the descents since its descent began, for each train, shape
        (n_trains, n_jerks), in the order of `passages.jerk_descents`.
    """
    rows = np.arange(len(jerks_s))[:, None] * passages.n_descents
    known = np.sort(((rows + passages.jerk_descents) * _APART_S + jerks_s).ravel())
    asked = (trains * passages.n_descents + moments.descents) * _APART_S + moments.since_s
    inside: NDArray[np.bool_] = _since_last(known, asked) > parameters.quiet_s
    inside &= _asked(passages, moments, _quiet_outside(parameters), np.bool_)
    return inside


def _quiet_outside(parameters: DelayParameters) -> _Question:
    """Give the question whether no jerk outside of all descents came shortly before."""

    def quiet(course: Course, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        jerks_s = np.empty(0) if course.jerks_s is None else course.jerks_s
        spans = [(d.start_s, d.end_s) for d in course.descents if d.end_s > d.start_s]
        held = intervals.contains(np.array(spans, dtype=np.float64).reshape(-1, 2), jerks_s)
        found: NDArray[np.bool_] = _since_last(jerks_s[~held], times_s) > parameters.quiet_s
        return found

    return quiet


def _since_last(known: NDArray[np.float64], asked: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the distance to the last known time not after each; infinite where there is none."""
    place = np.searchsorted(known, asked, side="right") - 1
    padded = np.append(known, -np.inf)
    distance: NDArray[np.float64] = asked - padded[place]
    return distance


def _is_n1(course: Course, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    hypnogram = course.hypnogram
    epochs = np.floor((times_s - hypnogram.offset_s + TOLERANCE_S) / hypnogram.epoch_s)
    inside = np.clip(epochs, 0, len(hypnogram) - 1)  # a moment of a descent lies in an epoch
    found: NDArray[np.bool_] = hypnogram.stages[inside.astype(np.int64)] == Stage.N1
    return found


def _asked(passages: Passages, moments: Moments, question: _Question, kind: type) -> NDArray[Any]:
    """Ask each moment's own night."""
    times_s = passages.starts_s[moments.descents] + moments.since_s
    if len(passages.courses) == 1:
        return question(passages.courses[0], times_s)
    nights = passages.nights[moments.descents]
    answers: NDArray[Any] = np.zeros(len(times_s), dtype=kind)
    for night in np.unique(nights):
        is_its = nights == night
        answers[is_its] = question(passages.courses[night], times_s[is_its])
    return answers
