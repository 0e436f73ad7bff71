"""All scorers' stages on one grid of epochs: shares, consensus, disagreement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.agreement import Agreement, compare
from pipeline.hypnogram import SCORED, TOLERANCE_S, Hypnogram, Stage


@dataclass(frozen=True, kw_only=True, eq=False)
class Crowd:
    """Stages of every scorer in the same epochs.

    Attributes
    ----------
    stages
        `Stage` values, int8, shape (n_scorers, n_epochs); unscored where a scorer's hypnogram
        does not reach, or where there is none.
    epoch_s, offset_s
        Length of the epochs, and onset of the first.
    """

    stages: NDArray[np.int8]
    epoch_s: float
    offset_s: float

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many scorers gave each epoch W, N1, N2, N3, R, shape (n_epochs, 5)."""
        return _counts(self.stages)

    @property
    def is_disputed(self) -> NDArray[np.bool_]:
        """Whether two scorers differ on an epoch, shape (n_epochs,)."""
        disputed: NDArray[np.bool_] = (self.counts > 0).sum(axis=1) > 1
        return disputed

    def shares(self) -> Hypnogram:
        """Give the consensus, with the share of the scorers per stage as its probabilities."""
        totals = self.counts.sum(axis=1, keepdims=True)
        shares = np.full(self.counts.shape, np.nan)
        np.divide(self.counts, totals, out=shares, where=totals > 0)
        return self._hypnogram(_majority(self.counts), shares)

    def consensus(self, *, without: int) -> Hypnogram:
        """Give the most frequent stage of all scorers but one; unscored where two tie."""
        return self._hypnogram(_majority(_counts(np.delete(self.stages, without, axis=0))))

    def of(self, place: int) -> Hypnogram:
        """Give one scorer's stages on the common grid."""
        return self._hypnogram(self.stages[place])

    def against_others(self, place: int) -> Agreement:
        """Give the agreement of one scorer with the consensus (reference) of all others."""
        return compare(self.consensus(without=place), self.of(place))

    def _hypnogram(
        self, stages: NDArray[np.int8], shares: NDArray[np.float64] | None = None
    ) -> Hypnogram:
        return Hypnogram(
            stages=stages.copy(),
            probabilities=shares,
            epoch_s=self.epoch_s,
            offset_s=self.offset_s,
            source="scorers",
        )


def gather(hypnograms: Sequence[Hypnogram | None]) -> Crowd:
    """Give all stages on the grid of the first hypnogram, made long enough for all of them.

    The others are read at the middle of its epochs.
    """
    known = [h for h in hypnograms if h is not None]
    if not known:
        return Crowd(stages=np.empty((len(hypnograms), 0), np.int8), epoch_s=1.0, offset_s=0.0)
    grid = known[0]
    n_before = _whole_epochs(grid.offset_s - min(h.offset_s for h in known), grid.epoch_s)
    n_after = _whole_epochs(max(h.end_s for h in known) - grid.end_s, grid.epoch_s)
    offset_s = grid.offset_s - n_before * grid.epoch_s
    n_epochs = n_before + len(grid) + n_after
    middles_s = offset_s + grid.epoch_s * (np.arange(n_epochs, dtype=np.float64) + 0.5)
    rows = [_at(h, middles_s) for h in hypnograms]
    return Crowd(stages=np.stack(rows), epoch_s=grid.epoch_s, offset_s=offset_s)


def _whole_epochs(length_s: float, epoch_s: float) -> int:
    return max(0, math.ceil((length_s - TOLERANCE_S) / epoch_s))


def _at(hypnogram: Hypnogram | None, middles_s: NDArray[np.float64]) -> NDArray[np.int8]:
    found = np.full(len(middles_s), Stage.UNSCORED, np.int8)
    if hypnogram is None:
        return found
    since_s = middles_s - hypnogram.offset_s + TOLERANCE_S
    places = np.floor(since_s / hypnogram.epoch_s).astype(np.int64)
    is_inside = (places >= 0) & (places < len(hypnogram))
    found[is_inside] = hypnogram.stages[places[is_inside]]
    return found


def _counts(stages: NDArray[np.int8]) -> NDArray[np.int64]:
    return np.stack([(stages == stage).sum(axis=0) for stage in SCORED], axis=1).astype(np.int64)


def _majority(counts: NDArray[np.int64]) -> NDArray[np.int8]:
    """Give the stage with most votes; unscored where nobody voted or two stages tie."""
    most = counts.max(axis=1, keepdims=True)
    is_clear = (most[:, 0] > 0) & ((counts == most).sum(axis=1) == 1)
    return np.where(is_clear, counts.argmax(axis=1), int(Stage.UNSCORED)).astype(np.int8)
