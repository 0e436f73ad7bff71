"""`hypnic cohort`, as a researcher types it, and the files that it writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipeline import privacy
from pipeline.cli.app import app
from pipeline.cohort_files import COLUMNS
from pipeline.errors import HypnicError
from pipeline.report.words import ratio
from tests.unit.cohort_nights import letters_and_jerks
from tests.unit.cohort_results import key_of, write_result

RUN = CliRunner()
TABLES = (*COLUMNS, "columns")
NIGHT = "WWWW" + "1" * 20 + "2" * 20 + "WW" + "1" * 10 + "2" * 10


def hypnic(*words: str | Path) -> Result:
    return RUN.invoke(app, ["cohort", *map(str, words)])


def write_table(path: Path, rows: Sequence[Sequence[object]], *columns: str) -> Path:
    header = ("study_key", "participant_id", "night", *columns)
    path.write_text("\n".join("\t".join(map(str, row)) for row in (header, *rows)) + "\n")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give results and participants of eight persons with four nights each."""
    folder = tmp_path_factory.mktemp("cohort")
    draw = np.random.default_rng(2)
    rows = []
    for person in range(8):
        for night in range(4):
            letters, jerks_s = letters_and_jerks(draw, 0.0, 0.5, -0.5)
            key = key_of(f"{person} {night}")
            arousals_s = [t + 1.0 for t in jerks_s[::2]]
            write_result(folder / "results", key, letters, jerks_s, arousals_s=arousals_s)
            facts = (30 + 5 * person, "fm"[person % 2], "<b>some</b>" if person < 4 else "none")
            rows.append((key, f"Jane_Doe_{person}", night + 1, *facts))
    table = write_table(folder / "participants.tsv", rows, "age", "sex", "caffeine")
    return folder / "results", table


def report(made: tuple[Path, Path], out: Path, *words: str) -> str:
    result = hypnic(made[0], "--participants", made[1], "--out", out, *words)
    assert result.exit_code == 0, result.output
    return result.output


