"""A night in the formats of other programs: what stands in the files, and that it is all there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.edf.reader import read_annotations, read_header
from pipeline.errors import ResultError
from pipeline.events import Event, EventKind, Side, Status, TaggedEvent
from pipeline.exchange import bids, edf_texts, files, luna, nsrr, read_back
from pipeline.exchange.bids_columns import COLUMNS, events_sidecar
from pipeline.exchange.cells import cell
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import ScoredNight, Term
from pipeline.formats.marks import MarkKind
from pipeline.hypnogram import Stage, from_letters
from pipeline.legs import aasm
from pipeline.lights import Lights
from pipeline.night import ChannelUse, Night
from pipeline.recording import Segment
from pipeline.settings import Settings
from tests.robust.payloads import PAYLOADS, STEERING
from tests.unit.exchange_nights import KEY, exported
from tests.unit.report_night import bare_night, jerk, whole_night

DEFAULT = ExchangeParameters()
AS_LIMB = ExchangeParameters(jerk_text="Limb movement")


def night_of(letters: str, *events: TaggedEvent, **facts: object) -> Night:
    night = replace(bare_night(letters, duration_s=max(60.0, 30.0 * len(letters))), events=events)
    return replace(night, **facts)  # type: ignore[arg-type]  # fields of Night


def event(kind: EventKind, onset_s: float, stage: Stage = Stage.N2, **facts: object) -> TaggedEvent:
    made = Event(kind=kind, rule_set=aasm.RULE_SET, onset_s=onset_s, duration_s=1.5)
    made = replace(made, **facts)  # type: ignore[arg-type]  # fields of Event
    return TaggedEvent(event=made, stage=stage, stage_at_offset=stage)


def annot_rows(night: ScoredNight) -> list[list[str]]:
    lines = luna.content(night).decode().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


def tsv_rows(night: ScoredNight) -> list[dict[str, str]]:
    head, *rows = bids.events_content(night).decode().splitlines()
    return [dict(zip(head.split("\t"), row.split("\t"), strict=True)) for row in rows]


def xml_rows(night: ScoredNight, parameters: ExchangeParameters = DEFAULT) -> list[ET.Element]:
    return ET.fromstring(nsrr.content(night, parameters)).findall("ScoredEvents/ScoredEvent")  # noqa: S314  our own


def concepts(rows: Sequence[ET.Element]) -> list[str | None]:
    return [row.findtext("EventConcept") for row in rows]


JERK = jerk(10.5, channel="EMG LAT")
LM = event(EventKind.UNILATERAL_LM, 40.0, side=Side.RIGHT, channel="EMG RAT")
PLM = event(EventKind.LEG_MOVEMENT, 40.0, side=Side.RIGHT, is_plm=True)
ALL_KINDS = [
    (JERK, "Hypnic jerk@@EMG LAT", "hypnic_jerk", "Hypnic jerk|Hypnic jerk", "hypnic_jerk"),
    (LM, "Limb movement@@EMG RAT", "LM:right", "Limb movement - right|Limb Movement (Right)",
     "limb_movement"),
    (PLM, "PLMS", "PLM:right", "Periodic leg movement - right|PLM (Right)", "plms"),
    (event(EventKind.LEG_MOVEMENT, 40.0, side=Side.BILATERAL, is_plm=True), "PLMS", "PLM",
     "Periodic leg movement|PLM", "plms"),
    (event(EventKind.UNILATERAL_LM, 40.0, channel="LEGS"), "Limb movement@@LEGS", "LM",
     "Leg movement|PLM-LM", "limb_movement"),
    (event(EventKind.AROUSAL, 40.0), "EEG arousal (automatic)", "arousal", "Arousal|Arousal ()",
     "arousal"),
    (event(EventKind.RHYTHMIC_MOVEMENT, 40.0), "RMD", "rhythmic_movement", "RMD|RMD",
     "rhythmic_movement"),
]  # fmt: skip


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


NIGHTS = {
    "whole": whole_night(),
    "no stage": night_of("", JERK, LM),
    "nothing": night_of(""),
    "no R": night_of("WW1122233", JERK),
    "no N3": night_of("WW1122RR", JERK),
    "no sleep": night_of("WWWW", jerk(10.0, Stage.W)),
    "unscored": night_of("??MM", JERK),
    "no events": night_of("WW11"),
}


@pytest.mark.parametrize("name", NIGHTS)
def test_every_night_is_written_and_reads_back(tmp_path: Path, name: str) -> None:
    night = exported(NIGHTS[name])
    files.write_all(tmp_path, KEY, night, DEFAULT)
    files.write_bids_hypnogram(tmp_path / f"{KEY}_hypnogram.tsv", night)
    annotations = tmp_path / f"{KEY}_annotations.edf"
    assert {path.name for path in tmp_path.iterdir()} == {
        annotations.name, f"{KEY}.annot", f"{KEY}.xml", f"{KEY}_events.tsv", f"{KEY}_events.json",
        f"{KEY}_hypnogram.tsv", f"{KEY}_hypnogram.json",
    }  # fmt: skip
    n_rows = len(night.stages) + len(night.automatic_events)
    n_lights = (night.lights_off_s is not None) + (night.lights_on_s is not None)
    found = read_annotations(annotations, read_header(annotations)).annotations
    assert len(found) == len(annot_rows(night)) == n_rows + n_lights
    assert len(tsv_rows(night)) == len(night.stages) + len(night.events) + n_lights


def test_our_importers_understand_all_that_we_write() -> None:
    night = exported(night_of("W1", *(row[0] for row in ALL_KINDS)))
    found = [
        *luna.marks(luna.content(night)),
        *nsrr.marks(nsrr.content(night, DEFAULT)),
        *bids.marks(bids.events_content(night)),
    ]
    assert [mark.text for mark in found if mark.kind is MarkKind.UNKNOWN] == []
    stages = [mark.stage for mark in found if mark.kind is MarkKind.STAGE]
    assert stages == [Stage.W, Stage.N1] * 3


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_no_label_breaks_a_line_or_becomes_a_formula(tmp_path: Path, payload: str) -> None:
    night = exported(night_of("11", jerk(3.0, channel=payload)))
    files.write_luna(tmp_path / f"{KEY}.annot", night)
    files.write_nsrr(tmp_path / f"{KEY}.xml", night, DEFAULT)
    files.write_bids_events(tmp_path / f"{KEY}_events.tsv", night)
    for name in (f"{KEY}.annot", f"{KEY}_events.tsv"):
        text = (tmp_path / name).read_bytes().decode()
        lines = [line for line in text.split("\n")[:-1] if not line.startswith("#")]
        assert len({line.count("\t") for line in lines}) == 1
        assert len(lines) == 4
        cells = [part for line in lines for part in line.split("\t")]
        assert not [part for part in cells if part.startswith(("=", "+", "-", "@", '"'))]
    for path in tmp_path.iterdir():
        assert not STEERING & set(path.read_bytes().decode()) - {"\t"}, path.name


@pytest.mark.parametrize("payload", ["<b>&amp;x</b>", "]]>", "<!--", '"><b onclick=x>'])
def test_markup_is_dead_and_exact_in_xml(payload: str) -> None:
    content = nsrr.content(exported(night_of("", jerk(3.0, channel=payload))), DEFAULT)
    root = ET.fromstring(content)  # noqa: S314  our own
    assert root.findtext(".//SignalLocation") == payload
    assert {element.tag for element in root.iter()} == {
        "PSGAnnotation", "SoftwareVersion", "EpochLength", "ScoredEvents", "ScoredEvent",
        "EventType", "EventConcept", "Start", "Duration", "SignalLocation",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [(None, "."), ("", "."), (" ", "."), ("a\tb", "a\\x09b"), ('"', "\\x22"), ("=1", "'=1")],
)
def test_one_cell_stays_one_cell(text: str | None, shown: str) -> None:
    assert cell(text, ".") == shown


@pytest.mark.parametrize("missing", [".", "n/a", "..."])
def test_a_label_that_looks_missing_reads_as_missing(tmp_path: Path, missing: str) -> None:
    files.write_all(tmp_path, KEY, exported(night_of("", jerk(3.0, channel=missing))), DEFAULT)


def test_the_bytes_depend_on_the_night_alone(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        files.write_all(tmp_path / name, KEY, exported(whole_night()), DEFAULT)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"onset_s": 4.002}, "another time in annotation 1"),
        ({"duration_s": 3.0}, "another time in annotation 1"),
        ({"text": "W@@LAT"}, "another text in annotation 1"),
    ],
)
def test_a_difference_is_found(change: dict[str, object], found: str) -> None:
    night = exported(night_of("W"))
    marks = luna.marks(luna.content(night))
    wanted = [replace(luna.wanted(night)[0], **change)]  # type: ignore[arg-type]  # its fields
    with pytest.raises(ResultError, match=found):
        read_back.check_marks(wanted, marks, "a reader")


def test_a_file_that_its_reader_refuses_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(luna, "content", lambda _: b"class\tinstance\n")
    with pytest.raises(ResultError, match=r"ANNOTATIONS_DIFFER.*\.annot"):
        files.write_luna(tmp_path / "x.annot", exported(night_of("W")))


def test_a_lost_row_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    night = exported(night_of("W1"))
    half = b"".join(luna.content(night).splitlines(keepends=True)[:-1])
    monkeypatch.setattr(luna, "content", lambda _: half)
    with pytest.raises(ResultError, match="1 annotations of 2"):
        files.write_luna(tmp_path / "x.annot", night)


def test_the_name_of_a_jerk_is_part_of_what_names_a_result() -> None:
    other = Settings(exchange=AS_LIMB)
    assert other.analysis_record() != Settings().analysis_record()
