"""The leg and chin EMG: a resting level, and bursts gated into noise of the same colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.simulate.draft import Burst
from pipeline.simulate.noise import (
    Floats,
    coloured,
    frequencies_hz,
    muscle_shape,
)


def resting_emg(
    level_uv: NDArray[np.float64], rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Floats:
    """Give resting EMG in microvolts, shape (n_samples,).

    Parameters
    ----------
    level_uv
        RMS in 10 to 100 Hz in each 30 s block, shape (n_blocks,); at low rates the recorder's
        filter leaves less of it (64 to 73 % at 128 Hz).
    """
    shape = muscle_shape(frequencies_hz(rate_hz))
    return coloured((level_uv**2)[:, np.newaxis], shape, rate_hz, n_samples, rng)


def add_bursts(
    emg: Floats,
    bursts: tuple[Burst, ...],
    rate_hz: float,
    edge_s: float,
    rng: np.random.Generator,
) -> Floats:
    """Give the EMG with the bursts in it, as a new array of its shape.

    The gate rises over `edge_s` as half a cosine, passes one half at the burst's onset, and
    falls likewise at its end. The burst replaces nothing: it adds to the rest.
    """
    out = emg.copy()
    total_s = sum(b.duration_s + edge_s for b in bursts) + 2 * len(bursts) / rate_hz + 1.0
    carrier = _carrier(total_s, rate_hz, rng)
    wanted = band_share(rate_hz)
    used = 0
    for burst in bursts:
        first, gate = _gate(burst, rate_hz, edge_s)
        stop = min(first + len(gate), len(out))
        piece = carrier[used : used + len(gate)]
        used += len(gate)
        rms = np.sqrt(np.sum(piece**2 * gate**2) / np.sum(gate**2))
        scaled = piece * gate * (burst.amplitude_uv * wanted / rms)
        out[first:stop] += scaled[: stop - first].astype(np.float32)
    return out


def band_share(rate_hz: float) -> float:
    """Tell what a recorder of that rate leaves of EMG whose RMS in 10 to 100 Hz is 1."""
    frequencies = frequencies_hz(rate_hz)
    step_hz = float(frequencies[1])
    return float(np.sqrt(muscle_shape(frequencies).sum() * step_hz))


def _carrier(total_s: float, rate_hz: float, rng: np.random.Generator) -> NDArray[np.float64]:
    shape = muscle_shape(frequencies_hz(rate_hz))
    n_samples = int(np.ceil(total_s * rate_hz))
    return coloured(np.ones((1, 1)), shape, rate_hz, n_samples, rng).astype(np.float64)


def _gate(burst: Burst, rate_hz: float, edge_s: float) -> tuple[int, NDArray[np.float64]]:
    """Give the gate and the sample that it begins at."""
    first = max(0, int(np.ceil((burst.onset_s - edge_s / 2) * rate_hz)))
    last = max(first + 1, int(np.floor((burst.offset_s + edge_s / 2) * rate_hz)))
    time_s = np.arange(first, last + 1) / rate_hz
    into = np.minimum(time_s - burst.onset_s, burst.offset_s - time_s) / edge_s + 1.0 / 2
    gate: NDArray[np.float64] = np.sin(np.clip(into, 0.0, 1.0) * np.pi / 2) ** 2
    return first, gate
