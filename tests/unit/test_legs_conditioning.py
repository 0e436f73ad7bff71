"""A leg lead is filtered, cleaned and judged before any rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.intervals import to_mask
from pipeline.legs.activity import LegCondition
from pipeline.legs.conditioning import ConditionedLeg, condition
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.heart import find_r_waves
from tests.unit.legs_signal import ecg, lead, qrs, samples

PARAMETERS = ConditioningParameters()
Floats = NDArray[np.float64]


def conditioned(values: Floats, **facts: float) -> ConditionedLeg:
    leg = condition(lead(values, **facts), None, PARAMETERS)  # type: ignore[arg-type] # rate or step
    assert isinstance(leg, ConditionedLeg)
    return leg


def rms(values: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))


def test_a_step_of_31_uv_refuses_the_8_uv_rule_in_words() -> None:
    refused = condition(lead(samples(), resolution_uv=31.25), None, PARAMETERS)
    assert isinstance(refused, LegCondition)
    assert not refused.is_scorable
    assert refused.reason == "one digital step is 31.25 uV; the 8 uV rule cannot be applied"
    assert refused.median_rest_uv is None


def test_a_step_of_1_uv_is_fine() -> None:
    assert conditioned(samples(), resolution_uv=1.0).condition.is_scorable


@pytest.mark.parametrize(("rate_hz", "is_below"), [(128.0, True), (199.8, False), (256.0, False)])
def test_a_rate_below_200_hz_is_marked(rate_hz: float, is_below: bool) -> None:
    leg = conditioned(samples(rate_hz=rate_hz), rate_hz=rate_hz)
    assert leg.condition.is_below_aasm_minimum is is_below


@pytest.mark.parametrize(("lowpass_hz", "is_below"), [(70.0, True), (90.0, False)])
def test_a_recorder_low_pass_of_70_hz_is_the_same_loss_and_one_of_90_hz_is_none(
    lowpass_hz: float, is_below: bool
) -> None:
    leg = conditioned(samples(rate_hz=200.0), rate_hz=200.0, lowpass_hz=lowpass_hz)
    assert leg.condition.is_below_aasm_minimum is is_below


def test_a_channel_of_40_hz_cannot_be_scored() -> None:
    refused = condition(lead(samples(rate_hz=200.0)[::5], rate_hz=40.0), None, PARAMETERS)
    assert isinstance(refused, LegCondition)
    assert "40 Hz" in refused.reason


@pytest.mark.parametrize("hum_hz", [50.0, 60.0])
def test_hum_is_found_and_taken_away(hum_hz: float) -> None:
    clean = samples()
    time_s = np.arange(len(clean)) / 256.0
    leg = conditioned(clean + 15.0 * np.sin(2 * np.pi * (hum_hz + 0.04) * time_s))
    assert leg.condition.hum_hz == pytest.approx([hum_hz], abs=0.1)
    reference = conditioned(clean)
    middle = slice(2000, -2000)
    assert rms(leg.emg_uv[middle] - reference.emg_uv[middle]) < 0.5


def test_without_hum_no_line_is_removed() -> None:
    assert conditioned(samples(rate_hz=512.0), rate_hz=512.0).condition.hum_hz == ()


def test_hum_is_taken_away_up_to_the_last_sample_of_a_record() -> None:
    values = samples(duration_s=120.2, rate_hz=499.99)  # the last tenth of a second is no block
    hum = 20.0 * np.sin(2 * np.pi * 60.0 * np.arange(len(values)) / 499.99)
    left = (
        conditioned(values + hum, rate_hz=499.99).emg_uv
        - conditioned(values, rate_hz=499.99).emg_uv
    )
    assert rms(left[-200:-90]) < 1.5


def test_hum_removal_does_not_reach_into_the_time_beside_a_strong_movement() -> None:
    values = samples([(60.0, 3.0, 300.0)])
    hum = 10.0 * np.sin(2 * np.pi * 50.0 * np.arange(len(values)) / 256.0)
    beside = slice(round(63.3 * 256), round(64.3 * 256))
    changed = conditioned(values + hum).emg_uv[beside] - conditioned(values).emg_uv[beside]
    assert rms(changed) < 0.5


BEATS_S = np.cumsum(0.9 + 0.1 * np.random.default_rng(2).random(600)) + 0.5


def with_heart(peak_uv: float) -> tuple[ConditionedLeg, ConditionedLeg]:
    clean = samples(duration_s=600.0)
    leak = qrs(BEATS_S, peak_uv, rate_hz=256.0, duration_s=600.0)
    r_waves_s = find_r_waves(ecg(BEATS_S, duration_s=600.0), PARAMETERS.heart)
    leg = condition(lead(clean + leak), r_waves_s, PARAMETERS)
    assert isinstance(leg, ConditionedLeg)
    return leg, conditioned(clean)


def test_r_waves_are_found_to_the_millisecond() -> None:
    found = find_r_waves(ecg(BEATS_S, duration_s=600.0), PARAMETERS.heart)
    expected = BEATS_S[BEATS_S < 599.9]
    assert len(found) == len(expected)
    assert np.abs(found - expected).max() < 0.004
    assert abs(float(np.median(found - expected))) < 0.001


def test_a_heart_leak_of_25_uv_is_taken_away() -> None:
    leg, clean = with_heart(25.0)
    assert leg.condition.heart_leak_uv is not None
    assert 8.0 < leg.condition.heart_leak_uv < 25.0  # what of the QRS lies in 10 to 100 Hz
    assert rms(leg.emg_uv - clean.emg_uv) < 0.6


def test_beats_that_differ_in_height_are_fitted_one_by_one() -> None:
    clean = samples(duration_s=600.0)
    even, odd = (
        qrs(BEATS_S[k::2], peak_uv, rate_hz=256.0, duration_s=600.0)
        for k, peak_uv in enumerate((20.0, 50.0))
    )
    r_waves_s = find_r_waves(ecg(BEATS_S, duration_s=600.0), PARAMETERS.heart)
    leg = condition(lead(clean + even + odd), r_waves_s, PARAMETERS)
    assert isinstance(leg, ConditionedLeg)
    assert rms(leg.emg_uv - conditioned(clean).emg_uv) < 0.45  # 1.2 by one template


def test_a_heart_leak_under_2_uv_is_left_alone() -> None:
    leg, clean = with_heart(1.5)
    assert leg.condition.heart_leak_uv is not None
    assert leg.condition.heart_leak_uv < 2.0
    raw = condition(lead(leg.raw.read(0, len(leg.raw)).astype(np.float64)), None, PARAMETERS)
    assert isinstance(raw, ConditionedLeg)
    np.testing.assert_allclose(leg.emg_uv, raw.emg_uv, atol=1e-3)
    assert rms(leg.emg_uv - clean.emg_uv) > 0.05


def test_without_an_ecg_the_leak_is_not_known() -> None:
    assert conditioned(samples()).condition.heart_leak_uv is None


def causes(leg: ConditionedLeg) -> list[tuple[str, float, float]]:
    rows = zip(leg.condition.unscorable_causes, leg.condition.unscorable.tolist(), strict=True)
    return [(cause, start, stop) for cause, (start, stop) in rows]


def test_a_flat_stretch_is_found() -> None:
    values = samples()
    values[256 * 40 : 256 * 60] = 3.0
    (cause, start, stop), *more = causes(conditioned(values))
    assert (cause, more) == ("flat", [])
    assert (start, stop) == pytest.approx((40.0, 60.0), abs=0.5)


def test_a_clipped_stretch_is_saturated() -> None:
    values = samples()
    values[256 * 40 : 256 * 41] = 3276.7
    assert ("saturated", 39.5, 41.5) in causes(conditioned(values))


def test_one_clipped_sample_is_a_peak() -> None:
    values = samples()
    values[256 * 40] = 3276.7
    assert "saturated" not in conditioned(values).condition.unscorable_causes


def test_missing_samples_are_a_stretch_and_spoil_no_other_sample() -> None:
    values = samples()
    values[256 * 40 : 256 * 42] = np.nan
    leg = conditioned(values)
    assert leg.condition.unscorable_causes == ("missing",)
    assert leg.condition.unscorable[0] == pytest.approx([39.7, 42.3])
    assert np.isfinite(leg.emg_uv).all()


def test_a_lead_that_is_off_is_lost_and_the_rest_is_scored() -> None:
    values = samples(duration_s=400.0)
    values[256 * 200 : 256 * 300] *= 25.0
    leg = conditioned(values)
    assert set(leg.condition.unscorable_causes) <= {"lead_off", "high_rest"}
    lost = to_mask(leg.unusable, len(values))[::256]
    assert lost[203:298].all()
    assert not lost[:175].any()
    assert not lost[325:].any()
    assert leg.condition.median_rest_uv == pytest.approx(2.0, rel=0.1)


def test_a_resting_level_of_20_uv_is_too_high() -> None:
    refused = condition(lead(samples(rest_uv=20.0)), None, PARAMETERS)
    assert isinstance(refused, LegCondition)
    assert refused.reason == "no scorable signal is left: high_rest"


def test_a_swinging_cable_is_sway() -> None:
    values = samples()
    time_s = np.arange(256 * 10) / 256.0
    values[256 * 50 : 256 * 60] += 300.0 * np.sin(2 * np.pi * 1.5 * time_s)
    (cause, start, stop), *more = causes(conditioned(values))
    assert (cause, more) == ("sway", [])
    assert (start, stop) == pytest.approx((50.0, 60.0), abs=1.0)


def test_a_record_of_only_zeros_has_a_reason() -> None:
    refused = condition(lead(np.zeros(256 * 60)), None, PARAMETERS)
    assert isinstance(refused, LegCondition)
    assert refused.reason == "no scorable signal is left: flat"


def test_a_record_without_any_value_has_a_reason() -> None:
    refused = condition(lead(np.full(256 * 60, np.nan)), None, PARAMETERS)
    assert isinstance(refused, LegCondition)
    assert refused.reason == "the channel holds no values"


def test_a_record_of_ten_seconds_has_a_reason() -> None:
    refused = condition(lead(samples(duration_s=10.0)), None, PARAMETERS)
    assert isinstance(refused, LegCondition)
    assert refused.reason == "the record lasts 10 s; no resting level can be had"


def test_the_lead_is_not_written_into() -> None:
    leg_lead = lead(samples())
    before = leg_lead.microvolts.copy()
    condition(leg_lead, None, PARAMETERS)
    np.testing.assert_array_equal(leg_lead.microvolts, before)
    assert replace(leg_lead, label="x").label == "x"
