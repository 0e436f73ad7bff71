"""Tables as CSV of which no cell is a formula: text is text, numbers stay numbers."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.csv

_STEERING = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")  # a spreadsheet runs such a cell


def csv_bytes(table: pa.Table) -> bytes:
    """Give the table as CSV, its text cells made harmless; what is null is blank."""
    buffer = io.BytesIO()
    pyarrow.csv.write_csv(harmless_table(table), buffer)
    return buffer.getvalue()


def harmless_table(table: pa.Table) -> pa.Table:
    """Give the table with an apostrophe before each text that a spreadsheet would run."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            cells = [None if cell is None else harmless(cell) for cell in _texts(table, place)]
            table = table.set_column(place, field, pa.array(cells, field.type))
    return table


def harmless(cell: str) -> str:
    """Give a text cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(_STEERING) else cell


def _texts(table: pa.Table, place: int) -> list[str | None]:
    texts: list[str | None] = table.column(place).to_pylist()
    return texts
