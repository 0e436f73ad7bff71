"""Whole simulated nights: channels, determinism, what the body does by stage."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from pipeline.hypnogram import Stage
from pipeline.simulate.difficulty import Difficulty, graded_night
from pipeline.simulate.night import SimulatedNight, simulate
from pipeline.simulate.recipe import JerkPlan, LegPlan, MovementPlan, Rates, Recipe, SleepPlan
from pipeline.simulate.standard import DEMO_NIGHTS, FULL25, NAP, STANDARD_NIGHTS, standard_night

SHORT = Recipe(
    duration_h=0.5,
    arousals_per_h=0.0,
    sleep=SleepPlan(stages="W" * 12 + "1" * 12 + "2" * 12 + "3" * 12 + "R" * 12),
    movements=MovementPlan(n_large=0),
)


@pytest.fixture(scope="module")
def short() -> SimulatedNight:
    return simulate(SHORT)


def by_stage(night: SimulatedNight, label: str, stage: Stage) -> np.ndarray:
    signal = night.signal(label)
    n = int(30 * signal.rate_hz)
    epochs = signal.values[: n * len(night.hypnogram)].reshape(-1, n)
    inside: np.ndarray = epochs[night.hypnogram.stages == stage][1:-1].ravel()
    return inside


def spread_uv(night: SimulatedNight, label: str, stage: Stage) -> float:
    """Give the median of the epochs' standard deviations: arousals do not count."""
    n = int(30 * night.signal(label).rate_hz)
    return float(np.median(by_stage(night, label, stage).reshape(-1, n).std(axis=1)))


def share(x: np.ndarray, rate_hz: float, low_hz: float, high_hz: float) -> float:
    frequencies, power = scipy.signal.welch(x, rate_hz, nperseg=int(4 * rate_hz))
    inside = (frequencies >= low_hz) & (frequencies < high_hz)
    return float(power[inside].sum() / power[(frequencies > 0.4) & (frequencies < 30)].sum())


def test_the_same_recipe_gives_the_same_samples(short: SimulatedNight) -> None:
    again = simulate(SHORT)
    assert again.truth == short.truth
    for one, other in zip(short.signals, again.signals, strict=True):
        assert np.array_equal(one.values, other.values)


def test_another_seed_gives_other_samples_in_every_channel(short: SimulatedNight) -> None:
    other = simulate(SHORT.model_copy(update={"seed": 2}))
    assert not any(
        np.array_equal(a.values, b.values)
        for a, b in zip(short.signals, other.signals, strict=True)
    )


def test_more_channels_leave_the_others_as_they_are(short: SimulatedNight) -> None:
    full = simulate(SHORT.model_copy(update={"channels": "full25"}))
    for signal in short.signals:
        assert np.array_equal(full.signal(signal.label).values, signal.values)


def test_full25_has_25_channels() -> None:
    assert len(simulate(FULL25.model_copy(update={"duration_h": 0.1})).signals) == 25


def test_every_channel_lasts_as_long_as_the_records_do() -> None:
    rates = Rates(record_s=9.984375, eeg_hz=250.0, leg_hz=500.0)
    night = simulate(SHORT.model_copy(update={"rates": rates}))
    assert night.signal("EMG LAT").rate_hz == pytest.approx(499.98, abs=0.002)
    lengths = [len(s.values) / s.rate_hz for s in night.signals]
    assert lengths == pytest.approx([night.recipe.duration_s] * len(lengths))
    assert night.recipe.duration_s % 9.984375 == 0


def test_values_are_finite_and_within_the_recorders_reach(short: SimulatedNight) -> None:
    for signal in short.signals:
        assert np.isfinite(signal.values).all()
        assert np.abs(signal.values).max() < signal.reach
        assert signal.values.dtype == np.float32


def test_eeg_amplitudes_are_those_of_adults(short: SimulatedNight) -> None:
    spread = {s: spread_uv(short, "EEG C4-M1", s) for s in (Stage.W, Stage.N3, Stage.R)}
    assert 10 <= spread[Stage.W] <= 20
    assert 40 <= spread[Stage.N3] <= 60
    assert spread[Stage.R] < spread[Stage.W]


def test_wake_has_alpha_and_most_of_it_over_the_occiput(short: SimulatedNight) -> None:
    def alpha_uv2(site: str, stage: Stage) -> float:
        x = by_stage(short, f"EEG {site}-M1", stage)
        return share(x, 128, 8, 12) * float(x.var())

    assert share(by_stage(short, "EEG O2-M1", Stage.W), 128, 8, 12) > 0.5
    assert alpha_uv2("O2", Stage.W) > 1.5 * alpha_uv2("F4", Stage.W)
    assert alpha_uv2("O2", Stage.W) > 4 * alpha_uv2("O2", Stage.N1)


