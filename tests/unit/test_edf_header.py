"""The header gate: what is read exactly, what is noticed, what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.edf.header import Header
from pipeline.edf.reader import read_header
from pipeline.errors import EdfError
from tests.unit.edf_bytes import Signal, Study, tal

TIMED = tuple(tal(f"+{i}", "") for i in range(4))


def header_of(tmp_path: Path, study: Study | bytes, name: str = "study.edf") -> Header:
    path = tmp_path / name
    path.write_bytes(study if isinstance(study, bytes) else study.encode())
    return read_header(path)


def codes(header: Header) -> list[str]:
    return [n.code for n in header.notices]


def patched(start: int, text: bytes) -> bytes:
    content = Study().encode()
    return content[:start] + text + content[start + len(text) :]


def test_a_legal_header_is_read_without_a_notice(tmp_path: Path) -> None:
    header = header_of(tmp_path, Study())
    assert header.notices == ()
    assert (header.n_records, header.duration_s) == (4, 4.0)
    assert header.start == dt.datetime.fromisoformat("2020-03-02T22:15:30")
    assert header.channels[0].rate_hz == 10.0
    assert header.channels[0].gain == pytest.approx(0.1)


def test_facts_leave_the_annotation_signals_out(tmp_path: Path) -> None:
    header = header_of(tmp_path, Study(lists=TIMED))
    assert [f.label for f in header.facts()] == ["EEG C4-M1"]
    assert header.is_plus
    assert header.annotation_indices == (1,)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"),
        (b"PK\x03\x04" + bytes(300), "COMPRESSED"),
        (b"\x1f\x8b" + bytes(300), "COMPRESSED"),
        (b"<html>" + b" " * 300, "NOT_EDF"),
        (bytes(4096), "NOT_EDF"),
        (b"0       short", "HEADER_TRUNCATED"),
        (Study().encode()[:400], "HEADER_TRUNCATED"),
        (Study().encode()[:512], "NO_DATA"),
        (Study().encode()[:515], "TRUNCATED"),
        (patched(184, b"514     "), "HEADER_SIZE"),
        (patched(184, b"768     "), "HEADER_SIZE"),
        (patched(252, b"0   "), "NSIGNALS"),
        (patched(236, b"abc     "), "HEADER_NUMBER"),
        (patched(236, b"-7      "), "HEADER_NUMBER"),
        (patched(244, b"0       "), "RECORD_DURATION"),
        (patched(244, b"-1      "), "RECORD_DURATION"),
        (patched(244, b"1e-300  "), "RECORD_DURATION"),
        (patched(244, b"99999999"), "RECORD_DURATION"),
        (patched(256 + 216, b"0       "), "SAMPLES_PER_RECORD"),
        (patched(256 + 216, b"99999999"), "RESOURCE"),
        (patched(256 + 104, b"        "), "HEADER_NUMBER"),
        (patched(256 + 104, b"nan     "), "HEADER_NUMBER"),
        (patched(256 + 104, b"1e999   "), "HEADER_NUMBER"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(
    tmp_path: Path, content: bytes, code: str
) -> None:
    with pytest.raises(EdfError) as caught:
        header_of(tmp_path, content)
    assert caught.value.code == code


def test_a_refusal_names_the_byte_and_what_stood_there(tmp_path: Path) -> None:
    with pytest.raises(EdfError, match=r"record duration, byte 244.*'nan'.*What to do"):
        header_of(tmp_path, patched(244, b"nan     "))


@pytest.mark.parametrize(
    ("study", "code", "n_records"),
    [
        (Study(n_records="-1"), "NRECORDS_UNKNOWN", 4),
        (Study(n_records="0"), "NRECORDS_UNKNOWN", 4),
        (Study(n_records="99999999"), "TRUNCATED", 4),
        (Study(n_records="2"), "EXTRA_DATA", 4),
        (Study(extra=b"stray"), "EXTRA_DATA", 4),
        (Study(extra=bytes(2048)), "EXTRA_DATA", 4),
        (Study(n_records="4.0"), "HEADER_NUMBER", 4),
        (Study(duration="1,0"), "HEADER_NUMBER", 4),
    ],
)
def test_records_are_counted_on_disk_and_the_difference_is_told(
    tmp_path: Path, study: Study, code: str, n_records: int
) -> None:
    header = header_of(tmp_path, study)
    assert header.n_records == n_records
    assert codes(header) == [code]


def test_a_rounded_record_duration_is_used_as_written_and_told(tmp_path: Path) -> None:
    study = Study(signals=[Signal(per_record=1)], duration="0.003906")
    header = header_of(tmp_path, study)
    assert header.channels[0].rate_hz == 1 / 0.003906
    assert codes(header) == ["RATE_ROUNDED"]


def test_text_mode_transfer_is_refused(tmp_path: Path) -> None:
    samples = tuple(10 for _ in range(40))
    content = Study(signals=[Signal(digital=samples)]).encode()
    with pytest.raises(EdfError, match="CORRUPT_TRANSFER"):
        header_of(tmp_path, content[:512] + content[512:].replace(b"\n", b"\r\n"))


def test_bdf_content_under_an_edf_name_is_read_as_bdf(tmp_path: Path) -> None:
    header = header_of(tmp_path, Study(is_bdf=True))
    assert header.is_bdf
    assert codes(header) == ["EXT_MISMATCH"]


@pytest.mark.parametrize(
    ("signal", "code"),
    [
        (Signal(physical=("0", "0")), "PHYS_RANGE"),
        (Signal(digital_range=("5", "5")), "DIG_RANGE"),
    ],
)
def test_a_channel_without_a_gain_has_no_scale(tmp_path: Path, signal: Signal, code: str) -> None:
    header = header_of(tmp_path, Study(signals=[signal]))
    assert header.channels[0].scale_uv is None
    assert codes(header) == [code]


def test_swapped_digital_range_turns_the_polarity_and_is_told(tmp_path: Path) -> None:
    header = header_of(tmp_path, Study(signals=[Signal(digital_range=("32767", "-32768"))]))
    gain = header.channels[0].gain
    assert gain is not None
    assert gain < 0.0
    assert codes(header) == ["DIG_RANGE"]


def test_inverted_physical_range_is_legal(tmp_path: Path) -> None:
    header = header_of(tmp_path, Study(signals=[Signal(physical=("3276.7", "-3276.8"))]))
    assert header.channels[0].gain == pytest.approx(-0.1)
    assert header.notices == ()


def test_many_notices_of_one_kind_become_one(tmp_path: Path) -> None:
    signals = [Signal(label=f"C{i}".encode() + b"\xe9") for i in range(5)]
    header = header_of(tmp_path, Study(signals=signals))
    assert [(n.code, n.where) for n in header.notices] == [
        ("NON_ASCII", "signal 1, label and 4 more fields")
    ]
    assert header.channels[3].label == "C3é"


def test_duplicate_and_blank_labels_are_told(tmp_path: Path) -> None:
    signals = [Signal(label="Leg"), Signal(label="Leg"), Signal(label="")]
    assert codes(header_of(tmp_path, Study(signals=signals))) == ["DUP_LABEL", "BLANK_LABEL"]


def test_nul_padding_is_read_as_blanks_and_told(tmp_path: Path) -> None:
    header = header_of(tmp_path, Study(signals=[Signal(label=b"EMG LAT" + bytes(9))]))
    assert header.channels[0].label == "EMG LAT"
    assert codes(header) == ["NUL_PADDING"]


def test_what_the_patient_field_holds_is_in_no_notice(tmp_path: Path) -> None:
    header = header_of(tmp_path, Study(patient=b"Andr\xe8 Beispiel", lists=TIMED))
    assert set(codes(header)) == {"NON_ASCII", "EDFPLUS_FIELDS"}
    assert not any("Beispiel" in f"{n.where} {n.message}" for n in header.notices)


PLAIN = Study(recording="night 1")
PLUS = Study(lists=TIMED)


@pytest.mark.parametrize(
    ("study", "date", "is_noticed"),
    [
        (replace(PLAIN, date="02.03.84"), dt.date(2084, 3, 2), False),
        (replace(PLAIN, date="02.03.85"), dt.date(1985, 3, 2), False),
        (replace(PLAIN, date="00.00.00"), None, True),
        (replace(PLAIN, date=""), None, True),
        (replace(PLAIN, date="12.31.20"), None, True),
        (replace(PLAIN, date="02/03/20"), dt.date(2020, 3, 2), True),
        (replace(PLUS, date="02.03.yy"), dt.date(2020, 3, 2), False),
        (replace(PLUS, recording="Startdate 02-MAR-1920 X X X"), dt.date(1920, 3, 2), True),
        (replace(PLUS, recording="Startdate 03-MAR-2020 X X X"), dt.date(2020, 3, 2), True),
        (replace(PLUS, recording="Startdate 02-MRZ-2020 X X X"), dt.date(2020, 3, 2), True),
        (replace(PLUS, recording="PSG night 1 X X"), dt.date(2020, 3, 2), True),
        (replace(PLUS, recording="Startdate X X X X"), dt.date(2020, 3, 2), False),
    ],
)
def test_start_dates(tmp_path: Path, study: Study, date: dt.date | None, is_noticed: bool) -> None:
    header = header_of(tmp_path, study)
    assert header.start_date == date
    assert ("DATE_TIME" in codes(header)) is is_noticed


@pytest.mark.parametrize(
    ("text", "clock", "is_noticed"),
    [
        ("23.59.59", dt.time(23, 59, 59), False),
        ("22:15:30", dt.time(22, 15, 30), True),
        ("22-15-30", dt.time(22, 15, 30), True),
        ("24.00.00", None, True),
        ("25.61.61", None, True),
        ("", None, True),
    ],
)
def test_start_times(tmp_path: Path, text: str, clock: dt.time | None, is_noticed: bool) -> None:
    header = header_of(tmp_path, Study(time=text))
    assert header.start_time == clock
    assert (header.start is None) is (clock is None)
    assert ("DATE_TIME" in codes(header)) is is_noticed


def test_an_unknown_date_leaves_the_clock_known(tmp_path: Path) -> None:
    header = header_of(tmp_path, replace(PLAIN, date="00.00.00"))
    assert header.start == dt.datetime.fromisoformat("1985-01-01T22:15:30")


@pytest.mark.parametrize(
    ("reserved", "lists", "expected"),
    [
        ("", TIMED, ["EDFPLUS_FLAG"]),
        ("EDF+C", None, ["EDFPLUS_FLAG"]),
        ("EDF+", TIMED, ["EDFPLUS_FLAG"]),
        ("EDF+C", TIMED, []),
    ],
)
def test_the_plus_flag_and_the_signals_must_agree(
    tmp_path: Path, reserved: str, lists: tuple[bytes, ...] | None, expected: list[str]
) -> None:
    assert codes(header_of(tmp_path, Study(reserved=reserved, lists=lists))) == expected
