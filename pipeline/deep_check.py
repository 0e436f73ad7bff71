"""All of a file read, and what two second readers say of it, each in a process with limits.

A second reader may crash, hang or eat memory on a file that we read; it then has no opinion.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from pipeline.child_context import child_context, limit_memory
from pipeline.codes import Code
from pipeline.edf.annotations import AnnotationList
from pipeline.edf.disagreements import Disagreement
from pipeline.edf.header import Header
from pipeline.edf.opinion import compare, compare_samples
from pipeline.edf.reader import read_annotations, read_header, read_recording
from pipeline.edf.second_readers import READERS, ReaderRefusesError
from pipeline.errors import HypnicError, ResourceError
from pipeline.notices import Notice
from pipeline.settings import RunParameters
from pipeline.staged import stage_copy

_GROUP_BYTES = 2**27  # of channels read at a time; half a minute of 1000 channels fits too
_PRELOADED = ["pipeline.deep_check"]


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What one second reader says of a file.

    Attributes
    ----------
    refusal
        Why it has no opinion; empty where it has one.
    """

    reader: str
    refusal: str = ""
    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DeepCheck:
    """What came of reading all of a file.

    Attributes
    ----------
    error
        Why we refuse the file; the second readers are not asked then.
    """

    error: HypnicError | None = None
    notices: tuple[Notice, ...] = ()
    opinions: tuple[Opinion, ...] = ()

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Those of all readers."""
        return tuple(d for opinion in self.opinions for d in opinion.disagreements)

    @property
    def is_good(self) -> bool:
        """Whether we read the file, and each disagreement is accounted for."""
        return self.error is None and all(d.is_explained for d in self.disagreements)


class DeepChecker:
    """Reads files in child processes; use it as a context.

    Parameters
    ----------
    limits
        Memory and time that each reading of a file may take.
    """

    def __init__(self, limits: RunParameters) -> None:
        self._limits = limits
        self._pool = ProcessPool(
            max_workers=len(READERS),
            max_tasks=limits.studies_per_child,
            initializer=_begin_child,
            initargs=(limits.memory_limit_mib,),
            context=child_context(_PRELOADED),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.stop()
        self._pool.join()

    def check(self, source: Path) -> DeepCheck:
        """Read a private copy of the file, all of it, and ask the second readers."""
        with tempfile.TemporaryDirectory(prefix="hypnic-") as folder:
            try:
                copy = stage_copy(source, Path(folder)).path
                notices = self._ours(copy)
            except HypnicError as error:
                return DeepCheck(error=error)
            asked = [(name, self._schedule(second_opinion, copy, name)) for name in READERS]
            opinions = tuple(self._opinion(name, future) for name, future in asked)
        return DeepCheck(notices=notices, opinions=opinions)

    def _schedule(self, work: Any, *args: object) -> Any:
        return self._pool.schedule(work, args=args, timeout=self._limits.time_limit_s)

    def _ours(self, copy: Path) -> tuple[Notice, ...]:
        try:
            notices: tuple[Notice, ...] = self._schedule(own_notices, copy).result()
        except (ProcessExpired, LateError) as error:
            raise ResourceError(
                "The process that read the file died or took longer than its limit.",
                code=Code.TIME_LIMIT if isinstance(error, LateError) else Code.CHILD_DIED,
                found=_death(error, self._limits),
                remedy="Raise run.memory_limit_mib or run.time_limit_s; else report it.",
            ) from error
        return notices

    def _opinion(self, name: str, future: Any) -> Opinion:
        try:
            found: Opinion = future.result()
        except (ProcessExpired, LateError) as error:
            return Opinion(reader=name, refusal=_death(error, self._limits))
        return found


def own_notices(path: Path) -> tuple[Notice, ...]:
    """Read all of a file and give what was noticed.

    Raises
    ------
    HypnicError
        We refuse the file.
    """
    header, found = _header_and_annotations(path)
    return _all_notices(path, header, found)


def second_opinion(path: Path, reader: str) -> Opinion:
    """Read all of a file, and give in what a second reader differs."""
    header, found = _header_and_annotations(path)
    notices = _all_notices(path, header, found)
    try:
        with READERS[reader](path) as second:
            differences = [*compare(header, found.annotations, notices, second)]
            for group in _groups(header):
                recording = read_recording(path, header, group)
                differences += compare_samples(recording, header, notices, second)
    except (ReaderRefusesError, MemoryError) as error:
        words = "no memory" if isinstance(error, MemoryError) else f"refuses the file ({error})"
        return Opinion(reader=reader, refusal=words)
    return Opinion(reader=reader, disagreements=tuple(differences))


def _header_and_annotations(path: Path) -> tuple[Header, AnnotationList]:
    header = read_header(path)
    return header, read_annotations(path, header)


def _all_notices(path: Path, header: Header, found: AnnotationList) -> tuple[Notice, ...]:
    notices = [*header.notices, *found.notices]
    for group in _groups(header):
        notices += read_recording(path, header, group).notices
    return tuple(dict.fromkeys(notices))


def _groups(header: Header) -> Iterator[list[int]]:
    """Give the channels in groups that are small in memory, or one by one."""
    group: list[int] = []
    n_bytes = 0
    for channel in (c for c in header.channels if not c.is_annotation):
        size = 4 * channel.samples_per_record * header.n_records
        if group and n_bytes + size > _GROUP_BYTES:
            yield group
            group, n_bytes = [], 0
        group.append(channel.index)
        n_bytes += size
    yield group


def _begin_child(memory_limit_mib: int) -> None:
    """Limit this child, and silence EDFlib, which prints why it refuses."""
    limit_memory(memory_limit_mib)
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)


def _death(error: Exception, limits: RunParameters) -> str:
    if isinstance(error, LateError):
        return f"no end after {limits.time_limit_s:g} s"
    return "its process died"
