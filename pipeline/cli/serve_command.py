"""`hypnic serve` on the command line: its options, and the program that does the work.

Prefect is never loaded here: `flows.serve` runs in the place of this process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer


def serve(
    *,
    host: Annotated[
        str | None,
        typer.Option(
            "--host", help="Address to listen at; default: server.host of the site, 127.0.0.1."
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=1, max=65535, help="Port to listen at; default: server.port, 4200."
        ),
    ] = None,
    allow_remote: Annotated[
        bool,
        typer.Option(
            "--allow-remote",
            help="Listen at an address that other machines can reach. Who reaches the server can "
            "run programs here, and its password crosses the network in clear: a proxy with TLS "
            "is the better way (docs/server.md).",
        ),
    ] = False,
) -> None:
    """Run a lab's server on this machine: page, worker, nightly schedule and watched inbox.

    The places that it serves stand in site.toml in hypnic's own folder (HYPNIC_HOME):
    [places.lab] with inbox and out. Ctrl-C stops everything; what was finished is kept.

    Example: hypnic serve

    Example: hypnic serve --port 4300
    """
    words = [sys.executable, "-m", "flows.serve"]
    words += ["--host", host] if host is not None else []
    words += ["--port", str(port)] if port is not None else []
    words += ["--allow-remote"] if allow_remote else []
    sys.stdout.flush()
    if os.name == "nt":  # there, exec returns to the shell before the program ends
        raise typer.Exit(subprocess.call(words))  # noqa: S603 - our own words
    os.execv(sys.executable, words)  # noqa: S606 - no shell
