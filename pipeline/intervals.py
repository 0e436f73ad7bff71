"""Masks, runs and half-open intervals: the one vocabulary for stretches of time.

An interval array has shape (n, 2), start and stop, half-open. Sample indices and seconds are
both fine; a function never mixes them.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

_Number = TypeVar("_Number", bound=np.generic)  # an index or a second


def runs(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give start and stop of each run of True, shape (n_runs, 2)."""
    flags = np.asarray(mask, dtype=np.bool_)
    if not len(flags):
        return np.empty((0, 2), dtype=np.int64)
    edges = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    ends = [edges[:0], edges, edges[:0]]
    if flags[0]:
        ends[0] = np.zeros(1, dtype=np.int64)
    if flags[-1]:
        ends[2] = np.full(1, len(flags), dtype=np.int64)
    return np.concatenate(ends).reshape(-1, 2)


def to_mask(intervals: NDArray[np.integer[Any]], n_samples: int) -> NDArray[np.bool_]:
    """Give the mask, shape (n_samples,), that is True inside the given index intervals."""
    mask = np.zeros(n_samples, dtype=np.bool_)
    clipped = np.clip(np.asarray(intervals, dtype=np.int64).reshape(-1, 2), 0, n_samples)
    for start, stop in merge(clipped):
        mask[start:stop] = True
    return mask


def merge(intervals: NDArray[_Number], gap: float = 0.0) -> NDArray[_Number]:
    """Join intervals that overlap or lie at most `gap` apart; sorted, shape (m, 2)."""
    ordered = np.asarray(intervals).reshape(-1, 2)
    if not len(ordered):
        return ordered
    ordered = ordered[np.argsort(ordered[:, 0], kind="stable")]
    reach = np.maximum.accumulate(ordered[:, 1])
    first = np.concatenate(([True], ordered[1:, 0] > reach[:-1] + gap))
    last = np.concatenate((first[1:], [True]))
    return np.column_stack((ordered[first, 0], reach[last]))


def complement(intervals: NDArray[_Number], start: float, stop: float) -> NDArray[np.float64]:
    """Give what lies between `start` and `stop` outside of the intervals, shape (m, 2)."""
    return subtract(np.array([[start, stop]]), np.asarray(intervals, np.float64))


def clip(intervals: NDArray[_Number], start: float, stop: float) -> NDArray[np.float64]:
    """Give the parts of the intervals that lie between `start` and `stop`, shape (m, 2)."""
    clipped = np.clip(np.asarray(intervals, dtype=np.float64).reshape(-1, 2), start, stop)
    return clipped[clipped[:, 1] > clipped[:, 0]]


def subtract(first: NDArray[_Number], second: NDArray[_Number]) -> NDArray[np.float64]:
    """Give the time of `first` that is not in `second`, shape (m, 2)."""
    a, b = merge(np.asarray(first, np.float64)), merge(np.asarray(second, np.float64))
    edges = np.unique(np.concatenate((a.ravel(), b.ravel())))
    starts, stops = edges[:-1], edges[1:]
    is_kept = contains(a, starts) & ~contains(b, starts)
    return merge(np.column_stack((starts[is_kept], stops[is_kept])))


def total(intervals: NDArray[_Number]) -> float:
    """Give the length of the union of the intervals, in their own unit."""
    merged = merge(np.asarray(intervals, np.float64))
    return float((merged[:, 1] - merged[:, 0]).sum()) if merged.size else 0.0


def contains(intervals: NDArray[_Number], times: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell for each time whether it lies in one of the intervals, shape of `times`."""
    merged = merge(intervals)
    if not len(merged):
        return np.zeros(np.shape(times), dtype=np.bool_)
    place = np.searchsorted(merged[:, 0], times, side="right") - 1
    inside: NDArray[np.bool_] = (place >= 0) & (np.asarray(times) < merged[np.maximum(place, 0), 1])
    return inside


def overlaps(first: NDArray[_Number], second: NDArray[_Number]) -> NDArray[np.bool_]:
    """Tell for each interval of `first` whether it shares time with any of `second`.

    An interval of `second` without length shares no time with anything.
    """
    a, b = np.asarray(first).reshape(-1, 2), np.asarray(second).reshape(-1, 2)
    b = merge(b[b[:, 1] > b[:, 0]])
    if not len(b):
        return np.zeros(len(a), dtype=np.bool_)
    return np.searchsorted(b[:, 1], a[:, 0], side="right") < np.searchsorted(
        b[:, 0], a[:, 1], side="left"
    )
