"""Score every study of a folder through Prefect.

``python -m flows.score_folder FOLDER --out DIR`` uses Prefect's embedded server, or the one at
``PREFECT_API_URL``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from prefect import flow

from flows.studies import Record, n_at_a_time, outcome_of, score_each, tell, threads, through_flow
from pipeline.batch_page import close_batch
from pipeline.batches import Batch, recall_batch
from pipeline.errors import HypnicError
from pipeline.outcome import ExitCode
from pipeline.runner import StudyPool
from pipeline.studies import find_jobs


@flow(name="score-folder", persist_result=False)
def score_folder(batch: str) -> list[Record]:
    """Score every study of a batch, one task each, and give what became of them in order.

    Parameters
    ----------
    batch
        Reference of the batch (`pipeline.batches`): no path goes into a database.
    """
    wanted = recall_batch(batch)
    settings = wanted.settings()
    n_jobs = n_at_a_time(settings, len(wanted.jobs))
    with StudyPool(wanted.out, settings, n_jobs=n_jobs) as pool:
        records = score_each(pool, wanted.jobs)
    close_batch(wanted.out, wanted.jobs, dict(enumerate(map(outcome_of, records))))
    return records


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
        runner = threads(n_at_a_time(batch.settings(), len(jobs)))
        outcomes = through_flow(score_folder.with_options(task_runner=runner), batch)
    except HypnicError as error:
        typer.echo(f"hypnic: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from error
    raise typer.Exit(tell(batch, outcomes))


if __name__ == "__main__":
    typer.run(main)
