"""The neighbours of sleep starts: trains, fragmentary myoclonus and large movements."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import Hypnogram
from pipeline.legs.bursts import Bursts
from pipeline.legs.large_movements import (
    LargeMovementParameters,
    find_large_movements,
    is_within,
)
from pipeline.legs.myoclonus import (
    ExcessiveMyoclonus,
    MyoclonusParameters,
    find_myoclonus,
    rate_excess,
)
from pipeline.legs.pool import LEFT, RIGHT, Pool, pool
from pipeline.legs.rhythms import (
    AlternationParameters,
    HighFrequencyParameters,
    RhythmicParameters,
    Rows,
    TremorParameters,
    find_alternations,
    find_high_frequency,
    find_rhythmic,
    find_tremor,
)
from pipeline.parameters import Parameters

PRECEDENCE = (
    EventKind.LARGE_MOVEMENT,
    EventKind.ALTERNATING_ACTIVATION,
    EventKind.RHYTHMIC_MOVEMENT,
    EventKind.FOOT_TREMOR,
    EventKind.HIGH_FREQUENCY_LM,
    EventKind.FRAGMENTARY_MYOCLONUS,
)
"""Which kind takes a burst that fits several, see `find_trains`."""

RULE_SETS = {
    EventKind.LARGE_MOVEMENT: "LMM_IRLSSG_2021",
    EventKind.ALTERNATING_ACTIVATION: "ALMA_AASM_v3",
    EventKind.RHYTHMIC_MOVEMENT: "RMD_AASM_v3",
    EventKind.FOOT_TREMOR: "HFT_AASM_v3",
    EventKind.HIGH_FREQUENCY_LM: "HFLM_YANG_2010",
    EventKind.FRAGMENTARY_MYOCLONUS: "FM_FRAUSCHER_2014",
}
"""Name and version of the rules of each kind."""


class TrainParameters(Parameters):
    """Thresholds of each kind."""

    large_movement: LargeMovementParameters = Field(
        default=LargeMovementParameters(),
        description="large movements",
    )
    alternation: AlternationParameters = Field(
        default=AlternationParameters(),
        description="alternating leg muscle activation",
    )
    rhythmic: RhythmicParameters = Field(
        default=RhythmicParameters(), description="rhythmic movement"
    )
    tremor: TremorParameters = Field(
        default=TremorParameters(),
        description="hypnagogic foot tremor",
    )
    high_frequency: HighFrequencyParameters = Field(
        default=HighFrequencyParameters(),
        description="high-frequency leg movements",
    )
    myoclonus: MyoclonusParameters = Field(
        default=MyoclonusParameters(),
        description="fragmentary myoclonus",
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Company:
    """What goes on beside the bursts of the legs; None where it is not known.

    Attributes
    ----------
    chin
        Activity of the chin EMG in seconds, shape (n, 2).
    periodic
        Periodic leg movements in seconds, shape (n, 2), which are no large movements.
    accompanied
        For the left leg, then for the right, which of its bursts come with another muscle or a
        faster heart (`pipeline.legs.companions`), and so are no myoclonus.
    """

    chin: NDArray[np.float64] | None = None
    periodic: NDArray[np.float64] | None = None
    accompanied: tuple[NDArray[np.bool_], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Trains:
    """Trains and their like, and which burst belongs to which.

    Attributes
    ----------
    events
        One per train or large movement, numbered in `series` from 1 in each kind; one per burst
        of fragmentary myoclonus, without a number. Sorted by onset. Two large movements may
        share a long burst.
    left, right
        The kind of each burst of that leg, or None: as many as the leg has bursts.
    excessive_myoclonus
        None without a hypnogram: the rule asks for NREM.
    """

    events: tuple[Event, ...]
    left: tuple[EventKind | None, ...]
    right: tuple[EventKind | None, ...]
    excessive_myoclonus: ExcessiveMyoclonus | None


def find_trains(
    left: Bursts | None,
    right: Bursts | None,
    hypnogram: Hypnogram | None,
    parameters: TrainParameters,
    *,
    company: Company | None = None,
) -> Trains:
    """Give trains, fragmentary myoclonus and large movements; a burst belongs to one at most.

    Parameters
    ----------
    left, right
        Bursts of each leg; None where the leg has no lead or cannot be scored.
    company
        What goes on beside the bursts; None: not known.

    Notes
    -----
    A burst goes to the first kind that it fits (`PRECEDENCE`), and a burst that is taken ends
    every later train on its leg:

    1. Large movement: activity of seconds without a pause is no train of short bursts.
    2. Alternating activation, since only the two legs in turn give it; each leg alone would
       pass as tremor.
    3. Rhythmic movement, since both legs together within 100 ms give it; each leg alone would
       pass as tremor.
    4. Foot tremor: one leg, and every burst of 250 to 1000 ms.
    5. High-frequency movements: the same rate, and bursts of any length.
    6. Fragmentary myoclonus: what has no rhythm.

    Two or three bursts in a row are never a train. Trains of tremor and of high-frequency
    movements are found on each leg for itself.

    Deviations
    ----------
    - Rates are asked of every interval from onset to onset, not of the mean.
    - Rhythmic movement is asked of both legs together, see `RhythmicParameters.together_s`.
    - With one leg only, there is no alternating and no rhythmic movement, and a large movement
      needs the chin.
    - Stages are not asked for; the tags of the events tell them.
    """
    bursts, company = pool(left, right), company or Company()
    is_lone = ~_in_pool(bursts, company.accompanied)
    kinds: list[EventKind | None] = [None] * len(bursts)
    large = find_large_movements(bursts, company.chin, company.periodic, parameters.large_movement)
    events = [_large_event(bursts, stretch, number) for number, stretch in enumerate(large, 1)]
    _take(kinds, EventKind.LARGE_MOVEMENT, [_rows_within(bursts, stretch) for stretch in large])
    for kind in PRECEDENCE[1:]:
        is_free = np.array([taken is None for taken in kinds], dtype=np.bool_)
        is_free &= is_lone | (kind is not EventKind.FRAGMENTARY_MYOCLONUS)
        found = sorted(_find(kind, bursts, is_free, parameters))
        events += [_event(kind, bursts, rows, number) for number, rows in enumerate(found, 1)]
        _take(kinds, kind, found)
    return Trains(
        events=tuple(sorted(events, key=lambda event: (event.onset_s, event.kind, event.side))),
        left=_kinds_of(LEFT, bursts, kinds),
        right=_kinds_of(RIGHT, bursts, kinds),
        excessive_myoclonus=_excess(bursts, kinds, is_lone, hypnogram, parameters.myoclonus),
    )


def _in_pool(bursts: Pool, accompanied: tuple[NDArray[np.bool_], ...] | None) -> NDArray[np.bool_]:
    """Put the marks of each leg's bursts into the order of the pool, shape (n_bursts,)."""
    found = np.zeros(len(bursts), dtype=np.bool_)
    for leg, marks in zip((LEFT, RIGHT), accompanied or (), strict=False):
        rows = bursts.rows_of(leg)
        found[rows] = marks[bursts.index[rows]]
    return found


