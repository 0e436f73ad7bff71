"""Text formats of scorings: each drawn file, and that no format claims another's."""

from __future__ import annotations

import codecs
import datetime as dt
from collections.abc import Iterable

import pytest

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.events import Side
from pipeline.formats import texts
from pipeline.formats.lab_terms import Term
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.scoring_parameters import ScoringParameters
from tests.unit import drawn_scorings as drawn

FILES = [(title, text) for title, files in drawn.ALL.items() for text in files]


def read(text: str, **options: object) -> ScoringFile:
    (file,) = read_all(text, **options)
    return file


def read_all(text: str, **options: object) -> tuple[ScoringFile, ...]:
    content = text.encode()
    known = texts.recognise(content)
    assert known is not None
    return known.parse(content, ScoringParameters(**options))  # type: ignore[arg-type]


def of(file: ScoringFile, *kinds: MarkKind) -> list[Mark]:
    return [mark for mark in file.marks if mark.kind in kinds]


def stages(file: ScoringFile) -> list[tuple[float, float | None, str]]:
    return [(m.onset_s, m.duration_s, m.stage.letter) for m in file.marks if m.stage is not None]


def onsets(marks: Iterable[Mark]) -> list[float]:
    return [mark.onset_s for mark in marks]


def codes(file: ScoringFile) -> list[Code]:
    return [notice.code for notice in file.notices]


# No format claims another's


