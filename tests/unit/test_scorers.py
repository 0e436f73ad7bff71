"""Scorers from files, from a night's results, from folders."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from pipeline.edf.annotation_writer import write_annotations
from pipeline.edf.annotations import Annotation
from pipeline.errors import ResultError, ScoringError
from pipeline.scorers import find_scorers, read_scorers, with_aliases
from tests.unit.compared_files import write_scoring


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def test_a_folder_s_scorings_come_in_the_order_people_count(tmp_path: Path) -> None:
    for name in ("s10.edf", "s2.EDF", "s1.edf", "notes.txt"):
        (tmp_path / name).touch()
    assert names(find_scorers(tmp_path)) == ["s1.edf", "s2.EDF", "s10.edf"]


def test_a_folder_without_scorings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"NO_RESULT.*0 nights, no scoring file"):
        find_scorers(tmp_path)


def test_an_output_folder_of_one_night_stands_for_that_night(scored: Path) -> None:
    [night] = find_scorers(scored)
    assert (night / "night.json").is_file()


def test_an_output_folder_of_two_nights_is_refused(scored: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(scored, out)
    [night] = find_scorers(out)
    shutil.copytree(night, night.with_name("other"))
    with pytest.raises(ResultError, match="2 nights"):
        find_scorers(out)


def test_a_night_holds_its_technician_and_its_machine(scored: Path) -> None:
    [night] = find_scorers(scored)
    technician, auto = with_aliases([read_scorers(night)])
    assert (technician.alias, auto.alias) == ("technician", "auto")
    assert technician.scoring.hypnogram is not None
    assert technician.scoring.hypnogram.probabilities is None
    assert technician.sleep_starts is None
    assert auto.scoring.hypnogram is not None
    assert auto.scoring.hypnogram.probabilities is not None
    assert auto.scoring.arousals is None  # the technician's were taken: the machine found none
    assert auto.sleep_starts


def test_a_damaged_night_is_refused(scored: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(scored, out)
    [night] = find_scorers(out)
    (night / "events.parquet").chmod(0o600)
    (night / "events.parquet").write_bytes(b"")
    with pytest.raises(ResultError, match="RESULT_DAMAGED"):
        read_scorers(night)


def test_files_are_letters_and_nights_are_numbered(tmp_path: Path, scored: Path) -> None:
    path = write_scoring(tmp_path / "anna.edf", "W122")
    night = read_scorers(find_scorers(scored)[0])
    found = with_aliases([read_scorers(path), night, night, read_scorers(path)])
    expected = ["A", "technician 1", "auto 1", "technician 2", "auto 2", "B"]
    assert [scorer.alias for scorer in found] == expected


def test_more_files_than_letters_go_on_with_two(tmp_path: Path) -> None:
    group = read_scorers(write_scoring(tmp_path / "a.edf", "W122"))
    found = with_aliases([group] * 28)
    assert [scorer.alias for scorer in found][25:] == ["Z", "AA", "AB"]


def test_a_file_knows_its_start_only_where_it_is_written(tmp_path: Path) -> None:
    start = dt.datetime(2001, 3, 4, 22, 0)  # noqa: DTZ001 - local time, as EDF has it
    [dated] = read_scorers(write_scoring(tmp_path / "a.edf", "W122", start=start))
    [undated] = read_scorers(write_scoring(tmp_path / "b.edf", "W122"))
    assert (dated.start, dated.is_dated) == (start, True)
    assert (undated.start, undated.is_dated) == (None, False)


def test_the_last_mark_ends_a_record_of_unknown_length(tmp_path: Path) -> None:
    [scorer] = read_scorers(write_scoring(tmp_path / "a.edf", "W122"))
    assert scorer.duration_s == 120.0
    assert scorer.lights.on_s == 120.0


def test_a_file_that_is_no_edf_is_said_to_be_the_scoring_file(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    path.write_bytes(b"stages" * 100)
    with pytest.raises(ScoringError, match="The scoring file cannot be used"):
        read_scorers(path)


def test_a_file_without_stages_and_events_is_refused(tmp_path: Path) -> None:
    path = write_scoring(tmp_path / "a.edf", "")
    with pytest.raises(ScoringError, match=r"NO_STAGES.*neither a sleep stage nor an event"):
        read_scorers(path)


def test_a_mark_far_beyond_any_night_is_refused(tmp_path: Path) -> None:
    far = Annotation(onset_s=9e8, duration_s=30.0, text="Sleep stage W")
    path = tmp_path / "a.edf"
    write_annotations(path, [far], start=None, duration_s=1e9)
    with pytest.raises(ScoringError, match=r"SCORING_LONG.*longer than any night.*900000030 s"):
        read_scorers(path)
