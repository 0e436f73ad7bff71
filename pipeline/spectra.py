"""Power of a lead in short blocks, and what it was shortly before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

from pipeline.recording import Lead

_BLOCKS_AT_ONCE = 4096  # keeps the windowed copy of a 256 Hz lead in a few MB
_OVERSAMPLING = 4.0  # leaves room for the low-pass between the highest band and its mirror
_TAPS_PER_STEP = 8  # half the low-pass, in samples of the thinned signal
_LOWEST_HZ = 0.5  # slower is drift, not EEG
_SMALLEST_UV2 = 1e-6  # power of a flat line: far below the step of any recorder


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """How a lead is cut: blocks of `length_s`, one every `hop_s` seconds."""

    length_s: float
    hop_s: float


@dataclass(frozen=True, kw_only=True, eq=False)
class BandPowers:
    """Power of a lead in bands, block by block.

    Attributes
    ----------
    times_s
        Middle of each block, seconds, shape (n_blocks,).
    log_bands
        Natural logarithm of the power in microvolts squared, shape (n_blocks, n_bands).
    log_whole
        The same from 0.5 Hz to the upper end of the highest band, shape (n_blocks,).
    """

    times_s: NDArray[np.float64]
    log_bands: NDArray[np.float64]
    log_whole: NDArray[np.float64]


def band_powers(lead: Lead, blocks: Blocks, edges_hz: Sequence[float]) -> BandPowers:
    """Give the power of the lead in neighbouring half-open bands, for each Hann-windowed block.

    Parameters
    ----------
    lead
        Signal in microvolts; block starts are rounded to its samples one by one, so that no
        error adds up over the night.
    blocks
        Length and step.
    edges_hz
        Ascending; each two neighbours bound a band.
    """
    samples, rate_hz = _thinned(lead, edges_hz[-1])
    n_block = max(1, round(blocks.length_s * rate_hz))
    n_blocks = int(lead.duration_s / blocks.hop_s) + 1
    starts = np.round(np.arange(n_blocks) * blocks.hop_s * rate_hz).astype(np.int64)
    starts = starts[starts + n_block <= len(samples)]
    weights = _band_weights(n_block, rate_hz, edges_hz)
    powers = np.empty((len(starts), weights.shape[1]))
    for first in range(0, len(starts), _BLOCKS_AT_ONCE):
        part = slice(first, first + _BLOCKS_AT_ONCE)
        powers[part] = _powers(samples, starts[part], n_block, weights)
    log = np.log(powers + _SMALLEST_UV2)
    middles = starts.astype(np.float64) + n_block / 2
    return BandPowers(times_s=middles / rate_hz, log_bands=log[:, :-1], log_whole=log[:, -1])


def envelope(lead: Lead, step_s: float) -> NDArray[np.float64]:
    """Give the RMS of the lead's differences in each step, shape (n_steps,), never 0.

    The difference is a high-pass without cost: good for a rise of EMG, not for its microvolts.
    """
    n_steps = int(lead.duration_s / step_s)
    edges = np.round(np.arange(n_steps + 1) * step_s * lead.rate_hz).astype(np.int64)
    squares = np.diff(lead.microvolts, append=lead.microvolts[-1:]) ** 2
    sums = np.add.reduceat(squares, edges[:-1]) if n_steps else np.empty(0)
    if n_steps:
        sums[-1] = squares[edges[-2] : edges[-1]].sum()
    rms: NDArray[np.float64] = np.sqrt(sums / np.maximum(np.diff(edges), 1) + _SMALLEST_UV2)
    return rms


def trailing_mean(
    values: NDArray[np.float64],
    is_used: NDArray[np.bool_],
    step_s: float,
    window_s: tuple[float, float, float],
) -> NDArray[np.float64]:
    """Give the mean of the used rows shortly before each row, shape of `values`.

    Parameters
    ----------
    values
        Shape (n, k), one row every `step_s` seconds.
    is_used
        Rows that may enter a mean, shape (n,).
    step_s
        Seconds between rows.
    window_s
        Length of the window, guard between the window and the row, and the least used time in
        the window; with less the mean is NaN.
    """
    n_window, n_guard, n_least = (round(x / step_s) for x in window_s)
    rows = np.arange(len(values))
    stop = np.maximum(rows - n_guard, 0)
    start = np.maximum(rows - n_guard - n_window, 0)
    counts = np.concatenate(([0], np.cumsum(is_used)))
    n = (counts[stop] - counts[start]).astype(np.float64)
    sums = np.concatenate((np.zeros((1, values.shape[1])), np.cumsum(values * is_used[:, None], 0)))
    n[n < n_least] = np.nan
    mean: NDArray[np.float64] = (sums[stop] - sums[start]) / n[:, None]
    return mean


def _thinned(lead: Lead, highest_hz: float) -> tuple[NDArray[np.float32], float]:
    """Give every q-th sample of the low-passed lead, with its rate; q = 1 where that is too few.

    Sample k of the result lies at sample q k of the lead: no time moves.
    """
    samples = lead.microvolts.astype(np.float32)
    q = int(lead.rate_hz // (_OVERSAMPLING * highest_hz))
    if q <= 1 or not len(samples):
        return samples, lead.rate_hz
    taps = scipy.signal.firwin(2 * _TAPS_PER_STEP * q + 1, 1.0 / q).astype(np.float32)
    filtered = scipy.signal.upfirdn(taps, samples, up=1, down=q)
    first = _TAPS_PER_STEP  # the filter's delay, in samples of the result
    return filtered[first : first + len(samples) // q], lead.rate_hz / q


def _powers(
    samples: NDArray[np.float32],
    starts: NDArray[np.int64],
    n_block: int,
    weights: NDArray[np.float32],
) -> NDArray[np.float32]:
    if len(samples) < n_block:
        return np.empty((0, weights.shape[1]), dtype=np.float32)
    cut = np.lib.stride_tricks.sliding_window_view(samples, n_block)[starts]
    cut -= cut.mean(axis=1, keepdims=True)
    cut *= np.hanning(n_block).astype(np.float32)
    spectra = np.fft.rfft(cut, axis=1)
    power: NDArray[np.float32] = np.square(spectra.real) + np.square(spectra.imag)
    return power @ weights


def _band_weights(n_block: int, rate_hz: float, edges_hz: Sequence[float]) -> NDArray[np.float32]:
    """Give what each frequency adds to each band and to the whole, shape (n_bins, n_bands + 1)."""
    frequencies = np.fft.rfftfreq(n_block, 1 / rate_hz)
    bands_hz = (*pairwise(edges_hz), (_LOWEST_HZ, edges_hz[-1]))
    inside = [(frequencies >= low) & (frequencies < high) for low, high in bands_hz]
    scale = 2.0 / (n_block * float((np.hanning(n_block) ** 2).sum()))
    return np.column_stack(inside).astype(np.float32) * np.float32(scale)
