"""`hypnic query` and `hypnic catalogue` on the command line: their options and their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import DEFAULT_OUT, AnswerForm

ResultsOption = Annotated[
    Path,
    typer.Option(
        "--results", "-r", help="The folder that was given with --out when nights were scored."
    ),
]


def query(  # noqa: PLR0913  one for each option
    sql: Annotated[
        str | None, typer.Argument(metavar="[SQL]", help="One query, in quotation marks.")
    ] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Read the query from a file.")
    ] = None,
    results: ResultsOption = DEFAULT_OUT,
    form: Annotated[
        AnswerForm | None,
        typer.Option(
            "--format",
            help="table: for the eye. csv, json, parquet: all rows. Without it, what the file "
            "given with --out ends in.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File for the answer; else it is printed.")
    ] = None,
    rows: Annotated[
        int, typer.Option("--rows", min=0, help="Rows that a table shows; 0: all of them.")
    ] = 100,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            metavar="NAME=FILE",
            help="A table of your own (CSV, TSV or Parquet) to join, by a name of your choice; "
            "may be given several times.",
        ),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print every view and column, and ask nothing.")
    ] = False,
) -> None:
    """Ask all scored nights one question in SQL (DuckDB's); nothing is changed by it.

    The views are nights, metrics, epochs, events, descents, channels, warnings and quarantine.
    What could not be scored is NULL. A study that was scored with several settings has several
    nights: WHERE is_latest takes the last of each.

    Example: hypnic query "SELECT study_key, jerks_n1_per_h FROM nights WHERE is_latest"

    Example: hypnic query "SELECT kind, count(*) AS n FROM events GROUP BY kind" --format csv

    Example: hypnic query --schema
    """
    from pipeline.cli import querying

    if schema:
        raise typer.Exit(querying.print_schema())
    wanted = querying.Wanted(
        results=results,
        form=form,
        out=out,
        most_rows=rows,
        tables=tuple(table or ()),
    )
    raise typer.Exit(querying.answer_query(sql, file, wanted))


def catalogue(
    results: Annotated[
        Path, typer.Argument(help="The folder that was given with --out when nights were scored.")
    ] = DEFAULT_OUT,
) -> None:
    """Check every scored night, and put the tables of all into a few files for fast queries.

    Queries work without it, and see nights that were scored since; thousands of nights answer
    some ten times faster with it. It may run while nights are scored, and at any time again.
    Damaged nights are told and left out (exit code 1).

    Example: hypnic catalogue results
    """
    from pipeline.cli.querying import make_catalogue

    raise typer.Exit(make_catalogue(results))
