"""The heart: R waves in the ECG, and how fast it beats."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from pipeline.legs.centred import centred
from pipeline.legs.heart_parameters import HeartParameters
from pipeline.recording import Lead
from pipeline.signals import Samples, band_taps, between, gather, quantiles, zero_phase

_MINUTE_S = 60.0


def find_r_waves(ecg: Lead, parameters: HeartParameters) -> NDArray[np.float64]:
    """Give the times of the R waves in seconds from the start of the record, sorted.

    Peaks of the QRS band over a share of the local R height, the steepest deflection of the
    lead's main polarity within each. A lead without heart beats gives few or odd beats: judge
    by `beats_are_plausible`.
    """
    qrs, rate_hz = qrs_band(ecg, parameters)
    if not len(qrs):
        return np.empty(0)
    heights = np.abs(qrs)
    threshold = _local_height(heights, 1.0 / rate_hz, parameters)
    distance = max(int(parameters.refractory_s * rate_hz), 1)
    rough, _ = scipy.signal.find_peaks(heights, height=threshold, distance=distance)
    n_near = max(round(parameters.refine_s * rate_hz), 1)
    middle_s = (1.0 / rate_hz - 1.0 / ecg.rate_hz) / 2.0  # a block's value stands for its middle
    return _refine(qrs, rough, n_near, rate_hz) + middle_s


def qrs_band(lead: Lead, parameters: HeartParameters) -> tuple[Samples, float]:
    """Give a lead averaged down and band-passed to the QRS, and the rate of that."""
    n_block = max(int(lead.rate_hz / parameters.work_rate_hz), 1)
    slow, rate_hz = centred(lead.microvolts).block_means(n_block), lead.rate_hz / n_block
    if not len(slow):
        return slow, rate_hz
    band_hz = (parameters.band_low_hz, parameters.band_high_hz)
    return zero_phase(slow, band_taps(rate_hz, band_hz, parameters.transition_hz)), rate_hz


def _local_height(
    heights: Samples, hop_s: float, parameters: HeartParameters
) -> NDArray[np.float64]:
    """Threshold for each hop, from centiles over windows placed every half window."""
    n_window = max(int(parameters.threshold_window_s / hop_s), 1)
    n_apart = max(n_window // 2, 1)
    centres = np.arange(0, len(heights) + n_apart, n_apart)
    windows = gather(heights, centres, n_window // 2, n_window - n_window // 2)
    (levels,) = quantiles(windows, (parameters.threshold_percentile / 100.0,))
    # one artefact must not hide its neighbours
    calm = scipy.ndimage.percentile_filter(levels, 50.0, size=5)
    least = parameters.threshold_share * np.median(levels)  # where the ECG is off, noise is no R
    levels = np.clip(levels, least, np.maximum(2.0 * calm, least))
    lowest = float(np.finfo(np.float32).eps)
    thresholds = np.maximum(parameters.threshold_share * levels, lowest)
    return np.asarray(between(thresholds, n_apart, len(heights)), dtype=np.float64)


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
