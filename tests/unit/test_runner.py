"""Child processes: one that dies or hangs costs one study, and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import process, read_ahead, runner
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.runner import Job, StudyPool
from pipeline.settings import Settings, load

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="fork does not exist there"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


def settings(**run: object) -> Settings:
    return load(None, {f"run.{key}": value for key, value in run.items()}).settings


def waited_for(path: Path) -> bool:
    for _ in range(500):
        if path.exists():
            return True
        time.sleep(0.01)
    return False


def fake_study(
    source: Path, out: Path, _: Settings, *, on_step: Callable[[str], None], **__: object
) -> Outcome:
    """Do what the file's text says."""
    what = source.read_text()
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "hang":
        time.sleep(60)
    if what == "eat":
        try:
            bytearray(8 << 30)
        except MemoryError:
            return Outcome(status=OutcomeStatus.QUARANTINED, code="MEMORY_LIMIT")
    if what == "steps":
        on_step("reading")
    if what == "wait":
        on_step("reading")
        what = "ahead" if waited_for(out / "read_ahead") else "alone"
    if what == "once" and not (out / "tried").exists():
        (out / "tried").write_text("")
        return Outcome(status=OutcomeStatus.PENDING, code="IO", is_worth_retrying=True)
    return Outcome(status=OutcomeStatus.SCORED, study_key=what)


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let children inherit the fake study: a fork server or a spawned child would not."""
    monkeypatch.setattr(runner, "child_context", lambda _: multiprocessing.get_context("fork"))
    monkeypatch.setattr(process, "score_study", fake_study)


def run(folder: Path, *texts: str, **run_settings: object) -> dict[int, Outcome]:
    jobs = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.edf"
        path.write_text(text)
        jobs.append(Job(source=path))
    with StudyPool(folder / "out", settings(**run_settings), n_jobs=2) as pool:
        return dict(pool.score_all(jobs))


def test_a_killed_child_costs_its_own_study_only(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "a", "die", "b", tries=2)
    assert [outcomes[n].status.value for n in range(3)] == ["scored", "quarantined", "scored"]
    assert outcomes[1].code == "CHILD_DIED"


def test_a_hung_child_is_stopped_and_told(tmp_path: Path) -> None:
    began = time.monotonic()
    outcomes = run(tmp_path, "hang", "a", tries=1, time_limit_s=1.0)
    assert (outcomes[0].code, outcomes[1].status) == ("TIME_LIMIT", OutcomeStatus.SCORED)
    assert time.monotonic() - began < 20


def test_a_child_cannot_take_more_memory_than_its_limit(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "eat", "a", tries=1)
    assert outcomes[0].code == "MEMORY_LIMIT"
    assert outcomes[1].status is OutcomeStatus.SCORED


def test_a_passing_fault_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert run(tmp_path, "once", tries=2)[0].status is OutcomeStatus.SCORED


def test_a_passing_fault_that_stays_is_pending(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert run(tmp_path, "once", tries=1)[0].status is OutcomeStatus.PENDING


def test_steps_of_each_study_are_told(tmp_path: Path) -> None:
    told: list[tuple[int, str]] = []
    (tmp_path / "s.edf").write_text("steps")
    jobs = [Job(source=tmp_path / "s.edf")] * 2
    with StudyPool(
        tmp_path / "out", settings(), n_jobs=1, on_step=lambda n, step: told.append((n, step))
    ) as pool:
        list(pool.score_all(jobs))
    assert told == [(0, "reading"), (1, "reading")]


def test_the_next_study_is_read_while_one_is_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(path: Path) -> int:
        (tmp_path / "out" / "read_ahead").write_text(path.name)
        return 0

    monkeypatch.setattr(read_ahead, "read_through", note)
    assert run(tmp_path, "wait", "good")[0].study_key == "ahead"


def test_nothing_is_read_ahead_where_the_settings_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_read: list[Path] = []
    monkeypatch.setattr(read_ahead, "read_through", was_read.append)
    run(tmp_path, "steps", "steps", read_ahead=0)
    assert was_read == []
