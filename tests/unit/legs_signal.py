"""A leg lead drawn as a list of bursts, small enough for a unit test."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pipeline.recording import Lead
from pipeline.signals import band_taps, zero_phase

Drawn = Iterable[tuple[float, float, float]]  # onset_s, duration_s, RMS in microvolts
EDGE_S = 0.01


def muscle(rate_hz: float, duration_s: float, seed: int) -> NDArray[np.float64]:
    """Noise of unit RMS in 20 to 90 Hz, or up to what the rate carries."""
    n_samples = round(duration_s * rate_hz)
    white = np.random.default_rng(seed).standard_normal(n_samples + 1024).astype(np.float32)
    band = zero_phase(white, band_taps(rate_hz, (20.0, 90.0), 10.0))[512 : 512 + n_samples]
    power = float(np.mean(np.square(band, dtype=np.float64)))
    return np.asarray(band / np.sqrt(power), dtype=np.float64)


def gate(bursts: Drawn, rate_hz: float, n_samples: int) -> NDArray[np.float64]:
    """Amplitude of the bursts at each sample; half of it at each onset and end."""
    time_s = np.arange(n_samples) / rate_hz
    level = np.zeros(n_samples)
    for onset_s, length_s, rms_uv in bursts:
        first, last = np.searchsorted(time_s, (onset_s - EDGE_S, onset_s + length_s + EDGE_S))
        near = time_s[first:last]
        depth = np.minimum(near - onset_s, onset_s + length_s - near) / EDGE_S + 0.5
        level[first:last] += rms_uv * np.sin(np.clip(depth, 0, 1) * np.pi / 2) ** 2
    return level


def samples(
    bursts: Drawn = (),
    *,
    rate_hz: float = 256.0,
    duration_s: float = 120.0,
    rest_uv: float = 2.0,
    seed: int = 1,
) -> NDArray[np.float64]:
    """Resting EMG with the bursts in it, microvolts, shape (n_samples,)."""
    rest = rest_uv * muscle(rate_hz, duration_s, seed)
    loud = muscle(rate_hz, duration_s, seed + 1000)
    return rest + gate(bursts, rate_hz, len(rest)) * loud[: len(rest)]


def lead(
    values: NDArray[np.float64],
    *,
    rate_hz: float = 256.0,
    role: str = "leg_left",
    label: str = "LAT",
    resolution_uv: float = 0.1,
    lowpass_hz: float | None = None,
) -> Lead:
    """The samples as a lead of a recorder that spans +-3276.7 uV."""
    return Lead(
        role=role,
        label=label,
        rate_hz=rate_hz,
        microvolts=values.copy(),
        resolution_uv=resolution_uv,
        floor_uv=-3276.8,
        ceiling_uv=3276.7,
        lowpass_hz=lowpass_hz,
    )


def ecg(beats_s: NDArray[np.float64], *, rate_hz: float = 256.0, duration_s: float = 120.0) -> Lead:
    """An ECG lead with an R wave of 1 mV at each beat."""
    values = qrs(beats_s, 1000.0, rate_hz=rate_hz, duration_s=duration_s)
    noise = np.random.default_rng(5).standard_normal(len(values))
    return lead(values + 5.0 * noise, rate_hz=rate_hz, role="ecg", label="ECG")


def qrs(
    beats_s: NDArray[np.float64], peak_uv: float, *, rate_hz: float, duration_s: float
) -> NDArray[np.float64]:
    """A narrow R wave at each beat, shape (n_samples,)."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    out = np.zeros(len(time_s))
    for beat_s in beats_s:
        first, last = np.searchsorted(time_s, (beat_s - 0.1, beat_s + 0.1))
        out[first:last] += peak_uv * np.exp(-0.5 * ((time_s[first:last] - beat_s) / 0.01) ** 2)
    return out