def rows_of(out: Path, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return found


def test_every_table_is_written_as_csv_and_parquet_alike(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    report(made, tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    expected = [f"{name}.{ending}" for name in TABLES for ending in ("csv", "parquet")]
    assert written == sorted([*expected, "cohort.html"])
    for name in TABLES:
        parquet = pq.read_table(tmp_path / f"{name}.parquet")
        csv = pyarrow.csv.read_csv(tmp_path / f"{name}.csv")
        assert (csv.num_rows, csv.column_names) == (parquet.num_rows, parquet.column_names)


def test_every_column_is_explained(made: tuple[Path, Path], tmp_path: Path) -> None:
    report(made, tmp_path)
    explained = {
        (row["table"], row["column"]): row["meaning"] for row in rows_of(tmp_path, "columns")
    }
    for name in COLUMNS:
        for column in pq.read_schema(tmp_path / f"{name}.parquet").names:
            assert explained[name, column]


def test_persons_are_pseudonyms_and_no_id_or_age_is_written(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    report(made, tmp_path)
    persons = [str(row["person"]) for row in rows_of(tmp_path, "persons")]
    assert all(re.fullmatch(r"p[0-9a-f]{15}", person) for person in persons)
    assert len(set(persons)) == 8
    for path in tmp_path.iterdir():
        assert b"Jane" not in path.read_bytes(), path.name
    assert {row["level"] for row in rows_of(tmp_path, "groups") if row["covariate"] == "age"} == {
        "18 to 39",
        "40 to 59",
        "60 and over",
    }


def test_ids_are_written_with_leave(made: tuple[Path, Path], tmp_path: Path) -> None:
    report(made, tmp_path, "--identified")
    assert rows_of(tmp_path, "persons")[0]["person"] == "Jane_Doe_0"
    assert "Jane_Doe_0" in (tmp_path / "cohort.html").read_text()


def test_the_page_loads_nothing_runs_nothing_and_escapes_values(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    report(made, tmp_path)
    page = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://|src=|url\(", page)
    assert "&lt;b&gt;some&lt;/b&gt;" in page
    assert "<b>" not in page


def test_every_row_of_the_page_has_a_cell_per_column(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    report(made, tmp_path)
    page = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    tables = re.findall(r"<table.*?</table>", page, flags=re.DOTALL)
    assert len(tables) >= 6
    for table in tables:
        n_columns = table.count('scope="col"')
        for row in re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], flags=re.DOTALL):
            assert len(re.findall(r"<t[hd][ >]", row)) == n_columns, row


def test_limits_come_before_the_answer(made: tuple[Path, Path], tmp_path: Path) -> None:
    report(made, tmp_path)
    page = (tmp_path / "cohort.html").read_text(encoding="utf-8")
    places = [page.index(f'id="{name}"') for name in ("limits", "answer", "persons", "flags")]
    assert places == sorted(places)
    for words in ("Association, not proof", "No reference range exists", "Not a medical device"):
        assert words in page


def test_the_same_input_gives_the_same_bytes(made: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for out in (one, two):
        report(made, out)
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {
        p.name: p.read_bytes() for p in two.iterdir()
    }


def test_counts_are_those_of_the_nights(made: tuple[Path, Path], tmp_path: Path) -> None:
    shown = report(made, tmp_path)
    assert "8 persons, 32 nights" in " ".join(shown.split())
    nights, persons = rows_of(tmp_path, "nights"), rows_of(tmp_path, "persons")
    assert len(nights) == 32
    for person in persons:
        own = [n["n_jerks_n1"] for n in nights if n["person"] == person["person"]]
        assert sum(own) == person["n_jerks_n1"]  # type: ignore[arg-type]


def test_damaged_unknown_and_unlisted_nights_are_told_and_left_out(tmp_path: Path) -> None:
    keys = [key_of(f"n{i}") for i in range(4)]
    folders = [write_result(tmp_path / "results", key, NIGHT, (150.0,)) for key in keys]
    (folders[0] / "events.parquet").write_bytes(b"spoilt")
    listed = [(key, f"P{i}", 1) for i, key in enumerate([*keys[:3], key_of("never scored")])]
    table = write_table(tmp_path / "p.tsv", listed)
    shown = report((tmp_path / "results", table), tmp_path / "out")
    flat = " ".join(shown.split())
    assert "1 row of the participants table without a scored night" in flat
    assert "1 scored result without a row" in flat
    assert "RESULT_DAMAGED: No whole result of 1 of the matched studies" in flat
    assert len(rows_of(tmp_path / "out", "nights")) == 2


def test_a_result_that_is_whole_but_no_night_is_damaged(tmp_path: Path) -> None:
    from pipeline import store

    good = write_result(tmp_path / "results", key_of("good"), NIGHT, (150.0,))
    draft = tmp_path / "results" / ".work" / "odd"
    draft.mkdir(parents=True)
    (draft / "night.json").write_text("{}")
    odd = key_of("odd")
    store.publish(draft, store.night_folder(tmp_path / "results", odd, "d" * 16), {"settings": {}})
    table = write_table(tmp_path / "p.tsv", [(good.parent.name, "A", 1), (odd, "B", 1)])
    shown = report((tmp_path / "results", table), tmp_path / "out")
    assert "No whole result of 1 of the matched studies" in shown


def test_a_study_of_several_settings_counts_once_by_the_most_frequent(tmp_path: Path) -> None:
    results = tmp_path / "results"
    keys = [key_of(f"n{i}") for i in range(3)]
    for key in keys:
        write_result(results, key, NIGHT, (150.0,), digest="a" * 16)
    write_result(results, keys[0], NIGHT, (150.0, 180.0), digest="b" * 16, version="0.2.0")
    table = write_table(tmp_path / "p.tsv", [(key, "A", i) for i, key in enumerate(keys)])
    shown = report((results, table), tmp_path / "out")
    assert "COHORT_SETTINGS: Studies with results of several settings: 1" in shown
    assert [n["n_jerks_n1"] for n in rows_of(tmp_path / "out", "nights")] == [1, 1, 1]


def test_jerks_count_by_the_grades_of_the_nights_own_report(tmp_path: Path) -> None:
    keys = [key_of(grade) for grade in "AC"]
    for key, grade in zip(keys, "AC", strict=True):
        write_result(tmp_path / "results", key, NIGHT, (150.0, 200.0), grade=grade)
    table = write_table(tmp_path / "p.tsv", [(key, key, 1) for key in keys])
    report((tmp_path / "results", table), tmp_path / "out", "--identified")
    nights = {n["person"]: n["n_jerks_n1"] for n in rows_of(tmp_path / "out", "nights")}
    persons = {p["person"]: p["n_exposed"] for p in rows_of(tmp_path / "out", "persons")}
    assert (nights[keys[0]], nights[keys[1]]) == (2, 0)
    assert (persons[keys[0]], persons[keys[1]]) == (3, 0)


def test_a_file_name_is_resolved_by_the_sites_own_table(tmp_path: Path) -> None:
    key = key_of("by name")
    write_result(tmp_path / "results", key, NIGHT, (150.0,))
    privacy.remember_source(key, tmp_path / "Doe_Jane_77.edf")
    table = tmp_path / "p.csv"
    table.write_text("file,participant_id\nDoe_Jane_77.edf,A\n")
    report((tmp_path / "results", table), tmp_path / "out")
    assert len(rows_of(tmp_path / "out", "nights")) == 1
    for path in (tmp_path / "out").iterdir():
        assert b"Doe_Jane" not in path.read_bytes()


def test_a_file_name_that_two_results_bear_is_no_match(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_result(tmp_path / "results", key_of(name), NIGHT, (150.0,))
        privacy.remember_source(key_of(name), tmp_path / name / "twin_night.edf")
    write_result(tmp_path / "results", key_of("three"), NIGHT, (150.0,))
    privacy.remember_source(key_of("three"), tmp_path / "lone_night.edf")
    table = tmp_path / "p.csv"
    table.write_text("file,participant_id\ntwin_night.edf,A\nlone_night.edf,B\n")
    report((tmp_path / "results", table), tmp_path / "out")
    assert len(rows_of(tmp_path / "out", "nights")) == 1


@pytest.mark.parametrize(
    ("letters", "jerks_s"),
    [("W" * 40, ()), ("WW" + "2" * 40, ()), ("?" * 40, ()), (NIGHT, ()), (NIGHT, None), ("", ())],
)
def test_one_odd_night_goes_through_with_reasons(
    tmp_path: Path, letters: str, jerks_s: tuple[float, ...] | None
) -> None:
    key = key_of("odd one")
    write_result(tmp_path / "results", key, letters, jerks_s)
    table = write_table(tmp_path / "p.tsv", [(key, "A", 1, "n/a")], "sex")
    report((tmp_path / "results", table), tmp_path / "out")
    hazard = rows_of(tmp_path / "out", "hazard")
    assert {row["hazard_ratio"] for row in hazard} == {None}
    assert all(row["reason"] for row in hazard)
    [night] = rows_of(tmp_path / "out", "nights")
    assert (night["jerks_n1_per_h"] is None) == bool(night["reason"])


def test_no_match_at_all_is_an_error_that_names_no_one(tmp_path: Path) -> None:
    write_result(tmp_path / "results", key_of("x"), NIGHT)
    table = write_table(tmp_path / "p.tsv", [("Jane_Doe", "Jane_Doe", 1)])
    error = hypnic(tmp_path / "results", "-p", table, "-o", tmp_path / "out").exception
    assert isinstance(error, HypnicError)
    assert "COHORT_EMPTY" in str(error)
    assert "Jane" not in str(error)


def test_a_table_with_wrong_columns_lists_them_and_writes_nothing(tmp_path: Path) -> None:
    write_result(tmp_path / "results", key_of("x"), NIGHT)
    table = tmp_path / "p.csv"
    table.write_text("study,who\nx,A\n")
    error = hypnic(tmp_path / "results", "-p", table, "-o", tmp_path / "out").exception
    assert "columns study, who; missing study_key or file" in str(error)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_column_of_ones_own_is_compared(tmp_path: Path) -> None:
    rows = []
    for i in range(6):
        key = key_of(f"mood{i}")
        jerks_s = tuple(150.0 + 40.0 * k for k in range(1 + i % 3 + 2 * (i % 2)))
        write_result(tmp_path / "results", key, NIGHT, jerks_s)
        rows.append((key, f"P{i}", 1, "good" if i % 2 else "bad"))
    table = write_table(tmp_path / "p.tsv", rows, "Mood")
    report((tmp_path / "results", table), tmp_path / "out", "--column", "Mood")
    [row] = [
        r for r in rows_of(tmp_path / "out", "comparisons") if r["outcome"] == "jerks_n1_per_h"
    ]
    assert (row["covariate"], row["value"] is None, row["p_holm"] is None) == ("mood", False, False)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.004, "under 0.01"),
        (0.01, "0.01"),
        (1.234, "1.23"),
        (100.0, "100.00"),
        (1.4e7, "over 100"),
    ],
)
def test_a_ratio_beyond_a_hundred_either_way_is_a_limit_and_no_figure(
    value: float, words: str
) -> None:
    assert ratio(value) == words
