"""Drawn nights on which our staging and YASA's are compared; the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

# Amplitudes in uV of 0.5-4, 4-8, 8-12, 12-16 and 16-30 Hz, in turns of four minutes.
BANDS_HZ = ((0.5, 4.0), (4.0, 8.0), (8.0, 12.0), (12.0, 16.0), (16.0, 30.0))
TURNS_UV = (
    (6.0, 5.0, 14.0, 3.0, 7.0),
    (9.0, 9.0, 4.0, 3.0, 4.0),
    (18.0, 8.0, 3.0, 7.0, 2.0),
    (45.0, 8.0, 3.0, 4.0, 1.5),
    (8.0, 9.0, 3.0, 2.0, 3.0),
)
TURN_S = 240.0


@dataclass(frozen=True, kw_only=True)
class DrawnNight:
    """Leads by kind in microvolts, at one rate."""

    name: str
    rate_hz: float
    leads_uv: dict[str, NDArray[np.float64]]


def drawn_nights() -> list[DrawnNight]:
    """Give all nights of the comparison."""
    return [
        draw_night("eeg_128", 128.0, 30, ("eeg",), seed=1),
        draw_night("eeg_eog_200", 200.0, 25, ("eeg", "eog"), seed=2),
        draw_night("eeg_eog_emg_256", 256.0, 40, ("eeg", "eog", "emg"), seed=3),
        draw_night("eeg_eog_emg_100", 100.0, 30, ("eeg", "eog", "emg"), seed=4),
        draw_night("eeg_emg_512", 512.0, 20, ("eeg", "emg"), seed=5),
        draw_night("eeg_500", 500.0, 20, ("eeg",), seed=6),
        draw_night("eeg_eog_499_99", 499.99, 20, ("eeg", "eog"), seed=7),
        draw_night("eeg_short_256", 256.0, 2, ("eeg",), seed=8),
    ]


def draw_night(
    name: str, rate_hz: float, minutes: float, kinds: tuple[str, ...], *, seed: int
) -> DrawnNight:
    """Give noise whose spectrum changes every four minutes, a little of it above 50 Hz."""
    generator = np.random.default_rng(seed)
    n_samples = int(60.0 * minutes * rate_hz)
    leads = {kind: _lead(kind, rate_hz, n_samples, generator) for kind in kinds}
    return DrawnNight(name=name, rate_hz=rate_hz, leads_uv=leads)


def _lead(
    kind: str, rate_hz: float, n_samples: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    turns = (np.arange(n_samples) / rate_hz // TURN_S).astype(int) % len(TURNS_UV)
    signal = 2.0 * generator.standard_normal(n_samples)
    if kind == "emg":
        return np.asarray(signal * np.array([4.0, 2.5, 2.0, 1.5, 0.4])[turns])
    for band, uv in zip(BANDS_HZ, np.array(TURNS_UV).T, strict=True):
        sections = butter(2, band, btype="bandpass", fs=rate_hz, output="sos")
        noise = sosfilt(sections, generator.standard_normal(n_samples))
        signal += noise / noise.std() * uv[turns]
    return np.asarray(signal * (1.4 if kind == "eog" else 1.0))
