"""The participants table: its columns, its order of nights, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import HypnicError, SettingsError
from pipeline.participants import Participants, read_participants

EDGES = (18, 40, 60)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "participants.tsv"


def read(path: Path, text: str | bytes, *columns: str) -> Participants:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_participants(path, EDGES, columns=columns)


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_tabs_commas_and_semicolons_part_the_columns(table: Path, separator: str) -> None:
    text = "study_key,participant_id,night,sex\ns1,A,2,f\ns2,A,1,m\n".replace(",", separator)
    found = read(table, text)
    assert [(r.study, r.participant, r.number) for r in found.rows] == [
        ("s1", "A", 2),
        ("s2", "A", 1),
    ]
    assert found.covariates == ("sex",)


def test_a_spreadsheets_mark_and_carriage_returns_do_no_harm(table: Path) -> None:
    found = read(table, "\ufeffstudy_key,participant_id\r\ns1,Zoë\r\n")
    assert found.rows[0].participant == "Zoë"


def test_latin_1_is_read(table: Path) -> None:
    assert (
        read(table, "study_key,participant_id\ns1,Zoë\n".encode("latin-1")).rows[0].participant
        == "Zoë"
    )


def test_only_the_order_of_dates_is_kept(table: Path) -> None:
    text = "study_key,participant_id,date\ns1,A,2024-05-03\ns2,A,2023-01-01\ns3,B,2020-01-01\n"
    found = read(table, text)
    assert [row.number for row in found.rows] == [2, 1, 1]
    assert "2024" not in repr(found)


def test_a_night_without_a_number_comes_last(table: Path) -> None:
    found = read(table, "study_key,participant_id,night\ns1,A,n/a\ns2,A,7\n")
    assert [row.number for row in found.rows] == [2, 1]


def test_without_night_or_date_the_rows_are_in_order(table: Path) -> None:
    found = read(table, "study_key,participant_id\ns9,A\ns2,A\n")
    assert (found.order, [row.number for row in found.rows]) == ("", [1, 2])


def test_an_age_is_a_band_at_once(table: Path) -> None:
    found = read(table, "study_key,participant_id,age\ns1,A,37\n")
    assert found.rows[0].covariates == {"age": "18 to 39"}
    assert "37" not in repr(found)


def test_what_is_missing_is_none_and_none_is_a_value(table: Path) -> None:
    found = read(table, "study_key,participant_id,caffeine\ns1,A,n/a\ns2,A,\ns3,A,none\n")
    assert [row.covariates["caffeine"] for row in found.rows] == [None, None, "none"]


def test_columns_that_nobody_named_are_counted_and_not_kept(table: Path) -> None:
    found = read(table, "study_key,participant_id,surname,mood\ns1,A,Doe,good\n", "mood")
    assert found.rows[0].covariates == {"mood": "good"}
    assert found.n_ignored == 1


def test_a_row_without_a_key_is_known_by_its_file(table: Path) -> None:
    found = read(table, "study_key,file,participant_id\ns1,a.edf,A\nn/a,b.edf,B\n")
    assert [(row.study, row.is_key) for row in found.rows] == [("s1", True), ("b.edf", False)]


def test_short_rows_have_missing_values(table: Path) -> None:
    assert read(table, "study_key,participant_id,sex\ns1\n").rows[0].participant is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("study,who\ns1,A\n", r"columns study, who; missing study_key or file"),
        ("file,who\nx.edf,A\n", r"columns file, who; missing participant_id"),
        ("study_key,participant_id\ns1,A\ns1,B\n", r"column study_key.*1 rows more than studies"),
        (
            "study_key,participant_id,participant_id\ns1,A,B\n",
            r"stands in it twice.*participant_id",
        ),
        ("", r"it is empty"),
        ("study_key,participant_id,date\ns1,A,03.05.2024\n", r"column date.*YYYY-MM-DD"),
        ("study_key,participant_id,night\ns1,A,first\n", r"column night"),
        (b"PK\x03\x04\x00\x00", r"it is no text"),
    ],
)
def test_a_table_that_cannot_be_used_says_what_is_there(
    table: Path, text: str | bytes, words: str
) -> None:
    with pytest.raises(SettingsError, match=rf"^PARTICIPANTS: .*{words}"):
        read(table, text)


def test_a_named_column_that_is_not_there_is_told(table: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing mood"):
        read(table, "study_key,participant_id\ns1,A\n", "mood")


def test_no_error_repeats_a_value_of_the_table(table: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(table, "study_key,participant_id,night\ns1,Doe,Jane\n")
    assert "Jane" not in str(caught.value)


def test_a_link_is_not_followed(table: Path, tmp_path: Path) -> None:
    (tmp_path / "real.tsv").write_text("study_key,participant_id\ns1,A\n")
    table.symlink_to(tmp_path / "real.tsv")
    with pytest.raises(HypnicError, match="NOT_PLAIN"):
        read_participants(table, EDGES)
