"""What the EEG says at the moment of a leg burst, and how chin and EEG are looked at."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.parameters import Parameters
from pipeline.recording import Lead
from pipeline.signals import (
    Samples,
    band_taps,
    gather,
    sample_index,
    zero_phase,
)


class EegSign(StrEnum):
    """What the EEG shows around a candidate."""

    AROUSAL = "arousal"
    K_COMPLEX = "k_complex"
    VERTEX_WAVE = "vertex_wave"
    NONE = "none"


class EvidenceParameters(Parameters):
    """How the light detectors look at the leads around each candidate."""

    chin_low_hz: float = Field(
        default=10.0, gt=0, description="lower edge of the chin band; source: AASM"
    )
    chin_high_hz: float = Field(
        default=100.0, gt=0, description="upper edge; source: AASM manual v3"
    )
    chin_transition_hz: float = Field(
        default=6.0,
        gt=0,
        description="transition width of that filter; source: this project's choice",
    )
    chin_window_s: float = Field(
        default=0.025,
        gt=0,
        description="RMS window on the chin, as on the legs; source: this project's choice",
    )
    chin_rest_s: float = Field(
        default=5.0,
        gt=0,
        description="chin before the candidate taken as rest; source: this project's choice",
    )
    chin_last_s: float = Field(
        default=1.0,
        gt=0,
        description="the last of it, which must be at rest too: a chin that was tense before is "
        "no burst; source: this project's choice",
    )
    chin_slack_s: float = Field(
        default=0.1,
        ge=0,
        description="how far from the leg burst the chin may move; source: as between the legs",
    )
    chin_z: float = Field(
        default=6.0,
        gt=0,
        description="robust deviations over its rest that count; source: this project's choice",
    )
    eeg_low_hz: float = Field(
        default=1.0,
        gt=0,
        description="lower edge of the EEG band for sharp waves; source: this project's choice",
    )
    eeg_high_hz: float = Field(
        default=15.0, gt=0, description="upper edge of the EEG band; source: this project's choice"
    )
    eeg_reach_s: float = Field(
        default=0.8,
        gt=0,
        description="a sharp wave counts this far from the onset; source: clinical "
        "rules, section 2: vertex wave at the jerk",
    )
    eeg_rest_s: float = Field(
        default=8.0,
        gt=0,
        description="EEG before that, to compare with; source: this project's choice",
    )
    eeg_wave_uv: float = Field(
        default=75.0,
        gt=0,
        description="peak to peak of a vertex wave or K-complex; source: 75 uV is the "
        "usual amplitude of high slow waves (AASM manual v3)",
    )
    eeg_over_rest: float = Field(
        default=2.0,
        gt=0,
        description=(
            "and this many times the usual peak to peak before it, so that the slow waves"
            " of N3 are no sign; source: this project's choice"
        ),
    )
    k_complex_s: float = Field(
        default=0.5,
        gt=0,
        description="a biphasic wave of at least this length is a K-complex, a shorter "
        "one a vertex wave; source: AASM manual v3",
    )
    arousal_before_s: float = Field(
        default=0.5,
        ge=0,
        description="an arousal may begin this long before the onset; source: Ferri "
        "2015, doi 10.5665/sleep.4740",
    )
    arousal_after_s: float = Field(
        default=3.0, ge=0, description="or this long after it; source: clinical rules, section 4"
    )


def eeg_signs(
    onsets_s: NDArray[np.float64],
    eeg: Lead | None,
    arousals: NDArray[np.float64] | None,
    parameters: EvidenceParameters,
) -> tuple[EegSign | None, ...]:
    """Give what the EEG shows around each onset; None where neither EEG nor arousals exist.

    A scored arousal goes before what the light detector sees.
    """
    if eeg is None and arousals is None:
        return (None,) * len(onsets_s)
    waves = (EegSign.NONE,) * len(onsets_s) if eeg is None else _waves(onsets_s, eeg, parameters)
    return tuple(
        EegSign.AROUSAL if aroused else wave
        for aroused, wave in zip(has_arousal(onsets_s, arousals, parameters), waves, strict=True)
    )


def has_arousal(
    onsets_s: NDArray[np.float64],
    arousals: NDArray[np.float64] | None,
    parameters: EvidenceParameters,
) -> NDArray[np.bool_]:
    """Tell for each onset whether an arousal begins about there; False where none was scored."""
    starts = np.sort(arousals[:, 0]) if arousals is not None else np.empty(0)
    before, after = parameters.arousal_before_s, parameters.arousal_after_s
    found: NDArray[np.bool_] = np.searchsorted(starts, onsets_s - before) < np.searchsorted(
        starts, onsets_s + after, side="right"
    )
    return found


def _waves(
    onsets_s: NDArray[np.float64], eeg: Lead, parameters: EvidenceParameters
) -> tuple[EegSign, ...]:
    """Sharp biphasic wave in a window round each onset, against the seconds before."""
    if not len(onsets_s):
        return ()
    reach, rest = parameters.eeg_reach_s, parameters.eeg_rest_s
    windows, taps = _windows(
        eeg,
        onsets_s,
        (reach + rest, reach),
        ((parameters.eeg_low_hz, parameters.eeg_high_hz), parameters.eeg_low_hz),
    )
    waves = zero_phase(windows, taps)
    n_near = int(2.0 * reach * eeg.rate_hz)
    near, before = waves[:, -n_near:], waves[:, : -n_near or None]
    rows = before[:, : before.shape[1] // n_near * n_near].reshape(len(before), -1, n_near)
    usual = np.median(np.ptp(rows, axis=2), axis=1)
    height = np.ptp(near, axis=1)
    is_sharp = (height >= parameters.eeg_wave_uv) & (height >= parameters.eeg_over_rest * usual)
    apart_s = np.abs(near.argmax(axis=1) - near.argmin(axis=1)) / eeg.rate_hz
    is_long = 2.0 * apart_s >= parameters.k_complex_s  # peak to trough is half of the wave
    return tuple(
        (EegSign.K_COMPLEX if slow else EegSign.VERTEX_WAVE) if sharp else EegSign.NONE
        for sharp, slow in zip(is_sharp, is_long, strict=True)
    )


def _windows(
    lead: Lead,
    onsets_s: NDArray[np.float64],
    span_s: tuple[float, float],
    band: tuple[tuple[float, float], float],
) -> tuple[Samples, Samples]:
    """Give the samples around each onset, each row less its mean, and the taps of the band."""
    before, after = (int(np.ceil(x * lead.rate_hz)) for x in span_s)
    windows = gather(lead.microvolts, sample_index(onsets_s, lead.rate_hz), before, after)
    windows = np.nan_to_num(windows)
    centred = (windows - windows.mean(axis=1, keepdims=True)).astype(np.float32)
    return centred, band_taps(lead.rate_hz, *band)
