"""SQL over the files of the nights: the same text for a query and for a compaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.catalogue.views import KEYS, SQL_TYPES, VIEWS
from pipeline.columns import Column


def text(value: str) -> str:
    """Give a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """Give an identifier as SQL writes it."""
    return '"' + identifier.replace('"', '""') + '"'


def texts(values: Iterable[str]) -> str:
    """Give a list of texts as SQL writes it."""
    return "[" + ", ".join(map(text, values)) + "]"


def names(columns: Sequence[Column]) -> str:
    """Give the names of columns, in their order."""
    return ", ".join(name(column.name) for column in columns)


def of_night_files(view: str, files: str, *, is_latest: bool) -> str:
    """Give the rows of a view over the nights' own files.

    A column that a file of an older version lacks is null; one that is not documented is left out.

    Parameters
    ----------
    files
        SQL of the list of files: ``.../<study key>/<digest>/<file>``.
    """
    facts = VIEWS[view].facts
    parts = "string_split(filename, '/')"
    kinds = ", ".join(
        f"{text(c.name)}: {{name: {text(c.name)}, type: {text(SQL_TYPES[c.kind])}, "
        "default_value: NULL}"
        for c in facts
    )
    return (
        f"SELECT {parts}[-3] AS study_key, {parts}[-2] AS digest, {is_latest} AS is_latest, "
        f"{names(facts)} FROM read_parquet({files}, filename = true, schema = MAP {{{kinds}}})"
    )


def of_compacted(view: str, files: str, *, has_stale: bool, has_flipped: bool) -> str:
    """Give the rows of a view over compacted files.

    Parameters
    ----------
    has_stale
        Whether ``hypnic_stale`` holds nights that are no longer there or were replaced.
    has_flipped
        Whether ``hypnic_flipped`` holds nights that became, or ceased to be, the latest.
    """
    key = "(study_key, digest)"
    flipped = f"{key} IN (SELECT {key} FROM hypnic_flipped)"
    is_latest = f"(is_latest <> ({flipped}))" if has_flipped else "is_latest"
    kept = f" WHERE {key} NOT IN (SELECT {key} FROM hypnic_stale)" if has_stale else ""
    return (
        f"SELECT study_key, digest, {is_latest} AS is_latest, {names(VIEWS[view].facts)} "
        f"FROM read_parquet({files}){kept}"
    )


def empty(view: str) -> str:
    """Give the view's columns and no row."""
    columns = VIEWS[view].columns
    nulls = ", ".join(f"NULL::{SQL_TYPES[c.kind]} AS {name(c.name)}" for c in columns)
    return f"SELECT {nulls} WHERE false"


def create(view: str, arms: Sequence[str]) -> str:
    """Give the statement that makes a view of its parts."""
    return f"CREATE OR REPLACE VIEW {name(view)} AS " + " UNION ALL ".join(arms or [empty(view)])


__all__ = ["KEYS", "create", "empty", "name", "names", "of_compacted", "of_night_files", "text"]
