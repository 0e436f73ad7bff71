"""What an earlier compaction holds, and whether it can still be relied on.

::

    <out>/catalogue/current.json              names the generation that counts
    <out>/catalogue/<generation>/index.parquet   the nights in it, as they stood then
    <out>/catalogue/<generation>/events-000.parquet ...   the rows of 500 nights each
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import provenance, store
from pipeline.catalogue.listing import Key
from pipeline.catalogue.views import RECORD_VIEWS, TABLE_VIEWS, VIEWS
from pipeline.codes import Code
from pipeline.errors import ResultError
from pipeline.notices import Notice

SCHEMA = 1
FOLDER = "catalogue"
POINTER = "current.json"
INDEX = "index.parquet"
COMPACTED_VIEWS = (*TABLE_VIEWS, *RECORD_VIEWS)
INDEX_SCHEMA = pa.schema(
    [
        ("study_key", pa.string()),
        ("digest", pa.string()),
        ("manifest_bytes", pa.int64()),
        ("manifest_ns", pa.int64()),
        ("is_latest", pa.bool_()),
        ("is_damaged", pa.bool_()),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Indexed:
    """A night as it stood when it was compacted; of a damaged one there are no rows."""

    state: tuple[int, int]
    is_latest: bool
    is_damaged: bool


@dataclass(frozen=True, kw_only=True)
class Compaction:
    """A compaction whose files are all there with their sizes."""

    folder: Path
    files: Mapping[str, Mapping[str, Any]]
    nights: Mapping[Key, Indexed]

    def parts(self, view: str) -> list[str]:
        """Give the files of a view."""
        parts = sorted(name for name in self.files if view_of(name) == view)
        return [f"{self.folder.absolute().as_posix()}/{name}" for name in parts]

    def is_whole(self, views: Sequence[str]) -> bool:
        """Tell whether the files of the views hold what was written."""
        parts = [name for name in self.files if view_of(name) in views]
        return all(_is_as_written(self.folder / name, self.files[name]) for name in parts)


def part_name(view: str, number: int) -> str:
    """Give the name of a file with some nights' rows of a view."""
    return f"{view}-{number:03}.parquet"


def view_of(part: str) -> str:
    """Give the view whose rows a file holds."""
    return part.partition("-")[0]


def columns_digest() -> str:
    """Give what tells whether a compaction has the columns of this version."""
    return provenance.digest(
        {
            name: [[c.name, str(c.kind)] for c in view.columns]
            for name, view in VIEWS.items()
            if name in COMPACTED_VIEWS
        }
    )


def find_compaction(out: Path) -> tuple[Compaction | None, tuple[Notice, ...]]:
    """Give the compaction that counts, or None, and what is to be told of it."""
    pointer = out / FOLDER / POINTER
    if not pointer.exists():
        return None, ()
    try:
        return _compaction(out / FOLDER, store.read_record(pointer)), ()
    except (ResultError, OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        return None, (unusable(),)


def unusable() -> Notice:
    """Give the notice that a compaction is not used."""
    return Notice(
        code=Code.COMPACTION_UNUSABLE,
        where=FOLDER,
        message="The compacted tables are damaged or of another version; the nights' own files "
        "were read instead, which takes longer. 'hypnic catalogue' makes them anew.",
    )


def _compaction(parent: Path, record: Mapping[str, Any]) -> Compaction:
    if record["schema"] != SCHEMA or record["columns"] != columns_digest():
        raise ValueError
    folder = parent / Path(record["generation"]).name
    files = record["files"]
    if any((folder / name).stat().st_size != facts["size_bytes"] for name, facts in files.items()):
        raise ValueError
    if not _is_as_written(folder / INDEX, files[INDEX]):
        raise ValueError
    return Compaction(folder=folder, files=files, nights=_nights(folder / INDEX))


def _nights(index: Path) -> dict[Key, Indexed]:
    with index.open("rb") as file:
        table = pq.read_table(file)
    columns = [table[name].to_pylist() for name in INDEX_SCHEMA.names]
    return {
        (key, digest): Indexed(state=(size, ns), is_latest=is_latest, is_damaged=is_damaged)
        for key, digest, size, ns, is_latest, is_damaged in zip(*columns, strict=True)
    }


def _is_as_written(path: Path, facts: Mapping[str, Any]) -> bool:
    try:
        return provenance.sha256_file(path) == str(facts["sha256"])
    except OSError:
        return False
