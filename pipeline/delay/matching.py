"""Control moments: from other descents, at the same elapsed time, of like depth and state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.delay.course import Passages
from pipeline.delay.moments import (
    Moments,
    depth_before,
    is_aroused,
    is_in_n1,
    is_quiet,
    is_scorable,
)
from pipeline.delay.parameters import DelayParameters

NO_CONTROL = -1
_PAIRS_AT_ONCE = 2_000_000  # keeps the arrays of one pass under about 100 MB
_MOMENT_S = 1e-4  # just before a jerk
_NEARNESS, _MOST_AWAY = 1e-9, 900  # together less than one step of the rounded depth
_ROUNDING = 1e-9  # depths are sums of products; 0.1 apart is still within 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class Matching:
    """Jerk trains with the control moments of each jerk.

    Attributes
    ----------
    since_s
        Seconds of each jerk since its descent began, for each train, shape (n_trains, n_jerks).
    is_n1
        Whether the jerk lies in N1, shape (n_trains, n_jerks).
    is_asked
        Whether it lies in N1 and controls were looked for, shape (n_trains, n_jerks).
    controls
        Descents of its control moments, `NO_CONTROL` where there are fewer, shape (n_trains,
        n_jerks, most_controls).
    """

    since_s: NDArray[np.float64]
    is_n1: NDArray[np.bool_]
    is_asked: NDArray[np.bool_]
    controls: NDArray[np.int64]

    @property
    def is_matched(self) -> NDArray[np.bool_]:
        """Whether each jerk has a control, shape (n_trains, n_jerks)."""
        has: NDArray[np.bool_] = (self.controls != NO_CONTROL).any(axis=2)
        return has


def match(
    passages: Passages,
    jerks_s: NDArray[np.float64],
    parameters: DelayParameters,
) -> Matching:
    """Give each jerk in N1 its control moments.

    Parameters
    ----------
    passages
        The descents.
    jerks_s
        Seconds of each jerk since its descent began, for each train, shape (n_trains, n_jerks),
        in the order of `passages.jerk_descents`.
    parameters
        How many, and what counts as like.

    Notes
    -----
    Of more candidates than are wanted those nearest in depth are taken, then those nearest in
    the night. Other nights of the person serve only a jerk that has no control in its own.
    With `only_first_jerks` a jerk that follows another within the quiet time gets no controls,
    for such a jerk carries what the one before it did, and a control never does. Moments are
    compared from the start of the descent, so that jerk and control lie alike
    between the borders of the epochs.
    """
    n_trains, n_jerks = jerks_s.shape
    jerks = Moments(descents=np.tile(passages.jerk_descents, n_trains), since_s=jerks_s.ravel())
    trains = np.repeat(np.arange(n_trains), n_jerks)
    is_n1 = is_in_n1(passages, jerks)
    is_asked = is_n1.copy()
    if parameters.only_first_jerks:
        is_asked &= is_quiet(passages, jerks.later(-_MOMENT_S), trains, jerks_s, parameters)
    controls = np.full((n_trains * n_jerks, parameters.most_controls), NO_CONTROL, dtype=np.int64)
    step = max(1, _PAIRS_AT_ONCE // max(1, passages.n_descents))
    places = np.flatnonzero(is_asked)
    for first in range(0, len(places), step):
        some = places[first : first + step]
        asked = _Asked(
            jerks=jerks.take(some), trains=some // max(1, n_jerks), all_jerks_s=jerks_s,
        )  # fmt: skip
        rows, columns, ranks = _chosen(passages, asked, parameters)
        controls[some[rows], ranks] = columns
    return Matching(
        since_s=jerks_s,
        is_n1=is_n1.reshape(jerks_s.shape),
        is_asked=is_asked.reshape(jerks_s.shape),
        controls=controls.reshape(n_trains, n_jerks, parameters.most_controls),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Asked:
    """Jerks in N1 that controls are looked for, and the trains that they belong to."""

    jerks: Moments
    trains: NDArray[np.int64]
    all_jerks_s: NDArray[np.float64]


def _chosen(
    passages: Passages, asked: _Asked, parameters: DelayParameters
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Give the pairs of jerk (row) and control descent, and the control's rank within the row."""
    rows, columns, apart = _candidates(passages, asked, parameters)
    own = asked.jerks.descents[rows]
    is_far = passages.nights[columns] != passages.nights[own]
    order = np.argsort(_preference(rows, apart / parameters.like_depth, columns - own, is_far))
    rows, columns, is_far = rows[order], columns[order], is_far[order]
    first = np.searchsorted(rows, rows, side="left")
    ranks = np.arange(len(rows)) - first
    is_taken = (ranks < parameters.most_controls) & (is_far == is_far[first])
    return rows[is_taken], columns[is_taken], ranks[is_taken]


def _preference(
    rows: NDArray[np.int64],
    apart: NDArray[np.float64],
    descents_away: NDArray[np.int64],
    is_far: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Give one number to sort by: row, own night, depth (0 to 1), then nearness in the night.

    One sort takes a quarter of the time of a sort by four keys.
    """
    nearness = _NEARNESS * np.minimum(np.abs(descents_away), _MOST_AWAY)
    order: NDArray[np.float64] = 4.0 * rows + 2.0 * is_far + apart + nearness
    return order


def _candidates(
    passages: Passages, asked: _Asked, parameters: DelayParameters
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Give every pair of jerk and like moment of another descent, and how far apart in depth."""
    jerks = asked.jerks
    lasts = passages.lengths_s[None, :] > jerks.since_s[:, None]
    lasts[np.arange(len(lasts)), jerks.descents] = False
    rows, columns = np.nonzero(lasts)

    def moments() -> Moments:
        return Moments(descents=columns, since_s=jerks.since_s[rows])

    is_kept = is_in_n1(passages, moments())
    rows, columns = rows[is_kept], columns[is_kept]
    apart = np.abs(depth_before(passages, moments()) - depth_before(passages, jerks)[rows])
    is_kept = np.nan_to_num(apart, nan=np.inf) <= parameters.like_depth + _ROUNDING
    rows, columns, apart = rows[is_kept], columns[is_kept], apart[is_kept]
    own = is_aroused(passages, jerks, parameters)[rows]
    is_kept = (
        (is_aroused(passages, moments(), parameters) == own)
        & is_scorable(passages, moments(), parameters)
        & is_quiet(passages, moments(), asked.trains[rows], asked.all_jerks_s, parameters)
    )  # fmt: skip
    return rows[is_kept], columns[is_kept], np.round(apart[is_kept], 6)
