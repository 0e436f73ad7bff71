"""Powers of an epoch in the frequency bands that the models know."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

RATE_HZ = 100.0
WINDOW_SAMPLES = 500  # 5 s, two periods of the band's lower end
STEP_SAMPLES = WINDOW_SAMPLES // 2
BANDS_HZ = {
    "sdelta": (0.4, 1.0),
    "fdelta": (1.0, 4.0),
    "theta": (4.0, 8.0),
    "alpha": (8.0, 12.0),
    "sigma": (12.0, 16.0),
    "beta": (16.0, 30.0),
}
BROAD_HZ = (0.4, 30.0)


def _bins_hz() -> NDArray[np.float64]:
    """Give the frequencies of a window's transform within BROAD_HZ."""
    bins_hz = scipy.fft.rfftfreq(WINDOW_SAMPLES, 1.0 / RATE_HZ)
    return np.asarray(bins_hz[(bins_hz >= BROAD_HZ[0]) & (bins_hz <= BROAD_HZ[1])])


def _weights(bins_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what integrates a density: in all by the trapezoid rule, by Simpson's, and by band."""
    weights = np.zeros((len(bins_hz), 2 + len(BANDS_HZ)))
    weights[:, 0] = 1.0
    weights[[0, -1], 0] = 0.5
    for place, (low, high) in enumerate((BROAD_HZ, *BANDS_HZ.values()), start=1):
        in_band = (bins_hz >= low) & (bins_hz <= high)
        weights[in_band, place] = _simpson(int(in_band.sum()))
    return weights * (RATE_HZ / WINDOW_SAMPLES)


def _simpson(n_points: int) -> NDArray[np.float64]:
    """Give Simpson's weights at a distance of 1, as those of `scipy.integrate.simpson`.

    Of an even number of points the last interval is that of the parabola through the last three.
    """
    n_odd = n_points - (n_points + 1) % 2
    weights = np.zeros(n_points)
    weights[:n_odd:2] = 2.0 / 3.0
    weights[1:n_odd:2] = 4.0 / 3.0
    weights[[0, n_odd - 1]] = 1.0 / 3.0
    if n_odd < n_points:
        weights[-3:] += np.array([-1.0, 8.0, 5.0]) / 12.0
    return weights


BINS_HZ = _bins_hz()
WEIGHTS = _weights(BINS_HZ)
WINDOW = np.hamming(WINDOW_SAMPLES + 1)[:-1]  # periodic


def band_powers(epochs: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Give each band's share of the power from 0.4 to 30 Hz, and ``abspow`` in uV^2.

    Parameters
    ----------
    epochs
        Microvolts at 100 Hz, shape (n_epochs, n_samples).

    Returns
    -------
    dict
        Arrays of shape (n_epochs,).

    References
    ----------
    Welch 1967, doi 10.1109/TAU.1967.1161901, with the median of the windows as in
    `scipy.signal.welch`.
    """
    density = _median_density(epochs)
    powers = density @ WEIGHTS
    shares = powers[:, 2:] / powers[:, 1:2]
    return {"abspow": powers[:, 0], **dict(zip(BANDS_HZ, shares.T, strict=True))}


def _median_density(epochs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the power density in uV^2/Hz at `BINS_HZ`, shape (n_epochs, n_bins).

    The mean of a window is not taken off: a Hamming window's transform carries it no further
    than bin 1, which lies below the band.
    """
    pieces = np.lib.stride_tricks.sliding_window_view(epochs, WINDOW_SAMPLES, axis=1)
    windows = pieces[:, ::STEP_SAMPLES].transpose(1, 0, 2) * WINDOW
    first = round(BINS_HZ[0] * WINDOW_SAMPLES / RATE_HZ)
    spectra = scipy.fft.rfft(windows)[..., first : first + len(BINS_HZ)]
    density = _middle(spectra.real**2 + spectra.imag**2)
    density *= 2.0 / (RATE_HZ * (WINDOW @ WINDOW) * _median_bias(len(windows)))
    return density


def _middle(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the median of an odd number of rows.

    Neighbours change places, in turn those of even and of odd rank, until all are in order: a
    third of the time of `np.partition` across rows.
    """
    for turn in range(len(rows)):
        low, high = rows[turn % 2 : -1 : 2], rows[turn % 2 + 1 :: 2]
        least = np.minimum(low, high)
        np.maximum(low, high, out=high)
        low[:] = least
    middle: NDArray[np.float64] = rows[len(rows) // 2]
    return middle


def _median_bias(n_windows: int) -> float:
    """Give the median of n exponential variables over their mean (Percival and Walden 1993)."""
    even = 2.0 * np.arange(1, (n_windows - 1) // 2 + 1)
    return float(1.0 + (1.0 / (even + 1.0) - 1.0 / even).sum())
