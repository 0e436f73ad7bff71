"""Our resampling, as a whole, thinned and in blocks, against MNE's."""

from __future__ import annotations

import mne.filter
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter

from pipeline.staging import blocks, resampling
from pipeline.staging.resampling import condition, resample

EDGE = 500  # 5 s: the filter reaches 4.1 s


def _pink(n_samples: int) -> NDArray[np.float64]:
    noise = np.random.default_rng(11).standard_normal(n_samples)
    return np.asarray(lfilter([10.0], [1.0, -0.97], noise) + 50.0)


def _as_mne(microvolts: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    whole = mne.filter.resample(microvolts, 100.0, rate_hz, npad="auto", verbose="error")
    return np.asarray(mne.filter.filter_data(whole, 100.0, 0.4, 30.0, verbose="error"))


@pytest.fixture(params=["whole", "thinned", "blocks"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Bring each record to 100 Hz in every way that it can be."""
    least = 0 if request.param == "thinned" else 2**40
    monkeypatch.setattr(resampling, "THIN_LEAST", least)
    if request.param != "blocks":
        monkeypatch.setattr(blocks, "LEAST_SAMPLES", 2**40)
    return str(request.param)


@pytest.mark.parametrize(
    ("rate_hz", "n_s"),
    [
        *((rate_hz, 400.0) for rate_hz in (90.0, 128.0, 250.0, 256.016, 499.99, 2048.0)),
        *((512.0, n_s) for n_s in (100.0, 509.9, 511.5)),  # pads of many lengths
    ],
)
def test_samples_are_mnes(rate_hz: float, n_s: float) -> None:
    signal = _pink(int(n_s * rate_hz))
    expected = mne.filter.resample(signal, 100.0, rate_hz, npad="auto", verbose="error")
    found = resample(signal, rate_hz)
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-6 * expected.std())


@pytest.mark.parametrize("rate_hz", [128.0, 200.0, 256.0, 512.0])
def test_conditioned_lead_is_that_of_mne(rate_hz: float) -> None:
    signal = _pink(int(900 * rate_hz))
    expected, found = _as_mne(signal, rate_hz), condition(signal, rate_hz)
    tolerance = 1e-3 * expected.std()
    np.testing.assert_allclose(found[EDGE:-EDGE], expected[EDGE:-EDGE], atol=tolerance)
    np.testing.assert_allclose(found, expected, atol=10 * tolerance)


@pytest.mark.parametrize("rate_hz", [90.0, 250.0, 256.016, 499.99, 500.0])
def test_samples_lie_at_mnes_instants_where_the_rates_do_not_divide(rate_hz: float) -> None:
    signal = _pink(int(900 * rate_hz))
    expected, found = _as_mne(signal, rate_hz), condition(signal, rate_hz)
    error = (found - expected)[EDGE:-EDGE]
    assert error.std() < 0.015 * expected.std()


@pytest.mark.parametrize("rate_hz", [128.0, 256.016, 499.99, 1000.0])
def test_a_sine_is_in_time_at_the_end_as_at_the_start(rate_hz: float) -> None:
    signal = np.sin(2 * np.pi * 5.0 * np.arange(int(1200 * rate_hz)) / rate_hz)
    found = condition(signal, rate_hz)
    expected = np.sin(2 * np.pi * 5.0 * np.arange(len(found)) / 100.0)
    # MNE's own instants are up to 10 ms off: 0.31 of a sine of 5 Hz.
    np.testing.assert_allclose(found[EDGE:-EDGE], expected[EDGE:-EDGE], atol=0.32)


def test_nothing_shows_where_blocks_meet() -> None:
    signal = np.sin(2 * np.pi * 10.0 * np.arange(900 * 256) / 256.0)
    found = condition(signal, 256.0)
    expected = np.sin(2 * np.pi * 10.0 * np.arange(len(found)) / 100.0)
    np.testing.assert_allclose(found[EDGE:-EDGE], expected[EDGE:-EDGE], atol=5e-3)


def test_mains_hum_is_gone() -> None:
    signal = 50.0 * np.sin(2 * np.pi * 50.0 * np.arange(900 * 256) / 256.0)
    assert np.abs(condition(signal, 256.0)[EDGE:-EDGE]).max() < 0.1


def test_a_lead_at_100_hz_is_not_resampled() -> None:
    signal = _pink(6000)
    np.testing.assert_array_equal(resample(signal, 100.0), signal)


@pytest.mark.parametrize("n_samples", [3840, 7681, 128 * 333])
def test_length_is_the_duration_at_100_hz(n_samples: int) -> None:
    assert len(resample(_pink(n_samples), 128.0)) == round(n_samples / 1.28)


def test_the_lead_is_not_written_to() -> None:
    signal = _pink(12_800)
    before = signal.copy()
    condition(signal, 128.0)
    condition(signal, 100.0)
    np.testing.assert_array_equal(signal, before)
