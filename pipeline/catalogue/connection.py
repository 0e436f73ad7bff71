"""A DuckDB connection that can read the views' files and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.catalogue import sql
from pipeline.catalogue.listing import Key
from pipeline.catalogue.records import quarantine_table, record_tables
from pipeline.catalogue.snapshot import Snapshot
from pipeline.catalogue.soundness import night_arms
from pipeline.catalogue.views import RECORD_VIEWS, VIEWS

_QUARANTINE = "quarantine"
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # no variable of the caller is a table
    "temp_directory": "",  # nothing is written, wherever it is run
}


def connect(
    out: Path, seen: Snapshot, views: Collection[str], tables: Mapping[str, pa.Table]
) -> duckdb.DuckDBPyConnection:
    """Give a connection with the views that are asked for; the others are there without a row.

    Only the files of those views can be opened, and no setting can be changed any more.

    Parameters
    ----------
    tables
        The user's own tables, by name.

    Raises
    ------
    OSError, ValueError, TypeError, AttributeError, KeyError, pyarrow.ArrowException
        A night's record is damaged.
    """
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    _register_keys(connection, "hypnic_stale", seen.stale)
    _register_keys(connection, "hypnic_flipped", seen.flipped)
    rows = _record_rows(out, seen, views)
    for view, table in rows.items():
        connection.register(f"hypnic_{view}", table)
    for name, table in tables.items():
        connection.register(name, table)
    compacted = {view: _parts(seen, view) for view in views}
    _lock(connection, [*_fresh_files(seen, views), *(f for p in compacted.values() for f in p)])
    for view in VIEWS:
        arms = list(night_arms(view, seen.fresh, seen.latest)) if view in _of_files(views) else []
        arms += [f"SELECT * FROM hypnic_{view}"] if view in rows else []
        arms += [_compacted(seen, view, compacted[view])] if compacted.get(view) else []
        connection.execute(sql.create(view, arms))
    return connection


def _register_keys(connection: duckdb.DuckDBPyConnection, name: str, keys: Collection[Key]) -> None:
    rows = [{"study_key": study_key, "digest": digest} for study_key, digest in keys]
    schema = pa.schema([("study_key", pa.string()), ("digest", pa.string())])
    connection.register(name, pa.Table.from_pylist(rows, schema=schema))


def _record_rows(out: Path, seen: Snapshot, views: Collection[str]) -> dict[str, pa.Table]:
    wanted = [view for view in RECORD_VIEWS if view in views]
    rows = record_tables(seen.fresh, seen.latest, wanted) if wanted else {}
    return rows | ({_QUARANTINE: quarantine_table(out)} if _QUARANTINE in views else {})


def _of_files(views: Collection[str]) -> list[str]:
    return [view for view in views if VIEWS[view].file]


def _fresh_files(seen: Snapshot, views: Collection[str]) -> list[str]:
    return [f"{night.folder}/{VIEWS[v].file}" for v in _of_files(views) for night in seen.fresh]


def _parts(seen: Snapshot, view: str) -> list[str]:
    return [] if seen.compaction is None else seen.compaction.parts(view)


def _compacted(seen: Snapshot, view: str, parts: list[str]) -> str:
    return sql.of_compacted(
        view, sql.texts(parts), has_stale=bool(seen.stale), has_flipped=bool(seen.flipped)
    )


def _lock(connection: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    """Close everything but the files, for good."""
    connection.execute(f"SET allowed_paths = {sql.texts(files)}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
