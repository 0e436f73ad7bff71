"""Compact the tables of all nights through Prefect: ``python -m flows.rebuild_catalogue RESULTS``.

The work is that of ``hypnic catalogue``; Prefect sees a reference and counts, never a path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer
from prefect import State, flow, get_run_logger
from prefect.states import Completed

from flows.by_hand import faults_told
from flows.faults import without_paths
from flows.forms import PlaceName
from pipeline import catalogue, references
from pipeline.named_paths import require
from pipeline.outcome import ExitCode
from pipeline.site import read_site

_RESULTS = "results"


@flow(name="rebuild-catalogue", persist_result=False)
def rebuild_catalogue(place: PlaceName) -> State[dict[str, int]]:
    """Compact the tables of all nights of a place, so that queries over thousands answer at once.

    Args:
        place: Name of a place in the site's table (site.toml), such as lab. Never a path.

    """
    with without_paths():
        found = catalogue.compact(_results(place))
    counts = {"nights": found.n_nights, "left_out": len(found.notices)}
    words = f"{counts['nights']} nights compacted, {counts['left_out']} left out"
    log = get_run_logger()
    log.info(words)
    for notice in found.notices:
        log.warning("%s: %s", notice.code.value, notice.where)
    return Completed(message=words, data=counts)


def _results(name: str) -> Path:
    """Give the results of a place, or those of a reference."""
    site = read_site()
    if name not in site.places and references.is_known(name):
        return Path(references.recall(name)[_RESULTS])
    return site.place(name).out


def main(
    results: Annotated[Path, typer.Argument(help="Folder of all results.")],
) -> None:
    """Compact the tables of all nights through the Prefect flow.

    Example: python -m flows.rebuild_catalogue results
    """
    with faults_told():
        require(results)  # said before any server is started, and kept out of its database
        stored = references.remember({_RESULTS: str(results.absolute())})
        with references.forgotten(stored) as reference:
            counts = cast("dict[str, int]", rebuild_catalogue(reference))
    typer.echo(f"{counts['nights']} nights compacted, {counts['left_out']} left out")
    raise typer.Exit(ExitCode.QUARANTINED if counts["left_out"] else ExitCode.GOOD)


if __name__ == "__main__":
    typer.run(main)
