"""One Prefect task per study, each handed to a child process of the runner."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, cast

import typer
from prefect import Flow, State, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, PrefectFutureList
from prefect.states import Completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from pipeline.batches import Batch, forget_batch, remember_batch
from pipeline.outcome import ExitCode, Outcome, OutcomeStatus, exit_code
from pipeline.plaintext import plain
from pipeline.runner import Job, StudyPool
from pipeline.settings import Settings

Record = dict[str, Any]
StudyFlow = Flow[[str], list[Record]]


class StudyPendingError(RuntimeError):
    """A study met a passing fault as often as `run.tries` says; its task fails with it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{outcome.code}: try this study again later")
        self.outcome = outcome


def score_each(pool: StudyPool, jobs: Sequence[Job]) -> list[Record]:
    """Score every study, one task each; only its number goes through Prefect.

    The pool tries passing faults again by itself, so the tasks have no retries of their own.
    """
    score = task(
        name="score-study",
        task_run_name="study-{number}",
        cache_policy=NO_CACHE,
        persist_result=False,
    )(_scorer(pool, jobs))
    pool.expect(jobs)
    futures = cast("PrefectFutureList[Record]", score.map(range(len(jobs))))
    outcomes = [_outcome(future.result(raise_on_failure=False)) for future in futures]
    log = get_run_logger()
    for outcome in outcomes:
        log.info("%s %s %s", outcome.study_key, outcome.status.value, outcome.code)
    return [asdict(outcome) for outcome in outcomes]


def through_flow(flow: StudyFlow, batch: Batch) -> list[Outcome]:
    """Score a batch through a flow, from this process; outcomes in the jobs' order.

    Raises
    ------
    SettingsError
        The settings cannot be used; said before any server is started.
    """
    batch.settings()
    if not batch.jobs:
        return []
    reference = remember_batch(batch)
    try:
        records = flow(reference)
    finally:
        forget_batch(reference)
    return [outcome_of(record) for record in records]


def tell(batch: Batch, outcomes: Sequence[Outcome]) -> ExitCode:
    """Print what became of each study and where it is; give the exit code."""
    for job, outcome in zip(batch.jobs, outcomes, strict=True):
        words = f"{outcome.status.value}: {job.source.name}  {outcome.message}"
        typer.echo(plain(words).rstrip())
        if outcome.folder:
            page = "report.html" if outcome.is_done else "reason.json"
            typer.echo(f"    {plain(str(batch.out / outcome.folder / page))}")
    n_done = sum(outcome.is_done for outcome in outcomes)
    typer.echo(f"{len(outcomes)} studies, {n_done} of them done")
    return exit_code(list(outcomes))


def threads(n: int) -> TaskRunner[PrefectFuture[Any]]:
    """Give the task runner of `n` threads; each thread waits for one child process."""
    return cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=n))


def n_at_a_time(settings: Settings, n_studies: int) -> int:
    """Give how many studies run at a time: as many as wanted, else one per core."""
    return max(1, min(settings.run.jobs or os.cpu_count() or 1, n_studies))


def _scorer(pool: StudyPool, jobs: Sequence[Job]) -> Callable[[int], State[Record]]:
    def score(number: int) -> State[Record]:
        return _state(pool.score(number, jobs[number]))

    return score


def _state(outcome: Outcome) -> State[Record]:
    """Give a state that the server's page explains by itself, without a patient's data."""
    if outcome.status is OutcomeStatus.PENDING:
        raise StudyPendingError(outcome)
    words = f"{outcome.study_key} {outcome.status.value} {outcome.code}".strip()
    name = "Completed" if outcome.is_done else "Quarantined"
    return Completed(name=name, message=words, data=asdict(outcome))


def _outcome(found: Record | Exception) -> Outcome:
    if isinstance(found, StudyPendingError):
        return found.outcome
    if isinstance(found, Exception):
        raise found
    return outcome_of(found)


def outcome_of(record: Record) -> Outcome:
    """Give the outcome that a task's record stands for."""
    return Outcome(**record | {"status": OutcomeStatus(record["status"])})
