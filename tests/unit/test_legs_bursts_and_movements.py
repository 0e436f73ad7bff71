"""Bursts on the short envelope, movements on the long one: where they begin, end and part."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.events import Side
from pipeline.legs.burst_detection import BurstParameters
from pipeline.legs.conditioning import ConditionedLeg, condition
from pipeline.legs.conditioning_parameters import ConditioningParameters
from pipeline.legs.leg import Leg, analyse_leg
from pipeline.legs.leg_movements import LegMovementParameters, to_movements
from tests.unit.legs_signal import Drawn, lead, samples

CONDITIONING = ConditioningParameters()
RATES_HZ = [100.0, 128.0, 200.0, 256.0, 499.99, 500.0, 512.0]


def analysed(values: NDArray[np.float64], rate_hz: float = 256.0) -> Leg:
    ready = condition(lead(values, rate_hz=rate_hz), None, CONDITIONING)
    assert isinstance(ready, ConditionedLeg)
    leg = analyse_leg(ready, Side.LEFT, (CONDITIONING, BurstParameters(), LegMovementParameters()))
    assert isinstance(leg, Leg)
    return leg


def leg_of(bursts: Drawn, rate_hz: float = 256.0, rest_uv: float = 2.0) -> Leg:
    return analysed(samples(bursts, rate_hz=rate_hz, rest_uv=rest_uv), rate_hz)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("length_s", [0.1, 0.2, 0.35])
def test_a_burst_keeps_its_onset_and_length(rate_hz: float, length_s: float) -> None:
    leg = leg_of([(60.0, length_s, 80.0)], rate_hz)
    assert leg.bursts.onset_s == pytest.approx([60.0], abs=0.03)
    assert leg.bursts.offset_s - leg.bursts.onset_s == pytest.approx([length_s], abs=0.04)


@pytest.mark.parametrize("rest_uv", [1.0, 2.0, 4.0, 8.0])
def test_noise_at_rest_is_no_movement_and_hardly_a_burst(rest_uv: float) -> None:
    leg = leg_of([], rest_uv=rest_uv)
    assert len(leg.movements) == 0
    assert len(leg.bursts) <= 1


@pytest.mark.parametrize("rest_uv", [1.0, 2.0, 4.0, 8.0])
def test_rest_means_the_typical_resting_amplitude(rest_uv: float) -> None:
    leg = leg_of([(40.0, 5.0, 150.0), (70.0, 12.0, 150.0)], rest_uv=rest_uv)
    assert leg.condition.median_rest_uv == pytest.approx(rest_uv, rel=0.08)


def test_a_movement_of_half_the_window_does_not_raise_the_resting_level() -> None:
    leg = leg_of([(50.0, 25.0, 100.0)])
    assert leg.envelope.rest_uv[62] == pytest.approx(2.0, rel=0.15)
    assert leg.movements.offset_s == pytest.approx([75.0], abs=0.1)
    assert leg.movements.z[0] > 50.0


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("length_s", [0.7, 2.0, 12.0])
def test_a_movement_keeps_its_onset_and_length(rate_hz: float, length_s: float) -> None:
    leg = leg_of([(60.0, length_s, 60.0)], rate_hz)
    assert leg.movements.onset_s == pytest.approx([60.0], abs=0.05)
    assert leg.movements.offset_s == pytest.approx([60.0 + length_s], abs=0.08)
    assert leg.movements.is_lm.all()


def test_at_a_rest_of_8_uv_the_offset_rule_still_ends_the_movement() -> None:
    leg = leg_of([(60.0, 2.0, 60.0)], rest_uv=8.0)
    assert leg.movements.offset_s == pytest.approx([62.0], abs=0.6)


@pytest.mark.parametrize(("length_s", "is_lm"), [(0.2, False), (0.42, False), (0.6, True)])
def test_a_movement_lasts_at_least_half_a_second(length_s: float, is_lm: bool) -> None:
    leg = leg_of([(60.0, length_s, 60.0)])
    assert leg.movements.is_lm.tolist() == [is_lm]


@pytest.mark.parametrize(("gap_s", "n_movements"), [(0.3, 1), (0.42, 1), (0.57, 2)])
def test_a_movement_ends_with_half_a_second_of_rest(gap_s: float, n_movements: int) -> None:
    leg = leg_of([(60.0, 1.0, 60.0), (61.0 + gap_s, 1.0, 60.0)])
    assert len(leg.movements) == n_movements


def test_what_stays_under_8_uv_over_rest_is_no_movement() -> None:
    assert len(leg_of([(60.0, 2.0, 5.0)]).movements) == 0


def test_sparse_short_bursts_lack_the_shape_of_wasm() -> None:
    drawn = [(60.0 + 0.45 * k, 0.06, 60.0) for k in range(4)]
    leg = leg_of(drawn)
    assert leg.movements.is_lm.tolist() == [True]
    assert leg.movements.has_shape.tolist() == [False]
    assert len(to_movements(leg.movements, Side.LEFT)) == 1
    assert to_movements(leg.movements, Side.LEFT, with_shape=True) == ()


def test_bursts_a_tenth_of_a_second_apart_stay_two() -> None:
    leg = leg_of([(60.0, 0.1, 80.0), (60.2, 0.1, 80.0)])
    assert leg.bursts.onset_s == pytest.approx([60.0, 60.2], abs=0.03)


def test_each_burst_carries_its_resting_level_and_z() -> None:
    leg = leg_of([(60.0, 0.2, 80.0)])
    assert leg.bursts.rest_uv == pytest.approx([2.0], rel=0.2)
    assert leg.bursts.rms_uv == pytest.approx([80.0], rel=0.35)
    assert leg.bursts.area_uv_s == pytest.approx([16.0], rel=0.35)
    assert leg.bursts.z[0] > 50.0


@pytest.mark.parametrize("height_uv", [100.0, -400.0, 1500.0])
def test_an_electrode_pop_is_no_burst(height_uv: float) -> None:
    values = samples([(90.0, 0.2, 80.0)])
    time_s = np.arange(len(values)) / 256.0 - 60.0
    values += np.where(time_s >= 0.0, height_uv * np.exp(-np.maximum(time_s, 0.0) / 0.4), 0.0)
    leg = analysed(values)
    assert leg.bursts.onset_s == pytest.approx([90.0], abs=0.03)
    assert len(leg.movements) == 1
    assert {"pop", "sway"} & set(leg.condition.unscorable_causes)


def test_a_burst_beside_a_pop_of_another_time_is_no_pop() -> None:
    leg = leg_of([(60.0, 0.06, 300.0), (80.0, 0.1, 40.0)])
    assert len(leg.bursts) == 2
    assert leg.condition.unscorable_causes == ()


def test_a_movement_into_lost_signal_ends_there() -> None:
    values = samples([(60.0, 6.0, 60.0)])
    values[256 * 63 : 256 * 75] = np.nan
    leg = analysed(values)
    assert leg.movements.offset_s == pytest.approx([62.7], abs=0.1)


def test_the_thinned_envelope_has_a_value_each_second() -> None:
    leg = leg_of([(60.25, 0.5, 80.0)], rate_hz=499.99)
    assert leg.envelope.peak_uv.shape == leg.envelope.rest_uv.shape == (120,)
    assert int(leg.envelope.peak_uv.argmax()) == 60


def test_the_smear_of_the_window_is_taken_back_for_faint_movements_too() -> None:
    drawn = [(20.0 + 6.0 * k, 1.0, 15.0) for k in range(16)]
    leg = leg_of(drawn)
    errors_s = leg.movements.onset_s - np.array([onset_s for onset_s, _, _ in drawn])
    assert abs(float(np.median(errors_s))) < 0.015


def test_short_bursts_over_a_noisy_rest_are_not_stretched_to_movements() -> None:
    leg = leg_of([(20.0 + 6.0 * k, 0.2, 60.0) for k in range(16)], rest_uv=8.0)
    assert len(leg.movements) == 16
    assert int(leg.movements.is_lm.sum()) <= 1
