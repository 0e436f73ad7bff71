"""Make a cohort's tables and page through Prefect: ``python -m flows.cohort_report RESULTS ...``.

The work is that of ``hypnic cohort``; Prefect sees a reference and counts, never a path or a
participant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from prefect import flow, get_run_logger

from pipeline import references
from pipeline.codes import Code
from pipeline.cohort import Cohort
from pipeline.cohorts import (
    PAGE,
    CohortRequest,
    prepare,
    recall_request,
    remember_request,
    report_cohort,
)
from pipeline.errors import HypnicError, PassingError
from pipeline.outcome import ExitCode
from pipeline.plaintext import plain


@flow(name="cohort-report", persist_result=False)
def cohort_report(request: str) -> dict[str, int]:
    """Make the tables and the page of a cohort; give how many persons and nights it has.

    Parameters
    ----------
    request
        Reference of the request (`pipeline.cohorts`): no path goes into a database.
    """
    found = _reported(recall_request(request))
    counts = {"persons": len(found.persons), "nights": len(found.nights)}
    log = get_run_logger()
    log.info("%d persons, %d nights", counts["persons"], counts["nights"])
    for notice in found.notices:
        log.info("%s", notice.code.value)
    return counts


def _reported(request: CohortRequest) -> Cohort:
    """Make the cohort; a fault of the system is told without the path that it holds."""
    try:
        return report_cohort(request)
    except OSError as error:
        raise PassingError(
            "Reading or writing failed.",
            code=Code.IO,
            found=error.strerror or type(error).__name__,
            remedy="Check the disk and your rights, then run it again.",
        ) from None


def main(
    *,
    results: Annotated[Path, typer.Argument(help="Folder of all results.")],
    participants: Annotated[Path, typer.Option("--participants", help="Participants table.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the tables and the page.")],
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="TOML file with your settings.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="A further covariate column.")
    ] = None,
    identified: Annotated[
        bool, typer.Option("--identified/--pseudonyms", help="Write participant ids as given.")
    ] = False,
) -> None:
    """Make a cohort's tables and page through the Prefect flow.

    Example: python -m flows.cohort_report results --participants participants.tsv --out cohort
    """
    request = CohortRequest(
        results=results,
        participants=participants,
        out=out,
        config=config,
        columns=tuple(column or ()),
        is_identified=identified,
    )
    try:
        prepare(request)  # said before any server is started, and kept out of its database
        reference = remember_request(request)
        try:
            counts = cohort_report(reference)
        finally:
            references.forget(reference)
    except HypnicError as error:
        typer.echo(f"hypnic: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from error
    typer.echo(f"{counts['persons']} persons, {counts['nights']} nights")
    typer.echo(plain(str(out / PAGE)))


if __name__ == "__main__":
    typer.run(main)
