"""Coloured noise: its variance, its spectrum, its streams."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from pipeline.simulate.noise import coloured, frequencies_hz, muscle_shape, slow_swing, stream

RATE = 256.0


def emg(rate_hz: float, n_blocks: int = 6, seed: int = 1) -> np.ndarray:
    n = int(n_blocks * 30 * rate_hz)
    shape = muscle_shape(frequencies_hz(rate_hz))
    return coloured(np.ones((n_blocks, 1)), shape, rate_hz, n, stream(seed, "emg"))


@pytest.mark.parametrize("rate_hz", [200.0, 256.0, 499.98, 512.0])
def test_emg_has_unit_rms_in_10_to_100_hz_at_every_rate(rate_hz: float) -> None:
    x = emg(rate_hz, n_blocks=10)
    band = min(100.0, 0.42 * rate_hz)
    sos = scipy.signal.butter(8, [10.0, band], "band", fs=rate_hz, output="sos")
    lost = np.sqrt((band - 10.0) / 90.0)
    assert scipy.signal.sosfiltfilt(sos, x).std() == pytest.approx(lost, rel=0.06)


def test_at_128_hz_a_quarter_to_a_third_of_the_emg_is_lost() -> None:
    sos = scipy.signal.butter(8, 10.0, "high", fs=128.0, output="sos")
    assert 0.64 <= scipy.signal.sosfiltfilt(sos, emg(128.0, n_blocks=10)).std() <= 0.73


def test_each_block_has_its_own_variance() -> None:
    power = np.array([1.0, 100.0, 4.0])[:, np.newaxis]
    shape = muscle_shape(frequencies_hz(RATE))
    n = int(90 * RATE)
    x = coloured(power, shape, RATE, n, stream(1, "x"))
    middles = [x[int((30 * b + 3) * RATE) : int((30 * b + 27) * RATE)].std() for b in range(3)]
    assert np.array(middles) / middles[0] == pytest.approx([1.0, 10.0, 2.0], rel=0.1)


def test_blocks_meet_without_a_dip() -> None:
    x = emg(RATE, n_blocks=200)
    half = int(RATE)
    seams = np.concatenate([x[int(b * 30 * RATE) - half :][: 2 * half] for b in range(1, 200)])
    assert seams.std() / x.std() == pytest.approx(1.0, abs=0.02)


def test_noise_goes_on_where_the_blocks_end() -> None:
    n = int(45 * RATE)
    x = coloured(np.ones((1, 1)), muscle_shape(frequencies_hz(RATE)), RATE, n, stream(1, "x"))
    assert x[-int(5 * RATE) :].std() == pytest.approx(x[: int(25 * RATE)].std(), rel=0.2)


def test_a_stream_depends_on_seed_and_name_only() -> None:
    assert stream(3, "a").random() == stream(3, "a").random()
    assert len({stream(s, n).random() for s in (3, 4) for n in ("a", "b")}) == 4


def test_the_swing_stays_within_its_depth_and_uses_it() -> None:
    swing = slow_swing(960, 0.5, stream(1, "swing"))
    assert swing.max() <= 1.5
    assert swing.min() >= 1 / 1.5
    assert swing.max() / swing.min() > 1.8


def test_no_depth_is_no_swing() -> None:
    assert set(slow_swing(100, 0.0, stream(1, "swing"))) == {1.0}
