"""Folders that somebody filled with traps: nothing is followed, nothing hangs, each is told."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import process
from pipeline.cli.app import app
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.settings import Settings
from pipeline.studies import find_files, find_jobs
from tests.unit.edf_bytes import Study

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and pipes are made otherwise there")
SETTINGS = Settings()
NAMES = (
    "line\nbreak.edf",
    "\x1b[31mred\x1b[0m.edf",
    "[red]markup[bold].edf",
    "<script>alert(1)<script>.edf",
    "-rf.edf",
    "--out.edf",
    "..edf.edf",
    "...edf",
    "=cmd|calc.edf",
    "\u202efde.exe.edf",
    "a" * 240 + ".edf",
    os.fsdecode(b"\xff\xfe.edf"),
    " .edf",
    ":skull:.edf",
)


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    """Give a folder of traps beside a folder that must not be entered."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.edf").write_bytes(Study().encode())
    folder = tmp_path / "in"
    (folder / "folder.edf").mkdir(parents=True)
    os.mkfifo(folder / "pipe.edf")
    (folder / "link.edf").symlink_to(outside / "secret.edf")
    (folder / "loop.edf").symlink_to("loop.edf")
    (folder / "gone.edf").symlink_to("nowhere")
    (folder / "device.edf").symlink_to("/dev/zero")
    (folder / "more").symlink_to(outside)
    (folder / "up").symlink_to("..")
    return folder


def test_no_trap_is_followed_and_each_is_given_so_that_it_is_told(traps: Path) -> None:
    names = {job.source.relative_to(traps).as_posix() for job in find_jobs(traps)}
    assert names == {
        *("folder.edf", "pipe.edf", "link.edf", "loop.edf", "gone.edf", "device.edf"),
        *("more", "up"),
    }


def test_each_trap_is_set_aside_as_no_plain_file(traps: Path, tmp_path: Path) -> None:
    outcomes = [
        process.score_study(job.source, tmp_path / "out", SETTINGS) for job in find_jobs(traps)
    ]
    assert {(o.status, o.code) for o in outcomes} == {(OutcomeStatus.QUARANTINED, "NOT_PLAIN")}


def test_a_socket_and_a_device_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "s.edf"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(place))
        assert process.score_study(place, tmp_path / "out", SETTINGS).code == "NOT_PLAIN"
    found = process.score_study(Path("/dev/zero"), tmp_path / "out", SETTINGS)
    assert (found.code, "a device" in found.message) == ("NOT_PLAIN", True)


def test_a_folder_that_may_not_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.edf").write_bytes(Study().encode())
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def refusing(folder: Path) -> Iterator[os.DirEntry[str]]:
        if Path(folder).name == "shut":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    found = find_files(tmp_path)
    assert [path.name for path in found] == ["a.edf", "shut"]


def test_the_results_are_left_out_even_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x.edf").write_bytes(Study().encode())
    (tmp_path / "link").symlink_to(tmp_path / "out")
    assert find_files(tmp_path / "out", besides=tmp_path / "link") == []
    assert [p.name for p in find_files(tmp_path, besides=tmp_path / "out")] == ["link"]


def test_a_folder_that_is_given_as_a_link_is_opened(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.edf").write_bytes(Study().encode())
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert [p.name for p in find_files(tmp_path / "link")] == ["a.edf"]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("named")
    for name in NAMES:
        (folder / name).write_bytes(Study().encode())
    return folder


def test_every_name_is_found(named: Path) -> None:
    assert {path.name for path in find_files(named)} == set(NAMES)


@pytest.mark.parametrize("command", ["check", "batch"])
def test_no_name_steers_the_terminal(named: Path, tmp_path: Path, command: str) -> None:
    words = [] if command == "check" else ["--out", str(tmp_path / "out"), "--jobs", "1"]
    folder = named
    if command == "batch":  # children take time: the worst names are enough
        folder = tmp_path / "in"
        folder.mkdir()
        for name in NAMES[:4]:
            shutil.copy(named / name, folder / name)
    result = CliRunner().invoke(app, [command, str(folder), *words])
    assert result.exit_code in {0, 1}, result.output
    assert not set("\x1b\u202e\x07\r") & set(result.output)
    joined = "".join(result.output.split())
    for part in ("line\\x0abreak.edf", "\\x1b[31mred", "[red]markup[bold]"):
        assert part in joined


def test_a_name_cannot_choose_where_results_go(named: Path, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    outcomes: list[Outcome] = [
        process.score_study(path, tmp_path / "out", SETTINGS) for path in find_files(named)
    ]
    assert all(outcome.study_key.isalnum() for outcome in outcomes)
    new = set(tmp_path.rglob("*")) - before
    assert {path.relative_to(tmp_path).parts[0] for path in new} == {"out"}
