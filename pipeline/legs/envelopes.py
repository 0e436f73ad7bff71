"""Short RMS envelopes of the EMG, and the level at which it rests.

Taken literally on rectified samples the 2 uV offset rule falls apart on ordinary noise, so
"EMG" means the moving RMS of the filtered signal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import contains
from pipeline.legs.envelope_parameters import EnvelopeParameters
from pipeline.legs.moving_rms import RmsWindow, odd_window, power_of_two, summarised_rms
from pipeline.legs.resting import RestingLevel, resting_level
from pipeline.signals import Samples, per_sample, sample_index, second_bounds

_SHORT_BLOCKS, _LONG_BLOCKS = 16, 4  # of a second, or some more: about the gaps that part stretches


@dataclass(frozen=True, kw_only=True)
class EmgFacts:
    """What the envelopes must know of the filtered EMG.

    Attributes
    ----------
    bandwidth_hz
        Width of the band that it was filtered to.
    floor_uv
        Least resting level: the noise of the digital step.
    """

    rate_hz: float
    bandwidth_hz: float
    floor_uv: float


@dataclass(frozen=True, kw_only=True, eq=False)
class RmsEnvelope(RestingLevel):
    """The moving RMS of one lead, or of parts of it, with its resting level.

    Attributes
    ----------
    microvolts
        One value per sample, shape (n_samples,).
    n_window
        Samples in the RMS window, odd.
    bounds
        First sample of each second, and the number of samples, shape (n_seconds + 1,).
    """

    microvolts: Samples
    n_window: int
    rate_hz: float
    bounds: NDArray[np.int64]

    def over(self, level_uv: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Tell for each sample whether it reaches a level that is given per second."""
        reached: NDArray[np.bool_] = self.microvolts >= per_sample(level_uv, self.bounds)
        return reached

    def second_of(self, samples: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the second that holds each sample."""
        return np.searchsorted(self.bounds, samples, side="right") - 1


@dataclass(frozen=True, kw_only=True, eq=False)
class NightEnvelope:
    """What is kept of the moving RMS of a whole lead: its values are needed in some places only.

    Attributes
    ----------
    highest_uv
        Largest value in each block of `n_block` samples, the last of which may be shorter.
    peaks_uv, least_uv
        Largest and least value of each second, shape (n_seconds,); of the long envelope only.
    bounds
        First sample of each second, and the number of samples, shape (n_seconds + 1,).
    rests
        Resting level with the window of the settings, then with the shorter and the longer one.
    """

    highest_uv: Samples
    n_block: int
    peaks_uv: Samples
    least_uv: Samples
    n_window: int
    rate_hz: float
    bounds: NDArray[np.int64]
    rests: tuple[RestingLevel, ...]


def envelopes(
    emg_uv: Samples,
    unusable: NDArray[np.int64],
    lead: EmgFacts,
    parameters: EnvelopeParameters,
) -> tuple[NightEnvelope, NightEnvelope]:
    """Give what is kept of the short and of the long envelope, with their resting levels.

    Parameters
    ----------
    emg_uv
        Filtered EMG, shape (n_samples,).
    unusable
        Samples from which nothing may be learned about rest, half-open, shape (n, 2).
    """
    bounds = second_bounds(len(emg_uv), lead.rate_hz)
    places = _grid(len(emg_uv), lead.rate_hz, parameters)
    known = ~contains(unusable, places)
    rate_hz = lead.rate_hz
    windows = (
        RmsWindow(
            n_samples=odd_window(rate_hz, parameters.short_s),
            n_block=power_of_two(rate_hz / _SHORT_BLOCKS),
        ),
        RmsWindow(
            n_samples=odd_window(rate_hz, parameters.long_s),
            n_block=power_of_two(rate_hz / _LONG_BLOCKS),
            bounds=bounds,
        ),
    )
    short, long = (
        NightEnvelope(
            highest_uv=found.highest,
            n_block=window.n_block,
            peaks_uv=found.peaks,
            least_uv=found.least,
            n_window=window.n_samples,
            rate_hz=rate_hz,
            bounds=bounds,
            rests=_rests((found.at, known), window.n_samples, len(bounds) - 1, lead, parameters),
        )
        for window, found in zip(windows, summarised_rms(emg_uv, windows, places), strict=True)
    )
    return short, long


def _grid(n_samples: int, rate_hz: float, parameters: EnvelopeParameters) -> NDArray[np.int64]:
    """Give the samples at which the envelope is looked at for the resting level."""
    n_grid = max(int(n_samples / rate_hz / parameters.rest_grid_s), 1)
    places = sample_index(np.arange(n_grid) * parameters.rest_grid_s, rate_hz)
    return np.minimum(places, n_samples - 1)


def _rests(
    grid: tuple[Samples, NDArray[np.bool_]],
    n_window: int,
    n_seconds: int,
    lead: EmgFacts,
    parameters: EnvelopeParameters,
) -> tuple[RestingLevel, ...]:
    """Resting level with each of the three windows."""
    freedom = max(2.0 * lead.bandwidth_hz * n_window / lead.rate_hz, 1.0)
    floor_uv = max(lead.floor_uv, parameters.rest_floor_uv)
    found = []
    for window_s in (
        parameters.rest_window_s,
        parameters.shorter_rest_window_s,
        parameters.longer_rest_window_s,
    ):
        there = parameters.model_copy(update={"rest_window_s": window_s})
        rest_uv, sigma_uv = resting_level(*grid, n_seconds, freedom, there)
        rest_uv = np.maximum(rest_uv, floor_uv)
        least_uv = parameters.sigma_floor_share * rest_uv / np.sqrt(2.0 * freedom)
        sigma_uv = np.maximum(sigma_uv, least_uv)
        found.append(
            RestingLevel(rest_uv=rest_uv.astype(np.float32), sigma_uv=sigma_uv.astype(np.float32))
        )
    return tuple(found)
