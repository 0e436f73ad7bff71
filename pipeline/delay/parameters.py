"""Thresholds of the latencies and of the matched comparison."""

from __future__ import annotations

from pydantic import Field

from pipeline.parameters import Parameters


class DelayParameters(Parameters):
    """What counts as sleep onset and as deeper sleep, and how jerks are matched."""

    unbroken_epochs: int = Field(
        default=3,
        ge=1,
        description="consecutive epochs of sleep, of any stage, whose first is the unbroken sleep "
        "onset; source: research practice beside the AASM's first epoch, for one false epoch "
        "moved onset by an hour",
    )
    persistent_sleep_min: float = Field(
        default=10.0,
        gt=0.0,
        description="unbroken minutes of sleep, of any stage, that are persistent sleep; "
        "source: clinical.md 5.3, the usual definition of LPS",
    )
    horizon_s: float = Field(
        default=300.0,
        gt=0.0,
        description="time after a jerk over which the way to N2 is compared; source: clinical.md "
        "5.3",
    )
    most_controls: int = Field(
        default=5,
        ge=1,
        description="control moments for each jerk; source: clinical.md 5.3, more add little to "
        "the precision of a matched comparison",
    )
    like_depth: float = Field(
        default=0.1,
        gt=0.0,
        description="a control's sleep depth before the moment differs by at most this from the "
        "jerk's, depth = p(N2) + 2 p(N3); source: clinical.md 5.3",
    )
    quiet_s: float = Field(
        default=60.0,
        gt=0.0,
        description="a control moment has no jerk and no artefact on the legs in so many seconds "
        "before it; source: clinical.md 5.3",
    )
    only_first_jerks: bool = Field(
        default=True,
        description="jerks that follow another within quiet_s are not matched, as no control "
        "moment follows one; false: every jerk is; source: this project, in simulations where a "
        "jerk costs 27 s the estimate is 30 s so and 34 s otherwise",
    )
    least_scorable: float = Field(
        default=0.9,
        ge=0.0,
        le=1.0,
        description="share of those seconds in which a leg could be scored; source: this "
        "project's choice, since scorable time is known per epoch",
    )
    aroused_s: float = Field(
        default=10.0,
        gt=0.0,
        description="an arousal that began in so many seconds before a moment, or still lasts, "
        "makes the state aroused; source: clinical.md 4, after Ferri 2015, doi 10.5665/sleep.4740",
    )
    simultaneous_s: float = Field(
        default=0.5,
        ge=0.0,
        description="an arousal that begins within so many seconds of a jerk did not come before "
        "it; source: clinical.md 4, after Ferri 2015, doi 10.5665/sleep.4740",
    )
    least_matched: int = Field(
        default=5,
        ge=2,
        description="with fewer matched jerks no delay is given; source: clinical.md 5.3",
    )
    confidence: float = Field(
        default=0.95,
        gt=0.0,
        lt=1.0,
        description="confidence of the intervals of the delay; source: convention",
    )
    n_resamples: int = Field(
        default=1000,
        ge=100,
        description="bootstrap samples of the descents; source: convention for 95 % percentiles",
    )
    n_permutations: int = Field(
        default=999,
        ge=99,
        description="turns of the jerk trains round their descents; source: clinical.md 5.3, at "
        "least 999",
    )
    earlier_s: float = Field(
        default=120.0,
        gt=0.0,
        description="the negative control looks this long before each jerk; source: clinical.md "
        "5.3",
    )
    forced_within_s: float = Field(
        default=30.0,
        ge=0.0,
        description="a step from N2 to N1 at most this long after an arousal began is one that "
        "the scoring rule itself makes; source: AASM manual, rule for the end of N2 [unverified], "
        "one epoch",
    )
    seed: int = Field(
        default=1,
        ge=0,
        description="of the random numbers: one night gives one answer; source: own choice",
    )
