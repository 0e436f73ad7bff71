"""Which nights can be relied on: a full look at their files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from pipeline import store
from pipeline.catalogue import sql
from pipeline.catalogue.listing import Key, NightFolder
from pipeline.catalogue.records import RECORD_FAULTS, record_tables
from pipeline.catalogue.views import TABLE_VIEWS, VIEWS
from pipeline.codes import Code
from pipeline.errors import ResultError
from pipeline.notices import Notice

_THREADS = 2  # hashing lets other threads run while the next file is read
_FAULTS = (ResultError, *RECORD_FAULTS)

OnNight = Callable[[], None]


def damaged_among(nights: Sequence[NightFolder], on_night: OnNight = lambda: None) -> set[Key]:
    """Give the nights whose files are not what their manifest says."""

    def is_damaged(night: NightFolder) -> bool:
        try:
            store.check(Path(night.folder))
        except _FAULTS:
            return True
        finally:
            on_night()
        return False

    with ThreadPoolExecutor(_THREADS) as pool:
        verdicts = list(pool.map(is_damaged, nights))
    return {night.key for night, verdict in zip(nights, verdicts, strict=True) if verdict}


def unreadable_among(nights: Sequence[NightFolder]) -> set[Key]:
    """Give the nights whose tables or record cannot be read, each by itself."""
    with duckdb.connect() as connection:
        return {night.key for night in nights if not _is_readable(connection, night)}


def night_arms(view: str, nights: Sequence[NightFolder], best: set[Key]) -> Iterator[str]:
    """Give the SQL of a view over the nights' own files: the latest of each study, then others."""
    for is_latest in (True, False):
        files = [f"{n.folder}/{VIEWS[view].file}" for n in nights if (n.key in best) == is_latest]
        if files:
            yield sql.of_night_files(view, sql.texts(files), is_latest=is_latest)


def left_out(key: Key) -> Notice:
    """Give the notice that a night is damaged."""
    return Notice(
        code=Code.RESULT_DAMAGED,
        where=f"{store.NIGHTS}/{key[0]}/{key[1]}",
        message="The result folder is not whole, and its night was left out. Run the study again: "
        "a damaged result is replaced.",
    )


def _is_readable(connection: duckdb.DuckDBPyConnection, night: NightFolder) -> bool:
    try:
        record_tables([night], set())
        for view in TABLE_VIEWS:
            for rows in night_arms(view, [night], set()):
                connection.execute(rows).fetchall()
    except (duckdb.Error, *_FAULTS):
        return False
    return True
