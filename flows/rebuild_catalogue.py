"""Compact the tables of all nights through Prefect: ``python -m flows.rebuild_catalogue RESULTS``.

The work is that of ``hypnic catalogue``; Prefect sees a reference and counts, never a path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from prefect import flow, get_run_logger

from pipeline import catalogue, references
from pipeline.errors import HypnicError
from pipeline.named_paths import require
from pipeline.outcome import ExitCode

_RESULTS = "results"


@flow(name="rebuild-catalogue", persist_result=False)
def rebuild_catalogue(request: str) -> dict[str, int]:
    """Compact the tables of all nights; give how many nights were taken and left out.

    Parameters
    ----------
    request
        Reference of the results folder: no path goes into a database.
    """
    found = catalogue.compact(Path(references.recall(request)[_RESULTS]))
    counts = {"nights": found.n_nights, "left_out": len(found.notices)}
    log = get_run_logger()
    log.info("%d nights compacted, %d left out", counts["nights"], counts["left_out"])
    for notice in found.notices:
        log.warning("%s: %s", notice.code.value, notice.where)
    return counts


def main(
    results: Annotated[Path, typer.Argument(help="Folder of all results.")],
) -> None:
    """Compact the tables of all nights through the Prefect flow.

    Example: python -m flows.rebuild_catalogue results
    """
    try:
        require(results)  # said before any server is started, and kept out of its database
        reference = references.remember({_RESULTS: str(results.absolute())})
        try:
            counts = rebuild_catalogue(reference)
        finally:
            references.forget(reference)
    except HypnicError as error:
        typer.echo(f"hypnic: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from error
    typer.echo(f"{counts['nights']} nights compacted, {counts['left_out']} left out")
    raise typer.Exit(ExitCode.QUARANTINED if counts["left_out"] else ExitCode.GOOD)


if __name__ == "__main__":
    typer.run(main)
