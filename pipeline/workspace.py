"""Private folders on the results' own volume, and what dead processes left of them.

::

    <out>/.work/<name>.lock     held by the owner, its time renewed as long as the owner lives
    <out>/.work/<name>/         the owner's private folder
    <out>/.work/<study>.claim/  who works on a study; see `pipeline.claims`

An owner is dead when its machine's file lock is free, which only its own machine can tell: over a
network share a lock may say nothing. Elsewhere, or where the owner is stopped and not dead, it
counts as dead when its lock's time has not changed while another watched for `silence_s` of its
own steady clock. Clocks are never compared, so one that jumps or is wrong does no harm.

Whoever sweeps moves the dead one's folder into its own by one rename, which succeeds for one. From
then on the former owner, should it come back, can neither claim nor publish: both are renames out
of a folder that it no longer has. A sweeper that dies passes on what it had taken.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SILENCE_S = 60.0
_BEATS_IN_SILENCE = 12
_NAME_BYTES = 8
_HOST_CHARACTERS = 8
_NAME = re.compile(rf"w[0-9a-f]{{{_HOST_CHARACTERS + 2 * _NAME_BYTES}}}")
_LOCK, _CLAIM = ".lock", ".claim"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # of the running kernel, containers included


@contextmanager
def workspace(out: Path, silence_s: float = SILENCE_S) -> Iterator[Path]:
    """Give a private folder; it is gone afterwards, and swept later should this process die.

    Parameters
    ----------
    silence_s
        How long without a sign of life makes others believe that this process is dead.
    """
    parent = _parent(out)
    lock, handle = _locked(parent)
    folder = lock.with_suffix("")
    is_over = threading.Event()
    beat_s = silence_s / _BEATS_IN_SILENCE
    heart = threading.Thread(target=_beat, args=(lock, is_over, beat_s), daemon=True)
    try:
        folder.mkdir(mode=0o700)
        heart.start()
        yield folder
    finally:
        is_over.set()
        is_ended = _is_ended(parent, folder)
        os.close(handle)
        if is_ended:  # what is left is swept later
            _is_unlocked(parent, folder.name)


class Watch:
    """What one process has seen of the others' signs of life; keep it while you wait.

    Parameters
    ----------
    silence_s
        Who gives no sign for so long, by this process's own steady clock, is dead.
    """

    def __init__(self, silence_s: float = SILENCE_S) -> None:
        self._silence_s = silence_s
        self._seen: dict[str, tuple[int, float]] = {}

    def is_dead(self, lock: Path) -> bool:
        """Tell whether the owner of a lock is known to be dead."""
        try:
            handle = os.open(lock, os.O_RDWR)  # opened, for a share may answer from memory
        except FileNotFoundError:
            return True
        except OSError:
            return False
        try:
            if _is_of_this_host(lock) and _holds(handle):
                return True
            return self._is_silent(lock.name, os.fstat(handle).st_mtime_ns)
        finally:
            os.close(handle)

    def _is_silent(self, name: str, beat_ns: int) -> bool:
        now_s = time.monotonic()
        last_ns, since_s = self._seen.get(name, (None, now_s))
        if last_ns != beat_ns:
            since_s = now_s
        self._seen[name] = (beat_ns, since_s)
        return now_s - since_s > self._silence_s


def sweep(out: Path, watch: Watch | None = None) -> int:
    """Remove the folders of processes that died; give how many there were."""
    with workspace(out) as mine:
        return sweep_into(mine, watch or Watch())


def sweep_into(mine: Path, watch: Watch) -> int:
    """Take up what dead owners left, through this process's own folder; give how many there were.

    Parameters
    ----------
    mine
        The private folder of this process.
    """
    entries = [path.stem for path in mine.parent.iterdir()]
    names = {entry for entry in entries if _NAME.fullmatch(entry)} - {mine.name}
    dead = [name for name in sorted(names) if watch.is_dead(_lock_of(mine.parent, name))]
    return sum(_is_taken(mine, name) for name in dead)


def claim_place(mine: Path, study: str) -> Path:
    """Give the place of the claim on a study."""
    return mine.parent / f"{study}{_CLAIM}"


def _is_taken(mine: Path, name: str) -> bool:
    """Take a dead owner's folder away, and all that goes with it; tell whether that was done."""
    with suppress(FileNotFoundError):  # it had none, or another process was first
        (mine.parent / name).rename(mine / name)
    return _is_ended(mine.parent, mine / name) and _is_unlocked(mine.parent, name)


def _is_ended(parent: Path, folder: Path) -> bool:
    """Give up the claims of a folder's owner and remove it; tell whether nothing is left.

    Only who has the folder may do so. What cannot be given up now is left for the next sweep.
    """
    try:
        for inner in [path for path in _inside(folder) if _NAME.fullmatch(path.name)]:
            if _is_ended(parent, inner):
                _is_unlocked(parent, inner.name)
        for token in parent.glob(f"*{_CLAIM}/{folder.name}"):
            token.parent.rename(folder / token.parent.name)
    except OSError:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _is_unlocked(parent: Path, name: str) -> bool:
    try:
        _lock_of(parent, name).unlink()
    except OSError:
        return False
    return True


def _beat(lock: Path, is_over: threading.Event, every_s: float) -> None:
    """Renew the lock's time, so that all who watch it see its owner alive."""
    while not is_over.wait(every_s):
        with suppress(OSError):
            os.utime(lock)


def _parent(out: Path) -> Path:
    parent = out / ".work"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return parent


def _lock_of(parent: Path, name: str) -> Path:
    return parent / f"{name}{_LOCK}"


def _locked(parent: Path) -> tuple[Path, int]:
    """Make a lock file and hold it; another process may sweep it before it is held."""
    while True:
        lock = _lock_of(parent, f"w{_host()}{secrets.token_hex(_NAME_BYTES)}")
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if _holds(handle) and lock.exists():
            return lock, handle
        os.close(handle)


def _host() -> str:
    """Give what tells this machine, as it runs now, from others; it tells nobody its name."""
    try:
        name = _BOOT_ID.read_text(encoding="ascii")
    except OSError:
        name = platform.node()
    return hashlib.sha256(name.encode()).hexdigest()[:_HOST_CHARACTERS]


def _is_of_this_host(lock: Path) -> bool:
    return lock.name.startswith(f"w{_host()}")


def _holds(handle: int) -> bool:
    """Take the file lock if nobody has it; the system gives it up when its owner dies."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
