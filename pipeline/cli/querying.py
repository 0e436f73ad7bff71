"""`hypnic query` and `hypnic catalogue`: questions to all nights, and their tables in few files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from pipeline import catalogue
from pipeline.catalogue.answers import csv_of, json_of, write_parquet
from pipeline.catalogue.asking import Relation
from pipeline.catalogue.given_tables import read_given
from pipeline.catalogue.listing import list_nights
from pipeline.catalogue.views import SQL_TYPES
from pipeline.cli.options import AnswerForm
from pipeline.cli.words import shown
from pipeline.codes import Code
from pipeline.errors import QueryError, SettingsError
from pipeline.named_paths import require
from pipeline.notices import Notice
from pipeline.outcome import ExitCode
from pipeline.table_files import replacing

_NARROWEST = 10  # characters that a column should have
_NUMBERS = frozenset({"BIGINT", "INTEGER", "DOUBLE", "FLOAT", "HUGEINT", "SMALLINT", "UBIGINT"})
_DIGITS = 6  # of a number in a table; the other formats are exact


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked, and what becomes of the answer.

    Attributes
    ----------
    form
        None: what the file ends in, else a table.
    most_rows
        Of a table; 0 for all.
    tables
        ``NAME=FILE`` each.
    """

    results: Path
    form: AnswerForm | None
    out: Path | None
    most_rows: int
    tables: tuple[str, ...]


def answer_query(query: str | None, file: Path | None, wanted: Wanted) -> ExitCode:
    """Print or write the answer to a query.

    Raises
    ------
    HypnicError
        The query, its tables or the place of the answer cannot be used.
    """
    text = _query(query, file)
    form = _form(wanted)
    with catalogue.open(wanted.results) as nights:
        for pair in wanted.tables:
            name, _, path = pair.partition("=")
            nights.add_table(name.strip(), read_given(_required(Path(path))))
        answer = nights.sql(text)
        _tell(nights.notices)
        if wanted.out is not None:
            _write(answer, form, wanted.out)
        elif form is AnswerForm.TABLE:
            _print(answer, wanted.most_rows)
        else:
            _emit(_BYTES[form](answer))
    return ExitCode.GOOD


def print_schema() -> ExitCode:
    """Print every view with its columns."""
    console = Console(emoji=False, highlight=False)
    for name, view in catalogue.VIEWS.items():
        console.print(f"[bold]{name}[/bold]: a row is {view.rows}", soft_wrap=True)
        table = Table(box=None, pad_edge=False, show_header=False)
        for place in ("column", "type", "unit", "meaning"):
            table.add_column(place, overflow="fold", no_wrap=place == "type")
        for column in view.columns:
            table.add_row(
                f"  {column.name}", SQL_TYPES[column.kind], column.unit, shown(column.meaning)
            )
        console.print(table)
    return ExitCode.GOOD


def make_catalogue(results: Path) -> ExitCode:
    """Compact the tables of all nights; tell what was left out.

    Raises
    ------
    HypnicError
        The folder is not there or cannot be written.
    """
    require(results)
    console = Console(emoji=False)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("checking nights", total=len(list_nights(results)))
        found = catalogue.compact(results, on_night=lambda: progress.advance(task))
    _tell(found.notices)
    console.print(f"{found.n_nights} nights compacted, {len(found.notices)} left out.")
    return ExitCode.QUARANTINED if found.notices else ExitCode.GOOD


def _query(query: str | None, file: Path | None) -> str:
    if (query is None) == (file is None):
        raise QueryError(
            "Give one query: in quotation marks, or with --file.",
            code=Code.QUERY_WRONG,
            remedy='For instance: hypnic query "SELECT count(*) FROM nights".',
        )
    if file is None:
        return query or ""
    try:
        return _required(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(
            "The file with the query cannot be read.",
            code=Code.QUERY_WRONG,
            where="--file",
            found=type(error).__name__,
            remedy="Give a text file in UTF-8.",
        ) from error


def _required(path: Path) -> Path:
    require(path)
    return path


def _form(wanted: Wanted) -> AnswerForm:
    suffix = "" if wanted.out is None else wanted.out.suffix.lower().lstrip(".")
    known = {form.value for form in AnswerForm} - {AnswerForm.TABLE.value}
    form = wanted.form or (AnswerForm(suffix) if suffix in known else None)
    if wanted.out is None and form is not AnswerForm.PARQUET:
        return form or AnswerForm.TABLE
    if wanted.out is None or form is None or form is AnswerForm.TABLE:
        raise _nowhere("no file ending in .csv, .json or .parquet")
    return form


def _write(answer: Relation, form: AnswerForm, place: Path) -> None:
    """Write an answer into a file; an older one is replaced once all is written."""
    try:
        with replacing(place) as draft:
            if form is AnswerForm.PARQUET:
                write_parquet(answer, draft)
            else:
                draft.write_bytes(_BYTES[form](answer))
    except OSError as error:
        raise _nowhere(error.strerror or type(error).__name__) from error


_BYTES = {AnswerForm.CSV: csv_of, AnswerForm.JSON: json_of}


def _nowhere(found: str) -> SettingsError:
    return SettingsError(
        "The answer cannot be written there.",
        code=Code.OUT_FOLDER,
        where="--out",
        found=found,
        remedy="Give a file ending in .csv, .json or .parquet, in a folder that is there.",
    )


def _tell(notices: Iterable[Notice]) -> None:
    console = Console(stderr=True, emoji=False)
    for notice in notices:
        console.print(
            f"[yellow]![/yellow] {notice.code} ({shown(notice.where)}): {shown(notice.message)}",
            soft_wrap=True,
        )


def _emit(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _print(answer: Relation, most_rows: int) -> None:
    """Print an answer as wide as the terminal, and say where rows are missing."""
    rows = answer.limit(most_rows + 1).fetchall() if most_rows else answer.fetchall()
    is_cut = bool(most_rows) and len(rows) > most_rows
    console = Console(emoji=False, highlight=False)
    show = _print_rows if len(answer.columns) * _NARROWEST <= console.width else _print_records
    show(console, answer, rows[:most_rows] if is_cut else rows)
    if is_cut:
        words = f"The first rows only, {most_rows}; --rows 0 shows all, --format csv writes all."
        Console(stderr=True, emoji=False).print(words, soft_wrap=True)


def _print_rows(console: Console, answer: Relation, rows: Iterable[tuple[object, ...]]) -> None:
    table = Table(box=None, pad_edge=False)
    for name, kind in zip(answer.columns, answer.types, strict=True):
        is_number = str(kind) in _NUMBERS
        table.add_column(shown(name), overflow="fold", justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    console.print(table)


def _print_records(console: Console, answer: Relation, rows: Iterable[tuple[object, ...]]) -> None:
    """Print each row over many lines, where a terminal is too narrow for its columns."""
    for number, row in enumerate(rows, start=1):
        console.rule(f"row {number}", align="left")
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column("column", no_wrap=True)
        table.add_column("value", overflow="fold")
        for name, value in zip(answer.columns, row, strict=True):
            table.add_row(shown(name), _cell(value))
        console.print(table)


def _cell(value: object) -> str:
    if value is None:
        return "[dim]NULL[/dim]"
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else shown(str(value))
