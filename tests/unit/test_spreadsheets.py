"""CSV for spreadsheets: no cell is run, numbers are numbers, what is null is blank."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.spreadsheets import csv_bytes, harmless
from pipeline.table_files import write_table


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\x00x"])
def test_no_text_cell_steers_a_spreadsheet(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "EMG LAT", "a=1", "1-2", "'=1"])
def test_other_text_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


def test_negative_numbers_stay_numbers_and_nulls_are_blank() -> None:
    table = pa.table({"z": [-1.5, None], "n": [-3, 4], "text": ["-3", None]})
    rows = list(csv.reader(io.StringIO(csv_bytes(table).decode())))
    assert rows == [["z", "n", "text"], ["-1.5", "-3", "'-3"], ["", "4", ""]]


def test_line_feeds_and_quotation_marks_stay_in_their_cell() -> None:
    table = pa.table({"text": ['a"b\nc,d', "e"]})
    rows = list(csv.reader(io.StringIO(csv_bytes(table).decode(), newline="")))
    assert rows == [["text"], ['a"b\nc,d'], ["e"]]


def test_tables_beside_parquet_are_harmless_too(tmp_path: Path) -> None:
    write_table(tmp_path, "t", pa.table({"group": ["=1+1"]}))
    assert "'=1+1" in (tmp_path / "t.csv").read_text()
