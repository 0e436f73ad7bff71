"""The answer to a query as CSV, JSON or Parquet."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.catalogue.asking import Relation
from pipeline.spreadsheets import csv_bytes


def write_parquet(answer: Relation, place: Path) -> None:
    """Write an answer as Parquet, exact."""
    pq.write_table(_table(answer), place, compression="zstd", version="2.6")


def csv_of(answer: Relation) -> bytes:
    """Give an answer as CSV, in which no cell is a formula."""
    return csv_bytes(_flat(_table(answer)))


def json_of(answer: Relation) -> bytes:
    """Give an answer as a JSON list with a row per line, exact; what is no number is null."""
    rows = (dict(zip(answer.columns, map(_plain, row), strict=True)) for row in answer.fetchall())
    lines = (json.dumps(row, ensure_ascii=False, allow_nan=False, default=str) for row in rows)
    content = ",\n".join(lines)
    return f"[{content}]\n".encode()


def _table(answer: Relation) -> pa.Table:
    """Give the answer, sums of whole numbers as whole numbers where they fit."""
    table: pa.Table = answer.to_arrow_table()
    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type) and field.type.scale == 0:
            with suppress(pa.ArrowInvalid):
                table = table.set_column(place, field.name, table.column(place).cast(pa.int64()))
    return table


def _flat(table: pa.Table) -> pa.Table:
    """Give the table with lists, structures and other kinds without a cell of their own as text."""
    for place, field in enumerate(table.schema):
        if not _has_cell(field.type):
            values = table.column(place).to_pylist()
            cells = [None if v is None else _as_text(v) for v in values]
            table = table.set_column(place, field.name, pa.array(cells, pa.string()))
    return table


_WITH_CELL = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_string,
    pa.types.is_decimal,
    pa.types.is_temporal,
)


def _has_cell(kind: pa.DataType) -> bool:
    return any(is_kind(kind) for is_kind in _WITH_CELL)


def _as_text(value: object) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _plain(value: object) -> object:
    """Give a value as JSON can hold it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
