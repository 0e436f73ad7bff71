"""The bursts and the movements of a leg in other settings of the detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

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

_SHORT_BLOCKS, _LONG_BLOCKS = 16, 2  # of a second: longer than the gaps that part stretches


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """Bursts and movements of one leg in one setting."""

    bursts: Bursts
    movements: LegMovements


def found_in(
    leg: ConditionedLeg,
    settings: Sequence[Setting],
    bursting: BurstParameters,
    moving: LegMovementParameters,
) -> tuple[Found, ...]:
    """Give the bursts and the movements of a leg in each setting.

    Only the seconds in which any setting can find anything are looked at; what is found is what
    the whole night would give.
    """
    burstings = [shifted_bursts(bursting, s.shift_uv) for s in settings]
    movings = [shifted_movements(moving, s.shift_uv) for s in settings]
    shorts = [leg.rests[s.window][0] for s in settings]
    longs = [leg.rests[s.window][1] for s in settings]
    rate_hz = leg.rate_hz
    short = excerpt(
        leg.short,
        [burst_levels_uv(e, p) for e, p in zip(shorts, burstings, strict=True)],
        _SHORT_BLOCKS,
        bursting.join_gap_s * rate_hz,
    )
    long = excerpt(
        leg.long,
        [movement_levels_uv(e, p) for e, p in zip(longs, movings, strict=True)],
        _LONG_BLOCKS,
        moving.quiet_s * rate_hz - leg.long.n_window,
    )
    return tuple(
        Found(bursts=_bursts(leg, s, b, short), movements=_movements(leg, lo, m, long))
        for s, b, lo, m in zip(shorts, burstings, longs, movings, strict=True)
    )


def shifted_bursts(parameters: BurstParameters, shift_uv: float) -> BurstParameters:
    """Give the parameters with another onset threshold."""
    return parameters.model_copy(update={"high_uv": max(parameters.high_uv + shift_uv, 0.0)})


def shifted_movements(parameters: LegMovementParameters, shift_uv: float) -> LegMovementParameters:
    """Give the parameters with another onset threshold."""
    onset_uv = max(parameters.onset_over_rest_uv + shift_uv, 0.0)
    return parameters.model_copy(update={"onset_over_rest_uv": onset_uv})


def _bursts(
    leg: ConditionedLeg, envelope: RmsEnvelope, parameters: BurstParameters, part: Excerpt | None
) -> Bursts:
    if part is None:
        nothing = np.empty(0)
        return Bursts(**dict.fromkeys(Bursts.__dataclass_fields__, nothing))
    found = find_bursts(
        part.of_envelope(envelope),
        part.of_samples(leg.emg_uv),
        part.of_mask(leg.unusable),
        parameters,
    )
    times = (part.in_record_s(t, leg.rate_hz) for t in (found.onset_s, found.offset_s))
    return replace(found, onset_s=next(times), offset_s=next(times))


def _movements(
    leg: ConditionedLeg,
    envelope: RmsEnvelope,
    parameters: LegMovementParameters,
    part: Excerpt | None,
) -> LegMovements:
    if part is None:
        nothing, no = np.empty(0), np.empty(0, dtype=np.bool_)
        return LegMovements(onset_s=nothing, offset_s=nothing, peak_uv=nothing, rest_uv=nothing,
                            z=nothing, has_shape=no, is_lm=no)  # fmt: skip
    found = find_leg_movements(part.of_envelope(envelope), part.of_mask(leg.unusable), parameters)
    times = (part.in_record_s(t, leg.rate_hz) for t in (found.onset_s, found.offset_s))
    return replace(found, onset_s=next(times), offset_s=next(times))
