"""Candidates for sleep starts: short bursts, their successions, and both legs together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.events import EventKind, Side
from pipeline.intervals import contains
from pipeline.legs.leg import Leg
from pipeline.parameters import Parameters

_COLUMNS = ("onset_s", "offset_s", "peak_uv", "rms_uv", "area_uv_s", "rest_uv", "z")


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
) -> tuple[Candidate, ...]:
    """Give the candidates of all legs, sorted by onset.

    Bursts of one movement of at least 0.5 s are one candidate, and so are up to three bursts
    that follow each other. A burst of a train stands by itself, and so does noise.

    Parameters
    ----------
    legs, kinds, active
        One or two legs, and for each the train that each of its bursts belongs to, and whether
        the burst is activity of the leg (`pipeline.legs.leg_bursts`).
    """
    per_leg = [
        _of_leg(number, leg, kinds[number], active[number], parameters)
        for number, leg in enumerate(legs)
    ]
    if len(legs) == 1:
        return tuple(per_leg[0])
    return tuple(sorted(_paired(per_leg, legs, parameters), key=lambda c: c.onset_s))


def _of_leg(
    number: int,
    leg: Leg,
    kinds: tuple[EventKind | None, ...],
    active: NDArray[np.bool_],
    parameters: CandidateParameters,
) -> list[Candidate]:
    columns = {name: getattr(leg.bursts, name).tolist() for name in _COLUMNS}
    is_active = active.tolist()
    return [
        _candidate(number, columns, rows, kinds, is_activity=any(is_active[row] for row in rows))
        for rows in _groups(leg, (kinds, active), parameters)
    ]


def _groups(
    leg: Leg,
    marks: tuple[tuple[EventKind | None, ...], NDArray[np.bool_]],
    parameters: CandidateParameters,
) -> list[list[int]]:
    """Rows of the bursts that make one candidate each."""
    movement = _movement_of(leg)
    may_follow = _may_follow(leg, movement, marks, parameters).tolist()
    is_moving = (movement >= 0).tolist()
    groups: list[list[int]] = []
    for row, follows in enumerate(may_follow):
        if follows and (is_moving[row] or len(groups[-1]) < parameters.max_succession):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


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


def _candidate(
    number: int,
    columns: Mapping[str, list[float]],
    rows: list[int],
    kinds: tuple[EventKind | None, ...],
    *,
    is_activity: bool,
) -> Candidate:
    onset_s, offset_s, z = (columns[name] for name in ("onset_s", "offset_s", "z"))
    highest = max(rows, key=lambda row: z[row])
    return Candidate(
        onset_s=onset_s[rows[0]],
        offset_s=max(offset_s[row] for row in rows),
        legs=(number,),
        longest_s=max(offset_s[row] - onset_s[row] for row in rows),
        n_bursts=len(rows),
        peak_uv=columns["peak_uv"][highest],
        rms_uv=columns["rms_uv"][highest],
        area_uv_s=sum(columns["area_uv_s"][row] for row in rows),
        rest_uv=columns["rest_uv"][highest],
        z=z[highest],
        kind=next((kinds[row] for row in rows if kinds[row] is not None), None),
        is_activity=is_activity,
    )


def _paired(
    per_leg: list[list[Candidate]], legs: tuple[Leg, ...], parameters: CandidateParameters
) -> list[Candidate]:
    """Candidates of two legs, those that begin together joined, each to the nearest."""
    mine, other = per_leg
    found: list[Candidate] = []
    taken = {place for place, c in enumerate(other) if not c.is_activity}  # no partner
    starts = np.array([c.onset_s for c in other])
    for candidate in mine:
        partner = None
        if candidate.is_activity:
            partner = _nearest(candidate.onset_s, starts, taken, parameters)
        taken |= {partner} if partner is not None else set()
        found.append(candidate if partner is None else _joined(candidate, other[partner]))
    found += [c for place, c in enumerate(other) if place not in taken or not c.is_activity]
    return _with_sight(found, legs)


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


def _with_sight(found: list[Candidate], legs: tuple[Leg, ...]) -> list[Candidate]:
    """Tell of each candidate of one leg whether it is alone, or the other could not be seen."""
    spans = np.array([c.span_s for c in found], dtype=np.float64).reshape(-1, 2)
    is_blind = [np.any(contains(leg.unscorable_s, spans), axis=1) for leg in legs]
    return [
        c
        if len(c.legs) > 1
        else replace(c, is_both_legs=None if is_blind[1 - c.legs[0]][row] else False)
        for row, c in enumerate(found)
    ]


def side_of(candidate: Candidate, legs: tuple[Leg, ...]) -> Side:
    """Give the leg; ``UNKNOWN`` where there is only one lead, which cannot tell."""
    if len(legs) == 1:
        return Side.UNKNOWN
    return Side.BILATERAL if len(candidate.legs) > 1 else legs[candidate.legs[0]].side