@pytest.mark.parametrize(("title", "text"), FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_file_is_claimed_by_its_format_alone(
    title: str, text: str, encoding: str, end: str
) -> None:
    content = text.replace("\n", end).encode(encoding)
    assert [known.title for known in texts.FORMATS if known.looks_like(content)] == [title]


@pytest.mark.parametrize("content", drawn.OTHERS)
def test_no_other_content_is_claimed(content: bytes) -> None:
    assert [known.title for known in texts.FORMATS if known.looks_like(content)] == []


@pytest.mark.parametrize(("title", "text"), FILES)
def test_the_encoding_and_the_line_ends_change_no_mark(title: str, text: str) -> None:
    known = next(known for known in texts.FORMATS if known.title == title)
    options = ScoringParameters(scheme="profusion" if text == drawn.INTEGERS else "")
    contents = [
        text.encode(),
        codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        text.replace("\n", "\r\n").encode("cp1252"),
    ]
    first, *others = ([f.marks for f in known.parse(c, options)] for c in contents)
    assert all(other == first for other in others)


# RemLogic


def test_remlogic_stages_are_the_events_that_begin_sleep() -> None:
    letters = "".join(letter[-1] for _, _, letter in stages(read(drawn.REMLOGIC)))
    assert letters == "W123RM?"


def test_remlogic_times_go_over_midnight_from_the_first_row() -> None:
    file = read(drawn.REMLOGIC)
    assert (file.start, file.clock) == (None, dt.time(23, 59))
    assert [onset for onset, _, _ in stages(file)] == [0, 30, 60, 90, 120, 150, 180]


def test_remlogic_plm_is_a_series_and_its_parts_are_movements() -> None:
    file = read(drawn.REMLOGIC)
    found = of(file, MarkKind.LIMB_MOVEMENT, MarkKind.PLM)
    assert [(m.text, m.duration_s, m.channel) for m in found] == [
        ("PLM-LM", 1.5, "TIB Dx"),
        ("PLM-RRLM", 0.8, "TIB Sx"),
    ]
    assert Code.SCORING_NO_MOVEMENTS in codes(file)


def test_remlogic_arousals_breaths_lights_and_what_is_only_known() -> None:
    file = read(drawn.REMLOGIC)
    assert onsets(of(file, MarkKind.AROUSAL)) == [67.0]
    assert onsets(of(file, MarkKind.RESPIRATORY)) == [130.0]
    assert onsets(of(file, MarkKind.LIGHTS_OFF)) == [5.0]
    assert [m.text for m in of(file, MarkKind.KNOWN)] == ["PLM", "MCAP-A1", "REM"]
    assert of(file, MarkKind.UNKNOWN) == []


def test_remlogic_columns_go_by_their_titles() -> None:
    text = (
        "Heure [hh:mm:ss]\tEmplacement\tDurée [s]\tEvénement\tStade de sommeil\n"
        "22.09.33\tTIB Sx\t1,5\tPLM-LM\tS1\n"
    )
    (mark,) = read(text).marks
    assert (mark.kind, mark.duration_s, mark.channel) == (MarkKind.LIMB_MOVEMENT, 1.5, "TIB Sx")


# DOMINO


def test_domino_stages_with_artefact_and_movement_on_the_header_s_time() -> None:
    file = read(drawn.DOMINO_STAGES)
    assert file.start == dt.datetime(2020, 11, 19, 23, 59, 30)  # noqa: DTZ001  local time
    assert file.epoch_s == 30.0
    assert stages(file) == [
        (30.0 * i, 30.0, letter) for i, letter in enumerate(["?", "W", "N1", "N3", "R", "M"])
    ]


def test_domino_arousals_of_the_cortex_only_with_the_finer_duration() -> None:
    file = read(drawn.DOMINO_AROUSALS)
    found = [(m.onset_s, m.duration_s) for m in of(file, MarkKind.AROUSAL)]
    assert found == [(29.5, 6.5), (70.0, 4.0)]
    assert "Autonom" in of(file, MarkKind.UNKNOWN, MarkKind.KNOWN)[0].text


def test_domino_markers_of_movements() -> None:
    file = read(drawn.DOMINO_LEGS)
    assert [m.kind for m in file.marks] == [
        MarkKind.LIMB_MOVEMENT,
        MarkKind.PLM,
        MarkKind.KNOWN,
    ]
    assert file.marks[0].duration_s == 1.25


def test_domino_bursts_of_a_muscle_are_no_movements_and_that_is_told() -> None:
    file = read(drawn.DOMINO_LEGS.replace("I-Marker", "LeftLegPhasic"))
    assert (file.marks[0].kind, file.marks[0].side) == (MarkKind.KNOWN, Side.LEFT)
    assert Code.SCORING_NO_MOVEMENTS in codes(file)


def test_domino_rate_in_other_units_and_another_epoch() -> None:
    assert read(drawn.DOMINO_STAGES.replace("30 s", "20000 ms")).epoch_s == 20.0


def test_domino_start_half_a_day_off_is_told() -> None:
    text = drawn.DOMINO_AROUSALS.replace("19.11.2020 23:59:30", "11/19/2020 11:30:00 AM")
    assert codes(read(text)) == [Code.SCORING_DATE]


def test_domino_without_a_readable_start_begins_with_its_first_row() -> None:
    file = read(drawn.DOMINO_AROUSALS.replace("19.11.2020 23:59:30", "yesterday"))
    assert file.clock == dt.time(23, 59, 59, 500_000)
    assert codes(file) == [Code.SCORING_DATE]


def domino_set(*files: str) -> tuple[ScoringFile, ...]:
    return texts.parse_set([text.encode() for text in files])


def test_a_domino_folder_is_one_scoring_on_one_time() -> None:
    later = drawn.DOMINO_LEGS.replace("23:59:30", "23:59:40")
    (file,) = domino_set(drawn.DOMINO_STAGES, drawn.DOMINO_AROUSALS, later, drawn.WORDS)
    assert (file.source, file.epoch_s, len(file.marks)) == ("domino", 30.0, 12)
    assert onsets(of(file, MarkKind.LIMB_MOVEMENT)) == [31.0]
    assert onsets(file.marks) == sorted(onsets(file.marks))


def test_two_hypnograms_in_a_domino_folder_are_refused() -> None:
    with pytest.raises(ScoringError, match="more than one file of: stages") as caught:
        domino_set(drawn.DOMINO_STAGES, drawn.DOMINO_STAGES)
    assert caught.value.code is Code.SCORING_SET


def test_domino_starts_with_and_without_a_date_are_not_compared() -> None:
    undated = drawn.DOMINO_LEGS.replace("19.11.2020 ", "")
    with pytest.raises(ScoringError, match="cannot be compared"):
        domino_set(drawn.DOMINO_STAGES, undated)


def test_a_folder_without_domino_has_no_domino_scoring() -> None:
    assert domino_set(drawn.WORDS) == ()


# Noxturnal


def test_noxturnal_in_french() -> None:
    file = read(drawn.NOXTURNAL)
    assert file.start == dt.datetime(2018, 7, 25, 23, 59, 30)  # noqa: DTZ001  local time
    assert stages(file) == [(0.0, 30.0, "W"), (30.0, 30.0, "N1"), (60.0, 30.0, "R")]
    assert [(m.onset_s, m.duration_s) for m in of(file, MarkKind.LIMB_MOVEMENT)] == [(40.0, 2.722)]
    assert onsets(of(file, MarkKind.AROUSAL)) == [45.0]
    assert onsets(of(file, MarkKind.RESPIRATORY)) == [61.0]
    assert [m.text for m in of(file, MarkKind.KNOWN)] == ["PLM", "Désat"]


def test_noxturnal_in_german_and_english() -> None:
    german = "Startzeit;Endzeit;Ereignis;Dauer\n25.07.2018 23:00:00;25.07.2018 23:00:30;Wach;30,0\n"
    english = (
        "Start Time\tEnd Time\tEvent\n"
        "7/25/2018 11:00:00 PM\t7/25/2018 11:00:30 PM\tWake\n"
        "7/25/2018 11:00:10 PM\t7/25/2018 11:00:12 PM\tPLMS\n"
    )
    assert stages(read(german)) == stages(read(english)) == [(0.0, 30.0, "W")]
    assert [m.duration_s for m in of(read(english), MarkKind.PLM)] == [2.0]


# Lists of events


def test_event_csv_of_natus_and_stages() -> None:
    file = read(drawn.EVENT_CSV)
    assert file.clock == dt.time(23, 59, 30)
    assert stages(file) == [
        *((0.0, 30.0, "W"), (30.0, 30.0, "N1"), (60.0, 30.0, "?"), (90.0, 30.0, "R"))
    ]
    assert onsets(of(file, MarkKind.PLM)) == [35.0]
    assert onsets(of(file, MarkKind.LIMB_MOVEMENT)) == [36.0]
    assert onsets(of(file, MarkKind.AROUSAL)) == onsets(of(file, MarkKind.RESPIRATORY)) == [45.0]
    assert onsets(of(file, MarkKind.LIGHTS_ON)) == [120.0]


def test_event_csv_does_not_say_what_a_bare_plm_is() -> None:
    assert [m.text for m in of(read(drawn.EVENT_CSV), MarkKind.UNKNOWN)] == ["PLM"]


def test_words_that_are_stages_in_a_hypnogram_are_none_among_events() -> None:
    text = drawn.EVENT_CSV + "00:02:00,3,Movement\n00:02:01,3,Unknown\n00:02:02,3,M\n"
    assert stages(read(text)) == stages(read(drawn.EVENT_CSV))


def test_event_csv_with_dates_and_a_clock_of_12_hours() -> None:
    text = "Start Time,Duration (seconds),Event\n5/22/2018 8:16:00 PM, 30.000, Wake\n"
    assert read(text).start == dt.datetime(2018, 5, 22, 20, 16)  # noqa: DTZ001  local time


def test_allscore_stages_last_until_the_next_or_the_pause() -> None:
    assert stages(read(drawn.ALLSCORE)) == [
        *((18.0, 30.0, "N1"), (48.0, 90.0, "N2"), (138.0, 120.0, "?"), (258.0, 30.0, "W"))
    ]


def test_allscore_events_have_their_length_in_the_text() -> None:
    file = read(drawn.ALLSCORE)
    kinds = (MarkKind.LIMB_MOVEMENT, MarkKind.AROUSAL, MarkKind.RESPIRATORY)
    assert [(m.onset_s, m.duration_s) for m in of(file, *kinds)] == [
        *((20.64, 0.7), (52.93, 3.0), (53.47, 44.9))
    ]
    assert onsets(of(file, MarkKind.LIGHTS_OFF, MarkKind.LIGHTS_ON)) == [0.13, 288.0]
    assert of(file, MarkKind.UNKNOWN) == []


def test_snooz_stages_and_a_movement_with_its_channel() -> None:
    file = read(drawn.SNOOZ)
    assert [letter for _, _, letter in stages(file)] == ["W", "N1", "R", "?"]
    (movement,) = of(file, MarkKind.LIMB_MOVEMENT)
    assert (movement.onset_s, movement.channel) == (31.25, "EMG LAT")
    assert (file.start, file.clock) == (None, None)


# Tables and lists of stages


def test_each_scorer_of_a_table_is_a_scoring_and_no_name_is_kept() -> None:
    first, second = read_all(drawn.EVENTS_TSV)
    assert stages(first) == [(0.0, 30.0, "W"), (30.0, 30.0, "N1")]
    assert stages(second) == [(0.0, 30.0, "N1"), (30.0, 30.0, "N2")]
    assert "somebody" not in repr((first, second))


def test_a_table_of_events_is_read_by_trial_type_not_by_the_stage_beside() -> None:
    file = read(drawn.TRIALS_TSV)
    assert [m.kind for m in file.marks] == [
        *(MarkKind.LIGHTS_OFF, MarkKind.LIMB_MOVEMENT, MarkKind.AROUSAL)
    ]
    assert (file.marks[1].onset_s, file.marks[1].channel) == (12.5, "EMG LAT")


def test_the_events_of_a_yasa_hypnogram_are_stages() -> None:
    assert stages(read(drawn.YASA_EVENTS)) == [(0.0, 30.0, "W"), (30.0, 30.0, "?")]


def test_integers_in_a_table_need_a_scheme() -> None:
    text = "onset\tduration\tstage\n0\t30\t0\n30\t30\t4\n"
    assert [s for _, _, s in stages(read(text, scheme="yasa"))] == ["W", "R"]
    with pytest.raises(ScoringError) as caught:
        read(text)
    assert caught.value.code is Code.SCHEME_NEEDED


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        (drawn.WORDS, "W12R"),
        (drawn.LETTERS, "W123R?"),
        (drawn.YASA_CSV, "W1?R"),
        ("\nStage\nW\nN1\n\n\n", "W1"),
        ("Stage,Confidence\nN1,0.7\nR,0.9\n", "1R"),
    ],
)
def test_lists_of_words(text: str, letters: str) -> None:
    file = read(text, epoch_s=20.0)
    assert stages(file) == [
        (20.0 * i, 20.0, letter if letter in "WR?" else f"N{letter}")
        for i, letter in enumerate(letters)
    ]
    assert file.epoch_s == 20.0
    assert set(codes(file)) <= {Code.HYPNOGRAM_RK}


