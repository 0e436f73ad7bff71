"""A whole lab server for tests: `hypnic serve` on free ports, with one place called ward."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "nap.edf"
MARK = "HYPNIC_SERVE"
T = TypeVar("T")
START_S, WAIT_S = 240.0, 300.0
_POLL_S = 0.25


@dataclass
class Lab:
    """A server that runs, and its folders."""

    folder: Path
    port: int
    inbox_name: str = "inbox"
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)
    listener: threading.Thread | None = None

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def inbox(self) -> Path:
        return self.folder / self.inbox_name

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def auth(self) -> str:
        return (self.home / "server_auth_string").read_text()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Give the environment of a client of this server."""
        return _environment(self.home) | {
            "PREFECT_API_URL": f"{self.url}/api",
            "PREFECT_API_AUTH_STRING": self.auth,
            "PREFECT_HOME": str(self.folder / "client"),
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        }

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask the server's API; a body makes it a POST with a CSRF token."""
        headers = {"Authorization": f"Basic {b64encode(self.auth.encode()).decode()}"}
        if body is not None:
            token = self.ask("csrf-token?client=test")
            headers |= {"Prefect-Csrf-Token": token["token"], "Prefect-Csrf-Client": "test"}
        return call(f"{self.url}/api/{path}", body, headers)

    def runs(self, **names: str) -> list[dict[str, Any]]:
        """Give the flow runs of a flow, the newest first."""
        wanted = {"flows": {"name": {"any_": [names["flow"]]}}} if names else {}
        found: list[dict[str, Any]] = self.ask(
            "flow_runs/filter", {**wanted, "sort": "START_TIME_DESC", "limit": 200}
        )
        return found

    def deployment(self, name: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = self.ask("deployments/filter", {"limit": 200})
        return next(each for each in found if each["name"] == name)

    def log(self, name: str) -> str:
        path = self.home / "logs" / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def errors(self, name: str) -> list[str]:
        """Give each error of a log with the lines that belong to it."""
        return re.findall(r"^.*\bERROR\b.*(?:\n(?!\d\d:\d\d).*)*", self.log(name), re.MULTILINE)

    def processes(self) -> list[psutil.Process]:
        """Give every process that this server has started, children of dead ones too."""
        mark = (self.home / "serve_mark").read_text() if self.home.exists() else ""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if mark and process.environ().get(MARK) == mark:
                    found.append(process)
        return found

    def child(self, *words: str) -> psutil.Process:
        """Give the process whose command line holds these words."""
        for process in self.processes():
            with suppress(psutil.Error):
                if all(word in process.cmdline() for word in words):
                    return process
        raise LookupError(words)

    def reports(self) -> set[Path]:
        return set(self.out.glob("nights/*/*/report.html"))


def _environment(home: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    return kept | {
        "HYPNIC_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
    }


def call(url: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - our own server
        url, data=data, headers={"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        content = answer.read()
    return json.loads(content) if content else None


def answer_code(url: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]) -> int:
    """Give the HTTP status of a request."""
    try:
        call(url, body, headers)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], T], seconds: float = WAIT_S, every_s: float = _POLL_S) -> T:
    """Give the first true answer."""
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        with suppress(LookupError, StopIteration, OSError):  # urllib's errors are among the last
            if found := what():
                return found
        time.sleep(every_s)
    raise AssertionError(f"nothing came within {seconds:g} s")


@contextmanager
def lab_server(
    folder: Path,
    site: str = "",
    *,
    inbox_name: str = "inbox",
    inbox_every_s: int = 30,
    **further: str,
) -> Iterator[Lab]:
    """Run `hypnic serve` with a place called ward; nothing of it is left afterwards.

    Parameters
    ----------
    site
        More of site.toml; `[server]` is left open at its end.
    further
        Environment variables.
    """
    lab = Lab(folder, free_port(), inbox_name)
    for made in (lab.home, lab.inbox):
        made.mkdir(parents=True)
    (lab.home / "site.toml").write_text(
        f'[places.ward]\ninbox = "{lab.inbox}"\nout = "{lab.out}"\n'
        f"[schedule]\ninbox_every_s = {inbox_every_s}\n[inbox]\nsettle_s = 2\nsuspect_s = 4\n"
        f"[server]\nport = {lab.port}\nworker_port = {free_port()}\n{site}"
    )
    process = start(lab, **further)
    try:
        wait_for(lambda: any("Log in" in line for line in lab.said), START_S)
        yield lab
    finally:
        stop(lab)
        assert process.returncode is not None


def start(lab: Lab, *words: str, **further: str) -> subprocess.Popen[str]:
    """Start `hypnic serve`, and keep what it says."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "serve", *words],
        env=_environment(lab.home) | further,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lab.process = process
    lab.listener = threading.Thread(target=_listen, args=(process, lab.said), daemon=True)
    lab.listener.start()
    return process


def _listen(process: subprocess.Popen[str], said: list[str]) -> None:
    with process.stdout or nullcontext(()) as lines:
        for line in lines:
            said.append(line)  # noqa: PERF402  each as it comes


def stop(lab: Lab, number: int = signal.SIGTERM) -> None:
    """Stop it as a person would."""
    if lab.process is not None and lab.process.poll() is None:
        lab.process.send_signal(number)
        lab.process.wait(120)
    if lab.listener is not None:
        lab.listener.join(10)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    found = ipaddress.ip_address(host)
    return getattr(found, "ipv4_mapped", None) or found


class Connections:
    """Every address that a lab's processes were connected to while this watched."""

    def __init__(self, lab: Lab) -> None:
        self.seen: set[str] = set()
        self.n_looks = 0
        self._lab = lab
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Connections:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def outside(self) -> set[str]:
        return {host for host in self.seen if not _address(host).is_loopback}

    def _watch(self) -> None:
        while not self._is_over.wait(_POLL_S):
            for process in self._lab.processes():
                with suppress(psutil.Error):
                    for connection in process.net_connections("inet"):
                        ends = (connection.raddr, connection.laddr)
                        self.seen.update(end.ip for end in ends if end)
            self.n_looks += 1
