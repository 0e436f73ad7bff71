"""Tables of cells from CSV, TSV and Parquet, with the line of each row."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.plainfile import bytes_at, opened, size_of

PARQUET = frozenset({".parquet", ".pq"})
_DELIMITERS = ",;\t"
_MOST_BYTES = 64_000_000  # a night's movements take some 100 kB
_LONGEST_S = 7 * 86_400.0  # a week; beyond it a time is in milliseconds, or of a clock
_BOM_UTF16 = (b"\xff\xfe", b"\xfe\xff")

ALIASES: Mapping[str, tuple[str, ...]] = {
    "onset_s": ("onset", "start", "start_s", "begin", "begin_s", "onset_sec", "start_sec"),
    "duration_s": ("duration", "dur", "dur_s", "length", "length_s", "duration_sec"),
    "offset_s": ("offset", "end", "end_s", "stop", "stop_s", "offset_sec", "end_sec"),
    "side": ("leg", "laterality"),
    "stage": ("sleep_stage", "stages", "hypnogram"),
}
"""Names of each column that are understood, in lower case, signs between words as ``_``."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its number in the file as an editor counts, and its cells by known column."""

    number: int
    cells: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A table as read.

    Attributes
    ----------
    name
        What the table is, for errors to say: ``movements``.
    columns
        Known columns that it has, by the name in the file.
    counted
        What `Row.number` counts: ``line`` or ``row``.
    has_decimal_comma
        Whether numbers are written with a comma.
    """

    name: str
    columns: Mapping[str, str]
    rows: tuple[Row, ...]
    counted: str = "line"
    has_decimal_comma: bool = False

    def place(self, row: Row, column: str) -> str:
        """Say where a cell stands."""
        return f"{self.name}, {self.counted} {row.number}, column {column}"


def read_text(path: Path, name: str) -> str:
    """Give the text of a file: UTF-8, or UTF-16 where it says so.

    Raises
    ------
    ScoringError
        ``TABLE_FILE``: it is no text, or far too long.
    """
    with opened(path) as file:
        if size_of(file) > _MOST_BYTES:
            raise bad_file(name, f"{size_of(file)} bytes")
        content = bytes_at(file, 0, size_of(file))
    encoding = "utf-16" if content[:2] in _BOM_UTF16 else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise bad_file(name, f"no text at byte {error.start}") from error
    if "\x00" in text:
        raise bad_file(name, "a NUL among the text")
    return text


def read_cells(path: Path, name: str, *, needed: Sequence[str]) -> Cells:
    """Give the table in a CSV, TSV or Parquet file.

    Parameters
    ----------
    name
        What the table is.
    needed
        Columns that must be there; others of the known ones are read where they are.

    Raises
    ------
    ScoringError
        ``TABLE_FILE`` or ``TABLE_COLUMNS``.
    """
    if path.suffix.lower() in PARQUET:
        return _from_parquet(path, name, needed)
    return _from_text(read_text(path, name), name, needed)


def known_columns(header: Sequence[str]) -> dict[str, list[int]]:
    """Give the places of each known column in a header."""
    names = {alias: column for column, others in ALIASES.items() for alias in (column, *others)}
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        column = names.get(
            "_".join("".join(c if c.isalnum() else " " for c in cell).split()).lower()
        )
        if column:
            found.setdefault(column, []).append(place)
    return found


def delimiter_of(line: str) -> str:
    """Give the delimiter that stands most often in a line; a comma where none does."""
    return max(_DELIMITERS, key=line.count)


def bad_file(name: str, found: str) -> ScoringError:
    """Give the error of a file that is no table."""
    return ScoringError(
        "The file cannot be read as a table.",
        code=Code.TABLE_FILE,
        where=name,
        found=found,
        remedy="Give CSV or TSV in UTF-8 with a header row, Parquet, JSON, or an EDF+ scoring.",
    )


def number(cells: Cells, row: Row, column: str) -> float:
    """Give the number in a cell.

    Raises
    ------
    ScoringError
        ``TABLE_CELL``: blank, no number, not finite, or over a week.
    """
    cell = row.cells[column]
    value = _number(cell, has_comma=cells.has_decimal_comma)
    if value is not None and math.isfinite(value) and abs(value) <= _LONGEST_S:
        return value
    found = "blank" if cell in {None, ""} else "no number" if value is None else f"{value:g}"
    raise bad_cell(
        cells.place(row, cells.columns[column]),
        "A time is missing, no number, or out of any night.",
        found,
        "Give seconds from the start of the record, such as 1234.5; delete rows without a time.",
    )


def bad_cell(where: str, what: str, found: str, remedy: str) -> ScoringError:
    """Give the error of one cell."""
    return ScoringError(what, code=Code.TABLE_CELL, where=where, found=found, remedy=remedy)


def _number(cell: object, *, has_comma: bool) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    text = cell.strip().replace(",", ".") if isinstance(cell, str) and has_comma else cell
    if isinstance(text, str) and "_" in text:  # Python reads 1_000
        return None
    try:
        return float(text)
    except (ValueError, OverflowError):
        return None


def _from_text(text: str, name: str, needed: Sequence[str]) -> Cells:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = delimiter_of(first)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        lines += ((reader.line_num, cells) for cells in reader if any(c.strip() for c in cells))
    except csv.Error as error:
        raise bad_file(name, f"line {reader.line_num} is no row of a table") from error
    if not lines:
        raise bad_file(name, "nothing")
    places = _places(lines[0][1], name, needed)
    for line, cells in lines[1:]:
        if len(cells) < len(lines[0][1]) or any(c.strip() for c in cells[len(lines[0][1]) :]):
            raise bad_cell(
                f"{name}, line {line}",
                "A row has more or fewer cells than the header.",
                f"{len(cells)} cells, header {len(lines[0][1])}",
                "Look for a missing or superfluous delimiter; numbers take a point, not a comma.",
            )
    rows = tuple(
        Row(number=line, cells={c: cells[p].strip() for c, p in places.items()})
        for line, cells in lines[1:]
    )
    return Cells(
        name=name,
        columns={c: lines[0][1][p].strip() for c, p in places.items()},
        rows=rows,
        has_decimal_comma=delimiter != "," and _has_decimal_comma(rows),
    )


def _has_decimal_comma(rows: Sequence[Row]) -> bool:
    """Tell whether times have commas and none has a point: with both, each stays what it is."""
    times = [str(v) for row in rows for c, v in row.cells.items() if c.endswith("_s")]
    return any("," in t for t in times) and not any("." in t for t in times)


def _places(header: Sequence[str], name: str, needed: Sequence[str]) -> dict[str, int]:
    found = known_columns(header)
    twice = [column for column, places in found.items() if len(places) > 1]
    missing = [column for column in needed if column not in found]
    if not twice and not missing:
        return {column: places[0] for column, places in found.items()}
    words = [f"{column} missing" for column in missing] + [f"{column} twice" for column in twice]
    names = "; ".join(f"{column} ({', '.join(ALIASES[column])})" for column in (*missing, *twice))
    raise ScoringError(
        "The table lacks a column, or has two for one thing.",
        code=Code.TABLE_COLUMNS,
        where=f"{name}, header",
        found=", ".join(words),
        remedy=f"Name each once, in the first row: {names}.",
    )


def _from_parquet(path: Path, name: str, needed: Sequence[str]) -> Cells:
    with opened(path) as file:
        if size_of(file) > _MOST_BYTES:
            raise bad_file(name, f"{size_of(file)} bytes")
        content = bytes_at(file, 0, size_of(file))
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise bad_file(name, "no Parquet") from error
    places = _places(table.column_names, name, needed)
    columns = {c: table.column(p).to_pylist() for c, p in places.items()}
    get: Callable[[int], dict[str, object]] = lambda row: {c: v[row] for c, v in columns.items()}  # noqa: E731
    return Cells(
        name=name,
        columns={c: table.column_names[p] for c, p in places.items()},
        rows=tuple(Row(number=row + 1, cells=get(row)) for row in range(table.num_rows)),
        counted="row",
    )
