"""The band of a lead at 100 Hz that the models were trained on: MNE's FIR, applied as by MNE."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from pipeline.staging.padding import mirrored

RATE_HZ = 100.0  # YASA resamples every lead to this rate
BAND_HZ = (0.4, 30.0)  # YASA's broad band
TRANSITIONS_HZ = (0.4, 7.5)  # MNE's choice at these edges
HAMMING_WIDTH = 3.3  # transition width times length of a Hamming-windowed FIR, as in MNE
REACH = 412  # samples that the filter sees on either side
BLOCK_SAMPLES = 2**13  # of one transform; MNE's choice for a night

Samples = NDArray[np.float64]


def taps() -> Samples:
    """Give MNE's zero-phase FIR from 0.4 to 30 Hz, shape (825,).

    It is the difference of two low-passes, each as short as its transition allows.
    """
    (low, high), (low_width, high_width) = BAND_HZ, TRANSITIONS_HZ
    band = -_low_pass(low - low_width / 2.0, low_width)
    above = _low_pass(high + high_width / 2.0, high_width)
    offset = (len(band) - len(above)) // 2
    band[offset : offset + len(above)] += above
    return band


def _low_pass(cutoff_hz: float, width_hz: float) -> Samples:
    n_taps = round(HAMMING_WIDTH * RATE_HZ / width_hz) | 1
    half, cycles = n_taps // 2, 2.0 * cutoff_hz / RATE_HZ
    window = 0.54 + (1.0 - 0.54) * np.cos(np.linspace(-np.pi, np.pi, n_taps))  # Hamming's
    low_pass = cycles * np.sinc(cycles * np.arange(-half, half + 1)) * window
    return np.asarray(low_pass / low_pass.sum())


def filtered(samples: Samples) -> Samples:
    """Give the samples at 100 Hz from 0.4 to 30 Hz, zero phase, same shape.

    Parameters
    ----------
    samples
        At least 30 s.

    Notes
    -----
    The steps are those of `mne.filter.filter_data`, down to the rounding: the signal is mirrored
    through its end points, filtered piece by piece, and the pieces overlap and add.
    """
    before, n_hop = 2 * REACH, BLOCK_SAMPLES - 2 * REACH
    response = fft.rfft(taps(), BLOCK_SAMPLES)
    found = np.zeros(len(samples) + 4 * REACH)
    for start in range(0, len(found), n_hop):
        piece = mirrored(samples, start - before, min(start + n_hop, len(found)) - before)
        block = fft.irfft(fft.rfft(piece, BLOCK_SAMPLES) * response, BLOCK_SAMPLES)
        first = start - 3 * REACH  # the filter's delay and what the mirror puts before
        target = found[max(first, 0) : max(first + BLOCK_SAMPLES, 0)]
        target += block[max(-first, 0) :][: len(target)]
    return found[: len(samples)].copy()
