"""How the heart is found, and its leak into a leg corrected."""

from __future__ import annotations

from pydantic import Field

from pipeline.parameters import Parameters


class HeartParameters(Parameters):
    """How R waves are found and when their leak into a leg is corrected."""

    band_low_hz: float = Field(
        default=8.0, gt=0, description="lower edge of the QRS band; source: Elgendi 2010, 8-20 Hz"
    )
    band_high_hz: float = Field(
        default=25.0, gt=0, description="upper edge of the QRS band; source: Elgendi 2010, widened"
    )
    transition_hz: float = Field(
        default=6.0,
        gt=0,
        description="transition width of the QRS filter; source: this project's choice",
    )
    work_rate_hz: float = Field(
        default=125.0,
        gt=50,
        description="the ECG is averaged down to no less than this; source: this project's choice",
    )
    refine_s: float = Field(
        default=0.02,
        gt=0,
        description=(
            "how far the R wave may lie from the largest deflection; source: this project's choice"
        ),
    )
    refractory_s: float = Field(
        default=0.3, gt=0, description="shortest R-R interval; source: 200 beats per minute"
    )
    threshold_share: float = Field(
        default=0.45,
        gt=0,
        lt=1,
        description=(
            "share of the local R height that a peak must reach; source: this project's choice"
        ),
    )
    threshold_window_s: float = Field(
        default=8.0,
        gt=0,
        description=(
            "window of the local R height: at least 4 beats at 30 per minute; source: "
            "this project's choice"
        ),
    )
    threshold_percentile: float = Field(
        default=97.0,
        gt=0,
        lt=100,
        description=(
            "centile of the filtered ECG taken as R height: a QRS fills about 8 % of the "
            "time; source: this project's choice"
        ),
    )
    slowest_bpm: float = Field(
        default=25.0,
        gt=0,
        description="slowest median rate that is taken for a heart; source: this project's choice",
    )
    fastest_bpm: float = Field(
        default=180.0,
        gt=0,
        description="fastest median rate that is taken for a heart; source: this project's choice",
    )
    least_share: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="share of the record that the beats must fill; source: this project's choice",
    )
    leak_limit_uv: float = Field(
        default=2.0,
        ge=0,
        description="locked amplitude above which the leg is corrected; source: "
        "clinical rules of this project, section 3",
    )
    leak_before_s: float = Field(
        default=0.1, gt=0, description="template before the R wave; source: this project's choice"
    )
    leak_after_s: float = Field(
        default=0.12, gt=0, description="template after the R wave; source: this project's choice"
    )
    leak_beats: int = Field(
        default=600,
        ge=20,
        description=(
            "beats per template: about ten minutes, since posture changes it; source: "
            "this project's choice"
        ),
    )
    leak_phases: int = Field(
        default=4,
        ge=1,
        description=(
            "templates per sample interval, so that a quarter of a sample of jitter is "
            "left; source: this project's choice"
        ),
    )
    leak_min_beats: int = Field(
        default=30,
        ge=1,
        description="beats that a template of its own needs; source: this project's choice",
    )
    leak_gain_spread: float = Field(
        default=0.2,
        gt=0,
        description="standard deviation of a beat's leak about its template: breathing moves the "
        "heart's axis; source: this project's choice",
    )
    leak_jitter_s: float = Field(
        default=0.002,
        gt=0,
        description="standard deviation of a found R wave about the true one; source: ours, half "
        "a sample at the lowest rates of an ECG",
    )
    leak_band_hz: float = Field(
        default=90.0,
        gt=0,
        description="width of the EMG band, of which the noise's independent values follow; "
        "source: AASM manual v3, 10 to 100 Hz",
    )
    own_threshold_share: float = Field(
        default=0.7,
        gt=0,
        lt=1,
        description="share of the local R height that a peak must reach in a leg, where the EMG is "
        "no smaller than half of the leak; source: this project's choice",
    )
    own_stretches: int = Field(
        default=24,
        ge=1,
        description="stretches of the night in which a leg is searched for the heart where no ECG "
        "can be used; source: one every twenty minutes",
    )
    own_stretch_s: float = Field(
        default=60.0,
        ge=10,
        description="length of such a stretch: at least 30 beats; source: this project's choice",
    )
    own_tolerance: float = Field(
        default=0.15,
        gt=0,
        lt=1,
        description="share by which an R-R interval may miss the usual one around it: breathing "
        "moves it by a tenth; source: this project's choice",
    )
    own_regular_share: float = Field(
        default=0.75,
        gt=0,
        le=1,
        description="share of regular intervals in half of the stretches from which a leg shows "
        "the heart; source: ours, noise gives 0.4 and a clear leak 0.9",
    )
    own_repeat_share: float = Field(
        default=0.7,
        gt=0,
        le=1,
        description="share of the clearest repetition that the period itself must reach, which may "
        "be a half or a third of it; source: this project's choice",
    )
    own_repeat_strength: float = Field(
        default=0.15,
        gt=0,
        lt=1,
        description="autocorrelation of a leg's rectified QRS band, over its least at shorter "
        "lags, from which the leg repeats itself as a heart does; source: ours, noise gives 0.08 "
        "to 0.14 and a leak of 10 uV over a rest of 5 uV 0.22",
    )
    own_repeat_clip: float = Field(
        default=4.0,
        gt=1,
        description="values over this many medians are clipped for that, so that a movement does "
        "not decide; source: this project's choice",
    )
    rise_before_s: float = Field(
        default=10.0,
        gt=0,
        description="baseline of the heart rate before an event; source: this project's choice",
    )
    rise_after_s: float = Field(
        default=5.0, gt=0, description="heart rate after an event; source: this project's choice"
    )
    clear_rise_bpm: float = Field(
        default=6.0,
        ge=0,
        description="rise that breathing alone does not make; source: this project's choice",
    )
    rise_min_beats: int = Field(
        default=3,
        ge=2,
        description="beats that each of the two must hold; source: this project's choice",
    )
