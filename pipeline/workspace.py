"""Private folders on the results' own volume, and what dead processes left of them.

``<out>/.work/<name>`` belongs to the process that holds ``<out>/.work/<name>.lock``: locked
where the system has file locks, held open on Windows, where an open file cannot be removed.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_NAME_BYTES = 8
_LOCK = ".lock"


@contextmanager
def workspace(out: Path) -> Iterator[Path]:
    """Give a private folder; it is gone afterwards, and swept later should this process die."""
    parent = _parent(out)
    lock, handle = _locked(parent)
    folder = lock.with_suffix("")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)
        lock.unlink(missing_ok=True)


def sweep(out: Path) -> int:
    """Remove the folders of processes that died; give how many there were."""
    return sum(_swept(lock) for lock in list(_parent(out).glob(f"*{_LOCK}")))


def _parent(out: Path) -> Path:
    parent = out / ".work"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return parent


def _locked(parent: Path) -> tuple[Path, int]:
    """Make a lock file and hold it; another process may sweep it before it is held."""
    while True:
        lock = parent / f"w{secrets.token_hex(_NAME_BYTES)}{_LOCK}"
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if _holds(handle) and lock.exists():
            return lock, handle
        os.close(handle)


def _holds(handle: int) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _swept(lock: Path) -> bool:
    """Remove one folder if nobody holds it; tell whether it did."""
    with suppress(OSError):
        handle = os.open(lock, os.O_RDWR)
        is_free = _holds(handle)
        if fcntl is None:
            os.close(handle)
            lock.unlink()  # fails while its owner has it open
        if is_free:
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)
        if fcntl is not None:
            os.close(handle)
        return is_free
    return False
