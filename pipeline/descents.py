"""Descents: each attempt to go from wake through N1 to deeper sleep, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.hypnogram import Hypnogram, Stage
from pipeline.parameters import Parameters


class Outcome(StrEnum):
    """How a descent ended."""

    N2 = "n2"
    WAKE = "wake"
    R = "r"
    END = "end"


class DescentParameters(Parameters):
    """When a descent has reached deeper sleep, and when a jerk has ended it."""

    confirmed_epochs: int = Field(
        default=2,
        ge=1,
        description="unbroken epochs of N2 or N3 that confirm N2; source: clinical.md 5.2, "
        "one epoch alone is often a scorer's or a network's slip",
    )
    aborted_within_s: float = Field(
        default=30.0,
        gt=0.0,
        description="a descent that ends in wake was aborted by a jerk when wake began at most "
        "this many seconds after the jerk; source: clinical.md 5.2",
    )
    longest_unscored_s: float = Field(
        default=60.0,
        ge=0.0,
        description="longer unscored stretches end a descent, shorter ones are passed over; "
        "source: own choice, two epochs",
    )


@dataclass(frozen=True, kw_only=True)
class Descent:
    """One descent.

    Attributes
    ----------
    number
        From 1 in each night.
    start_s, end_s
        First N1 (or N2) epoch after wake or lights off, until the outcome, in seconds.
    outcome
        N2 confirmed, back to wake (aborted), R, or end of the record, of the time in bed or of
        the staged time.
    n1_s
        Seconds in N1 before the outcome.
    to_n2_s, to_n3_s
        From the start to confirmed N2, and to the first N3 before the next wake; None when not
        reached.
    jerks_s
        Onsets of the accepted candidate sleep starts in it, in seconds; None when no leg could
        be scored.
    is_aborted_by_jerk
        Wake within 30 s of a jerk that came first; None when no leg could be scored.
    """

    number: int
    start_s: float
    end_s: float
    outcome: Outcome
    n1_s: float
    to_n2_s: float | None
    to_n3_s: float | None
    jerks_s: tuple[float, ...] | None
    is_aborted_by_jerk: bool | None

    @property
    def n_jerks(self) -> int | None:
        """Number of jerks in it; None when no leg could be scored."""
        return None if self.jerks_s is None else len(self.jerks_s)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Staged:
    """The staged epochs of the time in bed, unscored ones left out; shape (n,) each."""

    stages: NDArray[np.int8]
    starts_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    is_after_gap: NDArray[np.bool_]  # a long unscored stretch came before


def find_descents(
    hypnogram: Hypnogram,
    lights_off_s: float,
    lights_on_s: float,
    jerks_s: NDArray[np.float64] | None,
    parameters: DescentParameters,
) -> tuple[Descent, ...]:
    """Give every descent between lights off and lights on, in the order of time.

    Parameters
    ----------
    hypnogram
        Stages.
    lights_off_s, lights_on_s
        The time in bed, in seconds from the start of the record.
    jerks_s
        Onsets of the accepted candidate sleep starts, seconds, shape (n_jerks,), in any order;
        None when no leg could be scored.
    parameters
        Thresholds.

    Notes
    -----
    A descent starts with the first epoch of N1 or N2 after wake, or at lights off. It may have no
    length: wake and then confirmed N2 at once.

    Deviations from the rule as it is written in clinical.md 5.2:

    - N3 straight after wake starts a descent too, since it confirms N2 as well as N2 does.
    - Wake followed by R and then N1 starts none: that N1 was not reached from wake.
    - Unscored stretches up to `longest_unscored_s` are passed over; after a longer one nothing
      starts before the next wake.
    """
    staged = _staged(hypnogram, lights_off_s, lights_on_s, parameters.longest_unscored_s)
    jerks = None if jerks_s is None else np.sort(np.asarray(jerks_s, dtype=np.float64))
    ways = _ways(staged, _starts(staged), parameters.confirmed_epochs)
    return tuple(
        _descent(number, staged, way, jerks, parameters) for number, way in enumerate(ways, 1)
    )


def _staged(hypnogram: Hypnogram, off_s: float, on_s: float, gap_s: float) -> _Staged:
    starts = np.maximum(hypnogram.onsets_s, off_s)
    ends = np.minimum(hypnogram.onsets_s + hypnogram.epoch_s, on_s)
    kept = np.flatnonzero((ends > starts) & hypnogram.is_scored)
    starts, ends = starts[kept], ends[kept]
    gaps = starts - np.concatenate(([off_s], ends[:-1]))[: len(starts)]
    return _Staged(
        stages=hypnogram.stages[kept], starts_s=starts, ends_s=ends, is_after_gap=gaps > gap_s
    )


def _starts(staged: _Staged) -> NDArray[np.int64]:
    """Give the index of each epoch in which a descent starts."""
    is_nrem = (staged.stages >= Stage.N1) & (staged.stages <= Stage.N3)
    before = np.concatenate(([Stage.W], staged.stages[:-1]))[: len(is_nrem)]
    return np.flatnonzero(is_nrem & (before == Stage.W) & ~staged.is_after_gap)


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One descent in epochs: its first, the first no longer part of it, its first N3."""

    first: int
    stop: int
    outcome: Outcome
    n3: int | None


