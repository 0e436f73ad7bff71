"""Windows of the two envelopes and of the resting level."""

from __future__ import annotations

from pydantic import Field

from pipeline.parameters import Parameters


class EnvelopeParameters(Parameters):
    """Windows of the two envelopes and of the resting level."""

    short_s: float = Field(
        default=0.025,
        gt=0,
        description="RMS window for bursts; source: a 0.20 s burst measures 0.21 s on "
        "20 ms (clinical rules, section 3)",
    )
    long_s: float = Field(
        default=0.1,
        gt=0,
        description="RMS window for leg movements; source: clinical rules, section 3",
    )
    rest_window_s: float = Field(
        default=45.0,
        ge=30,
        le=60,
        description="centred window of the resting level; source: clinical "
        "rules, section 3: 30 to 60 s",
    )
    shorter_rest_window_s: float = Field(
        default=30.0,
        ge=30,
        le=60,
        description="window that is tried too, for how much hangs on it; source: clinical rules, "
        "section 3, the shortest",
    )
    longer_rest_window_s: float = Field(
        default=60.0,
        ge=30,
        le=60,
        description="the same; source: clinical rules, section 3, the longest",
    )
    rest_step_s: float = Field(
        default=5.0,
        gt=0,
        description=(
            "the resting level is computed this often and interpolated; source: this "
            "project's choice"
        ),
    )
    rest_grid_s: float = Field(
        default=0.2,
        gt=0,
        description=(
            "the envelope is looked at this often for the resting level; source: this "
            "project's choice"
        ),
    )
    rest_quantile: float = Field(
        default=0.2, ge=0.1, le=0.25, description="low quantile; source: clinical rules, section 3"
    )
    n_iterations: int = Field(
        default=2,
        ge=1,
        description=(
            "times that events are found and left out of the quantile; source: this "
            "project's choice"
        ),
    )
    event_z: float = Field(
        default=4.0,
        gt=0,
        description=(
            "values this many robust deviations over rest are left out; source: this "
            "project's choice"
        ),
    )
    event_margin_s: float = Field(
        default=0.3,
        ge=0,
        description="what is left out on each side of such a value; source: this project's choice",
    )
    min_share: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description=(
            "share of the window that must be left for a quantile; below it the level is "
            "interpolated from its neighbours; source: this project's choice"
        ),
    )
    sigma_floor_share: float = Field(
        default=0.5,
        gt=0,
        description=(
            "least robust deviation as a share of what Gaussian noise gives; source: this"
            " project's choice"
        ),
    )
    sigma_ceiling_share: float = Field(
        default=2.5,
        gt=1,
        description=(
            "greatest robust deviation as a share of what Gaussian noise gives, so that a"
            " movement of half the window does not hide itself; source: this project's "
            "choice"
        ),
    )
    rest_floor_uv: float = Field(
        default=0.05,
        gt=0,
        description=(
            "least resting level where the digital step is finer than this; source: this "
            "project's choice"
        ),
    )
    rest_ceiling_uv: float = Field(
        default=15.0,
        gt=0,
        description="resting level above which a stretch cannot be scored; source: "
        "clinical rules, section 3",
    )
