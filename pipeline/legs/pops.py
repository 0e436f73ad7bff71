"""Electrode pops: one step with an exponential tail, taken for a burst by the EMG band."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.legs.bursts import Bursts
from pipeline.legs.centred import Centred
from pipeline.parameters import Parameters
from pipeline.signals import Samples, gather, sample_index


class PopParameters(Parameters):
    """How a pop is told from a burst of muscle."""

    window_s: float = Field(
        default=1.0, gt=0, description="window of a burst's spectrum; source: this project's choice"
    )
    slow_low_hz: float = Field(
        default=1.0, gt=0, description="lower edge of what is slow; source: one period per window"
    )
    slow_high_hz: float = Field(
        default=10.0, gt=0, description="upper edge of what is slow; source: lower EMG band edge"
    )
    fast_low_hz: float = Field(
        default=20.0,
        gt=0,
        description="lower edge of what is muscle; source: clinical rules, section 3",
    )
    fast_high_hz: float = Field(
        default=100.0, gt=0, description="upper edge of what is muscle; source: AASM manual v3"
    )
    slow_ratio: float = Field(
        default=3.0,
        gt=0,
        description="slow RMS over fast RMS of a pop; source: a step has 10 times the power",
    )
    slow_uv: float = Field(
        default=20.0, gt=0, description="least slow RMS of a pop; source: this project's choice"
    )
    near_s: float = Field(
        default=0.02,
        gt=0,
        description=(
            "the filtered step lies within this of its peak; source: this project's choice"
        ),
    )
    around_s: float = Field(
        default=0.15,
        gt=0,
        description="energy is compared this far out; source: this project's choice",
    )
    focus: float = Field(
        default=0.7,
        gt=0,
        le=1,
        description="share of a pop's energy that lies near its peak; source: step response of "
        "the 10 Hz high-pass, 0.8; a 75 ms burst has 0.5",
    )
    margin_s: float = Field(
        default=0.25,
        ge=0,
        description="what is lost on each side of a pop; source: this project's choice",
    )


def find_pops(
    bursts: Bursts,
    raw: Centred,
    emg_uv: Samples,
    rate_hz: float,
    parameters: PopParameters,
) -> NDArray[np.bool_]:
    """Tell for each burst whether it is an electrode pop, shape (n_bursts,).

    Most of a step's power lies below 10 Hz, and what passes the EMG band is gathered within
    20 ms.

    Parameters
    ----------
    raw, emg_uv
        Unfiltered and band-passed samples, each of shape (n_samples,).
    """
    if not len(bursts):
        return np.zeros(0, dtype=np.bool_)
    centres = sample_index((bursts.onset_s + bursts.offset_s) / 2.0, rate_hz)
    slow_uv, fast_uv = _band_rms(centres, raw, rate_hz, parameters)
    is_slow = (slow_uv >= parameters.slow_uv) & (slow_uv >= parameters.slow_ratio * fast_uv)
    return is_slow & (_focus(centres, emg_uv, rate_hz, parameters) >= parameters.focus)


def _band_rms(
    centres: NDArray[np.int64], raw: Centred, rate_hz: float, parameters: PopParameters
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """RMS in the slow and in the fast band of a window round each burst."""
    half = int(parameters.window_s * rate_hz / 2.0)
    windows = raw.gather(centres, half, half)
    windows = (windows - windows.mean(axis=1, keepdims=True)) * np.hanning(2 * half)
    power = np.square(np.abs(np.fft.rfft(windows, axis=1))) / half**2
    hz = np.fft.rfftfreq(2 * half, 1.0 / rate_hz)
    slow = (hz >= parameters.slow_low_hz) & (hz < parameters.slow_high_hz)
    fast = (hz >= parameters.fast_low_hz) & (hz <= parameters.fast_high_hz)
    return np.sqrt(power[:, slow].sum(axis=1)), np.sqrt(power[:, fast].sum(axis=1))


def _focus(
    centres: NDArray[np.int64], emg_uv: Samples, rate_hz: float, parameters: PopParameters
) -> NDArray[np.float64]:
    """Share of the energy round the burst's middle that lies near its peak."""
    half, near = int(parameters.around_s * rate_hz), max(int(parameters.near_s * rate_hz), 1)
    energy = np.square(gather(emg_uv, centres, half, half + 1).astype(np.float64))
    total = np.cumsum(np.pad(energy, ((0, 0), (1, 0))), axis=1)
    rows, peak = np.arange(len(energy)), energy.argmax(axis=1)
    start, stop = np.maximum(peak - near, 0), np.minimum(peak + near + 1, energy.shape[1])
    held = total[rows, stop] - total[rows, start]
    return np.asarray(held / np.maximum(total[:, -1], np.finfo(np.float32).tiny), np.float64)
