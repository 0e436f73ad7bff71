"""Studies in child processes with limits; one dead or hung child costs one study.

The children come from a fork server that has the heavy modules loaded (spawned on Windows),
so that a fresh process costs a fork, and each uses one BLAS thread.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass, replace
from multiprocessing.context import BaseContext
from pathlib import Path
from queue import Empty
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from pipeline import process
from pipeline.codes import Code
from pipeline.errors import HypnicError, ResourceError
from pipeline.outcome import Outcome
from pipeline.read_ahead import ReadAhead
from pipeline.settings import RunParameters, Settings
from pipeline.workspace import sweep

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
# glibc gives arrays of tens of MB back to the system at once and fetches them anew: page faults
# were 40 % of a night's CPU time. Kept, they serve the next array, and the next night.
_KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
# What MNE and pyarrow load at first use is loaded once, not in every child.
_PRELOADED = ["pipeline.process", "mne.io", "mne.epochs", "mne.time_frequency", "pyarrow.compute"]
_LISTEN_S = 0.2
_MEBIBYTE = 1 << 20
_TRIES_WHEN_LATE = 2


@dataclass(frozen=True, kw_only=True)
class Job:
    """One study to score.

    Attributes
    ----------
    source
        The study's file.
    scoring
        A technician's scoring in a second file of any known format, or in a folder.
    further_parts
        More files of that scoring, where it has several.
    n_other_scorings
        Scorings named after the study that were not taken.
    """

    source: Path
    scoring: Path | None = None
    further_parts: tuple[Path, ...] = ()
    n_other_scorings: int = 0


OnStep = Callable[[int, str], None]
"""Called with the job's number and the name of the step that begins."""


class StudyPool:
    """Child processes that score studies; use it as a context.

    Parameters
    ----------
    out
        Folder of all results.
    settings
        What every study is scored with, and the limits of a child.
    n_jobs
        Studies at a time.
    on_step
        Told of each step of each study, from a thread of its own.
    """

    def __init__(
        self, out: Path, settings: Settings, *, n_jobs: int, on_step: OnStep | None = None
    ) -> None:
        self._out = out
        self._settings = settings
        self._on_step = on_step
        self._n_ahead = n_jobs * settings.run.read_ahead
        self._ahead = ReadAhead({}, 0)
        os.environ.update(dict.fromkeys(_ONE_THREAD, "1") | _KEEP_MEMORY)
        context = child_context(_PRELOADED)
        self._steps = context.Queue()
        self._is_closing = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._pool = ProcessPool(
            max_workers=n_jobs,
            max_tasks=settings.run.studies_per_child,
            initializer=_begin_child,
            initargs=(settings.run, self._steps),
            context=context,
        )

    def __enter__(self) -> Self:
        sweep(self._out)
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()
        self._ahead.stop()
        self._is_closing.set()
        self._listener.join()

    def score(self, number: int, job: Job) -> Outcome:
        """Score one study and wait for it."""
        return next(self._drive({number: job}))[1]

    def score_all(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Outcome]]:
        """Score studies side by side; give each job's number and outcome as they end."""
        self.expect(jobs)
        return self._drive(dict(enumerate(jobs)))

    def expect(self, jobs: Sequence[Job]) -> None:
        """Say which studies will come, so that each is read while those before it are scored."""
        sources = {number: job.source for number, job in enumerate(jobs)}
        self._ahead.stop()
        self._ahead = ReadAhead(sources, self._n_ahead)
        self._ahead.start()

    def _drive(self, jobs: Mapping[int, Job]) -> Iterator[tuple[int, Outcome]]:
        """Wait for the studies; passing faults, deaths and time-outs are tried again."""
        waiting = {self._submit(number, job): (number, 1) for number, job in jobs.items()}
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                number, n_tries = waiting.pop(future)
                outcome = self._outcome(future, jobs[number])
                if outcome.is_worth_retrying and n_tries < self._tries(outcome):
                    waiting[self._submit(number, jobs[number])] = (number, n_tries + 1)
                else:
                    yield number, outcome

    def _tries(self, outcome: Outcome) -> int:
        """Give how often such a study is tried; one that took too long, once more at most."""
        tries = self._settings.run.tries
        return min(tries, _TRIES_WHEN_LATE) if outcome.code == Code.TIME_LIMIT else tries

    def _outcome(self, future: Future[Outcome], job: Job) -> Outcome:
        try:
            return future.result()
        except (ProcessExpired, LateError) as error:
            death = _death(error, self._settings.run)
            outcome = process.give_up(job.source, self._out, self._settings, death)
            return replace(outcome, is_worth_retrying=True)
        except Exception as error:  # noqa: BLE001 - one bad study never stops a batch
            fault = process.internal_error(error)
            return process.give_up(job.source, self._out, self._settings, fault)

    def _submit(self, number: int, job: Job) -> Future[Outcome]:
        return self._pool.schedule(
            _score_in_child,
            args=(number, job, self._out, self._settings),
            timeout=self._settings.run.time_limit_s,
        )

    def _listen(self) -> None:
        while not self._is_closing.is_set():
            try:
                number, step = self._steps.get(timeout=_LISTEN_S)
            except Empty:
                continue
            self._ahead.began(number)
            if self._on_step is not None:
                self._on_step(number, step)


def child_context(preloaded: Sequence[str]) -> BaseContext:
    """Give the way in which children begin: from a fork server with these modules loaded."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preloaded))
    return context


def _death(error: Exception, limits: RunParameters) -> HypnicError:
    if isinstance(error, LateError):
        return ResourceError(
            "Scoring took longer than its limit.",
            code=Code.TIME_LIMIT,
            found=f"no end after {limits.time_limit_s:g} s",
            remedy="Raise run.time_limit_s, or look whether the file is far longer than a night.",
        )
    return ResourceError(
        "The process that scored the study died.",
        code=Code.CHILD_DIED,
        found=str(error.args[0]) if error.args else "no word from it",
        remedy="Raise run.memory_limit_mib if memory is short; else send the study's reason file.",
    )


_steps_of_child: list[Any] = []  # set once, when a child begins; a child has no other way to report


def _begin_child(limits: RunParameters, steps: Any) -> None:
    os.umask(0o077)
    _steps_of_child.append(steps)
    limit_memory(limits.memory_limit_mib)


def limit_memory(most_mib: int) -> None:
    """Bound the address space of this process; on Windows only the time limit holds."""
    try:
        import resource
    except ImportError:
        return
    limit = most_mib * _MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _score_in_child(number: int, job: Job, out: Path, settings: Settings) -> Outcome:
    def tell(step: str) -> None:
        _steps_of_child[0].put((number, step))

    return process.score_study(
        job.source,
        out,
        settings,
        scoring=job.scoring,
        further_parts=job.further_parts,
        on_step=tell,
    )
