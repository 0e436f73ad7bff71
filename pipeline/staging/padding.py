"""A record beyond its ends: mirrored through its end points, as MNE does before it resamples."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# MNE's padding of the whole record, which fixes the instants of its samples.
PAD_SHARE = 8
PAD_SAMPLES = 100


def padding(n_samples: int) -> tuple[int, int]:
    """Give how many samples MNE puts before the record, and the length that it pads it to."""
    least = n_samples + 2 * min(n_samples // PAD_SHARE, PAD_SAMPLES)
    n_padded = 2 ** math.ceil(math.log2(least))
    return (n_padded - n_samples) // 2, n_padded


def circular(samples: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    """Give padded[start:stop]; the padded record repeats itself, as in any discrete transform."""
    n_before, n_padded = padding(len(samples))
    if n_before <= start and stop <= n_before + len(samples):
        return samples[start - n_before : stop - n_before]
    pieces = []
    while start < stop:
        turn = start // n_padded * n_padded
        end = min(stop, turn + n_padded)
        pieces.append(mirrored(samples, start - turn - n_before, end - turn - n_before))
        start = end
    return np.concatenate(pieces)


def mirrored(samples: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    """Give samples[start:stop]; mirrored through the end points outside, then zero."""
    n_samples = len(samples)
    if start >= 0 and stop <= n_samples:
        return samples[start:stop]
    inside = samples[min(max(start, 0), n_samples) : min(max(stop, 0), n_samples)]
    before = _before(samples, start, min(stop, 0))
    after = _before(samples[::-1], n_samples - stop, min(n_samples - start, 0))[::-1]
    return np.concatenate((before, inside, after))


def _before(samples: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    """Give the samples from `start` to `stop`, neither above 0."""
    found = np.zeros(max(stop - start, 0))
    first = max(start, 1 - len(samples))
    if first < stop:
        found[first - start :] = 2.0 * samples[0] - samples[1 - stop : 1 - first][::-1]
    return found
