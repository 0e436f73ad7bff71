"""Filters and envelopes: nothing moves in time, and fast code equals slow code."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import gammaincinv

from pipeline import signals
from pipeline.legs.artefacts import ArtefactParameters
from pipeline.legs.centred import centred
from pipeline.legs.envelope_parameters import EnvelopeParameters
from pipeline.legs.moving_rms import RmsWindow, moving_rms, power_of_two, summarised_rms
from pipeline.legs.resting import resting_level
from pipeline.legs.sway import sway


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
    (fast,) = moving_rms(values, (n_window,))
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
    fast = moving_rms(noise, (n_window, 7))[0]
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


@pytest.mark.parametrize("n_samples", [20, 40_000, 70_001])
def test_a_summary_holds_what_the_values_of_a_moving_rms_come_to(n_samples: int) -> None:
    noise = np.random.default_rng(6).standard_normal(n_samples).astype(np.float32)
    bounds = signals.second_bounds(n_samples, 499.99)
    places = np.arange(0, n_samples, 97)
    window = RmsWindow(n_samples=51, n_block=16, bounds=bounds)
    found, short = summarised_rms(noise, (window, RmsWindow(n_samples=5, n_block=8)), places)
    values, fast = moving_rms(noise, (51, 5))
    np.testing.assert_array_equal(found.at, values[places])
    blocks = np.maximum.reduceat(values, np.arange(0, n_samples, 16))
    np.testing.assert_array_equal(found.highest, blocks)
    np.testing.assert_array_equal(found.peaks, np.maximum.reduceat(values, bounds[:-1]))
    np.testing.assert_array_equal(found.least, np.minimum.reduceat(values, bounds[:-1]))
    np.testing.assert_array_equal(short.at, fast[places])
    assert (len(short.peaks), len(short.least)) == (0, 0)


@pytest.mark.parametrize(("most", "found"), [(0.5, 1), (1.0, 1), (31.9, 16), (32.0, 32)])
def test_a_block_is_a_power_of_two(most: float, found: int) -> None:
    assert power_of_two(most) == found


def test_a_lead_is_centred_piece_by_piece_and_gaps_are_0() -> None:
    values = np.full(200_000, 7.0)
    values[[0, 150_000, 199_999]] = np.nan, np.inf, 9.0
    lead = centred(values)
    assert lead.middle_uv == 7.0
    whole = lead.read(0, len(lead))
    assert (whole[[0, 1, 150_000, 199_999]] == [0.0, 0.0, 0.0, 2.0]).all()
    np.testing.assert_array_equal(lead.gather(np.array([199_998]), 1, 2), [[0.0, 0.0, 2.0]])
    means = whole[: 200_000 // 12 * 12].reshape(-1, 12).mean(axis=1)
    np.testing.assert_allclose(lead.block_means(12), means, atol=1e-6)
    assert centred(np.full(3, np.nan)).middle_uv == 0.0


@pytest.mark.parametrize("window_s", [30.0, 45.0, 60.0])
def test_the_resting_level_equals_its_naive_twin(window_s: float) -> None:
    rng = np.random.default_rng(8)
    values = (3.0 + 0.3 * rng.standard_normal(2003)).astype(np.float32)
    values[rng.integers(0, 2003, 60)] *= 9.0
    known = rng.random(2003) > 0.02
    known[300:700] = False
    parameters = EnvelopeParameters(rest_window_s=window_s)
    found = resting_level(values, known, 401, 18.0, parameters)
    np.testing.assert_allclose(found, _slow_rest(values, known, 401, parameters), rtol=1e-6)


def _slow_rest(
    values: signals.Samples,
    known: NDArray[np.bool_],
    n_seconds: int,
    parameters: EnvelopeParameters,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every window for itself, with 18 degrees of freedom."""
    low_factor, factor = np.sqrt(2.0 * gammaincinv(9.0, (parameters.rest_quantile, 0.5)))
    reach, centres = round(parameters.rest_window_s / 0.4), np.arange(0, len(values) + 25, 25)
    left_out = ~known
    for turn in range(parameters.n_iterations + 1):
        rest: list[float] = []
        sigma: list[float] = []
        for centre in centres:
            inside = slice(max(centre - reach, 0), centre + reach + 1)
            kept = np.sort(values[inside][~left_out[inside]].astype(np.float64))
            if len(kept) < parameters.min_share * (2 * reach + 1):
                rest, sigma = [*rest, np.nan], [*sigma, np.nan]
                continue
            low, mid = (kept[int(q * (len(kept) - 1))] for q in (parameters.rest_quantile, 0.5))
            rest.append(low * factor / low_factor)
            spread = (factor - low_factor) / (factor / 6.0)
            most = parameters.sigma_ceiling_share * rest[-1] / 6.0
            sigma.append(min((mid - low) / spread, most))
        is_known = np.isfinite(rest)
        levels = [
            np.interp(centres, centres[is_known], np.array(x)[is_known]) for x in (rest, sigma)
        ]
        if turn == parameters.n_iterations:
            break
        limit = np.interp(np.arange(len(values)), centres, levels[0] + 4.0 * levels[1])
        high = np.pad(values > limit, 1)
        left_out = ~known | high[:-2] | high[1:-1] | high[2:]
    middle = (np.arange(n_seconds) + 0.5) / 0.2
    return np.interp(middle, centres, levels[0]), np.interp(middle, centres, levels[1])


def test_a_stretch_of_sway_is_found_in_a_long_record_as_in_a_short_one() -> None:
    time_s = np.arange(400 * 256) / 256.0
    swinging = 150.0 * np.sin(2 * np.pi * 2.0 * time_s) * ((time_s % 100.0) < 3.0)
    emg = np.zeros(len(time_s), dtype=np.float32)
    found = sway(centred(swinging), emg, 256.0, ArtefactParameters())
    starts = [stretch.start_s for stretch in found]
    assert starts == pytest.approx([0.0, 100.0, 200.0, 300.0], abs=0.6)
    part = sway(
        centred(swinging[60 * 256 : 140 * 256]), emg[: 80 * 256], 256.0, ArtefactParameters()
    )
    assert (part[0].start_s + 60.0, part[0].stop_s + 60.0) == pytest.approx(
        (found[1].start_s, found[1].stop_s), abs=0.05
    )


def test_windows_inside_the_signal_are_those_that_are_cut_one_by_one() -> None:
    values = np.arange(50.0)
    rows = signals.gather(values, np.array([3, 46, 20]), 3, 4)
    np.testing.assert_array_equal(rows, [values[c - 3 : c + 4] for c in (3, 46, 20)])


def test_values_are_interpolated_between_those_that_lie_apart() -> None:
    found = signals.between(np.array([0.0, 4.0, 2.0]), 4, 7)
    np.testing.assert_array_equal(found, [0.0, 1.0, 2.0, 3.0, 4.0, 3.5, 3.0])


@pytest.mark.parametrize("n_values", [1, 2, 9, 226])
def test_quantiles_are_those_of_numpy(n_values: int) -> None:
    rows = np.random.default_rng(10).standard_normal((7, n_values)).astype(np.float32)
    shares = (0.0, 0.16, 0.5, 0.97, 1.0)
    expected = np.quantile(rows.astype(np.float64), shares, axis=1)
    np.testing.assert_allclose(signals.quantiles(rows, shares), expected, atol=1e-6)
