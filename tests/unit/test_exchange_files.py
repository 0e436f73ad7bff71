"""What is written for other programs: all of it, harmless, and read back before it counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.edf.reader import read_annotations, read_header
from pipeline.errors import ResultError
from pipeline.exchange import bids, files, luna, nsrr, read_back
from pipeline.exchange.cells import cell
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.formats.marks import MarkKind
from pipeline.hypnogram import Stage
from pipeline.settings import Settings
from tests.robust.payloads import PAYLOADS, STEERING
from tests.unit.exchange_nights import (
    ALL_KINDS,
    DEFAULT,
    JERK,
    KEY,
    LM,
    annot_rows,
    exported,
    night_of,
    tsv_rows,
)
from tests.unit.report_night import jerk, whole_night

AS_LIMB = ExchangeParameters(jerk_text="Limb movement")


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
