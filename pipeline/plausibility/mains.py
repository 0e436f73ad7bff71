"""Mains hum that stands out of a channel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.codes import Code
from pipeline.parameters import Parameters
from pipeline.plausibility.finding import Finding
from pipeline.plausibility.pieces import Pieces

_MAINS_HZ = (50.0, 60.0)
_PERCENT = 100.0


class MainsParameters(Parameters):
    """When hum is told."""

    half_width_hz: float = Field(
        default=1.25,
        gt=0.0,
        description="how far the line may be off: grids keep 0.5 Hz, the rest is the recorder's "
        "clock; source: this project's choice",
    )
    neighbours_hz: float = Field(
        default=8.0,
        gt=0.0,
        description="how far on each side the power around the line is taken from; source: this "
        "project's choice",
    )
    stand_out_ratio: float = Field(
        default=20.0,
        gt=1.0,
        description="power of the line over the median power around it in a piece that hums; "
        "source: noise alone seldom reaches 10 (exponential distribution)",
    )
    least_rms_uv: float = Field(
        default=5.0,
        gt=0.0,
        description="RMS of the line in such a piece; source: own choice, sound electrodes stay "
        "under 10 uV and the offset rule of leg movements asks for 2 uV",
    )
    least_share: float = Field(
        default=0.1,
        gt=0.0,
        le=1.0,
        description="share of the pieces that must hum; source: as for the legs' own filter",
    )


def mains(pieces: Pieces, parameters: MainsParameters) -> Iterator[Finding]:
    """Give MAINS where a line at about 50 or 60 Hz stands out, with its RMS and share of time.

    Told only: staging reads 0.4 to 30 Hz, and the legs take the hum out or refuse the time.
    """
    n_samples = pieces.microvolts.shape[1]
    if not pieces.microvolts.size:
        return
    window = np.hanning(n_samples)
    power = np.square(np.abs(np.fft.rfft(pieces.microvolts * window, axis=1)))
    power *= 2.0 / (n_samples * np.square(window).sum())  # sums to the mean square
    frequencies_hz = np.fft.rfftfreq(n_samples, 1.0 / pieces.rate_hz)
    for mains_hz in _MAINS_HZ:
        yield from _line(pieces, power, frequencies_hz - mains_hz, mains_hz, parameters)


def _line(
    pieces: Pieces,
    power: NDArray[np.floating],
    distance_hz: NDArray[np.floating],
    mains_hz: float,
    parameters: MainsParameters,
) -> Iterator[Finding]:
    near = np.abs(distance_hz) <= parameters.half_width_hz
    inner_hz = 2.0 * parameters.half_width_hz
    around = (np.abs(distance_hz) > inner_hz) & (np.abs(distance_hz) <= parameters.neighbours_hz)
    if not near.any() or not around.any():
        return
    floor = np.maximum(np.median(power[:, around], axis=1), np.finfo(np.float32).tiny)
    rms_uv = np.sqrt(power[:, near].sum(axis=1))
    is_humming = power[:, near].max(axis=1) >= parameters.stand_out_ratio * floor
    is_humming &= rms_uv >= parameters.least_rms_uv
    if is_humming.mean() < parameters.least_share:
        return
    found_hz = mains_hz + distance_hz[near][power[is_humming][:, near].sum(axis=0).argmax()]
    yield Finding(
        code=Code.MAINS,
        role=pieces.role,
        message=f"{pieces.label}: mains hum at {found_hz:.3g} Hz, "
        f"{float(np.median(rms_uv[is_humming])):.3g} uV RMS in "
        f"{_PERCENT * is_humming.mean():.0f} % of the time.",
    )
