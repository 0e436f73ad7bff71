"""The heart: R waves in the ECG, and how fast it beats."""

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
    leak_gain_spread: float = Field(
        default=0.2,
        gt=0,
        description="standard deviation of a beat's leak about its template: breathing moves the "
        "heart's axis; source: this project's choice",
    )
    leak_jitter_s: float = Field(
        default=0.002,
        gt=0,
        description="standard deviation of a found R wave about the true one; source: ours, half "
        "a sample at the lowest rates of an ECG",
    )
    leak_band_hz: float = Field(
        default=90.0,
        gt=0,
        description="width of the EMG band, of which the noise's independent values follow; "
        "source: AASM manual v3, 10 to 100 Hz",
    )
    own_threshold_share: float = Field(
        default=0.7,
        gt=0,
        lt=1,
        description="share of the local R height that a peak must reach in a leg, where the EMG is "
        "no smaller than half of the leak; source: this project's choice",
    )
    own_stretches: int = Field(
        default=24,
        ge=1,
        description="stretches of the night in which a leg is searched for the heart where no ECG "
        "can be used; source: one every twenty minutes",
    )
    own_stretch_s: float = Field(
        default=60.0,
        gt=0,
        description="length of such a stretch: at least 30 beats; source: this project's choice",
    )
    own_tolerance: float = Field(
        default=0.15,
        gt=0,
        lt=1,
        description="share by which an R-R interval may miss the usual one around it: breathing "
        "moves it by a tenth; source: this project's choice",
    )
    own_regular_share: float = Field(
        default=0.75,
        gt=0,
        le=1,
        description="share of regular intervals in half of the stretches from which a leg shows "
        "the heart; source: ours, noise gives 0.4 and a clear leak 0.9",
    )
    rise_before_s: float = Field(
        default=10.0,
        gt=0,
        description="baseline of the heart rate before an event; source: this project's choice",
    )
    rise_after_s: float = Field(
        default=5.0, gt=0, description="heart rate after an event; source: this project's choice"
    )
    clear_rise_bpm: float = Field(
        default=6.0,
        ge=0,
        description="rise that breathing alone does not make; source: this project's choice",
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
    centred = _centred(ecg.microvolts)
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


def _centred(microvolts: NDArray[np.float64]) -> Samples:
    """Give the samples less their median in single precision, in one pass; missing ones are 0."""
    centred = np.empty(len(microvolts), dtype=np.float32)
    np.subtract(microvolts, _middle(microvolts), out=centred, casting="same_kind")
    if not np.isfinite(centred.sum(dtype=np.float64)):
        np.nan_to_num(centred, copy=False)
    return centred


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
    windows.sort(axis=1)  # then the centiles take a third of the time
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


def rate_rises_bpm(
    onsets_s: NDArray[np.float64], r_waves_s: NDArray[np.float64], parameters: HeartParameters
) -> list[float | None]:
    """Give the median heart rate after each onset less that before, in beats per minute.

    None where either side holds too few beats.
    """
    before = _rates_bpm(r_waves_s, onsets_s - parameters.rise_before_s, onsets_s, parameters)
    after = _rates_bpm(r_waves_s, onsets_s, onsets_s + parameters.rise_after_s, parameters)
    return [None if np.isnan(rise) else float(rise) for rise in after - before]


def _rates_bpm(
    r_waves_s: NDArray[np.float64],
    starts_s: NDArray[np.float64],
    stops_s: NDArray[np.float64],
    parameters: HeartParameters,
) -> NDArray[np.float64]:
    """Median rate of the beats within each stretch; NaN where they are too few."""
    first, last = np.searchsorted(r_waves_s, (starts_s, stops_s))
    n_periods, most = last - first - 1, int((last - first).max(initial=1))
    periods_s = np.append(np.diff(r_waves_s), np.inf)
    index = first[:, None] + np.arange(most)[None, :]
    is_mine = np.arange(most)[None, :] < n_periods[:, None]
    ordered = np.where(is_mine, periods_s[np.minimum(index, len(periods_s) - 1)], np.inf)
    ordered.sort(axis=1)
    rows, places = np.arange(len(first)), np.maximum(n_periods, 1)
    middle = (ordered[rows, (places - 1) // 2] + ordered[rows, places // 2]) / 2.0
    is_enough = n_periods + 1 >= parameters.rise_min_beats
    return np.where(is_enough, _MINUTE_S / middle, np.nan)
