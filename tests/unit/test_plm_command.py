"""`hypnic plm`: what it reads, what it refuses and where, and what it writes."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.app import app
from pipeline.codes import Code
from pipeline.errors import ScoringError, SettingsError
from pipeline.events import Side
from pipeline.formats.scoring_parameters import ScoringParameters
from pipeline.hypnogram import from_letters
from pipeline.legs.given import RuleSet, score_given
from pipeline.legs.indices import IndexName, Scope
from pipeline.movement_files.night import GivenNight, NightFiles, read_night
from tests.unit.compared_files import write_scoring

RUN = CliRunner()
SERIES = "onset_s,duration_s,side\n" + "".join(f"{30 + 20 * n},1,left\n" for n in range(6))


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _night(folder: Path, movements: str, stages: str = "W\nN2\nN2\nN2\nN2\nN2\n") -> GivenNight:
    return read_night(
        NightFiles(
            movements=_file(folder, "movements.csv", movements),
            hypnogram=_file(folder, "stages.txt", stages),
        )
    )


def _plm(folder: Path, *words: str) -> Result:
    movements, stages = _file(folder, "m.csv", SERIES), _file(folder, "h.txt", "W\n" + "N2\n" * 5)
    return RUN.invoke(app, ["plm", str(movements), "--hypnogram", str(stages), *words])


@pytest.mark.parametrize(
    "text",
    [
        "onset_s,duration_s,side\n40,1.5,left\n",
        "Onset;Duration;Leg\n40;1,5;L\n",
        "start (s)\tend (s)\tside\n40\t41.5\tLEFT\n",
        "\ufeffbegin,offset_s,side,note\r\n40,41.5,l,x\r\n\r\n",
    ],
)
def test_a_movement_is_the_same_however_its_table_is_written(tmp_path: Path, text: str) -> None:
    night = _night(tmp_path, text)
    assert night.movements.spans_s.tolist() == [[40.0, 41.5]]
    assert night.movements.sides == (Side.LEFT,)


def test_parquet_gives_what_csv_gives(tmp_path: Path) -> None:
    path = tmp_path / "m.parquet"
    table = pa.table({"onset_s": [40.0], "duration_s": [1.5], "side": ["left"]})
    pq.write_table(table, path)
    stages = _file(tmp_path, "stages.txt", "W\nN2\n")
    night = read_night(NightFiles(movements=path, hypnogram=stages))
    assert night.movements.spans_s.tolist() == [[40.0, 41.5]]


@pytest.mark.parametrize(
    "text",
    [
        "W\nN1\nN2\nN3\nREM\n?\n",
        "stage\nW\n1\n2\n3\nR\n?\n",
        "onset,duration,stage\n0,30,W\n30,30,N1\n60,30,N2\n90,30,N3\n120,30,REM\n150,30,?\n",
    ],
)
def test_stages_are_the_same_however_they_are_written(tmp_path: Path, text: str) -> None:
    night = _night(tmp_path, SERIES, text)
    assert night.hypnogram.stages.tolist() == from_letters("W123R?").stages.tolist()


HEADER = "onset_s,duration_s,side\n"


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        (HEADER + "1,1,left\nnan,1,left\n", Code.TABLE_CELL, "movements, line 3, column onset_s"),
        (HEADER + "1,,left\n", Code.TABLE_CELL, "movements, line 2, column duration_s"),
        (HEADER + "1,-1,left\n", Code.TABLE_CELL, "movements, line 2, column duration_s"),
        (HEADER + "-1,1,left\n", Code.TABLE_CELL, "movements, line 2, column onset_s"),
        (HEADER + "1e999,1,left\n", Code.TABLE_CELL, "movements, line 2, column onset_s"),
        (HEADER + "1,1,both\n", Code.TABLE_CELL, "movements, line 2, column side"),
        (HEADER + "1,1,left,9\n", Code.TABLE_CELL, "movements, line 2"),
        ("onset_s,end\n5,4\n", Code.TABLE_CELL, "movements, line 2, column end"),
        ("onset_s,dur,end\n5,1,7\n", Code.TABLE_CELL, "movements, line 2, column end"),
        ("duration_s\n1\n", Code.TABLE_COLUMNS, "movements, header"),
        ("onset_s,start,dur\n1,1,1\n", Code.TABLE_COLUMNS, "movements, header"),
        ("onset_s\n1\n", Code.TABLE_COLUMNS, "movements, header"),
        ("", Code.TABLE_FILE, "movements"),
        ("onset_s\x00,dur\n1,1\n", Code.TABLE_FILE, "movements"),
    ],
)
def test_a_bad_table_is_refused_by_line_and_column(
    tmp_path: Path, text: str, code: Code, where: str
) -> None:
    with pytest.raises(ScoringError) as refused:
        _night(tmp_path, text)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert refused.value.remedy


def test_an_unknown_stage_is_refused_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(ScoringError, match="hypnogram, line 2"):
        _night(tmp_path, SERIES, "W\nN9\n")


@pytest.mark.parametrize(
    ("movements", "code"),
    [
        (HEADER + "9,1,left\n1,1,left\n", Code.TABLE_UNSORTED),
        (HEADER + "1,9,left\n5,1,left\n", Code.TABLE_OVERLAP),
        (HEADER + "1,1,?\n", Code.SIDE_UNKNOWN),
        (HEADER + "999,1,left\n", Code.EVENT_UNSTAGED),
        ("onset_s;dur;side\n1,5;1;left\n", Code.TABLE_COMMA),
    ],
)
def test_what_is_doubtful_is_told(tmp_path: Path, movements: str, code: Code) -> None:
    assert [notice.code for notice in _night(tmp_path, movements).notices] == [code]


def test_legs_that_move_together_do_not_overlap(tmp_path: Path) -> None:
    assert _night(tmp_path, HEADER + "1,9,left\n5,1,right\n").notices == ()


def test_without_stages_the_night_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScoringError, match="--hypnogram") as refused:
        read_night(NightFiles(movements=_file(tmp_path, "m.csv", SERIES)))
    assert refused.value.code is Code.NO_STAGES


def test_both_rule_sets_stand_side_by_side_and_every_row_names_its_own(tmp_path: Path) -> None:
    assert _plm(tmp_path, "--out", str(tmp_path / "plm.csv")).exit_code == 0
    for name in ("plm.csv", "plm_indices.csv"):
        with (tmp_path / name).open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["rule_set"] for row in rows} == {"AASM_v3", "WASM_2016"}


def test_what_was_not_scored_is_null_and_not_0(tmp_path: Path) -> None:
    out = tmp_path / "plm.json"
    _plm(tmp_path, "--out", str(out))
    rows = json.loads(out.read_text())["indices"]
    found = {(r["index"], r["scope"]): r["n"] for r in rows if r["rule_set"] == "WASM_2016"}
    assert found["PLM", "TST"] == 6
    assert (found["PLMa", "TST"], found["PLMnr", "TST"], found["PLM", "REM"]) == (None, None, None)


def test_a_table_without_rows_says_that_nothing_was_found(tmp_path: Path) -> None:
    out, none = tmp_path / "plm.json", _file(tmp_path, "r.csv", "onset_s,duration_s\n")
    _plm(tmp_path, "--respiratory", str(none), "--arousals", str(none), "--out", str(out))
    rows = json.loads(out.read_text())["indices"]
    found = {(r["index"], r["scope"]): r["n"] for r in rows if r["rule_set"] == "WASM_2016"}
    assert (found["PLMa", "TST"], found["PLMnr", "TST"], found["CLMr", "TST"]) == (0, 6, 0)


def test_parquet_and_csv_hold_the_same(tmp_path: Path) -> None:
    for name in ("plm.csv", "plm.parquet"):
        _plm(tmp_path, "--out", str(tmp_path / name))
    with (tmp_path / "plm.csv").open(newline="") as file:
        onsets = [float(row["onset_s"]) for row in csv.DictReader(file)]
    assert pq.read_table(tmp_path / "plm.parquet").column("onset_s").to_pylist() == onsets


def test_without_out_movements_and_indices_are_printed(tmp_path: Path) -> None:
    shown = _plm(tmp_path, "--rules", "WASM_2016").output
    assert "130.000" in shown
    assert "WASM_2016: per hour" in shown
    assert "AASM_v3" not in shown


def test_an_unknown_kind_of_output_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    result = _plm(tmp_path, "--out", str(tmp_path / "plm.xlsx"))
    assert isinstance(result.exception, SettingsError)
    assert ".parquet" in result.exception.remedy


def test_an_array_with_an_end_before_its_onset_is_refused_by_its_row() -> None:
    spans = np.array([[1.0, 2.0], [5.0, 4.0]])
    with pytest.raises(ScoringError, match="movements, row 2"):
        score_given(spans, [Side.LEFT] * 2, from_letters("W"), RuleSet.AASM_V3)


def test_a_bilateral_movement_is_no_movement_of_one_leg() -> None:
    with pytest.raises(ScoringError, match="left, right and unknown"):
        score_given(np.array([[1.0, 2.0]]), [Side.BILATERAL], from_letters("W"), RuleSet.AASM_V3)


def test_aasm_counts_no_periodic_movement_in_wake() -> None:
    spans = np.array([[20.0 * n, 20.0 * n + 1.0] for n in range(1, 7)])
    score = score_given(spans, [Side.LEFT] * 6, from_letters("WWWWW"), RuleSet.AASM_V3)
    assert score.indices[IndexName.PLM, Scope.WAKE].n == 0


LIMBS = [(40.0 + 20.0 * n, 1.0, "Limb movement@@LAT") for n in range(5)]


def test_a_scoring_file_gives_movements_stages_and_arousals(tmp_path: Path) -> None:
    events = [*LIMBS, (41.2, 5.0, "EEG arousal")]
    night = read_night(
        NightFiles(movements=write_scoring(tmp_path / "s.edf", "W22222", events=events))
    )
    score = night.score(RuleSet.WASM_2016)
    assert score.indices[IndexName.PLM, Scope.TST].n == 5
    assert score.indices[IndexName.PLM_A, Scope.TST].n == 1
    assert score.indices[IndexName.PLM_NR, Scope.TST].n is None


def test_a_hypnogram_that_starts_later_is_moved_and_told(tmp_path: Path) -> None:
    start = dt.datetime(2020, 1, 1, 22, 0)  # noqa: DTZ001 - EDF knows no time zone
    movements = write_scoring(tmp_path / "m.edf", "W", start=start, events=LIMBS)
    later = start + dt.timedelta(seconds=60)
    stages = write_scoring(tmp_path / "h.edf", "W222", start=later)
    night = read_night(NightFiles(movements=movements, hypnogram=stages))
    assert night.hypnogram.stages.tolist() == from_letters("??W222").stages.tolist()
    assert Code.SCORING_MOVED in [notice.code for notice in night.notices]


def test_a_scoring_file_without_arousals_is_no_answer_to_arousals(tmp_path: Path) -> None:
    scoring = write_scoring(tmp_path / "s.edf", "W22222", events=LIMBS)
    with pytest.raises(ScoringError) as refused:
        read_night(NightFiles(movements=scoring, arousals=scoring))
    assert refused.value.code is Code.NO_EVENTS


def test_bare_integers_are_stages_only_by_a_named_scheme(tmp_path: Path) -> None:
    files = NightFiles(
        movements=_file(tmp_path, "m.csv", SERIES),
        hypnogram=_file(tmp_path, "h.txt", "0\n1\n2\n4\n"),
    )
    with pytest.raises(ScoringError) as refused:
        read_night(files)
    assert refused.value.code is Code.SCHEME_NEEDED
    named = replace(files, parameters=ScoringParameters(scheme="yasa"))
    assert read_night(named).hypnogram.stages.tolist() == from_letters("W12R").stages.tolist()


def test_a_folder_that_is_no_scoring_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScoringError) as refused:
        read_night(NightFiles(movements=tmp_path))
    assert refused.value.where.startswith("movements")
