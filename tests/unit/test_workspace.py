"""Private folders: gone when their owner is done, swept when it died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.workspace import sweep, workspace

HOLD = """
import sys, time
from pathlib import Path
from pipeline.workspace import workspace
with workspace(Path(sys.argv[1])) as folder:
    (folder / "study.edf").write_text("private")
    print("held", flush=True)
    time.sleep(60)
"""


def test_nothing_is_left_when_the_owner_is_done(tmp_path: Path) -> None:
    with workspace(tmp_path) as folder:
        (folder / "study.edf").write_text("private")
    assert list((tmp_path / ".work").iterdir()) == []


def test_a_folder_in_use_is_not_swept(tmp_path: Path) -> None:
    with workspace(tmp_path) as folder:
        assert sweep(tmp_path) == 0
        assert folder.is_dir()


@pytest.mark.skipif(os.name == "nt", reason="signals are other there")
def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        owner.send_signal(signal.SIGKILL)
    assert len(list(tmp_path.rglob("study.edf"))) == 1
    assert sweep(tmp_path) == 1
    assert list((tmp_path / ".work").iterdir()) == []
