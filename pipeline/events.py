"""What happened in the night: one record per event, accepted or rejected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.hypnogram import Stage


class EventKind(StrEnum):
    """What kind of event a row is."""

    SLEEP_START = "sleep_start"
    LEG_MOVEMENT = "leg_movement"  # legs combined by a rule set
    UNILATERAL_LM = "unilateral_leg_movement"  # one leg, before the legs are combined
    FRAGMENTARY_MYOCLONUS = "fragmentary_myoclonus"
    HIGH_FREQUENCY_LM = "high_frequency_leg_movement"
    FOOT_TREMOR = "hypnagogic_foot_tremor"
    ALTERNATING_ACTIVATION = "alternating_leg_muscle_activation"
    RHYTHMIC_MOVEMENT = "rhythmic_movement"
    LARGE_MOVEMENT = "large_movement"
    BURST = "burst"  # leg activity that fits nothing above
    ARTEFACT = "artefact"
    AROUSAL = "arousal"
    RESPIRATORY = "respiratory"


class Side(StrEnum):
    """Which leg; ``unknown`` where one channel holds both legs or the side is not known."""

    LEFT = "left"
    RIGHT = "right"
    BILATERAL = "bilateral"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether an event counts."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a candidate sleep start was rejected."""

    PART_OF_LM = "part_of_leg_movement"
    NEAR_LM = "within_0.5_s_of_leg_movement"
    PLM_SERIES = "part_of_plm_series"
    TRAIN = "part_of_train"
    ARTEFACT = "artefact"
    RESPIRATORY = "respiratory_related"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_SMALL = "too_small"
    UNSCORABLE = "unscorable_signal"


class ArousalOrder(StrEnum):
    """Which came first (Ferri 2015, doi 10.5665/sleep.4740; windows in `tagging`)."""

    AROUSAL_FIRST = "arousal_first"
    SIMULTANEOUS = "simultaneous"
    JERK_FIRST = "jerk_first"
    NONE = "none"
    NOT_SCORABLE = "not_scorable"


TECHNICIAN = "technician"  # before the colon of a scored event's rule set


def scored_by(source: str) -> str:
    """Give the rule set of events that a person marked in a scoring file: technician:SOURCE."""
    return f"{TECHNICIAN}:{source}"


