"""One night as the matched comparison sees it, and several of them as one set of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.delay.competing_risks import Ending
from pipeline.depth import EpochSteps, SleepDepth
from pipeline.descents import Descent, Outcome
from pipeline.hypnogram import Hypnogram

_ENDINGS = {
    Outcome.N2: Ending.N2,
    Outcome.WAKE: Ending.OTHER,
    Outcome.R: Ending.OTHER,
    Outcome.END: Ending.CUT_OFF,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """One night of a person, as far as jerks are compared with other moments of N1.

    Attributes
    ----------
    hypnogram
        The one that the descents were found in.
    descents
        Of the whole night, with their jerks.
    jerks_s
        Onsets of all its jerks, in descents and outside of them, sorted, seconds, shape
        (n_jerks,); None where no leg could be scored.
    depth
        Sleep depth (`pipeline.depth.sleep_depth`).
    scorable
        Share of each epoch in which a leg could be scored (`pipeline.depth.epoch_steps`).
    arousals_s
        Start and end of each arousal, sorted by start, seconds, shape (n, 2); None where
        arousals were not scored: then all moments are of one state.
    """

    hypnogram: Hypnogram
    descents: tuple[Descent, ...]
    jerks_s: NDArray[np.float64] | None
    depth: SleepDepth
    scorable: EpochSteps
    arousals_s: NDArray[np.float64] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Passages:
    """The descents of one person, over all nights, as arrays.

    Attributes
    ----------
    courses
        The nights.
    nights
        Index into them, shape (n_descents,).
    starts_s, lengths_s
        Start in its night, and length of each descent, seconds, shape (n_descents,).
    endings
        `Ending` of each descent, shape (n_descents,).
    jerk_descents, jerks_s
        Descent of each of its jerks, and seconds from that descent's start, sorted by both,
        shape (n_jerks,).
    """

    courses: tuple[Course, ...]
    nights: NDArray[np.int64]
    starts_s: NDArray[np.float64]
    lengths_s: NDArray[np.float64]
    endings: NDArray[np.int8]
    jerk_descents: NDArray[np.int64]
    jerks_s: NDArray[np.float64]

    @property
    def n_descents(self) -> int:
        """Number of descents."""
        return len(self.starts_s)


def passages(courses: Sequence[Course]) -> Passages:
    """Give the descents of one person's nights as arrays, in the order of nights and time."""
    rows = [(night, d) for night, course in enumerate(courses) for d in course.descents]
    starts_s = np.array([d.start_s for _, d in rows], dtype=np.float64)
    ends_s = np.array([d.end_s for _, d in rows], dtype=np.float64)
    jerks = [
        (index, onset_s - d.start_s)
        for index, (_, d) in enumerate(rows)
        for onset_s in d.jerks_s or ()
    ]
    return Passages(
        courses=tuple(courses),
        nights=np.array([night for night, _ in rows], dtype=np.int64),
        starts_s=starts_s,
        lengths_s=ends_s - starts_s,
        endings=np.array([_ENDINGS[d.outcome] for _, d in rows], dtype=np.int8),
        jerk_descents=np.array([index for index, _ in jerks], dtype=np.int64),
        jerks_s=np.array([since_s for _, since_s in jerks], dtype=np.float64),
    )
