"""Which epochs of a lead hold a signal at all, and whether its amplitude can be true."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.hypnogram import EPOCH_S
from pipeline.parameters import Parameters
from pipeline.recording import Lead
from pipeline.staging.features import Kind

NORMAL_IQR = 1.349  # interquartile range of a normal distribution over its standard deviation


class QualityParameters(Parameters):
    """When a lead, or an epoch of it, may take part in staging."""

    min_rate_hz: float = Field(
        80.0,
        ge=64.0,
        description="leads sampled at this rate or less are refused; source: yasa.SleepStaging",
    )
    flat_range_uv: float = Field(
        1.0,
        gt=0.0,
        description="a second whose samples all lie within this range is flat: EEG spans more "
        "than 5 uV in a second, an amplifier with shorted inputs about 1 uV; source: own choice",
    )
    lively_steps: float = Field(
        16.0,
        gt=0.0,
        description="a lead without any good epoch whose seconds span more digital steps than "
        "this (median) is said to have the wrong unit rather than no signal; source: own choice, "
        "the noise of an amplifier is a few steps",
    )
    clipped_share: float = Field(
        0.1,
        gt=0.0,
        le=1.0,
        description="a second with more than this share of its samples at the recorder's limits "
        "is saturated; source: own choice",
    )
    bad_epoch_share: float = Field(
        0.5,
        gt=0.0,
        le=1.0,
        description="an epoch is left out when at least this share of its seconds is flat, "
        "saturated or missing; source: own choice, as a stage fills the greater part of an epoch",
    )
    eeg_min_sd_uv: float = Field(
        1.0,
        ge=0.0,
        description="least robust SD of an EEG or EOG from 0.4 to 30 Hz, median of the epochs: "
        "adults have 5 to 40 uV, open inputs and millivolts read as microvolts less than 1; "
        "source: own choice",
    )
    eeg_max_sd_uv: float = Field(
        200.0,
        gt=0.0,
        description="largest such SD: children's deep sleep stays below 150 uV, nanovolts read "
        "as microvolts give thousands; source: own choice",
    )
    eeg_likely_sd_uv: tuple[float, float] = Field(
        (5.0, 40.0),
        description="where that SD lies in adults: outside of it the lead is staged, with a doubt; "
        "source: own choice; three real nights and excerpts have 10 to 13 uV",
    )
    eog_likely_sd_uv: tuple[float, float] = Field(
        (4.0, 120.0),
        description="the same for an EOG; source: own choice; real excerpts have 12 to 56 uV",
    )
    deep_percentile: float = Field(
        95.0,
        gt=50.0,
        le=100.0,
        description="percentile of the epochs' SD that stands for the deepest sleep of the night; "
        "source: own choice, 24 min of 8 h",
    )
    deep_ratio: float = Field(
        1.6,
        ge=1.0,
        description="deep sleep stands out when that percentile exceeds the median by this "
        "factor, which no scale can change; source: own choice; 1.7 to 3 in nights with N3",
    )
    deep_min_sd_uv: float = Field(
        15.0,
        ge=0.0,
        description="deep sleep that stands out and yet has a smaller SD is told: slow waves of "
        "N3 reach 75 uV from peak to peak (AASM manual), which is an SD of 26 uV where they fill "
        "the epoch; source: own choice; the aged have less",
    )
    deep_min_epochs: int = Field(
        240,
        ge=1,
        description="good epochs for that: two hours; source: this project's choice",
    )
    emg_min_sd_uv: float = Field(
        0.05,
        ge=0.0,
        description="least such SD of the chin EMG: a quiet chin behind a 10 Hz high-pass keeps "
        "some tenths of a microvolt; source: own choice",
    )
    emg_max_sd_uv: float = Field(
        500.0,
        gt=0.0,
        description="largest such SD of the chin EMG; source: own choice",
    )


def good_epochs(lead: Lead, n_epochs: int, parameters: QualityParameters) -> NDArray[np.bool_]:
    """Tell which epochs hold a signal, shape (n_epochs,): not flat, saturated or missing."""
    is_bad = _bad_seconds(lead, n_epochs * int(EPOCH_S), parameters)
    share: NDArray[np.float64] = is_bad.reshape(n_epochs, -1).mean(axis=1)
    return share < parameters.bad_epoch_share


def is_plausible(
    iqr_uv: NDArray[np.float64], kind: Kind, parameters: QualityParameters
) -> tuple[bool, float]:
    """Tell whether the amplitude fits the kind of lead in microvolts, and the robust SD in uV.

    Parameters
    ----------
    iqr_uv
        Interquartile range of each good epoch, shape (n,), n > 0.
    """
    sd_uv = float(np.median(iqr_uv)) / NORMAL_IQR
    low, high = parameters.eeg_min_sd_uv, parameters.eeg_max_sd_uv
    if kind is Kind.EMG:
        low, high = parameters.emg_min_sd_uv, parameters.emg_max_sd_uv
    return low <= sd_uv <= high, sd_uv


def scale_doubt(iqr_uv: NDArray[np.float64], kind: Kind, parameters: QualityParameters) -> str:
    """Say why the scale of an EEG or EOG is unlikely; empty where nothing speaks against it.

    A factor that leaves the lead within what adults have cannot be seen. A halved EEG is seen
    where its deep sleep falls below what slow waves of N3 have, a doubled one hardly ever.

    Parameters
    ----------
    iqr_uv
        Interquartile range of each good epoch, shape (n,), n > 0.
    """
    if kind is Kind.EMG:
        return ""
    sd_uv = iqr_uv / NORMAL_IQR
    middle, deep = np.percentile(sd_uv, (50.0, parameters.deep_percentile))
    low, high = parameters.eeg_likely_sd_uv if kind is Kind.EEG else parameters.eog_likely_sd_uv
    if not low <= middle <= high:
        return (
            f"its robust SD of {middle:.3g} uV is unlikely, adults have {low:g} to {high:g} uV; "
            "unit or gain in the header may be wrong, and stages then are"
        )
    is_deep = len(sd_uv) >= parameters.deep_min_epochs and deep >= parameters.deep_ratio * middle
    if kind is Kind.EEG and is_deep and deep < parameters.deep_min_sd_uv:
        return (
            f"its deepest sleep has a robust SD of {deep:.3g} uV, where slow waves of 75 uV give "
            f"over {parameters.deep_min_sd_uv:g} uV: the person's are small, or the scale in the "
            "header is too small by a factor of two or so, and then N3 and N2 are missed"
        )
    return ""


def is_lively(lead: Lead, parameters: QualityParameters) -> tuple[bool, float]:
    """Tell whether the lead moves over many digital steps, and its median span in a second."""
    _, bottom, top = _extremes(lead, int(lead.duration_s))
    spans_uv = (top - bottom)[np.isfinite(top - bottom)]
    span_uv = float(np.median(spans_uv)) if len(spans_uv) else 0.0
    return span_uv > parameters.lively_steps * lead.resolution_uv, span_uv


def _bad_seconds(lead: Lead, n_seconds: int, parameters: QualityParameters) -> NDArray[np.bool_]:
    signal = lead.microvolts
    bounds, bottom, top = _extremes(lead, n_seconds)
    is_bad = ~(top - bottom > parameters.flat_range_uv)  # missing samples compare as False
    ceiling, floor = lead.ceiling_uv - lead.resolution_uv, lead.floor_uv + lead.resolution_uv
    for second in np.flatnonzero((top >= ceiling) | (bottom <= floor)):
        piece = signal[bounds[second] : bounds[second + 1]]
        n_clipped = np.count_nonzero((piece >= ceiling) | (piece <= floor))
        is_bad[second] |= n_clipped > parameters.clipped_share * len(piece)
    return is_bad


def _extremes(
    lead: Lead, n_seconds: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Give the bounds of each second in samples, its least and its largest value in uV."""
    bounds = np.rint(np.arange(n_seconds + 1) * lead.rate_hz).astype(np.int64)
    bounds = np.minimum(bounds, len(lead.microvolts))
    inside, starts = lead.microvolts[: bounds[-1]], bounds[:-1]
    return bounds, np.minimum.reduceat(inside, starts), np.maximum.reduceat(inside, starts)