def test_a_list_of_integers_is_read_by_the_scheme_that_is_named() -> None:
    assert [s for _, _, s in stages(read(drawn.INTEGERS, scheme="profusion"))] == [
        *("W", "N1", "N2", "N3", "R")
    ]
    with pytest.raises(ScoringError) as caught:
        read(drawn.INTEGERS)
    assert caught.value.code is Code.SCHEME_NEEDED


def test_the_length_of_an_epoch_is_assumed_and_told() -> None:
    file = read(drawn.WORDS)
    assert (file.epoch_s, codes(file)) == (30.0, [Code.EPOCH_LENGTH])


def test_a_stage_each_second_is_not_taken_for_epochs() -> None:
    with pytest.raises(ScoringError, match="longer than two days") as caught:
        read("W\n" * 28_800)
    assert caught.value.code is Code.EPOCH_LENGTH
    assert len(read("W\n" * 28_800, epoch_s=1.0).marks) == 28_800


def test_a_list_may_begin_after_the_record() -> None:
    assert stages(read("W\nN1\n", start_offset_s=90.0))[0] == (90.0, 30.0, "W")


def test_a_line_that_is_no_stage_keeps_its_place() -> None:
    file = read("Epoch,Stage\n1,W\n2,\n3,tired\n4,N2\n", epoch_s=30.0)
    assert [s for _, _, s in stages(file)] == ["W", "?", "?", "N2"]
    assert "2, in line 3, 4" in file.notices[0].message


