"""Claims: one worker at a time, dead ones are followed, late ones publish nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import store, workspace
from pipeline.claims import claim
from pipeline.errors import PassingError
from pipeline.workspace import Watch, claim_place, sweep, sweep_into
from pipeline.workspace import workspace as private

STUDY = "s0123456789abcde-d0123456789abcde"
HOLD = """
import sys, time
from pathlib import Path
from pipeline.claims import claim
from pipeline.workspace import Watch, workspace
with workspace(Path(sys.argv[1]), float(sys.argv[3])) as mine:
    claim(mine, sys.argv[2], Watch())
    (mine / "draft").mkdir()
    (mine / "draft" / "night.json").write_text("mine")
    print("held", flush=True)
    time.sleep(60)
"""
on_posix = pytest.mark.skipif(os.name == "nt", reason="signals are other there")


@contextmanager
def holder(out: Path, silence_s: float = 60.0) -> Iterator[subprocess.Popen[str]]:
    """Give a process that holds the claim on the study."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(out), STUDY, str(silence_s)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        yield owner
        owner.kill()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process stand on another machine: what file locks say is of no use to it."""
    monkeypatch.setattr(workspace, "_host", lambda: "0" * 8)


def is_claimed(out: Path, watch: Watch | None = None, patience_s: float = 0.0) -> bool:
    with private(out) as mine:
        try:
            claim(mine, STUDY, watch or Watch(), patience_s=patience_s)
        except PassingError as error:
            assert error.code == "CLAIMED"  # noqa: PT017
            return False
    return True


def test_a_claim_lasts_as_long_as_its_owner_works(tmp_path: Path) -> None:
    with private(tmp_path) as mine:
        claim(mine, STUDY, Watch())
        assert not is_claimed(tmp_path)
    assert is_claimed(tmp_path)
    assert list((tmp_path / ".work").iterdir()) == []


def test_other_studies_are_free(tmp_path: Path) -> None:
    with private(tmp_path) as mine, private(tmp_path) as other:
        claim(mine, STUDY, Watch())
        claim(other, "another", Watch())
        assert claim_place(mine, "another").is_dir()


def test_whoever_waits_gets_the_study_when_it_is_free(tmp_path: Path) -> None:
    with private(tmp_path) as mine:
        claim(mine, STUDY, Watch())
        found: list[bool] = []
        waiter = threading.Thread(
            target=lambda: found.append(is_claimed(tmp_path, patience_s=30.0))
        )
        waiter.start()
        time.sleep(0.3)
        assert not found
    waiter.join()
    assert found == [True]


def test_of_many_that_claim_at_once_one_gets_it(tmp_path: Path) -> None:
    winners: list[Path] = []
    go = threading.Barrier(8)

    def run() -> None:
        with private(tmp_path) as mine:
            go.wait()
            try:
                claim(mine, STUDY, Watch())
                winners.append(mine)
            except PassingError:
                pass
            go.wait()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(winners) == 1


@on_posix
def test_a_killed_owner_is_followed_at_once_on_its_own_machine(tmp_path: Path) -> None:
    with holder(tmp_path) as owner:
        assert not is_claimed(tmp_path)
        owner.kill()
        owner.wait()
        assert is_claimed(tmp_path)
    assert list((tmp_path / ".work").iterdir()) == []


@on_posix
@pytest.mark.usefixtures("elsewhere")
def test_a_killed_owner_on_another_machine_is_followed_after_its_silence(tmp_path: Path) -> None:
    with holder(tmp_path) as owner:
        owner.kill()
        owner.wait()
        watch = Watch(0.3)
        assert not is_claimed(tmp_path, watch)
        assert is_claimed(tmp_path, watch, patience_s=30.0)


@pytest.mark.usefixtures("elsewhere")
def test_an_owner_on_another_machine_that_gives_signs_of_life_keeps_its_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private(tmp_path, 0.3) as mine:
        claim(mine, STUDY, Watch())
        monkeypatch.setattr(workspace, "_host", lambda: "1" * 8)
        assert not is_claimed(tmp_path, Watch(0.3), patience_s=1.0)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("jump_s", [-(10**9), 10**9])
def test_a_clock_that_jumps_neither_kills_nor_revives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump_s: int
) -> None:
    with private(tmp_path) as mine:
        monkeypatch.setattr(workspace, "_host", lambda: "1" * 8)
        lock = mine.with_suffix(".lock")
        watch = Watch(0.2)
        assert not watch.is_dead(lock)
        time.sleep(0.3)
        os.utime(lock, (time.time() + jump_s,) * 2)
        assert not watch.is_dead(lock)
        monkeypatch.setattr(time, "time", lambda: 0.0)
        time.sleep(0.3)
        assert watch.is_dead(lock)


@on_posix
def test_a_stopped_owner_is_followed_and_cannot_publish_when_it_comes_back(
    tmp_path: Path,
) -> None:
    with holder(tmp_path, 0.3) as owner:
        owner.send_signal(signal.SIGSTOP)
        assert is_claimed(tmp_path, Watch(0.3), patience_s=30.0)
        owner.send_signal(signal.SIGCONT)
        assert list(tmp_path.rglob("night.json")) == []


def test_a_late_owner_can_neither_publish_nor_claim_nor_set_aside(tmp_path: Path) -> None:
    target = store.night_folder(tmp_path, "s1", "d1")
    with private(tmp_path) as late, private(tmp_path) as other:
        draft = late / "draft"
        draft.mkdir()
        (draft / "night.json").write_text("late")
        late.rename(other / late.name)  # as a sweep does
        with pytest.raises((OSError, PassingError)):
            store.publish(draft, target, {})
        with pytest.raises(OSError):  # noqa: PT011  any will do: it has no folder
            claim(late, STUDY, Watch())
        with pytest.raises(OSError):  # noqa: PT011
            store.quarantine(tmp_path, "s1", {}, late)
    assert not target.exists()
    assert not list(tmp_path.glob("quarantine/*"))


def test_a_late_owner_leaves_the_claim_of_its_follower_alone(tmp_path: Path) -> None:
    with private(tmp_path) as other:
        with private(tmp_path) as late:
            claim(late, STUDY, Watch())
            taken = other / late.name
            late.rename(taken)
            claim_place(other, STUDY).rename(taken / "old.claim")
            claim(other, STUDY, Watch())
        assert (claim_place(other, STUDY) / other.name).exists()


@on_posix
def test_what_a_dead_sweeper_had_taken_is_taken_from_it(tmp_path: Path) -> None:
    with holder(tmp_path) as owner:
        owner.kill()
        owner.wait()
    parent = tmp_path / ".work"
    [first] = [path for path in parent.iterdir() if path.is_dir() and path.suffix == ""]
    sweeper = parent / f"{first.name[:-4]}beef"
    sweeper.mkdir()
    sweeper.with_suffix(".lock").touch()
    first.rename(sweeper / first.name)
    assert is_claimed(tmp_path)
    assert list(parent.iterdir()) == []


def test_a_claim_that_cannot_be_given_up_now_is_left_for_the_next_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private(tmp_path) as mine:
        claim(mine, STUDY, Watch())
        with monkeypatch.context() as patch, private(tmp_path) as dead:
            claim(dead, "another", Watch())

            def fail(*_: object) -> None:
                raise OSError(5, "Input/output error")

            patch.setattr(Path, "rename", fail)
        assert claim_place(mine, "another").exists()
        sweep_into(mine, Watch())
        assert not claim_place(mine, "another").exists()
        assert claim_place(mine, STUDY).exists()


def test_a_lock_that_its_owner_could_not_remove_is_swept(tmp_path: Path) -> None:
    with private(tmp_path) as mine:
        name = f"{mine.name[:-4]}dead"
        (mine.parent / f"{name}.lock").touch()
        (mine.parent / f"{mine.name[:-4]}cafe").mkdir()  # a folder without its lock
        assert sweep(tmp_path) == 1
        assert {path.name for path in mine.parent.iterdir()} == {mine.name, f"{mine.name}.lock"}


def test_a_volume_that_refuses_a_claim_is_told_as_it_is(tmp_path: Path) -> None:
    with private(tmp_path) as mine:
        shutil.rmtree(mine)
        with pytest.raises(FileNotFoundError):
            claim(mine, STUDY, Watch())
