"""Score every study of a folder through Prefect.

``python -m flows.score_folder FOLDER --out DIR`` uses Prefect's embedded server, or the one at
``PREFECT_API_URL``.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from prefect import State, flow

from flows.faults import without_paths
from flows.forms import FolderForm, PlaceName
from flows.studies import final_state, has_pending, score_batch, shown_as, tell, through_flow
from pipeline import references
from pipeline.batches import Batch, all_of
from pipeline.errors import HypnicError
from pipeline.outcome import ExitCode
from pipeline.studies import find_jobs

_AS_SET = FolderForm()


@flow(name="score-folder", persist_result=False)
def score_folder(place: PlaceName, options: FolderForm = _AS_SET) -> State[Any]:
    """Score every study below a place's inbox, each in a process of its own.

    A bad study is set aside with a reason, the rest goes on; what is scored already is skipped.

    Args:
        place: Name of a place in the site's table (site.toml), such as lab. Never a path.
        options: How they are scored; every field may be left as it is.

    """
    with without_paths():
        batch = all_of(place)
        wanted = replace(
            batch,
            jobs=batch.jobs[: options.most_studies],
            stage_source=options.stage_source or batch.stage_source,
            n_jobs=options.jobs or batch.n_jobs,
        )
        outcomes = score_batch(wanted, shown_as(place))
        if references.is_known(place):
            references.conclude(place, [asdict(outcome) for outcome in outcomes])
        return final_state(outcomes, is_failed=has_pending(outcomes))


def main(
    folder: Annotated[Path, typer.Argument(help="Folder with studies; its subfolders count too.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of all results.")],
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="TOML file with your settings.")
    ] = None,
    stage_source: Annotated[
        str | None, typer.Option("--stage-source", help="technician or auto.")
    ] = None,
) -> None:
    """Score every study of a folder through the Prefect flow.

    Example: python -m flows.score_folder studies --out results
    """
    try:
        jobs = tuple(find_jobs(folder, out))
        batch = Batch(jobs=jobs, out=out, config=config, stage_source=stage_source)
        outcomes = through_flow(score_folder, batch)
    except HypnicError as error:
        typer.echo(f"hypnic: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from error
    raise typer.Exit(tell(batch, outcomes))


if __name__ == "__main__":
    typer.run(main)
