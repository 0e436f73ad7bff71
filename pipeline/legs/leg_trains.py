"""The trains of a night's legs, and what they leave of the leg movements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import Hypnogram
from pipeline.legs.burst_detection import select
from pipeline.legs.companions import Witnesses, accompanied
from pipeline.legs.leg import Leg
from pipeline.legs.leg_bursts import is_activity
from pipeline.legs.sleep_start_parameters import SleepStartParameters
from pipeline.legs.trains import Company, TrainParameters, Trains, find_trains, without_sides

RHYTHMS = (
    EventKind.ALTERNATING_ACTIVATION,
    EventKind.RHYTHMIC_MOVEMENT,
    EventKind.FOOT_TREMOR,
    EventKind.HIGH_FREQUENCY_LM,
)
"""Trains that are no leg movements, however long their bursts."""


def trains_of_legs(
    legs: tuple[Leg, ...],
    hypnogram: Hypnogram | None,
    periodic: NDArray[np.float64],
    around: Witnesses,
    parameters: tuple[TrainParameters, SleepStartParameters],
) -> Trains:
    """Give the trains of one or two legs, the kind of every burst in order.

    Bursts that are no more than noise take no part. The first leg is `left`; sides are put right
    afterwards where one lead is alone.
    """
    thresholds, starts = parameters
    active = [is_activity(leg, starts) for leg in legs]
    bursts = [select(leg.bursts, rows) for leg, rows in zip(legs, active, strict=True)]
    twitch_s = thresholds.myoclonus.longest_like_s
    company = Company(
        periodic=periodic,
        accompanied=tuple(accompanied(one, around, twitch_s) for one in bursts),
    )
    right = bursts[1] if len(legs) > 1 else None
    trains = find_trains(bursts[0], right, hypnogram, thresholds, company=company)
    kinds = [
        _spread(of, rows) for of, rows in zip((trains.left, trains.right), active, strict=False)
    ]
    trains = replace(trains, left=kinds[0], right=kinds[1] if len(legs) > 1 else ())
    return trains if len(legs) > 1 else without_sides(trains)


def _spread(
    kinds: tuple[EventKind | None, ...], active: NDArray[np.bool_]
) -> tuple[EventKind | None, ...]:
    """Kinds of the active bursts as kinds of all bursts."""
    following = iter(kinds)
    return tuple(next(following) if is_one else None for is_one in active.tolist())


def without_rhythms(leg: Leg, trains: Iterable[Event], *, has_sides: bool) -> Leg:
    """Leg whose raised stretches that lie mostly within a rhythm of that leg are no movements."""
    mine = (leg.side, Side.BILATERAL)
    rhythms = [
        (event.onset_s, event.offset_s)
        for event in trains
        if event.kind in RHYTHMS and (not has_sides or event.side in mine)
    ]
    found, spans = leg.movements, np.array(rhythms, dtype=np.float64).reshape(-1, 2)
    starts = np.maximum(found.onset_s[:, None], spans[None, :, 0])
    stops = np.minimum(found.offset_s[:, None], spans[None, :, 1])
    shared_s = np.maximum(stops - starts, 0.0).sum(axis=1)
    is_train = shared_s > (found.offset_s - found.onset_s) / 2.0
    return replace(leg, movements=replace(found, is_lm=found.is_lm & ~is_train))
