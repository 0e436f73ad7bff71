"""The seconds of an envelope in which anything can be found, put together without the rest.

Thresholds are tried again on some minutes of a night instead of on all of it. What is found there
is what would be found in the whole: see `excerpt`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import merge, runs, to_mask
from pipeline.legs.envelopes import RmsEnvelope
from pipeline.signals import Samples

Levels = tuple[NDArray[np.floating], NDArray[np.floating]]  # low and high, in uV for each second


@dataclass(frozen=True, kw_only=True, eq=False)
class Excerpt:
    """Some seconds of a lead, groups of consecutive ones parted by a second of silence.

    Attributes
    ----------
    seconds
        Second of the record of each second of the excerpt; -1 for silence, shape (n_seconds,).
    places
        Sample of the record of each sample; where there is silence, the end of the group before
        it, shape (n_samples,).
    bounds
        First sample of each second, and the number of samples, shape (n_seconds + 1,).
    starts, shifts
        First sample of each group, and how much later it is in the record.
    """

    seconds: NDArray[np.int64]
    places: NDArray[np.int64]
    bounds: NDArray[np.int64]
    starts: NDArray[np.int64]
    shifts: NDArray[np.int64]

    def of_envelopes(self, envelopes: Sequence[RmsEnvelope]) -> tuple[RmsEnvelope, ...]:
        """Give the part of one envelope with several resting levels; silence is 0 over 1 uV."""
        is_silent = self.seconds < 0
        trace = self.of_samples(envelopes[0].microvolts)
        trace[np.repeat(is_silent, np.diff(self.bounds))] = 0.0
        seconds = np.maximum(self.seconds, 0)
        return tuple(
            replace(
                envelope,
                microvolts=trace,
                rest_uv=np.where(is_silent, np.float32(1.0), envelope.rest_uv[seconds]),
                sigma_uv=np.where(is_silent, np.float32(1.0), envelope.sigma_uv[seconds]),
                second_starts=self.bounds,
            )
            for envelope in envelopes
        )

    def of_mask(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Give the part of a mask over samples."""
        return mask[np.minimum(self.places, len(mask) - 1)]

    def of_samples(self, samples: Samples) -> Samples:
        """Give the part of a signal."""
        return samples[np.minimum(self.places, len(samples) - 1)]

    def in_record_s(self, times_s: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
        """Give the seconds from the record's start for seconds from the excerpt's."""
        half_silence = round(rate_hz) / 2.0
        group = np.searchsorted(self.starts - half_silence, times_s * rate_hz, side="right") - 1
        shifted: NDArray[np.float64] = times_s + self.shifts[np.maximum(group, 0)] / rate_hz
        return shifted


def excerpt(
    envelope: RmsEnvelope, levels: Sequence[Levels], n_blocks: int, gap_samples: float
) -> Excerpt | None:
    """Give the seconds that hold every stretch over a low level which reaches the high level.

    Stretches that lie under `gap_samples` apart are taken together, with all between them, so
    that hysteresis with that gap finds in the excerpt what it finds in the whole. None where
    nothing reaches a high level.

    Parameters
    ----------
    levels
        For each setting; the excerpt serves all of them.
    n_blocks
        A second is looked at in so many blocks.
    """
    edges = _blocks(envelope.bounds, n_blocks)
    highest = np.maximum.reduceat(envelope.microvolts, edges[:-1])
    least = max(int(np.diff(edges).min()), 1)
    n_apart = int(max(gap_samples, 0.0) // least) + 1
    wanted = np.zeros(len(envelope.rest_uv), dtype=np.bool_)
    second_of = np.searchsorted(envelope.bounds, edges[:-1], side="right") - 1
    for low, high in levels:
        raised = merge(runs(highest >= low[second_of]), n_apart - 1)
        hot = np.flatnonzero(highest >= high[second_of])
        holds = np.diff(np.searchsorted(hot, raised), axis=1).ravel() > 0
        ends = np.clip(raised[holds] + np.array([-1, 1]), 0, len(second_of))
        seconds = np.column_stack((second_of[ends[:, 0]], second_of[ends[:, 1] - 1] + 1))
        wanted |= to_mask(seconds, len(wanted))
    return _joined(envelope, runs(wanted)) if wanted.any() else None


def _blocks(bounds: NDArray[np.int64], n_blocks: int) -> NDArray[np.int64]:
    """Give the first sample of each block of each second, and the number of samples."""
    lengths = np.diff(bounds)[:, None] * np.arange(n_blocks)[None, :] // n_blocks
    edges = np.append((bounds[:-1, None] + lengths).ravel(), bounds[-1])
    return edges[np.append(np.diff(edges) > 0, np.True_)]  # a second may be shorter than its blocks


def _joined(envelope: RmsEnvelope, groups: NDArray[np.int64]) -> Excerpt:
    n_silent, bounds = round(envelope.rate_hz), envelope.bounds
    seconds: list[NDArray[np.int64]] = []
    places: list[NDArray[np.int64]] = []
    lengths: list[NDArray[np.int64]] = []
    for first, stop in groups:
        seconds += [np.arange(first, stop), np.array([-1])]
        lengths += [np.diff(bounds[first : stop + 1]), np.array([n_silent])]
        places += [np.arange(bounds[first], bounds[stop]), np.full(n_silent, bounds[stop])]
    lengths, places, seconds = lengths[:-1], places[:-1], seconds[:-1]  # no silence at the end
    sizes = np.array([len(part) for part in places])
    starts = np.concatenate(([0], np.cumsum(sizes)))[:-1][::2]
    return Excerpt(
        seconds=np.concatenate(seconds),
        places=np.concatenate(places),
        bounds=np.concatenate(([0], np.cumsum(np.concatenate(lengths)))),
        starts=starts,
        shifts=bounds[groups[:, 0]] - starts,
    )
