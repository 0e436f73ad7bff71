"""From channels to leads: scale, subtract, keep what the recorder could represent."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.errors import MontageError
from pipeline.recording import ALL, Channel, Lead, Recording
from pipeline.roles import Derivation

_BLOCK_SAMPLES = 2**16  # 0.5 MB: stays in the processor's cache


def lead(recording: Recording, derivation: Derivation, part: slice = ALL) -> Lead:
    """Give the derivation's signal in microvolts, without loss, or part of its samples.

    Of two channels each is scaled by its own gain, then they are subtracted; the resolution is
    the coarser of the two, the range the sum, the prefilter the narrower.

    Raises
    ------
    MontageError
        CHANNEL_MISSING, UNIT_UNKNOWN; PAIR_MISMATCH where rate or length differ.
    """
    positive = _channel(recording, derivation.positive, derivation)
    if derivation.negative is None:
        return _lead(derivation, (positive,), positive.microvolts(part), _range_uv(positive))
    negative = _channel(recording, derivation.negative, derivation)
    if positive.rate_hz != negative.rate_hz or len(positive.digital) != len(negative.digital):
        found = f"{positive.rate_hz:g} and {negative.rate_hz:g} Hz"
        raise _error(Code.PAIR_MISMATCH, "The two channels differ.", derivation, found)
    microvolts = _difference(positive, negative, part)
    (low, high), (low_2, high_2) = _range_uv(positive), _range_uv(negative)
    return _lead(derivation, (positive, negative), microvolts, (low - high_2, high - low_2))


def _difference(positive: Channel, negative: Channel, part: slice) -> NDArray[np.float64]:
    """Subtract block by block: a second night in microvolts would cost more than the sums."""
    microvolts = positive.microvolts(part)
    first, _, _ = part.indices(len(positive.digital))
    for start in range(0, len(microvolts), _BLOCK_SAMPLES):
        block = microvolts[start : start + _BLOCK_SAMPLES]
        block -= negative.microvolts(slice(first + start, first + start + len(block)))
    return microvolts


def _channel(recording: Recording, index: int, derivation: Derivation) -> Channel:
    channel = recording.channels.get(index)
    if channel is None:
        what = "A channel of this lead was not read."
        raise _error(Code.CHANNEL_MISSING, what, derivation, f"no signal {index + 1}")
    if not math.isfinite(channel.gain_uv):
        what = "The channel's microvolts are not known."
        raise _error(Code.UNIT_UNKNOWN, what, derivation, f"signal {index + 1}")
    return channel


def _error(code: Code, what: str, derivation: Derivation, found: str) -> MontageError:
    remedy = "Name another channel for this role under [montage.labels]."
    return MontageError(what, code=code, where=derivation.role.value, found=found, remedy=remedy)


def _range_uv(channel: Channel) -> tuple[float, float]:
    ends = [
        channel.gain_uv * d + channel.offset_uv for d in (channel.digital_min, channel.digital_max)
    ]
    return min(ends), max(ends)


def _lead(
    derivation: Derivation,
    channels: tuple[Channel, ...],
    microvolts: NDArray[np.float64],
    range_uv: tuple[float, float],
) -> Lead:
    highpasses = [c.highpass_hz for c in channels if c.highpass_hz is not None]
    lowpasses = [c.lowpass_hz for c in channels if c.lowpass_hz is not None]
    return Lead(
        role=derivation.role.value,
        label=derivation.label,
        rate_hz=channels[0].rate_hz,
        microvolts=microvolts,
        resolution_uv=max(c.resolution_uv for c in channels),
        floor_uv=range_uv[0],
        ceiling_uv=range_uv[1],
        highpass_hz=max(highpasses, default=None),
        lowpass_hz=min(lowpasses, default=None),
    )
