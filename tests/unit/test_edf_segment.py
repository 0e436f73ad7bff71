"""The longest unbroken part of a recording with gaps: read alone, every time moved to its start."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest

from pipeline.codes import Code
from pipeline.edf.annotations import Annotation
from pipeline.edf.check import check_file
from pipeline.edf.reader import read_header, read_longest_part, read_recording, read_whole
from pipeline.edf.timekeeping import unbroken_parts
from pipeline.errors import EdfError
from pipeline.montage import MontageParameters
from pipeline.reading import read_study
from pipeline.recording import Segment
from tests.unit.edf_bytes import Signal, Study, tal

NAN = math.nan
RAMP = tuple(range(100))


def parts_of(onsets: list[float], *, is_discontinuous: bool = True) -> list[tuple[int, int, float]]:
    found = unbroken_parts(onsets, 1.0, is_discontinuous=is_discontinuous)
    return [(part.first_record, part.n_records, part.onset_s) for part in found]


@pytest.mark.parametrize(
    ("onsets", "expected"),
    [
        ([0.0, 1.0, 2.0], [(0, 3, 0.0)]),
        ([0.0, 1.0, 9.0, 10.0, 11.0], [(0, 2, 0.0), (2, 3, 9.0)]),
        ([0.25, 1.25, 2.2515, 3.2515], [(0, 2, 0.25), (2, 2, 2.2515)]),
        ([0.0, 1.0005, 2.001], [(0, 3, 0.0)]),
        ([NAN, 1.0, 9.0], [(0, 2, 0.0), (2, 1, 9.0)]),
        ([0.0, NAN, 2.0, NAN], [(0, 4, 0.0)]),
        ([0.0, 1.0, NAN, 9.0, NAN], [(0, 2, 0.0), (3, 2, 9.0)]),
        ([NAN, NAN], [(0, 2, 0.0)]),
    ],
)
def test_parts_begin_behind_each_gap(
    onsets: list[float], expected: list[tuple[int, int, float]]
) -> None:
    assert parts_of(onsets) == expected


def test_a_file_flagged_continuous_is_broken_by_more_than_a_second_only() -> None:
    assert len(parts_of([0.0, 1.0, 2.9], is_discontinuous=False)) == 1
    assert len(parts_of([0.0, 1.0, 3.1], is_discontinuous=False)) == 2


def test_records_that_go_back_have_no_parts() -> None:
    with pytest.raises(EdfError, match="TIME_REVERSED"):
        parts_of([10.0, 11.0, 0.0, 1.0])


def placed(
    folder: Path,
    onsets: list[str],
    digital: tuple[int, ...] = RAMP,
    extra: dict[int, bytes] | None = None,
    **fields: str,
) -> Path:
    lists = [tal(f"+{t}", "") + (extra or {}).get(k, b"") for k, t in enumerate(onsets)]
    study = Study(
        signals=[Signal(digital=digital[: 10 * len(onsets)])],
        lists=lists,
        records=len(onsets),
        reserved=fields.pop("reserved", "EDF+D"),
        **fields,  # type: ignore[arg-type]
    )
    path = folder / "study.edf"
    path.write_bytes(study.encode())
    return path


ONSETS = ["0.5", "1.5", "700.25", "701.25", "702.25", "900"]


def test_only_the_samples_of_the_longest_part_are_given(tmp_path: Path) -> None:
    path = placed(tmp_path, ONSETS)
    header = read_longest_part(path, read_header(path))
    recording = read_recording(path, header, [0])
    assert recording.channels[0].digital.tolist() == list(range(20, 50))
    assert recording.duration_s == 3.0
    assert recording.segment == Segment(
        number=2, n_parts=3, start_s=699.75, duration_s=3.0, left_out_s=3.0
    )


def test_the_start_is_the_parts_with_its_fraction_of_a_second(tmp_path: Path) -> None:
    path = placed(tmp_path, ONSETS)
    header = read_longest_part(path, read_header(path))
    assert header.start == dt.datetime.fromisoformat("2020-03-02T22:27:10.250")


def test_annotations_of_every_record_count_from_the_part(tmp_path: Path) -> None:
    extra = {0: tal("+701", "inside"), 5: tal("+700.75", "late") + tal("+0.75", "before")}
    path = placed(tmp_path, ONSETS, extra=extra)
    header = read_longest_part(path, read_header(path))
    _, found = read_whole(path, header, [0])
    assert found.annotations == (
        Annotation(onset_s=0.75, duration_s=None, text="inside"),
        Annotation(onset_s=0.5, duration_s=None, text="late"),
        Annotation(onset_s=-699.5, duration_s=None, text="before"),
    )


def test_the_notice_says_which_part_where_and_what_is_left_out(tmp_path: Path) -> None:
    path = placed(tmp_path, ["0", "1", "600", "601", "602", "603"], duration="1")
    study = read_study(path, None, MontageParameters(), wants_longest=True)
    [notice] = [n for n in study.recording.notices if n.code is Code.SEGMENT]
    assert "Part 2 of 2" in notice.message
    assert "begins 600.000 s" in notice.message
    codes = {n.code for n in study.recording.notices}
    assert not codes & {Code.DISCONTINUOUS, Code.EDFPLUS_FLAG}


def test_a_false_flag_of_continuity_is_treated_the_same(tmp_path: Path) -> None:
    path = placed(tmp_path, ["0", "1", "600", "601", "602"], reserved="EDF+C")
    study = read_study(path, None, MontageParameters(), wants_longest=True)
    assert study.recording.segment is not None
    assert study.recording.segment.start_s == 600.0


def test_without_a_gap_nothing_changes(tmp_path: Path) -> None:
    path = placed(tmp_path, ["0", "1", "2"])
    header = read_header(path)
    assert read_longest_part(path, header) is header


def test_a_refusal_names_both_ways(tmp_path: Path) -> None:
    path = placed(tmp_path, ONSETS)
    with pytest.raises(EdfError, match="DISCONTINUOUS") as caught:
        read_study(path, None, MontageParameters())
    assert "--segment" in caught.value.remedy
    assert "EDF+D to EDF+C converter" in caught.value.remedy


@pytest.mark.parametrize("wants_longest", [True, False])
def test_a_check_tells_the_gap_and_what_would_be_scored(
    tmp_path: Path, wants_longest: bool
) -> None:
    found = check_file(placed(tmp_path, ONSETS), MontageParameters(), wants_longest=wants_longest)
    assert found.segment is not None
    assert found.segment.number == 2
    assert found.is_readable is wants_longest
    assert found.duration_s == (3.0 if wants_longest else None)


def second(folder: Path, time: str, onset: str, date: str = "02.03.20") -> Path:
    stages = tal(onset, "Sleep stage N2", duration="30")
    recording = f"Startdate {'X' if date == '01.01.85' else '02-MAR-2020'} X X X"
    study = Study(
        signals=[], lists=[tal("+0", "") + stages], records=1, duration="0", time=time, date=date,
        recording=recording,
    )  # fmt: skip
    path = folder / "scoring.edf"
    path.write_bytes(study.encode())
    return path


@pytest.mark.parametrize(
    ("time", "date", "onset"),
    [
        ("22.15.30", "02.03.20", "+630"),  # starts with the study
        ("22.25.30", "02.03.20", "+30"),  # starts with the part
        ("00.00.00", "01.01.85", "+630"),  # as our own annotation file, which names no start
    ],
)
def test_a_second_files_stages_fall_on_the_same_moment(
    tmp_path: Path, time: str, date: str, onset: str
) -> None:
    onsets = ["0"] + [str(600 + 10 * k) for k in range(9)]
    path = placed(tmp_path, onsets, duration="10")
    study = read_study(
        path, second(tmp_path, time, onset, date), MontageParameters(), wants_longest=True
    )
    assert study.scoring.hypnogram is not None
    assert study.scoring.hypnogram.is_scored.tolist() == [False, True, False]


def test_the_part_equals_the_uncut_file_sample_for_sample(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    digital = tuple(int(x) for x in rng.integers(-3000, 3000, 100))
    broken = placed(tmp_path, ["0", "1", "2", "7", "8", "9", "10", "11", "12", "13"], digital)
    part = read_recording(broken, read_longest_part(broken, read_header(broken)), [0])
    whole = placed(tmp_path, [str(k) for k in range(7)], digital[30:], reserved="EDF+C")
    uncut = read_recording(whole, read_header(whole), [0])
    assert np.array_equal(part.channels[0].digital, uncut.channels[0].digital)
    assert part.duration_s == uncut.duration_s