def test_epochs_that_a_table_leaves_out_are_left_out() -> None:
    assert [t for t, _, _ in stages(read("Epoch,Stage\n1,W\n2,N1\n5,N2\n"))] == [0, 30, 120]


def test_elan_states_its_epochs_and_has_its_own_codes() -> None:
    file = read(drawn.ELAN)
    assert stages(file) == [(0.0, 20.0, "W"), (20.0, 20.0, "N2"), (40.0, 20.0, "R")]
    assert file.notices == ()
    assert codes(read(drawn.ELAN.replace("epoch_nb 3", "epoch_nb 4"))) == [Code.SCORING_ROWS]


def test_lunas_own_names_are_stages_of_a_list() -> None:
    file = read(drawn.LUNA, epoch_s=30.0)
    assert "".join(letter[-1] for _, _, letter in stages(file)) == "W13???WR"
    assert codes(file) == [Code.HYPNOGRAM_RK]


def test_a_length_that_the_list_states_stands_where_the_lab_gives_none() -> None:
    assert read(drawn.ELAN).epoch_s == 20.0
    assert read(drawn.ELAN, epoch_s=30.0).epoch_s == 30.0


def test_comments_of_a_list_take_no_epoch() -> None:
    file = read("# scored by hand\nW\nN1\n# break\nN2\nREM\n", epoch_s=30.0)
    assert "".join(letter[-1] for _, _, letter in stages(file)) == "W12R"
    assert [onset for onset, _, _ in stages(file)] == [0.0, 30.0, 60.0, 90.0]


