"""Child processes that are kept running, and that are really gone in the end.

Every process below carries a mark in its environment, and where the system lets its processes be
listed (Linux) that mark finds those that a dead parent left.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

MARK = "HYPNIC_SERVE"
_PROC = Path("/proc")
_LOG_BYTES, _N_LOGS = 10_000_000, 5
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0
_STEADY_S = 60.0  # a child that lived so long begins its waits anew
_POLL_S = 0.1


@dataclass(kw_only=True)
class Child:
    """One process that is started again when it ends.

    Attributes
    ----------
    name
        What it is called in messages, and its log.
    command
        Its words.
    wait_s
        Seconds until it is started again, the next time it ends.
    """

    name: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    began_s: float = 0.0
    due_s: float = 0.0
    wait_s: float = _FIRST_WAIT_S
    n_starts: int = 0
    reader: threading.Thread | None = field(default=None, repr=False)


class Supervisor:
    """Starts children, starts dead ones again, and stops them all.

    Parameters
    ----------
    environment
        Of every child.
    logs
        Folder of their logs, one each, which are turned over as they grow.
    mark
        What the processes below are known by.
    tell
        Takes a line for the person at the screen.
    """

    def __init__(
        self, environment: Mapping[str, str], logs: Path, mark: str, tell: Callable[[str], None]
    ) -> None:
        self._environment = {**environment, MARK: mark}
        self._logs = logs
        self._mark = mark
        self._tell = tell
        self._children: list[Child] = []
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str]) -> Child:
        """Start a child that is to be kept running."""
        child = Child(name=name, command=command)
        self._children.append(child)
        self._begin(child)
        return child

    def once(self, name: str, command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        """Run a child to its end, with a log of its own."""
        with self.log_of(name).open("wb") as log:
            return subprocess.run(  # noqa: S603 - our own words
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                check=False,
            )

    def tend(self) -> None:
        """Start dead children again, each after a wait that grows while it keeps dying."""
        for child in self._children:
            if is_alive(child):
                continue
            if not child.due_s:
                self._plan(child)
            elif time.monotonic() >= child.due_s:
                self._begin(child)

    def log_of(self, name: str) -> Path:
        """Give the log of a child."""
        return self._logs / f"{name}.log"

    def stop(self, grace_s: float, first: str = "") -> int:
        """End every child and all that they started; give how many had to be killed.

        They end in the opposite order of their start, each within `grace_s` seconds.

        Parameters
        ----------
        first
            A word of the command line of what is to end before all others, while these still
            take its last words.
        """
        if first:
            _end_first(self._mark, first, grace_s)
        for child in reversed(self._children):
            if child.process is not None:
                _signal_group(child.process, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(grace_s)
        n_killed = kill_marked(self._mark)
        for child in self._children:
            if child.process is not None:
                n_killed += child.process.poll() is None
                _kill_tree(child.process)
                child.process.wait()
            if child.reader is not None:
                child.reader.join(grace_s)
        return n_killed

    def _plan(self, child: Child) -> None:
        now_s = time.monotonic()
        if now_s - child.began_s > _STEADY_S:
            child.wait_s = _FIRST_WAIT_S
        code = None if child.process is None else child.process.returncode
        self._tell(f"{child.name} ended ({code}); it is started again in {child.wait_s:g} s")
        child.due_s = now_s + child.wait_s
        child.wait_s = min(2.0 * child.wait_s, _LONGEST_WAIT_S)

    def _begin(self, child: Child) -> None:
        if child.reader is not None:
            child.reader.join(_FIRST_WAIT_S)
        child.process = subprocess.Popen(  # noqa: S603 - our own words
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            text=True,
            errors="backslashreplace",
            start_new_session=True,  # a Ctrl-C at the terminal is for the parent to pass on
        )
        child.began_s, child.due_s, child.n_starts = time.monotonic(), 0.0, child.n_starts + 1
        log = self.log_of(child.name)
        child.reader = threading.Thread(target=_keep, args=(child.process, log), daemon=True)
        child.reader.start()


def is_alive(child: Child) -> bool:
    """Tell whether the child's process runs."""
    return child.process is not None and child.process.poll() is None


def marked(mark: str) -> Iterator[int]:
    """Give every process that carries the mark, where the system tells (Linux)."""
    wanted = f"{MARK}={mark}".encode()
    for entry in _PROC.glob("[0-9]*/environ"):
        with suppress(OSError):
            if wanted in entry.read_bytes().split(b"\0"):
                yield int(entry.parent.name)


def kill_marked(mark: str) -> int:
    """Kill every process that carries the mark, but this one; give how many there were."""
    n_killed = 0
    while pids := [pid for pid in marked(mark) if pid != os.getpid() and not _is_zombie(pid)]:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                n_killed += 1
        time.sleep(_POLL_S)
    return n_killed


def _end_first(mark: str, word: str, grace_s: float) -> None:
    pids = [pid for pid in marked(mark) if word in _words(pid)]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    end_s = time.monotonic() + grace_s
    while time.monotonic() < end_s and any(not _is_zombie(pid) for pid in pids):
        time.sleep(_POLL_S)


def _words(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _is_zombie(pid: int) -> bool:
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return True


def _signal_group(process: subprocess.Popen[str], number: int) -> None:
    if os.name == "nt":
        process.terminate()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _kill_tree(process: subprocess.Popen[str]) -> None:
    if os.name == "nt":
        words = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(words, check=False, capture_output=True)  # noqa: S603
        return
    _signal_group(process, signal.SIGKILL)


def _keep(process: subprocess.Popen[str], log: Path) -> None:
    """Write what the process says into its log, which is turned over as it grows."""
    handler = RotatingFileHandler(log, maxBytes=_LOG_BYTES, backupCount=_N_LOGS, encoding="utf-8")
    with closing(handler), process.stdout or nullcontext(()) as lines:
        for line in lines:
            handler.emit(logging.makeLogRecord({"msg": line.rstrip("\n")}))
