"""One Prefect task per study, each handed to a child process of the runner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from prefect import State, Task, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.artifacts import Progress, show_batch, sums
from pipeline.batch_page import close_batch
from pipeline.batches import Batch
from pipeline.capacity import studies_at_a_time
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.runner import Job, StudyPool
from pipeline.site import read_site

Record = dict[str, Any]
AD_HOC = "ad-hoc"  # what the artifacts of a batch without a place are called by


class StudyPendingError(RuntimeError):
    """A study met a passing fault as often as `run.tries` says; its task fails with it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{outcome.code}: try this study again later")
        self.outcome = outcome

    def __reduce__(self) -> tuple[type[StudyPendingError], tuple[Outcome]]:
        """Let it come back whole from another process."""
        return type(self), (self.outcome,)


def shown_as(place: str) -> str:
    """Give what the artifacts of a place, or of a batch's reference, are called by."""
    return place if place in read_site().places else AD_HOC


def score_batch(batch: Batch, name: str) -> list[Outcome]:
    """Score every study of a batch, one task each, and show it on the page.

    The pool tries passing faults again by itself, so the tasks have no retries of their own; only
    a study's number goes through Prefect.

    Parameters
    ----------
    name
        Name of the place, for the artifacts.

    Returns
    -------
    list of Outcome
        In the order of the jobs.
    """
    if not batch.jobs:
        return []
    settings = batch.settings()
    n = studies_at_a_time(settings.run.jobs, settings.run.study_memory_mib, len(batch.jobs))
    threads: ThreadPoolTaskRunner[Any] = ThreadPoolTaskRunner(n)
    with StudyPool(batch.out, settings, n_jobs=n) as pool, threads as runner:
        score = _task(pool, batch.jobs)
        pool.expect(batch.jobs)
        futures = [runner.submit(score, {"number": k}) for k in range(len(batch.jobs))]
        progress = Progress(name, len(futures))
        outcomes = outcomes_of(collected(futures, progress.show))
    close(batch, name, outcomes)
    return outcomes


def close(batch: Batch, name: str, outcomes: Sequence[Outcome]) -> None:
    """Show a finished batch: on the page of its results folder and on Prefect's."""
    close_batch(batch.out, batch.jobs, dict(enumerate(outcomes)))
    show_batch(name, batch, outcomes)


def collected(
    futures: Sequence[PrefectFuture[Any]], on_each: Callable[[int], None] = lambda _: None
) -> list[Record]:
    """Wait for the tasks of studies; give their records in order.

    Parameters
    ----------
    on_each
        Told how many of them are there.
    """
    records = []
    for future in futures:
        records.append(asdict(_outcome(future.result(raise_on_failure=False))))
        on_each(len(records))
    return records


def outcomes_of(records: Sequence[Record]) -> list[Outcome]:
    """Give the outcomes that records stand for."""
    return [outcome_of(record) for record in records]


def final_state(outcomes: Sequence[Outcome], *, is_failed: bool) -> State[list[Record]]:
    """Give the state of a flow that scored: its sums as words, its records as data."""
    words, records = sums(outcomes), [asdict(outcome) for outcome in outcomes]
    get_run_logger().info(words)
    if is_failed:
        return Failed(message=words, data=records)
    return Completed(message=words, data=records)


def has_pending(outcomes: Sequence[Outcome]) -> bool:
    """Tell whether a study is left for another try."""
    return any(outcome.status is OutcomeStatus.PENDING for outcome in outcomes)


def _task(pool: StudyPool, jobs: Sequence[Job]) -> Task[[int], Any]:
    return task(
        name="score-study",
        task_run_name="study-{number}",
        cache_policy=NO_CACHE,
        persist_result=False,
    )(_scorer(pool, jobs))


def _scorer(pool: StudyPool, jobs: Sequence[Job]) -> Callable[[int], State[Record]]:
    def score(number: int) -> State[Record]:
        return state_of(pool.score(number, jobs[number]))

    return score


def state_of(outcome: Outcome) -> State[Record]:
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
