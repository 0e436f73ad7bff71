"""Features of an epoch against slow, obvious twins."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import simpson
from scipy.signal import welch

from pipeline.staging import complexity, spectrum
from pipeline.staging.features import EPOCH_SAMPLES, Kind, measure

BANDS_HZ = [(0.4, 1), (1, 4), (4, 8), (8, 12), (12, 16), (16, 30)]


@pytest.fixture(scope="module")
def epochs() -> NDArray[np.float64]:
    generator = np.random.default_rng(20)
    steps = generator.standard_normal((3, EPOCH_SAMPLES))
    steps[2] = np.round(steps[2])  # ties
    steps[1] += np.sin(np.arange(EPOCH_SAMPLES) / 3.0) * 4.0
    return np.cumsum(steps, axis=1) * 0.3 - steps


def _entropy_twin(x: NDArray[np.float64]) -> float:
    counts = dict.fromkeys(itertools.permutations(range(3)), 0)
    for place in range(len(x) - 2):
        counts[tuple(int(i) for i in np.argsort(x[place : place + 3], kind="stable"))] += 1
    shares = [n / (len(x) - 2) for n in counts.values() if n]
    return -sum(p * math.log2(p) for p in shares) / math.log2(6)


def _higuchi_twin(x: NDArray[np.float64]) -> float:
    logs = []
    for lag in range(1, 11):
        lengths = []
        for start in range(lag):
            kept = x[start::lag]
            n_steps = len(kept) - 1
            length = np.abs(np.diff(kept)).sum() * (len(x) - 1) / (n_steps * lag) / lag
            lengths.append(length)
        logs.append((math.log(1 / lag), math.log(np.mean(lengths))))
    x, y = np.array(logs).T
    return float(np.polyfit(x, y, 1)[0])


def _petrosian_twin(x: NDArray[np.float64]) -> float:
    steps = np.diff(x)
    n_turns = sum((a < 0) != (b < 0) for a, b in itertools.pairwise(steps))
    size = math.log10(len(x))
    return size / (size + math.log10(len(x) / (len(x) + 0.4 * n_turns)))


def test_permutation_entropy_counts_the_six_orders_of_three(epochs: NDArray[np.float64]) -> None:
    found = complexity.measure(epochs)["perm"]
    np.testing.assert_allclose(found, [_entropy_twin(x) for x in epochs], rtol=1e-12)


def test_permutation_entropy_of_a_ramp_is_zero() -> None:
    parabola = np.arange(1.0, 3001.0)[None] ** 2
    assert complexity.measure(parabola)["perm"][0] == 0.0


def test_higuchi_is_the_slope_over_ten_lags(epochs: NDArray[np.float64]) -> None:
    found = complexity.measure(epochs)["higuchi"]
    np.testing.assert_allclose(found, [_higuchi_twin(x) for x in epochs], rtol=1e-9)


def test_higuchi_of_a_line_is_one_and_of_noise_two() -> None:
    noise = np.random.default_rng(1).standard_normal(3000)
    line = np.arange(3000.0) + 1e-9 * noise
    smooth, rough = complexity.measure(np.stack((line, noise)))["higuchi"]
    assert smooth == pytest.approx(1.0, abs=1e-6)
    assert rough == pytest.approx(2.0, abs=0.02)


def test_petrosian_counts_the_turns(epochs: NDArray[np.float64]) -> None:
    found = complexity.measure(epochs)["petrosian"]
    np.testing.assert_allclose(found, [_petrosian_twin(x) for x in epochs], rtol=1e-12)


def test_hjorth_of_a_sine_is_its_angular_step_and_one() -> None:
    sine = np.sin(0.1 * np.arange(30_000))[None]
    measures = complexity.measure(sine)
    assert measures["hmob"][0] == pytest.approx(0.1, rel=1e-3)
    assert measures["hcomp"][0] == pytest.approx(1.0, rel=1e-3)


def test_zero_counts_as_positive_in_zero_crossings() -> None:
    ten = np.array([-1.0, 0.0, 1.0, -1.0, 0.0, 0.0, 2.0, -3.0, -1.0, -2.0])
    swelling = np.tile(ten, 4) * np.arange(1.0, 41.0)
    assert complexity.measure(swelling[None])["nzc"][0] == 16.0


def test_band_powers_are_those_of_scipys_welch(epochs: NDArray[np.float64]) -> None:
    hz, density = welch(epochs, 100.0, window="hamming", nperseg=500, average="median")
    inside = (hz >= 0.4) & (hz <= 30.0)
    found = spectrum.band_powers(epochs)
    expected = np.trapezoid(density[:, inside], dx=0.2, axis=1)
    np.testing.assert_allclose(found["abspow"], expected, rtol=1e-10)


@pytest.mark.parametrize(("name", "hz"), [("sdelta", 0.6), ("theta", 6.0), ("sigma", 13.0)])
def test_a_sine_has_all_its_power_in_its_band(name: str, hz: float) -> None:
    sine = 10.0 * np.sin(2 * np.pi * hz * np.arange(EPOCH_SAMPLES) / 100.0)[None]
    powers = spectrum.band_powers(sine)
    assert powers[name][0] == pytest.approx(1.0, abs=0.1)
    assert max(powers, key=lambda band: powers[band][0] if band != "abspow" else -1.0) == name


def test_moments_and_spread_are_numpys(epochs: NDArray[np.float64]) -> None:
    found = measure(epochs.ravel(), Kind.EMG)
    low, high = np.quantile(epochs, (0.25, 0.75), axis=1)
    centred = epochs - epochs.mean(axis=1, keepdims=True)
    sd = epochs.std(axis=1)
    np.testing.assert_allclose(found["emg_iqr"], high - low, rtol=1e-12)
    np.testing.assert_allclose(found["emg_std"], epochs.std(axis=1, ddof=1), rtol=1e-12)
    np.testing.assert_allclose(found["emg_skew"], (centred**3).mean(axis=1) / sd**3, rtol=1e-9)
    np.testing.assert_allclose(found["emg_kurt"], (centred**4).mean(axis=1) / sd**4 - 3, rtol=1e-9)


def test_only_eeg_has_band_ratios_and_emg_has_no_bands(epochs: NDArray[np.float64]) -> None:
    names = {kind: set(measure(epochs.ravel(), kind)) for kind in Kind}
    assert "eeg_dt" in names[Kind.EEG]
    assert {"eog_alpha"} <= names[Kind.EOG]
    assert "eog_dt" not in names[Kind.EOG]
    assert "emg_alpha" not in names[Kind.EMG]


def test_features_of_an_epoch_do_not_hang_on_the_block_it_is_in(
    epochs: NDArray[np.float64],
) -> None:
    many = np.tile(epochs, (15, 1))  # 45 epochs, two blocks
    found = measure(many.ravel(), Kind.EEG)
    for values in found.values():
        np.testing.assert_allclose(values[3:], np.tile(values[:3], 14), rtol=1e-9)


def test_a_partial_epoch_is_left_out(epochs: NDArray[np.float64]) -> None:
    assert len(measure(epochs.ravel()[:-1], Kind.EMG)["emg_std"]) == 2


@pytest.mark.parametrize("n_points", [3, 4, 16, 21, 149])
def test_simpsons_weights_are_those_of_scipy(n_points: int) -> None:
    values = np.random.default_rng(n_points).standard_normal(n_points)
    found = values @ spectrum._simpson(n_points)
    assert found == pytest.approx(simpson(values), rel=1e-12)


@pytest.mark.parametrize("n_rows", [1, 3, 11])
def test_the_middle_of_some_rows_is_their_median(n_rows: int) -> None:
    rows = np.random.default_rng(n_rows).integers(0, 5, (n_rows, 4, 300)).astype(np.float64)
    expected = np.median(rows, axis=0)
    np.testing.assert_array_equal(spectrum._middle(rows), expected)
