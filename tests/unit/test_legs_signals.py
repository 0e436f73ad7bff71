"""Filters and envelopes: nothing moves in time, and fast code equals slow code."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import signals


def test_a_filter_leaves_an_impulse_where_it_was() -> None:
    impulse = np.zeros(2000, dtype=np.float32)
    impulse[777] = 1.0
    filtered = signals.zero_phase(impulse, signals.band_taps(256.0, (10.0, 100.0), 10.0))
    assert int(np.abs(filtered).argmax()) == 777
    np.testing.assert_allclose(filtered[700:777], filtered[778:855][::-1], atol=1e-6)


@pytest.mark.parametrize(("frequency_hz", "kept"), [(3.0, 0.0), (40.0, 1.0), (120.0, 0.0)])
def test_the_band_is_10_to_100_hz(frequency_hz: float, kept: float) -> None:
    wave = np.sin(2 * np.pi * frequency_hz * np.arange(5120) / 512.0).astype(np.float32)
    filtered = signals.zero_phase(wave, signals.band_taps(512.0, (10.0, 100.0), 10.0))
    assert np.abs(filtered[500:-500]).max() == pytest.approx(kept, abs=0.01)


def test_at_128_hz_the_filter_is_a_high_pass_only() -> None:
    wave = np.sin(2 * np.pi * 55.0 * np.arange(1280) / 128.0).astype(np.float32)
    filtered = signals.zero_phase(wave, signals.band_taps(128.0, (10.0, 100.0), 10.0))
    assert np.abs(filtered[300:-300]).max() == pytest.approx(np.abs(wave).max(), rel=0.02)


@pytest.mark.parametrize("n_samples", [1, 4, 5, 6, 300])
@pytest.mark.parametrize("n_window", [1, 5])
def test_the_envelope_equals_its_naive_twin(n_samples: int, n_window: int) -> None:
    values = np.random.default_rng(3).standard_normal(n_samples).astype(np.float32)
    (fast,) = signals.moving_rms(values, (n_window,))
    reach = n_window // 2
    slow = [
        np.sqrt(np.mean(values[max(i - reach, 0) : i + reach + 1].astype(float) ** 2))
        for i in range(n_samples)
    ]
    np.testing.assert_allclose(fast, slow, rtol=1e-5)


def test_a_long_signal_is_filtered_in_rows_as_in_one_piece() -> None:
    noise = np.random.default_rng(4).standard_normal(300_001).astype(np.float32)
    taps = signals.band_taps(200.0, (10.0, 60.0), 10.0)
    np.testing.assert_allclose(
        signals.zero_phase(noise, taps), np.convolve(noise, taps, mode="same"), atol=1e-5
    )


@pytest.mark.parametrize("n_window", [1, 13, 51, 103])
def test_a_moving_rms_has_no_seam_where_it_is_summed_in_pieces(n_window: int) -> None:
    noise = np.random.default_rng(5).standard_normal(40_000).astype(np.float32)
    fast = signals.moving_rms(noise, (n_window, 7))[0]
    power = np.convolve(np.square(noise, dtype=np.float64), np.ones(n_window), mode="valid")
    reach = n_window // 2
    inner = fast[reach : len(noise) - reach]
    np.testing.assert_allclose(inner, np.sqrt(power / n_window), rtol=1e-6)


def test_a_sample_index_does_not_drift_over_eight_hours_of_an_odd_rate() -> None:
    assert signals.sample_index(np.array([28800.0]), 499.99)[0] == 14399712
    bounds = signals.second_bounds(round(28800 * 499.99), 499.99)
    assert bounds[28000] == round(28000 * 499.99)
    assert len(bounds) == 28801


def test_windows_repeat_the_ends_of_the_signal() -> None:
    windows = signals.gather(np.arange(5.0), np.array([0, 4]), 2, 2)
    np.testing.assert_array_equal(windows, [[0, 0, 0, 1], [2, 3, 4, 4]])
