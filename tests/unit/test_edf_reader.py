"""Reading samples and annotations: bit for bit, in blocks, of the same file only."""

from __future__ import annotations

import datetime as dt
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyedflib
import pytest

from pipeline.edf import blocks
from pipeline.edf.annotations import Annotation
from pipeline.edf.reader import read_annotations, read_header, read_recording
from pipeline.errors import EdfError, HypnicError, PassingError, ResourceError
from tests.unit.edf_bytes import Signal, Study, tal

RAMP = tuple(range(-20, 20))


def placed(tmp_path: Path, study: Study, name: str = "study.edf") -> Path:
    path = tmp_path / name
    path.write_bytes(study.encode())
    return path


def annotations_of(tmp_path: Path, study: Study) -> tuple[list[Annotation], list[str]]:
    path = placed(tmp_path, study)
    found = read_annotations(path, read_header(path))
    return list(found.annotations), [n.code for n in found.notices]


def listed(*lists: bytes, n: int = 4) -> tuple[bytes, ...]:
    """Timekeeping for `n` records, with the given lists in the third."""
    return tuple(tal(f"+{i}", "") + (b"".join(lists) if i == 2 else b"") for i in range(n))


@pytest.mark.parametrize("block_bytes", [1, 100, 2**22])
def test_edf_samples_are_those_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    monkeypatch.setattr(blocks, "_BLOCK_BYTES", block_bytes)
    extremes = (-32768, 32767, 0, -1) * 10
    path = placed(tmp_path, Study(signals=[Signal(digital=RAMP), Signal(digital=extremes)]))
    channels = read_recording(path, read_header(path), [0, 1]).channels
    assert channels[0].digital.tolist() == list(RAMP)
    assert channels[1].digital.tolist() == list(extremes)
    assert channels[1].digital.dtype == np.int16


def test_bdf_samples_keep_their_sign_and_all_24_bits(tmp_path: Path) -> None:
    values = (-8388608, 8388607, -1, 0, 65536) * 8
    signal = Signal(digital=values, digital_range=("-8388608", "8388607"))
    path = placed(tmp_path, Study(signals=[Signal(), signal], is_bdf=True), "study.bdf")
    digital = read_recording(path, read_header(path), [1]).channels[1].digital
    assert digital.tolist() == list(values)
    assert digital.dtype == np.int32


def test_each_channel_keeps_its_own_rate(tmp_path: Path) -> None:
    signals = [Signal(), Signal(label="SpO2", unit="%", digital=(90, 91, 92, 93), per_record=1)]
    path = placed(tmp_path, Study(signals=signals, duration="2"))
    channels = read_recording(path, read_header(path), [0, 1]).channels
    assert [c.rate_hz for c in channels.values()] == [5.0, 0.5]
    assert channels[1].digital.tolist() == [90, 91, 92, 93]


@pytest.mark.parametrize(
    ("unit", "factor"), [("nV", 1e-3), ("uV", 1.0), ("mV", 1e3), ("V", 1e6), (b"\xb5V", 1.0)]
)
def test_microvolts_come_from_the_declared_unit(
    tmp_path: Path, unit: str | bytes, factor: float
) -> None:
    path = placed(tmp_path, Study(signals=[Signal(digital=RAMP, unit=unit)]))
    channel = read_recording(path, read_header(path), [0]).channels[0]
    assert channel.microvolts() == pytest.approx(0.1 * factor * np.array(RAMP), abs=1e-9 * factor)


def test_an_unknown_unit_gives_no_microvolts(tmp_path: Path) -> None:
    path = placed(tmp_path, Study(signals=[Signal(unit="MV")]))
    channel = read_recording(path, read_header(path), [0]).channels[0]
    assert np.isnan(channel.microvolts()).all()


def test_the_prefilter_goes_with_the_channel(tmp_path: Path) -> None:
    path = placed(tmp_path, Study())
    channel = read_recording(path, read_header(path), [0]).channels[0]
    assert (channel.highpass_hz, channel.lowpass_hz) == (0.3, 100.0)


def test_samples_outside_the_declared_range_are_kept_and_told(tmp_path: Path) -> None:
    signal = Signal(digital=(3000,) * 40, digital_range=("-2048", "2047"))
    path = placed(tmp_path, Study(signals=[signal]))
    recording = read_recording(path, read_header(path), [0])
    assert recording.channels[0].digital.max() == 3000
    assert [n.code for n in recording.notices] == ["OUT_OF_RANGE"]