def test_n3_is_slow_and_n2_has_more_sigma_than_r(short: SimulatedNight) -> None:
    assert share(by_stage(short, "EEG C4-M1", Stage.N3), 128, 0.4, 4) > 0.9
    sigma = {
        s: share(by_stage(short, "EEG C4-M1", s), 128, 11.5, 15)
        * by_stage(short, "EEG C4-M1", s).var()
        for s in (Stage.N2, Stage.R)
    }
    assert sigma[Stage.N2] > 2 * sigma[Stage.R]


def test_chin_tone_falls_from_wake_to_r(short: SimulatedNight) -> None:
    order = (Stage.W, Stage.N1, Stage.N2, Stage.N3, Stage.R)
    tone = [np.median(np.abs(by_stage(short, "EMG Chin", s))) for s in order]
    assert tone == sorted(tone, reverse=True)
    assert tone[0] > 6 * tone[-1]


def test_the_eyes_move_in_opposite_directions_in_r(short: SimulatedNight) -> None:
    left, right = (by_stage(short, f"EOG {e}-M2", Stage.R) for e in ("E1", "E2"))
    n2 = [by_stage(short, f"EOG {e}-M2", Stage.N2) for e in ("E1", "E2")]
    assert np.corrcoef(left, right)[0, 1] < -0.3
    assert np.corrcoef(n2[0], n2[1])[0, 1] > 0.3


def test_the_heart_rises_after_a_sleep_start_that_says_so() -> None:
    def mean_bpm(beats_s: np.ndarray, start_s: float, stop_s: float) -> float:
        inside = beats_s[(beats_s >= start_s) & (beats_s < stop_s)]
        return float(60.0 / np.diff(inside).mean())

    rises = {}
    for probability in (0.0, 1.0):
        jerks = JerkPlan(heart_probability=probability, wake_probability=0.0)
        night = simulate(
            Recipe(
                duration_h=3.0,
                channels="nap",
                rates=Rates(eeg_hz=50.0, chin_hz=50.0, leg_hz=50.0, ecg_hz=50.0),
                jerks=jerks,
            )
        )
        onsets = [t for d in night.descents for t in d.jerks_s]
        rises[probability] = np.mean(
            [mean_bpm(night.beats_s, t, t + 6) - mean_bpm(night.beats_s, t - 10, t) for t in onsets]
        )
    assert rises[1.0] > 5.0
    assert abs(rises[0.0]) < 3.0


def test_the_standard_nights_cover_the_rates_the_rest_and_the_troubles() -> None:
    rates = {round(r.true_rate_hz(r.rates.leg_hz), 2) for r in STANDARD_NIGHTS}
    assert rates == {128.0, 200.0, 256.0, 499.98, 500.0, 512.0}
    assert len(STANDARD_NIGHTS) == 8
    assert len(DEMO_NIGHTS) == 3
    rest = [r.legs.rest_uv for r in STANDARD_NIGHTS]
    assert (min(rest), max(rest)) == (1.0, 8.0)
    assert all(4.0 <= r.duration_h <= 8.0 for r in STANDARD_NIGHTS)
    names = [r.name for r in (*STANDARD_NIGHTS, *DEMO_NIGHTS, FULL25, NAP)]
    assert len(set(names)) == len(names)


def test_a_standard_night_is_found_by_its_name() -> None:
    assert standard_night("trains_256").movements.n_alternating == 8


def test_the_right_leg_may_rest_higher_than_the_left() -> None:
    legs = LegPlan(rest_uv=2.0, right_factor=1.5)
    night = simulate(Recipe(duration_h=0.5, legs=legs, movements=MovementPlan(n_isolated_lm=0)))
    levels = [float(np.median(np.abs(night.signal(f"EMG {x}").values))) for x in ("LAT", "RAT")]
    assert levels[1] / levels[0] == pytest.approx(1.5, rel=0.05)


def test_each_level_is_harder_than_the_one_before() -> None:
    easy, middle, hard = (graded_night(difficulty, 1) for difficulty in Difficulty)
    for one, next_one in ((easy, middle), (middle, hard)):
        assert one.legs.rest_uv < next_one.legs.rest_uv
        assert one.jerks.amplitude_uv[0] > next_one.jerks.amplitude_uv[0]
        assert one.jerks.bilateral_share > next_one.jerks.bilateral_share
        assert one.movements.scattered_fm < next_one.movements.scattered_fm
        assert one.contaminants.heart_leak_uv < next_one.contaminants.heart_leak_uv


def test_a_graded_night_can_have_499_99_hz() -> None:
    recipe = graded_night(Difficulty.EASY, 1, leg_hz=499.99)
    assert recipe.true_rate_hz(recipe.rates.leg_hz) == pytest.approx(499.99, abs=2e-4)
