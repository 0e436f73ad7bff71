"""One leg lead made ready for the rules: filtered, cleaned, and judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.intervals import clip, merge, to_mask, total
from pipeline.legs.activity import LegCondition
from pipeline.legs.artefacts import (
    Cause,
    Stretch,
    lead_off,
    raw_stretches,
    spans,
)
from pipeline.legs.centred import Centred, centred
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.envelopes import EmgFacts, NightEnvelope, envelopes
from pipeline.legs.heart_leak import take_leak
from pipeline.legs.hum import Hum, take_hum
from pipeline.legs.sway import sway
from pipeline.recording import Lead
from pipeline.signals import Samples, band_taps, sample_index, zero_phase_read

_PARTS = 100  # of a lead, the first of which mostly tells whether it holds values


@dataclass(frozen=True, kw_only=True, eq=False)
class ConditionedLeg:
    """A leg lead that the rules can be applied to.

    Attributes
    ----------
    raw, emg_uv
        Less its median, and band-passed without hum and heart, shape (n_samples,).
    short, long
        The two envelopes.
    stretches
        What cannot be scored so far.
    """

    condition: LegCondition
    rate_hz: float
    raw: Centred
    emg_uv: Samples
    short: NightEnvelope
    long: NightEnvelope
    stretches: tuple[Stretch, ...]

    @cached_property
    def unusable(self) -> NDArray[np.int64]:
        """Samples that cannot be scored, half-open, shape (n, 2)."""
        return _samples(self.stretches, self.rate_hz, len(self.emg_uv))


def condition(
    lead: Lead,
    r_waves_s: NDArray[np.float64] | None,
    parameters: ConditioningParameters,
    *,
    frozen_s: NDArray[np.float64] | None = None,
    refusal: str = "",
) -> ConditionedLeg | LegCondition:
    """Give the lead ready for the rules, or only its condition where no rule may be applied.

    Parameters
    ----------
    r_waves_s
        R waves in seconds; None without a usable ECG.
    frozen_s
        Seconds in which the recorder repeated itself, shape (n, 2).
    refusal
        Why the lead may not be used, where that is known before.
    """
    reason = refusal or refusal_of(lead, parameters)
    if reason:
        return _described(lead, parameters, reason=reason)
    found, is_complete = raw_stretches(lead, parameters.artefacts)
    stretches = (
        *found,
        *(
            Stretch(start_s=float(start), stop_s=float(stop), cause=Cause.FROZEN)
            for start, stop in (() if frozen_s is None else frozen_s)
        ),
    )
    raw = centred(lead.microvolts, is_complete=is_complete)
    taps = band_taps(lead.rate_hz, _band(parameters), parameters.transition_hz)
    emg_uv = zero_phase_read(raw.read, len(raw), taps)
    hum = take_hum(emg_uv, lead.rate_hz, _band(parameters), parameters.hum)
    leak_uv = None
    if r_waves_s is not None:
        leak_uv = take_leak(emg_uv, lead.rate_hz, r_waves_s, parameters.heart)
    described = _described(lead, parameters, hum_hz=hum.lines_hz, leak_uv=leak_uv)
    return _with_envelopes(lead, (raw, emg_uv), described, (hum, stretches), parameters)


def _with_envelopes(
    lead: Lead,
    signals: tuple[Centred, Samples],
    described: LegCondition,
    found: tuple[Hum, tuple[Stretch, ...]],
    parameters: ConditioningParameters,
) -> ConditionedLeg | LegCondition:
    raw, emg_uv = signals
    hum, stretches = found
    swaying = sway(raw, emg_uv, lead.rate_hz, parameters.artefacts)
    unusable = _samples(stretches, lead.rate_hz, len(emg_uv))
    top_hz = min(parameters.band_high_hz, lead.rate_hz / 2.0)
    facts = EmgFacts(
        rate_hz=lead.rate_hz,
        bandwidth_hz=top_hz - parameters.band_low_hz,
        floor_uv=lead.resolution_uv / np.sqrt(12.0),  # RMS of rounding to the digital step
    )
    short, long = envelopes(emg_uv, unusable, facts, parameters.envelopes)
    ceiling_uv = parameters.envelopes.rest_ceiling_uv
    rest_uv = long.rests[0].rest_uv
    off = lead_off(rest_uv, long.least_uv, hum, ceiling_uv, parameters.artefacts)
    leg = ConditionedLeg(
        condition=described,
        rate_hz=lead.rate_hz,
        raw=raw,
        emg_uv=emg_uv,
        short=short,
        long=long,
        stretches=(),
    )
    return with_stretches(leg, (*stretches, *off, *swaying), parameters)


def _samples(stretches: tuple[Stretch, ...], rate_hz: float, n_samples: int) -> NDArray[np.int64]:
    return merge(np.clip(sample_index(spans(stretches), rate_hz), 0, n_samples))


def with_stretches(
    leg: ConditionedLeg, more: tuple[Stretch, ...], parameters: ConditioningParameters
) -> ConditionedLeg | LegCondition:
    """Give the leg with more time that cannot be scored, or only its condition if too much is."""
    duration_s = len(leg.emg_uv) / leg.rate_hz
    stretches = tuple(sorted((*leg.stretches, *more), key=lambda s: (s.start_s, s.stop_s)))
    described = _with_unscorable(leg.condition, stretches, duration_s)
    if duration_s - total(spans(stretches)) < parameters.min_scorable_s:
        causes = sorted({str(s.cause) for s in stretches})
        reason = f"no scorable signal is left: {', '.join(causes) or 'the record is too short'}"
        return replace(described, is_scorable=False, reason=reason, median_rest_uv=None)
    leg, long_uv = replace(leg, stretches=stretches), leg.long.rests[0].rest_uv
    rest = long_uv[~to_mask(_seconds(stretches), len(long_uv))]
    median = float(np.median(rest)) if len(rest) else None
    return replace(leg, condition=replace(described, median_rest_uv=median))


def _seconds(stretches: tuple[Stretch, ...]) -> NDArray[np.int64]:
    """Seconds that a stretch touches, as half-open indices, shape (n, 2)."""
    touched = spans(stretches)
    return np.column_stack((np.floor(touched[:, 0]), np.ceil(touched[:, 1]))).astype(np.int64)


def _with_unscorable(
    described: LegCondition, stretches: tuple[Stretch, ...], duration_s: float
) -> LegCondition:
    """Condition with the stretches, those of one cause joined, sorted by start."""
    rows: list[tuple[float, float, str]] = []
    for cause in Cause:
        merged = clip(merge(spans(s for s in stretches if s.cause is cause)), 0.0, duration_s)
        rows += [(float(start), float(stop), cause.value) for start, stop in merged]
    rows.sort()
    unscorable = np.array([row[:2] for row in rows], dtype=np.float64).reshape(-1, 2)
    return replace(
        described, unscorable=unscorable, unscorable_causes=tuple(row[2] for row in rows)
    )


def _band(parameters: ConditioningParameters) -> tuple[float, float]:
    return parameters.band_low_hz, parameters.band_high_hz


def refusal_of(lead: Lead, parameters: ConditioningParameters) -> str:
    """Why no rule may be applied to the lead, in a technician's words; empty if one may."""
    if lead.rate_hz / 2.0 < parameters.band_low_hz + parameters.min_band_hz:
        return f"sampled at {lead.rate_hz:g} Hz; too little of the EMG band is left"
    if lead.resolution_uv > parameters.max_resolution_uv:
        return f"one digital step is {lead.resolution_uv:.4g} uV; the 8 uV rule cannot be applied"
    if lead.duration_s < parameters.min_scorable_s:
        return f"the record lasts {lead.duration_s:g} s; no resting level can be had"
    if not any(np.isfinite(part).any() for part in np.array_split(lead.microvolts, _PARTS)):
        return "the channel holds no values"
    return ""


def _described(
    lead: Lead,
    parameters: ConditioningParameters,
    *,
    reason: str = "",
    hum_hz: tuple[float, ...] = (),
    leak_uv: float | None = None,
) -> LegCondition:
    is_slow = lead.rate_hz < parameters.min_rate_hz * (1.0 - parameters.rate_tolerance)
    is_dull = lead.lowpass_hz is not None and lead.lowpass_hz < parameters.min_lowpass_hz
    return LegCondition(
        role=lead.role,
        label=lead.label,
        rate_hz=lead.rate_hz,
        resolution_uv=lead.resolution_uv,
        is_scorable=not reason,
        reason=reason,
        is_below_aasm_minimum=is_slow or is_dull,
        hum_hz=hum_hz,
        heart_leak_uv=leak_uv,
        median_rest_uv=None,
        unscorable=np.empty((0, 2)),
        unscorable_causes=(),
    )
