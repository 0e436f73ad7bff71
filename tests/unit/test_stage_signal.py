"""A hypnogram as an EDF signal: read when it is named, told when it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import edfio
import numpy as np
import pytest

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats import scoring_files
from pipeline.formats.marks import MarkKind
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.formats.stage_signal import is_hypnogram, to_marks
from pipeline.hypnogram import Stage
from pipeline.montage import MontageParameters
from pipeline.reading import read_study
from pipeline.scoring import Scoring
from pipeline.studies import find_jobs

NAMED = ScoringParameters(hypnogram_signal="Hypnogram", scheme="edf")
EEG = np.tile([-1.0, 1.0], 50 * 120)
EDF = "W1234RM"


def write(
    path: Path,
    codes: Sequence[float],
    *,
    label: str = "Hypnogram",
    rate_hz: float = 1 / 30,
    n_signals: int = 1,
    annotations: Sequence[edfio.EdfAnnotation] = (),
    has_eeg: bool = True,
) -> Path:
    samples = np.repeat(np.asarray(codes, dtype=float), round(30 * rate_hz))
    hypnogram = [
        edfio.EdfSignal(
            samples, rate_hz, label=label, physical_range=(-10, 10), digital_range=(-1000, 1000)
        )
        for _ in range(n_signals)
    ]
    eeg = edfio.EdfSignal(EEG, 100, label="EEG C4-M1", physical_dimension="uV")
    edfio.Edf(
        [eeg, *hypnogram] if has_eeg else hypnogram,
        recording=edfio.Recording(startdate=dt.date(2024, 5, 6)),
        starttime=dt.time(22),
        annotations=list(annotations),
        data_record_duration=30,
    ).write(path)
    return path


def scoring(
    study: Path, parameters: ScoringParameters, second: Path | None = None
) -> tuple[str, Scoring]:
    found = read_study(study, second, MontageParameters(), parameters).scoring
    stages = () if found.hypnogram is None else found.hypnogram.stages
    return "".join(Stage(int(s)).letter[-1] for s in stages), found


def codes_of(found: Scoring) -> list[Code]:
    return [notice.code for notice in found.notices]


@pytest.mark.parametrize("rate_hz", [1 / 30, 1 / 10, 1.0, 4.0])
def test_a_named_signal_is_the_hypnogram_at_every_rate(tmp_path: Path, rate_hz: float) -> None:
    study = write(tmp_path / "s.edf", [0, 1, 4, 5], rate_hz=rate_hz)
    assert scoring(study, NAMED)[0] == "W13R"


def test_the_codes_are_those_of_the_edf_plus_specification() -> None:
    marks, epoch_s, notices = to_marks(np.arange(7.0), 1 / 30, "edf")
    letters = [m.stage.letter for m in marks if m.stage is not None]
    assert letters == ["W", "N1", "N2", "N3", "N3", "R", "M"]
    assert epoch_s == pytest.approx(30.0)
    assert notices == ()


def test_an_epoch_of_20_s_is_told_by_its_samples() -> None:
    marks, epoch_s, _ = to_marks(np.zeros(3), 1 / 20, "edf")
    assert len(marks) == 3
    assert epoch_s == pytest.approx(20.0)


def test_a_signal_that_nobody_named_is_told_and_not_read(tmp_path: Path) -> None:
    letters, found = scoring(write(tmp_path / "s.edf", [0, 1, 2, 5]), ScoringParameters())
    assert letters == ""
    assert codes_of(found) == [Code.HYPNOGRAM_SIGNAL]
    assert "scoring.hypnogram_signal" in found.notices[0].message


def test_a_named_signal_without_a_scheme_is_refused(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", [0, 1, 2, 5])
    with pytest.raises(ScoringError, match="SCHEME_NEEDED"):
        scoring(study, ScoringParameters(hypnogram_signal="Hypnogram"))


def test_a_named_signal_that_is_not_there_is_told(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", [0, 1, 2, 5], label="Flow")
    letters, found = scoring(study, NAMED)
    assert (letters, codes_of(found)) == ("", [Code.HYPNOGRAM_SIGNAL])


def test_two_signals_of_the_name_are_refused(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", [0, 1, 2, 5], n_signals=2)
    with pytest.raises(ScoringError, match="AMBIGUOUS"):
        scoring(study, NAMED)


def test_what_is_no_code_is_unscored_and_counted(tmp_path: Path) -> None:
    letters, found = scoring(write(tmp_path / "s.edf", [0, 2.4, 9, 5]), NAMED)
    assert letters == "W??R"
    assert "2 of 4 samples" in found.notices[0].message


def test_a_signal_without_any_code_is_refused(tmp_path: Path) -> None:
    study = write(tmp_path / "s.edf", [8, 8, 8, 8])
    with pytest.raises(ScoringError, match="SCORING_UNREADABLE"):
        scoring(study, NAMED)


def test_the_signal_wins_over_stages_of_annotations_and_keeps_their_events(tmp_path: Path) -> None:
    own = [
        edfio.EdfAnnotation(0.0, 120.0, "Sleep stage W"),
        edfio.EdfAnnotation(31.0, 3.0, "EEG arousal"),
        edfio.EdfAnnotation(5.0, None, "Lights off"),
    ]
    letters, found = scoring(write(tmp_path / "s.edf", [0, 1, 2, 5], annotations=own), NAMED)
    assert letters == "W12R"
    assert [event.onset_s for event in found.arousals or ()] == [31.0]
    assert found.lights_off_s == 5.0
    assert "1 stages of annotations are not used" in found.notices[0].message


def test_a_signal_in_a_second_file_is_the_scoring(tmp_path: Path) -> None:
    study = write(tmp_path / "night1.edf", [0, 0, 0, 0], label="Flow")
    second = write(tmp_path / "night1_hyp.edf", [0, 1, 2, 5], has_eeg=False)
    assert scoring(study, NAMED, second)[0] == "W12R"
    with pytest.raises(ScoringError, match=r"NO_STAGES.*scoring\.hypnogram_signal"):
        scoring(study, ScoringParameters(), second)
    assert [(j.source, j.scoring) for j in find_jobs(tmp_path)] == [(study, second)]


def test_other_marks_of_a_file_with_a_signal_are_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path / "h.edf",
        [0, 1, 2, 5],
        has_eeg=False,
        annotations=[edfio.EdfAnnotation(40.0, 1.5, "Limb movement@@EMG LAT")],
    )
    file = scoring_files.read(path, NAMED)
    assert [m.onset_s for m in file.marks if m.kind is MarkKind.LIMB_MOVEMENT] == [40.0]


@pytest.mark.parametrize("label", ["Hypnogram", "hypnogram ", "Sleep_Stages", "SleepStage"])
def test_labels_of_hypnograms_are_known(label: str) -> None:
    assert is_hypnogram(label)


@pytest.mark.parametrize("label", ["", "EEG C4-M1", "Status", "Hypnogram of John Doe", "Stag"])
def test_other_labels_are_none(label: str) -> None:
    assert not is_hypnogram(label)
