"""The bursts and the movements of a leg, in the published setting of the detector and in others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.legs.burst_detection import BurstParameters, burst_levels_uv, find_bursts
from pipeline.legs.bursts import Bursts
from pipeline.legs.conditioning import ConditionedLeg
from pipeline.legs.detector_settings import Setting
from pipeline.legs.envelopes import NightEnvelope, RmsEnvelope
from pipeline.legs.excerpt import Excerpt, excerpt
from pipeline.legs.leg_movements import (
    LegMovementParameters,
    LegMovements,
    find_leg_movements,
    movement_levels_uv,
)
from pipeline.legs.resting import RestingLevel
from pipeline.signals import Samples


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """Bursts and movements of one leg in one setting."""

    bursts: Bursts
    movements: LegMovements


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """The parts of one envelope that are looked at.

    Attributes
    ----------
    where
        None where no setting can find anything.
    emg_uv, envelopes
        Those parts of the EMG, and of the envelope with the resting level of each setting.
    """

    where: Excerpt | None
    emg_uv: Samples
    envelopes: tuple[RmsEnvelope, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """What is looked at on one leg: the published setting first, then each other one.

    Only the parts in which any setting can find anything are looked at; what is found is what
    the whole night would give.
    """

    rate_hz: float
    bursting: tuple[BurstParameters, ...]
    moving: tuple[LegMovementParameters, ...]
    short: _Part
    long: _Part

    def published_bursts(self, unusable: NDArray[np.int64]) -> Bursts:
        """Give the bursts in the published setting."""
        return self._bursts(0, _masked(self.short, unusable))

    def found(self, unusable: NDArray[np.int64]) -> tuple[Found, ...]:
        """Give the bursts and the movements in each setting.

        Parameters
        ----------
        unusable
            Samples that cannot be scored, half-open, shape (n, 2).
        """
        masks = [_masked(part, unusable) for part in (self.short, self.long)]
        return tuple(
            Found(bursts=self._bursts(k, masks[0]), movements=self._movements(k, masks[1]))
            for k in range(len(self.bursting))
        )

    def _bursts(self, number: int, unusable: NDArray[np.bool_]) -> Bursts:
        part = self.short
        if part.where is None:
            nothing = np.empty(0)
            return Bursts(**dict.fromkeys(Bursts.__dataclass_fields__, nothing))
        found = find_bursts(part.envelopes[number], part.emg_uv, unusable, self.bursting[number])
        times = (part.where.in_record_s(t, self.rate_hz) for t in (found.onset_s, found.offset_s))
        return replace(found, onset_s=next(times), offset_s=next(times))

    def _movements(self, number: int, unusable: NDArray[np.bool_]) -> LegMovements:
        part = self.long
        if part.where is None:
            nothing, no = np.empty(0), np.empty(0, dtype=np.bool_)
            return LegMovements(onset_s=nothing, offset_s=nothing, peak_uv=nothing,
                                rest_uv=nothing, z=nothing, has_shape=no, is_lm=no)  # fmt: skip
        found = find_leg_movements(part.envelopes[number], unusable, self.moving[number])
        times = (part.where.in_record_s(t, self.rate_hz) for t in (found.onset_s, found.offset_s))
        return replace(found, onset_s=next(times), offset_s=next(times))


def search(
    leg: ConditionedLeg,
    settings: Sequence[Setting],
    bursting: BurstParameters,
    moving: LegMovementParameters,
) -> Search:
    """Give what must be looked at for the published setting and for the others."""
    burstings = (bursting, *(shifted_bursts(bursting, s.shift_uv) for s in settings))
    movings = (moving, *(shifted_movements(moving, s.shift_uv) for s in settings))
    windows = (0, *(1 + s.window for s in settings))  # of the resting level
    shorts, longs = ([one.rests[k] for k in windows] for one in (leg.short, leg.long))
    short = excerpt(
        leg.short,
        [burst_levels_uv(r, p) for r, p in zip(shorts, burstings, strict=True)],
        bursting.join_gap_s * leg.rate_hz,
    )
    long = excerpt(
        leg.long,
        [movement_levels_uv(r, p) for r, p in zip(longs, movings, strict=True)],
        moving.quiet_s * leg.rate_hz - leg.long.n_window,
    )
    return Search(
        rate_hz=leg.rate_hz,
        bursting=burstings,
        moving=movings,
        short=_part(short, leg.emg_uv, leg.short, shorts),
        long=_part(long, leg.emg_uv, leg.long, longs),
    )


def _part(
    where: Excerpt | None,
    emg_uv: Samples,
    envelope: NightEnvelope,
    rests: Sequence[RestingLevel],
) -> _Part:
    if where is None:
        return _Part(where=None, emg_uv=emg_uv[:0], envelopes=())
    part_uv = where.of_samples(emg_uv)
    envelopes = where.of_envelope(part_uv, envelope, rests)
    return _Part(where=where, emg_uv=part_uv, envelopes=envelopes)


def _masked(part: _Part, unusable: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.zeros(0, dtype=np.bool_) if part.where is None else part.where.mask(unusable)


def shifted_bursts(parameters: BurstParameters, shift_uv: float) -> BurstParameters:
    """Give the parameters with another onset threshold."""
    return parameters.model_copy(update={"high_uv": max(parameters.high_uv + shift_uv, 0.0)})


def shifted_movements(parameters: LegMovementParameters, shift_uv: float) -> LegMovementParameters:
    """Give the parameters with another onset threshold."""
    onset_uv = max(parameters.onset_over_rest_uv + shift_uv, 0.0)
    return parameters.model_copy(update={"onset_over_rest_uv": onset_uv})
