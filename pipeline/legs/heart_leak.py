"""What of the heart leaks into a leg, found by its lock to the R wave and taken away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.legs.heart_parameters import HeartParameters
from pipeline.signals import Samples, gather


def take_leak(
    emg_uv: Samples, rate_hz: float, r_waves_s: NDArray[np.float64], parameters: HeartParameters
) -> float:
    """Take what is locked to the R wave out of `emg_uv`, and give the locked amplitude before.

    A stretch of beats whose locked amplitude is not over the limit is left alone, so that a leg
    without heart passes through unchanged.

    Parameters
    ----------
    emg_uv
        Shape (n_samples,); changed in place, since a copy of a night is 60 MB.

    Returns
    -------
    leak_uv
        The largest absolute value of the median template.
    """
    stretches = _stretches(r_waves_s, parameters)
    found = [_templates(emg_uv, rate_hz, beats_s, parameters) for beats_s in stretches]
    for beats_s, (template, height) in zip(stretches, found, strict=True):
        if height > parameters.leak_limit_uv:
            _subtract(emg_uv, rate_hz, beats_s, template, parameters)
    return float(np.median([height for _, height in found])) if found else 0.0


def _stretches(
    r_waves_s: NDArray[np.float64], parameters: HeartParameters
) -> list[NDArray[np.float64]]:
    n_stretches = max(len(r_waves_s) // parameters.leak_beats, 1)
    enough = len(r_waves_s) >= parameters.leak_phases * parameters.rise_min_beats
    return np.array_split(r_waves_s, n_stretches) if enough else []


def _phases(
    beats_s: NDArray[np.float64], rate_hz: float, parameters: HeartParameters
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sample before each beat, and in which part of the sample interval the beat lies."""
    place = beats_s * rate_hz
    whole = np.floor(place).astype(np.int64)
    return whole, np.floor((place - whole) * parameters.leak_phases).astype(np.int64)


def _templates(
    emg_uv: Samples, rate_hz: float, beats_s: NDArray[np.float64], parameters: HeartParameters
) -> tuple[Samples, float]:
    """Robust mean round the beats for each phase, (n_phases, n_template), and its height."""
    before, after = (int(x * rate_hz) for x in (parameters.leak_before_s, parameters.leak_after_s))
    whole, phase = _phases(beats_s, rate_hz, parameters)
    windows = gather(emg_uv, whole, before, after)
    power = np.square(windows).mean(axis=1)
    calm = power <= 4.0 * np.median(power)  # beats in a movement would only add its noise
    overall = windows[calm].mean(axis=0)
    chosen = [calm & (phase == k) for k in range(parameters.leak_phases)]
    rows = [
        windows[mine].mean(axis=0) if mine.sum() >= parameters.leak_min_beats else overall
        for mine in chosen
    ]
    return np.asarray(rows, dtype=np.float32), float(np.abs(overall).max())


def _subtract(
    emg_uv: Samples,
    rate_hz: float,
    beats_s: NDArray[np.float64],
    template: Samples,
    parameters: HeartParameters,
) -> None:
    before = int(parameters.leak_before_s * rate_hz)
    whole, phase = _phases(beats_s, rate_hz, parameters)
    n_template = template.shape[1]
    taper = np.hanning(n_template + 2)[1:-1].astype(np.float32) ** 0.25  # no step at its ends
    windows = gather(emg_uv, whole, before, n_template - before)
    leak = _fitted(windows, template[phase], rate_hz, parameters) * taper
    index = whole[:, None] + np.arange(-before, n_template - before)[None, :]
    inside = (index >= 0) & (index < len(emg_uv))
    np.subtract.at(emg_uv, index[inside], leak[inside])


def _fitted(
    windows: Samples, templates: Samples, rate_hz: float, parameters: HeartParameters
) -> Samples:
    """Each beat's template, its height and place fitted to the beat, shape of `windows`.

    Least squares on the template and its slope, held to 1 and 0 by how far beats may differ: a
    beat in a movement, whose noise is large, keeps the template as it is.
    """
    slopes = np.gradient(templates, axis=1) * np.float32(rate_hz)
    rest = windows - templates
    independent = min(2.0 * parameters.leak_band_hz / rate_hz, 1.0)  # share of the samples
    noise = np.maximum(np.einsum("ij,ij->i", rest, rest) / rest.shape[1], 1e-6) / independent
    own, cross, slope = (
        np.einsum("ij,ij->i", a, b) / noise
        for a, b in ((templates, templates), (templates, slopes), (slopes, slopes))
    )
    own, slope = own + parameters.leak_gain_spread**-2, slope + parameters.leak_jitter_s**-2
    found = [np.einsum("ij,ij->i", part, rest) / noise for part in (templates, slopes)]
    determinant = own * slope - np.square(cross)
    gain = (found[0] * slope - found[1] * cross) / determinant
    shift_s = (found[1] * own - found[0] * cross) / determinant
    fitted = templates * (1.0 + gain[:, None]) + slopes * shift_s[:, None]
    return np.asarray(fitted, dtype=np.float32)
