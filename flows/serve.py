"""Server, worker and schedules of a small lab in one command; `hypnic serve` starts it.

Prefect's server and a process worker run as child processes on loopback, with a password, and are
started again when they end. The schedules are those of the site's table.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from flows.deployments import POOL
from flows.environment import AUTH_FILE, environment
from flows.supervisor import Child, Supervisor, is_alive, kill_marked
from pipeline import privacy
from pipeline.codes import Code
from pipeline.errors import HypnicError, PassingError, SettingsError
from pipeline.outcome import ExitCode
from pipeline.plaintext import plain
from pipeline.single import alone
from pipeline.site import ServerParameters, Site, read_site, site_file

_START_S = 180.0  # the first start makes the database; source: 11 to 33 s, much more under load
_TEND_S = 0.5
_LOOK_S = 30.0  # from one look at the health of both to the next
_MOST_SICK = 6  # looks in a row without an answer before a child is started again
_ANSWER_S = 10.0
_GRACE_S = 15.0
_FLOW = "prefect.engine"  # the program of a worker's flow
_N_LOG_LINES = 8
_PRIVATE = 0o077
_MARK_BYTES = 12


class _StopError(Exception):
    """SIGTERM or Ctrl-C came."""


def main(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen at.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen at.")] = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Listen where other machines can reach it.")
    ] = False,
) -> None:
    """Start server, worker and schedules of this site, until Ctrl-C.

    Example: python -m flows.serve
    """
    os.umask(_PRIVATE)
    try:
        site = _wanted(read_site(), host, port)
        _require_loopback(site.server.host, is_allowed=allow_remote)
        with alone(privacy.home() / "serve.lock") as is_mine:
            _require_free(site.server, is_alone=is_mine)
            serve(site)
    except HypnicError as error:
        typer.echo(f"hypnic: {plain(str(error))}", err=True)
        raise typer.Exit(ExitCode.FAILED) from error


def serve(site: Site) -> None:
    """Run until a signal comes; then nothing that was started is left."""
    mark = privacy.kept_secret("serve_mark", os.urandom(_MARK_BYTES).hex())
    kill_marked(mark)  # what a serve that was killed has left
    supervisor = Supervisor(environment(site.server), privacy.home() / "logs", mark, _say)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        server = supervisor.start("server", _prefect("server", "start"))
        _await_health(server, site.server, supervisor)
        _register(supervisor)
        worker = supervisor.start("worker", _worker(site.server))
        _welcome(site)
        _tend(supervisor, {_health(site.server): server, _worker_health(site.server): worker})
    except _StopError:
        _say("stopping; what was finished is kept")
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        supervisor.stop(_GRACE_S, first=_FLOW)
    _say("stopped")


def _wanted(site: Site, host: str | None, port: int | None) -> Site:
    given = {"host": host, "port": port}
    update = {key: value for key, value in given.items() if value is not None}
    return site.model_copy(update={"server": site.server.model_copy(update=update)})


def _require_loopback(host: str, *, is_allowed: bool) -> None:
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if is_loopback or is_allowed:
        return
    raise SettingsError(
        "The server would be open to the network.",
        code=Code.HOST_OPEN,
        where="host",
        found=host,
        remedy="Leave it at 127.0.0.1 and put a proxy with TLS before it (docs/server.md), or say "
        "--allow-remote. Who reaches the server can run programs on this machine.",
    )


def _require_free(server: ServerParameters, *, is_alone: bool) -> None:
    taken = [
        port
        for host, port in ((server.host, server.port), ("127.0.0.1", server.worker_port))
        if not _is_free(host, port)
    ]
    if is_alone and not taken:
        return
    raise SettingsError(
        "hypnic serve cannot start here.",
        code=Code.PORT_TAKEN,
        found=f"port {taken[0]} is taken" if taken else "it runs already with this HYPNIC_HOME",
        remedy="Stop what runs there, or give another port: --port, or server.port and "
        "server.worker_port in site.toml.",
    )


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _prefect(*words: str) -> list[str]:
    return [sys.executable, "-m", "prefect", "--no-prompt", *words]


def _worker(server: ServerParameters) -> list[str]:
    limit = str(server.scoring_runs + server.other_runs)
    words = ("worker", "start", "--pool", POOL, "--type", "process", "--limit", limit)
    return _prefect(*words, "--with-healthcheck")


def _health(server: ServerParameters) -> str:
    return f"http://{server.host}:{server.port}/api/health"


def _worker_health(server: ServerParameters) -> str:
    return f"http://127.0.0.1:{server.worker_port}/health"


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_S) as answer:  # noqa: S310 - our own
            return int(answer.status) == 200  # noqa: PLR2004 - HTTP's word for well
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _await_health(server: Child, parameters: ServerParameters, supervisor: Supervisor) -> None:
    began_s = time.monotonic()
    while not _is_healthy(_health(parameters)):
        waited_s = time.monotonic() - began_s
        if not is_alive(server) or waited_s > _START_S:
            raise _failed("The server did not start.", supervisor.log_of("server"))
        _progress(f"the server starts: {waited_s:.0f} s, it takes 10 to 30")
        time.sleep(_TEND_S)
    _progress("")


def _register(supervisor: Supervisor) -> None:
    _progress("the schedules are handed in")
    child = supervisor.once("register", [sys.executable, "-m", "flows.register"])
    _progress("")
    if child.returncode:
        raise _failed("The schedules could not be handed in.", supervisor.log_of("register"))


def _failed(what: str, log: Path) -> PassingError:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return PassingError(
        what,
        code=Code.SERVER_FAILED,
        found=" | ".join(line.strip() for line in lines[-_N_LOG_LINES:] if line.strip()),
        remedy="Read logs in hypnic's own folder.",
    )


def _tend(supervisor: Supervisor, health: dict[str, Child]) -> None:
    """Keep the children running, until a signal comes."""
    sick = dict.fromkeys(health, 0)
    look_s = time.monotonic() + _LOOK_S
    while True:
        supervisor.tend()
        time.sleep(_TEND_S)
        if time.monotonic() < look_s:
            continue
        look_s = time.monotonic() + _LOOK_S
        for url, child in health.items():
            sick[url] = 0 if not is_alive(child) or _is_healthy(url) else sick[url] + 1
            if sick[url] >= _MOST_SICK and child.process is not None:
                _say(f"{child.name} does not answer")
                child.process.kill()
                sick[url] = 0


def _welcome(site: Site) -> None:
    _say(f"The server's page: http://{site.server.host}:{site.server.port}")
    _say(f"Log in with the line in {privacy.home() / AUTH_FILE}")
    if not site.places:
        _say(f"No place yet: write [places.NAME] with inbox and out into {site_file()}")
    at = site.schedule
    for name in site.places:
        _say(
            f"{name}: inbox every {at.inbox_every_s} s, all of it at {at.nightly_at} "
            f"({at.timezone})"
        )
    _say(f"Logs: {privacy.home() / 'logs'}. Stop with Ctrl-C.")


def _say(words: str) -> None:
    typer.echo(plain(words))
    sys.stdout.flush()


def _progress(words: str) -> None:
    """Show one line that changes, where somebody looks."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()


def _stop(number: int, frame: object) -> None:
    raise _StopError


if __name__ == "__main__":
    typer.run(main)
