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
from pipeline.children import Children
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
    source: Path,
    out: Path,
    _: Settings,
    *,
    on_step: Callable[[str], None],
    patience_s: float,
    **__: object,
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

    code = fake_fault(what, out, patience_s)
    if code:
        return Outcome(status=OutcomeStatus.PENDING, code=code, is_worth_retrying=True)
    return Outcome(status=OutcomeStatus.SCORED, study_key=what)


def fake_fault(what: str, out: Path, patience_s: float) -> str:
    """Give the code of the passing fault that the file's text asks for."""
    if what == "full":
        return "DISK_FULL"
    if what == "held":
        with (out / "looks").open("a") as looks:
            looks.write(".")
        return "CLAIMED"
    if what == "once" and not (out / "tried").exists():
        (out / "tried").write_text("")
        return "IO"
    return "CLAIMED" if what == "claimed" and patience_s == 0 else ""


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let children inherit the fake study: a fork server or a spawned child would not."""
    monkeypatch.setattr(runner, "scoring_context", lambda: multiprocessing.get_context("fork"))
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


def test_a_full_disk_ends_the_batch_and_blames_no_study(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "a", *["full"] * 2, *["b"] * 20, tries=1, jobs=2)
    assert outcomes[0].status is OutcomeStatus.SCORED
    assert {outcome.status for outcome in outcomes.values()} <= {
        OutcomeStatus.SCORED,
        OutcomeStatus.PENDING,
    }
    assert {outcomes[number].code for number in (1, 2, 21, 22)} == {"DISK_FULL"}
    assert "not begun" in outcomes[22].message
    assert len(outcomes) == 23


def test_nothing_is_begun_in_a_pool_that_met_a_full_disk(tmp_path: Path) -> None:
    for name in ("full", "a"):
        (tmp_path / f"{name}.edf").write_text(name)
    with StudyPool(tmp_path / "out", settings(tries=1), n_jobs=1) as pool:
        assert pool.score(0, Job(source=tmp_path / "full.edf")).code == "DISK_FULL"
        assert "not begun" in pool.score(1, Job(source=tmp_path / "a.edf")).message


def test_a_study_that_another_worker_has_is_waited_for_last(tmp_path: Path) -> None:
    outcomes = run(tmp_path, "claimed", "a", "b")
    assert list(outcomes)[-1] == 0
    assert outcomes[0].status is OutcomeStatus.SCORED


def test_a_study_that_another_worker_keeps_is_waited_for_as_long_as_a_study_may_take(
    tmp_path: Path,
) -> None:
    (tmp_path / "out").mkdir()
    outcomes = run(tmp_path, "held", time_limit_s=9.0, claim_silence_s=1.5, tries=2)
    assert (outcomes[0].status, outcomes[0].code) == (OutcomeStatus.PENDING, "CLAIMED")
    n_looks = len((tmp_path / "out" / "looks").read_text())
    assert n_looks == 1 + 4  # first, then each of twice the silence


def test_a_fault_of_the_pool_itself_is_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "score_study", lambda *_, **__: 1 / 0)
    outcomes = run(tmp_path, "a")
    assert (outcomes[0].status, outcomes[0].code) == (OutcomeStatus.QUARANTINED, "INTERNAL_ERROR")


def test_a_child_that_dies_between_two_studies_costs_none(tmp_path: Path) -> None:
    """The pool breaks with it; a new one goes on."""
    for name in "abc":
        (tmp_path / f"{name}.edf").write_text(name)
    with StudyPool(tmp_path / "out", settings(tries=2), n_jobs=2) as pool:
        assert pool.score(0, Job(source=tmp_path / "a.edf")).status is OutcomeStatus.SCORED
        for child in multiprocessing.active_children():
            child.kill()
        jobs = [Job(source=tmp_path / f"{name}.edf") for name in ("b", "c")]
        outcomes = dict(pool.score_all(jobs))
    assert [outcomes[n].status for n in range(2)] == [OutcomeStatus.SCORED] * 2


def test_studies_of_a_pool_that_breaks_are_tried_again_and_never_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import Future
    from concurrent.futures.process import BrokenProcessPool

    def broken(*_: object, **__: object) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        future.set_exception(BrokenProcessPool("it broke"))
        return future

    monkeypatch.setattr(Children, "submit", broken)
    outcomes = run(tmp_path, "a", tries=3)
    assert (outcomes[0].status, outcomes[0].code) == (OutcomeStatus.PENDING, "CHILD_DIED")
    assert not (tmp_path / "out" / "quarantine").exists()
