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
from pipeline.legs.envelopes import RmsEnvelope
from pipeline.legs.excerpt import Excerpt, excerpt
from pipeline.legs.leg_movements import (
    LegMovementParameters,
    LegMovements,
    find_leg_movements,
    movement_levels_uv,
)
from pipeline.signals import Samples

_SHORT_BLOCKS, _LONG_BLOCKS = 16, 2  # of a second: longer than the gaps that part stretches


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """Bursts and movements of one leg in one setting."""

    bursts: Bursts
    movements: LegMovements


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """The seconds of one envelope that are looked at.

    Attributes
    ----------
    where
        None where no setting can find anything.
    envelopes
        That part of the envelope, with the resting level of each setting.
    """

    where: Excerpt | None
    envelopes: tuple[RmsEnvelope, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """What is looked at on one leg: the published setting first, then each other one.

    Only the seconds in which any setting can find anything are looked at; what is found is what
    the whole night would give.
    """

    rate_hz: float
    bursting: tuple[BurstParameters, ...]
    moving: tuple[LegMovementParameters, ...]
    short: _Part
    long: _Part
    emg_uv: Samples

    def published_bursts(self, unusable: NDArray[np.bool_]) -> Bursts:
        """Give the bursts in the published setting."""
        return self._bursts(0, _masked(self.short, unusable))

    def found(self, unusable: NDArray[np.bool_]) -> tuple[Found, ...]:
        """Give the bursts and the movements in each setting.

        Parameters
        ----------
        unusable
            True where the signal cannot be scored, shape (n_samples,).
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
        found = find_bursts(part.envelopes[number], self.emg_uv, unusable, self.bursting[number])
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
    rests = ((leg.short, leg.long), *(leg.rests[s.window] for s in settings))
    shorts, longs = zip(*rests, strict=True)
    short = excerpt(
        leg.short,
        [burst_levels_uv(e, p) for e, p in zip(shorts, burstings, strict=True)],
        _SHORT_BLOCKS,
        bursting.join_gap_s * leg.rate_hz,
    )
    long = excerpt(
        leg.long,
        [movement_levels_uv(e, p) for e, p in zip(longs, movings, strict=True)],
        _LONG_BLOCKS,
        moving.quiet_s * leg.rate_hz - leg.long.n_window,
    )
    return Search(
        rate_hz=leg.rate_hz,
        bursting=burstings,
        moving=movings,
        short=_part(short, shorts),
        long=_part(long, longs),
        emg_uv=leg.emg_uv[:0] if short is None else short.of_samples(leg.emg_uv),
    )


def _part(where: Excerpt | None, envelopes: Sequence[RmsEnvelope]) -> _Part:
    return _Part(where=where, envelopes=() if where is None else where.of_envelopes(envelopes))


def _masked(part: _Part, unusable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return unusable[:0] if part.where is None else part.where.of_mask(unusable)


def shifted_bursts(parameters: BurstParameters, shift_uv: float) -> BurstParameters:
    """Give the parameters with another onset threshold."""
    return parameters.model_copy(update={"high_uv": max(parameters.high_uv + shift_uv, 0.0)})


def shifted_movements(parameters: LegMovementParameters, shift_uv: float) -> LegMovementParameters:
    """Give the parameters with another onset threshold."""
    onset_uv = max(parameters.onset_over_rest_uv + shift_uv, 0.0)
    return parameters.model_copy(update={"onset_over_rest_uv": onset_uv})
