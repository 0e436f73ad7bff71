"""Candidate sleep starts (hypnic jerks): which bursts are taken, which refused, and how sure.

No manual has a rule for them and no reference range exists; what is graded here is a candidate,
never a diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event, EventKind, Reason, Side, Status
from pipeline.hypnogram import Hypnogram, Stage
from pipeline.legs.candidates import Candidate
from pipeline.legs.evidence import EegSign
from pipeline.legs.sleep_start_parameters import SleepStartParameters

RULE_SET = "HYPNIC_sleep_start_v1"
GRADES = "ABC"


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """All that speaks for or against one candidate; None where the study cannot tell.

    Attributes
    ----------
    lm_gap_s
        Seconds to the nearest leg movement of at least 0.5 s; 0 within one.
    is_one_lead
        One leg was recorded, or both on one lead: synchrony could never be seen.
    """

    candidate: Candidate
    is_artefact: bool
    is_unscorable: bool
    is_in_series: bool
    lm_gap_s: float
    is_respiratory: bool
    is_below_aasm_minimum: bool
    is_one_lead: bool
    isolation_s: float
    has_chin: bool | None
    eeg_sign: EegSign | None
    heart_rate_rise_bpm: float | None
    is_drowsy: bool | None

    @property
    def over_rest_uv(self) -> float:
        """Peak over the resting level."""
        return self.candidate.peak_uv - self.candidate.rest_uv


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """One row of the table of reasons: the first that holds is stored."""

    reason: Reason
    holds: Callable[[Evidence, SleepStartParameters], bool]


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One row of the table of points.

    Attributes
    ----------
    holds
        Whether the sign is there; None where the study cannot tell.
    points
        Name of the parameter that holds its points.
    """

    holds: Callable[[Evidence, SleepStartParameters], bool | None]
    points: str


def _is_too_small(evidence: Evidence, parameters: SleepStartParameters) -> bool:
    if evidence.candidate.z < parameters.min_z:
        return True
    return not evidence.is_below_aasm_minimum and (
        evidence.over_rest_uv < parameters.min_over_rest_uv
    )


EXCLUSIONS = (
    Exclusion(reason=Reason.ARTEFACT, holds=lambda e, p: e.is_artefact),
    Exclusion(reason=Reason.UNSCORABLE, holds=lambda e, p: e.is_unscorable),
    Exclusion(reason=Reason.PLM_SERIES, holds=lambda e, p: e.is_in_series),
    Exclusion(reason=Reason.PART_OF_LM, holds=lambda e, p: e.lm_gap_s <= 0.0),
    Exclusion(reason=Reason.TRAIN, holds=lambda e, p: e.candidate.kind is not None),
    Exclusion(reason=Reason.NEAR_LM, holds=lambda e, p: e.lm_gap_s < p.near_lm_s),
    Exclusion(reason=Reason.RESPIRATORY, holds=lambda e, p: e.is_respiratory),
    Exclusion(reason=Reason.TOO_LONG, holds=lambda e, p: e.candidate.longest_s > p.max_burst_s),
    Exclusion(reason=Reason.TOO_SHORT, holds=lambda e, p: e.candidate.longest_s < p.min_burst_s),
    Exclusion(reason=Reason.TOO_SMALL, holds=_is_too_small),
)

SIGNS = (
    Sign(points="points_both_legs", holds=lambda e, p: e.candidate.is_both_legs),
    Sign(points="points_stage", holds=lambda e, p: e.is_drowsy),
    Sign(points="points_chin", holds=lambda e, p: e.has_chin),
    Sign(points="points_z", holds=lambda e, p: e.candidate.z >= p.strong_z),
    Sign(points="points_eeg", holds=lambda e, p: _shows(e.eeg_sign)),
    Sign(
        points="points_heart", holds=lambda e, p: _at_least(e.heart_rate_rise_bpm, p.heart_rise_bpm)
    ),
    Sign(points="points_isolation", holds=lambda e, p: e.isolation_s >= p.isolated_s),
)


def judge(evidence: Evidence, parameters: SleepStartParameters) -> Reason | str:
    """Give the reason for which the candidate is refused, or its grade A, B or C."""
    for row in EXCLUSIONS:
        if row.holds(evidence, parameters):
            return row.reason
    return grade(evidence, parameters)


def grade(evidence: Evidence, parameters: SleepStartParameters) -> str:
    """Give A, B or C: the share of the points that the study's leads can give.

    One grade lower outside the core duration, one where synchrony cannot be seen, and one where the
    legs are sampled below the AASM minimum or low-passed. C where a
    short burst of one leg comes with neither chin nor arousal nor a faster heart, as far as the
    study has them: it may be lone myoclonus. A vertex wave tells nothing there, N1 has them anyway.
    So is one that comes while the other leg cannot be seen. Where only one leg was recorded nobody
    ever knows that the other kept still, and the grade that this costs is enough.
    """
    known = [(getattr(parameters, s.points), s.holds(evidence, parameters)) for s in SIGNS]
    most = sum(points for points, holds in known if holds is not None)
    share = sum(points for points, holds in known if holds) / max(most, 1)
    place = 0 if share >= parameters.share_a else 1 if share >= parameters.share_b else 2
    slack_s, length_s = parameters.core_slack_s, evidence.candidate.longest_s
    is_core = parameters.core_min_s - slack_s <= length_s <= parameters.core_max_s + slack_s
    place += (not is_core) + (evidence.candidate.is_both_legs is None)
    place += evidence.is_below_aasm_minimum
    lowest = len(GRADES) - 1
    return GRADES[lowest if _may_be_twitch(evidence, parameters) else min(place, lowest)]


