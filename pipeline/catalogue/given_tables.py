"""A table of the user's own for a query: CSV, TSV or Parquet."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from pipeline.codes import Code
from pipeline.errors import QueryError
from pipeline.plainfile import bytes_at, opened, size_of

_MOST_BYTES = 1 << 30
_PARQUET = b"PAR1"
_DELIMITERS = "\t,;"
_MISSING = ["", "n/a", "NA", "NaN", "nan", "."]  # BIDS writes n/a


def read_given(path: Path) -> pa.Table:
    """Give a table by its content: Parquet, else text with a header line.

    Raises
    ------
    QueryError
        QUERY_TABLE: it cannot be read as a table.
    HypnicError
        The path is no plain file.
    """
    with opened(path) as file:
        size = size_of(file)
        if size > _MOST_BYTES:
            raise _unusable(f"{size} bytes, more than {_MOST_BYTES}")
        content = bytes_at(file, 0, size)
    try:
        if content.startswith(_PARQUET):
            return pq.read_table(io.BytesIO(content))
        return _text_table(content)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unusable(type(error).__name__) from error


def _text_table(content: bytes) -> pa.Table:
    head = content.split(b"\n", 1)[0].decode("latin-1")
    table = pyarrow.csv.read_csv(
        io.BytesIO(content),
        read_options=pyarrow.csv.ReadOptions(encoding=_encoding(content)),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=max(_DELIMITERS, key=head.count), newlines_in_values=True
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            null_values=_MISSING, strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    names = [name.strip() for name in table.column_names]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise _unusable(f"columns of one name: {', '.join(twins)}")
    return table.rename_columns(names)


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _unusable(found: str) -> QueryError:
    return QueryError(
        "The table for the query cannot be read.",
        code=Code.QUERY_TABLE,
        found=found,
        remedy="Give CSV or TSV in UTF-8 with a header line, or Parquet.",
    )
