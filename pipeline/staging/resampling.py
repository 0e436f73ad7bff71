"""A lead at the staging rate, band-passed as the models were trained."""

from __future__ import annotations

import math

import mne.filter
import numpy as np
from numpy.typing import NDArray
from scipy import fft

RATE_HZ = 100.0  # YASA resamples every lead to this rate
BAND_HZ = (0.4, 30.0)  # YASA's broad band
SAME_RATE = 1e-6  # relative; MNE does not resample below this either
WHOLE_SAMPLES = 2**24  # resource: 9 h at 512 Hz in one transform take 0.4 GB
# Of the blocks, in samples at the new rate: their arrays stay in the processor's cache.
BLOCK_SAMPLES = (20_000, 30_000)
EDGE_SAMPLES = 1_000  # left out at both ends, where the ends of the stretch ring
FADE_SAMPLES = 1_000  # from one block into the next: a step at 50 Hz would ring in the filter
# MNE's padding of the whole record, which fixes the instants of its samples.
PAD_SHARE = 8
PAD_SAMPLES = 100


def condition(microvolts: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """Give the lead at 100 Hz between 0.4 and 30 Hz, zero phase, in microvolts.

    Parameters
    ----------
    microvolts
        Shape (n_samples,), finite.
    rate_hz
        True sampling rate.

    Returns
    -------
    numpy.ndarray
        Shape (round(n_samples * 100 / rate_hz),).

    Notes
    -----
    The filter is `mne.filter.filter_data` with YASA's arguments. The resampling is that of
    `mne.filter.resample` with YASA's, at the same instants (which lie up to 10 ms off the even
    ones at rates such as 500 Hz). Records that pad to more than 2**24 samples (a night at more
    than 512 Hz) are resampled in blocks, at the same instants, for the sake of memory.

    Deviations
    ----------
    - Both cut at 50 Hz at once, but blocks resolve 0.005 Hz where the whole night resolves
      0.00003 Hz. Strong mains hum of exactly 50 Hz alters the mirroring at both ends of the
      record and so the first and the last 4 s.
    """
    resampled = resample(microvolts, rate_hz)
    filtered: NDArray[np.float64] = mne.filter.filter_data(
        resampled, RATE_HZ, *BAND_HZ, verbose="error"
    )
    return filtered


def resample(microvolts: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """Give the samples at 100 Hz, shape (round(n_samples * 100 / rate_hz),)."""
    if abs(rate_hz / RATE_HZ - 1.0) <= SAME_RATE:
        return np.asarray(microvolts, dtype=np.float64)
    if _padding(len(microvolts))[1] <= WHOLE_SAMPLES:
        return _in_one(microvolts, RATE_HZ / rate_hz)
    return _in_blocks(microvolts, rate_hz)


def _in_one(microvolts: NDArray[np.float64], ratio: float) -> NDArray[np.float64]:
    """Give the samples at the new rate from one transform of the padded record."""
    n_before, n_padded = _padding(len(microvolts))
    piece = _mirrored(microvolts, -n_before, n_padded - n_before)
    first = round(ratio * n_before)
    resampled = _fourier_resample(piece, round(ratio * n_padded), 0.0)
    return resampled[first : first + round(ratio * len(microvolts))]


def _in_blocks(microvolts: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """Give nearly the same, at the same instants, in little memory."""
    first, step = _instants(len(microvolts), rate_hz)
    n_old, n_new = _block_lengths(step)
    fade = _fade(n_new)
    resampled = np.zeros(round(len(microvolts) * (RATE_HZ / rate_hz)))
    for onset in range(-FADE_SAMPLES, len(resampled), len(fade) - FADE_SAMPLES):
        middle = first + (onset + len(fade) / 2.0) * step
        start = middle - n_old / 2.0
        piece = _mirrored(microvolts, round(start), round(start) + n_old)
        block = _fourier_resample(piece, n_new, start - round(start))
        block = block[EDGE_SAMPLES:-EDGE_SAMPLES] * fade
        target = resampled[max(onset, 0) : onset + len(fade)]
        target += block[max(-onset, 0) :][: len(target)]
    return resampled


def _instants(n_samples: int, rate_hz: float) -> tuple[float, float]:
    """Give the place of MNE's first new sample and the step between them, in old samples."""
    ratio = RATE_HZ / rate_hz
    n_before, n_padded = _padding(n_samples)
    step = n_padded / round(ratio * n_padded)
    return round(ratio * n_before) * step - n_before, step


def _padding(n_samples: int) -> tuple[int, int]:
    """Give how many samples MNE puts before the record, and the length that it pads it to."""
    least = n_samples + 2 * min(n_samples // PAD_SHARE, PAD_SAMPLES)
    n_padded = 2 ** math.ceil(math.log2(least))
    return (n_padded - n_samples) // 2, n_padded


def _block_lengths(step: float) -> tuple[int, int]:
    """Give lengths, old and new, whose ratio is `step`; the old one transforms fast."""
    new = np.arange(*BLOCK_SAMPLES, 2)
    old = np.rint(new * step).astype(np.int64)
    by_misfit = np.argsort(np.abs(old / new / step - 1.0), kind="stable")
    best = next((i for i in by_misfit if fft.next_fast_len(int(old[i])) == old[i]), 0)
    return int(old[best]), int(new[best])


def _fade(n_new: int) -> NDArray[np.float64]:
    """Give the weights of a block without its edges; those of successive blocks sum to 1."""
    n_kept = n_new - 2 * EDGE_SAMPLES
    place = np.arange(n_kept) + 0.5
    return np.asarray(np.minimum(1.0, np.minimum(place, n_kept - place) / FADE_SAMPLES))


def _fourier_resample(piece: NDArray[np.float64], n_new: int, delay: float) -> NDArray[np.float64]:
    """Give the piece in n_new samples, beginning `delay` old samples after its own begin."""
    n_old = len(piece)
    spectrum = fft.rfft(piece)[: min(n_old, n_new) // 2 + 1]
    spectrum *= n_new / n_old
    if min(n_old, n_new) % 2 == 0:  # as MNE does: the last bin stands for both of its sides
        spectrum[-1] *= 2.0 if n_new < n_old else 0.5
    if delay:
        spectrum *= np.exp((2j * np.pi * delay / n_old) * np.arange(len(spectrum)))
    resampled: NDArray[np.float64] = fft.irfft(spectrum, n_new)
    return resampled


def _mirrored(signal: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    """Give signal[start:stop]; mirrored through its end points outside, then zero."""
    n_before, n_after = max(-start, 0), max(stop - len(signal), 0)
    inside = signal[max(start, 0) : stop]
    if not n_before and not n_after:
        return inside
    n_left, n_right = (min(n, len(signal) - 1) for n in (n_before, n_after))
    parts = (
        np.zeros(n_before - n_left),
        2.0 * signal[0] - signal[n_left:0:-1],
        inside,
        2.0 * signal[-1] - signal[-2 : -2 - n_right : -1],
        np.zeros(n_after - n_right),
    )
    return np.concatenate(parts)
