"""A private copy of a study, hashed while it is made; only the copy is ever read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import PassingError
from pipeline.plainfile import is_full, is_same_file, opened

_BLOCK_BYTES = 4 << 20


@dataclass(frozen=True, kw_only=True)
class StagedStudy:
    """A study's private copy.

    Attributes
    ----------
    path
        The copy; it keeps the ending of the source, and nothing else of its name.
    sha256, size_bytes
        Of the content.
    """

    path: Path
    sha256: str
    size_bytes: int


def stage_copy(source: Path, folder: Path, name: str = "study") -> StagedStudy:
    """Copy a study by file descriptor into the folder and hash it on the way.

    Raises
    ------
    EdfError
        The source is a link, a folder, a pipe or a device.
    PassingError
        The source is not there, not readable, or changed while it was copied.
    """
    target = folder / f"{name}{source.suffix.lower()}"
    with opened(source) as reader:
        before = os.fstat(reader.fileno())
        try:
            sha256, size = _copy(reader.fileno(), target, before.st_size)
        except OSError as error:
            raise _failed(error) from error
        after = os.fstat(reader.fileno())
        is_same = is_same_file(source, reader)
    if size != before.st_size or _facts(before) != _facts(after):
        raise _changed(f"{before.st_size} bytes at first, {size} bytes copied")
    if not is_same:
        raise _changed("another file in its place")
    return StagedStudy(path=target, sha256=sha256, size_bytes=size)


def stage_set(sources: Sequence[Path], folder: Path, name: str) -> StagedStudy:
    """Copy the files of one scoring into a folder of their own; the hash is that of their hashes.

    Raises
    ------
    EdfError, PassingError
        As `stage_copy` does.
    """
    target = folder / name
    target.mkdir(mode=0o700)
    copies = [stage_copy(source, target, f"part{n:03}") for n, source in enumerate(sources)]
    digests = "\n".join(sorted(copy.sha256 for copy in copies))
    return StagedStudy(
        path=target,
        sha256=hashlib.sha256(digests.encode()).hexdigest(),
        size_bytes=sum(copy.size_bytes for copy in copies),
    )


def _copy(reader: int, target: Path, expected_bytes: int) -> tuple[str, int]:
    """Copy until the file ends, or until it proves longer than it was."""
    content, size = hashlib.sha256(), 0
    handle = os.open(
        target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
    )
    with os.fdopen(handle, "wb", buffering=0) as writer:
        while size <= expected_bytes and (block := os.read(reader, _BLOCK_BYTES)):
            _write_all(writer, block)
            content.update(block)
            size += len(block)
    return content.hexdigest(), size


def _write_all(writer: FileIO, block: bytes) -> None:
    """Write all of a block: a write without a buffer may take only some of it."""
    rest = memoryview(block)
    while rest:
        rest = rest[writer.write(rest) :]


def _facts(found: os.stat_result) -> tuple[int, int, int]:
    """Give what changes with the content; the last of them cannot be set back by a program."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _failed(error: OSError) -> PassingError:
    return PassingError(
        "The study could not be copied.",
        code=Code.DISK_FULL if is_full(error) else Code.COPY_FAILED,
        found=error.strerror or type(error).__name__,
        remedy="Check that the file is readable and that the disk has room.",
    )


def _changed(found: str) -> PassingError:
    return PassingError(
        "The study changed while it was copied.",
        code=Code.CHANGED,
        found=found,
        remedy="Wait until the recorder or the copy has finished, then run it again.",
    )
