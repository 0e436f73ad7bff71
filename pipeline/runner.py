"""Studies in child processes with limits; one dead or hung child costs one study.

The children come from a fork server that has the heavy modules loaded (spawned on Windows),
so that a fresh process costs a fork, and each uses one BLAS thread.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as LateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from pipeline import process, verdicts
from pipeline.admission import Look, look_at
from pipeline.child_context import limit_memory, scoring_context
from pipeline.children import Children
from pipeline.codes import Code
from pipeline.errors import ResourceError, StudyError
from pipeline.outcome import Outcome
from pipeline.read_ahead import ReadAhead
from pipeline.settings import RunParameters, Settings
from pipeline.workspace import Watch, sweep

_LISTEN_S = 0.2
_TRIES_WHEN_LATE = 2
_SILENCES = 2.0  # a dead worker is noticed within one


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


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """One try of one study.

    Attributes
    ----------
    n_waits
        How often another worker had the study.
    """

    number: int
    n_tries: int = 1
    n_waits: int = 0


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
        self._n_jobs = n_jobs
        self._n_ahead = n_jobs * settings.run.read_ahead
        self._ahead = ReadAhead({}, 0)
        self._looks: dict[int, Look | None] = {}
        self._is_full = False
        self._watch = Watch(settings.run.claim_silence_s)
        self._patience_s = _SILENCES * settings.run.claim_silence_s
        self._waits = 1 + int(settings.run.time_limit_s / self._patience_s)
        context = scoring_context()
        self._steps = context.Queue()
        self._is_closing = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._children = Children(
            lambda: ProcessPool(
                max_workers=n_jobs,
                max_tasks=settings.run.studies_per_child,
                initializer=_begin_child,
                initargs=(_Child(out=out, settings=settings, steps=self._steps),),
                context=context,
            )
        )

    def __enter__(self) -> Self:
        self._sweep()
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._children.close(is_wanted=kind is None)
        self._ahead.stop()
        self._is_closing.set()
        self._listener.join()
        self._sweep()

    def _sweep(self) -> None:
        with suppress(OSError):  # a disk without room is told study by study
            sweep(self._out, self._watch)

    def score(self, number: int, job: Job) -> Outcome:
        """Score one study and wait for it."""
        return next(self._drive({number: job}))[1]

    def score_all(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Outcome]]:
        """Score studies side by side; give each job's number and outcome as they end."""
        self.expect(jobs)
        return self._drive(dict(enumerate(jobs)))

    def expect(self, jobs: Sequence[Job]) -> None:
        """Say which studies will come, so that each is read while those before it are scored.

        A look at each now spares a wait for those that may be growing.
        """
        sources = {number: job.source for number, job in enumerate(jobs)}
        self._looks = {number: look_at(source) for number, source in sources.items()}
        self._ahead.stop()
        self._ahead = ReadAhead(sources, self._n_ahead)
        self._ahead.start()

    def _drive(self, jobs: Mapping[int, Job]) -> Iterator[tuple[int, Outcome]]:
        """Wait for the studies; passing faults, deaths and time-outs are tried again.

        No more than can be worked on are given to the children. Studies that another worker has
        are waited for when nothing else is left to do. A full disk lets no further study begin.
        """
        turns = deque(_Turn(number=number) for number in jobs)
        running: dict[Future[Outcome], _Turn] = {}
        held: list[_Turn] = []
        while turns or running or held:
            if not turns and not running:
                turns.extend(held)
                held.clear()
            while turns and len(running) < self._n_jobs and not self._is_full:
                turn = turns.popleft()
                running[self._submit(turn, jobs[turn.number])] = turn
            if self._is_full:
                yield from ((turn.number, verdicts.not_begun()) for turn in turns)
                turns.clear()
            for future in self._children.ended(running):
                turn = running.pop(future)
                outcome = self._outcome(future, jobs[turn.number], turn)
                again = self._again(outcome, turn)
                if again is None:
                    self._is_full = self._is_full or outcome.code == Code.DISK_FULL
                    yield turn.number, outcome
                elif outcome.code == Code.CLAIMED:
                    held.append(again)
                else:
                    turns.appendleft(again)

    def _again(self, outcome: Outcome, turn: _Turn) -> _Turn | None:
        """Give the study's next turn, if it gets one."""
        if outcome.code == Code.CLAIMED:
            return replace(turn, n_waits=turn.n_waits + 1) if turn.n_waits < self._waits else None
        if outcome.is_worth_retrying and turn.n_tries < self._tries(outcome):
            return replace(turn, n_tries=turn.n_tries + 1)
        return None

    def _tries(self, outcome: Outcome) -> int:
        """Give how often such a study is tried; one that took too long, once more at most."""
        if self._is_full:
            return 1
        tries = self._settings.run.tries
        return min(tries, _TRIES_WHEN_LATE) if outcome.code == Code.TIME_LIMIT else tries

    def _outcome(self, future: Future[Outcome], job: Job, turn: _Turn) -> Outcome:
        try:
            return future.result()
        except BrokenProcessPool as error:
            return verdicts.pending(_death(error, self._settings.run))
        except (ProcessExpired, LateError) as error:
            death = _death(error, self._settings.run)
            passing = verdicts.pending(death)
            return passing if self._again(passing, turn) else self._give_up(job, death)
        except Exception as error:  # noqa: BLE001 - one bad study never stops a batch
            return self._give_up(job, verdicts.internal_error(error))

    def _give_up(self, job: Job, error: StudyError) -> Outcome:
        return process.give_up(
            job.source,
            self._out,
            self._settings,
            error,
            scoring=job.scoring,
            further_parts=job.further_parts,
        )

    def _submit(self, turn: _Turn, job: Job) -> Future[Outcome]:
        patience_s = self._patience_s if turn.n_waits else 0.0
        limit_s = self._settings.run.time_limit_s + patience_s
        look = self._looks.get(turn.number)
        return self._children.submit(
            _score_in_child, turn.number, job, look, patience_s, timeout_s=limit_s
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


def _death(error: Exception, limits: RunParameters) -> ResourceError:
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


@dataclass(frozen=True, kw_only=True)
class _Child:
    """What a child knows from its beginning: it is the same for all studies."""

    out: Path
    settings: Settings
    steps: Any


_this: list[_Child] = []  # set once, when a child begins; a child has no other way to know


def _begin_child(child: _Child) -> None:
    os.umask(0o077)
    _this.append(child)
    limit_memory(child.settings.run.memory_limit_mib)


def _score_in_child(number: int, job: Job, look: Look | None, patience_s: float) -> Outcome:
    child = _this[0]
    return process.score_study(
        job.source,
        child.out,
        child.settings,
        scoring=job.scoring,
        further_parts=job.further_parts,
        look=look,
        patience_s=patience_s,
        on_step=lambda step: child.steps.put((number, step)),
    )
