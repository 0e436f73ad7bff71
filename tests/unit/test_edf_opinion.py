"""Second opinions: what two other readers say of a file, held against what we read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.codes import Code
from pipeline.edf.annotations import Annotation
from pipeline.edf.disagreements import Aspect, Convention, Disagreement
from pipeline.edf.opinion import SecondReading, compare, compare_samples
from pipeline.edf.reader import read_header, read_whole
from pipeline.edf.second_readers import READERS, ReaderRefusesError
from tests.unit.edf_bytes import Signal, Study, tal

LISTS = tuple(tal(f"+{i}.5", "") + tal(f"+{i}.75", "Lights off", duration="2") for i in range(4))
LEGAL = Study(signals=[Signal(), Signal(label="EMG LAT", per_record=5)], lists=LISTS)
Change = Callable[[SecondReading], SecondReading]


def differences(
    folder: Path, study: Study, reader: str, change: Change | None = None
) -> list[Disagreement]:
    """Read the study with us and a second reader, whose reading may be changed."""
    path = folder / ("study.bdf" if study.is_bdf else "study.edf")
    path.write_bytes(study.encode())
    header = read_header(path)
    recording, found = read_whole(path, header, [f.index for f in header.facts()])
    notices = recording.notices + found.notices
    with READERS[reader](path) as second:
        said = change(second) if change else second
        return [
            *compare(header, found.annotations, notices, said),
            *compare_samples(recording, header, notices, said),
        ]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("is_bdf", [False, True])
def test_both_readers_agree_on_a_legal_file(tmp_path: Path, reader: str, is_bdf: bool) -> None:
    assert differences(tmp_path, replace(LEGAL, is_bdf=is_bdf), reader) == []


def faster(second: SecondReading) -> SecondReading:
    return replace(second, signals=(second.signals[0], replace(second.signals[1], rate_hz=6.0)))


def wider(second: SecondReading) -> SecondReading:
    return replace(second, signals=(replace(second.signals[0], digital=(-9, 9)), second.signals[1]))


def taller(second: SecondReading) -> SecondReading:
    return replace(
        second, signals=(replace(second.signals[0], physical=(-1.0, 1.0)), second.signals[1])
    )


def later(second: SecondReading) -> SecondReading:
    return replace(second, time=dt.time(22, 15, 30, 502_000))


def fewer(second: SecondReading) -> SecondReading:
    return replace(second, signals=second.signals[:1])


def shorter(second: SecondReading) -> SecondReading:
    return replace(second, n_records=3)


def shifted(second: SecondReading) -> SecondReading:
    first, *rest = second.annotations or ()
    return replace(second, annotations=(replace(first, onset_s=first.onset_s + 0.002), *rest))


def zeroed(second: SecondReading) -> SecondReading:
    return replace(second, samples=lambda i, a, b: np.zeros(b - a, dtype=np.int16))


def unscaled(second: SecondReading) -> SecondReading:
    return replace(second, values=lambda i, n: second.samples(i, 0, n).astype(np.float64))


@pytest.mark.parametrize(
    ("change", "what", "where"),
    [
        (faster, Aspect.RATE, "signal 2"),
        (wider, Aspect.DIGITAL_RANGE, "signal 1"),
        (taller, Aspect.PHYSICAL_RANGE, "signal 1"),
        (later, Aspect.START, ""),
        (fewer, Aspect.SIGNALS, ""),
        (shorter, Aspect.RECORDS, ""),
        (shifted, Aspect.ANNOTATIONS, ""),
        (zeroed, Aspect.SAMPLES, "signal 1"),
        (unscaled, Aspect.VALUES, "signal 1"),
    ],
)
def test_a_difference_is_told_with_its_place(
    tmp_path: Path, change: Change, what: Aspect, where: str
) -> None:
    found = differences(tmp_path, LEGAL, "edfio", change)
    assert (found[0].what, found[0].where) == (what, where)
    assert {d.what for d in found} == {what}
    assert not found[0].is_explained


def test_no_annotation_text_is_told(tmp_path: Path) -> None:
    def retold(second: SecondReading) -> SecondReading:
        return replace(second, annotations=(Annotation(onset_s=1, duration_s=None, text="Jane"),))

    told = str(differences(tmp_path, LEGAL, "pyedflib", retold))
    assert "annotations" in told
    assert "Jane" not in told
    assert "Lights" not in told


def test_our_notice_stands_beside_the_difference_that_it_accounts_for(tmp_path: Path) -> None:
    study = replace(LEGAL, signals=[Signal(), Signal(physical=("-3276,8", "3276.7"))])
    found = differences(tmp_path, study, "edfio")
    assert {d.what for d in found} == {Aspect.VALUES}
    assert found[0].notice is not None
    assert found[0].notice.code == Code.HEADER_NUMBER


def test_a_notice_of_another_signal_accounts_for_nothing(tmp_path: Path) -> None:
    turned = Signal(digital_range=("100", "-100"), digital=(0,) * 40)
    study = replace(LEGAL, signals=[turned, Signal(label="EMG LAT", per_record=5)])

    def narrower(second: SecondReading) -> SecondReading:
        last = replace(second.signals[1], digital=(-7, 7))
        return replace(second, signals=(second.signals[0], last))

    found = differences(tmp_path, study, "edfio", narrower)
    explained = {d.where: d.is_explained for d in found if d.what == Aspect.DIGITAL_RANGE}
    assert explained == {"signal 1": True, "signal 2": False}


def test_edfplus_2_2_2_a_line_feed_in_a_text_is_a_known_difference_of_edfio(tmp_path: Path) -> None:
    lists = (tal("+0", "") + tal("+0.5", "A\nB"), *(tal(f"+{i}", "") for i in (1, 2, 3)))
    study = replace(LEGAL, lists=lists)
    assert [d.convention for d in differences(tmp_path, study, "edfio")] == [Convention.LINE_FEED]
    assert differences(tmp_path, study, "pyedflib") == []


def test_a_duration_of_more_than_15_characters_is_a_known_difference_of_pyedflib(
    tmp_path: Path,
) -> None:
    lists = (tal("+0", "") + tal("+0.5", "A", duration="0" * 16 + "2"), *LISTS[1:])
    study = replace(LEGAL, lists=(lists[0], *(tal(f"+{i}", "") for i in (1, 2, 3))))
    found = differences(tmp_path, study, "pyedflib")
    assert [d.convention for d in found] == [Convention.LONG_DURATION]
    assert differences(tmp_path, study, "edfio") == []


def test_a_reader_that_refuses_has_no_opinion(tmp_path: Path) -> None:
    with pytest.raises(ReaderRefusesError):
        differences(tmp_path, replace(LEGAL, signals=[Signal(unit="µV".encode())]), "pyedflib")
