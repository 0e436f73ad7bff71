"""How a child process begins: with one thread, the heavy modules loaded, and nothing of its parent.

On Linux and macOS children come from a fork server, so that a fresh process costs a fork; on
Windows they are spawned.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import context as contexts
from multiprocessing.context import BaseContext
from types import ModuleType
from typing import Any

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
# glibc gives arrays of tens of MB back to the system at once and fetches them anew: page faults
# were 40 % of a night's CPU time. Kept, they serve the next array, and the next night.
_KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
# All that scoring loads, most of it at first use: loaded once, not in every child. What is not
# installed is passed over; pyarrow loads pandas wherever it is.
_SCORING = (
    "pipeline.process",
    "scipy.fft",
    "scipy.integrate",
    "scipy.ndimage",
    "scipy.signal",
    "scipy.special",
    "mne.io.base",
    "mne.epochs",
    "mne.time_frequency",
    "pyarrow.compute",
    "pandas",
)
_MEBIBYTE = 1 << 20
_main_lock = threading.Lock()


@contextmanager
def _main_left_out() -> Iterator[None]:
    """Let no child import what this process was started from: a flow's would load Prefect anew.

    What children call lies in modules that they import by name.
    """
    with _main_lock:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


class _Spawned(contexts.SpawnProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802  named by multiprocessing
        with _main_left_out():
            return contexts.SpawnProcess._Popen(process_obj)


class _SpawnContext(contexts.SpawnContext):
    Process = _Spawned


if sys.platform != "win32":

    class _Forked(contexts.ForkServerProcess):
        @staticmethod
        def _Popen(process_obj: Any) -> Any:  # noqa: N802  named by multiprocessing
            with _main_left_out():
                return contexts.ForkServerProcess._Popen(process_obj)

    class _ForkServerContext(contexts.ForkServerContext):
        Process = _Forked


def child_context(preloaded: Sequence[str]) -> BaseContext:
    """Give the way in which children begin: from a fork server with these modules loaded.

    Each child computes with one thread and keeps its memory. The fork server begins to load at
    once, beside what the caller does next.
    """
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1") | _KEEP_MEMORY)
    if sys.platform == "win32" or "forkserver" not in multiprocessing.get_all_start_methods():
        return _SpawnContext()
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(list(preloaded))
    with _interrupts_left_out():
        forkserver.ensure_running()
    return _ForkServerContext()


@contextmanager
def _interrupts_left_out() -> Iterator[None]:
    """Let what begins here ignore Ctrl-C: this process hears it and ends its children."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def scoring_context() -> BaseContext:
    """Give the way in which children that score studies begin.

    A command calls it before its own imports, which then take no time of their own.
    """
    return child_context(_SCORING)


def limit_memory(most_mib: int) -> None:
    """Bound the address space of this process; on Windows only the time limit holds."""
    try:
        import resource
    except ImportError:
        return
    limit = most_mib * _MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
