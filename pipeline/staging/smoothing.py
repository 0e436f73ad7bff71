"""Features in the context of the minutes around them, scaled to the night."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CENTRED_EPOCHS = 15  # 7.5 min, triangular weights
PAST_EPOCHS = 4  # 2 min, equal weights
SCALE_QUANTILES = (0.05, 0.95)
SMALLEST_SCALE = 10.0 * np.finfo(np.float64).eps  # below this scikit-learn does not scale


def centred(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the scaled triangular mean over 7.5 min around each epoch, shape of `columns`.

    Parameters
    ----------
    columns
        Shape (n_epochs, n_features). An epoch with NaN is left out of its neighbours' means and
        of the scaling, and stays NaN.
    """
    half = (CENTRED_EPOCHS + 1) // 2
    weights = 1.0 - np.abs(np.arange(1 - half, half)) / half
    return _scaled(_weighted_mean(columns, weights, n_ahead=half - 1))


def past(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the scaled mean over each epoch and the three before it, shape of `columns`."""
    return _scaled(_weighted_mean(columns, np.ones(PAST_EPOCHS), n_ahead=0))


def _weighted_mean(
    columns: NDArray[np.float64], weights: NDArray[np.float64], *, n_ahead: int
) -> NDArray[np.float64]:
    """Give the mean over a window that ends `n_ahead` epochs after each epoch."""
    present = np.isfinite(columns)
    known = np.where(present, columns, 0.0)
    sums, masses = np.zeros_like(known), np.zeros_like(known)
    for place, weight in enumerate(weights):
        _add_shifted(sums, known, weight, place + 1 + n_ahead - len(weights))
        _add_shifted(masses, present, weight, place + 1 + n_ahead - len(weights))
    return np.divide(sums, masses, out=np.full_like(sums, np.nan), where=present)


def _add_shifted(
    target: NDArray[np.float64],
    source: NDArray[np.float64] | NDArray[np.bool_],
    weight: float,
    shift: int,
) -> None:
    """Add weight * source[i + shift] to target[i] wherever both exist."""
    n = len(target)
    if abs(shift) < n:
        target[max(-shift, 0) : n - max(shift, 0)] += (
            weight * source[max(shift, 0) : n - max(-shift, 0)]
        )


def _scaled(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the columns less their median, over the spread of their middle 90 %."""
    scaled = np.full_like(columns, np.nan)
    has_value = np.isfinite(columns).any(axis=0)
    if has_value.any():
        known = columns[:, has_value]
        low, high = np.nanquantile(known, SCALE_QUANTILES, axis=0)
        spread = np.where(high - low < SMALLEST_SCALE, 1.0, high - low)
        scaled[:, has_value] = (known - np.nanmedian(known, axis=0)) / spread
    return scaled
