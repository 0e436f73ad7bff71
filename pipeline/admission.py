"""Which files are let in: judged where they lie, before a byte of them is copied."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes import Code
from pipeline.edf.reader import read_header
from pipeline.errors import EdfError, ResourceError
from pipeline.formats import edf_file, scoring_files
from pipeline.formats.scoring_sets import parts
from pipeline.plainfile import bytes_at, changed, opened, size_of

_BYTES_PER_MIB = 2**20
_NS_PER_S = 1e9
_SIZE_IS_OFF = {Code.EXTRA_DATA, Code.NRECORDS_UNKNOWN, Code.TRUNCATED}
_UNFINISHED = {
    Code.EMPTY,
    Code.HEADER_TRUNCATED,
    Code.TRUNCATED,
    Code.NO_DATA,
    Code.NRECORDS_UNKNOWN,
}
_LATELY_S = 60.0
_LOOK_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a file was at one moment.

    Attributes
    ----------
    at_s
        That moment, by the clock that all processes of this machine share and nobody sets.
    """

    size_bytes: int
    modified_ns: int
    at_s: float

    def is_like(self, other: Look) -> bool:
        """Tell whether the file was the same at both moments."""
        return (self.size_bytes, self.modified_ns) == (other.size_bytes, other.modified_ns)


def look_at(path: Path) -> Look | None:
    """Look at a file that will be let in later; None where it is not there."""
    try:
        return _seen(path.lstat())
    except OSError:
        return None


def _seen(status: os.stat_result) -> Look:
    return Look(size_bytes=status.st_size, modified_ns=status.st_mtime_ns, at_s=time.monotonic())


def admit_study(
    path: Path, *, most_mib: int, settle_s: float = 0.0, look: Look | None = None
) -> None:
    """Let a plain file in whose header agrees with its size; of its data, nothing is read.

    The file may change afterwards: its copy is judged again.

    Parameters
    ----------
    most_mib
        The largest file that is let in.
    settle_s
        How long a file is watched that is shorter than its header says, or does not say how long
        it is, and that was written to within the last minute: a copy may be under way.
    look
        An earlier look at it, from which the watch counts if the file is still the same.

    Raises
    ------
    EdfError
        It is no plain file, or not what EDF describes.
    ResourceError
        RESOURCE: it is larger than any study.
    PassingError
        It could not be opened or read this time; CHANGED: it is still growing.
    """
    with opened(path) as file:
        before = _seen(os.fstat(file.fileno()))
    size_mib = before.size_bytes / _BYTES_PER_MIB
    try:
        found = {notice.code for notice in read_header(path).notices}
    except EdfError as error:
        if error.code in _UNFINISHED:
            _watch(path, before, settle_s, look)
        raise
    if found & _UNFINISHED:
        _watch(path, before, settle_s, look)
    if size_mib > most_mib:
        raise ResourceError(
            "The file is larger than a study.",
            code=Code.RESOURCE,
            where="file size",
            found=f"{size_mib:.0f} MiB, {most_mib} MiB are allowed",
            remedy="Give one night; if it is one, raise run.largest_study_mib.",
        )


def agrees_with_size(path: Path) -> bool:
    """Tell whether the header's arithmetic gives the size that the file has.

    It does not while a copy or a recorder still writes, and in a recording that was cut short.

    Raises
    ------
    PassingError
        It could not be opened or read this time.
    """
    try:
        header = read_header(path)
    except EdfError:
        return False
    return not any(notice.code in _SIZE_IS_OFF for notice in header.notices)


def _watch(path: Path, before: Look, settle_s: float, earlier: Look | None) -> None:
    """Look again, for `settle_s` at most, whether a file that was written to lately still is.

    The clock of the day only decides whether to look; one that is wrong costs the second look.
    """
    if abs(time.time() - before.modified_ns / _NS_PER_S) > _LATELY_S:
        return
    since = earlier if earlier is not None and earlier.is_like(before) else before
    while time.monotonic() < since.at_s + settle_s:
        time.sleep(min(_LOOK_S, settle_s))
        with opened(path) as file:
            now = _seen(os.fstat(file.fileno()))
        if not now.is_like(before):
            raise changed(f"{before.size_bytes} bytes at first, {now.size_bytes} bytes now")


def admit_scoring(given: Sequence[Path], *, most_mib: int) -> tuple[Path, ...]:
    """Give the plain files of a scoring: EDF as `admit_study` lets it in, others by their size.

    Parameters
    ----------
    given
        A file, a folder with the files of one export, or those files.

    Raises
    ------
    ScoringError
        The file cannot be a scoring.
    PassingError
        It could not be opened or read this time.
    """
    found = tuple(part for path in given for part in parts(path))
    for path in found:
        _admit_part(path, most_mib)
    if len(found) > 1:
        scoring_files.check_size(sum(path.stat().st_size for path in found))
    return found


def _admit_part(path: Path, most_mib: int) -> None:
    try:
        with opened(path) as file:
            size_bytes = size_of(file)
            is_edf = edf_file.looks_like(bytes_at(file, 0, edf_file.HEAD_BYTES))
        if is_edf:
            admit_study(path, most_mib=most_mib)
        else:
            scoring_files.check_size(size_bytes)
    except (EdfError, ResourceError) as error:
        raise edf_file.scoring_fault(error) from error
