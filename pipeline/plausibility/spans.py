"""How far a channel moves in each second, in whole digital numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import runs
from pipeline.recording import Channel
from pipeline.signals import second_bounds


@dataclass(frozen=True, kw_only=True, eq=False)
class Spans:
    """Least and largest digital value of each begun second.

    Attributes
    ----------
    bounds
        First sample of each second, and the number of samples at last, shape (n_seconds + 1,).
    low, high
        Shape (n_seconds,).
    """

    bounds: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]

    @property
    def steps(self) -> NDArray[np.int64]:
        """Digital steps from the least to the largest value, shape (n_seconds,)."""
        return self.high - self.low


def spans(channel: Channel) -> Spans:
    """Give the extremes of each begun second, none where the channel has no sample."""
    bounds = second_bounds(len(channel.digital), channel.rate_hz)
    low, high = _extremes(channel.digital, channel.rate_hz, bounds)
    return Spans(bounds=bounds, low=low.astype(np.int64), high=high.astype(np.int64))


def lasting(is_true: NDArray[np.bool_], least_s: float) -> NDArray[np.bool_]:
    """Give the mask without runs of True under `least_s` seconds; one value is one second."""
    found = runs(is_true)
    kept = np.zeros(len(is_true), dtype=np.bool_)
    for start, stop in found[found[:, 1] - found[:, 0] >= least_s]:
        kept[start:stop] = True
    return kept


def _extremes(
    digital: NDArray[np.integer[Any]], rate_hz: float, bounds: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[Any]]:
    n_whole = int(len(digital) / rate_hz)
    if rate_hz != int(rate_hz) or len(bounds) - 1 != n_whole:
        return np.minimum.reduceat(digital, bounds[:-1]), np.maximum.reduceat(digital, bounds[:-1])
    seconds = digital.reshape(n_whole, int(rate_hz))  # ten times as fast as reduceat
    return seconds.min(axis=1), seconds.max(axis=1)