def _may_be_twitch(evidence: Evidence, parameters: SleepStartParameters) -> bool:
    """Tell whether nothing but the stage tells the candidate from lone myoclonus."""
    signs = (
        evidence.has_chin,
        None if evidence.eeg_sign is None else evidence.eeg_sign is EegSign.AROUSAL,
        _at_least(evidence.heart_rate_rise_bpm, parameters.heart_rise_bpm),
    )
    is_lone = not any(signs) and any(sign is not None for sign in signs)
    is_short = evidence.candidate.longest_s <= parameters.twitch_s
    is_alone = not evidence.candidate.is_both_legs and not evidence.is_one_lead
    return is_alone and is_short and is_lone


def _shows(sign: EegSign | None) -> bool | None:
    return None if sign is None else sign is not EegSign.NONE


def _at_least(value: float | None, limit: float) -> bool | None:
    return None if value is None else value >= limit


def are_drowsy(
    onsets_s: NDArray[np.float64], hypnogram: Hypnogram | None, parameters: SleepStartParameters
) -> list[bool | None]:
    """Tell which onsets lie in N1 or in the last wake before sleep; None where not staged."""
    if hypnogram is None:
        return [None] * len(onsets_s)
    is_doubtful = _may_be_n1(hypnogram, parameters)
    starts = np.append(hypnogram.onsets_s[hypnogram.is_sleep | is_doubtful], np.inf)
    following = starts[np.searchsorted(starts, onsets_s, side="right")]
    is_soon = following - onsets_s <= parameters.late_wake_s
    epochs = hypnogram.epochs_at(onsets_s)
    stages = np.where(epochs < 0, Stage.UNSCORED, hypnogram.stages[epochs])
    is_n1 = (stages == Stage.N1) | is_doubtful[epochs]
    is_drowsy = is_n1 | ((stages == Stage.W) & is_soon)
    is_staged = stages >= Stage.W
    return [
        drowsy if staged else None
        for drowsy, staged in zip(is_drowsy.tolist(), is_staged.tolist(), strict=True)
    ]


def _may_be_n1(hypnogram: Hypnogram, parameters: SleepStartParameters) -> NDArray[np.bool_]:
    """Tell which epochs staged W or R by a machine it would not swear are no N1."""
    if hypnogram.probabilities is None:
        return np.zeros(len(hypnogram), dtype=np.bool_)
    is_unsure = hypnogram.probabilities[:, Stage.N1] >= parameters.least_n1_share
    found: NDArray[np.bool_] = is_unsure & np.isin(hypnogram.stages, (Stage.W, Stage.R))
    return found


def to_event(evidence: Evidence, verdict: Reason | str, side: Side, channel: str | None) -> Event:
    """Give the row of the event table for a judged candidate."""
    candidate = evidence.candidate
    is_refused = isinstance(verdict, Reason)
    return Event(
        kind=EventKind.SLEEP_START,
        rule_set=RULE_SET,
        onset_s=candidate.onset_s,
        duration_s=candidate.offset_s - candidate.onset_s,
        side=side,
        channel=channel,
        status=Status.REJECTED if is_refused else Status.ACCEPTED,
        reason=verdict if isinstance(verdict, Reason) else None,
        amplitude_uv=candidate.peak_uv,
        rms_uv=candidate.rms_uv,
        area_uv_s=candidate.area_uv_s,
        rest_uv=candidate.rest_uv,
        z=candidate.z,
        grade=None if is_refused else str(verdict),
        is_both_legs=candidate.is_both_legs,
        has_chin=evidence.has_chin,
        isolation_s=evidence.isolation_s if np.isfinite(evidence.isolation_s) else None,
        eeg_sign=None if evidence.eeg_sign is None else evidence.eeg_sign.value,
        heart_rate_rise_bpm=evidence.heart_rate_rise_bpm,
        n_parts=len(candidate.legs) if candidate.n_bursts == 1 else candidate.n_bursts,
    )


def gaps_s(spans_s: NDArray[np.float64], others_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the seconds from each span to the nearest other interval; 0 where they touch.

    Parameters
    ----------
    spans_s, others_s
        Shapes (n, 2) and (m, 2); `others_s` merged and sorted. Infinite where there is none.
    """
    if not len(others_s):
        return np.full(len(spans_s), np.inf)
    after = np.searchsorted(others_s[:, 1], spans_s[:, 0], side="right")
    ends = np.concatenate(([-np.inf], others_s[:, 1]))[after]
    starts = np.concatenate((others_s[:, 0], [np.inf]))[after]
    gap = np.minimum(spans_s[:, 0] - ends, np.maximum(starts - spans_s[:, 1], 0.0))
    return np.asarray(gap, dtype=np.float64)
