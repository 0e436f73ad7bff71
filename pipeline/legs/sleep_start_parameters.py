"""The thresholds and points of candidate sleep starts."""

from __future__ import annotations

from pydantic import Field

from pipeline.legs.candidates import CandidateParameters
from pipeline.legs.evidence import EvidenceParameters
from pipeline.parameters import Parameters


class SleepStartParameters(Parameters):
    """What is accepted, and how many points each sign gives."""

    candidates: CandidateParameters = Field(
        default=CandidateParameters(),
        description="how bursts become candidates",
    )
    evidence: EvidenceParameters = Field(
        default=EvidenceParameters(),
        description="chin and EEG around them",
    )
    min_burst_s: float = Field(
        default=0.05, gt=0, description="shortest burst; source: clinical rules, section 2"
    )
    max_burst_s: float = Field(
        default=0.5, gt=0, description="longest burst; source: clinical rules, section 2"
    )
    core_min_s: float = Field(
        default=0.075,
        gt=0,
        description="shortest burst at full grade; source: ICSD-3-TR [unverified]",
    )
    core_max_s: float = Field(
        default=0.25,
        gt=0,
        description="longest burst at full grade; source: ICSD-3-TR [unverified]",
    )
    core_slack_s: float = Field(
        default=0.03,
        ge=0,
        description=(
            "measuring error of a burst's length: onset and end; source: this project's choice"
        ),
    )
    twitch_s: float = Field(
        default=0.165,
        ge=0,
        description="a burst of one leg up to this, without chin, arousal or a faster "
        "heart, may as well be a lone myoclonic burst, and is a C; source: 150 ms (Frauscher 2014, "
        "doi 10.5665/sleep.3586: healthy sleepers have 34 an hour in N1) and 15 ms of measuring "
        "error",
    )
    min_over_rest_uv: float = Field(
        default=10.0,
        ge=0,
        description="least peak over rest; not asked below the AASM sampling rate; "
        "source: ours, over the 8 uV of a leg movement",
    )
    min_z: float = Field(
        default=8.0,
        gt=0,
        description="least peak over rest in robust deviations; source: ours, noise "
        "reaches 6 about twice a night",
    )
    near_lm_s: float = Field(
        default=0.5,
        ge=0,
        description="a burst this near to a leg movement is part of it; source: "
        "clinical rules, section 2",
    )
    respiratory_margin_s: float = Field(
        default=0.5,
        ge=0,
        description="before and after a respiratory event; source: AASM manual v3",
    )
    late_wake_s: float = Field(
        default=120.0,
        ge=0,
        description="wake before sleep that counts as drowsiness; source: clinical "
        "rules, section 2",
    )
    least_n1_share: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="probability of N1 from which an epoch that a machine staged W or R counts as "
        "drowsiness too: N1 is the stage on which scorers agree least (kappa 0.24, doi "
        "10.5664/jcsm.9538), and it is mostly called W or R; source: this project's choice",
    )
    strong_z: float = Field(
        default=12.0, gt=0, description="z that gives a point; source: this project's choice"
    )
    isolated_s: float = Field(
        default=5.0,
        ge=0,
        description=(
            "quiet to the nearest other leg activity that gives a point; source: this "
            "project's choice"
        ),
    )
    heart_rise_bpm: float = Field(
        default=4.0,
        ge=0,
        description="rise of the heart rate that gives a point; source: this project's choice",
    )
    points_both_legs: int = Field(
        default=2,
        ge=0,
        description="points: both legs within 100 ms; source: this project's choice",
    )
    points_stage: int = Field(
        default=2, ge=0, description="points: N1 or late wake; source: this project's choice"
    )
    points_chin: int = Field(
        default=1,
        ge=0,
        description="points: chin EMG at the same time; source: this project's choice",
    )
    points_z: int = Field(
        default=1, ge=0, description="points: strong amplitude; source: this project's choice"
    )
    points_eeg: int = Field(
        default=1,
        ge=0,
        description="points: vertex wave, K-complex or arousal; source: this project's choice",
    )
    points_heart: int = Field(
        default=1, ge=0, description="points: faster heart; source: this project's choice"
    )
    points_isolation: int = Field(
        default=1, ge=0, description="points: isolated; source: this project's choice"
    )
    share_a: float = Field(
        default=0.55,
        gt=0,
        le=1,
        description=(
            "share of the points that the study's leads can give, for A; source: this "
            "project's choice"
        ),
    )
    share_b: float = Field(
        default=0.4,
        gt=0,
        le=1,
        description="the same for B; C below; source: this project's choice",
    )
