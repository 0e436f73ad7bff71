"""Tables and pages written where older ones may lie: whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.spreadsheets import csv_bytes


def write_table(folder: Path, name: str, table: pa.Table) -> None:
    """Write the table as ``<name>.parquet`` and ``<name>.csv``; older ones are replaced."""
    with replacing(folder / f"{name}.parquet") as draft:
        pq.write_table(table, draft, compression="zstd", version="2.6")
    with replacing(folder / f"{name}.csv") as draft:
        draft.write_bytes(csv_bytes(table))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a private place to write to; it takes the path's name when all went well."""
    draft = path.with_name(f"{path.name}.part")
    draft.touch(mode=0o600)
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
