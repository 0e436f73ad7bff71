"""The lab's server on PostgreSQL: a file in the inbox becomes a report, and SQLite is not used."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow_runs.lab import SAMPLE, Lab, free_port, lab_server, wait_for

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAMS, reason="PostgreSQL is not installed (apt: postgresql)"),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc"),
]


def postgres(*words: str) -> None:
    """Run one of PostgreSQL's programs; it refuses to be root."""
    program = str(PROGRAMS[-1] / words[0])
    prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    command = [*(prefix if os.geteuid() == 0 else []), program, *words[1:]]
    # Its output goes to the server that stays, so none is waited for.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Give the address of a database of its own, on loopback."""
    folder = Path(tempfile.mkdtemp(prefix="hypnic_pg"))  # a socket's path has to be short
    port = free_port()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    postgres("initdb", "-D", data, "-U", "hypnic", "--auth=trust", "-E", "UTF8")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = ("pg_ctl", "-D", data, "-w", "-t", "120", "-l", str(folder / "log"))
    postgres(*control, "-o", settings, "start")
    try:
        yield f"postgresql+asyncpg://hypnic@127.0.0.1:{port}/postgres"
    finally:
        postgres(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def lab(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("postgresql")
    address = folder / "database_url"
    address.write_text(f"{database}\n")
    address.chmod(0o600)
    with lab_server(folder / "lab", f'database_url_file = "{address}"\n') as lab:
        yield lab


def test_a_file_in_the_inbox_becomes_a_report(lab: Lab) -> None:
    shutil.copy(SAMPLE, lab.inbox / "night.edf")
    wait_for(lab.reports)
    assert lab.errors("server") == []


def test_the_records_are_in_postgresql(lab: Lab, database: str) -> None:
    port = database.rsplit(":", 1)[1].split("/", maxsplit=1)[0]
    psql = str(PROGRAMS[-1] / "psql")
    words = ["-h", "127.0.0.1", "-p", port, "-U", "hypnic", "postgres", "-Atc"]
    query = "select count(*) from flow_run where state_type = 'COMPLETED'"
    found = subprocess.check_output([psql, *words, query], text=True)
    assert int(found) > 0
    assert list((lab.home / "prefect").glob("*.db")) == []
