"""The parts of a night in which anything can be found, put together without the rest.

The envelope is computed, and thresholds are tried, on some minutes of a night instead of on all
of it. What is found there is what would be found in the whole: see `excerpt`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import contains, merge, runs, to_mask
from pipeline.legs.envelopes import NightEnvelope, RmsEnvelope
from pipeline.legs.moving_rms import moving_rms
from pipeline.legs.resting import RestingLevel
from pipeline.signals import Samples

_DIGITS = 6  # of a sample number
Levels = tuple[NDArray[np.floating], NDArray[np.floating]]  # low and high, in uV for each second


@dataclass(frozen=True, kw_only=True, eq=False)
class Excerpt:
    """Groups of consecutive samples of a lead, each with a margin that counts as silence.

    Attributes
    ----------
    groups
        First sample and end of each group in the record, margins included, shape (n_groups, 2).
    starts
        First sample of each group in the excerpt, and the number of samples.
    bounds
        First sample of each piece that lies within one second of the record, and the number of
        samples, shape (n_pieces + 1,).
    seconds
        That second; -1 for silence, shape (n_pieces,).
    """

    groups: NDArray[np.int64]
    starts: NDArray[np.int64]
    bounds: NDArray[np.int64]
    seconds: NDArray[np.int64]

    def of_samples(self, samples: Samples) -> Samples:
        """Give the part of a signal."""
        return np.concatenate([samples[start:stop] for start, stop in self.groups.tolist()])

    def of_envelope(
        self, emg_uv: Samples, envelope: NightEnvelope, rests: Sequence[RestingLevel]
    ) -> tuple[RmsEnvelope, ...]:
        """Give the part of one envelope with several resting levels; silence is 0 over 1 uV.

        Parameters
        ----------
        emg_uv
            That part of the filtered EMG.
        """
        is_silent = self.seconds < 0
        (trace,) = moving_rms(emg_uv, (envelope.n_window,))
        trace[np.repeat(is_silent, np.diff(self.bounds))] = 0.0
        return tuple(
            RmsEnvelope(
                microvolts=trace,
                rest_uv=np.where(is_silent, np.float32(1.0), rest.rest_uv[self.seconds]),
                sigma_uv=np.where(is_silent, np.float32(1.0), rest.sigma_uv[self.seconds]),
                n_window=envelope.n_window,
                rate_hz=envelope.rate_hz,
                bounds=self.bounds,
            )
            for rest in rests
        )

    def mask(self, spans: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Give for each sample whether it lies in one of the spans of the record."""
        return to_mask(self._place(spans), int(self.starts[-1]))

    def _place(self, samples: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the sample of the excerpt, or that where the next group begins."""
        group = np.searchsorted(self.groups[:, 1], samples, side="right")
        firsts = np.append(self.groups[:, 0], np.iinfo(np.int64).max)
        place: NDArray[np.int64] = self.starts[group] + np.maximum(samples - firsts[group], 0)
        return place

    def in_record_s(self, times_s: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
        """Give the seconds from the record's start for seconds from the excerpt's.

        To a millionth of a sample: events of both legs that begin together do so here as well.
        """
        places = times_s * rate_hz
        group = np.searchsorted(self.starts[1:-1], places, side="right")
        shifts = self.groups[:, 0] - self.starts[:-1]
        shifted = np.round(places + shifts[group], _DIGITS) / rate_hz
        return np.asarray(shifted, dtype=np.float64)


def excerpt(
    envelope: NightEnvelope, levels: Sequence[Levels], gap_samples: float
) -> Excerpt | None:
    """Give what holds every stretch over a low level which reaches the high level.

    Stretches that lie under `gap_samples` apart are taken together, with all between them, so
    that hysteresis with that gap finds in the excerpt what it finds in the whole. None where
    nothing reaches a high level.

    Parameters
    ----------
    levels
        For each setting; the excerpt serves all of them: the lowest levels count.
    """
    low, high = (
        _per_block(np.minimum.reduce(each), envelope) for each in zip(*levels, strict=True)
    )
    n_block, gap = envelope.n_block, max(gap_samples, 0.0)
    raised = merge(runs(envelope.highest_uv >= low), int(gap // n_block))
    hot = np.flatnonzero(envelope.highest_uv >= high)
    holds = np.diff(np.searchsorted(hot, raised), axis=1).ravel() > 0
    if not holds.any():
        return None
    n_beside = (1 + envelope.n_window // n_block) * n_block
    n_silent = envelope.n_window + int(gap / 2.0) + 1  # on each side: more than gap or window
    inner = raised[holds] * n_block + np.array([-n_beside, n_beside])
    n_samples = envelope.bounds[-1]
    return _joined(np.clip(merge(inner, 2 * n_silent), 0, n_samples), n_silent, envelope.bounds)


def _per_block(level_uv: NDArray[np.floating], envelope: NightEnvelope) -> NDArray[np.floating]:
    """Give the level of each block's second, the lower of two where it lies in both."""
    firsts = -(-envelope.bounds[:-1] // envelope.n_block)  # the first block that begins in each
    level = np.repeat(level_uv, np.diff(np.append(firsts, len(envelope.highest_uv))))
    before = firsts[1:] - 1
    level[before] = np.minimum(level[before], level_uv[1:])
    return level


def _joined(inner: NDArray[np.int64], n_silent: int, bounds: NDArray[np.int64]) -> Excerpt:
    groups = np.clip(inner + np.array([-n_silent, n_silent]), 0, bounds[-1])
    lengths = np.diff(groups, axis=1).ravel()
    starts = np.concatenate(([0], np.cumsum(lengths)))
    cuts = np.unique(np.concatenate((groups[:, 0], inner.ravel(), bounds[contains(inner, bounds)])))
    cuts = cuts[contains(groups, cuts)]
    group = np.searchsorted(groups[:, 0], cuts, side="right") - 1
    second = np.searchsorted(bounds, cuts, side="right") - 1
    return Excerpt(
        groups=groups,
        starts=starts,
        bounds=np.append(cuts - groups[group, 0] + starts[group], starts[-1]),
        seconds=np.where(contains(inner, cuts), second, -1),
    )
