"""Labels to roles by whole keys, and roles to leads without loss."""

from __future__ import annotations

import tomllib
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pytest
from pydantic import ValidationError

from pipeline import aliases
from pipeline.errors import MontageError
from pipeline.montage import (
    ChannelFacts,
    Derivation,
    Montage,
    MontageParameters,
    Role,
    assign,
    lead,
    normalise,
)
from pipeline.recording import Channel, Recording


def facts(*labels: str, scale_uv: float | None = 1.0, rate_hz: float = 256.0) -> list[ChannelFacts]:
    return [
        ChannelFacts(index=i, label=label, rate_hz=rate_hz, unit="uV", scale_uv=scale_uv)
        for i, label in enumerate(labels)
    ]


def rules(**labels: tuple[str, ...]) -> MontageParameters:
    return MontageParameters(labels=labels)


def drawn(montage: Montage) -> dict[str, str]:
    return {d.role.value: d.label for d in montage.derivations}


def assigned(*labels: str) -> dict[str, str]:
    return drawn(assign(facts(*labels), rules()))


def codes(montage: Montage) -> list[str]:
    return [n.code for n in montage.notices]


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("EMG LAT", "emglat"),
        ("  L. Leg ", "lleg"),
        ("PLMl.", "plml"),
        ("LLEG+", "llegpos"),
        ("LLEG-", "llegneg"),
        ("LLEG+-LLEG-", "llegposllegneg"),
        ("C4:M1", "c4m1"),
        ("C3-M2 (Imp)", "c3m2imp"),
        ("Ｃ４－Ｍ１", "c4m1"),  # noqa: RUF001  full-width letters are the point
        ("", ""),
    ],
)
def test_labels_are_normalised(label: str, key: str) -> None:
    assert normalise(label) == key


def test_no_key_of_a_whole_lead_stands_for_two_roles() -> None:
    keys = {
        role: {normalise(label) for label in labels} for role, labels in aliases.RECORDED.items()
    }
    shared = {
        (a, b): keys[a] & keys[b]
        for a, b in combinations(keys, 2)
        if not keys[a].isdisjoint(keys[b])
    }
    assert shared == {}


def test_no_electrode_of_a_left_pair_is_in_a_right_pair() -> None:
    left, right = (
        {normalise(label) for group in aliases.PAIRS[role] for pair in group for label in pair}
        for role in ("leg_left", "leg_right")
    )
    assert left.isdisjoint(right)


@pytest.mark.parametrize("role", list(Role))
def test_every_alias_serves_its_role(role: Role) -> None:
    for label in aliases.RECORDED[role.value]:
        assert assigned(label) == {role.value: label}


@pytest.mark.parametrize(
    "label",
    ["Pres", "C3-M2 (Imp)", "Nasal Pres", "PLM", "Leg 1", "EMG2", "X1", "LAT-U", "M1", "C4"],
)
def test_nothing_is_found_inside_a_label(label: str) -> None:
    assert assigned(label) == {}


@pytest.mark.parametrize(
    ("labels", "role", "derived"),
    [
        (("C4", "M1"), "eeg_c4", "C4-M1"),
        (("EEG C4", "EEG A1"), "eeg_c4", "EEG C4-EEG A1"),
        (("EEG C3-Ref", "EEG M2-Ref"), "eeg_c3", "EEG C3-Ref-EEG M2-Ref"),
        (("F3", "M2"), "eeg_f3", "F3-M2"),
        (("O1", "A2"), "eeg_o1", "O1-A2"),
        (("E1", "M2"), "eog_left", "E1-M2"),
        (("LLeg1", "LLeg2"), "leg_left", "LLeg1-LLeg2"),
        (("RLEG+", "RLEG-"), "leg_right", "RLEG+-RLEG-"),
        (("LAT-U", "LAT-L"), "leg_left", "LAT-U-LAT-L"),
        (("Chin1", "Chin2"), "chin", "Chin1-Chin2"),
        (("ECG1", "ECG2"), "ecg", "ECG1-ECG2"),
    ],
)
def test_two_electrodes_make_a_lead(labels: tuple[str, str], role: str, derived: str) -> None:
    montage = assign(facts(*labels), rules())
    assert drawn(montage)[role] == derived
    (notice,) = [n for n in montage.notices if n.where == role]
    assert notice.code == "NEEDS_DERIVATION"
    assert derived in notice.message


