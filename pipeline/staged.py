"""A private copy of a study, hashed while it is made; only the copy is ever read."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import EdfError, PassingError

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
    try:
        handle = _open_plain(source)
        with os.fdopen(handle, "rb", buffering=0) as reader:
            before = os.fstat(reader.fileno())
            sha256, size = _copy(reader.fileno(), target)
            after = os.fstat(reader.fileno())
    except OSError as error:
        raise PassingError(
            "The study could not be copied.",
            code=Code.COPY_FAILED,
            found=error.strerror or type(error).__name__,
            remedy="Check that the file is there and readable and that the disk has room.",
        ) from error
    if size != before.st_size or _facts(before) != _facts(after):
        raise _changed(before.st_size, size)
    return StagedStudy(path=target, sha256=sha256, size_bytes=size)


def _open_plain(source: Path) -> int:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    found = source.lstat().st_mode
    if not stat.S_ISREG(found):
        raise EdfError(
            "The study is not a plain file.",
            code=Code.NOT_PLAIN,
            found=_kind(found),
            remedy="Give the EDF file itself; links, folders, pipes and devices are not opened.",
        )
    return os.open(source, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _kind(mode: int) -> str:
    kinds = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe"}
    return kinds.get(stat.S_IFMT(mode), "a device or a socket")


def _copy(reader: int, target: Path) -> tuple[str, int]:
    content, size = hashlib.sha256(), 0
    handle = os.open(
        target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
    )
    with os.fdopen(handle, "wb", buffering=0) as writer:
        while block := os.read(reader, _BLOCK_BYTES):
            writer.write(block)
            content.update(block)
            size += len(block)
    return content.hexdigest(), size


def _facts(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def _changed(expected: int, copied: int) -> PassingError:
    return PassingError(
        "The study changed while it was copied.",
        code=Code.CHANGED,
        found=f"{expected} bytes at first, {copied} bytes copied",
        remedy="Wait until the recorder or the copy has finished, then run it again.",
    )
