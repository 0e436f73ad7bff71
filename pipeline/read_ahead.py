"""The next studies, brought into the system's memory while others are computed.

A night of 400 MB comes from a disk or a share in seconds in which a core would have nothing to do.
Nothing that is read here is kept or looked at: the copy that a study is scored from is made, hashed
and judged as ever, only from memory.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from queue import SimpleQueue

from pipeline.errors import HypnicError
from pipeline.plainfile import opened

_BLOCK_BYTES = 4 << 20


class ReadAhead:
    """Reads the studies that come next, in a thread of its own.

    Parameters
    ----------
    sources
        Number of each study -> its file, in the order in which they will begin.
    n_ahead
        Studies to be ahead of those that have begun; 0 reads nothing.
    """

    def __init__(self, sources: Mapping[int, Path], n_ahead: int) -> None:
        self._sources = dict(sources)
        self._n_ahead = n_ahead
        self._begun: set[int] = set()
        self._wanted: SimpleQueue[tuple[int, Path] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """Begin to wait for studies that begin."""
        self._thread.start()

    def began(self, number: int) -> None:
        """Say that a study has begun: it is dropped, and the next ones are read."""
        if number in self._begun:
            return
        self._begun.add(number)
        self._sources.pop(number, None)
        for following in list(self._sources)[: self._n_ahead]:
            self._wanted.put((following, self._sources.pop(following)))

    def stop(self) -> None:
        """Read nothing more; a read that hangs on a dead share is left to itself."""
        self._wanted.put(None)

    def _read(self) -> None:
        while (wanted := self._wanted.get()) is not None:
            number, path = wanted
            if number not in self._begun:
                read_through(path)


def read_through(path: Path) -> int:
    """Read what the system's memory does not hold yet, and keep nothing; give the bytes read.

    To copy what is there already would take a core from the studies that are being computed. What
    cannot be read is no fault here: it is told when the study itself is copied.
    """
    buffer, n_bytes = bytearray(_BLOCK_BYTES), 0
    with suppress(HypnicError, OSError), opened(path) as file:
        size_bytes = os.fstat(file.fileno()).st_size
        for offset in range(0, size_bytes, _BLOCK_BYTES):
            # its end: a block's first bytes come with the last ones before them
            if not _is_in_memory(file, min(offset + _BLOCK_BYTES, size_bytes) - 1):
                file.seek(offset)
                n_bytes += file.readinto(buffer) or 0
    return n_bytes


def _is_in_memory(file: FileIO, offset: int) -> bool:
    """Tell whether a byte can be had without waiting; False where none can say."""
    if not hasattr(os, "RWF_NOWAIT"):
        return False
    try:
        return os.preadv(file.fileno(), [bytearray(1)], offset, os.RWF_NOWAIT) == 1
    except OSError:  # it would have to be waited for, or this file system cannot tell
        return False
