"""Score every study of a folder through Prefect.

``python -m flows.score_folder FOLDER --out DIR`` uses Prefect's embedded server, or the one at
``PREFECT_API_URL``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from prefect import flow

from flows.studies import Record, n_at_a_time, score_each, tell, threads, through_flow
from pipeline import settings
from pipeline.batches import recall_batch
from pipeline.runner import StudyPool
from pipeline.studies import find_jobs


@flow(name="score-folder", persist_result=False)
def score_folder(
    batch: str, out: str, config: str | None = None, stage_source: str | None = None
) -> list[Record]:
    """Score every study of a list, one task each, and give what became of them in order.

    Parameters
    ----------
    batch
        Reference of the list of studies (`pipeline.batches`): no path goes into a database.
    out
        Folder of all results.
    config
        TOML file with the settings that differ from the default.
    stage_source
        ``technician`` or ``auto``; the configuration decides when it is not given.
    """
    overrides = {} if stage_source is None else {"night.stage_source": stage_source}
    chosen = settings.load(None if config is None else Path(config), overrides).settings
    jobs = recall_batch(batch)
    with StudyPool(Path(out), chosen, n_jobs=n_at_a_time(chosen, len(jobs))) as pool:
        return score_each(pool, jobs)


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
    jobs = find_jobs(folder, out)
    chosen = settings.load(config).settings
    runner = threads(n_at_a_time(chosen, len(jobs)))
    outcomes = through_flow(
        score_folder.with_options(task_runner=runner), jobs, out, config, stage_source
    )
    raise typer.Exit(tell(jobs, outcomes, out))


if __name__ == "__main__":
    typer.run(main)
