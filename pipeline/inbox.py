"""Which studies of a watched inbox are to be scored now: arrived whole, and not done before.

A look compares size and date of every file with what the look before saw, so that nothing waits
between looks, and looks may be made by a schedule. What was seen is kept in hypnic's own folder.
Whether a study is done is for its result folder to say; what is kept only tells which folder.

Time between looks is counted by the machine's uptime: no clock that is put forward or back
shortens it, and after a restart it begins anew. Dates of files are compared, never reckoned with.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline import privacy, provenance
from pipeline.admission import agrees_with_size
from pipeline.batches import require_readable
from pipeline.errors import PassingError
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.runner import Job
from pipeline.settings import load
from pipeline.single import alone
from pipeline.site import InboxParameters, Place
from pipeline.studies import find_jobs

_PROOFS = {"done": "manifest.json", "quarantined": "reason.json"}
Facts = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look into an inbox found.

    Attributes
    ----------
    ready
        Studies to score now, those that were never tried first.
    n_done, n_quarantined
        Studies that have a result, or a reason, for what they are now.
    n_arriving
        Studies that are not seen unchanged for long enough.
    n_left
        Studies that are ready, and more than one look takes.
    n_unreadable
        Folders, links and files that may not be looked at.
    """

    ready: tuple[Job, ...]
    n_done: int = 0
    n_quarantined: int = 0
    n_arriving: int = 0
    n_left: int = 0
    n_unreadable: int = 0


@dataclass(kw_only=True)
class _Memory:
    """What earlier looks saw; keys stand for paths.

    Attributes
    ----------
    machine
        Whose uptime `seen` counts by.
    seen
        Key of a study -> its facts, and the uptime in seconds at which they were first seen.
    ended
        Key of a study -> its facts and settings when it was scored, and what became of it.
    pending
        Key of a study -> how many looks in a row it met a passing fault.
    """

    machine: str = ""
    seen: dict[str, tuple[Facts, float]] = field(default_factory=dict)
    ended: dict[str, dict[str, Any]] = field(default_factory=dict)
    pending: dict[str, int] = field(default_factory=dict)