def without_sides(trains: Trains) -> Trains:
    """Give the same where one lead held both legs: the side of each event is ``UNKNOWN``."""
    events = tuple(replace(event, side=Side.UNKNOWN) for event in trains.events)
    return replace(trains, events=events)


def _find(
    kind: EventKind, bursts: Pool, is_free: NDArray[np.bool_], parameters: TrainParameters
) -> list[Rows]:
    """Give the rows of each train of one kind; of myoclonus, one row each."""
    if kind is EventKind.ALTERNATING_ACTIVATION:
        return find_alternations(bursts, is_free, parameters.alternation)
    if kind is EventKind.RHYTHMIC_MOVEMENT:
        return find_rhythmic(bursts, is_free, parameters.rhythmic)
    if kind is EventKind.FOOT_TREMOR:
        return find_tremor(bursts, is_free, parameters.tremor)
    if kind is EventKind.HIGH_FREQUENCY_LM:
        return find_high_frequency(bursts, is_free, parameters.high_frequency)
    is_myoclonus = find_myoclonus(bursts, is_free, parameters.myoclonus)
    return [(row,) for row in np.flatnonzero(is_myoclonus).tolist()]


def _take(kinds: list[EventKind | None], kind: EventKind, found: list[Rows]) -> None:
    for rows in found:
        for row in rows:
            kinds[row] = kind


def _rows_within(bursts: Pool, stretch: NDArray[np.float64]) -> Rows:
    return tuple(np.flatnonzero(is_within(bursts, stretch)).tolist())


def _large_event(bursts: Pool, stretch: NDArray[np.float64], number: int) -> Event:
    """Give the event over the common stretch, which its bursts may outlast."""
    event = _event(EventKind.LARGE_MOVEMENT, bursts, _rows_within(bursts, stretch), number)
    return replace(event, onset_s=float(stretch[0]), duration_s=float(stretch[1] - stretch[0]))


def _event(kind: EventKind, bursts: Pool, rows: Rows, number: int) -> Event:
    chosen = list(rows)
    onset_s, offset_s = bursts.onset_s[chosen].min(), bursts.offset_s[chosen].max()
    highest = chosen[int(np.argmax(bursts.peak_uv[chosen]))]
    is_single = kind is EventKind.FRAGMENTARY_MYOCLONUS
    return Event(
        kind=kind,
        rule_set=RULE_SETS[kind],
        onset_s=float(onset_s),
        duration_s=float(offset_s - onset_s),
        side=_side(bursts, chosen),
        amplitude_uv=float(bursts.peak_uv[highest]),
        rms_uv=float(bursts.rms_uv[highest]) if is_single else None,
        area_uv_s=float(bursts.area_uv_s[chosen].sum()),
        rest_uv=float(bursts.rest_uv[highest]),
        z=float(bursts.z[highest]),
        series=None if is_single else number,
        n_parts=len(chosen),
    )


def _side(bursts: Pool, rows: list[int]) -> Side:
    legs = set(bursts.leg[rows].tolist())
    if len(legs) > 1:
        return Side.BILATERAL
    return Side.LEFT if legs == {LEFT} else Side.RIGHT


def _kinds_of(
    leg: int, bursts: Pool, kinds: list[EventKind | None]
) -> tuple[EventKind | None, ...]:
    rows = bursts.rows_of(leg)
    in_order = rows[np.argsort(bursts.index[rows])]
    return tuple(kinds[row] for row in in_order.tolist())


def _excess(
    bursts: Pool,
    kinds: list[EventKind | None],
    is_lone: NDArray[np.bool_],
    hypnogram: Hypnogram | None,
    parameters: MyoclonusParameters,
) -> ExcessiveMyoclonus | None:
    if hypnogram is None:
        return None
    mine = (None, EventKind.FRAGMENTARY_MYOCLONUS)
    is_free = np.array([kind in mine for kind in kinds], dtype=np.bool_)
    return rate_excess(bursts, is_free & is_lone, hypnogram, parameters)
