"""Candidate sleep starts: one test per reason, per sign and per step of the grade."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pipeline.events import EventKind, Reason, Side, Status
from pipeline.hypnogram import from_letters
from pipeline.legs.candidates import Candidate
from pipeline.legs.evidence import EegSign
from pipeline.legs.sleep_start_parameters import SleepStartParameters
from pipeline.legs.sleep_starts import (
    Evidence,
    are_drowsy,
    gaps_s,
    grade,
    judge,
    to_event,
)

PARAMETERS = SleepStartParameters()
JERK = Candidate(
    onset_s=100.0,
    offset_s=100.15,
    legs=(0, 1),
    longest_s=0.15,
    n_bursts=1,
    peak_uv=80.0,
    rms_uv=60.0,
    area_uv_s=9.0,
    rest_uv=2.0,
    z=60.0,
    kind=None,
    is_both_legs=True,
)
EVIDENCE = Evidence(
    candidate=JERK,
    is_artefact=False,
    is_unscorable=False,
    is_in_series=False,
    lm_gap_s=np.inf,
    is_respiratory=False,
    is_below_aasm_minimum=False,
    is_one_lead=False,
    isolation_s=30.0,
    has_chin=True,
    eeg_sign=EegSign.VERTEX_WAVE,
    heart_rate_rise_bpm=10.0,
    is_drowsy=True,
)
WEAK = {"has_chin": False, "eeg_sign": EegSign.NONE, "heart_rate_rise_bpm": 0.0}


def evidence(candidate: dict[str, Any] | None = None, **facts: Any) -> Evidence:
    return replace(EVIDENCE, candidate=replace(JERK, **(candidate or {})), **facts)


def test_a_jerk_with_every_sign_is_an_a() -> None:
    assert judge(EVIDENCE, PARAMETERS) == "A"


@pytest.mark.parametrize(
    ("reason", "facts"),
    [
        (Reason.ARTEFACT, {"is_artefact": True}),
        (Reason.UNSCORABLE, {"is_unscorable": True}),
        (Reason.PLM_SERIES, {"is_in_series": True}),
        (Reason.PART_OF_LM, {"lm_gap_s": 0.0}),
        (Reason.NEAR_LM, {"lm_gap_s": 0.4}),
        (Reason.RESPIRATORY, {"is_respiratory": True}),
        (Reason.TRAIN, {"candidate": {"kind": EventKind.FOOT_TREMOR}}),
        (Reason.TOO_LONG, {"candidate": {"longest_s": 0.51}}),
        (Reason.TOO_SHORT, {"candidate": {"longest_s": 0.04}}),
        (Reason.TOO_SMALL, {"candidate": {"z": 7.9}}),
        (Reason.TOO_SMALL, {"candidate": {"peak_uv": 11.9}}),
    ],
)
def test_each_reason_refuses_an_otherwise_perfect_jerk(
    reason: Reason, facts: dict[str, Any]
) -> None:
    assert judge(evidence(**facts), PARAMETERS) is reason


@pytest.mark.parametrize(
    "facts",
    [
        {"lm_gap_s": 0.5},
        {"candidate": {"longest_s": 0.5}},
        {"candidate": {"longest_s": 0.05}},
        {"candidate": {"peak_uv": 12.0, "z": 8.0}},
    ],
)
def test_the_limits_themselves_are_accepted(facts: dict[str, Any]) -> None:
    assert judge(evidence(**facts), PARAMETERS) in {"A", "B", "C"}


def test_below_the_aasm_rate_z_decides_and_microvolts_do_not() -> None:
    small = evidence({"peak_uv": 9.0}, is_below_aasm_minimum=True)
    assert judge(small, PARAMETERS) == "B"
    assert judge(replace(small, is_below_aasm_minimum=False), PARAMETERS) is Reason.TOO_SMALL


def test_the_first_reason_of_the_table_is_stored() -> None:
    both = evidence({"longest_s": 0.9}, is_artefact=True, lm_gap_s=0.0)
    assert judge(both, PARAMETERS) is Reason.ARTEFACT


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"candidate": {"is_both_legs": False, "longest_s": 0.2}, **WEAK}, "B"),
        ({"is_drowsy": False, **WEAK}, "B"),
        ({"candidate": {"is_both_legs": False}, "is_drowsy": False, **WEAK}, "C"),
        ({"candidate": {"is_both_legs": False, "longest_s": 0.2}, **WEAK, "isolation_s": 1.0}, "C"),
        ({"candidate": {"is_both_legs": False}, **WEAK, "has_chin": True}, "A"),
        ({"candidate": {"is_both_legs": False}, **WEAK, "eeg_sign": EegSign.AROUSAL}, "A"),
        ({"candidate": {"is_both_legs": False}, **WEAK, "heart_rate_rise_bpm": 5.0}, "A"),
    ],
)
def test_each_sign_moves_the_grade(facts: dict[str, Any], expected: str) -> None:
    assert grade(evidence(**facts), PARAMETERS) == expected


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        ({"heart_rate_rise_bpm": 5.0}, "AB"),
        ({"has_chin": True}, "AB"),
        ({"eeg_sign": EegSign.AROUSAL}, "AB"),
        ({"eeg_sign": EegSign.VERTEX_WAVE}, "C"),
        ({}, "C"),
    ],
)
def test_a_burst_as_short_as_myoclonus_on_one_leg_needs_chin_arousal_or_heart(
    sign: dict[str, Any], expected: str
) -> None:
    alone = evidence({"is_both_legs": False}, **WEAK | sign)
    assert grade(alone, PARAMETERS) in expected


def test_where_one_leg_was_recorded_its_price_is_paid_once() -> None:
    assert grade(evidence({"is_both_legs": None}, is_one_lead=True, **WEAK), PARAMETERS) == "B"


def test_a_lone_twitch_beside_a_leg_that_cannot_be_seen_is_a_c() -> None:
    assert grade(evidence({"is_both_legs": None}, **WEAK), PARAMETERS) == "C"
    assert grade(evidence({"is_both_legs": None}), PARAMETERS) == "B"


def test_a_study_of_one_leg_and_nothing_else_can_still_have_a_b() -> None:
    blind = {"has_chin": None, "eeg_sign": None, "heart_rate_rise_bpm": None}
    assert grade(evidence({"is_both_legs": None}, is_one_lead=True, **blind), PARAMETERS) == "B"


@pytest.mark.parametrize("longest_s", [0.04, 0.29, 0.45])
def test_outside_75_to_250_ms_the_grade_drops_by_one(longest_s: float) -> None:
    assert grade(evidence({"longest_s": longest_s}), PARAMETERS) == "B"


@pytest.mark.parametrize("longest_s", [0.075, 0.15, 0.25])
def test_within_75_to_250_ms_the_grade_stays(longest_s: float) -> None:
    assert grade(evidence({"longest_s": longest_s}), PARAMETERS) == "A"


def test_legs_below_the_aasm_minimum_lower_the_grade_by_one() -> None:
    assert grade(evidence(is_below_aasm_minimum=True), PARAMETERS) == "B"


def test_one_leg_lead_lowers_the_grade_by_one() -> None:
    assert grade(evidence({"is_both_legs": None}), PARAMETERS) == "B"


def test_a_grade_never_falls_below_c() -> None:
    weak = evidence({"is_both_legs": None, "longest_s": 0.45}, **WEAK, is_drowsy=False)
    assert grade(weak, PARAMETERS) == "C"


def test_what_the_study_cannot_tell_costs_no_points() -> None:
    blind = {"has_chin": None, "eeg_sign": None, "heart_rate_rise_bpm": None, "is_drowsy": None}
    assert grade(evidence(**blind), PARAMETERS) == "A"


@pytest.mark.parametrize(
    ("stages", "onset_s", "expected"),
    [
        ("WWWWWW1", 50.0, False),
        ("WWWWWW1", 61.0, True),
        ("WWWWWW2", 170.0, True),
        ("WW1WW", 75.0, True),
        ("WW1WW", 100.0, False),
        ("WW2", 70.0, False),
        ("333", 40.0, False),
        ("RRR", 40.0, False),
        ("?1", 10.0, None),
        ("11", 90.0, None),
    ],
)
def test_drowsy_is_n1_or_the_last_two_minutes_of_wake_before_sleep(
    stages: str, onset_s: float, expected: bool | None
) -> None:
    assert are_drowsy(np.array([onset_s]), from_letters(stages), PARAMETERS) == [expected]


def test_without_a_hypnogram_drowsiness_is_not_known() -> None:
    assert are_drowsy(np.array([10.0]), None, PARAMETERS) == [None]


def test_a_refused_candidate_stays_with_its_reason_and_without_a_grade() -> None:
    event = to_event(EVIDENCE, Reason.TRAIN, Side.BILATERAL, None)
    assert (event.status, event.reason, event.grade) == (Status.REJECTED, Reason.TRAIN, None)
    assert (event.onset_s, event.kind) == (100.0, EventKind.SLEEP_START)


def test_an_accepted_candidate_carries_its_evidence() -> None:
    event = to_event(EVIDENCE, "A", Side.BILATERAL, None)
    assert (event.status, event.reason, event.grade) == (Status.ACCEPTED, None, "A")
    assert (event.is_both_legs, event.has_chin, event.eeg_sign) == (True, True, "vertex_wave")
    assert (event.heart_rate_rise_bpm, event.isolation_s, event.z) == (10.0, 30.0, 60.0)


def test_the_gap_to_a_movement_is_zero_within_it() -> None:
    spans = np.array([[1.0, 1.2], [4.9, 5.1], [6.0, 6.1], [10.5, 10.6], [30.0, 30.1]])
    movements = np.array([[5.0, 7.0], [9.0, 10.0]])
    assert gaps_s(spans, movements) == pytest.approx([3.8, 0.0, 0.0, 0.5, 20.0])


def test_without_movements_the_gap_has_no_end() -> None:
    assert np.isinf(gaps_s(np.array([[1.0, 2.0]]), np.empty((0, 2)))).all()
