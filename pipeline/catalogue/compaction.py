"""Compaction: the tables of thousands of nights in a few files, put in place by one rename."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__, provenance, store
from pipeline.catalogue import sql
from pipeline.catalogue.compacted import (
    FOLDER,
    INDEX,
    INDEX_SCHEMA,
    POINTER,
    SCHEMA,
    columns_digest,
    part_name,
)
from pipeline.catalogue.listing import Key, NightFolder, latest, list_nights
from pipeline.catalogue.records import RECORD_FAULTS, record_tables
from pipeline.catalogue.soundness import (
    OnNight,
    damaged_among,
    left_out,
    night_arms,
    unreadable_among,
)
from pipeline.catalogue.views import TABLE_VIEWS
from pipeline.codes import Code
from pipeline.errors import PassingError, ResultError
from pipeline.notices import Notice
from pipeline.workspace import workspace

NIGHTS_PER_PART = 500
_GENERATION_BYTES = 6
_KEPT_S = 600.0  # what a query that began before the swap may still be reading


@dataclass(frozen=True, kw_only=True)
class Compacted:
    """What a compaction found."""

    n_nights: int
    notices: tuple[Notice, ...]


def compact(out: Path, *, on_night: OnNight = lambda: None) -> Compacted:
    """Check every night and write the tables of all whole ones into a few files.

    A night whose files are not what its manifest says is told and left out. Nights that are
    published in the meantime are read from their own files by the next query. Of two compactions
    at a time the later one counts.

    Parameters
    ----------
    out
        The folder of all results.
    on_night
        Told after each night.
    """
    nights = list(list_nights(out).values())
    try:
        with workspace(out) as private:
            draft = private / f"g{secrets.token_hex(_GENERATION_BYTES)}"
            draft.mkdir(mode=0o700)
            damaged = _written(draft, nights, on_night)
            _put_in_place(draft, out / FOLDER, private)
    except (OSError, duckdb.Error) as error:
        raise _failed(error) from error
    return Compacted(
        n_nights=len(nights) - len(damaged),
        notices=tuple(left_out(key) for key in sorted(damaged)),
    )


def _written(draft: Path, nights: Sequence[NightFolder], on_night: OnNight) -> set[Key]:
    """Write the tables and the index; give the nights that were left out."""
    damaged = damaged_among(nights, on_night)
    whole = [night for night in nights if night.key not in damaged]
    best = latest(whole)
    damaged |= _write_parts(draft, whole, best)
    _write_index(draft, nights, best, damaged)
    return damaged


def _failed(error: Exception) -> PassingError:
    reason = error.strerror if isinstance(error, OSError) else None
    return PassingError(
        "The compacted tables could not be written; those of before still count.",
        code=Code.IO,
        found=reason or type(error).__name__,
        remedy="Check that the results folder is writable and has room, then run it again.",
    )


def _write_parts(draft: Path, nights: Sequence[NightFolder], best: set[Key]) -> set[Key]:
    """Write the rows of whole nights; give those that cannot be read all the same."""
    unreadable: set[Key] = set()
    for number, start in enumerate(range(0, len(nights), NIGHTS_PER_PART)):
        some = nights[start : start + NIGHTS_PER_PART]
        try:
            _write_part(draft, number, some, best)
        except (duckdb.Error, *RECORD_FAULTS):
            bad = unreadable_among(some)
            if not bad:
                raise  # not the nights' fault: no room, no rights
            unreadable |= bad
            _write_part(draft, number, [n for n in some if n.key not in bad], best)
    return unreadable


def _write_part(draft: Path, number: int, nights: Sequence[NightFolder], best: set[Key]) -> None:
    for view in TABLE_VIEWS:
        rows = " UNION ALL ".join(night_arms(view, nights, best)) or sql.empty(view)
        place = sql.text((draft / part_name(view, number)).as_posix())
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({rows}) TO {place} (FORMAT parquet, COMPRESSION zstd)")
    for view, table in record_tables(nights, best).items():
        _write(draft / part_name(view, number), table)


def _write_index(
    draft: Path, nights: Sequence[NightFolder], best: set[Key], damaged: set[Key]
) -> None:
    rows = [
        {
            "study_key": night.key[0],
            "digest": night.key[1],
            "manifest_bytes": night.manifest_bytes,
            "manifest_ns": night.manifest_ns,
            "is_latest": night.key in best,
            "is_damaged": night.key in damaged,
        }
        for night in nights
    ]
    _write(draft / INDEX, pa.Table.from_pylist(rows, schema=INDEX_SCHEMA))


def _write(place: Path, table: pa.Table) -> None:
    with place.open("wb") as file:
        pq.write_table(table, file, compression="zstd", version="2.6")


def _put_in_place(draft: Path, parent: Path, private: Path) -> None:
    """Make the draft the generation that counts, in one step."""
    files = {
        path.name: {"size_bytes": path.stat().st_size, "sha256": provenance.sha256_file(path)}
        for path in sorted(draft.iterdir())
    }
    store.seal(draft)
    parent.mkdir(mode=0o700, exist_ok=True)
    draft.rename(parent / draft.name)
    pointer = private / "pointer"
    pointer.mkdir(mode=0o700)
    record = {
        "schema": SCHEMA,
        "hypnic_version": __version__,
        "columns": columns_digest(),
        "generation": draft.name,
        "files": files,
    }
    store.write_record(pointer / POINTER, record)
    store.seal(pointer)
    before = _generation(parent)
    (pointer / POINTER).replace(parent / POINTER)
    _remove_old(parent, draft.name, before)


def _generation(parent: Path) -> str:
    try:
        return str(store.read_record(parent / POINTER).get("generation"))
    except ResultError:
        return ""


def _remove_old(parent: Path, current: str, before: str) -> None:
    """Remove generations that no query reads any more.

    The one that counted until now may still be read, and a younger one may be another
    compaction's that is about to count.
    """
    with suppress(OSError):
        os.utime(parent / Path(before).name)
    for folder in parent.iterdir():
        if folder.is_dir() and folder.name != current and _age_s(folder) > _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)


def _age_s(folder: Path) -> float:
    with suppress(OSError):
        return time.time() - folder.stat().st_mtime
    return 0.0
