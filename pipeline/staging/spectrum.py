"""Powers of an epoch in the frequency bands that the models know."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.integrate import simpson, trapezoid
from scipy.signal import get_window

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
    density, bins_hz = _median_density(epochs)
    step_hz = RATE_HZ / WINDOW_SAMPLES
    total = simpson(density, dx=step_hz, axis=-1)
    powers = {"abspow": np.asarray(trapezoid(density, dx=step_hz, axis=-1))}
    for name, (low, high) in BANDS_HZ.items():
        in_band = (bins_hz >= low) & (bins_hz <= high)
        powers[name] = simpson(density[:, in_band], dx=step_hz, axis=-1) / total
    return powers


def _median_density(
    epochs: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the power density in uV^2/Hz, shape (n_epochs, n_bins), and the bins within BROAD_HZ.

    The mean of a window is not taken off: a Hamming window's transform carries it no further
    than bin 1, which lies below the band.
    """
    window = get_window("hamming", WINDOW_SAMPLES)
    bins_hz = fft.rfftfreq(WINDOW_SAMPLES, 1.0 / RATE_HZ)
    used = np.flatnonzero((bins_hz >= BROAD_HZ[0]) & (bins_hz <= BROAD_HZ[1]))
    pieces = np.lib.stride_tricks.sliding_window_view(epochs, WINDOW_SAMPLES, axis=1)
    spectra = fft.rfft(pieces[:, ::STEP_SAMPLES] * window)[..., used[0] : used[-1] + 1]
    power = spectra.real**2 + spectra.imag**2
    middle = power.shape[1] // 2  # of eleven windows
    density = np.partition(power, middle, axis=1)[:, middle]
    density *= 2.0 / (RATE_HZ * (window @ window) * _median_bias(power.shape[1]))
    return density, bins_hz[used]


def _median_bias(n_windows: int) -> float:
    """Give the median of n exponential variables over their mean (Percival and Walden 1993)."""
    even = 2.0 * np.arange(1, (n_windows - 1) // 2 + 1)
    return float(1.0 + (1.0 / (even + 1.0) - 1.0 / even).sum())
