"""Kills, full disks and crowds of workers, at a size that every change can afford.

`make faults` runs the same scenes at their full size.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.robust.faults import scenes
from tests.robust.faults.calls import BROKEN, FULL, KILL
from tests.robust.faults.kills import batch, begin_batch
from tests.robust.faults.studies import good_studies
from tests.robust.faults.trials import ROOT

EVERY = 7
_PIECE_BYTES = 64  # a copy so slow that it outlasts any batch
pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="strace and /proc are Linux's"),
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPNIC_HOME", str(tmp_path / "home"))


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("fault", [KILL, FULL, BROKEN])
def test_a_fault_at_a_writing_call_loses_nothing_and_is_made_good(
    tmp_path: Path, fault: str
) -> None:
    seed = random.SystemRandom().randrange(EVERY)
    found = scenes.one_study(tmp_path / "scene", fault, every=EVERY, seed=seed)
    assert found.wrong == [], f"seed {seed}"


def test_batches_that_are_killed_at_random_end_as_one_that_was_not(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1000)
    found = scenes.killed_batches(tmp_path, n_studies=6, n_kills=12, seed=seed)
    assert found.wrong == [], f"seed {seed}"


def test_of_many_workers_on_the_same_studies_one_works_on_each(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1000)
    found = scenes.crowd(tmp_path, n_studies=20, n_workers=16, seed=seed)
    assert found.wrong == [], f"seed {seed}"


def test_bad_studies_change_nothing_of_the_good_ones(tmp_path: Path) -> None:
    assert scenes.poison(tmp_path, n_good=8, n_bad=10).wrong == []


def test_two_batches_on_one_folder_share_the_work(tmp_path: Path) -> None:
    good_studies(tmp_path / "in", 12)
    running = [begin_batch(tmp_path / "in", tmp_path / "out", n_jobs=1) for _ in range(2)]
    printed = [one.communicate()[0] for one in running]
    assert [one.returncode for one in running] == [0, 0], printed
    n_scored = sum(words.count(" scored ") for words in printed)
    n_already = sum(words.count(" already scored ") for words in printed)
    assert (n_scored - n_already, n_already) == (12, 12), printed
    assert list((tmp_path / "out" / ".work").iterdir()) == []


def test_the_same_study_under_two_names_is_scored_once(tmp_path: Path) -> None:
    [study] = good_studies(tmp_path / "in", 1)
    shutil.copy(study, study.with_name("<b>again<b>[red].edf"))
    code, printed = batch(tmp_path / "in", tmp_path / "out")
    assert code == 0, printed
    assert "2 studies = 2 done + 0 quarantined + 0 pending" in printed
    assert printed.count("already scored") == 1
    assert "<b>again<b>[red].edf" in printed
    assert len(list((tmp_path / "out").glob("nights/*/*"))) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """Give a file system of a few studies' size, or skip where none may be made."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2560k", "tmpfs", str(place)],
        check=False,
        capture_output=True,
    )
    if made.returncode != 0:
        pytest.skip("this user may mount nothing")
    return place


def test_a_full_disk_ends_the_batch_and_room_lets_it_go_on(
    tmp_path: Path, small_disk: Path
) -> None:
    try:
        good_studies(tmp_path / "in", 12)
        code, printed = batch(tmp_path / "in", small_disk / "out")
        assert code == 2, printed
        assert "0 quarantined" in printed
        assert "The disk is full." in printed
        assert "not begun" in printed
        n_done = len(list(small_disk.glob("out/nights/*/*/manifest.json")))
        assert 0 < n_done < 12
        assert f"12 studies = {n_done} done + 0 quarantined + {12 - n_done} pending" in printed
        assert list(small_disk.glob("out/.work/*")) == []
        subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
        code, printed = batch(tmp_path / "in", small_disk / "out")
        assert code == 0, printed
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


def test_a_limit_of_the_file_size_blames_no_study_and_publishes_nothing(tmp_path: Path) -> None:
    [study] = good_studies(tmp_path / "in", 1)

    script = "import sys, pathlib; from pipeline.process import score_study as s\n"
    script += "from pipeline.settings import Settings\n"
    script += "print(s(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), Settings()).status)"
    for size, status in ((100_000, "pending"), (64 << 20, "scored")):
        limited = f"ulimit -f {size // 512}; exec {sys.executable} -c '{script}' {study} out"
        done = subprocess.run(
            ["sh", "-c", limited],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == status, done.stderr
        assert len(list(tmp_path.glob("out/nights/*/*"))) == (status == "scored")
        assert list(tmp_path.glob("out/quarantine/*")) == []


def test_a_study_that_is_still_being_copied_is_not_scored_until_it_is_whole(
    tmp_path: Path,
) -> None:
    [study] = good_studies(tmp_path / "in", 1)
    content = study.read_bytes()
    study.write_bytes(content[: len(content) // 2])
    running = begin_batch(tmp_path / "in", tmp_path / "out")
    place = len(content) // 2
    with study.open("ab") as copy:
        while running.poll() is None and place < len(content) - _PIECE_BYTES:
            copy.write(content[place : place + _PIECE_BYTES])
            copy.flush()
            place += _PIECE_BYTES
            time.sleep(0.2)
    printed = running.communicate()[0]
    assert running.returncode == 2, printed
    assert "CHANGED" in printed
    assert not list(tmp_path.glob("out/nights/*/*"))
    study.write_bytes(content)
    assert batch(tmp_path / "in", tmp_path / "out")[0] == 0
