"""Automatic arousals: found where the EEG shifts, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import firwin, oaconvolve

from pipeline.arousal_parameters import ArousalParameters
from pipeline.arousals import RULE_SET, detect_arousals, scorable_for_arousal
from pipeline.events import Event, EventKind
from pipeline.hypnogram import Hypnogram, from_letters
from pipeline.recording import Lead
from pipeline.spectra import Blocks, band_powers

PARAMETERS = ArousalParameters()
RATE_HZ = 128.0
ASLEEP = "W" + "2" * 9  # 300 s
ONSET_TOLERANCE_S = 0.5


def lead(microvolts: NDArray[np.float64], rate_hz: float = RATE_HZ) -> Lead:
    return Lead(
        role="eeg_c3",
        label="C3-M2",
        rate_hz=rate_hz,
        microvolts=microvolts,
        resolution_uv=0.1,
        floor_uv=-3000.0,
        ceiling_uv=3000.0,
    )


def background(duration_s: float, rate_hz: float = RATE_HZ) -> NDArray[np.float64]:
    """Give noise that is mostly slow, as in N2, of 20 uV RMS."""
    noise = np.random.default_rng(3).normal(size=int(duration_s * rate_hz))
    slow = oaconvolve(noise, firwin(257, 4.0, fs=rate_hz), mode="same")
    return np.asarray(20.0 * slow / slow.std() + 2.0 * noise, dtype=np.float64)


def tone(
    signal: NDArray[np.float64],
    onset_s: float,
    duration_s: float,
    frequency_hz: float,
    rate_hz: float = RATE_HZ,
) -> NDArray[np.float64]:
    """Add 25 uV of one frequency for a while."""
    t = np.arange(len(signal)) / rate_hz
    inside = (t >= onset_s) & (t < onset_s + duration_s)
    return signal + inside * 25.0 * np.sin(2 * np.pi * frequency_hz * t)


def found(
    signal: NDArray[np.float64],
    letters: str = ASLEEP,
    chin: NDArray[np.float64] | None = None,
    rate_hz: float = RATE_HZ,
) -> tuple[Event, ...]:
    chin_lead = None if chin is None else lead(chin, rate_hz)
    return detect_arousals(lead(signal, rate_hz), chin_lead, from_letters(letters), PARAMETERS)


@pytest.mark.parametrize("frequency_hz", [6.0, 10.0, 20.0, 25.0])
def test_six_seconds_of_theta_alpha_or_fast_activity_are_an_arousal(frequency_hz: float) -> None:
    events = found(tone(background(300.0), 150.0, 6.0, frequency_hz))

    assert len(events) == 1
    assert events[0].onset_s == pytest.approx(150.0, abs=ONSET_TOLERANCE_S)
    assert events[0].offset_s == pytest.approx(156.0, abs=2 * ONSET_TOLERANCE_S)


def test_it_is_marked_as_automatic() -> None:
    event = found(tone(background(300.0), 150.0, 6.0, 10.0))[0]

    assert (event.kind, event.rule_set, event.channel) == (EventKind.AROUSAL, RULE_SET, "C3-M2")


def test_noise_alone_holds_none() -> None:
    assert found(background(300.0)) == ()


def test_a_spindle_is_none_however_long() -> None:
    assert found(tone(background(300.0), 150.0, 6.0, 14.0)) == ()


def test_a_slow_spindle_that_leaks_into_alpha_is_none() -> None:
    assert found(tone(background(300.0), 150.0, 6.0, 12.4)) == ()


def test_alpha_that_grows_with_the_whole_eeg_is_no_shift() -> None:
    noise = background(300.0)
    asleep = tone(noise, 0.0, 300.0, 10.0)
    louder = asleep + 2.0 * tone(noise, 0.0, 300.0, 10.0)
    inside = np.abs(np.arange(len(noise)) / RATE_HZ - 153.0) < 3.0
    smooth = oaconvolve(inside.astype(np.float64), np.hanning(256) / 127.5, mode="same")

    assert found(asleep + smooth * (louder - asleep)) == ()


def test_a_second_of_alpha_is_too_short() -> None:
    assert found(tone(background(300.0), 150.0, 1.0, 10.0)) == ()


def test_a_louder_eeg_of_unchanged_frequency_is_no_shift() -> None:
    signal = background(300.0)
    signal[int(150 * RATE_HZ) : int(156 * RATE_HZ)] *= 3.0

    assert found(signal) == ()


def test_a_long_shift_is_cut_to_15_s() -> None:
    assert found(tone(background(300.0), 150.0, 25.0, 10.0))[0].duration_s == 15.0


def test_in_wake_nothing_is_searched_for() -> None:
    assert found(tone(background(300.0), 150.0, 6.0, 10.0), "W" * 10) == ()


def test_in_unscored_epochs_neither() -> None:
    assert found(tone(background(300.0), 150.0, 6.0, 10.0), "W" + "2" * 3 + "??" + "2" * 4) == ()


def test_the_first_10_s_of_sleep_hold_none() -> None:
    assert found(tone(background(300.0), 36.0, 3.5, 10.0)) == ()


def test_two_within_10_s_are_one() -> None:
    signal = tone(tone(background(300.0), 150.0, 4.0, 10.0), 160.0, 4.0, 10.0)

    assert [round(e.onset_s) for e in found(signal)] == [150]


def test_two_further_apart_are_two() -> None:
    signal = tone(tone(background(300.0), 150.0, 4.0, 10.0), 172.0, 4.0, 10.0)

    assert [round(e.onset_s) for e in found(signal)] == [150, 172]


@pytest.mark.parametrize("frequency_hz", [12.5, 13.0, 14.0, 15.0])
def test_spindles_of_a_second_in_a_row_are_none(frequency_hz: float) -> None:
    signal = background(300.0)
    for onset_s in (150.0, 151.3, 152.6, 153.9):
        signal = tone(signal, onset_s, 1.0, frequency_hz)

    assert found(signal) == ()


class TestConfidence:
    def confidence(self, amplitude: float) -> float:
        noise = background(300.0)
        events = found(noise + amplitude * (tone(noise, 150.0, 6.0, 10.0) - noise))
        (confidence,) = [e.confidence for e in events]
        assert confidence is not None
        return confidence

    def test_a_stronger_shift_is_the_surer_one(self) -> None:
        sure = [self.confidence(amplitude) for amplitude in (0.07, 0.08, 0.1, 0.2)]
        assert sure == sorted(sure)
        assert 0.0 < sure[0] < 0.95 < sure[-1] < 1.0

    def test_it_follows_from_the_stored_evidence(self) -> None:
        (event,) = found(tone(background(300.0), 150.0, 6.0, 10.0))
        assert event.threshold_excess is not None
        odds = (event.threshold_excess / PARAMETERS.even_excess) ** PARAMETERS.confidence_slope
        assert event.confidence == pytest.approx(odds / (1.0 + odds))


class TestR:
    LETTERS = "W" + "R" * 9

    def chin(self, rise_s: float) -> NDArray[np.float64]:
        emg = np.random.default_rng(4).normal(size=int(300 * RATE_HZ))
        emg[int(151 * RATE_HZ) : int((151 + rise_s) * RATE_HZ)] *= 5.0
        return emg

    def test_a_rise_of_chin_emg_confirms_it(self) -> None:
        signal = tone(background(300.0), 150.0, 6.0, 10.0)

        assert len(found(signal, self.LETTERS, self.chin(2.0))) == 1

    @pytest.mark.parametrize("rise_s", [0.0, 0.5])
    def test_without_a_second_of_it_there_is_none(self, rise_s: float) -> None:
        signal = tone(background(300.0), 150.0, 6.0, 10.0)

        assert found(signal, self.LETTERS, self.chin(rise_s)) == ()

    def test_without_a_chin_lead_there_is_none(self) -> None:
        assert found(tone(background(300.0), 150.0, 6.0, 10.0), self.LETTERS) == ()

    def test_outside_r_the_chin_is_not_asked(self) -> None:
        signal = tone(background(300.0), 150.0, 6.0, 10.0)

        assert len(found(signal, ASLEEP, self.chin(0.0))) == 1


class TestAnyLead:
    @pytest.mark.parametrize("rate_hz", [100.0, 200.0, 256.0, 499.99, 512.0])
    def test_the_onset_is_right_hours_into_the_night_at_any_rate(self, rate_hz: float) -> None:
        onset_s, duration_s = 2 * 3600.0 - 100.0, 2 * 3600.0
        noise = background(300.0, rate_hz)
        signal = np.resize(noise, int(duration_s * rate_hz))
        letters = "W" * 230 + "2" * 10

        events = found(tone(signal, onset_s, 6.0, 10.0, rate_hz), letters, rate_hz=rate_hz)

        assert [e.onset_s for e in events] == pytest.approx([onset_s], abs=ONSET_TOLERANCE_S)

    @pytest.mark.parametrize("n_samples", [0, 1, 100, 300])
    def test_a_lead_of_next_to_nothing_is_no_trouble(self, n_samples: int) -> None:
        assert found(np.ones(n_samples), "2") == ()

    def test_a_flat_lead_holds_none(self) -> None:
        assert found(np.zeros(int(300 * RATE_HZ)), chin=np.zeros(int(300 * RATE_HZ))) == ()

    def test_polarity_does_not_matter(self) -> None:
        signal = tone(background(300.0), 150.0, 6.0, 10.0)

        assert found(-signal) == found(signal)


class TestScorable:
    def scorable(self, letters: str, *, has_chin: bool = True) -> list[list[float]]:
        found = scorable_for_arousal(from_letters(letters), PARAMETERS, has_chin=has_chin)
        return [[float(start), float(stop)] for start, stop in found]

    def test_sleep_is_scorable_from_its_eleventh_second_on(self) -> None:
        assert self.scorable("W12W1") == [[40.0, 90.0], [130.0, 150.0]]

    def test_an_unscored_epoch_breaks_stable_sleep(self) -> None:
        assert self.scorable("1?2") == [[10.0, 30.0], [70.0, 90.0]]

    def test_without_chin_r_is_not_scorable(self) -> None:
        assert self.scorable("2RR2", has_chin=False) == [[10.0, 30.0], [90.0, 120.0]]

    def test_epochs_shorter_than_that_hold_none_alone(self) -> None:
        hypnogram = Hypnogram(stages=np.array([0, 1, 0], dtype=np.int8), epoch_s=5.0)

        assert len(scorable_for_arousal(hypnogram, PARAMETERS)) == 0

    def test_wake_is_never_scorable(self) -> None:
        assert self.scorable("WW") == []


def test_band_power_is_the_signals_variance() -> None:
    signal = 10.0 * np.sin(2 * np.pi * 10.0 * np.arange(0, 60, 1 / 256.0))

    powers = band_powers(lead(signal, 256.0), Blocks(length_s=2.0, hop_s=0.5), (8.0, 12.0, 30.0))

    assert np.exp(powers.log_bands[:, 0]) == pytest.approx(50.0, rel=0.02)
    assert np.exp(powers.log_bands[5, 1]) < 0.1


@pytest.mark.parametrize("rate_hz", [128.0, 256.0, 499.99, 512.0])
def test_power_stands_where_it_was_in_the_lead(rate_hz: float) -> None:
    signal = np.zeros(int(60 * rate_hz))
    signal[round(31.4 * rate_hz)] = 1000.0

    powers = band_powers(lead(signal, rate_hz), Blocks(length_s=2.0, hop_s=0.25), (4.0, 8.0, 30.0))

    power = np.exp(powers.log_whole) - 1e-6
    assert (power * powers.times_s).sum() / power.sum() == pytest.approx(31.4, abs=0.02)
