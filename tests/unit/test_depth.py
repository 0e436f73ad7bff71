"""Sleep depth before and after a time, from the stage probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.depth import DepthParameters, SleepDepth, epoch_steps, sleep_depth
from pipeline.hypnogram import Hypnogram, from_letters

RULES = DepthParameters()


def deep(*n2_and_n3: tuple[float, float], offset_s: float = 0.0) -> SleepDepth:
    shares = np.array([[1 - n2 - n3, 0, n2, n3, 0] for n2, n3 in n2_and_n3], dtype=np.float64)
    stages = np.zeros(len(shares), np.int8)
    hypnogram = Hypnogram(stages=stages, probabilities=shares, offset_s=offset_s)
    return sleep_depth(hypnogram, RULES)


def before(depth: SleepDepth, time_s: float) -> float:
    return float(depth.before(np.array([time_s]))[0])


def test_depth_is_p_n2_and_twice_p_n3() -> None:
    assert before(deep((0.3, 0.2), (0, 0)), 35.0) == pytest.approx(0.7)


def test_before_is_from_35_to_5_s_before() -> None:
    # At 50 s: 15 s of the first epoch, 15 s of the second.
    assert before(deep((0.4, 0.0), (0.8, 0.0)), 50.0) == pytest.approx(0.6)


def test_after_is_from_5_to_35_s_after() -> None:
    depth = deep((0.4, 0.0), (0.8, 0.0))
    assert depth.after(np.array([10.0]))[0] == pytest.approx((0.4 * 15 + 0.8 * 15) / 30)


def test_outside_of_the_hypnogram_it_is_not_known() -> None:
    depth = deep((0.4, 0.0), (0.8, 0.0))
    assert np.isnan(before(depth, 4.0))
    assert np.isnan(depth.after(np.array([55.0]))[0])


def test_only_the_known_part_counts() -> None:
    depth = deep((np.nan, 0.0), (0.8, 0.0))
    assert before(depth, 50.0) == pytest.approx(0.8)


def test_epochs_may_begin_late_in_the_record() -> None:
    assert before(deep((0.4, 0.0), (0.8, 0.0), offset_s=100.0), 150.0) == pytest.approx(0.6)


def test_stages_without_probabilities_count_as_certain() -> None:
    depth = sleep_depth(from_letters("23"), RULES)
    assert before(depth, 50.0) == pytest.approx(1.5)


def test_an_empty_night_has_no_depth() -> None:
    assert np.isnan(before(sleep_depth(from_letters(""), RULES), 50.0))


def test_a_mean_over_many_epochs_is_their_sum() -> None:
    values = np.random.default_rng(1).random(50)
    mean = epoch_steps(values, epoch_s=30.0).means(np.array([300.0]), np.array([900.0]))
    assert mean[0] == pytest.approx(values[10:30].mean())
