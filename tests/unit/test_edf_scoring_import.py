"""EDF+ annotations to a technician's scoring."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.edf.annotations import Annotation
from pipeline.events import EventKind, Side
from pipeline.formats.assemble import assemble
from pipeline.formats.edf_annotations import to_marks, to_scoring
from pipeline.formats.placing import StudyFrame
from pipeline.hypnogram import Stage
from pipeline.scoring import Scoring

Row = tuple[float, float | None, str]


def scored(*rows: Row, duration_s: float = 120.0) -> Scoring:
    annotations = [Annotation(onset_s=t, duration_s=d, text=text) for t, d, text in rows]
    return to_scoring(annotations, duration_s)


def staged(letters: str, epoch_s: float = 30.0, offset_s: float = 0.0) -> list[Row]:
    return [
        (offset_s + i * epoch_s, epoch_s, f"Sleep stage {letter}")
        for i, letter in enumerate(letters)
    ]


def drawn(scoring: Scoring) -> str:
    assert scoring.hypnogram is not None
    return "".join(Stage(int(s)).letter[-1] for s in scoring.hypnogram.stages)


def messages(scoring: Scoring) -> str:
    return " ".join(n.message for n in scoring.notices)


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Sleep stage W", "W"),
        ("Sleep stage N1", "1"),
        ("Sleep stage N2", "2"),
        ("Sleep stage N3", "3"),
        ("Sleep stage R", "R"),
        ("Sleep stage 1", "1"),
        ("Sleep stage 2", "2"),
        ("Sleep stage 3", "3"),
        ("Sleep stage 4", "3"),
        ("Sleep stage ?", "?"),
        ("Sleep stage N", "?"),
        ("Movement time", "M"),
        ("  sleep  STAGE w ", "W"),
        ("Sleep stage W@@EEG C4-M1", "W"),
    ],
)
def test_the_standard_stage_texts(text: str, letter: str) -> None:
    assert drawn(scored((0.0, 30.0, text), duration_s=30.0)) == letter


@pytest.mark.parametrize("text", ["0", "4", "5", "W", "REM", "Stage 2", "Sleep stage 5"])
def test_a_bare_number_or_word_is_no_stage(text: str) -> None:
    scoring = scored((0.0, 30.0, text))
    assert scoring.hypnogram is None
    assert [n.code for n in scoring.notices] == ["UNKNOWN_TEXT"]


def test_a_long_stage_fills_its_epochs() -> None:
    scoring = scored((0.0, 90.0, "Sleep stage W"), (90.0, 30.0, "Sleep stage N1"))
    assert drawn(scoring) == "WWW1"
    assert scoring.notices == ()


def test_epochs_of_20_s_are_kept_and_told() -> None:
    scoring = scored(*staged("WWWWWW", epoch_s=20.0))
    assert scoring.hypnogram is not None
    assert scoring.hypnogram.epoch_s == 20.0
    assert len(scoring.hypnogram) == 6
    assert "20 s" in messages(scoring)


def test_an_offset_is_kept_and_told() -> None:
    scoring = scored(*staged("WWW", offset_s=7.0))
    assert scoring.hypnogram is not None
    assert scoring.hypnogram.offset_s == 7.0
    assert "7 s into the record" in messages(scoring)


def test_a_gap_is_unscored_and_told() -> None:
    scoring = scored((0.0, 30.0, "Sleep stage W"), (90.0, 30.0, "Sleep stage N2"))
    assert drawn(scoring) == "W??2"
    assert "2 epochs without a stage" in messages(scoring)


def test_two_scorers_of_one_epoch_leave_it_unscored() -> None:
    scoring = scored(*staged("WWWW"), (30.0, 30.0, "Sleep stage N1"), (60.0, 30.0, "Sleep stage W"))
    assert drawn(scoring) == "W?WW"
    assert "1 epochs with two different stages" in messages(scoring)


def test_what_reaches_past_the_record_is_cut_and_told() -> None:
    scoring = scored(*staged("WWWWNN"), duration_s=90.0)
    assert drawn(scoring) == "WWW"
    assert "3 epochs reach past the record" in messages(scoring)


def test_a_partial_last_epoch_is_not_staged() -> None:
    scoring = scored(*staged("WWW"), (90.0, 15.0, "Sleep stage N1"), duration_s=105.0)
    assert drawn(scoring) == "WWW"


def test_epochs_before_the_record_are_cut_and_told() -> None:
    scoring = scored(*staged("WRWW", offset_s=-60.0), duration_s=60.0)
    assert drawn(scoring) == "WW"
    assert "2 epochs before the record" in messages(scoring)


def test_stages_of_another_time_give_no_hypnogram() -> None:
    scoring = scored(*staged("WW", offset_s=500.0))
    assert scoring.hypnogram is None
    assert "No stage lies within the record" in messages(scoring)


def test_a_stage_of_absurd_length_is_cut_at_the_record() -> None:
    assert drawn(scored((0.0, 9e8, "Sleep stage W"))) == "WWWW"


def test_stages_without_durations_last_until_the_next() -> None:
    scoring = scored((0.0, None, "Sleep stage W"), (90.0, None, "Sleep stage N1"))
    assert drawn(scoring) == "WWW1"
    assert "2 stages have no duration" in messages(scoring)


def test_stages_in_any_order_give_one_hypnogram() -> None:
    rows = staged("W12R")
    assert drawn(scored(*reversed(rows))) == drawn(scored(*rows)) == "W12R"


def test_old_stages_are_told() -> None:
    assert "Rechtschaffen" in messages(scored(*staged("1234")))


def test_an_unmarked_kind_is_none_and_not_empty() -> None:
    scoring = scored(*staged("WWWW"))
    assert (scoring.arousals, scoring.respiratory, scoring.movements) == (None, None, None)
    assert (scoring.lights_off_s, scoring.lights_on_s) == (None, None)


def test_lights_are_the_first_off_and_the_last_on() -> None:
    scoring = scored(
        (20.0, 0.0, "Lights off@@EMG RAT"), (10.0, None, "lights off"), (99.0, None, "Lights on")
    )
    assert (scoring.lights_off_s, scoring.lights_on_s) == (10.0, 99.0)
    assert [n.code for n in scoring.notices] == ["LIGHTS"]


@pytest.mark.parametrize(
    "text", ["Apnea", "Obstructive apnea", "Central hypopnea", "Hypopnoea", "RERA"]
)
def test_respiratory_texts(text: str) -> None:
    (event,) = scored((10.0, 12.0, text)).respiratory or ()
    assert (event.kind, event.onset_s, event.duration_s) == (EventKind.RESPIRATORY, 10.0, 12.0)
    assert event.rule_set == "technician:edf"


@pytest.mark.parametrize("text", ["Hypoventilation", "CS breathing", "Bruxism", "Bradycardia"])
def test_other_standard_texts_are_known_and_no_event(text: str) -> None:
    scoring = scored((10.0, 12.0, text))
    assert scoring.respiratory is None
    assert scoring.notices == ()


def test_arousals() -> None:
    (event,) = scored((10.0, 5.0, "EEG arousal")).arousals or ()
    assert (event.kind, event.offset_s) == (EventKind.AROUSAL, 15.0)


@pytest.mark.parametrize(
    ("text", "side", "channel", "is_plm"),
    [
        ("Limb movement@@EMG LAT", Side.LEFT, "EMG LAT", None),
        ("Limb movement@@EMG RAT", Side.RIGHT, "EMG RAT", None),
        ("PLMS@@EMG RAT", Side.RIGHT, "EMG RAT", True),
        ("Limb movement", Side.UNKNOWN, None, None),
        ("Limb movement@@Erika Mustermann", Side.UNKNOWN, None, None),
    ],
)
def test_movements(text: str, side: Side, channel: str | None, is_plm: bool | None) -> None:
    (event,) = scored((10.0, 1.0, text)).movements or ()
    assert event.kind is EventKind.UNILATERAL_LM
    assert (event.side, event.channel, event.is_plm) == (side, channel, is_plm)


def test_a_signal_of_the_record_is_kept_by_its_label() -> None:
    rows = [Annotation(onset_s=1.0, duration_s=1.0, text="Limb movement@@X7")]
    (event,) = to_scoring(rows, 60.0, labels=("X7",)).movements or ()
    assert event.channel == "X7"


def test_events_come_in_time_order() -> None:
    events = scored((50.0, 5.0, "EEG arousal"), (10.0, 5.0, "EEG arousal")).arousals or ()
    assert [e.onset_s for e in events] == [10.0, 50.0]


def test_events_outside_the_record_are_left_out_and_told() -> None:
    scoring = scored((130.0, 5.0, "EEG arousal"), (-1.0, 5.0, "EEG arousal"))
    assert scoring.arousals is None
    assert [n.code for n in scoring.notices] == ["OUTSIDE_RECORD"]


def test_a_shift_moves_all() -> None:
    rows = [
        Annotation(onset_s=0.0, duration_s=30.0, text="Sleep stage R"),
        Annotation(onset_s=5.0, duration_s=3.0, text="EEG arousal"),
    ]
    start = dt.datetime.fromisoformat("2024-05-06T22:00:00")
    file = replace(to_marks(rows), start=start + dt.timedelta(seconds=30))
    scoring = assemble(file, StudyFrame(duration_s=90.0, start=start, is_dated=True))
    assert drawn(scoring) == "?R?"
    assert [e.onset_s for e in scoring.arousals or ()] == [35.0]


def test_unknown_texts_are_counted_and_never_kept() -> None:
    scoring = scored((1.0, None, "Erika Mustermann coughs"), (2.0, None, "x"))
    assert [n.code for n in scoring.notices] == ["UNKNOWN_TEXT"]
    assert "2 annotations" in scoring.notices[0].message
    assert "Mustermann" not in repr(scoring)


def test_no_annotation_gives_an_empty_scoring() -> None:
    scoring = scored()
    assert scoring.hypnogram is None
    assert scoring.notices == ()
