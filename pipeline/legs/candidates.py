"""Candidates for sleep starts: short bursts, their successions, and both legs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.events import EventKind, Side
from pipeline.intervals import contains
from pipeline.legs.bursts import Bursts
from pipeline.legs.leg import Leg
from pipeline.parameters import Parameters


class CandidateParameters(Parameters):
    """How bursts become candidates."""

    succession_gap_s: float = Field(
        default=0.3,
        ge=0,
        description="bursts of one leg this close follow each other; source: ours, "
        "jerks come 'single or in succession' (ICSD) [unverified]",
    )
    max_succession: int = Field(
        default=3, ge=1, description="bursts in a succession; source: trains begin at 4 (AASM)"
    )
    both_legs_s: float = Field(
        default=0.1,
        ge=0,
        description="onsets of both legs at most this far apart are one jerk; source: "
        "clinical rules, section 2",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """One candidate sleep start, before it is judged.

    Attributes
    ----------
    legs
        Index of each leg with a burst in it.
    longest_s
        Longest single burst.
    n_bursts
        Most bursts on one leg.
    kind
        The train that a burst of it belongs to.
    is_activity
        Whether any burst of it is more than what noise may be.
    is_both_legs
        None where the other leg could not be seen.
    """

    onset_s: float
    offset_s: float
    legs: tuple[int, ...]
    longest_s: float
    n_bursts: int
    peak_uv: float
    rms_uv: float
    area_uv_s: float
    rest_uv: float
    z: float
    kind: EventKind | None
    is_activity: bool = True
    is_both_legs: bool | None = None

    @property
    def span_s(self) -> tuple[float, float]:
        """Onset and end in seconds."""
        return self.onset_s, self.offset_s


def find_candidates(
    legs: tuple[Leg, ...],
    kinds: tuple[tuple[EventKind | None, ...], ...],
    active: tuple[NDArray[np.bool_], ...],
    parameters: CandidateParameters,
    *,
    with_noise: bool = True,
) -> tuple[Candidate, ...]:
    """Give the candidates of all legs, sorted by onset.

    Bursts of one movement of at least 0.5 s are one candidate, and so are up to three bursts
    that follow each other. A burst of a train stands by itself, and so does noise.

    Parameters
    ----------
    legs, kinds, active
        One or two legs, and for each the train that each of its bursts belongs to, and whether
        the burst is activity of the leg (`pipeline.legs.leg_bursts`).
    with_noise
        False: what holds no activity of a leg, and would be refused, is left out.
    """
    per_leg = [
        _of_leg(number, legs, (kinds[number], active[number]), parameters, with_noise=with_noise)
        for number in range(len(legs))
    ]
    if len(legs) == 1:
        return tuple(per_leg[0])
    return tuple(sorted(_paired(per_leg, parameters), key=lambda c: c.onset_s))


def _of_leg(
    number: int,
    legs: tuple[Leg, ...],
    marks: tuple[tuple[EventKind | None, ...], NDArray[np.bool_]],
    parameters: CandidateParameters,
    *,
    with_noise: bool,
) -> list[Candidate]:
    """Candidates of one leg, sorted by onset."""
    found, (kinds, active) = legs[number].bursts, marks
    firsts = _firsts(legs[number], marks, parameters)
    if not len(firsts):
        return []
    columns = _columns(found, firsts, active)
    kept = np.flatnonzero(columns["is_activity"] | with_noise)
    spans = np.column_stack((columns["onset_s"], columns["offset_s"]))[kept]
    train = _kinds(kinds, firsts[kept], columns["n_bursts"][kept])
    marked = zip(train, _seen_apart(spans, number, legs), strict=True)
    rows = zip(*(column[kept].tolist() for column in columns.values()), strict=True)
    facts = (dict(zip(columns, row, strict=True)) for row in rows)
    return [
        Candidate(legs=(number,), kind=kind, is_both_legs=is_both, **fact)
        for (kind, is_both), fact in zip(marked, facts, strict=True)
    ]


def _columns(
    found: Bursts, firsts: NDArray[np.int64], active: NDArray[np.bool_]
) -> dict[str, NDArray[Any]]:
    """Give what a `Candidate` holds of the bursts from each first one to the next."""
    sizes = np.diff(np.append(firsts, len(found)))
    z = np.maximum.reduceat(found.z, firsts)
    is_highest = np.flatnonzero(found.z == np.repeat(z, sizes))
    highest = is_highest[np.searchsorted(is_highest, firsts)]
    return {
        "onset_s": found.onset_s[firsts],
        "offset_s": np.maximum.reduceat(found.offset_s, firsts),
        "longest_s": np.maximum.reduceat(found.offset_s - found.onset_s, firsts),
        "n_bursts": sizes,
        "peak_uv": found.peak_uv[highest],
        "rms_uv": found.rms_uv[highest],
        "area_uv_s": np.add.reduceat(found.area_uv_s, firsts),
        "rest_uv": found.rest_uv[highest],
        "z": z,
        "is_activity": np.logical_or.reduceat(active, firsts),
    }


def _kinds(
    kinds: tuple[EventKind | None, ...], firsts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> list[EventKind | None]:
    """Give the first kind of train in each group of bursts."""
    return [
        next((kind for kind in kinds[first : first + size] if kind is not None), None)
        for first, size in zip(firsts.tolist(), sizes.tolist(), strict=True)
    ]


def _seen_apart(
    spans_s: NDArray[np.float64], number: int, legs: tuple[Leg, ...]
) -> list[bool | None]:
    """Give False where a candidate of one leg is alone, None where the other was not seen."""
    if len(legs) == 1:
        return [None] * len(spans_s)
    is_blind = np.any(contains(legs[1 - number].unscorable_s, spans_s), axis=1)
    return [None if blind else False for blind in is_blind.tolist()]


def _firsts(
    leg: Leg,
    marks: tuple[tuple[EventKind | None, ...], NDArray[np.bool_]],
    parameters: CandidateParameters,
) -> NDArray[np.int64]:
    """First row of the bursts that make one candidate each, which follow each other."""
    movement = _movement_of(leg)
    may_follow = _may_follow(leg, movement, marks, parameters).tolist()
    is_moving = (movement >= 0).tolist()
    firsts: list[int] = []
    for row, follows in enumerate(may_follow):
        if not (follows and (is_moving[row] or row - firsts[-1] < parameters.max_succession)):
            firsts.append(row)
    return np.array(firsts, dtype=np.int64)


def _may_follow(
    leg: Leg,
    movement: NDArray[np.int64],
    marks: tuple[tuple[EventKind | None, ...], NDArray[np.bool_]],
    parameters: CandidateParameters,
) -> NDArray[np.bool_]:
    """Tell which bursts belong to the one before: of one movement, or soon after it and free."""
    kinds, active = marks
    is_free = active & np.array([kind is None for kind in kinds], dtype=np.bool_)
    gaps_s = leg.bursts.onset_s[1:] - leg.bursts.offset_s[:-1]
    is_soon = is_free[1:] & is_free[:-1] & (gaps_s <= parameters.succession_gap_s)
    is_same = movement[1:] == movement[:-1]
    first = np.zeros(min(len(movement), 1), dtype=np.bool_)
    return np.concatenate((first, is_same & ((movement[1:] >= 0) | is_soon)))


def _movement_of(leg: Leg) -> NDArray[np.int64]:
    """Give the number of the leg movement of at least 0.5 s that each burst touches, or -1."""
    spans = leg.movements.span_s[leg.movements.is_lm]
    if not len(spans):
        return np.full(len(leg.bursts), -1)
    place = np.searchsorted(spans[:, 1], leg.bursts.onset_s, side="right")
    place = np.minimum(place, len(spans) - 1)
    touches = (spans[place, 0] < leg.bursts.offset_s) & (leg.bursts.onset_s < spans[place, 1])
    return np.where(touches, place, -1)


def _paired(per_leg: list[list[Candidate]], parameters: CandidateParameters) -> list[Candidate]:
    """Candidates of two legs, those that begin together joined, each to the nearest."""
    mine, other = per_leg
    found: list[Candidate] = []
    taken = {place for place, c in enumerate(other) if not c.is_activity}  # no partner
    starts = np.array([c.onset_s for c in other])
    for candidate in mine:
        partner = None
        if candidate.is_activity:
            partner = _nearest(candidate.onset_s, starts, taken, parameters)
        if partner is None:
            found.append(candidate)
        else:
            taken.add(partner)
            found.append(_joined(candidate, other[partner]))
    found += [c for place, c in enumerate(other) if place not in taken or not c.is_activity]
    return found


def _nearest(
    onset_s: float, starts: NDArray[np.float64], taken: set[int], parameters: CandidateParameters
) -> int | None:
    first, last = np.searchsorted(
        starts, (onset_s - parameters.both_legs_s, onset_s + parameters.both_legs_s)
    )
    free = [place for place in range(int(first), int(last)) if place not in taken]
    return min(free, key=lambda place: abs(float(starts[place]) - onset_s), default=None)


def _joined(first: Candidate, second: Candidate) -> Candidate:
    higher = max(first, second, key=lambda c: c.z)
    return Candidate(
        onset_s=min(first.onset_s, second.onset_s),
        offset_s=max(first.offset_s, second.offset_s),
        legs=(*first.legs, *second.legs),
        longest_s=max(first.longest_s, second.longest_s),
        n_bursts=max(first.n_bursts, second.n_bursts),
        peak_uv=higher.peak_uv,
        rms_uv=higher.rms_uv,
        area_uv_s=first.area_uv_s + second.area_uv_s,
        rest_uv=higher.rest_uv,
        z=higher.z,
        kind=first.kind or second.kind,
        is_both_legs=True,
    )


def side_of(candidate: Candidate, legs: tuple[Leg, ...]) -> Side:
    """Give the leg; ``UNKNOWN`` where there is only one lead, which cannot tell."""
    if len(legs) == 1:
        return Side.UNKNOWN
    return Side.BILATERAL if len(candidate.legs) > 1 else legs[candidate.legs[0]].side
