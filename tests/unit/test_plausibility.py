"""Each fault of a signal is told with its code, and what is sound is not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.config import Config
from pipeline.plausibility import RECORD, UsableStudy, examine
from pipeline.roles import Role
from tests.unit.plausible_study import (
    LIMIT,
    RATE_HZ,
    STEP_UV,
    codes,
    found,
    noise,
    part,
    study,
)

TIME_S = np.arange(len(noise())) / RATE_HZ


def test_a_sound_channel_gives_no_word() -> None:
    assert codes(found(noise())) == []


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(4.9, [Code.SHORT]), (5.0, []), (24 * 60, []), (24 * 60 + 1, [Code.LONG])],
)
def test_a_record_is_short_under_five_minutes_and_long_over_a_day(
    minutes: float, expected: list[Code]
) -> None:
    assert codes(found(np.tile(noise(), 145)[: round(60.0 * minutes * RATE_HZ)])) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(29.0, []), (31.0, [Code.FLAT])])
def test_a_flat_stretch_of_an_epoch_is_told(seconds: float, expected: list[Code]) -> None:
    microvolts = noise()
    microvolts[part(60.0, 60.0 + seconds)] = 3.0
    assert codes(found(microvolts)) == expected


def test_how_long_it_is_flat_stands_in_the_notice() -> None:
    microvolts = noise()
    microvolts[part(60.0, 240.0)] = 3.0
    (notice,) = found(microvolts).notices
    assert (notice.where, "3.0 of 10 min" in notice.message) == ("leg_left", True)


def test_still_at_the_limit_of_the_range_is_a_lead_off() -> None:
    microvolts = noise()
    microvolts[part(60.0, 240.0)] = LIMIT * STEP_UV
    (notice,) = found(microvolts).notices
    assert (notice.code, "3.0 of 10 min" in notice.message) == (Code.LEAD_OFF, True)


@pytest.mark.parametrize(("size_uv", "expected"), [(3000.0, []), (4000.0, [Code.CLIPPED])])
def test_a_signal_cut_at_its_limits_is_clipped(size_uv: float, expected: list[Code]) -> None:
    swing = size_uv * np.sin(2 * np.pi * 7.3 * TIME_S)
    assert [c for c in codes(found(swing + noise())) if c is not Code.MAINS] == expected


@pytest.mark.parametrize(("end_uv", "expected"), [(20.0, [Code.CLIPPED]), (60.0, [])])
def test_an_amplifier_that_ends_within_the_range_clips_too(
    end_uv: float, expected: list[Code]
) -> None:
    assert codes(found(np.clip(noise(), -end_uv, end_uv))) == expected


@pytest.mark.parametrize("rate_hz", [0.5, 8.0])
def test_a_sine_and_even_chances_end_and_are_not_clipped(rate_hz: float) -> None:
    even = np.asarray(
        np.random.default_rng(1).integers(-30, 31, len(TIME_S)) * STEP_UV, dtype=np.float64
    )
    sine = 30.0 * np.sin(2 * np.pi * rate_hz * TIME_S)
    assert Code.CLIPPED not in codes(found(even)) + codes(found(sine))


def test_single_samples_at_the_limit_are_true_peaks() -> None:
    microvolts = noise()
    microvolts[5 :: round(RATE_HZ)] = LIMIT * STEP_UV
    assert codes(found(microvolts)) == []


@pytest.mark.parametrize(("level_uv", "expected"), [(990.0, []), (-1010.0, [Code.OFFSET])])
def test_a_millivolt_under_the_signal_is_an_offset(level_uv: float, expected: list[Code]) -> None:
    assert codes(found(noise() + level_uv)) == expected


@pytest.mark.parametrize("block_s", [0.25, 1.0, 10.0, 30.0])
def test_a_repeated_block_is_frozen_and_all_but_the_first_is_barred(block_s: float) -> None:
    microvolts, n_block = noise(), round(block_s * RATE_HZ)
    stop = 38400 + 9 * (n_block if block_s > 5.0 else 640 * 3) // n_block * n_block
    stop = min(stop, len(microvolts))
    block = microvolts[38400 : 38400 + n_block]
    microvolts[38400:stop] = np.resize(block, stop - 38400)
    findings = found(microvolts)
    assert codes(findings) == [Code.FROZEN]
    ((start_s, stop_s),) = findings.barred_s("leg_left")
    assert start_s == pytest.approx(300.0 + block_s)
    assert stop_s == pytest.approx(stop / RATE_HZ)


def test_a_repetition_in_the_middle_is_seen_wherever_it_begins() -> None:
    for start_s in (61.0, 67.0, 79.0):
        microvolts = noise()
        microvolts[part(start_s, start_s + 40.0)] = np.tile(microvolts[part(0.0, 1.0)], 40)
        assert codes(found(microvolts)) == [Code.FROZEN]


def test_a_quiet_coarse_channel_does_not_repeat_itself() -> None:
    assert Code.FROZEN not in codes(found(noise(sd_uv=0.15)))


def test_barred_time_is_held_at_one_value_and_the_rest_is_kept() -> None:
    microvolts = noise()
    microvolts[part(60.0, 120.0)] = np.tile(microvolts[part(0.0, 1.0)], 60)
    drawn = study({Role.EEG_C4: microvolts})
    usable = UsableStudy(study=drawn, findings=examine(drawn, Config().plausibility))
    lead, whole = usable.lead(Role.EEG_C4), drawn.lead(Role.EEG_C4)
    assert lead is not None
    assert whole is not None
    assert np.ptp(lead.microvolts[part(61.0, 120.0)]) == 0.0
    assert (lead.microvolts[part(0.0, 61.0)] == whole.microvolts[part(0.0, 61.0)]).all()
    assert (lead.microvolts[part(120.0, 600.0)] == whole.microvolts[part(120.0, 600.0)]).all()


@pytest.mark.parametrize("mains_hz", [49.0, 49.8, 50.0, 60.0])
@pytest.mark.parametrize(("rms_uv", "expected"), [(4.5, []), (6.0, [Code.MAINS])])
def test_hum_of_five_microvolts_is_told(
    mains_hz: float, rms_uv: float, expected: list[Code]
) -> None:
    hum = rms_uv * np.sqrt(2.0) * np.sin(2 * np.pi * mains_hz * TIME_S)
    findings = found(noise(sd_uv=2.0) + hum)
    assert codes(findings) == expected
    assert all(f"{mains_hz:.3g} Hz" in notice.message for notice in findings.notices[:1]) or (
        mains_hz == 49.8  # between two lines of the spectrum
    )


def test_hum_that_comes_for_a_tenth_of_the_night_is_told() -> None:
    hum = 20.0 * np.sin(2 * np.pi * 50.0 * TIME_S)
    hum[part(90.0, 600.0)] = 0.0
    assert codes(found(noise(sd_uv=2.0) + hum)) == [Code.MAINS]


def test_a_strong_muscle_is_no_hum() -> None:
    assert codes(found(noise(sd_uv=100.0))) == []


@pytest.mark.parametrize(
    ("sd_uv", "gain_uv", "expected"),
    [
        (2e-6, 1e-9, [Code.UNIT_IMPLAUSIBLE]),
        (0.05, 0.001, [Code.UNIT_IMPLAUSIBLE]),
        (0.2, 0.001, []),
        (1500.0, 1.0, []),
        (4000.0, 1.0, [Code.UNIT_IMPLAUSIBLE]),
    ],
)
def test_an_emg_that_cannot_be_microvolts_is_refused(
    sd_uv: float, gain_uv: float, expected: list[Code]
) -> None:
    findings = found(noise(sd_uv=sd_uv), gain_uv=gain_uv)
    assert codes(findings) == expected
    assert bool(findings.refusal("leg_left")) == bool(expected)


def test_an_ecg_of_a_microvolt_is_told_and_still_used() -> None:
    findings = found(noise(sd_uv=1.0, minutes=10.0), Role.ECG, gain_uv=0.01)
    assert codes(findings) == [Code.UNIT_IMPLAUSIBLE]
    assert findings.refusal("ecg") == ""


def test_a_short_record_is_a_reason_against_the_statistics_of_a_night() -> None:
    assert "lasts 2 min" in found(noise(minutes=2.0)).refusal(RECORD)


def _slow(seed: int) -> NDArray[np.float64]:
    return np.convolve(noise(seed), np.ones(64) / 8.0, mode="same")


SITES = (Role.EEG_C4, Role.EEG_C3, Role.EEG_F4)


def _eeg(*signs: float) -> list[tuple[str, Code]]:
    shared = _slow(1)
    leads = {
        role: sign * (shared + _slow(place + 2))
        for place, (role, sign) in enumerate(zip(SITES, signs, strict=False))
    }
    findings = examine(study(leads), Config().plausibility)
    return [(finding.role, finding.code) for finding in findings.found]


def test_derivations_of_one_polarity_give_no_word() -> None:
    assert _eeg(1.0, 1.0, 1.0) == []
    assert _eeg(-1.0, -1.0, -1.0) == []


@pytest.mark.parametrize("turned", [0, 1, 2])
def test_of_three_derivations_the_one_against_the_others_is_named(turned: int) -> None:
    signs = [1.0, 1.0, 1.0]
    signs[turned] = -1.0
    assert _eeg(*signs) == [(SITES[turned].value, Code.EEG_POLARITY)]


def test_of_two_derivations_nobody_can_say_which_is_turned() -> None:
    assert _eeg(1.0, -1.0) == [("eeg_c4", Code.EEG_POLARITY)]


def test_derivations_that_share_nothing_are_not_opposite() -> None:
    leads = {role: _slow(place + 5) for place, role in enumerate(SITES)}
    assert examine(study(leads), Config().plausibility).found == ()


def test_a_single_derivation_is_doubted_only_where_the_header_turns_it() -> None:
    assert codes(found(_slow(1), Role.EEG_C4)) == []
    assert codes(found(_slow(1), Role.EEG_C4, gain_uv=-0.1)) == [Code.EEG_POLARITY]
