"""Mains hum: found in the spectrum, followed in amplitude and phase, and taken away.

A recursive notch rings for a third of a second on both sides of a strong movement, which is
enough to push an offset that is defined by 2 uV. So the hum is estimated where the EMG is at
rest, weighted by how quiet each stretch is, and subtracted: a notch well under 1 Hz wide that
never sees the movements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from pydantic import Field

from pipeline.parameters import Parameters
from pipeline.signals import Samples, block_powers, gather

_BLOCKS_AT_ONCE = 1024  # so that what is subtracted stays in the cache


class HumParameters(Parameters):
    """When mains hum is taken to be there, and how fast it may change."""

    segment_s: float = Field(
        default=4.0,
        gt=0,
        description="length of a spectrum; source: 0.25 Hz resolution for one line",
    )
    n_segments: int = Field(
        default=120,
        ge=1,
        description="spectra spread over the night; source: enough for a 90th centile",
    )
    stand_out_ratio: float = Field(
        default=20.0,
        gt=1,
        description="peak over the median power around it, in a tenth of the spectra, above which "
        "the hum is removed; source: noise alone reaches 5 (exponential distribution)",
    )
    share_of_segments: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="share of spectra in which it must stand out; source: hum "
        "comes and goes with the electrode",
    )
    half_width_hz: float = Field(
        default=1.25,
        gt=0,
        description="how far the line may be off: grid codes allow 50 +/- 0.5 Hz, the rest is the "
        "recorder's clock; source: this project's choice",
    )
    neighbours_hz: float = Field(
        default=6.0,
        gt=0,
        description=(
            "how far on each side the surrounding power is taken from; source: this "
            "project's choice"
        ),
    )
    most_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description=(
            "share of the power from which hum is what the lead shows; a strong movement "
            "has some of every frequency; source: this project's choice"
        ),
    )
    block_s: float = Field(
        default=0.25,
        gt=0,
        description=(
            "stretch over which one amplitude and phase is measured; source: this project's choice"
        ),
    )
    smooth_s: float = Field(
        default=1.0,
        gt=0,
        description=(
            "standard deviation of the smoothing over blocks: what is removed is about "
            "0.3 Hz wide; source: this project's choice"
        ),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Hum:
    """The mains lines that stood out of one lead.

    Attributes
    ----------
    lines_hz
        Frequencies that were removed.
    block_s
        Seconds per value of `rms_uv`.
    rms_uv
        RMS of all lines together in each block where they are most of the power, else 0, shape
        (n_blocks,); empty without hum.
    """

    lines_hz: tuple[float, ...]
    block_s: float
    rms_uv: NDArray[np.float32]


def take_hum(
    emg_uv: Samples, rate_hz: float, band_hz: tuple[float, float], parameters: HumParameters
) -> Hum:
    """Take the mains lines that stand out from the EMG, and give what they were.

    Parameters
    ----------
    emg_uv
        Shape (n_samples,), already band-passed to `band_hz`; changed in place, since a copy of a
        night is 60 MB.
    """
    lines_hz = find_hum(emg_uv, rate_hz, band_hz, parameters)
    n_block = max(round(parameters.block_s * rate_hz), 1)
    if not lines_hz:
        return Hum(lines_hz=(), block_s=n_block / rate_hz, rms_uv=np.zeros(0, dtype=np.float32))
    whole = block_powers(emg_uv, n_block)
    power = np.zeros_like(whole)
    for number, line_hz in enumerate(lines_hz):
        left = block_powers(emg_uv, n_block) if number else whole
        waves = _follow(emg_uv, line_hz / rate_hz, left, n_block, parameters)
        power += np.square(np.abs(waves)) / 2.0
        _subtract(emg_uv, waves, line_hz / rate_hz, n_block)
    power[power < parameters.most_share * whole] = 0.0
    return Hum(lines_hz=lines_hz, block_s=n_block / rate_hz, rms_uv=np.sqrt(power))


def find_hum(
    emg_uv: Samples, rate_hz: float, band_hz: tuple[float, float], parameters: HumParameters
) -> tuple[float, ...]:
    """Give the frequencies of the mains lines that stand out, in Hz, lowest first."""
    n_segment = round(parameters.segment_s * rate_hz)
    if len(emg_uv) < n_segment:
        return ()
    n_segments = min(parameters.n_segments, len(emg_uv) // n_segment)
    starts = np.linspace(0, len(emg_uv) - n_segment, n_segments).astype(np.int64)
    windows = gather(emg_uv, starts, 0, n_segment) * np.hanning(n_segment).astype(np.float32)
    spectra = np.square(np.abs(scipy.fft.rfft(windows, axis=1)))
    spectra = spectra[spectra.sum(axis=1) > 0.0]
    frequencies_hz = np.fft.rfftfreq(n_segment, 1.0 / rate_hz)
    top_hz = min(band_hz[1], rate_hz / 2.0)
    lines = [_line(spectra, frequencies_hz, f, parameters) for f in _mains(band_hz[0], top_hz)]
    return tuple(sorted(line for line in lines if line is not None))


def _mains(low_hz: float, high_hz: float) -> list[float]:
    """Harmonics of 50 and 60 Hz inside the band, its upper edge included."""
    both = {base * k for base in (50.0, 60.0) for k in range(1, int(high_hz // base) + 1)}
    return sorted(f for f in both if f > low_hz)


def _line(
    spectra: NDArray[np.floating],
    frequencies_hz: NDArray[np.floating],
    mains_hz: float,
    parameters: HumParameters,
) -> float | None:
    """Frequency of the line near `mains_hz` if it stands out, between bins, else None."""
    distance = frequencies_hz - mains_hz
    near = np.flatnonzero(np.abs(distance) <= parameters.half_width_hz)
    inner, outer = 2.0 * parameters.half_width_hz, parameters.neighbours_hz
    sides = [(side * distance > inner) & (side * distance <= outer) for side in (-1.0, 1.0)]
    sides = [side for side in sides if side.any()]
    if not len(near) or not sides or not len(spectra):
        return None
    # the higher of both sides: the slope of a filter's edge is no line
    around = np.max([np.median(spectra[:, side], axis=1) for side in sides], axis=0)
    ratio = spectra[:, near].max(axis=1) / np.maximum(around, np.finfo(np.float32).tiny)
    stands_out = ratio >= parameters.stand_out_ratio
    if stands_out.mean() < parameters.share_of_segments:
        return None
    total = np.median(spectra[stands_out][:, near], axis=0)
    return float(np.average(frequencies_hz[near], weights=np.square(total)))


def _follow(
    emg_uv: Samples,
    cycles_per_sample: float,
    power: Samples,
    n_block: int,
    parameters: HumParameters,
) -> NDArray[np.complex64]:
    """Complex amplitude of one line in each block, shape (n_blocks,), quiet blocks leading.

    `power` is the mean square of each block.
    """
    blocks = emg_uv[: len(emg_uv) // n_block * n_block].reshape(-1, n_block)
    carrier = np.exp(-2j * np.pi * cycles_per_sample * np.arange(n_block))
    parts = blocks @ np.column_stack((carrier.real, carrier.imag)).astype(np.float32)
    waves = 2.0 / n_block * (parts[:, 0] + 1j * parts[:, 1])
    waves *= np.exp(-2j * np.pi * cycles_per_sample * n_block * np.arange(len(blocks)))
    weights = 1.0 / np.square(np.maximum(power, np.finfo(np.float32).eps))
    weights = np.minimum(weights, 1.0)
    width = parameters.smooth_s / parameters.block_s
    total = scipy.ndimage.gaussian_filter1d(weights, width, mode="nearest")
    total = np.maximum(total, np.finfo(float).tiny)
    smooth = [
        scipy.ndimage.gaussian_filter1d(part * weights, width, mode="nearest")
        for part in (waves.real, waves.imag)
    ]
    return ((smooth[0] + 1j * smooth[1]) / total).astype(np.complex64)


def _subtract(
    emg_uv: Samples, waves: NDArray[np.complex64], cycles_per_sample: float, n_block: int
) -> None:
    """Take the line away in place, its amplitude interpolated between block centres."""
    n_blocks = len(waves)
    blocks = emg_uv[: n_blocks * n_block].reshape(n_blocks, n_block)
    turned = waves * np.exp(2j * np.pi * cycles_per_sample * n_block * np.arange(n_blocks))
    carrier = np.exp(2j * np.pi * cycles_per_sample * np.arange(n_block))
    parts = np.column_stack((-turned.real, turned.imag)).astype(np.float32)
    waves_of_block = np.stack((carrier.real, carrier.imag)).astype(np.float32)
    for start in range(0, n_blocks, _BLOCKS_AT_ONCE):
        blocks[start : start + _BLOCKS_AT_ONCE] += (
            parts[start : start + _BLOCKS_AT_ONCE] @ waves_of_block
        )
    tail = emg_uv[n_blocks * n_block :]  # shorter than a block: the last one's line goes on
    if n_blocks and len(tail):
        phase = np.exp(2j * np.pi * cycles_per_sample * np.arange(n_block, n_block + len(tail)))
        tail -= (turned[-1] * phase).real.astype(np.float32)
