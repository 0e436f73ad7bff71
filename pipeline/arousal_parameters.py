"""What the automatic detector calls an arousal: every threshold with its source."""

from __future__ import annotations

from pydantic import Field

from pipeline.parameters import Parameters


class ArousalParameters(Parameters):
    """What the automatic detector calls an abrupt shift of EEG frequency."""

    stable_sleep_s: float = Field(
        default=10.0,
        gt=0.0,
        description="seconds of sleep without arousal that must come before an arousal; "
        "source: AASM manual, arousal rule",
    )
    shortest_s: float = Field(
        default=3.0, gt=0.0, description="shortest arousal; source: AASM manual, arousal rule"
    )
    longest_s: float = Field(
        default=15.0,
        gt=0.0,
        description="a longer shift is cut to this length; source: AASM manual, 15 s of it make "
        "an epoch of wake",
    )
    theta_from_hz: float = Field(
        default=4.0, gt=0.0, description="lower end of theta; source: AASM manual, arousal rule"
    )
    alpha_from_hz: float = Field(
        default=8.0, gt=0.0, description="end of theta, start of alpha; source: AASM manual"
    )
    spindle_from_hz: float = Field(
        default=12.0,
        gt=0.0,
        description="end of alpha, start of the spindles' band, which is no sign of arousal; "
        "source: AASM manual",
    )
    fast_from_hz: float = Field(
        default=16.0, gt=0.0, description="start of fast activity; source: AASM manual"
    )
    fast_to_hz: float = Field(
        default=30.0,
        gt=0.0,
        description="end of fast activity, where muscle begins to prevail; source: own choice",
    )
    block_s: float = Field(
        default=2.0,
        gt=0.0,
        description="length of a spectral block; source: own choice, in 1 s blocks noise without "
        "any arousal gave twice as many",
    )
    hop_s: float = Field(
        default=0.25, gt=0.0, description="step from block to block; source: own choice"
    )
    baseline_s: float = Field(
        default=30.0,
        gt=0.0,
        description="seconds of sleep before a block that it is compared with; source: own "
        "choice, at least the 10 s of stable sleep of the AASM manual",
    )
    guard_s: float = Field(
        default=3.0,
        ge=0.0,
        description="seconds left out between baseline and block, so that an arousal is not its "
        "own baseline; source: own choice, the shortest arousal",
    )
    rise: float = Field(
        default=2.5,
        gt=1.0,
        description="times the baseline's power that alpha or fast activity must reach; source: "
        "own choice, set on one real night against the same night with its phases shuffled (9 "
        "and 3 per hour), to be confirmed on scored nights",
    )
    theta_rise: float = Field(
        default=4.0,
        gt=1.0,
        description="the same for theta, which is the background of light sleep; source: own "
        "choice, set as `rise`",
    )
    theta_share: float = Field(
        default=0.4,
        ge=0.0,
        le=1.0,
        description="share of the whole power that theta must hold, so that slow waves that reach "
        "over 4 Hz are no shift; source: own choice",
    )
    share_rise: float = Field(
        default=1.6,
        gt=0.0,
        description="times the baseline's share of the whole power that the band must reach, so "
        "that a louder EEG of unchanged frequency is no shift; source: own choice",
    )
    merge_gap_s: float = Field(
        default=0.5,
        ge=0.0,
        description="shorter pauses within a shift are bridged; source: own choice",
    )
    chin_shortest_s: float = Field(
        default=1.0,
        gt=0.0,
        description="shortest rise of chin EMG in R; source: AASM manual, arousal rule",
    )
    chin_rise: float = Field(
        default=2.0,
        gt=1.0,
        description="times the baseline's chin EMG amplitude that is a rise; source: own choice",
    )
    even_excess: float = Field(
        default=2.75,
        gt=0.0,
        description="times its threshold that a shift's power must reach for a confidence of one "
        "half; source: logistic regression on 168 events of four simulated nights, so on real "
        "nights the confidence ranks events and is no probability yet",
    )
    confidence_slope: float = Field(
        default=4.0,
        gt=0.0,
        description="how fast the log odds of the confidence rise with the logarithm of the "
        "excess; source: as `even_excess`",
    )
