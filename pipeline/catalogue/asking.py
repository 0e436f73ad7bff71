"""What may be asked: one query that reads; and what DuckDB answers to a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb

from pipeline.catalogue.views import VIEWS
from pipeline.codes import Code
from pipeline.errors import QueryError

_READS = re.compile(r"\s*(pivot|from|select|with)\b", re.IGNORECASE)
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_FILE = ".parquet"  # in a message: it is a file that is wrong, not the query
_LONGEST = 800  # characters of DuckDB's message
_SCHEMA = "'hypnic query --schema' lists every view and column"

Relation = duckdb.DuckDBPyRelation


def views_named(query: str) -> set[str]:
    """Give the views whose names occur in the query; one that only looks like it does no harm."""
    return {view for view in VIEWS if re.search(rf"\b{view}\b", query, re.IGNORECASE)}


def ask(connection: duckdb.DuckDBPyConnection, query: str) -> Relation:
    """Give the answer, computed.

    Raises
    ------
    QueryError
        The text is not one query that reads, or it asks for what is not there.
    duckdb.PermissionException
        It asks for a file or place outside of the views; or one of their files is gone.
    duckdb.Error
        Reading failed.
    """
    try:
        _require_reading(query, connection.extract_statements(query))
        return connection.sql(query).materialize()
    except _WRONG as error:
        raise wrong(error) from error
    except duckdb.InvalidInputException as error:
        if _FILE not in str(error):
            raise wrong(error) from error
        raise


_WRONG = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ConversionException,
    duckdb.NotImplementedException,
    duckdb.OutOfMemoryException,
    duckdb.OutOfRangeException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.TypeMismatchException,
)  # raised on a query that is wrong, whatever the files hold


def wrong(error: duckdb.Error) -> QueryError:
    """Give DuckDB's message as one line."""
    said = str(error).partition("\n\nLINE ")[0]
    return QueryError(
        "The query cannot be answered.",
        code=Code.QUERY_WRONG,
        found=" ".join(said.split())[:_LONGEST].rstrip(".?!"),
        remedy=f"Correct it; {_SCHEMA}.",
    )


def _require_reading(query: str, statements: Iterable[duckdb.Statement]) -> None:
    kinds = [statement.type for statement in statements]
    if not kinds:
        raise QueryError(
            "There is no query.",
            code=Code.QUERY_WRONG,
            remedy='Give one in quotation marks: hypnic query "SELECT count(*) FROM nights".',
        )
    if len(kinds) > 1:
        raise refused(f"{len(kinds)} statements")
    kind = kinds[0]
    is_pivot = kind == duckdb.StatementType.MULTI and _READS.match(_COMMENTS.sub(" ", query))
    if kind != duckdb.StatementType.SELECT and not is_pivot:
        raise refused(f"a statement of the kind {str(kind).rpartition('.')[2]}")


def refused(found: str) -> QueryError:
    """Give the refusal of a query that would do more than read the views."""
    return QueryError(
        "A query only reads the catalogue's views: this one was refused.",
        code=Code.QUERY_REFUSED,
        found=found,
        remedy="Ask one question with SELECT, FROM, WITH or PIVOT; write its answer with --out, "
        f"and bring a table of your own with --table NAME=FILE; {_SCHEMA}.",
    )
