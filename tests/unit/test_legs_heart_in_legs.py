"""The heart found in the legs where no ECG can tell it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.events import EventKind
from pipeline.hypnogram import from_letters
from pipeline.legs.activity import LegActivity
from pipeline.legs.detect import LegParameters, detect
from pipeline.legs.heart_in_legs import beats_in_legs
from pipeline.legs.heart_parameters import HeartParameters
from pipeline.legs.heartlike import heartlike_period_s
from pipeline.legs.leg_leads import LegLeads
from pipeline.recording import Lead
from tests.unit.legs_signal import lead, qrs, samples

DURATION_S = 300.0
JERK = (150.2, 0.15, 80.0)
BEATS_S = 0.5 + np.cumsum(0.95 + 0.06 * np.sin(np.arange(310) / 4.0))  # breathing
PARAMETERS = HeartParameters()


def leg(peak_uv: float, *, seed: int = 1, role: str = "leg_left") -> Lead:
    leak = qrs(BEATS_S[BEATS_S < DURATION_S - 1.0], peak_uv, rate_hz=256.0, duration_s=DURATION_S)
    return lead(samples([JERK], duration_s=DURATION_S, seed=seed) + leak, role=role)


def scored(peak_uv: float, ecg: Lead | None = None) -> LegActivity:
    legs = LegLeads(left=leg(peak_uv), right=leg(0.0, seed=2, role="leg_right"), ecg=ecg)
    return detect(legs, from_letters("1" * 10), None, None, LegParameters())


def codes(activity: LegActivity) -> list[str]:
    return [notice.code for notice in activity.notices]


def test_a_clear_leak_gives_the_beats() -> None:
    found = beats_in_legs([leg(0.0), leg(25.0)], PARAMETERS)
    assert found is not None
    true = BEATS_S[BEATS_S < DURATION_S - 1.0]
    apart_s = np.abs(true[:, None] - found[None, :]).min(axis=1)
    assert (apart_s < 0.01).mean() > 0.95
    assert len(found) <= len(true) + 2


@pytest.mark.parametrize("peak_uv", [0.0, 3.0])
def test_noise_and_a_leak_within_it_give_none(peak_uv: float) -> None:
    assert beats_in_legs([leg(peak_uv)], PARAMETERS) is None


def test_a_train_of_a_minute_is_no_heart() -> None:
    train = [(100.0 + k, 0.05, 60.0) for k in range(60)]
    assert beats_in_legs([lead(samples(train, duration_s=DURATION_S))], PARAMETERS) is None


@pytest.mark.parametrize("legs", [[], [lead(np.zeros(256 * 20))]])
def test_no_leg_and_a_short_one_give_none(legs: list[Lead]) -> None:
    assert beats_in_legs(legs, PARAMETERS) is None


def test_without_an_ecg_a_clear_leak_is_taken_away_and_told() -> None:
    activity = scored(25.0)
    assert codes(activity) == ["HEART_FROM_LEGS"]
    left, right = activity.conditions
    assert left.heart_leak_uv is not None
    assert right.heart_leak_uv is not None
    assert left.heart_leak_uv > 8.0
    assert right.heart_leak_uv < 2.0
    n_bursts = sum(e.kind is EventKind.SLEEP_START for e in activity.events)
    assert n_bursts < 20  # 300 with the heart in the leg


def test_beats_of_a_leg_do_not_tell_the_heart_rate() -> None:
    (jerk,) = (e for e in scored(25.0).events if e.kind is EventKind.SLEEP_START and e.is_accepted)
    assert (jerk.is_both_legs, jerk.heart_rate_rise_bpm) == (True, None)


def test_an_ecg_without_a_heart_gives_way_to_the_legs() -> None:
    silent: NDArray[np.float64] = np.zeros(round(256 * DURATION_S))
    assert codes(scored(25.0, lead(silent, role="ecg", label="ECG"))) == [
        "ECG_UNUSABLE",
        "HEART_FROM_LEGS",
    ]


def test_legs_without_a_leak_are_not_told() -> None:
    assert codes(scored(0.0)) == []


def without_ecg(rest_uv: float, peak_uv: float) -> LegActivity:
    beats = BEATS_S[BEATS_S < DURATION_S - 1.0]
    leak = qrs(beats, peak_uv, rate_hz=256.0, duration_s=DURATION_S)
    left = samples([JERK], duration_s=DURATION_S, rest_uv=rest_uv) + leak
    right = samples([JERK], duration_s=DURATION_S, rest_uv=rest_uv, seed=2)
    legs = LegLeads(left=lead(left), right=lead(right, role="leg_right"))
    return detect(legs, from_letters("1" * 10), None, None, LegParameters())


@pytest.mark.parametrize("period_s", [0.6, 0.85, 1.1])
def test_a_steady_heart_is_told_by_its_own_period_and_no_multiple(period_s: float) -> None:
    beats = np.arange(0.5, DURATION_S - 1.0, period_s)
    leak = qrs(beats, 12.0, rate_hz=256.0, duration_s=DURATION_S)
    found = lead(samples((), duration_s=DURATION_S, rest_uv=5.0) + leak)
    assert heartlike_period_s(found, PARAMETERS) == pytest.approx(period_s, rel=0.05)


def test_a_leg_that_cannot_be_scored_is_not_asked_for_a_heart() -> None:
    beats = np.arange(0.5, DURATION_S - 1.0, 0.9)
    leak = qrs(beats, 10.0, rate_hz=256.0, duration_s=DURATION_S)
    coarse = lead(samples((), duration_s=DURATION_S, rest_uv=5.0) + leak, resolution_uv=31.0)
    activity = detect(LegLeads(left=coarse), from_letters("1" * 10), None, None, LegParameters())
    assert "HEART_LEFT_IN_LEG" not in {notice.code for notice in activity.notices}


def test_a_leak_within_the_noise_stays_and_is_told() -> None:
    activity = without_ecg(rest_uv=5.0, peak_uv=10.0)
    (notice,) = activity.notices
    assert (notice.code, notice.where) == ("HEART_LEFT_IN_LEG", "leg_left")
    assert "every 0.9" in notice.message
    assert activity.conditions[0].heart_leak_uv is None


@pytest.mark.parametrize("rest_uv", [1.0, 3.0, 8.0])
def test_noise_is_no_heart(rest_uv: float) -> None:
    found = lead(samples((), duration_s=DURATION_S, rest_uv=rest_uv))
    assert heartlike_period_s(found, PARAMETERS) is None


@pytest.mark.parametrize(
    ("every_s", "length_s", "until_s"), [(25.0, 2.0, 290.0), (5.0, 1.0, 290.0), (1.0, 0.2, 100.0)]
)
def test_movements_and_a_train_are_no_heart(
    every_s: float, length_s: float, until_s: float
) -> None:
    drawn = [(onset_s, length_s, 40.0) for onset_s in np.arange(5.0, until_s, every_s)]
    assert heartlike_period_s(lead(samples(drawn, duration_s=DURATION_S)), PARAMETERS) is None


def test_trains_of_several_rates_are_no_heart() -> None:
    starts = [
        start_s + every_s * k
        for start_s, every_s in ((1.0, 0.7), (100.0, 1.1), (200.0, 1.7))
        for k in range(int(95.0 / every_s))
    ]
    train = lead(samples([(t, 0.2, 40.0) for t in starts], duration_s=DURATION_S))
    assert heartlike_period_s(train, PARAMETERS) is None


@pytest.mark.parametrize("values", [np.zeros(256 * 20), np.zeros(256 * 300)])
def test_a_short_and_a_flat_leg_hold_no_heart(values: NDArray[np.float64]) -> None:
    assert heartlike_period_s(lead(values), PARAMETERS) is None