def test_stages_of_noxturnal_by_their_inner_names() -> None:
    text = "Start Time,End Time,Event\n23:58:00,23:58:30,sleep-wake\n23:58:30,23:59:00,sleep-n1\n"
    assert [letter for _, _, letter in stages(read(text))] == ["W", "N1"]


def test_a_lab_s_own_word_in_a_list_is_not_told_as_unreadable() -> None:
    text = drawn.WORDS * 5 + "Tief\n"
    assert Code.SCORING_ROWS in codes(read(text))
    assert Code.SCORING_ROWS not in codes(read(text, terms={"tief": Term.N3}))


@pytest.mark.parametrize("text", [drawn.REMLOGIC, drawn.LETTERS, drawn.DOMINO_STAGES])
def test_stage_4_is_told_in_texts_too(text: str) -> None:
    assert Code.HYPNOGRAM_RK in codes(read(text))


# Malformed rows


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (drawn.REMLOGIC, "S1\tSupine\tnever\tSLEEP-S1\t30\t"),
        (drawn.REMLOGIC, "S1\tSupine\t00:03:00\tSLEEP-S1\t-30\t"),
        (drawn.REMLOGIC, "S1\tSupine"),
        (drawn.REMLOGIC, "S1\tSupine\t00:03:00\t\t30\t"),
        (drawn.DOMINO_STAGES, "00:02:30,000"),
        (drawn.DOMINO_STAGES, "00:77:30,000; N1"),
        (drawn.DOMINO_AROUSALS, "00:02:30,000-00:00:10,000; 5;PLM Arousal (EEG)"),
        (drawn.NOXTURNAL, "26/07/2018 00:01:00,,N2"),
        (drawn.NOXTURNAL, "26/07/2018,26/07/2018,N2,30,"),
        (drawn.EVENT_CSV, "00:00:00,thirty,Stage1"),
        (drawn.EVENT_CSV, "00:00:00,30"),
        (drawn.ALLSCORE, "STAGE - N1"),
        (drawn.SNOOZ, "stage\t0\tx\t30.0\t[]"),
        (drawn.SNOOZ, "stage\t0\t120"),
        (drawn.TRIALS_TSV, "n/a\t30\tLights on\tn/a\tW"),
        (drawn.TRIALS_TSV, "30\tnan\tLights on\tn/a\tW"),
    ],
)
def test_a_malformed_row_is_told_by_its_line_and_changes_no_other(text: str, row: str) -> None:
    clean, damaged = read(text), read(f"{text}{row}\n")
    kept = [n for n in damaged.notices if n.code is not Code.SCORING_ROWS]
    (told,) = [n for n in damaged.notices if n.code is Code.SCORING_ROWS]
    assert damaged.marks == clean.marks
    assert tuple(kept) == clean.notices
    assert told.message.startswith("Rows that could not be read: 1, in line ")
    assert f"line {text.count(chr(10)) + 1};" in told.message


def test_many_malformed_rows_are_counted_and_the_first_named() -> None:
    message = read(drawn.SNOOZ + "?\n" * 25).notices[0].message
    assert "25, in line 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 and 15 more;" in message


@pytest.mark.parametrize(
    "text", [drawn.NOXTURNAL.splitlines()[0], drawn.EVENT_CSV.splitlines()[0], drawn.SNOOZ[:47]]
)
def test_titles_without_a_row_are_refused(text: str) -> None:
    for known in texts.FORMATS:
        if known.looks_like(text.encode()):
            with pytest.raises(ScoringError) as caught:
                known.parse(text.encode(), ScoringParameters())
            assert caught.value.code is Code.SCORING_UNREADABLE


def test_no_text_of_a_file_gets_into_a_notice() -> None:
    for _, text in FILES:
        options = {"scheme": "profusion"} if text == drawn.INTEGERS else {}
        is_list = text in (drawn.WORDS, drawn.LUNA, drawn.LETTERS, drawn.INTEGERS)
        files = read_all(text * (4 if is_list else 1) + "Secret Name\n", **options)
        assert [n.code for n in files[0].notices].count(Code.SCORING_ROWS) >= 1
        assert "Secret" not in repr([file.notices for file in files])
