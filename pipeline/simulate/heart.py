"""The heart: when it beats, the ECG, and its leak into a leg."""

from __future__ import annotations

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from pipeline.hypnogram import Hypnogram, Stage
from pipeline.simulate.noise import Floats

_RATE_BPM = {Stage.W: 66.0, Stage.N1: 63.0, Stage.N2: 59.0, Stage.N3: 57.0, Stage.R: 63.0}
_GRID_HZ = 4.0
_BREATH_BPM = 2.0  # respiratory sinus arrhythmia
_BREATH_HZ = 0.25
_WANDER_BPM = 1.2
_RISE_S, _FALL_S = 2.0, 5.0  # a rise after an event: time to its peak, time constant back
_ECG = ((-0.17, 0.025, 90.0), (-0.03, 0.01, -90.0), (0.0, 0.012, 1000.0), (0.03, 0.012, -200.0))
_T_WAVE = (0.25, 0.045, 220.0)
_QRS = ((-0.02, 0.009, -0.25), (0.0, 0.009, 1.0), (0.022, 0.01, -0.35))
_REACH_S = 0.4


def draw_beats(
    hypnogram: Hypnogram, rises_s: tuple[float, ...], rise_bpm: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Give the times of the R peaks in seconds, shape (n_beats,)."""
    time_s = np.arange(0.0, hypnogram.end_s, 1.0 / _GRID_HZ)
    table = np.array([_RATE_BPM[stage] for stage in sorted(_RATE_BPM)])
    by_epoch = np.interp(
        time_s, hypnogram.onsets_s + hypnogram.epoch_s / 2, table[hypnogram.stages]
    )
    rate_bpm = by_epoch + _BREATH_BPM * np.sin(2 * np.pi * _BREATH_HZ * time_s)
    rate_bpm += _wander(len(time_s), rng)
    for rise_s in rises_s:
        since = np.maximum(time_s - rise_s, 0.0)
        shape = (since / _RISE_S) * np.exp(1.0 - since / _RISE_S)
        slow = np.exp(-np.maximum(since - _RISE_S, 0.0) / _FALL_S) * (since > _RISE_S)
        rate_bpm += rise_bpm * np.maximum(shape, slow)
    beats = np.concatenate(([0.0], np.cumsum(rate_bpm[:-1]) / 60.0 / _GRID_HZ))
    peaks_s: NDArray[np.float64] = np.interp(np.arange(1, int(beats[-1])), beats, time_s)
    return peaks_s


def ecg_channel(
    beats_s: NDArray[np.float64], rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Floats:
    """Give the ECG in microvolts, R about 1 mV, shape (n_samples,)."""
    out = _at_beats(beats_s, (*_ECG, _T_WAVE), rate_hz, n_samples)
    out += 8.0 * rng.standard_normal(n_samples, dtype=np.float32)
    return out


def heart_leak(beats_s: NDArray[np.float64], peak_uv: float, rate_hz: float, n: int) -> Floats:
    """Give the QRS as it leaks into a leg, `peak_uv` high, shape (n,)."""
    waves = tuple((centre, width, size * peak_uv) for centre, width, size in _QRS)
    return _at_beats(beats_s, waves, rate_hz, n)


def _wander(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    drawn = rng.standard_normal(n // 40 + 2)
    return _WANDER_BPM * np.interp(np.arange(n) / 40.0, np.arange(len(drawn)), drawn)


def _at_beats(
    beats_s: NDArray[np.float64],
    waves: tuple[tuple[float, float, float], ...],
    rate_hz: float,
    n_samples: int,
) -> Floats:
    reach = round(_REACH_S * rate_hz)
    time_s = np.arange(-reach, reach + 1) / rate_hz
    wave = np.sum([a * np.exp(-0.5 * ((time_s - c) / w) ** 2) for c, w, a in waves], axis=0)
    train = np.zeros(n_samples, dtype=np.float32)
    index = np.round(beats_s * rate_hz).astype(np.int64)
    train[index[index < n_samples]] = 1.0
    out = scipy.signal.oaconvolve(train, wave.astype(np.float32), mode="same")
    return out.astype(np.float32)