def _ways(staged: _Staged, starts: NDArray[np.int64], n_confirmed: int) -> list[_Way]:
    stages, n_epochs = staged.stages, len(staged.stages)
    is_deep = (stages == Stage.N2) | (stages == Stage.N3)
    confirmed = np.lib.stride_tricks.sliding_window_view(
        np.append(is_deep, np.zeros(n_confirmed - 1, np.bool_)), n_confirmed
    ).all(axis=1) if n_epochs else is_deep  # fmt: skip
    wake, r, gap = (
        _next(x, starts + 1) for x in (stages == Stage.W, stages == Stage.R, staged.is_after_gap)
    )
    deep, n3 = _next(np.asarray(confirmed, np.bool_), starts), _next(stages == Stage.N3, starts)
    ended = np.minimum(np.minimum(wake, r), gap)
    reaches = deep + n_confirmed - 1 < ended
    stops = np.where(reaches, deep, ended)
    kinds = np.select(
        [reaches, (ended == gap) | (ended == n_epochs), ended == wake],
        [Outcome.N2, Outcome.END, Outcome.WAKE],
        Outcome.R,
    )
    has_n3 = n3 < np.minimum(np.minimum(wake, gap), n_epochs)
    rows = zip(starts.tolist(), stops.tolist(), kinds.tolist(), n3.tolist(), has_n3, strict=True)
    return [
        _Way(first=first, stop=stop, outcome=Outcome(kind), n3=third if has else None)
        for first, stop, kind, third, has in rows
    ]


def _next(mask: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the first index from each start on where the mask is True, else its length."""
    found = np.append(np.flatnonzero(mask), len(mask))
    return found[np.minimum(np.searchsorted(found, starts), len(found) - 1)]


def _descent(
    number: int,
    staged: _Staged,
    way: _Way,
    jerks: NDArray[np.float64] | None,
    parameters: DescentParameters,
) -> Descent:
    first, stop, outcome = way.first, way.stop, way.outcome
    start_s = float(staged.starts_s[first])
    end_s = float(staged.starts_s[stop] if outcome is not Outcome.END else staged.ends_s[stop - 1])
    inside = None
    if jerks is not None:
        inside = tuple(jerks[slice(*np.searchsorted(jerks, (start_s, end_s)))].tolist())
    is_n1 = staged.stages[first:stop] == Stage.N1
    return Descent(
        number=number,
        start_s=start_s,
        end_s=end_s,
        outcome=outcome,
        n1_s=float((staged.ends_s - staged.starts_s)[first:stop][is_n1].sum()),
        to_n2_s=end_s - start_s if outcome is Outcome.N2 else None,
        to_n3_s=None if way.n3 is None else float(staged.starts_s[way.n3]) - start_s,
        jerks_s=inside,
        is_aborted_by_jerk=None
        if inside is None
        else outcome is Outcome.WAKE
        and any(jerk >= end_s - parameters.aborted_within_s for jerk in inside),
    )
