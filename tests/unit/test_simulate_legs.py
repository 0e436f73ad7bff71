"""Bursts: they begin, last and measure what the truth says."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from pipeline.events import EventKind, Side
from pipeline.simulate.draft import Burst
from pipeline.simulate.legs import add_bursts, band_share, resting_emg
from pipeline.simulate.noise import stream

EDGE_S = 0.015


def burst(onset_s: float, duration_s: float, amplitude_uv: float = 50.0) -> Burst:
    return Burst(
        side=Side.LEFT,
        onset_s=onset_s,
        duration_s=duration_s,
        amplitude_uv=amplitude_uv,
        kind=EventKind.SLEEP_START,
        event=0,
    )


def on_silence(bursts: list[Burst], rate_hz: float, length_s: float) -> np.ndarray:
    silence = np.zeros(round(length_s * rate_hz), dtype=np.float32)
    return add_bursts(silence, tuple(bursts), rate_hz, EDGE_S, stream(1, "bursts"))


@pytest.mark.parametrize("rate_hz", [100.0, 128.0, 200.0, 256.0, 499.98, 500.0, 512.0])
def test_a_burst_is_where_the_truth_says_at_the_end_of_the_night_as_at_its_start(
    rate_hz: float,
) -> None:
    for onset_s in (3.2, 8 * 3600 - 5.3):
        x = on_silence([burst(onset_s, 0.2)], rate_hz, 8 * 3600)
        inside = np.flatnonzero(np.abs(x) > 0)
        assert inside[0] / rate_hz == pytest.approx(onset_s - EDGE_S / 2, abs=2 / rate_hz)
        assert inside[-1] / rate_hz == pytest.approx(onset_s + 0.2 + EDGE_S / 2, abs=2 / rate_hz)


@pytest.mark.parametrize("duration_s", [0.1, 0.2, 0.35, 0.5, 0.7, 2.0, 12.0])
def test_the_gate_is_above_half_for_the_stated_duration(duration_s: float) -> None:
    rate_hz, n = 512.0, 400
    many = [burst(1.0 + 15.0 * i, duration_s) for i in range(n)]
    x = on_silence(many, rate_hz, 15.0 * n + 5)
    starts = np.round((1.0 + 15.0 * np.arange(n) - 0.1) * rate_hz).astype(int)
    window = np.arange(int((duration_s + 0.3) * rate_hz))
    envelope = np.sqrt(np.mean(x[starts[:, np.newaxis] + window] ** 2, axis=0))
    plateau = np.median(envelope[envelope > envelope.max() / 2])
    above = (envelope > plateau / 2).sum() / rate_hz
    assert above == pytest.approx(duration_s, abs=0.006)


@pytest.mark.parametrize("rate_hz", [256.0, 500.0])
def test_the_amplitude_is_the_rms_in_10_to_100_hz(rate_hz: float) -> None:
    x = on_silence([burst(5.0, 60.0, 80.0)], rate_hz, 70.0)
    sos = scipy.signal.butter(8, [10.0, 100.0], "band", fs=rate_hz, output="sos")
    plateau = scipy.signal.sosfiltfilt(sos, x)[int(6 * rate_hz) : int(64 * rate_hz)]
    assert plateau.std() == pytest.approx(80.0, rel=0.06)


def test_short_bursts_do_not_differ_in_rms_by_chance() -> None:
    x = on_silence([burst(1.0 + i, 0.1, 60.0) for i in range(50)], 512.0, 60.0)
    pieces = x[: 512 * 52].reshape(-1, 512)[:, :]
    energy = np.sqrt((np.roll(x, -256)[: 512 * 50].reshape(50, 512) ** 2).sum(axis=1))
    assert len(pieces) == 52
    assert energy.std() / energy.mean() < 0.02


def test_bursts_add_to_the_rest_and_leave_the_input_as_it_was() -> None:
    rest = resting_emg(np.full(4, 2.0), 256.0, 256 * 120, stream(1, "rest"))
    before = rest.copy()
    x = add_bursts(rest, (burst(60.0, 0.2),), 256.0, EDGE_S, stream(1, "bursts"))
    assert np.array_equal(rest, before)
    changed = np.flatnonzero(x != rest) / 256.0
    assert changed.min() > 59.9
    assert changed.max() < 60.3


def test_rest_follows_its_level() -> None:
    level = np.array([1.0] * 4 + [8.0] * 4)
    x = resting_emg(level, 256.0, 256 * 240, stream(1, "rest"))
    quiet, loud = x[: 256 * 100].std(), x[256 * 140 :].std()
    assert quiet == pytest.approx(band_share(256.0), rel=0.05)
    assert loud / quiet == pytest.approx(8.0, rel=0.05)


def test_low_rates_leave_less_of_a_burst() -> None:
    assert band_share(100.0) < band_share(128.0) < band_share(200.0) < band_share(256.0)
