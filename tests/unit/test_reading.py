"""A study with its scoring: its own, or a second file's, moved to the study's time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import edfio
import numpy as np
import pytest

from pipeline.errors import EdfError, ScoringError
from pipeline.hypnogram import Stage
from pipeline.montage import MontageParameters
from pipeline.reading import read_study
from pipeline.studies import find_jobs

RULES = MontageParameters()
DATE = dt.date(2024, 5, 6)


def write(
    path: Path,
    start: str,
    stages: Sequence[str] = "",
    *,
    has_signal: bool = True,
    date: dt.date | None = DATE,
) -> Path:
    signals = [
        edfio.EdfSignal(
            np.zeros(100 * 120) + 0.5,
            100,
            label="EEG C4-M1",
            physical_dimension="uV",
            physical_range=(-100, 100),
        )
    ]
    edfio.Edf(
        signals=signals if has_signal else [],
        recording=edfio.Recording(startdate=date),
        starttime=dt.time.fromisoformat(start),
        annotations=[
            edfio.EdfAnnotation(30.0 * k, 30.0, f"Sleep stage {stage}")
            for k, stage in enumerate(stages)
        ],
    ).write(path)
    return path


def stages(study: Path, scoring: Path | None = None) -> str:
    hypnogram = read_study(study, scoring, RULES).scoring.hypnogram
    assert hypnogram is not None
    return "".join(Stage(int(s)).letter[-1] for s in hypnogram.stages)


def test_the_studys_own_scoring_is_taken(tmp_path: Path) -> None:
    assert stages(write(tmp_path / "s.edf", "22:00:00", "W123")) == "W123"


def test_a_second_file_wins_over_the_studys_own_scoring(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", "22:00:00", "WWWW")
    scoring = write(tmp_path / "h.edf", "22:00:00", "1122", has_signal=False)
    assert stages(study, scoring) == "1122"


def test_a_second_file_that_starts_later_is_moved_and_told(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", "22:00:00")
    scoring = write(tmp_path / "h.edf", "22:00:30", "122", has_signal=False)
    found = read_study(study, scoring, RULES).scoring
    assert found.hypnogram is not None
    assert found.hypnogram.stage_at(31.0) is Stage.N1
    assert "SCORING_MOVED" in {notice.code for notice in found.notices}


def test_a_second_file_without_date_and_time_starts_with_the_study(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", "22:00:00")
    scoring = write(tmp_path / "h.edf", "00:00:00", "W123", has_signal=False, date=None)
    assert stages(study, scoring) == "W123"
    notices = read_study(study, scoring, RULES).scoring.notices
    assert "SCORING_START_UNKNOWN" in {notice.code for notice in notices}


def test_without_a_date_the_nearest_time_of_day_counts(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", "23:59:30")
    scoring = write(tmp_path / "h.edf", "00:00:30", "11", has_signal=False, date=None)
    found = read_study(study, scoring, RULES).scoring.hypnogram
    assert found is not None
    assert found.stage_at(61.0) is Stage.N1


def test_a_broken_scoring_file_is_not_called_a_broken_study(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", "22:00:00")
    (tmp_path / "h.edf").write_text("no EDF at all")
    with pytest.raises(ScoringError, match="The scoring file cannot be read"):
        read_study(study, tmp_path / "h.edf", RULES)


def test_a_second_file_of_another_night_is_refused(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", "22:00:00")
    scoring = write(tmp_path / "h.edf", "03:00:00", "122", has_signal=False)
    with pytest.raises(ScoringError, match="SCORING_START"):
        read_study(study, scoring, RULES)


def test_a_second_file_without_stages_is_refused(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", "22:00:00", "WWWW")
    with pytest.raises(ScoringError, match="NO_STAGES"):
        read_study(study, write(tmp_path / "h.edf", "22:00:00"), RULES)


def test_a_file_of_annotations_only_is_no_study(tmp_path: Path) -> None:
    path = write(tmp_path / "h.edf", "22:00:00", "W1", has_signal=False)
    with pytest.raises(EdfError, match="NO_SIGNALS"):
        read_study(path, None, RULES)


def test_a_scoring_is_paired_with_the_study_that_it_is_named_after(tmp_path: Path) -> None:
    night = write(tmp_path / "night1.edf", "22:00:00")
    longer = write(tmp_path / "night1_b.EDF", "22:00:00")
    first = write(tmp_path / "night1_hypnogram.edf", "22:00:00", "W", has_signal=False)
    second = write(tmp_path / "night1_b_hypnogram.edf", "22:00:00", "W", has_signal=False)
    orphan = write(tmp_path / "other.edf", "22:00:00", "W", has_signal=False)
    found = {job.source: job.scoring for job in find_jobs(tmp_path)}
    assert found == {night: first, longer: second, orphan: None}


def test_the_nights_of_sleep_edf_are_paired_with_their_hypnograms(tmp_path: Path) -> None:
    night = write(tmp_path / "SC4001E0-PSG.edf", "22:00:00")
    other = write(tmp_path / "SC4002E0-PSG.edf", "22:00:00")
    scoring = write(tmp_path / "SC4001EC-Hypnogram.edf", "22:00:00", "W", has_signal=False)
    assert {j.source: j.scoring for j in find_jobs(tmp_path)} == {night: scoring, other: None}


def test_results_below_the_studies_are_not_taken_for_studies(tmp_path: Path) -> None:
    night = write(tmp_path / "night1.edf", "22:00:00")
    (tmp_path / "out").mkdir()
    write(tmp_path / "out" / "x_annotations.edf", "22:00:00", "W", has_signal=False)
    assert [job.source for job in find_jobs(tmp_path, tmp_path / "out")] == [night]
