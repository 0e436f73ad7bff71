"""`hypnic run` and `hypnic batch`: studies through the local runner, with progress."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from pipeline import settings as settings_module
from pipeline.analysis import STEPS
from pipeline.batch_page import PAGE, close_batch
from pipeline.capacity import studies_at_a_time
from pipeline.cli.showing import print_night
from pipeline.cli.words import shown
from pipeline.codes import Code
from pipeline.named_paths import make_folder
from pipeline.outcome import ExitCode, Outcome, OutcomeStatus, exit_code
from pipeline.report.batch import Sums
from pipeline.runner import Job, StudyPool
from pipeline.settings import Settings
from pipeline.studies import find_jobs

_N_STEPS = len(STEPS) + 3  # copying and reading before, writing after
_COLOURS = {
    OutcomeStatus.SCORED: "green",
    OutcomeStatus.SKIPPED: "cyan",
    OutcomeStatus.QUARANTINED: "yellow",
    OutcomeStatus.PENDING: "red",
}


def run_study(
    study: Path,
    out: Path,
    hypnogram: Path | None,
    config: Path | None,
    overrides: dict[str, object],
) -> ExitCode:
    """Score one study and print its night."""
    console = Console(emoji=False)
    settings = settings_module.load(config, overrides).settings
    [outcome] = score(console, [Job(source=study, scoring=hypnogram)], out, settings, {})
    _tell(console, study, out, outcome)
    if outcome.is_done:
        print_night(console, out / outcome.folder)
    return exit_code([outcome])


def run_batch(
    folder: Path, out: Path, config: Path | None, overrides: dict[str, object]
) -> ExitCode:
    """Score every study of a folder and print what became of each."""
    console = Console(emoji=False)
    settings = settings_module.load(config, overrides).settings
    jobs = find_jobs(folder, out)
    if not jobs:
        console.print(f"No EDF or BDF file below {shown(folder)}: nothing to do.")
        return ExitCode.GOOD
    _tell_choices(console, jobs)
    found: dict[int, Outcome] = {}
    try:
        outcomes = score(console, jobs, out, settings, found)
    finally:  # also where the batch is broken off
        is_written = close_batch(out, jobs, found) is not None
    _table(console, folder, jobs, outcomes)
    _sums(console, outcomes)
    _tell_page(console, out, is_written=is_written)
    return exit_code(outcomes)


def _tell_page(console: Console, out: Path, *, is_written: bool) -> None:
    words = "All studies on one page:" if is_written else "The page of all studies was not written:"
    console.print(f"{words} {shown(out / PAGE)}", soft_wrap=True)


def _tell_choices(console: Console, jobs: Sequence[Job]) -> None:
    """Name the scoring that was taken where a study has several."""
    for job in jobs:
        if job.n_other_scorings and job.scoring is not None:
            words = f"has {job.n_other_scorings + 1} scorings; this one is used:"
            console.print(f"{shown(job.source.name)} {words} {shown(job.scoring.name)}")


def score(
    console: Console,
    jobs: Sequence[Job],
    out: Path,
    settings: Settings,
    outcomes: dict[int, Outcome],
) -> list[Outcome]:
    """Score the jobs in child processes under a progress bar; outcomes in the jobs' order.

    They are also put into `outcomes`, by the job's place, as the studies end.
    """
    make_folder(out)
    n_jobs = studies_at_a_time(settings.run.jobs, settings.run.study_memory_mib, len(jobs))
    with _progress(console) as progress:
        bar = _Bar(progress, jobs)
        with StudyPool(out, settings, n_jobs=n_jobs, on_step=bar.step) as pool:
            for number, outcome in pool.score_all(jobs):
                outcomes[number] = outcome
                bar.done(number)
    return [outcomes[number] for number in range(len(jobs))]


class _Bar:
    """The bar of a run: steps of the one study, or studies of the batch."""

    def __init__(self, progress: Progress, jobs: Sequence[Job]) -> None:
        self._progress = progress
        self._is_single = len(jobs) == 1
        total = _N_STEPS if self._is_single else len(jobs)
        self._task: TaskID = progress.add_task("starting", total=total)

    def step(self, number: int, step: str) -> None:
        text = step if self._is_single else f"study {number + 1}: {step}"
        self._progress.update(self._task, description=text, advance=1 if self._is_single else 0)

    def done(self, number: int) -> None:
        if self._is_single:
            self._progress.update(self._task, description="done", completed=_N_STEPS)
        else:
            self._progress.update(self._task, description=f"study {number + 1}: done", advance=1)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _tell(console: Console, study: Path, out: Path, outcome: Outcome) -> None:
    colour, name = _COLOURS[outcome.status], shown(study.name)
    console.print(f"[{colour}]{outcome.status.value}[/{colour}]  {name}  as {outcome.study_key}")
    if outcome.message:
        console.print(f"  {shown(outcome.message)}", soft_wrap=True)
    if outcome.folder:
        console.print(f"  {shown(out / outcome.folder)}", soft_wrap=True)


def _table(console: Console, folder: Path, jobs: Sequence[Job], outcomes: list[Outcome]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("study", "key", "outcome", "why, or warnings"):
        table.add_column(heading, overflow="fold")
    for job, outcome in zip(jobs, outcomes, strict=True):
        colour = _COLOURS[outcome.status]
        words = outcome.message or ", ".join(sorted(set(outcome.notices)))
        name = shown(job.source.relative_to(folder) if folder.is_dir() else job.source.name)
        status = f"[{colour}]{outcome.status.value}[/{colour}]"
        table.add_row(name, outcome.study_key, status, shown(words))
    console.print(table)


def _sums(console: Console, outcomes: list[Outcome]) -> None:
    n_done = sum(outcome.is_done for outcome in outcomes)
    n_bad = sum(outcome.status is OutcomeStatus.QUARANTINED for outcome in outcomes)
    n_pending = len(outcomes) - n_done - n_bad
    console.print(str(Sums(n_done=n_done, n_quarantined=n_bad, n_pending=n_pending)))
    if any(outcome.code == Code.DISK_FULL for outcome in outcomes):
        console.print(
            "[red]The disk is full.[/red] No further study was begun. Make room, then give the "
            "same command again: what is done is skipped."
        )