def test_an_electrode_alone_is_told_with_the_partner_that_it_needs() -> None:
    (notice,) = assign(facts("C4", "M2"), rules()).notices
    assert (notice.code, notice.where) == ("NEEDS_DERIVATION", "eeg_c4")
    assert "M1 or A1" in notice.message


def test_one_pole_of_a_leg_is_told_with_its_other_pole() -> None:
    (notice,) = assign(facts("LLEG+"), rules()).notices
    assert (notice.code, notice.where) == ("NEEDS_DERIVATION", "leg_left")
    assert "LLEG-" in notice.message


@pytest.mark.parametrize("labels", [("C4", "M2"), ("C3", "M1"), ("LLeg1", "RLeg2"), ("O2", "M2")])
def test_same_side_references_and_crossed_legs_make_none(labels: tuple[str, str]) -> None:
    assert assigned(*labels) == {}


def test_the_mastoid_may_serve_several_leads() -> None:
    assert assigned("C4", "F4", "M1") == {"eeg_c4": "C4-M1", "eeg_f4": "F4-M1"}


def test_a_recorded_lead_wins_over_its_electrodes_without_a_word() -> None:
    montage = assign(facts("C4", "M1", "C4-M1"), rules())
    assert drawn(montage) == {"eeg_c4": "C4-M1"}
    assert montage.get(Role.EEG_C4) == Derivation(role=Role.EEG_C4, label="C4-M1", positive=2)
    assert montage.notices == ()


def test_a_single_electrode_serves_where_there_is_no_reference() -> None:
    assert assigned("E1", "E2") == {"eog_left": "E1", "eog_right": "E2"}


def test_lead_two_of_the_heart_is_preferred() -> None:
    assert assigned("ECG I", "ECG II") == {"ecg": "ECG II"}
    assert assigned("ECG I") == {"ecg": "ECG I"}


def test_two_channels_for_one_role_leave_it_open_and_are_named() -> None:
    montage = assign(facts("EMG LAT", "L Leg", "EMG RAT"), rules())
    assert drawn(montage) == {"leg_right": "EMG RAT"}
    assert codes(montage) == ["AMBIGUOUS"]
    assert "'EMG LAT', 'L Leg'" in montage.notices[0].message


def test_two_channels_of_one_label_leave_the_role_open() -> None:
    montage = assign(facts("Chin", "Chin"), rules())
    assert (drawn(montage), codes(montage)) == ({}, ["AMBIGUOUS"])


def test_electrodes_of_different_rate_are_not_subtracted() -> None:
    slow = ChannelFacts(index=1, label="M1", rate_hz=128.0, unit="uV", scale_uv=1.0)
    montage = assign([*facts("C4"), slow], rules())
    assert (drawn(montage), codes(montage)) == ({}, ["PAIR_MISMATCH"])


@pytest.mark.parametrize("labels", [("Leg 1", "Leg 2"), ("X7", "DC3"), ("EMG2", "EMG3")])
def test_labels_that_only_the_lab_knows_ask_for_a_site_rule(labels: tuple[str, str]) -> None:
    montage = assign(facts(*labels), rules())
    assert codes(montage) == ["AMBIGUOUS"]
    assert "site rule" in montage.notices[0].message


def test_no_question_is_asked_where_the_legs_are_known() -> None:
    assert assign(facts("EMG LAT", "EMG RAT", "X1"), rules()).notices == ()


def test_a_channel_without_a_unit_serves_nothing_and_is_told() -> None:
    montage = assign(facts("EMG LAT", scale_uv=None), rules())
    assert (drawn(montage), codes(montage)) == ({}, ["UNIT_UNKNOWN"])


def test_an_impedance_channel_needs_no_word() -> None:
    assert assign(facts("C3-M2 (Imp)", scale_uv=None), rules()).notices == ()


def test_an_envelope_is_no_lead() -> None:
    montage = assign(facts("EMG submental", rate_hz=1.0), rules())
    assert (drawn(montage), codes(montage)) == ({}, ["RATE_TOO_LOW"])


def test_a_site_rule_wins_over_the_table() -> None:
    montage = assign(facts("EMG LAT", "X7"), rules(leg_left=("X7",)))
    assert drawn(montage) == {"leg_left": "X7"}


def test_a_channel_taken_by_a_site_rule_is_not_used_again() -> None:
    montage = assign(facts("EMG", "Chin"), rules(leg_left=("Chin",)))
    assert drawn(montage) == {"leg_left": "Chin", "chin": "EMG"}


