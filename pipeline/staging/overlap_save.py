"""Resampling to 100 Hz and the band-pass in one pass over blocks that stay in the cache.

MNE transforms the whole padded record, cuts its spectrum at 50 Hz and filters what comes back.
A block of two minutes can do the same to all that lies below 47.5 Hz. At the cut itself it
cannot tell 49.99 from 50.01 Hz, and of mains hum the filter lets a thousandth through. So what
lies around 50 Hz is carried along at some 8 Hz, cut in a transform of the whole, and added to the
blocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import scipy
from numpy.typing import NDArray

from pipeline.staging import band_pass
from pipeline.staging.band_pass import RATE_HZ
from pipeline.staging.blocks import Plan
from pipeline.staging.padding import circular

CUT_HZ = RATE_HZ / 2.0
AROUND_HZ = 2.5  # below the cut: there the samples begin to be those cut in the whole
TAPER_HZ = 2.0  # width of each taper
TAPER_SIGMAS = 5.0  # half a taper, an integral of the normal curve: 3e-7 is missing at its ends
BLOCKS_AT_ONCE = 4  # more than one to a call is faster; they stay in the processor's cache
END_REACHES = 3  # of the filter at either end: enough to filter what its reach holds

Samples = NDArray[np.float64]
Spectra = NDArray[np.complex128]


def condition(microvolts: Samples, plan: Plan) -> Samples:
    """Give the lead at 100 Hz between 0.4 and 30 Hz, shape (plan.n_samples,).

    Parameters
    ----------
    microvolts
        Shape (plan.n_record,), finite.
    """
    below, around = _transformed(microvolts, plan)
    near = _near_the_cut(_cut(around), plan)
    found = _samples(below, near, plan, range(plan.n_kept), _response(plan))
    # MNE mirrors the resampled record, not the one as recorded, before it filters
    reach, flat = band_pass.reach(), np.ones(below.shape[1])
    end = END_REACHES * reach
    start = _samples(below, near, plan, range(1), flat)[:end]
    found[:reach] = band_pass.filtered(start)[:reach]
    last = range(max(plan.n_kept - 2, 0), plan.n_kept)
    stop = _samples(below, near, plan, last, flat)[-end:]
    found[-reach:] = band_pass.filtered(stop)[-reach:]
    found[[0, -1]] = 0.0  # by the mirror; what is found is rounding noise, with a random sign
    return found


def _transformed(microvolts: Samples, plan: Plan) -> tuple[Spectra, Spectra]:
    """Give the spectra of the blocks below the cut, and the signal around it.

    The first has the shape (plan.n_kept, plan.n_out // 2 + 1), the other one sample for each
    `plan.thinning` of the padded record: the analytic signal, the cut being its zero frequency.
    """
    gain = (1.0 - _rise(_bins_hz(plan), CUT_HZ - AROUND_HZ)) * (plan.n_out / plan.n_in)
    below = np.empty((plan.n_kept, len(gain)), np.complex128)
    around = np.empty(plan.n_padded // plan.thinning, np.complex128)
    band, taper, carrier = _carried(plan)
    for blocks in _stacks(range(plan.n_blocks)):
        spectra = scipy.fft.rfft(_windows(microvolts, plan, blocks))
        kept = range(blocks.start, min(blocks.stop, plan.n_kept))
        if kept:
            turned = plan.turns(kept, len(gain)) * gain
            np.multiply(turned, spectra[: len(kept), : len(gain)], below[kept.start : kept.stop])
        thin = np.zeros((len(blocks), len(carrier)), np.complex128)
        thin[:, band - plan.n_out // 2] = spectra[:, band] * taper
        _put(around, scipy.fft.ifft(thin, overwrite_x=True) * carrier, plan, blocks)
    return below, around


def _windows(microvolts: Samples, plan: Plan, blocks: range) -> Samples:
    """Give the blocks as recorded, shape (n_blocks, plan.n_in)."""
    hop = plan.n_in - 2 * plan.edge_in
    first = plan.starts[blocks.start]
    piece = circular(microvolts, first, first + hop * (len(blocks) - 1) + plan.n_in)
    return np.lib.stride_tricks.sliding_window_view(piece, plan.n_in)[::hop]


def _carried(plan: Plan) -> tuple[NDArray[np.int64], Samples, Spectra]:
    """Give the bins around the cut, their gains, and what turns the middle bin to the cut."""
    n_thin, middle = plan.n_in // plan.thinning, plan.n_out // 2
    reach = math.ceil((AROUND_HZ + TAPER_HZ) * plan.n_out / RATE_HZ)
    band = np.arange(middle - reach, min(middle + reach, plan.n_in // 2) + 1)
    hz = np.asarray(band * (RATE_HZ / plan.n_out))
    taper = _rise(hz, CUT_HZ - AROUND_HZ) * (1.0 - _rise(hz, CUT_HZ))
    is_used = taper > 0.0
    off = (middle * plan.n_padded - (plan.n_whole // 2) * plan.n_in) / (plan.n_in * plan.n_padded)
    carrier = np.exp(2j * math.pi * off * plan.thinning * np.arange(n_thin)) / plan.thinning
    return band[is_used], taper[is_used], carrier


def _put(around: Spectra, thin: Spectra, plan: Plan, blocks: range) -> None:
    """Put the middle of each block where it belongs in the padded record, in its phase."""
    edge = plan.edge_in // plan.thinning
    for block, row in zip(blocks, thin, strict=True):
        start = plan.starts[block]
        turn = plan.n_whole // 2 * start % plan.n_padded / plan.n_padded
        middle = row[edge:-edge] * np.exp(-2j * math.pi * turn)
        first = (start // plan.thinning + edge) % len(around)
        n_left = len(around) - first
        around[first : first + len(middle)] = middle[:n_left]
        around[: max(len(middle) - n_left, 0)] = middle[n_left:]


def _cut(around: Spectra) -> Spectra:
    """Give the signal without what lies above the cut."""
    spectrum = scipy.fft.fft(around, overwrite_x=True)
    spectrum[1 : len(spectrum) // 2 + 1] = 0.0
    cut: Spectra = scipy.fft.ifft(spectrum, overwrite_x=True)
    return cut


def _near_the_cut(cut: Spectra, plan: Plan) -> Spectra:
    """Give what it adds to the spectrum of each kept block, from the cut downwards.

    At 100 Hz a signal at the cut is one that changes its sign from sample to sample, and what
    lies below it is the modulation of that.
    """
    hz = _bins_hz(plan)
    hz = hz[hz < AROUND_HZ + TAPER_HZ]
    n_thin = plan.n_in // plan.thinning
    gain = (1.0 - _rise(hz, AROUND_HZ)) * (2.0 * plan.n_out / n_thin)
    near = np.empty((plan.n_kept, len(hz)), np.complex128)
    for blocks in _stacks(range(plan.n_kept)):
        starts = [plan.starts[block] // plan.thinning for block in blocks]
        signs = [[1 - 2 * (plan.firsts[block] % 2)] for block in blocks]
        modulation = _modulation(cut, np.add.outer(starts, np.arange(n_thin)), plan)
        spectra = scipy.fft.fft(modulation)[:, : len(hz)]
        near[blocks.start : blocks.stop] = spectra * (plan.turns(blocks, len(hz)) * gain) * signs
    return near.conj()


def _modulation(cut: Spectra, places: NDArray[np.int64], plan: Plan) -> Samples:
    """Give the signal at the places against a carrier of half of the rate of 100 Hz."""
    found = cut[places % len(cut)]
    if plan.n_whole % 2:  # the whole holds half a turn more of it than of the bin it was cut at
        found *= np.exp(-1j * math.pi / len(cut) * places)
    return found.real


def _samples(
    below: Spectra, near: Spectra, plan: Plan, blocks: range, response: Samples
) -> Samples:
    """Give the record's samples at 100 Hz that lie in the blocks, filtered."""
    bounds = [
        plan.firsts[block] + plan.edge_out - plan.first for block in (blocks.start, blocks.stop)
    ]
    found = np.empty(bounds[1] - bounds[0])
    for stack in _stacks(blocks):
        rows = slice(stack.start, stack.stop)
        whole = _rows(
            below[rows] * response, near[rows] * response[: -near.shape[1] - 1 : -1], plan
        )
        for block, row in zip(stack, whole, strict=True):
            first, stop = plan.firsts[block], plan.firsts[block + 1]
            place = first + plan.edge_out - plan.first - bounds[0]
            found[place : place + stop - first] = row[plan.edge_out : plan.edge_out + stop - first]
    return found[max(-bounds[0], 0) : plan.n_samples - bounds[0]].copy()


def _rows(below: Spectra, near: Spectra, plan: Plan) -> Samples:
    """Give the samples of each block, at instants that drift within it by `plan.stretch`."""
    rows = _row(below, near, plan)
    bins, places = np.arange(below.shape[1]), np.arange(plan.n_out)
    turn = 2j * math.pi / plan.n_out * bins
    drift = plan.stretch * (places - plan.n_out / 2.0)
    for term in range(1, plan.n_terms):
        below, near = below * (turn / term), near * (-turn[: near.shape[1]] / term)
        rows += drift**term * _row(below, near, plan)
    return rows


def _row(below: Spectra, near: Spectra, plan: Plan) -> Samples:
    spectra = below.copy()
    spectra[:, : -near.shape[1] - 1 : -1] += near
    row: Samples = scipy.fft.irfft(spectra, plan.n_out, overwrite_x=True)
    return row


def _response(plan: Plan) -> Samples:
    """Give the filter's gain at each bin, whose frequency is off by the stretch."""
    reach = band_pass.reach()
    places = np.arange(-reach, reach + 1)
    taps = np.zeros((2, plan.n_out))
    taps[0, places] = band_pass.taps()
    taps[1, places] = 2.0 * math.pi * places * taps[0, places]
    gain, slope = scipy.fft.rfft(taps)
    cycles = np.arange(len(gain)) / plan.n_out
    return np.asarray(gain.real + plan.stretch * cycles * slope.imag)


def _bins_hz(plan: Plan) -> Samples:
    return np.asarray(np.arange(plan.n_out // 2 + 1) * (RATE_HZ / plan.n_out))


def _rise(hz: Samples, start_hz: float) -> Samples:
    """Give the gain that rises from 0 at the start to 1 a taper's width above it."""
    sigmas = TAPER_SIGMAS * (2.0 * (hz - start_hz) / TAPER_HZ - 1.0)
    middle = [0.5 * (1.0 + math.erf(sigma / math.sqrt(2.0))) for sigma in sigmas.tolist()]
    is_above = sigmas >= TAPER_SIGMAS
    return np.asarray(np.where(is_above, 1.0, np.where(sigmas <= -TAPER_SIGMAS, 0.0, middle)))


def _stacks(blocks: range) -> Iterator[range]:
    for start in range(blocks.start, blocks.stop, BLOCKS_AT_ONCE):
        yield range(start, min(start + BLOCKS_AT_ONCE, blocks.stop))
