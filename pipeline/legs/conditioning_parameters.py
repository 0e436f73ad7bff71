"""How a leg lead is filtered, cleaned and judged."""

from __future__ import annotations

from pydantic import Field

from pipeline.legs.artefacts import ArtefactParameters
from pipeline.legs.envelope_parameters import EnvelopeParameters
from pipeline.legs.heart_parameters import HeartParameters
from pipeline.legs.hum import HumParameters
from pipeline.legs.pops import PopParameters
from pipeline.parameters import Parameters


class ConditioningParameters(Parameters):
    """How a leg lead is filtered, cleaned and judged before any rule."""

    band_low_hz: float = Field(
        default=10.0, gt=0, description="lower band edge; source: AASM manual v3"
    )
    band_high_hz: float = Field(
        default=100.0,
        gt=0,
        description="upper band edge, left out where the rate does not carry it; "
        "source: AASM manual v3",
    )
    transition_hz: float = Field(
        default=10.0,
        gt=0,
        description=(
            "transition width of the filter: 5 Hz sway is 53 dB down, and the filter "
            "reaches 0.17 s to each side; source: this project's choice"
        ),
    )
    min_rate_hz: float = Field(
        default=200.0,
        gt=0,
        description="rate below which the channel is marked; source: AASM manual v3",
    )
    rate_tolerance: float = Field(
        default=0.01,
        ge=0,
        description=(
            "share by which a true rate may miss the nominal one; source: this project's choice"
        ),
    )
    min_lowpass_hz: float = Field(
        default=80.0,
        gt=0,
        description="low-pass in the header below which the channel is marked too: at 80 Hz 88 % "
        "of the RMS of a flat band is left, and 94 % at the 90 Hz that guard a rate of 200 Hz; "
        "source: this project's choice, 70 Hz is a loss (clinical rules, section 3)",
    )
    min_band_hz: float = Field(
        default=15.0,
        gt=0,
        description=(
            "width of band that must be left under half the rate; source: this project's choice"
        ),
    )
    max_resolution_uv: float = Field(
        default=4.0,
        gt=0,
        description=(
            "coarsest digital step: half of the 8 uV rule, so that its quantisation noise"
            " (step / sqrt 12 = 1.2 uV) stays under the 2 uV of the offset rule; source: "
            "this project's choice"
        ),
    )
    min_scorable_s: float = Field(
        default=30.0,
        gt=0,
        description="scorable time that a leg must have: one epoch; source: this project's choice",
    )
    hum: HumParameters = Field(default=HumParameters(), description="mains hum")
    heart: HeartParameters = Field(
        default=HeartParameters(),
        description="R waves and their leak",
    )
    artefacts: ArtefactParameters = Field(
        default=ArtefactParameters(),
        description="what cannot be scored",
    )
    pops: PopParameters = Field(default=PopParameters(), description="electrode pops")
    envelopes: EnvelopeParameters = Field(
        default=EnvelopeParameters(),
        description="envelopes and resting level",
    )
