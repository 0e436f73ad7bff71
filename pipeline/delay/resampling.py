"""Descents drawn again, and jerk trains turned round within their descents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.delay.course import Passages


def multiplicities(
    n_resamples: int, n_descents: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Give how often each descent is drawn in each sample of as many, with replacement.

    Shape (n_resamples, n_descents).
    """
    drawn = rng.integers(0, n_descents, (n_resamples, n_descents))
    drawn += np.arange(n_resamples)[:, None] * n_descents
    counts = np.bincount(drawn.ravel(), minlength=n_resamples * n_descents)
    return counts.reshape(n_resamples, n_descents).astype(np.float64)


def turned(passages: Passages, n_trains: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Give the jerks with each descent's train turned round within it by a random amount.

    Seconds since the descent began, shape (n_trains, n_jerks). The number of jerks of a descent
    and the distances between them stay; what runs out at its end comes in at its start.
    """
    lengths_s = passages.lengths_s[passages.jerk_descents]
    by = rng.random((n_trains, passages.n_descents))[:, passages.jerk_descents]
    moved: NDArray[np.float64] = (passages.jerks_s + by * lengths_s) % lengths_s
    return moved
