"""From the leads to the events: what is found, what is refused, what is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.events import Event, EventKind, Reason, Side
from pipeline.hypnogram import from_letters
from pipeline.legs.activity import LegActivity
from pipeline.legs.burst_detection import BurstParameters
from pipeline.legs.detect import LegParameters, detect
from pipeline.legs.leg_leads import LegLeads
from tests.unit.legs_signal import Drawn, ecg, lead, samples

PARAMETERS = LegParameters()
N1 = from_letters("1" * 10)
JERK = (150.0, 0.15, 100.0)


def leads(left: Drawn = (), right: Drawn = (), **others: Any) -> LegLeads:
    return LegLeads(
        left=lead(samples(left, duration_s=300.0, seed=3)),
        right=lead(samples(right, duration_s=300.0, seed=4), role="leg_right", label="RAT"),
        **others,
    )


def found(legs: LegLeads, **scored: Any) -> LegActivity:
    facts: dict[str, Any] = {"hypnogram": N1, "respiratory": None, "arousals": None} | scored
    return detect(legs, parameters=PARAMETERS, **facts)


def events(activity: LegActivity, kind: EventKind) -> list[Event]:
    return [event for event in activity.events if event.kind is kind]


def starts(activity: LegActivity) -> list[Event]:
    return events(activity, EventKind.SLEEP_START)


def test_a_jerk_of_both_legs_in_n1_is_one_bilateral_candidate() -> None:
    (jerk,) = starts(found(leads([JERK], [(150.04, 0.15, 100.0)])))
    assert jerk.grade == "A"
    assert (jerk.side, jerk.is_both_legs, jerk.channel) == (Side.BILATERAL, True, None)
    assert jerk.onset_s == pytest.approx(150.0, abs=0.03)


def test_bursts_of_both_legs_over_100_ms_apart_are_two_candidates() -> None:
    two = starts(found(leads([JERK], [(150.2, 0.15, 100.0)])))
    assert [jerk.is_both_legs for jerk in two] == [False, False]
    assert [jerk.side for jerk in two] == [Side.LEFT, Side.RIGHT]


def test_a_burst_of_half_a_second_and_more_is_a_movement_and_no_jerk() -> None:
    activity = found(leads([(150.0, 0.8, 100.0)]))
    assert starts(activity) == []
    (movement,) = events(activity, EventKind.UNILATERAL_LM)
    assert (movement.side, movement.channel) == (Side.LEFT, "LAT")
    assert movement.duration_s == pytest.approx(0.8, abs=0.06)


def test_short_bursts_within_a_movement_are_refused_as_part_of_it() -> None:
    drawn = [(150.0, 0.3, 100.0), (150.42, 0.3, 100.0)]
    activity = found(leads(drawn))
    assert [jerk.reason for jerk in starts(activity)] == [Reason.PART_OF_LM]
    assert len(events(activity, EventKind.UNILATERAL_LM)) == 1


def test_both_rule_sets_stand_side_by_side() -> None:
    rows = events(found(leads([(150.0, 0.8, 100.0)])), EventKind.LEG_MOVEMENT)
    assert {row.rule_set for row in rows} == {"AASM_v3", "WASM_2016"}


def test_a_burst_beside_a_movement_is_refused() -> None:
    activity = found(leads([(150.0, 1.0, 100.0)], [(151.3, 0.15, 100.0)]))
    assert Reason.NEAR_LM in {jerk.reason for jerk in starts(activity)}


def test_two_bursts_in_succession_are_one_candidate() -> None:
    (jerk,) = starts(found(leads([JERK, (150.33, 0.1, 100.0)])))
    assert jerk.duration_s == pytest.approx(0.43, abs=0.05)


def test_a_train_of_one_leg_holds_no_jerk_and_no_movement() -> None:
    activity = found(leads([(150.0 + 0.5 * k, 0.15, 80.0) for k in range(8)]))
    assert {jerk.reason for jerk in starts(activity)} == {Reason.TRAIN}
    assert len(events(activity, EventKind.HIGH_FREQUENCY_LM)) == 1
    assert events(activity, EventKind.UNILATERAL_LM) == []


def test_a_jerk_in_a_respiratory_event_is_refused() -> None:
    activity = found(leads([JERK], [JERK]), respiratory=np.array([[140.0, 149.8]]))
    assert [jerk.reason for jerk in starts(activity)] == [Reason.RESPIRATORY]


def test_a_scored_arousal_is_the_eeg_sign() -> None:
    (jerk,) = starts(found(leads([JERK], [JERK]), arousals=np.array([[151.0, 156.0]])))
    assert jerk.eeg_sign == "arousal"


def test_without_eeg_ecg_chin_and_stages_nothing_is_guessed() -> None:
    (jerk,) = starts(found(leads([JERK], [JERK]), hypnogram=None))
    assert (jerk.eeg_sign, jerk.has_chin, jerk.heart_rate_rise_bpm) == (None, None, None)
    assert jerk.grade == "A"


def test_the_chin_is_seen_when_it_bursts_with_the_legs() -> None:
    loud = lead(samples([JERK], duration_s=300.0, seed=8), role="chin", label="Chin")
    calm = lead(samples(duration_s=300.0, seed=8), role="chin", label="Chin")
    for chin, expected in ((loud, True), (calm, False)):
        (jerk,) = starts(found(leads([JERK], [JERK], chin=chin)))
        assert jerk.has_chin is expected


@pytest.mark.parametrize(
    ("half_wave_s", "expected"), [(0.08, "vertex_wave"), (0.45, "k_complex"), (None, "none")]
)
def test_a_sharp_wave_at_the_jerk_is_seen(half_wave_s: float | None, expected: str) -> None:
    time_s = np.arange(256 * 300) / 256.0 - 150.1
    eeg = 8.0 * np.random.default_rng(9).standard_normal(len(time_s))
    if half_wave_s is not None:
        inside = np.abs(time_s) < half_wave_s
        eeg[inside] -= 120.0 * np.sin(np.pi * time_s[inside] / half_wave_s)
    (jerk,) = starts(found(leads([JERK], [JERK], eeg=lead(eeg, role="eeg_c4", label="C4-M1"))))
    assert jerk.eeg_sign == expected


def test_a_faster_heart_is_measured() -> None:
    beats_s = np.concatenate((np.arange(0.5, 150.0, 1.0), np.arange(150.0, 299.0, 0.8)))
    heart = ecg(beats_s, duration_s=300.0)
    (jerk,) = starts(found(leads([JERK], [JERK], ecg=heart)))
    assert jerk.heart_rate_rise_bpm == pytest.approx(15.0, abs=1.0)


def test_an_ecg_without_a_heart_is_told_and_not_used() -> None:
    noise = np.random.default_rng(1).standard_normal(256 * 300)
    activity = found(leads([JERK], [JERK], ecg=lead(np.zeros_like(noise), role="ecg", label="ECG")))
    assert [notice.code for notice in activity.notices] == ["ECG_UNUSABLE"]
    assert starts(activity)[0].heart_rate_rise_bpm is None


def test_no_leg_at_all_is_a_notice_and_no_error() -> None:
    activity = detect(LegLeads(), N1, None, None, PARAMETERS)
    assert [notice.code for notice in activity.notices] == ["NO_LEGS"]
    assert (activity.events, activity.conditions, activity.envelopes) == ((), (), ())


@pytest.mark.parametrize("place", ["left", "combined"])
def test_one_lead_runs_without_side_or_synchrony(place: str) -> None:
    leg = lead(samples([JERK], duration_s=300.0))
    only = LegLeads(left=leg) if place == "left" else LegLeads(combined=leg)
    activity = found(only)
    (jerk,) = starts(activity)
    assert (jerk.side, jerk.is_both_legs, jerk.grade) == (Side.UNKNOWN, None, "B")
    assert {row.side for row in events(activity, EventKind.LEG_MOVEMENT)} <= {Side.UNKNOWN}
    assert "ONE_LEG_LEAD" in {notice.code for notice in activity.notices}


def test_one_lead_combines_nothing_and_its_movements_have_no_side() -> None:
    only = LegLeads(left=lead(samples([(150.0, 2.0, 80.0)], duration_s=300.0)))
    rows = events(found(only), EventKind.LEG_MOVEMENT)
    assert [row.side for row in rows] == [Side.UNKNOWN, Side.UNKNOWN]


def test_a_movement_over_ten_seconds_is_no_lm_and_stays_in_the_table() -> None:
    activity = found(leads([(150.0, 12.0, 80.0)]))
    assert events(activity, EventKind.UNILATERAL_LM) == []
    (burst,) = events(activity, EventKind.BURST)
    assert burst.duration_s == pytest.approx(12.0, abs=0.1)


def test_a_burst_cut_off_by_lost_signal_is_unscorable() -> None:
    left = samples([(149.6, 0.2, 100.0)], duration_s=300.0)
    left[256 * 150 : 256 * 160] = np.nan
    right = lead(samples(duration_s=300.0, seed=4), role="leg_right", label="RAT")
    activity = found(LegLeads(left=lead(left), right=right))
    assert [jerk.reason for jerk in starts(activity)] == [Reason.UNSCORABLE]


def test_a_burst_in_sway_is_an_artefact_or_not_seen() -> None:
    left = samples([(149.93, 0.15, 60.0)], duration_s=300.0)
    time_s = np.arange(256 * 10) / 256.0
    left[256 * 150 : 256 * 160] += 400.0 * np.sin(2 * np.pi * 1.5 * time_s)
    right = lead(samples(duration_s=300.0, seed=4), role="leg_right", label="RAT")
    activity = found(LegLeads(left=lead(left), right=right))
    assert not [jerk for jerk in starts(activity) if jerk.is_accepted]
    assert {row.rule_set for row in events(activity, EventKind.ARTEFACT)} == {
        "HYPNIC_artefact_v1_sway"
    }


def test_the_slow_waves_of_n3_are_no_sign() -> None:
    eeg = 100.0 * np.sin(2 * np.pi * 1.1 * np.arange(256 * 300) / 256.0)
    (jerk,) = starts(found(leads([JERK], [JERK], eeg=lead(eeg, role="eeg_c4", label="C4-M1"))))
    assert jerk.eeg_sign == "none"


@pytest.mark.parametrize("n_late", [0, 1, -2])
@pytest.mark.parametrize("duration_s", [300.0, 1200.0])
def test_legs_that_carry_one_signal_are_refused_with_the_reason(
    n_late: int, duration_s: float
) -> None:
    values = samples([JERK], duration_s=duration_s)
    twin = lead(-2.0 * np.roll(values, n_late), role="leg_right", label="RAT")
    twins = LegLeads(left=lead(values), right=twin)
    activity = found(twins)
    assert activity.events == ()
    assert [c.is_scorable for c in activity.conditions] == [False, False]
    assert {c.reason for c in activity.conditions} == {
        "both leg channels carry one and the same signal"
    }


def test_a_leg_with_a_coarse_step_is_refused_and_the_other_is_scored() -> None:
    good = samples([JERK], duration_s=300.0)
    coarse = lead(good, role="leg_right", label="RAT", resolution_uv=31.25)
    activity = found(LegLeads(left=lead(good), right=coarse))
    assert [c.is_scorable for c in activity.conditions] == [True, False]
    assert [notice.code for notice in activity.notices] == ["LEG_NOT_SCORABLE", "ONE_LEG_LEAD"]
    assert starts(activity)[0].grade == "B"


def test_where_one_leg_is_lost_synchrony_is_not_known() -> None:
    right = samples(duration_s=300.0, seed=4)
    right[256 * 140 : 256 * 160] = np.nan
    activity = found(
        LegLeads(
            left=lead(samples([JERK], duration_s=300.0)),
            right=lead(right, role="leg_right", label="RAT"),
        )
    )
    assert [jerk.is_both_legs for jerk in starts(activity)] == [None]
    (artefact,) = events(activity, EventKind.ARTEFACT)
    assert (artefact.side, artefact.rule_set) == (Side.RIGHT, "HYPNIC_artefact_v1_missing")


def test_what_no_rule_explains_is_a_burst() -> None:
    crackle = [(150.0 + 0.03 * k, 0.004, 30.0) for k in range(12)]
    no_bursts = BurstParameters(high_z=500.0)
    bare = PARAMETERS.model_copy(update={"bursts": no_bursts})
    activity = detect(leads(crackle), N1, None, None, bare)
    (burst,) = activity.events
    assert (burst.kind, burst.side) == (EventKind.BURST, Side.LEFT)
    assert burst.onset_s == pytest.approx(150.0, abs=0.06)


def test_the_events_are_in_the_order_of_their_onsets() -> None:
    activity = found(leads([JERK, (50.0, 2.0, 80.0)], [(200.0, 0.9, 80.0)]))
    onsets = [event.onset_s for event in activity.events]
    assert onsets == sorted(onsets)
    assert [envelope.role for envelope in activity.envelopes] == ["leg_left", "leg_right"]


@pytest.mark.parametrize("rate_hz", [199.8, 256.0])
def test_onsets_at_the_end_of_eight_hours_are_as_exact_as_at_the_start(rate_hz: float) -> None:
    night_s, drawn = 28800.0, [(20.0, 0.2, 100.0), (28780.0, 0.2, 100.0)]
    block = samples(rate_hz=rate_hz, duration_s=600.0)
    values = np.resize(block, round(night_s * rate_hz))
    loud = samples([(0.05, 0.2, 100.0)], rate_hz=rate_hz, duration_s=1.0, rest_uv=1e-6)
    for onset_s, _, _ in drawn:
        first = round((onset_s - 0.05) * rate_hz)
        values[first : first + len(loud)] += loud
    activity = found(LegLeads(left=lead(values, rate_hz=rate_hz)), hypnogram=None)
    onsets = [jerk.onset_s for jerk in starts(activity) if jerk.is_accepted]
    assert onsets == pytest.approx([20.0, 28780.0], abs=0.03)
