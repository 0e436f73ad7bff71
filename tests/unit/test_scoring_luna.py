"""Luna's .annot files; .eannot is a list of stages."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.errors import ScoringError
from pipeline.events import Side
from pipeline.formats import luna_annot
from pipeline.formats.assemble import assemble
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame
from pipeline.hypnogram import Stage
from pipeline.scoring import Scoring

START = dt.datetime.fromisoformat("2024-05-06T23:59:30")
HEADER = "class\tinstance\tchannel\tstart\tstop\tmeta"


def annot(*rows: str, head: str = "") -> ScoringFile:
    """A file of rows whose cells are cut by blanks."""
    text = "\n".join([head, *("\t".join(row.split()) for row in rows)])
    (file,) = luna_annot.parse(text.encode())
    return file


def scored(file: ScoringFile, duration_s: float = 120.0) -> Scoring:
    return assemble(file, StudyFrame(duration_s=duration_s, start=START, is_dated=True))


def drawn(file: ScoringFile, duration_s: float = 120.0) -> str:
    hypnogram = scored(file, duration_s).hypnogram
    assert hypnogram is not None
    return "".join(Stage(int(s)).letter[-1] for s in hypnogram.stages)


def only(row: str) -> Mark:
    (found,) = annot(row).marks
    return found


@pytest.mark.parametrize(
    ("row", "onset_s", "duration_s"),
    [
        ("LM 10.5 12.0", 10.5, 1.5),
        ("LM . 10.5 12.0", 10.5, 1.5),
        ("LM . EMG 10.5 12.0 amp=3", 10.5, 1.5),
        ("LM . EMG 10.5 12.0 . more columns", 10.5, 1.5),
        ("LM 0+00:01:10.5 0+00:01:12", 70.5, 1.5),
        ("LM 10.5 +1.5", 10.5, 1.5),
        ("LM e:2 e:2", 30.0, 30.0),
        ("LM e:2 .", 30.0, 30.0),
        ("LM e:20:2 e:20:3", 20.0, 40.0),
        ("LM e:30:15:3 .", 30.0, 30.0),
        ("LM 10.5 .", 10.5, None),
    ],
)
def test_columns_and_times_in_every_form(
    row: str, onset_s: float, duration_s: float | None
) -> None:
    found = only(row)
    assert (found.onset_s, found.duration_s) == (onset_s, duration_s)


@pytest.mark.parametrize("row", ["LM", "LM 10", "LM . . 10 12"])
def test_rows_of_one_two_or_five_columns_are_refused_with_their_line(row: str) -> None:
    with pytest.raises(ScoringError, match=r"SCORING_SYNTAX.*line 3"):
        annot("W 0 30", row)  # line 1 is an empty head


def test_comments_blank_lines_and_the_header_are_no_rows() -> None:
    file = annot("W . . 0 30 .", "", "N2 . . 30 60 .", head=f"# W | wake\n{HEADER}")
    assert drawn(file, 60.0) == "W2"


def test_clock_times_cross_midnight_and_are_placed_at_the_studys_start() -> None:
    file = annot("W 23:59:30 00:00:00", "N1 00:00:00 00:00:30", "N2 00:00:30 00:01:30.000")
    assert drawn(file) == "W122"
    assert scored(file).notices == ()


def test_clock_times_in_any_order_of_rows_are_one_night() -> None:
    rows = ("N2 00:00:30 00:01:30", "arousal 23:59:40 23:59:44", "W 23:59:30 +30")
    file = annot(*rows, "N1 00:00:00 +30")
    assert drawn(file) == "W122"
    assert [e.onset_s for e in scored(file).arousals or ()] == [10.0]


def test_a_file_that_starts_later_by_the_clock_is_moved_and_told() -> None:
    file = annot("R 00:00:30 00:01:00")
    assert drawn(file) == "??R?"
    assert "SCORING_MOVED" in {n.code for n in scored(file).notices}


def test_clock_times_beside_seconds_are_refused() -> None:
    with pytest.raises(ScoringError, match=r"clock times and some have seconds.*line 3"):
        annot("W 23:59:30 00:00:00", "N1 30 60")


def test_an_ellipsis_lasts_until_the_next_row() -> None:
    file = annot("W 0 ...", "N2 60 ...", "R 90 ...")
    assert drawn(file) == "WW2R"
    assert annot("position 5 ...", "LM 8 9").marks[0].duration_s == 3.0


def test_a_row_that_ends_before_it_begins_is_left_out_and_told() -> None:
    file = annot("W 0 120", "LM 10 9")
    assert len(file.marks) == 1
    assert [n.code.value for n in file.notices] == ["SCORING_ROWS"]


@pytest.mark.parametrize(
    ("name", "kind", "side"),
    [
        ("LM", "limb_movement", Side.UNKNOWN),
        ("LM:left", "limb_movement", Side.LEFT),
        ("LM:right", "limb_movement", Side.RIGHT),
        ("PLM:right", "plm", Side.RIGHT),
        ("arousal", "arousal", Side.UNKNOWN),
        ("arousal:spontaneous", "arousal", Side.UNKNOWN),
        ("arousal:plm", "arousal", Side.UNKNOWN),
        ("arousal_lm", "arousal", Side.UNKNOWN),
        ("apnea:central", "respiratory", Side.UNKNOWN),
        ("hypopnea", "respiratory", Side.UNKNOWN),
        ("desat", "known", Side.UNKNOWN),
        ("artifact:emg", "known", Side.UNKNOWN),
        ("position:left", "known", Side.UNKNOWN),
        ("hypnic_jerk", "known", Side.UNKNOWN),
        ("lights_off", "lights_off", Side.UNKNOWN),
        ("lights_on", "lights_on", Side.UNKNOWN),
        ("my_own", "unknown", Side.UNKNOWN),
    ],
)
def test_the_vocabulary_of_the_nsrr(name: str, kind: str, side: Side) -> None:
    found = only(f"{name} 10 12")
    assert (found.kind.value, found.side) == (kind, side)


def test_the_leg_may_stand_in_the_instance() -> None:
    assert only("LM left . 10 12 .").side is Side.LEFT


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        *(("W", "W"), ("wake", "W"), ("SRO:Wake", "W"), ("NREM1", "1"), ("S2", "2"), ("N3", "3")),
        *(("NREM4", "3"), ("R", "R"), ("REM", "R"), ("?", "?"), ("L", "?"), ("U", "?"), ("M", "M")),
    ],
)
def test_stages_and_their_aliases(name: str, letter: str) -> None:
    assert drawn(annot(f"{name} 0 30"), 30.0) == letter


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\nN1\t.\t.\t0\t30\t.",
        "# N1 | stage\nN1\t0\t30",
        "W\t.\t22:00:00\t22:00:30\nN1\t.\t22:00:30\t...",
    ],
)
def test_annot_is_told_by_its_content(text: str) -> None:
    assert luna_annot.looks_like(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "onset\tduration\ttrial_type\n0.0\t30.0\tW",
        "0.0\t30.0\tW\n30.0\t30.0\tW",
        "W\nN1\nN2",
        "Start Time,Duration (seconds),Event",
        "22:00:00\tSTAGE - W",
        "group\tname\tstart_sec\tduration_sec\tchannels\nstage\tN1\t0\t30\t",
        "Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation",
    ],
)
def test_other_tables_are_no_annot(text: str) -> None:
    assert not luna_annot.looks_like(text.encode())


def test_stage_marks_hold_their_raw_label() -> None:
    marks = annot("NREM4 0 30").marks
    assert [(m.kind, m.text) for m in marks] == [(MarkKind.STAGE, "NREM4")]


def test_a_file_without_a_readable_time_is_refused() -> None:
    with pytest.raises(ScoringError, match="SCORING_UNREADABLE"):
        luna_annot.parse(f"{HEADER}\nN1\t.\t.\tlater\tmuch later\t.\n".encode())


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        ("06-05-24-23:59:30", "07-05-24-00:00:30"),
        ("d1-23:59:30", "d2-00:00:30"),
        ("11:59:30 PM", "12:00:30 AM"),
    ],
)
def test_dates_days_and_halves_of_the_day_stand_at_times(start: str, stop: str) -> None:
    content = f"{HEADER}\nN1\t.\t.\t{start}\t{stop}\t.\nW\t.\t.\t{stop}\t+60\t.\n"
    (file,) = luna_annot.parse(content.encode())
    assert drawn(file) == "11WW"
    is_told = "SCORING_DATE" in [notice.code.value for notice in file.notices]
    assert is_told == ("M" not in start)


@pytest.mark.parametrize("time", ["13:00:00 PM", "0:00:00 AM", "24:00:00"])
def test_no_clock_has_these_times(time: str) -> None:
    with pytest.raises(ScoringError, match="SCORING_UNREADABLE"):
        luna_annot.parse(f"{HEADER}\nN1\t.\t.\t{time}\t.\t.\n".encode())


@pytest.mark.parametrize(
    ("row", "letter"),
    [
        ("SleepStage SRO:Wake . 0 30 .", "W"),
        ("SleepStage N2 . 0 30 .", "2"),
        ("edf_annot Sleep_stage_R . 0 30 .", "R"),
    ],
)
def test_a_class_of_all_stages_has_the_stage_as_its_instance(row: str, letter: str) -> None:
    assert drawn(annot(row), 30.0) == letter
