"""What a simulated night is made of: every number, in one frozen recipe."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.parameters import Parameters

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0, le=10_000)]
LegMontage = Literal["both", "left_only", "right_only", "combined", "identical", "swapped"]
ChannelSet = Literal["nap", "standard", "full25"]


class Rates(Parameters):
    """Sampling rates; the true rate is round(rate x record duration) / record duration."""

    record_s: float = Field(
        default=1.0,
        gt=0.0,
        le=60.0,
        multiple_of=0.015625,
        description="EDF record duration, in steps of 1/64 s, so that every record's start is an "
        "exact number (EDFlib refuses others); 9.984375 makes 500 Hz 499.98 Hz",
    )
    eeg_hz: float = Field(default=128.0, ge=50.0, le=1024.0, description="EEG and EOG")
    chin_hz: float = Field(default=256.0, ge=50.0, le=1024.0, description="chin EMG")
    leg_hz: float = Field(
        default=256.0, ge=50.0, le=1024.0, description="leg EMG; AASM minimum is 200"
    )
    ecg_hz: float = Field(default=256.0, ge=50.0, le=1024.0, description="ECG")
    breath_hz: float = Field(default=32.0, ge=4.0, le=1024.0, description="airflow, belts, snore")
    slow_hz: float = Field(
        default=1.0, ge=1.0, le=1024.0, description="SpO2, pulse rate, position, light"
    )


class SleepPlan(Parameters):
    """How the night falls asleep, and what jerks do to that."""

    stages: str = Field(
        default="", pattern="^[W123R]*$", description="one letter an epoch; empty: stages are drawn"
    )
    latency_min: float = Field(default=14.0, ge=0.0, description="wake before the first descent")
    lights_off_s: float = Field(
        default=120.0, ge=0.0, description="lights off, from the record's start"
    )
    cycle_min: float = Field(default=90.0, gt=30.0, description="length of a NREM-R cycle")
    awakenings_per_cycle: Count = Field(default=2, description="awakenings inside each cycle")
    wake_epochs: int = Field(default=4, ge=1, description="mean length of an awakening, epochs")
    n1_epochs: int = Field(
        default=6,
        ge=2,
        description="mean N1 dwell of a descent without jerks; 4 less to 4 more, at least 2",
    )
    n3_share: Share = Field(
        default=0.22, description="share of N3 in a cycle, falling over the night"
    )
    r_share: Share = Field(default=0.2, description="share of R in a cycle, rising over the night")
    jerks_per_n1_min: float = Field(
        default=0.4,
        ge=0.0,
        le=6.0,
        description="Poisson rate of sleep starts while a descent is in N1",
    )
    max_jerks_per_descent: Count = Field(
        default=6, description="no jerk after that many in one descent"
    )
    delay_per_jerk_s: float = Field(
        default=0.0,
        ge=0.0,
        le=600.0,
        description="each jerk in N1 puts N2 off by that much; 0: no effect",
    )
    abort_probability: Share = Field(
        default=0.0, description="a jerk in N1 ends the descent in wake"
    )


class JerkPlan(Parameters):
    """What a sleep start looks like (clinical notes, section 2)."""

    duration_s: tuple[float, float] = Field(default=(0.075, 0.25), description="shortest, longest")
    amplitude_uv: tuple[float, float] = Field(default=(30.0, 200.0), description="RMS of the burst")
    bilateral_share: Share = Field(default=0.8, description="both legs; else one leg, side drawn")
    leg_lag_s: float = Field(
        default=0.03, ge=0.0, le=0.1, description="largest lag between the legs"
    )
    chin_probability: Share = Field(default=0.5, description="with a burst in the chin EMG")
    vertex_probability: Share = Field(default=0.4, description="with a vertex wave at the jerk")
    heart_probability: Share = Field(default=0.5, description="followed by a faster heart")
    heart_rise_bpm: float = Field(default=12.0, ge=0.0, description="peak of that rise")
    arousal_probability: Share = Field(default=0.35, description="followed by an arousal")
    wake_probability: Share = Field(
        default=0.3, description="one in the last 2 min of wake of a descent"
    )
    n_in_n2: Count = Field(default=0, description="sleep starts in N2 (rare)")


class MovementPlan(Parameters):
    """Every other leg event (clinical notes, sections 1 and 2)."""

    n_isolated_lm: Count = Field(default=8, description="isolated unilateral or bilateral LMs")
    n_plm_series: Count = Field(default=2, description="PLM series, in N2")
    plm_count: tuple[int, int] = Field(default=(5, 12), description="movements in a series")
    plm_imi_s: tuple[float, float] = Field(default=(15.0, 40.0), description="onset to onset")
    lm_duration_s: tuple[float, float] = Field(
        default=(0.7, 5.0), description="shortest, longest LM"
    )
    lm_amplitude_uv: tuple[float, float] = Field(default=(25.0, 120.0), description="RMS")
    lm_arousal_probability: Share = Field(default=0.2, description="LM with an arousal")
    n_large: Count = Field(default=4, description="large movements: both legs and chin, 11 to 25 s")
    n_fm_stretches: Count = Field(
        default=2, description="stretches of recurring fragmentary myoclonus"
    )
    fm_stretch_s: float = Field(default=120.0, gt=10.0, description="length of such a stretch")
    fm_per_min: float = Field(default=6.0, gt=0.0, le=30.0, description="bursts a minute within it")
    fm_duration_s: tuple[float, float] = Field(default=(0.075, 0.15), description="Frauscher 2014")
    fm_amplitude_uv: tuple[float, float] = Field(
        default=(55.0, 150.0), description="RMS; over 50 uV"
    )
    scattered_fm: float = Field(
        default=0.0,
        ge=0.0,
        le=10.0,
        description="lone myoclonic bursts, as a multiple of the rates that healthy sleepers have: "
        "34 an hour in N1, 22 in N2, 38 in R (Frauscher 2014)",
    )
    n_foot_tremor: Count = Field(
        default=1, description="trains of 0.25 to 0.5 s at 1 to 1.5 Hz, one leg"
    )
    n_alternating: Count = Field(default=1, description="trains alternating between the legs")
    n_high_frequency: Count = Field(
        default=1, description="trains of 0.1 to 0.2 s at 1.5 to 3 Hz, one leg"
    )
    n_rhythmic: Count = Field(
        default=0, description="trains of 0.2 to 0.45 s at 0.6 to 1.8 Hz, both legs at once"
    )
    train_count: tuple[int, int] = Field(default=(6, 15), description="bursts in a train")
    train_amplitude_uv: tuple[float, float] = Field(default=(30.0, 100.0), description="RMS")
    gap_s: float = Field(default=8.0, ge=0.0, description="least quiet between unlike events")
    lm_gap_s: float = Field(
        default=95.0,
        ge=0.0,
        description="least time between LMs of no common series; over 90 s: no IMI",
    )


class LegPlan(Parameters):
    """The leg channels at rest."""

    montage: LegMontage = Field(default="both", description="which leg channels exist, and how")
    rest_uv: float = Field(default=2.0, gt=0.0, le=15.0, description="resting RMS in 10 to 100 Hz")
    right_factor: float = Field(
        default=1.0, gt=0.0, le=3.0, description="rest of the right leg over that of the left"
    )
    rest_wander: float = Field(
        default=0.0,
        ge=0.0,
        le=3.0,
        description="rest swings slowly up to x (1 + wander), down to / same",
    )
    edge_s: float = Field(default=0.015, gt=0.0, le=0.05, description="rise and fall of a burst")


class Contaminants(Parameters):
    """What spoils the leg channels."""

    hum_uv: float = Field(default=0.0, ge=0.0, description="peak of mains hum in every leg")
    hum_hz: float = Field(default=50.0, ge=45.0, le=65.0, description="mains frequency")
    heart_leak_uv: float = Field(default=0.0, ge=0.0, description="peak of the QRS in the left leg")
    n_pops: Count = Field(default=0, description="electrode pops: a step with an exponential tail")
    pop_uv: float = Field(default=400.0, ge=0.0, description="height of the step")
    n_sways: Count = Field(default=0, description="stretches of cable sway, below 10 Hz")
    sway_uv: float = Field(default=80.0, ge=0.0, description="RMS of the sway")
    lead_off_leg: Literal["none", "left", "right"] = Field(
        default="none", description="which lead fell"
    )
    lead_off_start: Share = Field(default=0.6, description="when, as share of the night")
    lead_off_stop: Share = Field(
        default=0.8, description="when it was put back, as share of the night"
    )
    lead_off_uv: float = Field(
        default=60.0, ge=0.0, description="mains peak on the open lead; 0: flat"
    )


class Recipe(Parameters):
    """All that decides a simulated night: the same recipe gives the same samples."""

    name: str = Field(default="night", pattern="^[a-z0-9_]+$", description="file name of the study")
    seed: int = Field(default=1, ge=0, description="of every random stream")
    duration_h: float = Field(default=8.0, gt=0.05, le=24.0, description="cut to whole records")
    start_hour: int = Field(default=22, ge=0, le=23, description="local hour of the record's start")
    channels: ChannelSet = Field(default="standard", description="how many channels")
    arousals_per_h: float = Field(default=6.0, ge=0.0, le=60.0, description="spontaneous, in NREM")
    rates: Rates = Field(default_factory=Rates, description="sampling")
    sleep: SleepPlan = Field(default_factory=SleepPlan, description="stages, descents")
    jerks: JerkPlan = Field(default_factory=JerkPlan, description="sleep starts")
    movements: MovementPlan = Field(default_factory=MovementPlan, description="others")
    legs: LegPlan = Field(default_factory=LegPlan, description="leg channels")
    contaminants: Contaminants = Field(
        default_factory=Contaminants, description="what spoils the legs"
    )

    @property
    def duration_s(self) -> float:
        """Length of the record in seconds: whole EDF records."""
        return self.n_records * self.rates.record_s

    @property
    def n_records(self) -> int:
        """Number of EDF records."""
        return int(self.duration_h * 3600.0 / self.rates.record_s)

    def true_rate_hz(self, nominal_hz: float) -> float:
        """Give samples per record over record duration."""
        return self.samples_per_record(nominal_hz) / self.rates.record_s

    def samples_per_record(self, nominal_hz: float) -> int:
        """Give the samples of a channel of that nominal rate in one record, at least 1."""
        return max(1, round(nominal_hz * self.rates.record_s))
