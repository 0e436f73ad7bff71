"""A pool of child processes that does not break for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, InvalidStateError, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

from pebble import ProcessPool

_LOOK_S = 0.5


class Children:
    """A pool of child processes; a new one takes its place should the pool itself break.

    Pebble replaces a child that dies at work. One that dies between two tasks, or with the
    pool's lock in its hand, breaks the whole pool, and tasks that were not begun never end.

    Parameters
    ----------
    make
        Makes a pool.
    """

    def __init__(self, make: Callable[[], ProcessPool]) -> None:
        self._make = make
        self._pool = make()
        self._lock = threading.Lock()
        self._open: set[Future[Any]] = set()

    def submit(self, function: Callable[..., Any], *args: object, timeout_s: float) -> Future[Any]:
        """Let a child call the function; few and small arguments, since a pipe holds them all.

        The future raises BrokenProcessPool where the pool broke: nobody is to blame, try again.
        """
        with self._lock:
            self._renew()
            future: Future[Any] = self._pool.schedule(function, args=args, timeout=timeout_s)
            self._open = {other for other in self._open if not other.done()} | {future}
            return future

    def ended(self, waiting: Mapping[Future[Any], object]) -> set[Future[Any]]:
        """Wait for a moment, and give those that have ended; not one need have."""
        done = wait(waiting, timeout=_LOOK_S, return_when=FIRST_COMPLETED).done
        with self._lock:
            self._renew()
        return done

    def close(self, *, is_wanted: bool) -> None:
        """End the children: when their work is done, or at once where it is not wanted."""
        if is_wanted:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def _renew(self) -> None:
        if self._pool.active:
            return
        for future in self._open:
            with suppress(InvalidStateError):
                future.set_exception(BrokenProcessPool("the pool of processes broke"))
        self._open = set()
        self._pool.stop()
        self._pool.join()
        self._pool = self._make()
