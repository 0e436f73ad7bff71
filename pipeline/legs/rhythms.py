"""Rhythms of short bursts: alternating, together, tremor and high-frequency movements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.legs.movement import span_s
from pipeline.legs.pool import LEFT, RIGHT, Pool, has_partner, partner
from pipeline.parameters import Parameters

Rows = tuple[int, ...]
"""The rows of a `Pool` that make one train."""


class _Rate(Protocol):
    @property
    def slowest_hz(self) -> float: ...
    @property
    def fastest_hz(self) -> float: ...
    @property
    def fewest(self) -> int: ...


class AlternationParameters(Parameters):
    """Alternating leg muscle activation (ALMA); AASM manual v3, VII.2 [unverified]."""

    slowest_hz: float = Field(
        default=0.5, gt=0.0, description="slowest rate of the bursts of both legs together; AASM"
    )
    fastest_hz: float = Field(
        default=3.0, gt=0.0, description="fastest rate of the bursts of both legs together; AASM"
    )
    fewest: int = Field(default=4, ge=2, description="fewest alternating bursts; AASM")
    shortest_burst_s: float = Field(default=0.1, ge=0.0, description="shortest burst; AASM")
    longest_burst_s: float = Field(default=0.5, gt=0.0, description="longest burst; AASM")


class RhythmicParameters(Parameters):
    """Rhythmic movement on both legs; AASM manual v3, VII.6 [unverified]."""

    slowest_hz: float = Field(default=0.5, gt=0.0, description="slowest rate; AASM")
    fastest_hz: float = Field(default=2.0, gt=0.0, description="fastest rate; AASM")
    fewest: int = Field(default=4, ge=2, description="fewest movements; AASM")
    least_over_rest: float = Field(
        default=2.0, ge=1.0, description="least peak as a multiple of the resting level; AASM"
    )
    together_s: float = Field(
        default=0.1,
        ge=0.0,
        description=(
            "largest distance of the two legs' onsets; source: ours, the large muscle "
            "groups that the manual names move the whole body, and 100 ms is what this "
            "project calls both legs"
        ),
    )


class TremorParameters(Parameters):
    """Hypnagogic foot tremor; AASM manual v3, VII.3 [unverified]."""

    slowest_hz: float = Field(default=0.3, gt=0.0, description="slowest rate; AASM")
    fastest_hz: float = Field(default=4.0, gt=0.0, description="fastest rate; AASM")
    fewest: int = Field(default=4, ge=2, description="fewest bursts; AASM")
    shortest_burst_s: float = Field(default=0.25, ge=0.0, description="shortest burst; AASM")
    longest_burst_s: float = Field(default=1.0, gt=0.0, description="longest burst; AASM")


class HighFrequencyParameters(Parameters):
    """High-frequency leg movements; Yang and Winkelman 2010, doi 10.5664/jcsm.27931."""

    slowest_hz: float = Field(default=0.3, gt=0.0, description="slowest rate; Yang 2010")
    fastest_hz: float = Field(default=4.0, gt=0.0, description="fastest rate; Yang 2010")
    fewest: int = Field(default=4, ge=2, description="fewest movements; Yang 2010")


def find_alternations(
    bursts: Pool, is_free: NDArray[np.bool_], parameters: AlternationParameters
) -> list[Rows]:
    """Give the trains of bursts that change the leg each time, as rows of `bursts`.

    A burst of the same leg, too early, too late, too short, too long or not free ends the train.
    Legs that begin at the very same moment are not in turn.
    """
    is_fit = is_free & _is_long_as(bursts, parameters) & ~has_partner(bursts, 0.0)
    shortest_s, longest_s = _periods_s(parameters)
    onsets_s, legs = bursts.onset_s.tolist(), bursts.leg.tolist()
    trains: list[list[int]] = [[]]
    for row, fits in enumerate(is_fit.tolist()):
        last = trains[-1][-1] if trains[-1] else None
        is_next = (
            last is not None
            and last == row - 1
            and legs[last] != legs[row]
            and shortest_s <= span_s(onsets_s[last], onsets_s[row]) <= longest_s
        )
        if fits and is_next:
            trains[-1].append(row)
        elif fits:
            trains.append([row])
    return [tuple(train) for train in trains if len(train) >= parameters.fewest]


def find_rhythmic(
    bursts: Pool, is_free: NDArray[np.bool_], parameters: RhythmicParameters
) -> list[Rows]:
    """Give the trains of bursts on both legs at once, as rows of `bursts`.

    A movement begins with the earlier leg. A burst on one leg alone ends the train, unless it
    begins while the other leg is still in a movement of both: then it is a part of that.
    """
    rows = np.arange(len(bursts))
    partners = partner(bursts, parameters.together_s)
    is_high = bursts.peak_uv >= parameters.least_over_rest * bursts.rest_uv
    is_fit = is_free & is_high
    is_fit &= (partners >= 0) & (partners[partners] == rows) & is_fit[partners]
    is_later_leg = is_fit & (partners < rows)
    is_part = is_free & ~is_fit & _begins_within(bursts, is_fit)
    trains = _rhythm(bursts, rows[~is_later_leg & ~is_part], is_fit, parameters)
    whole = [sorted([*train, *partners[list(train)].tolist()]) for train in trains]
    parts = [rows[is_part & (rows > train[0]) & (rows < train[-1])] for train in whole]
    return [tuple(sorted([*train, *more])) for train, more in zip(whole, parts, strict=True)]


def _begins_within(bursts: Pool, is_fit: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which bursts begin before a fitting burst of the other leg has ended."""
    found = np.zeros(len(bursts), dtype=np.bool_)
    for leg, other in ((LEFT, RIGHT), (RIGHT, LEFT)):
        is_its = is_fit & (bursts.leg == other)
        ends = np.maximum.accumulate(np.where(is_its, bursts.offset_s, -np.inf))
        found |= (bursts.leg == leg) & (bursts.onset_s < ends)
    return found


