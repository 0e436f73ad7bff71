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
