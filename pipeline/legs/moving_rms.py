"""The moving RMS of a signal: its values, or what is kept of them for a whole night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.signals import Samples, padded

_SUMMED = 1 << 15  # samples that are summed at once: they and their sums stay in the cache


def odd_window(rate_hz: float, window_s: float) -> int:
    """Give the odd number of samples nearest to `window_s`, at least 1."""
    return 2 * int(np.floor(window_s * rate_hz / 2.0)) + 1


def power_of_two(most: float) -> int:
    """Give the largest power of two that is no more than `most`, at least 1."""
    return 1 << max(int(most), 1).bit_length() - 1


def moving_rms(samples: Samples, n_windows: Sequence[int]) -> tuple[Samples, ...]:
    """Give the centred moving RMS over each of the windows, one value per sample.

    Each of `n_windows` is odd. At the ends of the signal the window is what is there of it.
    """
    traces = tuple(np.empty(len(samples), dtype=np.float32) for _ in n_windows)
    for start, powers in _moving_powers(samples, n_windows):
        for trace, power in zip(traces, powers, strict=True):
            np.sqrt(power, out=trace[start : start + len(power)])
    return traces


@dataclass(frozen=True, kw_only=True, eq=False)
class RmsWindow:
    """What of a moving RMS is to be kept.

    Attributes
    ----------
    n_samples
        Samples in the window, odd.
    n_block
        Samples in a block, a power of two.
    bounds
        First sample of each stretch of the signal, and its length; None: no stretches.
    """

    n_samples: int
    n_block: int
    bounds: NDArray[np.int64] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class RmsSummary:
    """What is kept of the moving RMS of a long signal, whose values are not.

    Attributes
    ----------
    at
        Its values at the places that were asked for, shape of those.
    highest
        Its largest value in each block, the last of which may be shorter.
    peaks, least
        Its largest and its least value in each stretch; empty without stretches.
    """

    at: Samples
    highest: Samples
    peaks: Samples
    least: Samples


def summarised_rms(
    samples: Samples, windows: Sequence[RmsWindow], places: NDArray[np.int64]
) -> tuple[RmsSummary, ...]:
    """Give what is kept of the moving RMS over each of the windows, as by `moving_rms`.

    Parameters
    ----------
    places
        Sorted sample numbers.
    """
    found = tuple(_nothing_yet(len(samples), window, len(places)) for window in windows)
    for start, powers in _moving_powers(samples, [window.n_samples for window in windows]):
        for summary, power, window in zip(found, powers, windows, strict=True):
            first, last = np.searchsorted(places, (start, start + len(power)))
            summary.at[first:last] = power[places[first:last] - start]
            blocks = _block_maxima(power, window.n_block)
            first = start // window.n_block
            summary.highest[first : first + len(blocks)] = blocks
            if window.bounds is not None:
                _enter_stretches(summary, power, start, window.bounds)
    for summary in found:
        for values in (summary.at, summary.highest, summary.peaks, summary.least):
            np.sqrt(values, out=values)
    return found


def _nothing_yet(n_samples: int, window: RmsWindow, n_places: int) -> RmsSummary:
    n_stretches = 0 if window.bounds is None else len(window.bounds) - 1
    return RmsSummary(
        at=np.empty(n_places, dtype=np.float32),
        highest=np.empty(-(-n_samples // window.n_block), dtype=np.float32),
        peaks=np.zeros(n_stretches, dtype=np.float32),
        least=np.full(n_stretches, np.inf, dtype=np.float32),
    )


def _enter_stretches(
    summary: RmsSummary, power: Samples, start: int, bounds: NDArray[np.int64]
) -> None:
    """Enter the extremes of one piece, whose first and last stretch may go on beyond it."""
    first = int(np.searchsorted(bounds, start, side="right")) - 1
    held = slice(first, int(np.searchsorted(bounds, start + len(power))))
    edges = np.maximum(bounds[held], start) - start
    np.maximum(summary.peaks[held], np.maximum.reduceat(power, edges), out=summary.peaks[held])
    np.minimum(summary.least[held], np.minimum.reduceat(power, edges), out=summary.least[held])


def _block_maxima(values: Samples, n_block: int) -> Samples:
    """Largest value of each block, by halving: a reduction of short rows takes three times that."""
    n_over = -len(values) % n_block
    highest = np.pad(values, (0, n_over)) if n_over else values
    for _ in range(n_block.bit_length() - 1):
        highest = np.maximum(highest[::2], highest[1::2])
    return highest


def _moving_powers(
    samples: Samples, n_windows: Sequence[int]
) -> Iterator[tuple[int, list[Samples]]]:
    """Give piece after piece the mean squares over each of the windows, and where it begins.

    A sum over a window is put together from sums over 1, 2, 4, 8 ... samples: no difference of
    large sums, hence single precision to its last digit.
    """
    n_samples, reach = len(samples), max(n_windows) // 2
    for start in range(0, n_samples, _SUMMED):
        stop = min(start + _SUMMED, n_samples)
        piece = padded(lambda a, b: samples[a:b], n_samples, start - reach, stop + reach)
        sums = [np.square(piece)]
        while 2 << (len(sums) - 1) <= max(n_windows):
            half = 1 << (len(sums) - 1)
            sums.append(sums[-1][:-half] + sums[-1][half:])
        powers = [_window_sum(sums, n, reach - n // 2, stop - start) for n in n_windows]
        for power, n_window in zip(powers, n_windows, strict=True):
            np.multiply(power, np.float32(1.0 / n_window), out=power)
            _raise_ends(power, start, n_samples, n_window)
        yield start, powers


def _window_sum(sums: Sequence[Samples], n_window: int, first: int, n_values: int) -> Samples:
    """Sum of `n_window` values from `first` on, and from each of the following places on."""
    parts = []
    for bit in range(n_window.bit_length()):
        if n_window >> bit & 1:
            parts.append(sums[bit][first : first + n_values])
            first += 1 << bit
    total = parts[0] + parts[1] if len(parts) > 1 else parts[0].copy()
    for part in parts[2:]:
        total += part
    return total


def _raise_ends(power: Samples, start: int, n_samples: int, n_window: int) -> None:
    """Raise in place the mean squares at the ends, whose window holds fewer samples.

    Parameters
    ----------
    power
        Of the samples from `start` on, of a signal of `n_samples`.
    """
    reach, stop = n_window // 2, start + len(power)
    if start >= reach and stop <= n_samples - reach:
        return
    index = np.arange(start, stop)
    held = np.minimum(index + reach + 1, n_samples) - np.maximum(index - reach, 0)
    power *= (n_window / held).astype(np.float32)
