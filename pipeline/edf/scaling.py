"""From digital to physical: the four range fields of one signal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.edf import fields
from pipeline.edf.fields import Field, Gate

_NARROWEST = 1e-300  # a gain of less is lost in the smallest numbers
_EDF_RANGE = (-32768, 32767)
_BDF_RANGE = (-8388608, 8388607)


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """Declared ranges, and physical = gain * digital + offset; None where there is no gain."""

    physical_min: float
    physical_max: float
    digital_min: int
    digital_max: int
    gain: float | None
    offset: float | None


def read_scaling(
    parts: Mapping[str, Field], gate: Gate, *, is_annotation: bool, is_bdf: bool
) -> Scaling:
    """Give the ranges and the gain of one signal; those of annotations do not matter.

    Raises
    ------
    EdfError
        HEADER_NUMBER, where a range is no number.
    """
    widest = _BDF_RANGE if is_bdf else _EDF_RANGE
    if is_annotation:
        return _scaling((math.nan, math.nan), widest)
    physical = (
        fields.decimal(parts["physical minimum"], gate),
        fields.decimal(parts["physical maximum"], gate),
    )
    digital = (
        fields.whole(parts["digital minimum"], gate),
        fields.whole(parts["digital maximum"], gate),
    )
    _doubt_ranges(parts, physical, digital, widest, gate)
    return _scaling(physical, digital)


def _doubt_ranges(
    parts: Mapping[str, Field],
    physical: tuple[float, float],
    digital: tuple[int, int],
    widest: tuple[int, int],
    gate: Gate,
) -> None:
    where = parts["digital minimum"].where
    if physical[0] == physical[1]:
        gate.doubt(
            Code.PHYS_RANGE,
            parts["physical minimum"].where,
            "Physical minimum equals maximum: no gain, the channel cannot be scored.",
        )
    elif not _is_usable(physical[1] - physical[0]):
        gate.doubt(
            Code.PHYS_RANGE,
            parts["physical minimum"].where,
            "The physical range is too wide or narrow for a gain: the channel cannot be scored.",
        )
    if digital[0] == digital[1]:
        gate.doubt(
            Code.DIG_RANGE,
            where,
            "Digital minimum equals maximum: no gain, the channel cannot be scored.",
        )
    elif digital[0] > digital[1]:
        gate.doubt(
            Code.DIG_RANGE,
            where,
            "Digital minimum is over the maximum: taken literally, the polarity is turned.",
        )
    if min(digital) < widest[0] or max(digital) > widest[1]:
        gate.doubt(
            Code.DIG_RANGE, where, "The digital range is wider than the samples can be; kept."
        )


def _is_usable(width: float) -> bool:
    """Whether a gain of this physical range is a number other than 0."""
    return math.isfinite(width) and abs(width) > _NARROWEST


def _scaling(physical: tuple[float, float], digital: tuple[int, int]) -> Scaling:
    span = digital[1] - digital[0]
    width = physical[1] - physical[0]
    gain = width / span if span != 0 and _is_usable(width) else None
    return Scaling(
        physical_min=physical[0],
        physical_max=physical[1],
        digital_min=min(digital),
        digital_max=max(digital),
        gain=gain,
        offset=None if gain is None else physical[0] - gain * digital[0],
    )
