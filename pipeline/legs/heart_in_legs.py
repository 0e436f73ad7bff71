"""The heart beat found in the legs themselves, where no ECG can tell it and its leak is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy
from numpy.typing import NDArray

from pipeline.legs.heart import beats_are_plausible, find_r_waves
from pipeline.legs.heart_parameters import HeartParameters
from pipeline.recording import Lead

_NEIGHBOURS = 21  # R-R intervals whose median is the usual one: ten to each side


def beats_in_legs(legs: Sequence[Lead], parameters: HeartParameters) -> NDArray[np.float64] | None:
    """Give the heart beats that the legs show, in seconds, sorted; None where they show none.

    A leg is asked only if most of some stretches all over its night beat as regularly as a heart:
    nothing else in a leg does that all night, and noise over the threshold comes at random.

    Notes
    -----
    These beats serve to take the leak away and for nothing else: where a leg moves, they are
    missed or wrong, so that they tell no change of the heart rate.
    """
    shares = [_regular_share(leg, parameters) for leg in legs]
    best = max(range(len(legs)), key=shares.__getitem__, default=None)
    if best is None or shares[best] < parameters.own_regular_share:
        return None
    beats_s = find_r_waves(legs[best], _strict(parameters))
    beats_s = beats_s[_keeps_time(beats_s, parameters)]
    is_heart = beats_are_plausible(beats_s, legs[best].duration_s, parameters)
    return beats_s if is_heart else None


def _strict(parameters: HeartParameters) -> HeartParameters:
    return parameters.model_copy(update={"threshold_share": parameters.own_threshold_share})


def _regular_share(leg: Lead, parameters: HeartParameters) -> float:
    """Give the median over stretches of the night of the share of regular R-R intervals.

    0 as soon as too many stretches are too irregular for the median to reach what is asked.
    """
    n_stretch = int(parameters.own_stretch_s * leg.rate_hz)
    last = len(leg.microvolts) - n_stretch
    if last < 0:
        return 0.0
    starts = np.linspace(0, last, parameters.own_stretches).astype(np.int64)
    shares: list[float] = []
    for start in starts:
        shares.append(_share_at(leg, start, n_stretch, parameters))
        n_irregular = sum(share < parameters.own_regular_share for share in shares)
        if 2 * n_irregular > len(starts) + 1:
            return 0.0
    return float(np.median(shares))


def _share_at(leg: Lead, start: int, n_stretch: int, parameters: HeartParameters) -> float:
    stretch = replace(leg, microvolts=leg.microvolts[start : start + n_stretch])
    beats_s = find_r_waves(stretch, _strict(parameters))
    if not beats_are_plausible(beats_s, stretch.duration_s, parameters):
        return 0.0
    return float(_is_regular(beats_s, parameters).mean())


def _is_regular(beats_s: NDArray[np.float64], parameters: HeartParameters) -> NDArray[np.bool_]:
    """Tell for each R-R interval whether it is as long as those around it, (n_beats - 1,)."""
    periods_s = np.diff(beats_s)
    usual_s = scipy.ndimage.median_filter(periods_s, _NEIGHBOURS, mode="nearest")
    regular: NDArray[np.bool_] = np.abs(periods_s / usual_s - 1.0) <= parameters.own_tolerance
    return regular


def _keeps_time(beats_s: NDArray[np.float64], parameters: HeartParameters) -> NDArray[np.bool_]:
    """Tell which beats end or begin a regular interval, shape (n_beats,)."""
    if len(beats_s) < parameters.leak_min_beats:
        return np.zeros(len(beats_s), dtype=np.bool_)
    regular = _is_regular(beats_s, parameters)
    return np.append(regular, np.False_) | np.append(np.False_, regular)
