"""What repeats in a leg as a heart beats, though no single beat stands out of the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy
from numpy.typing import NDArray

from pipeline.legs.heart import qrs_band
from pipeline.legs.heart_parameters import HeartParameters
from pipeline.recording import Lead
from pipeline.signals import Samples

_MINUTE_S = 60.0
_LEAST = 1e-30  # of an energy, so that silence is like nothing


def heartlike_period_s(leg: Lead, parameters: HeartParameters) -> float | None:
    """Give the seconds after which a leg repeats itself all over its night, or None.

    The rectified QRS band is compared with itself some time later, in the stretches in which
    `pipeline.legs.heart_in_legs` looks for single beats: half of them must repeat clearly, and
    most of them at nearly the same rate.
    """
    n_stretch = int(parameters.own_stretch_s * leg.rate_hz)
    last = len(leg.microvolts) - n_stretch
    if last < 0:
        return None
    starts = np.linspace(0, last, parameters.own_stretches).astype(np.int64).tolist()
    parts = (leg.microvolts[start : start + n_stretch] for start in starts)
    found = [_repetition(replace(leg, microvolts=part), parameters) for part in parts]
    strengths, periods_s = np.array(found).T
    period_s = float(np.median(periods_s))
    alike = np.abs(periods_s / period_s - 1.0) <= parameters.own_tolerance
    is_clear = np.median(strengths) >= parameters.own_repeat_strength
    return period_s if is_clear and alike.mean() >= parameters.own_regular_share else None


def _repetition(stretch: Lead, parameters: HeartParameters) -> tuple[float, float]:
    """Give how clearly a stretch repeats itself at the rate of a heart, and the period in seconds.

    The rise of the autocorrelation from its least value at shorter lags: a movement of some
    seconds, which is like itself a moment later, only lets it fall.
    """
    qrs, rate_hz = qrs_band(stretch, parameters)
    heights = np.abs(qrs)
    heights = np.minimum(heights, parameters.own_repeat_clip * np.median(heights))
    shortest, longest = (
        int(_MINUTE_S / bpm * rate_hz) for bpm in (parameters.fastest_bpm, parameters.slowest_bpm)
    )
    alike = _autocorrelation(heights - heights.mean())[shortest:longest]
    rise = alike - np.minimum.accumulate(alike)
    highest = int(rise.argmax())
    # What repeats itself after one beat does so after two and three: the first is its period.
    peaks, _ = scipy.signal.find_peaks(rise, height=parameters.own_repeat_share * rise[highest])
    place = int(peaks[0]) if len(peaks) else highest
    return float(rise[highest]), (shortest + place) / rate_hz


def _autocorrelation(values: Samples) -> NDArray[np.float64]:
    """Give how alike the values and those of each lag are, 1 at no lag; 0 for no values but 0."""
    n_transform = scipy.fft.next_fast_len(2 * len(values), real=True)
    power = np.square(np.abs(scipy.fft.rfft(values, n_transform)))
    products = scipy.fft.irfft(power, n_transform)[: len(values)]
    return np.asarray(products / max(float(products[0]), _LEAST), dtype=np.float64)