def test_the_first_label_of_a_site_rule_that_is_there_is_used() -> None:
    montage = assign(facts("B", "C"), rules(chin=("A", "B", "C")))
    assert drawn(montage) == {"chin": "B"}


def test_a_site_rule_that_fits_nothing_leaves_the_table_to_decide() -> None:
    assert drawn(assign(facts("EMG LAT"), rules(leg_left=("X7",)))) == {"leg_left": "EMG LAT"}


def test_a_site_rule_can_subtract() -> None:
    montage = assign(facts("X7", "X8"), rules(leg_left=("X7 minus X8",)))
    assert montage.get(Role.LEG_LEFT) == Derivation(
        role=Role.LEG_LEFT, label="X7-X8", positive=0, negative=1
    )


def test_one_label_for_two_roles_serves_neither() -> None:
    montage = assign(facts("X7"), rules(leg_left=("X7",), leg_right=("X7",)))
    assert (drawn(montage), codes(montage)) == ({}, ["AMBIGUOUS"])


def test_an_unknown_role_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(ValidationError, match=r"leg_lift.*allowed values are leg_left"):
        rules(leg_lift=("X7",))


def test_lists_from_toml_are_taken() -> None:
    table = tomllib.loads('labels = { leg_left = ["X7", "X9"] }')
    assert MontageParameters(**table).labels == {"leg_left": ("X7", "X9")}


# Leads


def channel(index: int, digital: list[int], **changes: float) -> Channel:
    known = {"rate_hz": 256.0, "gain_uv": 0.5, "offset_uv": 0.0}
    return Channel(
        index=index,
        label=f"S{index}",
        digital=np.array(digital, dtype=np.int16),
        digital_min=-100,
        digital_max=100,
        **{**known, **changes},
    )


def recorded(*channels: Channel) -> Recording:
    return Recording(duration_s=1.0, channels=MappingProxyType({c.index: c for c in channels}))


ALONE = Derivation(role=Role.CHIN, label="Chin", positive=0)
PAIR = Derivation(role=Role.EEG_C4, label="C4-M1", positive=0, negative=1)


def test_a_lead_of_one_channel_is_in_microvolts() -> None:
    found = lead(recorded(channel(0, [2, -4], offset_uv=1.0)), ALONE)
    assert found.microvolts.tolist() == [2.0, -1.0]
    assert (found.role, found.label, found.rate_hz) == ("chin", "Chin", 256.0)
    assert (found.floor_uv, found.ceiling_uv, found.resolution_uv) == (-49.0, 51.0, 0.5)


def test_a_pair_is_scaled_each_by_its_own_gain_and_subtracted() -> None:
    found = lead(recorded(channel(0, [10, 20]), channel(1, [1, 2], gain_uv=2.0)), PAIR)
    assert found.microvolts.tolist() == [3.0, 6.0]
    assert found.resolution_uv == 2.0
    assert (found.floor_uv, found.ceiling_uv) == (-250.0, 250.0)


def test_a_pair_has_the_narrower_prefilter() -> None:
    first = channel(0, [1], highpass_hz=0.3, lowpass_hz=100.0)
    second = channel(1, [1], highpass_hz=1.0, lowpass_hz=70.0)
    found = lead(recorded(first, second), PAIR)
    assert (found.highpass_hz, found.lowpass_hz) == (1.0, 70.0)


def test_a_turned_gain_keeps_floor_below_ceiling() -> None:
    found = lead(recorded(channel(0, [10], gain_uv=-0.5)), ALONE)
    assert found.microvolts.tolist() == [-5.0]
    assert found.floor_uv < found.ceiling_uv


@pytest.mark.parametrize(
    ("channels", "derivation", "code"),
    [
        ((channel(0, [1]),), PAIR, "CHANNEL_MISSING"),
        ((channel(0, [1]), channel(1, [1, 2])), PAIR, "PAIR_MISMATCH"),
        ((channel(0, [1]), channel(1, [1], rate_hz=128.0)), PAIR, "PAIR_MISMATCH"),
        ((channel(0, [1], gain_uv=float("nan")),), ALONE, "UNIT_UNKNOWN"),
    ],
)
def test_a_lead_that_cannot_be_made_is_refused(
    channels: tuple[Channel, ...], derivation: Derivation, code: str
) -> None:
    with pytest.raises(MontageError, match=code):
        lead(recorded(*channels), derivation)