class Inbox:
    """The inbox of one place, held by this process alone; `watched` gives it.

    Parameters
    ----------
    place, parameters
        Its folders, and when a file is taken.
    state
        File of what earlier looks saw.
    uptime_s
        Gives seconds that no clock change touches.
    """

    def __init__(
        self,
        place: Place,
        parameters: InboxParameters,
        state: Path,
        uptime_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._place = place
        self._parameters = parameters
        self._state = state
        self._uptime_s = uptime_s
        self._memory = _recalled(state)
        settings = load(place.config).settings
        self._digest = provenance.result_digest(settings.analysis_record(), None)

    def look(self, most_studies: int | None = None) -> Look:
        """Look once, and keep what was seen for the next look.

        Raises
        ------
        PassingError
            The inbox cannot be read; nothing that was known of it is forgotten.
        """
        require_readable(self._place.inbox)
        found = {privacy.unread_key(job.source): job for job in self._jobs()}
        facts = {key: _facts(job) for key, job in found.items()}
        readable = {key: each for key, each in facts.items() if each}
        self._see(readable)
        most = most_studies or self._parameters.most_studies
        look = self._sorted(found, readable, most, n_unreadable=len(facts) - len(readable))
        self._keep()
        return look

    def tell(self, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> bool:
        """Keep what became of studies; tell whether one is pending that was not before."""
        is_new = False
        for job, outcome in zip(jobs, outcomes, strict=True):
            key = privacy.unread_key(job.source)
            if outcome.status is OutcomeStatus.PENDING:
                is_new |= key not in self._memory.pending
                self._memory.pending[key] = self._memory.pending.get(key, 0) + 1
            else:
                self._end(key, outcome)
        self._keep()
        return is_new

    def _jobs(self) -> list[Job]:
        return find_jobs(self._place.inbox, self._place.out)

    def _see(self, facts: Mapping[str, Facts]) -> None:
        now_s, memory = self._uptime_s(), self._memory
        if memory.machine != platform.node():  # another machine's uptime says nothing here
            memory.machine, memory.seen = platform.node(), {}
        if not facts:  # a share that is not mounted looks like an empty folder
            return
        before = memory.seen
        memory.seen = {
            key: before[key] if _is_same(before.get(key), each, now_s) else (each, now_s)
            for key, each in facts.items()
        }
        memory.ended = {key: end for key, end in memory.ended.items() if key in facts}
        memory.pending = {key: n for key, n in memory.pending.items() if key in facts}

    def _sorted(
        self, found: Mapping[str, Job], facts: Mapping[str, Facts], most: int, *, n_unreadable: int
    ) -> Look:
        ends = {key: self._ending(key, facts[key]) for key in facts}
        open_keys = [key for key, end in ends.items() if not end]
        ready = [key for key in open_keys if self._has_arrived(key, found[key])]
        ready.sort(key=lambda key: (key in self._memory.ended, self._memory.pending.get(key, 0)))
        return Look(
            ready=tuple(found[key] for key in ready[:most]),
            n_done=sum(end == "done" for end in ends.values()),
            n_quarantined=sum(end == "quarantined" for end in ends.values()),
            n_arriving=len(open_keys) - len(ready),
            n_left=len(ready[most:]),
            n_unreadable=n_unreadable,
        )

    def _ending(self, key: str, facts: Facts) -> str:
        """Give how the study ended as it is now; empty if it did not, or its proof is gone."""
        end = self._memory.ended.get(key)
        if end is None or end["facts"] != facts or end["settings"] != self._digest:
            return ""
        status = str(end["status"])
        proof = self._place.out / end["folder"] / _PROOFS[status]
        return status if proof.is_file() else ""

    def _has_arrived(self, key: str, job: Job) -> bool:
        still_s = self._uptime_s() - self._memory.seen[key][1]
        if still_s < self._parameters.settle_s:
            return False
        try:
            return still_s >= self._parameters.suspect_s or agrees_with_size(job.source)
        except PassingError:
            return True  # scoring it tells of the fault

    def _end(self, key: str, outcome: Outcome) -> None:
        self._memory.pending.pop(key, None)
        self._memory.ended[key] = {
            "facts": self._memory.seen[key][0],
            "settings": self._digest,
            "status": "done" if outcome.is_done else "quarantined",
            "folder": outcome.folder,
        }

    def _keep(self) -> None:
        draft = self._state.with_suffix(".draft")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(self._memory), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._state)


@contextmanager
def watched(name: str, place: Place, parameters: InboxParameters) -> Iterator[Inbox | None]:
    """Give the inbox of a place, or None where another process of this machine looks at it."""
    folder = privacy.home() / "inboxes"
    folder.mkdir(mode=0o700, exist_ok=True)
    with alone(folder / f"{name}.lock") as is_mine:
        yield Inbox(place, parameters, folder / f"{name}.json") if is_mine else None


def _is_same(before: tuple[Facts, float] | None, facts: Facts, now_s: float) -> bool:
    """Whether the facts are as before; a time still to come is one before a restart."""
    return before is not None and before[0] == facts and before[1] <= now_s


def _facts(job: Job) -> Facts | None:
    """Give size, date and change of each file of a study; None where one may not be looked at."""
    try:
        return tuple(
            (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            for path in _files(job)
            for found in [path.lstat()]
        )
    except OSError:
        return None


def _files(job: Job) -> Iterator[Path]:
    if job.source.is_symlink() or not job.source.is_file():
        raise OSError(job.source)
    yield job.source
    for path in (job.scoring, *job.further_parts):
        if path is not None:
            yield from sorted(path.iterdir()) if path.is_dir() else (path,)


def _recalled(state: Path) -> _Memory:
    """Give what earlier looks saw; a damaged file is as good as none: all is looked at anew."""
    try:
        record = json.loads(state.read_bytes())
        seen = {key: (_tuples(facts), since) for key, (facts, since) in record["seen"].items()}
        ended = {
            key: end | {"facts": _tuples(end["facts"])} for key, end in record["ended"].items()
        }
        return _Memory(
            machine=record["machine"], seen=seen, ended=ended, pending=dict(record["pending"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Memory()


def _tuples(facts: Sequence[Sequence[int]]) -> Facts:
    return tuple((size, mtime, ctime) for size, mtime, ctime in facts)
