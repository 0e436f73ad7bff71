"""Faults that another reader reads in another way: read all the same, and told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.codes import Code
from pipeline.edf.annotations import AnnotationList
from pipeline.edf.fields import Gate
from pipeline.edf.header import Header
from pipeline.edf.reader import read_annotations, read_header
from pipeline.errors import EdfError
from tests.unit.edf_bytes import Signal, Study, tal

HEAD_BYTES = 512  # of a file of one signal
N_FAULTS = 9999
TIMES = tuple(tal(f"+{i}", "") for i in range(4))
PLUS = Study(lists=TIMES)


def read(folder: Path, content: bytes) -> tuple[Header, AnnotationList]:
    path = folder / "study.edf"
    path.write_bytes(content)
    header = read_header(path)
    return header, read_annotations(path, header)


def codes(folder: Path, study: Study) -> set[Code]:
    header, found = read(folder, study.encode())
    return {n.code for n in (*header.notices, *found.notices)}


def with_first(raw: bytes) -> Study:
    """Give a study of which the first record's list is this."""
    return replace(PLUS, lists=(raw, *TIMES[1:]))


def test_the_legal_study_has_no_notice(tmp_path: Path) -> None:
    assert codes(tmp_path, PLUS) == set()


@pytest.mark.parametrize("reserved", ["BDF+C", " EDF+C"])
def test_a_flag_of_the_other_format_or_behind_blanks(tmp_path: Path, reserved: str) -> None:
    assert codes(tmp_path, replace(PLUS, reserved=reserved)) == {Code.EDFPLUS_FLAG}


@pytest.mark.parametrize("label", ["BDF Annotations", " EDF Annotations"])
def test_an_annotation_label_that_is_not_to_the_letter(tmp_path: Path, label: str) -> None:
    second = Signal(label=label, digital=(0,) * 40, prefilter="", unit="")
    study = replace(PLUS, signals=(*PLUS.signals, second))
    assert Code.EDFPLUS_FLAG in codes(tmp_path, study)


def test_nul_in_a_number(tmp_path: Path) -> None:
    study = replace(PLUS, signals=[Signal(physical=("-100\x00", "100"))])
    assert codes(tmp_path, study) == {Code.NUL_PADDING}


def test_a_record_duration_with_an_exponent(tmp_path: Path) -> None:
    study = replace(PLUS, lists=None, duration="1E1")
    assert codes(tmp_path, study) == {Code.HEADER_NUMBER}


@pytest.mark.parametrize("day", ["03-MAR-2020", "02-MAR-20", "02-MRZ-2020"])
def test_another_date_in_the_recording_field_of_a_plain_file(tmp_path: Path, day: str) -> None:
    study = Study(recording=f"Startdate {day} X X X")
    assert codes(tmp_path, study) == {Code.DATE_TIME}


@pytest.mark.parametrize("field", ["Startdate X X X X", "Startdate 02-MAR-2020 X X X", "sleep lab"])
def test_no_other_date_in_the_recording_field_of_a_plain_file(tmp_path: Path, field: str) -> None:
    assert codes(tmp_path, Study(recording=field)) == set()


def test_edfplus_2_2_4_a_list_with_a_text_keeps_no_time(tmp_path: Path) -> None:
    header, found = read(tmp_path, with_first(tal("+0.25", "Lights off")).encode())
    assert header.start_offset_s == 0.0
    assert [a.onset_s for a in found.annotations] == [0.25]
    assert [n.code for n in found.notices] == [Code.TAL]


def test_edfplus_2_2_4_a_first_record_before_the_start_moves_the_start(tmp_path: Path) -> None:
    header, _ = read(tmp_path, with_first(tal("-0.0005", "")).encode())
    assert header.start_offset_s == -0.0005
    assert [n.code for n in header.notices] == [Code.TAL]


def test_edfplus_2_2_4_annotation_files_keep_time_too(tmp_path: Path) -> None:
    lists = (TIMES[0], tal("+1.25", "Lights off"))
    study = Study(signals=(), lists=lists, duration="0", records=2)
    assert codes(tmp_path, study) == {Code.TAL}


@pytest.mark.parametrize(
    "raw",
    [
        tal("+0.", ""),
        TIMES[0] + tal("+1.", "A"),
        TIMES[0] + tal("+1", "A", duration=".5"),
        TIMES[0] + tal("+1", "A", duration="1."),
    ],
)
def test_edfplus_2_2_2_a_point_has_digits_on_both_sides(tmp_path: Path, raw: bytes) -> None:
    assert codes(tmp_path, with_first(raw)) == {Code.TAL}


def test_edfplus_2_2_2_texts_hold_no_control_characters(tmp_path: Path) -> None:
    assert codes(tmp_path, with_first(TIMES[0] + tal("+1", "\x07bell"))) == {Code.TAL}
    assert codes(tmp_path, with_first(TIMES[0] + tal("+1", "A\tB\r\nC"))) == set()


def test_edfplus_2_2_2_a_list_ends_with_nul(tmp_path: Path) -> None:
    raw = TIMES[0] + tal("+1", "Lights on").removesuffix(b"\x00")
    raw += b"" if len(raw) % 2 == 0 else b"\x14"
    header, found = read(tmp_path, with_first(raw).encode())
    assert not header.notices
    assert "NUL" in found.notices[0].message
    assert [a.text for a in found.annotations] == ["Lights on"]


def sparse(path: Path, study: Study, size_bytes: int) -> Path:
    """Write a study that claims as many records as a file of zeros of that size holds."""
    content = study.encode()
    record_bytes = (len(content) - HEAD_BYTES) // study.records
    n_records = str((size_bytes - HEAD_BYTES) // record_bytes).ljust(8).encode()
    with path.open("wb") as file:
        file.write(content[:236] + n_records + content[244:HEAD_BYTES])
        file.truncate(HEAD_BYTES + int(n_records) * record_bytes)
    return path


@pytest.mark.parametrize(
    ("study", "size_bytes"),
    [
        (Study(signals=(), lists=(bytes(60000),) * 2, records=2, duration="1"), 2**30),
        (Study(signals=(), lists=(bytes(2),) * 2, records=2, duration="0"), 2**23),
    ],
)
def test_annotation_signals_that_no_memory_holds_are_refused_before_they_are_read(
    study: Study, size_bytes: int, tmp_path: Path
) -> None:
    path = sparse(tmp_path / "study.edf", study, size_bytes)
    with pytest.raises(EdfError) as caught:
        read_header(path)
    assert caught.value.code == Code.RESOURCE


def test_a_million_annotations_in_one_record_are_refused(tmp_path: Path) -> None:
    crowd = tal("+0", "") + b"+1" + b"\x14x" * 1_100_000 + b"\x14\x00"
    with pytest.raises(EdfError) as caught:
        read(tmp_path, with_first(crowd).encode())
    assert caught.value.code == Code.RESOURCE


def test_one_fault_in_ten_thousand_signals_is_one_notice() -> None:
    gate = Gate()
    for i in range(N_FAULTS):
        gate.doubt(Code.DIG_RANGE, f"signal {i}", "odd")
        gate.doubt(Code.DIG_RANGE, f"signal {i}", "odd")
    [notice] = gate.collected()
    assert notice.where == f"signal 0 and {N_FAULTS - 1} more fields"
