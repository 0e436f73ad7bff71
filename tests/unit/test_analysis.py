"""Whose stages count, which lights, and what is said when legs cannot be scored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.analysis import analyse
from pipeline.edf.annotations import Annotation
from pipeline.events import Event, EventKind, Side
from pipeline.exchange import edf_texts
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.hypnogram import from_letters
from pipeline.leg_limits import implausible_trains
from pipeline.legs.activity import LegActivity
from pipeline.lights import find_lights
from pipeline.montage import Montage, MontageParameters
from pipeline.night import Night
from pipeline.night_json import night_record
from pipeline.reading import read_study
from pipeline.recording import Channel
from pipeline.roles import Role
from pipeline.scoring import Scoring
from pipeline.settings import Settings, load
from pipeline.study import Study
from pipeline.tables import events_table
from tests.unit.exchange_nights import exported

SAMPLE = Path(__file__).parents[2] / "sample_data" / "nap.edf"
AUTO = load(None, {"night.stage_source": "auto"}).settings


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(SAMPLE, None, MontageParameters())


@pytest.fixture(scope="module")
def night(study: Study) -> Night:
    return analyse(study, Settings())


def without(study: Study, *roles: Role) -> Study:
    kept = tuple(d for d in study.montage.derivations if d.role not in roles)
    return replace(study, montage=Montage(derivations=kept))


def written(night: Night) -> tuple[Annotation, ...]:
    return edf_texts.to_annotations(exported(night), ExchangeParameters())


def codes(night: Night) -> set[str]:
    return {notice.code for notice in night.notices}


def test_the_technicians_stages_count_and_the_agreement_is_told(night: Night) -> None:
    assert night.hypnogram.source == "technician"
    assert night.automatic is not None
    assert night.agreement is not None


def test_automatic_stages_count_when_they_are_asked_for(study: Study) -> None:
    night = analyse(study, AUTO)
    assert night.hypnogram is night.automatic
    assert night.agreement is not None


def test_a_scoring_without_any_stage_is_none_and_told(study: Study) -> None:
    empty = replace(study.scoring, hypnogram=from_letters("?" * 50))
    night = analyse(replace(study, scoring=empty), Settings())
    assert night.hypnogram.source == "auto"
    assert night.agreement is None
    assert "SCORING_EMPTY" in codes(night)


def test_without_eeg_the_technicians_stages_still_give_a_night(study: Study) -> None:
    eeg = [role for role in Role if role.startswith("eeg")]
    night = analyse(without(study, *eeg), Settings())
    assert night.automatic is None
    assert night.metric("tst_min").value is not None
    assert "NO_EEG" in codes(night)


def test_arousals_are_not_looked_for_in_an_eeg_that_could_not_be_staged(study: Study) -> None:
    channels = {
        i: replace(c, gain_uv=c.gain_uv * 1e-6) if c.label.startswith("EEG") else c
        for i, c in study.recording.channels.items()
    }
    recording = replace(study.recording, channels=MappingProxyType(channels))
    scoring = replace(study.scoring, arousals=None)
    night = analyse(replace(study, recording=recording, scoring=scoring), Settings())
    assert "UNIT_IMPLAUSIBLE" in codes(night)
    assert night.metric("arousals_per_h").value is None


def with_right_leg(study: Study, samples: NDArray[np.integer[Any]], gain_uv: float) -> Study:
    right = study.montage.get(Role.LEG_RIGHT)
    assert right is not None
    channel = replace(
        study.recording.channels[right.positive], digital=samples, gain_uv=gain_uv, offset_uv=0.0
    )
    channels = {**study.recording.channels, right.positive: channel}
    recording = replace(study.recording, channels=MappingProxyType(channels))
    return replace(study, recording=recording)


def leg_channel(study: Study, role: Role) -> Channel:
    derivation = study.montage.get(role)
    assert derivation is not None
    return study.recording.channels[derivation.positive]


@pytest.mark.parametrize("factor", [1.0, -1.0, 2.5])
def test_a_copy_of_a_leg_whatever_its_sign_and_gain_is_no_second_leg(
    study: Study, factor: float
) -> None:
    left = leg_channel(study, Role.LEG_LEFT)
    night = analyse(with_right_leg(study, left.digital.copy(), factor * left.gain_uv), Settings())
    told = [n.where for n in night.notices if n.code == "IDENTICAL"]
    assert told == ["leg_left", "leg_right"]
    assert night.metric("jerks_n1").value is None


def test_the_time_in_which_a_leg_was_frozen_is_left_out_under_its_name(study: Study) -> None:
    channel = leg_channel(study, Role.LEG_RIGHT)
    second = round(channel.rate_hz)
    frozen = channel.digital.copy()
    frozen[300 * second : 600 * second] = np.tile(frozen[299 * second : 300 * second], 300)
    night = analyse(with_right_leg(study, frozen, channel.gain_uv), Settings())
    (leg,) = [leg for leg in night.leg_conditions if leg.role == "leg_right"]
    place = leg.unscorable_causes.index("frozen")
    assert leg.unscorable[place].tolist() == [300.0, 600.0]
    assert [n.where for n in night.notices if n.code == "FROZEN"] == ["leg_right"]


def test_without_a_leg_jerks_are_not_available_in_any_descent(study: Study) -> None:
    night = analyse(without(study, Role.LEG_LEFT, Role.LEG_RIGHT), Settings())
    assert {descent.n_jerks for descent in night.descents} == {None}
    assert night.metric("jerks_n1").value is None
    assert "no channel serves as a leg" in night.metric("jerks_n1").reason


def test_a_technicians_movements_stand_in_the_tables_under_their_own_name(study: Study) -> None:
    movement = Event(
        kind=EventKind.UNILATERAL_LM,
        rule_set="technician",
        onset_s=500.0,
        duration_s=1.0,
        side=Side.LEFT,
    )
    scoring = replace(study.scoring, movements=(movement,))
    night = analyse(replace(study, scoring=scoring), Settings())
    assert movement in [tagged.event for tagged in night.events]
    assert not [row for row in written(night) if row.onset_s == 500.0]


@pytest.mark.parametrize(
    ("off_s", "on_s", "expected", "assumed"),
    [
        (None, None, (0.0, 600.0), (True, True)),
        (60.0, 540.0, (60.0, 540.0), (False, False)),
        (60.0, None, (60.0, 600.0), (False, True)),
        (None, 540.0, (0.0, 540.0), (True, False)),
        (540.0, 60.0, (0.0, 600.0), (True, True)),
        (600.0, None, (0.0, 600.0), (True, True)),
    ],
)
def test_each_mark_of_the_lights_is_used_where_it_leaves_time_in_bed(
    off_s: float | None,
    on_s: float | None,
    expected: tuple[float, float],
    assumed: tuple[bool, bool],
) -> None:
    lights, notices = find_lights(Scoring(lights_off_s=off_s, lights_on_s=on_s), 600.0)
    assert (lights.off_s, lights.on_s) == expected
    assert (lights.is_off_assumed, lights.is_on_assumed) == assumed
    assert bool(notices) == (assumed == (True, True) and (off_s is not None or on_s is not None))


def test_rejected_candidates_are_in_the_tables_and_not_in_the_annotations(night: Night) -> None:
    rejected = [t for t in night.events if not t.event.is_accepted]
    accepted = [
        t.event.onset_s
        for t in night.events
        if t.event.kind is EventKind.SLEEP_START and t.event.is_accepted
    ]
    rows = events_table(night.events).to_pylist()
    assert sum(row["status"] == "rejected" for row in rows) == len(rejected) > 0
    jerks = [row for row in written(night) if row.text.startswith("Hypnic jerk")]
    assert [row.onset_s for row in jerks] == accepted


def test_lights_are_written_only_where_they_were_marked(night: Night) -> None:
    texts = [row.text for row in written(night)]
    assert ("Lights off" in texts) == (not night.lights.is_off_assumed)
    unmarked = replace(night.lights, is_off_assumed=True)
    texts = [row.text for row in written(replace(night, lights=unmarked))]
    assert "Lights off" not in texts


def test_an_events_stage_is_that_of_its_onset(night: Night) -> None:
    stages = events_table(night.events)["stage"].to_pylist()
    expected = [night.hypnogram.stage_at(t.event.onset_s).letter for t in night.events]
    assert stages == expected


def test_of_the_start_only_the_clock_hour_is_kept(night: Night) -> None:
    record = night_record(replace(night, start_clock_s=13 * 3600.0 + 754.0), "s1", {"hypnic": "0"})
    assert record["start_clock_hour"] == 13
    assert "754" not in str(record["start_clock_hour"])


@pytest.mark.parametrize(("minutes", "n_notices"), [(29.0, 0), (31.0, 1)])
def test_trains_that_fill_the_night_are_told_as_a_likely_artefact(
    minutes: float, n_notices: int
) -> None:
    train = Event(
        kind=EventKind.HIGH_FREQUENCY_LM,
        rule_set="drawn",
        onset_s=0.0,
        duration_s=60.0 * minutes,
    )
    found = list(implausible_trains(LegActivity(events=(train,)), 30.0))
    assert len(found) == n_notices


def test_a_leg_that_is_bad_for_part_of_the_night_is_told(study: Study) -> None:
    strict = load(None, {"night.least_scorable_share": 1.0}).settings
    good = analyse(study, Settings())
    lost = {role: seconds.sum() for role, seconds in good.scorable_s.items()}
    whole_s = len(good.hypnogram) * good.hypnogram.epoch_s
    told = {n.where for n in analyse(study, strict).notices if n.code == "LEG_PARTLY_SCORABLE"}
    assert told == {role for role, seconds in lost.items() if seconds < whole_s}
    assert "LEG_PARTLY_SCORABLE" not in codes(good)
