"""Real scorings in text formats: every row is accounted for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import edfio
import numpy as np
import pytest

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.events import Side
from pipeline.formats import texts
from pipeline.formats.marks import ScoringFile
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.hypnogram import SCORED
from pipeline.montage import MontageParameters
from pipeline.reading import read_study

NOX, DOMINO = "recordings/nox_excerpt", "recordings/rbd_scoring"


def read(path: Path, title: str) -> ScoringFile:
    content = path.read_bytes()
    assert [known.title for known in texts.FORMATS if known.looks_like(content)] == [title]
    known = texts.recognise(content)
    assert known is not None
    (file,) = known.parse(content, ScoringParameters())
    return file


def kinds(file: ScoringFile) -> dict[str, int]:
    return dict(Counter(mark.kind.value for mark in file.marks))


def letters(file: ScoringFile) -> dict[str, int]:
    return dict(Counter(m.stage.letter for m in file.marks if m.stage is not None))


def test_the_first_french_night_of_noxturnal(shared: Path) -> None:
    file = read(shared / NOX / "noxturnal_events_example_unicode.csv", "Noxturnal CSV")
    assert kinds(file) == {"stage": 1358, "arousal": 22, "known": 31}
    assert letters(file) == {"N2": 466, "N3": 364, "R": 249, "W": 213, "N1": 66}
    assert file.start == dt.datetime(2016, 1, 15, 22, 30)  # noqa: DTZ001  local time
    assert file.marks[-1].onset_s == 44_880.0
    assert file.notices == ()


def test_the_second_french_night_has_29_movements_and_a_series(shared: Path) -> None:
    file = read(shared / NOX / "noxturnal_events_example_unicode_2.csv", "Noxturnal CSV")
    assert kinds(file) == {
        "stage": 848,
        "limb_movement": 29,
        "arousal": 76,
        "respiratory": 204,
        "known": 255,
    }
    assert letters(file) == {"N2": 354, "W": 169, "R": 146, "N3": 141, "N1": 38}
    assert [m.duration_s for m in file.marks if m.text == "PLM"] == [126.925]
    assert [n.code for n in file.notices] == [Code.SCORING_NO_MOVEMENTS]


def test_the_hour_of_domino(shared: Path) -> None:
    files = {
        name: read(shared / DOMINO / f"{name} - test1 Unbekannt.txt", "DOMINO text")
        for name in ("Sleep profile", "Classification Arousals", "Flow Events", "Generic")
    }
    assert letters(files["Sleep profile"]) == {"R": 63, "N2": 45, "N1": 10, "W": 3}
    assert kinds(files["Classification Arousals"]) == {"arousal": 29}
    assert kinds(files["Flow Events"]) == {"respiratory": 13, "known": 1}
    assert kinds(files["Generic"]) == {"known": 631}
    assert len({file.start for file in files.values()}) == 1


def test_the_bursts_of_the_legs_keep_their_side(shared: Path) -> None:
    file = read(shared / DOMINO / "Generic - test1 Unbekannt.txt", "DOMINO text")
    phasic = Counter((m.text, m.side) for m in file.marks if m.text.endswith("LegPhasic"))
    assert phasic == {("LeftLegPhasic", Side.LEFT): 212, ("RightLegPhasic", Side.RIGHT): 55}


def test_a_start_in_the_afternoon_with_events_after_midnight_is_told(shared: Path) -> None:
    file = read(shared / DOMINO / "Generic_NO_test1.txt", "DOMINO text")
    assert len(file.marks) == 862
    assert Code.SCORING_DATE in [n.code for n in file.notices]


def test_a_word_that_is_no_stage_among_the_stages_is_no_stage(shared: Path) -> None:
    file = read(shared / DOMINO / "Sleep profile - test1 Unbekannt SNORE.txt", "DOMINO text")
    assert kinds(file) == {"stage": 116, "known": 5}


def test_the_folder_with_two_hypnograms_is_refused_and_with_one_is_read(shared: Path) -> None:
    paths = sorted((shared / DOMINO).glob("*.txt"))
    with pytest.raises(ScoringError, match="generic, stages"):
        texts.parse_set([path.read_bytes() for path in paths])
    own = [path.read_bytes() for path in paths if path.name.endswith(" Unbekannt.txt")]
    (file,) = texts.parse_set(own)
    assert len(file.marks) == 121 + 29 + 14 + 631


def test_the_hypnogram_of_ucddb(shared: Path) -> None:
    path = shared / "recordings/ucddb018/ucddb018_hypnogram.tsv"
    file = read(path, "table with onset and duration")
    assert letters(file) == {"N1": 58, "N2": 280, "N3": 137, "R": 19, "W": 328}
    codes = "\n".join(line.split("\t")[3] for line in path.read_text().splitlines()[1:])
    known = texts.recognise(codes.encode())
    assert known is not None
    (coded,) = known.parse(codes.encode(), ScoringParameters(scheme="ucddb"))
    assert [m.stage for m in coded.marks] == [m.stage for m in file.marks]


def test_no_other_real_file_is_claimed(shared: Path) -> None:
    claimed = {
        path.relative_to(shared).as_posix()
        for path in (shared / "recordings").rglob("*")
        if path.is_file() and texts.recognise(path.read_bytes()) is not None
    }
    assert len(claimed) == 2 + 6 + 1
    assert all(name.endswith((".csv", ".txt", ".tsv")) for name in claimed)


def test_the_hour_of_domino_is_the_scoring_of_a_study(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for path in (shared / DOMINO).glob("* - test1 Unbekannt.txt"):
        (folder / path.name).write_bytes(path.read_bytes())
    study = tmp_path / "hour.edf"
    eeg = np.tile([-1.0, 1.0], 50 * 3_640)
    edfio.Edf(
        [edfio.EdfSignal(eeg, 100, label="EEG C4-M1", physical_dimension="uV")],
        recording=edfio.Recording(startdate=dt.date(2020, 9, 23)),
        starttime=dt.time(1),
    ).write(study)
    scoring = read_study(study, folder, MontageParameters()).scoring
    assert scoring.hypnogram is not None
    assert [scoring.hypnogram.minutes(s) for s in SCORED] == [1.5, 5.0, 22.5, 0.0, 31.5]
    assert (len(scoring.arousals or ()), len(scoring.respiratory or ())) == (29, 13)
    assert scoring.movements is None
    assert [n.code for n in scoring.notices] == [Code.SCORING_NO_MOVEMENTS]
