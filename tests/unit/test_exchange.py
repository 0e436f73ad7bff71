"""A night in the formats of other programs: what stands in the files, and that it is all there."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from pipeline.events import EventKind, Status, TaggedEvent
from pipeline.exchange import bids, edf_texts, luna, nsrr
from pipeline.exchange.bids_columns import COLUMNS, events_sidecar
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import Term
from pipeline.hypnogram import Stage, from_letters
from pipeline.lights import Lights
from pipeline.night import ChannelUse
from pipeline.recording import Segment
from tests.unit.exchange_nights import (
    ALL_KINDS,
    DEFAULT,
    JERK,
    annot_rows,
    concepts,
    event,
    exported,
    night_of,
    tsv_rows,
    xml_rows,
)
from tests.unit.report_night import jerk, whole_night

AS_LIMB = ExchangeParameters(jerk_text="Limb movement")


@pytest.mark.parametrize(("found", "text", "name", "concept", "trial_type"), ALL_KINDS)
def test_each_kind_of_event_has_its_name_in_every_format(
    found: TaggedEvent, text: str, name: str, concept: str, trial_type: str
) -> None:
    night = exported(night_of("", found))
    assert [row.text for row in edf_texts.to_annotations(night, DEFAULT)] == [text]
    assert [row[0] for row in annot_rows(night)] == [name]
    assert concepts(xml_rows(night))[2:] == [concept]
    assert [row["trial_type"] for row in tsv_rows(night)] == [trial_type]


@pytest.mark.parametrize(
    "left_out",
    [
        event(EventKind.LEG_MOVEMENT, 40.0, is_plm=False),
        event(EventKind.LEG_MOVEMENT, 40.0, Stage.W, is_plm=True),
        event(EventKind.LEG_MOVEMENT, 40.0, is_plm=True, rule_set="WASM_2016"),
        event(EventKind.BURST, 40.0),
        event(EventKind.ARTEFACT, 40.0),
        jerk(10.0, status=Status.REJECTED),
    ],
)
def test_what_does_not_count_is_not_exported(left_out: TaggedEvent) -> None:
    assert exported(night_of("", left_out)).events == ()


def test_a_technicians_events_stand_only_where_a_column_names_the_scorer() -> None:
    scored = event(EventKind.AROUSAL, 40.0, rule_set="technician:edf")
    night = exported(night_of("", JERK, scored))
    assert len(edf_texts.to_annotations(night, DEFAULT)) == 1
    assert len(annot_rows(night)) == 1
    assert [(r["trial_type"], r["scorer"]) for r in tsv_rows(night)] == [
        ("hypnic_jerk", "auto:0.1.0"),
        ("arousal", "technician"),
    ]


def test_jerks_are_limb_movements_where_the_setting_says_so() -> None:
    night = exported(night_of("", JERK))
    [row] = edf_texts.to_annotations(night, AS_LIMB)
    assert row.text == "Limb movement@@EMG LAT"
    assert concepts(xml_rows(night, AS_LIMB))[2:] == ["Limb movement - left|Limb Movement (Left)"]


def test_a_derivation_has_no_signal_to_link_to() -> None:
    use = ChannelUse(
        role="leg_left",
        label="L1-L2",
        rate_hz=200.0,
        resolution_uv=0.1,
        highpass_hz=None,
        lowpass_hz=None,
        used_for="legs",
        is_derived=True,
    )
    night = exported(night_of("", jerk(3.0, channel="L1-L2"), channels=(use,)))
    assert [row.text for row in edf_texts.to_annotations(night, DEFAULT)] == ["Hypnic jerk"]
    assert annot_rows(night)[0][2] == "L1-L2"


def test_lights_are_exported_only_where_they_were_marked() -> None:
    lights = Lights(off_s=30.0, on_s=50.0, is_off_assumed=False, is_on_assumed=True)
    night = exported(night_of("", lights=lights))
    assert [(row[0], row[3], row[4]) for row in annot_rows(night)] == [
        ("lights_off", "30.000000", "30.000000")
    ]
    assert [r.text for r in edf_texts.to_annotations(night, DEFAULT)] == ["Lights off"]
    assert concepts(xml_rows(night))[2:] == ["Lights Off|Lights Off"]


def test_onsets_count_from_the_recordings_start_where_only_a_part_was_scored() -> None:
    part = Segment(number=2, n_parts=2, start_s=340.0, duration_s=60.0, left_out_s=40.0)
    night = exported(night_of("W1", JERK, segment=part))
    assert [row[3] for row in annot_rows(night)] == ["340.000000", "350.500000", "370.000000"]
    assert concepts(xml_rows(night))[1:3] == ["Unscored|9", "Wake|0"]
    assert night.duration_s == 400.0


def test_luna_an_epochs_probabilities_stand_in_its_meta_column() -> None:
    night = exported(whole_night())
    row = next(row for row in annot_rows(night) if row[0] == "N1")
    meta = dict(pair.split("=") for pair in row[5].split(";"))
    assert list(meta) == ["pW", "pN1", "pN2", "pN3", "pR", "source"]
    assert sum(float(meta[name]) for name in list(meta)[:5]) == pytest.approx(1.0, abs=1e-4)
    assert meta["source"] == "technician"


def test_luna_every_class_is_declared_and_no_other_line_begins_with_the_sign() -> None:
    night = exported(whole_night())
    lines = luna.content(night).decode().splitlines()
    declared = [line for line in lines if line.startswith("#")]
    assert [line.split(" | ")[0][2:] for line in declared] == sorted(
        {row[0] for row in annot_rows(night)}
    )
    assert all("Research use only" in line for line in declared)
    assert lines[len(declared)] == "class\tinstance\tchannel\tstart\tstop\tmeta"


def test_nsrr_equal_stages_that_touch_are_one_and_cover_the_record() -> None:
    night = exported(night_of("WW11?222", duration_s=252.0))
    rows = [row for row in xml_rows(night) if row.findtext("EventType") == "Stages|Stages"]
    found = [(row.findtext("EventConcept"), row.findtext("Duration")) for row in rows]
    assert found == [
        ("Wake|0", "60.000000"),
        ("Stage 1 sleep|1", "60.000000"),
        ("Unscored|9", "30.000000"),
        ("Stage 2 sleep|2", "90.000000"),
        ("Unscored|9", "12.000000"),
    ]


def test_nsrr_the_recordings_start_has_neither_date_nor_time() -> None:
    start = xml_rows(exported(whole_night()))[0]
    assert start.findtext("EventConcept") == "Recording Start Time"
    assert {child.tag for child in start} == {"EventType", "EventConcept", "Start", "Duration"}


def test_nsrr_says_that_it_is_automatic_and_for_research() -> None:
    content = nsrr.content(exported(whole_night()), DEFAULT).decode()
    assert "<SoftwareVersion>hypnic 0.1.0 (automatic)</SoftwareVersion>" in content
    assert "Research use only" in content.splitlines()[1]


def test_bids_the_json_describes_each_column_and_each_level() -> None:
    night = exported(whole_night())
    sidecar = json.loads(bids.events_json(night))
    rows = tsv_rows(night)
    assert set(rows[0]) == set(COLUMNS) == set(sidecar)
    for name in ("trial_type", "side", "scorer", "grade", "is_ambiguous"):
        assert {row[name] for row in rows} - {"n/a"} <= set(sidecar[name]["Levels"]), name
    assert set(sidecar["trial_type"]["HED"]) == set(sidecar["trial_type"]["Levels"])
    assert set(Term) <= set(events_sidecar(night)["trial_type"]["Levels"])


def test_bids_rows_are_in_the_order_of_their_onsets() -> None:
    onsets = [float(row["onset"]) for row in tsv_rows(exported(whole_night()))]
    assert onsets == sorted(onsets)
    assert len(onsets) > 1000


def test_bids_the_drafts_hypnogram_has_the_stages_used_and_the_automatic_ones() -> None:
    night = exported(whole_night())
    lines = bids.hypnogram_content(night).decode().splitlines()
    assert lines[0] == "onset\tduration\tstage\tscorer"
    assert Counter(line.split("\t")[3] for line in lines[1:]) == {
        "technician": 960,
        "auto:0.1.0": 960,
    }
    assert "Draft" in json.loads(bids.hypnogram_json(night))["onset"]["Description"]


def test_bids_automatic_stages_are_not_written_twice() -> None:
    night = night_of("W1")
    night = replace(night, hypnogram=from_letters("W1", source="auto"))
    lines = bids.hypnogram_content(exported(night)).decode().splitlines()
    assert [line.split("\t")[3] for line in lines[1:]] == ["auto:0.1.0"] * 2