def test_the_annotation_signal_is_no_channel(tmp_path: Path) -> None:
    path = placed(tmp_path, Study(lists=listed()))
    with pytest.raises(ValueError, match="no channel"):
        read_recording(path, read_header(path), [1])


def test_a_file_that_shrank_is_tried_again_later(tmp_path: Path) -> None:
    path = placed(tmp_path, Study())
    header = read_header(path)
    os.truncate(path, header.size_bytes - 1)
    with pytest.raises(PassingError, match="CHANGED"):
        read_recording(path, header, [0])


def test_another_study_of_the_same_size_is_not_read_under_this_header(tmp_path: Path) -> None:
    path = placed(tmp_path, Study())
    header = read_header(path)
    placed(tmp_path, Study(patient="Y Y Y Y"))
    with pytest.raises(PassingError, match="another header"):
        read_recording(path, header, [0])


def test_more_than_the_memory_should_hold_is_not_asked_for(tmp_path: Path) -> None:
    path = placed(tmp_path, Study())
    with pytest.raises(ResourceError, match="RESOURCE"):
        read_recording(path, replace(read_header(path), n_records=10**9), [0])


def test_a_link_is_refused(tmp_path: Path) -> None:
    placed(tmp_path, Study())
    link = tmp_path / "link.edf"
    link.symlink_to(tmp_path / "study.edf")
    with pytest.raises(EdfError, match="NOT_PLAIN"):
        read_header(link)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EdfError, match="NOT_PLAIN"):
        read_header(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.edf"
    os.mkfifo(pipe)
    began = time.monotonic()
    with pytest.raises(EdfError, match="NOT_PLAIN"):
        read_header(pipe)
    assert time.monotonic() - began < 1.0


def test_a_missing_file_is_a_passing_fault_that_does_not_name_it(tmp_path: Path) -> None:
    with pytest.raises(PassingError) as caught:
        read_header(tmp_path / "Erika Mustermann.edf")
    assert "Mustermann" not in str(caught.value)


def test_every_truncation_is_read_with_a_notice_or_refused(tmp_path: Path) -> None:
    content = Study(lists=listed(tal("+2.5", "Lights off"))).encode()
    path = tmp_path / "study.edf"
    silent = []
    for length in range(len(content)):
        path.write_bytes(content[:length])
        try:
            notices = read_header(path).notices
        except HypnicError:
            continue
        silent += [] if "TRUNCATED" in {n.code for n in notices} else [length]
    assert silent == []


# Annotations


@pytest.mark.parametrize(
    ("lists", "expected", "codes"),
    [
        ([tal("+2.5", "Lights off")], [(2.5, None, "Lights off")], []),
        ([tal("+2.5", "LM", duration="0.7")], [(2.5, 0.7, "LM")], []),
        ([tal("+2", "Lights off", "Door")], [(2.0, None, "Lights off"), (2.0, None, "Door")], []),
        ([tal("-2.5", "before")], [(-2.5, None, "before")], []),
        ([tal("+1", "one\ntwo\tthree")], [(1.0, None, "one\ntwo\tthree")], []),
        ([tal("+1", "µ 睡眠")], [(1.0, None, "µ 睡眠")], []),
        ([tal("+1.2345678", "x")], [(1.2345678, None, "x")], []),
        ([tal("1.5", "no sign")], [(1.5, None, "no sign")], ["TAL"]),
        ([tal("+1,5", "comma")], [(1.5, None, "comma")], ["TAL"]),
        ([tal("+1", "x", duration="y")], [(1.0, None, "x")], ["TAL"]),
        ([tal("+1", "x", duration="99")], [(1.0, 99.0, "x")], ["TAL"]),
        ([b"+1\x14Jambe gauch\xe9\x14\x00"], [(1.0, None, "Jambe gauché")], ["TAL"]),
        ([b"+1\x14open\x00"], [(1.0, None, "open")], ["TAL"]),
        ([b"rubbish\x00", tal("+1", "x")], [(1.0, None, "x")], ["TAL"]),
        ([tal("+" + "9" * 400, "x")], [], ["TAL"]),
        ([tal("+1", "x", duration="9" * 400)], [(1.0, None, "x")], ["TAL"]),
        ([tal("+1", "")], [], []),
    ],
)
def test_lists(
    tmp_path: Path,
    lists: list[bytes],
    expected: list[tuple[float, float | None, str]],
    codes: list[str],
) -> None:
    found, noticed = annotations_of(tmp_path, Study(lists=listed(*lists)))
    assert [(a.onset_s, a.duration_s, a.text) for a in found] == expected
    assert noticed == codes


def test_no_annotation_text_is_in_a_notice(tmp_path: Path) -> None:
    path = placed(tmp_path, Study(lists=listed(b"1\x14Erika Mustermann\xe9")))
    notices = read_annotations(path, read_header(path)).notices
    assert notices
    assert not any("Mustermann" in n.message for n in notices)


def test_a_fraction_of_a_second_at_the_start_is_in_the_start_and_off_the_onsets(
    tmp_path: Path,
) -> None:
    lists = tuple(
        tal(f"+{i}.5", "") + (tal("+2.75", "Lights off") if i == 2 else b"") for i in range(4)
    )
    path = placed(tmp_path, Study(lists=lists))
    header = read_header(path)
    assert header.start == dt.datetime.fromisoformat("2020-03-02T22:15:30.500")
    assert read_annotations(path, header).annotations[0].onset_s == 2.25


@pytest.mark.parametrize(
    ("flag", "onsets", "code"),
    [
        ("EDF+D", ("0", "1", "602", "603"), "DISCONTINUOUS"),
        ("EDF+C", ("0", "1", "602", "603"), "DISCONTINUOUS"),
        ("EDF+D", ("0", "1", "2.5", "3.5"), "DISCONTINUOUS"),
        ("EDF+D", ("10", "11", "0", "1"), "TIME_REVERSED"),
    ],
)
@pytest.mark.parametrize("is_recording", [True, False])
def test_gaps_are_refused_whatever_is_read(
    tmp_path: Path, flag: str, onsets: tuple[str, ...], code: str, is_recording: bool
) -> None:
    path = placed(tmp_path, Study(reserved=flag, lists=[tal(f"+{t}", "") for t in onsets]))
    header = read_header(path)
    with pytest.raises(EdfError, match=code) as caught:
        read_recording(path, header, [0]) if is_recording else read_annotations(path, header)
    assert "EDF+D to EDF+C" in caught.value.remedy


def test_a_short_jump_in_a_continuous_file_is_told(tmp_path: Path) -> None:
    onsets = ("0", "1", "2.678", "3.678")
    path = placed(tmp_path, Study(lists=[tal(f"+{t}", "") for t in onsets]))
    notices = read_recording(path, read_header(path), [0]).notices
    assert [n.code for n in notices] == ["DISCONTINUOUS"]
    assert "0.678 s" in notices[0].message


def test_a_discontinuous_flag_without_a_gap_is_told(tmp_path: Path) -> None:
    path = placed(tmp_path, Study(reserved="EDF+D", lists=listed()))
    assert read_header(path).is_discontinuous
    notices = read_recording(path, read_header(path), [0]).notices
    assert [n.code for n in notices] == ["EDFPLUS_FLAG"]


def test_a_record_without_timekeeping_is_told(tmp_path: Path) -> None:
    lists = [tal("+0", ""), b"\x00", tal("+2", ""), tal("+3", "")]
    path = placed(tmp_path, Study(lists=lists))
    notices = read_recording(path, read_header(path), [0]).notices
    assert [n.code for n in notices] == ["TAL"]


def test_annotations_of_several_signals_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "study.edf"
    with pyedflib.EdfWriter(str(path), 1) as writer:
        writer.setSamplefrequency(0, 10)
        writer.set_number_of_annotation_signals(3)
        writer.writeSamples([np.zeros(100)])
        for i in range(25):
            writer.writeAnnotation(i * 0.4, 0.2, f"event {i}")
    found = read_header(path)
    assert len(found.annotation_indices) == 3
    texts = {a.text for a in read_annotations(path, found).annotations}
    assert texts == {f"event {i}" for i in range(25)}
    assert read_recording(path, found, [0]).notices == found.notices


def test_a_file_of_annotations_alone_has_no_duration(tmp_path: Path) -> None:
    lists = [tal("+0", "") + tal("+30", "Sleep stage W", duration="30")]
    study = Study(signals=(), lists=lists, duration="0", records=1)
    path = placed(tmp_path, study)
    header = read_header(path)
    assert (header.duration_s, header.facts(), header.notices) == (0.0, (), ())
    assert read_annotations(path, header).annotations == (
        Annotation(onset_s=30.0, duration_s=30.0, text="Sleep stage W"),
    )
