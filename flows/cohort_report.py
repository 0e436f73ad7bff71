"""Make a cohort's tables and page through Prefect: ``python -m flows.cohort_report RESULTS ...``.

The work is that of ``hypnic cohort``; Prefect sees a reference and counts, never a path or a
participant.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer
from prefect import State, flow, get_run_logger
from prefect.states import Completed

from flows.by_hand import faults_told
from flows.faults import without_paths
from flows.forms import CohortForm, PlaceName
from pipeline import references
from pipeline.cohort import Cohort
from pipeline.cohorts import (
    PAGE,
    CohortRequest,
    prepare,
    remember_request,
    report_cohort,
    request_at,
)
from pipeline.plaintext import plain

_AS_SET = CohortForm()


@flow(name="cohort-report", persist_result=False)
def cohort_report(place: PlaceName, options: CohortForm = _AS_SET) -> State[dict[str, int]]:
    """Make the tables and the page of a place's cohort: persons pooled, compared and followed.

    Args:
        place: Name of a place with participants and cohort in the site's table (site.toml). Never
            a path.
        options: What the report says beside the usual.

    """
    with without_paths():
        request = _wanted(request_at(place), options)
        prepare(request)
        found = report_cohort(request)
    counts = {"persons": len(found.persons), "nights": len(found.nights)}
    words = f"{counts['persons']} persons, {counts['nights']} nights"
    _log(words, found, is_identified=request.is_identified)
    return Completed(message=words, data=counts)


def _wanted(request: CohortRequest, options: CohortForm) -> CohortRequest:
    return replace(
        request,
        columns=request.columns + options.columns,
        is_identified=request.is_identified or options.is_identified,
    )


def _log(words: str, found: Cohort, *, is_identified: bool) -> None:
    log = get_run_logger()
    log.info(words)
    if is_identified:
        log.warning("participant ids are written as given")
    for notice in found.notices:
        log.info("%s", notice.code.value)


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
    with faults_told():
        prepare(request)  # said before any server is started, and kept out of its database
        with references.forgotten(remember_request(request)) as reference:
            counts = cast("dict[str, int]", cohort_report(reference))
    typer.echo(f"{counts['persons']} persons, {counts['nights']} nights")
    typer.echo(plain(str(out / PAGE)))


if __name__ == "__main__":
    typer.run(main)