def is_scored(rule_set: str) -> bool:
    """Tell whether events of this rule set stand in a scoring file."""
    return rule_set.partition(":")[0] == TECHNICIAN


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event on half-open seconds from the start of the record.

    Attributes
    ----------
    rule_set
        Name and version of the rules that made it, such as ``AASM_v3``; ``technician:SOURCE``
        where a scoring file holds it, with the file's format and scorer.
    onset_s, duration_s
        Seconds.
    channel
        Label of the lead it was seen on; None for both legs together.
    amplitude_uv, rms_uv, area_uv_s, rest_uv, z
        Peak of the envelope, RMS, area over rest, resting level, robust z over rest.
    grade
        A, B or C for accepted candidate sleep starts.
    is_both_legs, has_chin
        Both legs within 100 ms; chin EMG at the same time. None: not available.
    isolation_s
        Seconds to the nearest other leg activity.
    eeg_sign
        ``vertex_wave``, ``k_complex`` or ``arousal`` around it; ``none``; None: no EEG.
    heart_rate_rise_bpm
        Mean heart rate over the R-R intervals in the 5 s after the onset less that in the 10 s
        before it, by the R waves of the ECG; None: no ECG, no plausible heart beat in it, or
        fewer than 3 beats in one of the two.
    imi_s
        Onset to onset from the previous movement of the rule set's sequence.
    series
        Number of the PLM series or of the train, from 1 in each kind and rule set.
    n_parts
        Unilateral parts of a combined movement.
    is_clm, is_plm, is_respiratory, has_arousal
        As the rule set says; None where it does not say.
    is_plm_nr
        PLM once respiratory-related movements are removed.
    stability
        Share of the detector's settings that keep the event, the published one among them, over
        0 to 1; None for rejected candidates, other kinds, and where no other was tried.
    threshold_excess, confidence
        Of an automatic arousal: its band power over the threshold, as a factor, and how likely
        that makes it, 0 to 1; None for all others.
    """

    kind: EventKind
    rule_set: str
    onset_s: float
    duration_s: float
    side: Side = Side.UNKNOWN
    channel: str | None = None
    status: Status = Status.ACCEPTED
    reason: Reason | None = None
    amplitude_uv: float | None = None
    rms_uv: float | None = None
    area_uv_s: float | None = None
    rest_uv: float | None = None
    z: float | None = None
    grade: str | None = None
    is_both_legs: bool | None = None
    has_chin: bool | None = None
    isolation_s: float | None = None
    eeg_sign: str | None = None
    heart_rate_rise_bpm: float | None = None
    imi_s: float | None = None
    series: int | None = None
    n_parts: int | None = None
    is_clm: bool | None = None
    is_plm: bool | None = None
    is_plm_nr: bool | None = None
    is_respiratory: bool | None = None
    has_arousal: bool | None = None
    stability: float | None = None
    threshold_excess: float | None = None
    confidence: float | None = None

    @property
    def offset_s(self) -> float:
        """End of the event in seconds from the start of the record."""
        return self.onset_s + self.duration_s

    @property
    def is_scored(self) -> bool:
        """Whether a scoring file holds it, rather than this program having found it."""
        return is_scored(self.rule_set)

    @property
    def is_accepted(self) -> bool:
        """Whether the event counts."""
        return self.status is Status.ACCEPTED


@dataclass(frozen=True, kw_only=True)
class TaggedEvent:
    """An event with what the night was like around it.

    Attributes
    ----------
    stage, stage_at_offset
        Stage of the epoch that holds the onset, and the end.
    probabilities
        Probability of W, N1, N2, N3, R in the onset's epoch; None where not estimated.
    is_ambiguous
        Within 15 s of a stage change.
    arousal_order, arousal_latency_s
        Which came first, and arousal onset minus event onset.
    is_followed_by_wake
        An epoch of wake begins within 30 s; None outside sleep.
    descent
        Number of the descent that holds the onset, from 1.
    since_descent_s
        Seconds since that descent began.
    descent_outcome, to_outcome_s
        What became of that descent, and seconds from the onset until then. N2 and wake compete:
        seconds to wake say that N2 was not reached in that time and came no more.
    depth_before, depth_after
        Mean sleep depth p(N2) + 2 p(N3) from 35 to 5 s before the onset, and from 5 to 35 s
        after it; None where no stage probabilities are known there.
    is_followed_by_lighter
        An epoch of a lighter stage begins within 30 s: wake after any sleep, N1 after N2, N3 or
        R, N2 after N3; None outside sleep, and where an unscored epoch comes first.
    """

    event: Event
    stage: Stage
    stage_at_offset: Stage
    probabilities: tuple[float, float, float, float, float] | None = None
    is_ambiguous: bool = False
    arousal_order: ArousalOrder | None = None
    arousal_latency_s: float | None = None
    is_followed_by_wake: bool | None = None
    descent: int | None = None
    since_descent_s: float | None = None
    descent_outcome: str | None = None
    to_outcome_s: float | None = None
    depth_before: float | None = None
    depth_after: float | None = None
    is_followed_by_lighter: bool | None = None

    @property
    def depth_drop(self) -> float | None:
        """Depth before less depth after: positive where sleep became lighter."""
        if self.depth_before is None or self.depth_after is None:
            return None
        return self.depth_before - self.depth_after

    @property
    def to_n2_s(self) -> float | None:
        """Seconds to N2 in the same descent; None where something else came first."""
        return self.to_outcome_s if self.descent_outcome == "n2" else None
