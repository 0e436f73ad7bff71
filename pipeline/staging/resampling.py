"""A lead at the staging rate, band-passed as the models were trained."""

from __future__ import annotations

import math

import numpy as np
import scipy
from numpy.typing import NDArray

from pipeline.staging import band_pass, blocks, overlap_save
from pipeline.staging.band_pass import RATE_HZ
from pipeline.staging.padding import circular, padding

SAME_RATE = 1e-6  # relative; MNE does not resample below this either
# A fast record is thinned first: what the models see ends at 50 Hz, and memory counts.
THIN_HZ = 120.0  # no thinner than this, so that nothing under 50 Hz is touched
THIN_LEAST = 2**18  # samples; a shorter record is transformed as it is
BLOCK_SAMPLES = 2**14  # thinned samples to a block: its arrays stay in the processor's cache
EDGE_SAMPLES = 2**10  # left out at both ends of a block, where its ends ring


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
    The filter is that of `mne.filter.filter_data` with YASA's arguments. The resampling is that
    of `mne.filter.resample` with YASA's: one transform of the padded record, cut at 50 Hz, at
    the same instants (which lie up to 10 ms off the even ones at rates such as 500 Hz).

    Deviations
    ----------
    - A record of ten minutes or more whose rate is a simple ratio to 100 Hz is resampled and
      filtered in blocks: the samples differ from MNE's by less than 1e-7 of their spread, and by
      less than 1e-6 where mains hum of ten times the spread is in it. Its first and last sample
      are 0, as the filter's mirror makes them; in MNE they are rounding noise of either sign,
      which gives the first and the last epoch one zero crossing more or less.
    - Of other records, those of 240 Hz or more are first thinned by a power of two, in blocks,
      with nothing lost under 50 Hz: less than 1e-6 of the spread again.
    """
    plan = blocks.plan(len(microvolts), rate_hz)
    if plan is not None:
        return overlap_save.condition(microvolts, plan)
    return band_pass.filtered(resample(microvolts, rate_hz))


def resample(microvolts: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """Give the samples at 100 Hz, shape (round(n_samples * 100 / rate_hz),)."""
    if abs(rate_hz / RATE_HZ - 1.0) <= SAME_RATE:
        return np.asarray(microvolts, dtype=np.float64)
    ratio = RATE_HZ / rate_hz
    n_before, n_padded = padding(len(microvolts))
    first = round(ratio * n_before)
    resampled = _cut(_padded(microvolts, rate_hz), round(ratio * n_padded))
    return resampled[first : first + round(ratio * len(microvolts))]


def _padded(microvolts: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """Give the record as MNE pads it, thinned where it is long and fast."""
    _, n_padded = padding(len(microvolts))
    step = 2 ** max(0, math.floor(math.log2(rate_hz / THIN_HZ)))
    if step == 1 or n_padded < THIN_LEAST * step:
        return circular(microvolts, 0, n_padded)
    return _thinned(microvolts, step, rate_hz)


def _thinned(microvolts: NDArray[np.float64], step: int, rate_hz: float) -> NDArray[np.float64]:
    """Give every `step`th sample of the padded record, low-passed between 50 Hz and its half."""
    _, n_padded = padding(len(microvolts))
    thin = np.empty(n_padded // step)
    gain = _taper(rate_hz / step) / step
    for first in range(0, len(thin), BLOCK_SAMPLES - 2 * EDGE_SAMPLES):
        start = step * (first - EDGE_SAMPLES)
        piece = circular(microvolts, start, start + step * BLOCK_SAMPLES)
        block = scipy.fft.irfft(scipy.fft.rfft(piece)[: len(gain)] * gain, BLOCK_SAMPLES)
        target = thin[first : first + BLOCK_SAMPLES - 2 * EDGE_SAMPLES]
        target[:] = block[EDGE_SAMPLES:-EDGE_SAMPLES][: len(target)]
    return thin


def _taper(rate_hz: float) -> NDArray[np.float64]:
    """Give the gain of each bin of a block: 1 up to 50 Hz, then smoothly down to 0."""
    hz = np.arange(BLOCK_SAMPLES // 2 + 1) * (rate_hz / BLOCK_SAMPLES)
    place = np.clip((hz - RATE_HZ / 2.0) / (rate_hz / 2.0 - RATE_HZ / 2.0), 0.0, 1.0)
    return np.asarray(1.0 - place**3 * (10.0 - 15.0 * place + 6.0 * place**2))


def _cut(piece: NDArray[np.float64], n_new: int) -> NDArray[np.float64]:
    """Give the piece in n_new samples; what does not fit under their half rate is left out."""
    n_old = len(piece)
    spectrum = scipy.fft.rfft(piece)[: min(n_old, n_new) // 2 + 1].copy()
    del piece
    spectrum *= n_new / n_old
    if min(n_old, n_new) % 2 == 0:  # as MNE does: the last bin stands for both of its sides
        spectrum[-1] *= 2.0 if n_new < n_old else 0.5
    resampled: NDArray[np.float64] = scipy.fft.irfft(spectrum, n_new, overwrite_x=True)
    return resampled
