"""How irregular an epoch is: zero crossings, Hjorth, permutation entropy, fractal dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.staging.aligned import room_like

HIGUCHI_LAGS = 10  # YASA's (antropy's) longest lag
N_PATTERNS = 6  # orders of three samples
PETROSIAN_WEIGHT = 0.4  # Petrosian 1995
REGRESSION_EPSILON = 1e-9  # antropy adds it to the denominator of the slope

Rows = NDArray[np.float64]


def measure(epochs: Rows) -> dict[str, Rows]:
    """Give the measures by YASA's names, each of shape (n_epochs,).

    Parameters
    ----------
    epochs
        Shape (n_epochs, n_samples), finite.

    References
    ----------
    Hjorth 1970, doi 10.1016/0013-4694(70)90143-4; Bandt and Pompe 2002,
    doi 10.1103/PhysRevLett.88.174102; Higuchi 1988, doi 10.1016/0167-2789(88)90081-4;
    Petrosian 1995, doi 10.1109/CBMS.1995.465426.
    """
    negative = np.signbit(epochs)
    steps = np.subtract(epochs[:, 1:], epochs[:, :-1], out=room_like(epochs)[:, :-1])
    rises = steps >= 0.0
    turns = _count(rises[:, 1:] ^ rises[:, :-1])
    mobility, complexity = _hjorth(epochs, steps)
    return {
        "nzc": _count(negative[:, 1:] ^ negative[:, :-1]),
        "hmob": mobility,
        "hcomp": complexity,
        "perm": _permutation_entropy(epochs, rises),
        "higuchi": _higuchi(epochs),
        "petrosian": _petrosian(turns, epochs.shape[1]),
    }


def _count(mask: NDArray[np.bool_]) -> Rows:
    """Count True in each row; eight at a time is five times as fast as a sum."""
    bits = np.bitwise_count(np.packbits(mask, axis=1))
    return np.asarray(bits.sum(axis=1, dtype=np.int64), dtype=np.float64)


def _hjorth(epochs: Rows, steps: Rows) -> tuple[Rows, Rows]:
    room, bends = room_like(epochs), room_like(epochs)[:, :-2]
    np.subtract(steps[:, 1:], steps[:, :-1], out=bends)
    activity, slope, bend = (_variance(x, room) for x in (epochs, steps, bends))
    mobility = np.sqrt(slope / activity)
    return mobility, np.sqrt(bend / slope) / mobility


def _variance(rows: Rows, room: Rows) -> Rows:
    """Give the variance of each row; `room` is written to."""
    n = rows.shape[1]
    centred = np.subtract(rows, rows.mean(axis=1, keepdims=True), out=room[:, :n])
    return np.asarray(np.vecdot(centred, centred) / n)


def _permutation_entropy(epochs: Rows, rises: NDArray[np.bool_]) -> Rows:
    """Give the entropy of the order of three samples in a row, 0 to 1.

    Whether b >= a, c >= b and c >= a names the order; equal samples count as rising.
    """
    ab, bc, ac = rises[:, :-1], rises[:, 1:], epochs[:, 2:] >= epochs[:, :-2]
    peak, trough = ab & ~bc, bc & ~ab
    n_peak, n_trough, n_up = _count(peak), _count(trough), _count(ab & bc)
    n_high_peak, n_low_trough = _count(peak & ac), _count(trough & ac)
    n_all = ac.shape[1]
    n_down = n_all - n_up - n_peak - n_trough
    counts = (
        n_up, n_down, n_high_peak, n_peak - n_high_peak, n_low_trough, n_trough - n_low_trough,
    )  # fmt: skip
    share = np.stack(counts) / n_all
    bits = -np.where(share > 0.0, share * np.log2(np.where(share > 0.0, share, 1.0)), 0.0)
    return np.asarray(np.clip(bits.sum(axis=0) / np.log2(N_PATTERNS), 0.0, 1.0))


def _higuchi(epochs: Rows) -> Rows:
    """Give the slope of log curve length over log resolution, for lags of 1 to 10 samples."""
    lags, room = np.arange(1, HIGUCHI_LAGS + 1), room_like(epochs)
    y = np.log(np.stack([_curve_length(epochs, int(lag), room) for lag in lags], axis=1))
    x = np.log(1.0 / lags)
    numerator = len(x) * (y @ x) - x.sum() * y.sum(axis=1)
    slope: Rows = numerator / (len(x) * (x @ x) - x.sum() ** 2 + REGRESSION_EPSILON)
    return slope


def _curve_length(epochs: Rows, lag: int, room: Rows) -> Rows:
    """Give the mean over all starts of the curve's length when each lag-th sample is kept.

    `room` is written to.
    """
    n = epochs.shape[1]
    steps = np.subtract(epochs[:, lag:], epochs[:, :-lag], out=room[:, :-lag])
    np.abs(steps, out=steps)
    n_steps = (n - 1 - np.arange(lag)) // lag
    weights = (n - 1) / (lag**3 * n_steps)
    return np.asarray(steps @ np.tile(weights, -(-n // lag))[: n - lag])


def _petrosian(turns: Rows, n_samples: int) -> Rows:
    size = np.log10(n_samples)
    return np.asarray(size / (size + np.log10(n_samples / (n_samples + PETROSIAN_WEIGHT * turns))))