def find_tremor(
    bursts: Pool, is_free: NDArray[np.bool_], parameters: TremorParameters
) -> list[Rows]:
    """Give the trains of tremor bursts of each leg, as rows of `bursts`."""
    return _per_leg(bursts, is_free & _is_long_as(bursts, parameters), parameters)


def find_high_frequency(
    bursts: Pool, is_free: NDArray[np.bool_], parameters: HighFrequencyParameters
) -> list[Rows]:
    """Give the trains of high-frequency movements of each leg, as rows of `bursts`."""
    return _per_leg(bursts, is_free, parameters)


def _per_leg(bursts: Pool, is_fit: NDArray[np.bool_], rate: _Rate) -> list[Rows]:
    return [
        train
        for leg in (LEFT, RIGHT)
        for train in _rhythm(bursts, bursts.rows_of(leg), is_fit, rate)
    ]


def _rhythm(
    bursts: Pool, rows: NDArray[np.int64], is_fit: NDArray[np.bool_], rate: _Rate
) -> list[Rows]:
    """Give the trains among the rows, which follow one another in time.

    A burst sooner after the last counted one than the fastest rate allows goes with the train
    and is not counted: the detector may have cut one burst in two. One that comes too late, or
    does not fit, ends it.
    """
    shortest_s, longest_s = _periods_s(rate)
    trains: list[tuple[list[int], list[int]]] = []
    last_s: float | None = None
    for row, onset_s, fits in zip(
        rows.tolist(), bursts.onset_s[rows].tolist(), is_fit[rows].tolist(), strict=True
    ):
        period_s = span_s(last_s, onset_s) if last_s is not None else np.inf
        if not fits:
            last_s = None
        elif period_s < shortest_s:
            trains[-1][1].append(row)
        else:
            _count(trains, row, is_new=period_s > longest_s)
            last_s = onset_s
    return [
        tuple(sorted([*counted, *passed]))
        for counted, passed in trains
        if len(counted) >= rate.fewest
    ]


def _count(trains: list[tuple[list[int], list[int]]], row: int, *, is_new: bool) -> None:
    if is_new:
        trains.append(([row], []))
    else:
        trains[-1][0].append(row)


def _periods_s(rate: _Rate) -> Sequence[float]:
    """Give the shortest and longest period of a rate, to the microsecond."""
    return round(1.0 / rate.fastest_hz, 6), round(1.0 / rate.slowest_hz, 6)


def _is_long_as(
    bursts: Pool, parameters: AlternationParameters | TremorParameters
) -> NDArray[np.bool_]:
    duration_s = bursts.duration_s
    fits: NDArray[np.bool_] = (duration_s >= parameters.shortest_burst_s) & (
        duration_s <= parameters.longest_burst_s
    )
    return fits
