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


@contextmanager
def opened(path: Path) -> Iterator[FileIO]:
    """Open a plain file read-only, following no link, waiting for no pipe."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        if not hasattr(os, "O_NOFOLLOW") and path.is_symlink():
            raise _not_plain("a link")
        with FileIO(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _not_plain("a folder, pipe or device")
            yield file
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _not_plain("a link") from error
        if error.errno in {errno.EISDIR, errno.ENXIO} or path.is_dir():
            raise _not_plain("a folder, pipe or device") from error
        raise _io(error) from error


def _not_plain(found: str) -> EdfError:
    return EdfError(
        "Only plain files are read.",
        code=Code.NOT_PLAIN,
        found=found,
        remedy="Give the recording itself.",
    )


def _io(error: OSError) -> PassingError:
    """Give the system's reason, without the file name that its message holds."""
    return PassingError(
        "The file could not be read.",
        code=Code.IO,
        found=error.strerror or type(error).__name__,
        remedy="See that the disk is there and that you may read the file.",
    )


def changed(found: str) -> PassingError:
    """Give the error that says that the file is no longer the same."""
    return PassingError(
        "The file changed while it was read.",
        code=Code.CHANGED,
        found=found,
        remedy="Wait until the recorder or the copy has finished.",
    )


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
