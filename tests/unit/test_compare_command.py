"""`hypnic compare`, as a technician types it, and the files that it writes."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.app import app
from pipeline.errors import HypnicError
from tests.unit.compared_files import write_scoring

RUN = CliRunner()
NIGHT = "WWW111222333222RRRWW"
TABLES = ("confusions", "epochs", "events", "pairs", "scorers", "shares")
EVENTS = ((100.0, 5.0, "EEG arousal"), (200.0, 1.0, "Limb movement@@Leg L"))


def hypnic(*words: str | Path) -> Result:
    return RUN.invoke(app, ["compare", *map(str, words)])


def good(*words: str | Path) -> str:
    result = hypnic(*words)
    assert result.exit_code == 0, result.output
    return result.output


def failure(*words: str | Path) -> str:
    error = hypnic(*words).exception
    assert isinstance(error, HypnicError)
    return str(error)


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    letters = (NIGHT, NIGHT.replace("2R", "22"), NIGHT.replace("W1", "11"))
    names = ("anna", "ben <b>", "zoe")
    return [
        write_scoring(tmp_path / f"{name}.edf", each, events=EVENTS)
        for name, each in zip(names, letters, strict=True)
    ]


def test_the_terminal_names_the_files_and_the_median(three: list[Path]) -> None:
    shown = good(*three)
    for words in ("anna, zoe", "Median kappa over 3 pairs", "N1 against the rest", "LM left"):
        assert words in shown


def test_a_folder_stands_for_its_files(three: list[Path]) -> None:
    assert good(three[0].parent) == good(*three)


def test_a_night_is_compared_with_its_technician(scored: Path) -> None:
    assert "technician, auto" in good(scored)


def test_equal_stems_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    paths = []
    for name in ("day", "evening"):
        (tmp_path / name).mkdir()
        paths.append(write_scoring(tmp_path / name / "s.edf", NIGHT))
    assert "day/s, evening/s" in good(*paths)


def test_nothing_is_written_without_out(three: list[Path]) -> None:
    good(*three)
    assert sorted(three[0].parent.iterdir()) == sorted(three)


def test_every_table_is_written_as_csv_and_parquet_alike(three: list[Path], tmp_path: Path) -> None:
    good(*three, "--out", tmp_path / "out")
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    expected = [f"{name}.{ending}" for name in TABLES for ending in ("csv", "parquet")]
    assert written == sorted([*expected, "comparison.html"])
    for name in TABLES:
        parquet = pq.read_table(tmp_path / "out" / f"{name}.parquet")
        csv = pyarrow.csv.read_csv(tmp_path / "out" / f"{name}.csv")
        assert (csv.num_rows, csv.column_names) == (parquet.num_rows, parquet.column_names)


def test_the_tables_hold_what_can_be_counted_by_hand(three: list[Path], tmp_path: Path) -> None:
    good(*three, "--out", tmp_path / "out")
    pairs = pq.read_table(tmp_path / "out" / "pairs.parquet").to_pylist()
    assert [(p["reference"], p["other"], p["n_epochs"]) for p in pairs] == [
        ("A", "B", 20),
        ("A", "C", 20),
        ("B", "C", 20),
    ]
    assert [p["accuracy"] for p in pairs] == pytest.approx([0.95, 0.95, 0.9])
    shares = pq.read_table(tmp_path / "out" / "shares.parquet").to_pylist()
    assert [row["epoch"] for row in shares if row["is_disputed"]] == [2, 15]
    assert shares[2]["p_n1"] == pytest.approx(1 / 3)


def test_no_file_name_is_written_without_leave(three: list[Path], tmp_path: Path) -> None:
    good(*three, "--out", tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        assert not re.search(rb"\banna\b|\bzoe\b|\bben\b", path.read_bytes()), path.name


def test_names_are_written_with_leave_and_are_no_markup(three: list[Path], tmp_path: Path) -> None:
    good(*three, "--out", tmp_path / "out", "--names")
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "anna" in page
    assert "ben &lt;b&gt;" in page
    assert "<b>" not in page


def test_the_page_loads_nothing_and_runs_nothing(three: list[Path], tmp_path: Path) -> None:
    good(*three, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://|src=|url\(", page)


def test_a_second_comparison_replaces_the_first_s_files(three: list[Path], tmp_path: Path) -> None:
    good(*three, "--out", tmp_path / "out")
    good(*three[:2], "--out", tmp_path / "out")
    assert pq.read_table(tmp_path / "out" / "pairs.parquet").num_rows == 1
    assert not list((tmp_path / "out").glob("*.part"))


@pytest.mark.parametrize("night", ["W" * 20, "WW11" * 5, "?" * 10 + "W" * 10])
def test_nights_without_sleep_n3_or_r_go_through(tmp_path: Path, night: str) -> None:
    paths = [write_scoring(tmp_path / f"{name}.edf", night) for name in "ab"]
    good(*paths, "--out", tmp_path / "out")
    [pair] = pq.read_table(tmp_path / "out" / "pairs.parquet").to_pylist()
    assert (pair["kappa_n3"], pair["f1_r"]) == (None, None)


def test_scorings_of_events_alone_go_through(tmp_path: Path) -> None:
    paths = [write_scoring(tmp_path / f"{name}.edf", "", events=EVENTS) for name in "abc"]
    good(*paths, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "nobody scored stages" in page
    rows = pq.read_table(tmp_path / "out" / "events.parquet").to_pylist()
    assert {row["f1"] for row in rows if row["group"] == "arousal"} == {1.0}


def test_many_pairs_of_events_are_summed_up(tmp_path: Path) -> None:
    paths = [write_scoring(tmp_path / f"{i}.edf", NIGHT, events=EVENTS) for i in range(7)]
    shown = good(*paths, "--out", tmp_path / "out")
    assert "Median F1 of events over the pairs" in shown
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "All others (rows), G (columns)" in page
    assert "Every two stand in the table of events." in page


def test_the_onset_tolerance_can_be_given(tmp_path: Path) -> None:
    paths = [
        write_scoring(tmp_path / f"{s}.edf", NIGHT, events=[(100.0 + s, 0.5, "EEG arousal")])
        for s in (0, 3)
    ]
    for tolerance_s, f1 in (("2.9", 0.0), ("3", 1.0)):
        good(*paths, "--out", tmp_path / "out", "--onset-tolerance-s", tolerance_s)
        rows = pq.read_table(tmp_path / "out" / "events.parquet").to_pylist()
        assert [row["f1"] for row in rows if row["rule"] == "onset"] == [f1]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "NOT_FOUND" in failure(tmp_path / "none.edf", tmp_path / "neither.edf")


def test_one_file_is_too_few(three: list[Path]) -> None:
    assert "TOO_FEW_SCORERS" in failure(three[0])


def test_a_bad_file_among_good_ones_is_told_by_its_place(three: list[Path]) -> None:
    three[1].write_bytes(b"no scoring" * 40)
    assert "scoring 2 of 3" in failure(*three)
