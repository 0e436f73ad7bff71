"""Annotation files: what is written is what two readers find."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.edf.annotation_writer import verify_annotations, write_annotations
from pipeline.edf.annotations import Annotation
from pipeline.edf.reader import read_annotations, read_header
from pipeline.errors import PassingError, ResultError

START = dt.datetime.fromisoformat("2020-03-02T22:15:30.250")


def note(onset_s: float, text: str, duration_s: float | None = 1.0) -> Annotation:
    return Annotation(onset_s=onset_s, duration_s=duration_s, text=text)


def written(
    path: Path,
    *annotations: Annotation,
    start: dt.datetime | None = START,
    duration_s: float = 60.0,
) -> list[Annotation]:
    write_annotations(path, annotations, start=start, duration_s=duration_s)
    return list(read_annotations(path, read_header(path)).annotations)


@pytest.mark.parametrize(
    "text",
    [
        "Limb movement@@EMG LAT",
        "one\ntwo\r\n\tthree",
        "x" * 2000,
        "µV 睡眠 Jambe gauché",
        "é" * 1999,  # the second reader cuts this within a character
        "<script>x</script>",
    ],
)
@pytest.mark.parametrize("duration_s", [None, 0.0, 1.5])
def test_texts_survive(tmp_path: Path, text: str, duration_s: float | None) -> None:
    wanted = note(10.0, text, duration_s)
    assert written(tmp_path / "a.edf", wanted) == [wanted]


def test_5000_events_in_a_minute_survive(tmp_path: Path) -> None:
    wanted = [note(i * 0.012, f"Limb movement@@EMG LAT {i}") for i in range(5000)]
    found = written(tmp_path / "a.edf", *wanted)
    assert [a.text for a in found] == [a.text for a in wanted]
    assert [a.onset_s for a in found] == pytest.approx([a.onset_s for a in wanted], abs=1e-6)


def test_onsets_late_in_the_night_keep_their_millisecond(tmp_path: Path) -> None:
    wanted = [note(28799.999 - i / 3.0, "x") for i in range(50)]
    found = written(tmp_path / "a.edf", *wanted, duration_s=28800.0)
    assert sorted(a.onset_s for a in found) == pytest.approx(
        sorted(a.onset_s for a in wanted), abs=1e-3
    )


def test_the_file_is_a_continuous_edf_plus_of_annotations_alone(tmp_path: Path) -> None:
    written(tmp_path / "a.edf", note(1.0, "Lights off"))
    header = read_header(tmp_path / "a.edf")
    assert (header.is_plus, header.is_discontinuous, header.facts()) == (True, False, ())
    assert header.notices == ()
    assert header.start == START


def test_without_a_start_nothing_tells_the_date(tmp_path: Path) -> None:
    written(tmp_path / "a.edf", note(1.0, "Lights off"), start=None)
    head = (tmp_path / "a.edf").read_bytes()[:256]
    assert head[8:88].split() == [b"X"] * 4
    assert head[88:168].split() == [b"Startdate"] + [b"X"] * 4
    assert head[168:184] == b"01.01.8500.00.00"


def test_the_same_annotations_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    rows = [note(3.0, "c"), note(1.0, "a"), note(1.0, "b"), note(2.0, "b", None)]
    written(tmp_path / "a.edf", *rows)
    written(tmp_path / "b.edf", *reversed(rows))
    assert (tmp_path / "a.edf").read_bytes() == (tmp_path / "b.edf").read_bytes()


def test_a_night_without_events_is_a_legal_file(tmp_path: Path) -> None:
    assert written(tmp_path / "a.edf") == []


def test_control_characters_become_question_marks(tmp_path: Path) -> None:
    (found,) = written(tmp_path / "a.edf", note(1.0, "LM@@\x14\x15\x00LAT"))
    assert found.text == "LM@@???LAT"


@pytest.mark.skipif(os.name != "posix", reason="no file modes")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    written(tmp_path / "a.edf", note(1.0, "x"))
    assert (tmp_path / "a.edf").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "bad", [note(-0.1, "x"), note(60.1, "x"), note(float("nan"), "x"), note(1.0, "x", -1.0)]
)
def test_an_impossible_time_is_refused(tmp_path: Path, bad: Annotation) -> None:
    with pytest.raises(ResultError, match="ANNOTATION_OUTSIDE"):
        written(tmp_path / "a.edf", bad)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"text": "y"}, "another text in annotation 2"),
        ({"onset_s": 2.002}, "another time in annotation 2"),
        ({"duration_s": None}, "another time in annotation 2"),
    ],
)
def test_a_difference_is_found(tmp_path: Path, change: dict[str, object], found: str) -> None:
    rows = [note(1.0, "a"), note(2.0, "b"), note(3.0, "c")]
    written(tmp_path / "a.edf", *rows)
    rows[1] = replace(rows[1], **change)  # type: ignore[arg-type]  # fields of any type
    with pytest.raises(ResultError, match=found):
        verify_annotations(tmp_path / "a.edf", rows)


def test_a_lost_annotation_is_found(tmp_path: Path) -> None:
    written(tmp_path / "a.edf", note(1.0, "a"))
    with pytest.raises(ResultError, match="1 annotations of 2"):
        verify_annotations(tmp_path / "a.edf", [note(1.0, "a"), note(2.0, "b")])


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    written(path, *[note(float(i), f"event {i}") for i in range(40)])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ResultError, match="ANNOTATIONS_DIFFER"):
        verify_annotations(path, [note(float(i), f"event {i}") for i in range(40)])


def test_a_folder_that_is_not_there_is_a_passing_fault(tmp_path: Path) -> None:
    with pytest.raises(PassingError, match="IO"):
        written(tmp_path / "nowhere" / "a.edf", note(1.0, "x"))
