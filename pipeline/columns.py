"""A column of a table: its type, its unit, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TEXT, WHOLE, REAL, FLAG = pa.string(), pa.int32(), pa.float64(), pa.bool_()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its type, and what it holds in which unit.

    Attributes
    ----------
    meaning
        What it holds, and where it matters when it is null.
    unit
        Such as ``s`` or ``uV``; empty for texts, flags, counts and numbers without a unit.
    """

    name: str
    kind: pa.DataType
    meaning: str
    unit: str = ""


def columns(*rows: tuple[str, pa.DataType, str, str]) -> tuple[Column, ...]:
    """Give the columns of rows of name, type, unit and meaning."""
    return tuple(
        Column(name=name, kind=kind, unit=unit, meaning=meaning)
        for name, kind, unit, meaning in rows
    )


def schema(found: tuple[Column, ...]) -> pa.Schema:
    """Give the columns as Parquet files have them."""
    return pa.schema([(column.name, column.kind) for column in found])
