"""Scorings are laid on the study's time: shifted, shorter, longer, dated or not; terms of a lab."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.errors import ScoringError
from pipeline.events import Side
from pipeline.formats.assemble import assemble
from pipeline.formats.lab_terms import Term, translate
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame, place
from pipeline.hypnogram import Stage

_LETTERS = {"W": Stage.W, "1": Stage.N1, "2": Stage.N2, "3": Stage.N3, "R": Stage.R}
EVENING = dt.datetime.fromisoformat("2024-05-06T23:00:00")
HOUR_S = 3600.0


def staged(letters: str, *, epoch_s: float = 30.0, first_s: float = 0.0) -> ScoringFile:
    marks = tuple(
        Mark(
            kind=MarkKind.STAGE,
            onset_s=first_s + k * epoch_s,
            duration_s=epoch_s,
            stage=_LETTERS[letter],
            text=letter,
        )
        for k, letter in enumerate(letters)
    )
    return ScoringFile(source="drawn", marks=marks)


def frame(duration_s: float = 120.0, *, is_dated: bool = True) -> StudyFrame:
    return StudyFrame(duration_s=duration_s, start=EVENING, is_dated=is_dated)


def drawn(file: ScoringFile, study: StudyFrame) -> str:
    hypnogram = assemble(file, study).hypnogram
    assert hypnogram is not None
    return "".join(Stage(int(s)).letter[-1] for s in hypnogram.stages)


def codes(file: ScoringFile, study: StudyFrame) -> list[str]:
    return [notice.code.value for notice in assemble(file, study).notices]


def test_a_scoring_that_fits_says_nothing() -> None:
    assert codes(staged("W123"), frame()) == []


def test_a_shorter_scoring_is_padded_and_told() -> None:
    assert drawn(staged("W1"), frame()) == "W1??"
    assert codes(staged("W1"), frame()) == ["HYPNOGRAM_SHORTER"]


def test_a_longer_scoring_is_cut_and_told() -> None:
    assert drawn(staged("W12333"), frame()) == "W123"
    assert codes(staged("W12333"), frame()) == ["HYPNOGRAM_LONGER"]


def test_a_scoring_that_starts_late_leaves_the_start_unscored() -> None:
    assert drawn(staged("12", first_s=60.0), frame()) == "??12"


def test_a_scoring_off_the_records_grid_keeps_its_own_grid() -> None:
    hypnogram = assemble(staged("12", first_s=67.0), frame()).hypnogram
    assert hypnogram is not None
    assert (hypnogram.offset_s, drawn(staged("12", first_s=67.0), frame(127.0))) == (7.0, "??12")
    assert "HYPNOGRAM_SHIFTED" in codes(staged("12", first_s=67.0), frame())


def test_a_first_epoch_a_sample_late_is_on_the_grid() -> None:
    hypnogram = assemble(staged("W12R", first_s=0.004), frame()).hypnogram
    assert hypnogram is not None
    assert hypnogram.offset_s == 0.0


def test_epochs_of_20_s_cover_the_record_too() -> None:
    assert drawn(staged("WW1", epoch_s=20.0), frame()) == "WW1???"
    assert "HYPNOGRAM_20S" in codes(staged("WW1", epoch_s=20.0), frame())


@pytest.mark.parametrize(
    ("clock", "shift_s"),
    [
        *(("23:00:00", 0.0), ("23:30:00", 1800.0), ("22:59:00", -60.0), ("00:30:00", 5400.0)),
        *(("10:59:00", 43_140.0), ("11:01:00", -43_140.0)),
    ],
)
def test_a_clock_time_without_a_date_is_the_nearest_moment(clock: str, shift_s: float) -> None:
    file = replace(staged("W"), clock=dt.time.fromisoformat(clock))
    assert place(file, frame(13 * HOUR_S))[0] == shift_s


def test_dates_count_where_both_are_known() -> None:
    file = replace(staged("W"), start=EVENING + dt.timedelta(days=1))
    with pytest.raises(ScoringError, match=r"SCORING_START.*\+86400 s"):
        place(file, frame(8 * HOUR_S))


def test_the_files_date_alone_is_no_date() -> None:
    file = replace(staged("W"), start=EVENING + dt.timedelta(days=400, seconds=60))
    assert place(file, frame(8 * HOUR_S, is_dated=False))[0] == 60.0


def test_a_study_without_a_start_takes_both_to_begin_together_and_tells() -> None:
    file = replace(staged("W"), clock=dt.time(22, 0))
    for study in (
        StudyFrame(duration_s=120.0),
        StudyFrame(duration_s=120.0, start=dt.datetime.combine(EVENING, dt.time.min)),
    ):
        shift_s, notices = place(file, study)
        assert (shift_s, [n.code.value for n in notices]) == (0.0, ["SCORING_START_UNKNOWN"])


def test_a_file_whose_zero_is_the_studys_start_is_not_moved() -> None:
    assert place(staged("W"), frame()) == (0.0, ())


def test_a_shift_is_told_to_the_millisecond() -> None:
    file = replace(staged("W"), start=EVENING + dt.timedelta(seconds=12.345))
    _, (notice,) = place(file, frame())
    assert "+12.345 s" in notice.message


def test_events_keep_format_and_scorer() -> None:
    mark = Mark(kind=MarkKind.AROUSAL, onset_s=5.0, duration_s=4.0)
    file = ScoringFile(source="rml:user", marks=(mark,))
    (event,) = assemble(file, frame()).arousals or ()
    assert event.rule_set == "technician:rml:user"
    assert event.is_scored


def test_the_marks_side_wins_over_the_channels() -> None:
    mark = Mark(
        kind=MarkKind.LIMB_MOVEMENT, onset_s=5.0, duration_s=1.0, side=Side.LEFT, channel="EMG RAT"
    )
    (event,) = assemble(ScoringFile(source="x", marks=(mark,)), frame()).movements or ()
    assert event.side is Side.LEFT


@pytest.mark.parametrize(
    ("term", "kind", "side"),
    [
        ("arousal", MarkKind.AROUSAL, Side.UNKNOWN),
        ("limb_movement:left", MarkKind.LIMB_MOVEMENT, Side.LEFT),
        ("plm:right", MarkKind.PLM, Side.RIGHT),
        ("lights_off", MarkKind.LIGHTS_OFF, Side.UNKNOWN),
        ("known", MarkKind.KNOWN, Side.UNKNOWN),
    ],
)
def test_a_labs_own_word_for_an_event(term: str, kind: MarkKind, side: Side) -> None:
    mark = Mark(kind=MarkKind.UNKNOWN, onset_s=1.0, text=" Bein  LINKS ")
    file = translate(ScoringFile(source="x", marks=(mark,)), {"bein links": Term(term)})
    assert (file.marks[0].kind, file.marks[0].side) == (kind, side)


def test_a_labs_own_word_for_a_stage() -> None:
    mark = Mark(kind=MarkKind.UNKNOWN, onset_s=0.0, duration_s=120.0, text="Schlafstadium 2")
    file = translate(ScoringFile(source="x", marks=(mark,)), {"schlafstadium 2": Term.N2})
    assert drawn(file, frame()) == "2222"


def test_a_labs_word_wins_over_the_format() -> None:
    mark = Mark(kind=MarkKind.AROUSAL, onset_s=0.0, duration_s=3.0, text="Arousal")
    file = translate(ScoringFile(source="x", marks=(mark,)), {"AROUSAL": Term.KNOWN})
    assert assemble(file, frame()).arousals is None
