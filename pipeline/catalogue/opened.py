"""The catalogue as it is opened: SQL over every night of a results folder."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from pipeline.catalogue.asking import Relation, ask, refused, views_named, wrong
from pipeline.catalogue.compacted import Compaction, find_compaction, unusable
from pipeline.catalogue.connection import connect
from pipeline.catalogue.listing import Key, list_nights
from pipeline.catalogue.records import RECORD_FAULTS
from pipeline.catalogue.snapshot import Snapshot, snapshot
from pipeline.catalogue.soundness import damaged_among, left_out, unreadable_among
from pipeline.catalogue.views import RECORD_VIEWS, TABLE_VIEWS, VIEWS
from pipeline.codes import Code
from pipeline.errors import QueryError, ResultError
from pipeline.named_paths import require
from pipeline.notices import Notice

_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)
_TRIES = 4  # the files may change while they are read


def open_catalogue(out: Path | str) -> Catalogue:
    """Open the results in a folder for queries; nothing in it is written.

    Parameters
    ----------
    out
        The folder that was given with ``--out`` when the nights were scored.

    Raises
    ------
    SettingsError
        NOT_FOUND: there is no such folder.

    Examples
    --------
    >>> from pipeline import catalogue
    >>> nights = catalogue.open("results")
    >>> frame = nights.sql("SELECT study_key, jerks_n1_per_h FROM nights WHERE is_latest").df()
    >>> table = nights.sql("SELECT kind, count(*) AS n FROM events GROUP BY kind").pl()
    """
    return Catalogue(Path(out))


class Catalogue:
    """SQL over the views of `pipeline.catalogue.views`, as the nights stood when it was opened.

    Attributes
    ----------
    notices
        What was left out, or limits the answers; it grows as damage is met.
    """

    def __init__(self, out: Path) -> None:
        require(out)
        self.notices: list[Notice] = []
        self._out = out
        self._tables: dict[str, pa.Table] = {}
        self._left_out: set[Key] = set()
        self._is_compaction_used = True
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._views: frozenset[str] = frozenset()
        self._look()
        if not self._seen.listed:
            self.notices.append(_no_nights())

    def sql(self, query: str) -> Relation:
        """Give the answer to one query, computed; a relation of DuckDB.

        ``.df()`` is a pandas frame, ``.pl()`` a polars one, ``.arrow()`` a reader of record
        batches, ``.to_arrow_table()`` a table, ``.fetchall()`` a list of tuples.
        A damaged night is left out and told in `notices`; damaged compacted tables are not used.

        Raises
        ------
        QueryError
            QUERY_REFUSED: it would write, or reach outside. QUERY_WRONG: it asks for what is not
            there, or is no SQL.
        ResultError
            RESULT_DAMAGED: files change or fail faster than they can be read.

        Examples
        --------
        >>> nights.sql("FROM metrics WHERE name = 'jerks_n1_per_h'").arrow()
        """
        views = views_named(query)
        for _ in range(_TRIES):
            try:
                return ask(self._connected(views), query)
            except duckdb.PermissionException as error:
                if not self._is_file_missing():
                    raise refused("a file or place outside the catalogue's views") from error
            except (duckdb.Error, *RECORD_FAULTS) as error:
                if self._is_mended():
                    continue
                if isinstance(error, duckdb.Error):
                    raise wrong(error) from error
                raise
        raise ResultError(
            "The results change faster than they can be read.",
            code=Code.RESULT_DAMAGED,
            remedy="Wait until the batch has finished, then ask again.",
        )

    def add_table(self, name: str, table: pa.Table) -> None:
        """Make a table of the caller's own known to the queries.

        Raises
        ------
        QueryError
            QUERY_TABLE: the name is that of a view, or no plain word.
        """
        if not _NAME.fullmatch(name) or name.lower() in VIEWS or name.startswith("hypnic_"):
            raise QueryError(
                "A table cannot be called so.",
                code=Code.QUERY_TABLE,
                found=name,
                remedy="Take a word of letters, digits and _ that is not the name of a view "
                f"({', '.join(VIEWS)}).",
            )
        self._tables[name] = table
        self.close()

    def close(self) -> None:
        """Give up the connection; the next query makes a new one."""
        self._connection, self._views = None, frozenset()  # its answers keep it as they need it

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _look(self) -> None:
        """Look at the folders, and at what an earlier compaction holds of them."""
        compaction: Compaction | None = None
        if self._is_compaction_used:
            compaction, notices = find_compaction(self._out)
            self._is_compaction_used = not notices
            self.notices.extend(notices)
        self._use(snapshot(list_nights(self._out), compaction, self._left_out))

    def _use(self, seen: Snapshot) -> None:
        self._seen = seen
        self._sound: set[str] = set()  # views whose compacted files were seen to be whole
        self.close()

    def _connected(self, views: Collection[str]) -> duckdb.DuckDBPyConnection:
        """Give a connection with at least these views."""
        if self._connection is None or not self._views.issuperset(views):
            wanted = self._views.union(views)
            self._require_whole(wanted)
            self._connection = connect(self._out, self._seen, wanted, self._tables)
            self._views = wanted
        return self._connection

    def _require_whole(self, views: Collection[str]) -> None:
        """Put the nights' own files in the place of compacted ones that are damaged."""
        new = [view for view in views if view not in self._sound]
        compaction = self._seen.compaction
        if compaction is not None and not compaction.is_whole(new):
            self._look()  # another compaction may have taken its place
            if self._seen.compaction == compaction:
                self._without_compaction()
            return self._require_whole(views)
        self._sound.update(new)
        return None

    def _without_compaction(self) -> None:
        self._is_compaction_used = False
        self.notices.append(unusable())
        self._look()

    def _is_mended(self) -> bool:
        """Look again after a failure; tell whether anything is different now."""
        before = self._seen
        self._look()
        if before.listed != self._seen.listed or before.compaction != self._seen.compaction:
            return True
        compaction = before.compaction
        if compaction is not None and not compaction.is_whole((*TABLE_VIEWS, *RECORD_VIEWS)):
            self._without_compaction()
            return True
        damaged = damaged_among(before.fresh)
        return self._is_left_out(
            damaged | unreadable_among([n for n in before.fresh if n.key not in damaged])
        )

    def _is_file_missing(self) -> bool:
        """Leave out nights of which a file is gone; tell whether there are any."""
        files = [VIEWS[view].file for view in TABLE_VIEWS]
        gone = {
            night.key
            for night in self._seen.fresh
            if not all(Path(night.folder, name).is_file() for name in files)
        }
        if not gone:
            return False
        self._look()  # a night that was removed as a whole is not damaged
        self._is_left_out(gone.intersection(self._seen.listed))
        return True

    def _is_left_out(self, damaged: set[Key]) -> bool:
        """Leave damaged nights out; tell whether there are any."""
        self._left_out |= damaged
        self.notices.extend(left_out(key) for key in sorted(damaged))
        self._use(snapshot(self._seen.listed, self._seen.compaction, self._left_out))
        return bool(damaged)


def _no_nights() -> Notice:
    return Notice(
        code=Code.NO_RESULT,
        where="nights",
        message="No scored night is there. Give the folder that was given with --out when nights "
        "were scored.",
    )
