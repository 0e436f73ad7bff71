"""Flows that are started by hand: their options, and what the shell is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from prefect import State

from flows.artifacts import sums
from flows.studies import outcomes_of
from pipeline.batches import Batch, remember_batch
from pipeline.errors import HypnicError
from pipeline.outcome import ExitCode, Outcome, exit_code
from pipeline.plaintext import plain
from pipeline.references import forgotten
from pipeline.studies import find_jobs

FolderArgument = Annotated[
    Path, typer.Argument(help="Folder with studies; its subfolders count too.")
]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="Folder of all results.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="TOML file with your settings.")
]
SourceOption = Annotated[str | None, typer.Option("--stage-source", help="technician or auto.")]


def folder_batch(folder: Path, out: Path, config: Path | None, stage_source: str | None) -> Batch:
    """Give the batch of every study of a folder."""
    jobs = tuple(find_jobs(folder, out))
    return Batch(jobs=jobs, out=out, config=config, stage_source=stage_source)


def score_by_hand(flow: Callable[..., Any], batch: Batch) -> NoReturn:
    """Score a batch through a flow, tell what became of it, and end with its exit code."""
    raise typer.Exit(tell(batch, through_flow(flow, batch)))


@contextmanager
def faults_told() -> Iterator[None]:
    """Tell a fault in one line and end with the exit code of a failure."""
    try:
        yield
    except HypnicError as error:
        typer.echo(f"hypnic: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from error


def through_flow(flow: Callable[..., Any], batch: Batch) -> list[Outcome]:
    """Score a batch through a flow, from this process; outcomes in the jobs' order.

    Raises
    ------
    SettingsError
        The settings cannot be used; said before any server is started.
    """
    batch.settings()
    if not batch.jobs:
        return []
    run: Callable[..., State[Any]] = flow
    with forgotten(remember_batch(batch)) as reference:
        state = run(reference, return_state=True)
        records = state.result(raise_on_failure=False)
    if isinstance(records, Exception):
        raise records
    return outcomes_of(records)


def tell(batch: Batch, outcomes: Sequence[Outcome]) -> ExitCode:
    """Print what became of each study and where it is; give the exit code."""
    for job, outcome in zip(batch.jobs, outcomes, strict=True):
        words = f"{outcome.status.value}: {job.source.name}  {outcome.message}"
        typer.echo(plain(words).rstrip())
        if outcome.folder:
            page = "report.html" if outcome.is_done else "reason.json"
            typer.echo(f"    {plain(str(batch.out / outcome.folder / page))}")
    typer.echo(sums(outcomes))
    return exit_code(list(outcomes))
