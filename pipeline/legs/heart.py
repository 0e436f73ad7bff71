"""The heart: R waves in the ECG, what of them leaks into a leg, and how fast it beats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.ndimage import percentile_filter
from scipy.signal import find_peaks

from pipeline.parameters import Parameters
from pipeline.recording import Lead
from pipeline.signals import Samples, band_taps, block_means, gather, zero_phase

_MINUTE_S = 60.0


class HeartParameters(Parameters):
    """How R waves are found and when their leak into a leg is corrected."""

    band_low_hz: float = Field(
        default=8.0, gt=0, description="lower edge of the QRS band; source: Elgendi 2010, 8-20 Hz"
    )
    band_high_hz: float = Field(
        default=25.0, gt=0, description="upper edge of the QRS band; source: Elgendi 2010, widened"
    )
    transition_hz: float = Field(
        default=6.0,
        gt=0,
        description="transition width of the QRS filter; source: this project's choice",
    )
    work_rate_hz: float = Field(
        default=125.0,
        gt=50,
        description="the ECG is averaged down to no less than this; source: this project's choice",
    )
    refine_s: float = Field(
        default=0.02,
        gt=0,
        description=(
            "how far the R wave may lie from the largest deflection; source: this project's choice"
        ),
    )
    refractory_s: float = Field(
        default=0.3, gt=0, description="shortest R-R interval; source: 200 beats per minute"
    )
    threshold_share: float = Field(
        default=0.45,
        gt=0,
        lt=1,
        description=(
            "share of the local R height that a peak must reach; source: this project's choice"
        ),
    )
    threshold_window_s: float = Field(
        default=8.0,
        gt=0,
        description=(
            "window of the local R height: at least 4 beats at 30 per minute; source: "
            "this project's choice"
        ),
    )
    threshold_percentile: float = Field(
        default=97.0,
        gt=0,
        lt=100,
        description=(
            "centile of the filtered ECG taken as R height: a QRS fills about 8 % of the "
            "time; source: this project's choice"
        ),
    )
    slowest_bpm: float = Field(
        default=25.0,
        gt=0,
        description="slowest median rate that is taken for a heart; source: this project's choice",
    )
    fastest_bpm: float = Field(
        default=180.0,
        gt=0,
        description="fastest median rate that is taken for a heart; source: this project's choice",
    )
    least_share: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="share of the record that the beats must fill; source: this project's choice",
    )
    leak_limit_uv: float = Field(
        default=2.0,
        ge=0,
        description="locked amplitude above which the leg is corrected; source: "
        "clinical rules of this project, section 3",
    )
    leak_before_s: float = Field(
        default=0.1, gt=0, description="template before the R wave; source: this project's choice"
    )
    leak_after_s: float = Field(
        default=0.12, gt=0, description="template after the R wave; source: this project's choice"
    )
    leak_beats: int = Field(
        default=600,
        ge=20,
        description=(
            "beats per template: about ten minutes, since posture changes it; source: "
            "this project's choice"
        ),
    )
    leak_phases: int = Field(
        default=4,
        ge=1,
        description=(
            "templates per sample interval, so that a quarter of a sample of jitter is "
            "left; source: this project's choice"
        ),
    )
    leak_min_beats: int = Field(
        default=30,
        ge=1,
        description="beats that a template of its own needs; source: this project's choice",
    )
    rise_before_s: float = Field(
        default=10.0,
        gt=0,
        description="baseline of the heart rate before an event; source: this project's choice",
    )
    rise_after_s: float = Field(
        default=5.0, gt=0, description="heart rate after an event; source: this project's choice"
    )
    rise_min_beats: int = Field(
        default=3,
        ge=2,
        description="beats that each of the two must hold; source: this project's choice",
    )


def find_r_waves(ecg: Lead, parameters: HeartParameters) -> NDArray[np.float64]:
    """Give the times of the R waves in seconds from the start of the record, sorted.

    Peaks of the QRS band over a share of the local R height, the steepest deflection of the
    lead's main polarity within each. A lead without heart beats gives few or odd beats: judge
    by `beats_are_plausible`.
    """
    centred = np.nan_to_num(ecg.microvolts - _middle(ecg.microvolts)).astype(np.float32)
    n_block = max(int(ecg.rate_hz / parameters.work_rate_hz), 1)
    slow, rate_hz = block_means(centred, n_block), ecg.rate_hz / n_block
    if not len(slow):
        return np.empty(0)
    band_hz = (parameters.band_low_hz, parameters.band_high_hz)
    qrs = zero_phase(slow, band_taps(rate_hz, band_hz, parameters.transition_hz))
    heights = np.abs(qrs)
    threshold = _local_height(heights, 1.0 / rate_hz, parameters)
    distance = max(int(parameters.refractory_s * rate_hz), 1)
    rough, _ = find_peaks(heights, height=threshold, distance=distance)
    n_near = max(round(parameters.refine_s * rate_hz), 1)
    middle_s = (n_block - 1) / 2.0 / ecg.rate_hz  # a block's value stands for its middle
    return _refine(qrs, rough, n_near, rate_hz) + middle_s


def _middle(values: NDArray[np.float64]) -> float:
    """Median of about 100,000 values spread over the record; 0 where none is finite."""
    some = values[:: max(len(values) // 100_000, 1)]
    some = some[np.isfinite(some)]
    return float(np.median(some)) if len(some) else 0.0


def _local_height(
    heights: Samples, hop_s: float, parameters: HeartParameters
) -> NDArray[np.float64]:
    """Threshold for each hop, from centiles over windows placed every half window."""
    n_window = max(int(parameters.threshold_window_s / hop_s), 1)
    centres = np.arange(0, len(heights) + n_window // 2, max(n_window // 2, 1))
    windows = gather(heights, centres, n_window // 2, n_window - n_window // 2)
    levels = np.percentile(windows, parameters.threshold_percentile, axis=1)
    calm = percentile_filter(levels, 50.0, size=5)  # one artefact must not hide its neighbours
    least = parameters.threshold_share * np.median(levels)  # where the ECG is off, noise is no R
    level = np.interp(
        np.arange(len(heights)), centres, np.clip(levels, least, np.maximum(2.0 * calm, least))
    )
    lowest = float(np.finfo(np.float32).eps)
    return np.asarray(np.maximum(parameters.threshold_share * level, lowest), dtype=np.float64)


def _refine(
    qrs: Samples, rough: NDArray[np.int64], n_near: int, rate_hz: float
) -> NDArray[np.float64]:
    """Time of the extreme of the main polarity near each rough peak, between samples."""
    if not len(rough):
        return np.empty(0)
    windows = gather(qrs, rough, n_near, n_near + 1)
    sign = np.sign(np.median(windows[np.arange(len(rough)), np.abs(windows).argmax(axis=1)])) or 1.0
    peak = rough - n_near + (sign * windows).argmax(axis=1)
    left, mid, right = (sign * gather(qrs, peak, 1, 2)).T
    bend = left - 2.0 * mid + right
    shift = np.where(bend < 0.0, 0.5 * (left - right) / np.minimum(bend, -1e-12), 0.0)
    return np.unique((peak + np.clip(shift, -0.5, 0.5)) / rate_hz)


def remove_leak(
    emg_uv: Samples, rate_hz: float, r_waves_s: NDArray[np.float64], parameters: HeartParameters
) -> tuple[Samples, float]:
    """Give the EMG without what is locked to the R wave, and the locked amplitude before.

    A stretch of beats whose locked amplitude is not over the limit is left alone, so that a leg
    without heart passes through unchanged.

    Returns
    -------
    emg_uv, leak_uv
        Samples of shape (n_samples,), and the largest absolute value of the median template.
    """
    stretches = _stretches(r_waves_s, parameters)
    found = [_templates(emg_uv, rate_hz, beats_s, parameters) for beats_s in stretches]
    heights = [height for _, height in found]
    leak_uv = float(np.median(heights)) if heights else 0.0
    cleaned = emg_uv
    for beats_s, (template, height) in zip(stretches, found, strict=True):
        if height > parameters.leak_limit_uv:
            cleaned = emg_uv.copy() if cleaned is emg_uv else cleaned
            _subtract(cleaned, rate_hz, beats_s, template, parameters)
    return cleaned, leak_uv


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
    index = whole[:, None] + np.arange(-before, n_template - before)[None, :]
    inside = (index >= 0) & (index < len(emg_uv))
    np.subtract.at(emg_uv, index[inside], (template * taper)[phase][inside])


def beats_are_plausible(
    r_waves_s: NDArray[np.float64], duration_s: float, parameters: HeartParameters
) -> bool:
    """Tell whether the beats are those of a heart: a possible rate, for enough of the record."""
    if len(r_waves_s) < parameters.leak_min_beats:
        return False
    rr_s = float(np.median(np.diff(r_waves_s)))
    share = len(r_waves_s) * rr_s / duration_s
    is_possible = parameters.slowest_bpm <= _MINUTE_S / rr_s <= parameters.fastest_bpm
    return is_possible and share >= parameters.least_share


def rate_rise_bpm(
    onset_s: float, r_waves_s: NDArray[np.float64], parameters: HeartParameters
) -> float | None:
    """Give the mean heart rate after the onset less that before, in beats per minute.

    None where either side holds too few beats.
    """
    before = _rate_bpm(r_waves_s, onset_s - parameters.rise_before_s, onset_s, parameters)
    after = _rate_bpm(r_waves_s, onset_s, onset_s + parameters.rise_after_s, parameters)
    return None if before is None or after is None else after - before


def _rate_bpm(
    r_waves_s: NDArray[np.float64], start_s: float, stop_s: float, parameters: HeartParameters
) -> float | None:
    first, last = np.searchsorted(r_waves_s, (start_s, stop_s))
    beats_s = r_waves_s[first:last]
    if len(beats_s) < parameters.rise_min_beats:
        return None
    return float(_MINUTE_S / np.median(np.diff(beats_s)))
