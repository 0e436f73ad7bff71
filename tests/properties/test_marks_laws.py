"""Laws of scorings: marks written as EDF+ come back as they were; no stage is lost in silence."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.edf.annotation_writer import write_annotations
from pipeline.edf.annotations import Annotation
from pipeline.formats import scoring_files
from pipeline.formats.assemble import assemble
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.hypnogram import Stage

DURATION_S = 3600.0
START = dt.datetime.fromisoformat("2024-05-06T22:00:00")
TEXTS = {
    "Sleep stage W": (MarkKind.STAGE, Stage.W),
    "Sleep stage N1": (MarkKind.STAGE, Stage.N1),
    "Sleep stage N2": (MarkKind.STAGE, Stage.N2),
    "Sleep stage N3": (MarkKind.STAGE, Stage.N3),
    "Sleep stage R": (MarkKind.STAGE, Stage.R),
    "Sleep stage ?": (MarkKind.STAGE, Stage.UNSCORED),
    "Movement time": (MarkKind.STAGE, Stage.MOVEMENT),
    "EEG arousal": (MarkKind.AROUSAL, None),
    "Obstructive apnea": (MarkKind.RESPIRATORY, None),
    "Limb movement": (MarkKind.LIMB_MOVEMENT, None),
    "PLMS": (MarkKind.PLM, None),
    "Lights off": (MarkKind.LIGHTS_OFF, None),
    "Lights on": (MarkKind.LIGHTS_ON, None),
    "Bruxism": (MarkKind.KNOWN, None),
}
milliseconds = st.integers(0, int(DURATION_S * 1000) - 1).map(lambda n: n / 1000)
lengths = st.integers(1, 120_000).map(lambda n: n / 1000)


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    text = draw(st.sampled_from(sorted(TEXTS)))
    kind, stage = TEXTS[text]
    channel = draw(st.sampled_from(["", "EMG LAT", "EMG RAT"]))
    return Mark(
        kind=kind,
        onset_s=draw(milliseconds),
        duration_s=draw(lengths),
        stage=stage,
        text=text,
        channel=channel,
    )


def written(mark: Mark) -> Annotation:
    text = f"{mark.text}@@{mark.channel}" if mark.channel else mark.text
    return Annotation(onset_s=mark.onset_s, duration_s=mark.duration_s, text=text)


def order(mark: Mark) -> tuple[float, float, str, str]:
    return (mark.onset_s, mark.duration_s or 0.0, mark.text, mark.channel)


@settings(max_examples=25)  # each writes a file that two readers read back
@given(st.lists(marks(), min_size=1, max_size=30))
def test_marks_written_as_edf_come_back_as_they_were(given_marks: list[Mark]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scoring.edf"
        annotations = [written(mark) for mark in given_marks]
        write_annotations(path, annotations, start=START, duration_s=DURATION_S)
        file = scoring_files.read(path, ScoringParameters())
    assert file.start == START
    assert sorted(file.marks, key=order) == sorted(given_marks, key=order)


@given(
    st.text("W123R", min_size=1, max_size=40),
    st.integers(-20, 60),
    st.integers(60, 1200),
)
def test_every_scored_epoch_is_in_the_hypnogram_or_told(
    letters: str, first: int, duration_s: int
) -> None:
    stages = {"W": Stage.W, "1": Stage.N1, "2": Stage.N2, "3": Stage.N3, "R": Stage.R}
    drawn = tuple(
        Mark(kind=MarkKind.STAGE, onset_s=30.0 * (first + k), duration_s=30.0, stage=stages[x])
        for k, x in enumerate(letters)
    )
    scoring = assemble(
        ScoringFile(source="drawn", marks=drawn), StudyFrame(duration_s=float(duration_s))
    )
    n_kept = 0 if scoring.hypnogram is None else int(scoring.hypnogram.is_scored.sum())
    codes = {notice.code.value for notice in scoring.notices}
    assert n_kept == len(letters) or codes & {"HYPNOGRAM_LONGER", "HYPNOGRAM_OUTSIDE"}
    if scoring.hypnogram is not None:
        assert 0.0 <= duration_s - scoring.hypnogram.end_s < 30.0


@given(st.lists(marks(), max_size=20), st.integers(-600, 600))
def test_a_file_that_starts_later_gives_the_same_events_later(
    given_marks: list[Mark], shift_s: int
) -> None:
    frame = StudyFrame(duration_s=DURATION_S, start=START, is_dated=True)
    inside = tuple(
        mark
        for mark in given_marks
        if mark.kind is MarkKind.AROUSAL and 0.0 <= mark.onset_s + shift_s < DURATION_S
    )
    file = ScoringFile(source="drawn", marks=inside, start=START)
    moved = replace(file, start=START + dt.timedelta(seconds=shift_s))
    here = assemble(file, frame).arousals or ()
    there = assemble(moved, frame).arousals or ()
    assert [round(e.onset_s + shift_s, 3) for e in here] == [round(e.onset_s, 3) for e in there]
