"""Plain files, opened read-only, following no link and waiting for no pipe."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import EdfError, PassingError

_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


@contextmanager
def opened(path: Path) -> Iterator[FileIO]:
    """Open a plain file read-only, following no link, waiting for no pipe.

    What is opened is held against what the path named a moment before, so that nothing that was
    put in its place between the two looks is read; that holds where the system itself cannot
    refuse links, too.

    Raises
    ------
    EdfError
        NOT_PLAIN: a link, a folder, a pipe, a socket or a device.
    PassingError
        IO: it is not there or may not be read; CHANGED: the path came to name another file.
    """
    try:
        with FileIO(_handle(path), "rb") as file:
            yield file
    except OSError as error:
        raise _io(error) from error


def is_same_file(path: Path, file: FileIO) -> bool:
    """Tell whether the path still names the open file."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def changed(found: str) -> PassingError:
    """Give the error that says that the file is no longer the same."""
    return PassingError(
        "The file changed while it was read.",
        code=Code.CHANGED,
        found=found,
        remedy="Wait until the recorder or the copy has finished.",
    )


def is_full(error: OSError) -> bool:
    """Tell whether a write failed for want of room: a full disk, or a used-up quota."""
    return error.errno in _NO_ROOM


def size_of(file: FileIO) -> int:
    """Give the size of an open file in bytes."""
    return os.fstat(file.fileno()).st_size


def bytes_at(file: FileIO, place: int, n_bytes: int) -> bytes:
    """Give `n_bytes` from byte `place` on, or what there is of them."""
    file.seek(place)
    parts: list[bytes] = []
    while n_bytes > 0:
        part = file.read(n_bytes)
        if not part:
            break
        parts.append(part)
        n_bytes -= len(part)
    return b"".join(parts)


def _handle(path: Path) -> int:
    named = path.lstat()
    if not stat.S_ISREG(named.st_mode):
        raise _not_plain(path, named.st_mode)
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO, errno.EISDIR}:
            raise changed("the path came to name no plain file") from error
        raise
    if not os.path.samestat(named, os.fstat(handle)):
        os.close(handle)
        raise changed("the path came to name another file")
    return handle


def _not_plain(path: Path, mode: int) -> EdfError:
    found = _KINDS.get(stat.S_IFMT(mode), "a device")
    if stat.S_ISDIR(mode) and not os.access(path, os.R_OK | os.X_OK):
        found = "a folder that may not be opened"
    return EdfError(
        "Only plain files are read.",
        code=Code.NOT_PLAIN,
        found=found,
        remedy="Give the recording itself; links, folders, pipes and devices are not opened.",
    )


def _io(error: OSError) -> PassingError:
    """Give the system's reason, without the file name that its message holds."""
    return PassingError(
        "The file could not be read.",
        code=Code.IO,
        found=error.strerror or type(error).__name__,
        remedy="See that the disk is there and that you may read the file.",
    )
