"""Score one study through Prefect: ``python -m flows.score_study STUDY --out DIR``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from prefect import flow

from flows.score_folder import score_folder
from flows.studies import Record, tell, threads, through_flow
from pipeline.batches import Batch
from pipeline.errors import HypnicError
from pipeline.outcome import ExitCode
from pipeline.runner import Job


@flow(name="score-study", persist_result=False, task_runner=threads(1))
def score_study(batch: str) -> list[Record]:
    """Score the one study of a batch; `batch` is its reference, as in `score_folder`."""
    return score_folder.fn(batch)


def main(
    study: Annotated[Path, typer.Argument(help="The study's EDF, EDF+, BDF or BDF+ file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of all results.")],
    hypnogram: Annotated[
        Path | None, typer.Option("--hypnogram", help="Technician's scoring, EDF+.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="TOML file with your settings.")
    ] = None,
    stage_source: Annotated[
        str | None, typer.Option("--stage-source", help="technician or auto.")
    ] = None,
) -> None:
    """Score one study through the Prefect flow.

    Example: python -m flows.score_study night.edf --out results
    """
    job = Job(source=study, scoring=hypnogram)
    try:
        batch = Batch(jobs=(job,), out=out, config=config, stage_source=stage_source)
        outcomes = through_flow(score_study, batch)
    except HypnicError as error:
        typer.echo(f"hypnic: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from error
    raise typer.Exit(tell(batch, outcomes))


if __name__ == "__main__":
    typer.run(main)
