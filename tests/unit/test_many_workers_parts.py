"""A folder shared out among workers: the chunks, what comes back, what is lost."""

from __future__ import annotations

import copy
import multiprocessing
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.logging import disable_run_logger
from typer.testing import CliRunner

from flows import score_cluster, spread_folder, studies
from flows.environment import require_server
from flows.faults import FlowError
from flows.forms import SpreadForm
from pipeline import references
from pipeline.batches import Batch, recall_batch, remember_batch
from pipeline.errors import SettingsError
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.runner import Job


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("HYPNIC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    for module in (spread_folder, score_cluster):
        monkeypatch.setattr(module, "close", lambda *_: None)
    with disable_run_logger():
        yield tmp_path / "home"


def batch(folder: Path, n_studies: int) -> Batch:
    jobs = tuple(Job(source=folder / f"{n}.edf") for n in range(n_studies))
    return Batch(jobs=jobs, out=folder / "out")


def scored(job: Job) -> Outcome:
    return Outcome(status=OutcomeStatus.SCORED, study_key=job.source.stem)


class Workers:
    """A server whose workers do the chunks that they are willing to do."""

    def __init__(self, *, n_deaths: int = 0) -> None:
        self.keys: list[str] = []
        self.sizes: list[int] = []
        self._n_deaths = n_deaths

    def run(self, name: str, **given: Any) -> None:
        assert name == "score-folder/chunk"
        self.keys.append(given["idempotency_key"])
        if len(self.keys) <= self._n_deaths:
            return
        reference = given["parameters"]["place"]
        jobs = recall_batch(reference).jobs
        self.sizes.append(len(jobs))
        references.conclude(reference, [asdict(scored(job)) for job in jobs])


def spread(monkeypatch: pytest.MonkeyPatch, folder: Path, workers: Workers) -> list[Outcome]:
    found = batch(folder, 5)
    monkeypatch.setattr(spread_folder, "all_of", lambda _: found)
    monkeypatch.setattr(spread_folder, "run_deployment", workers.run)
    form = SpreadForm(studies_per_run=2, runs_at_a_time=1)
    state: Any = spread_folder.spread_folder.fn("lab", form)
    return studies.outcomes_of(state.data)


def test_every_study_is_in_one_chunk_and_comes_back_in_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    workers = Workers()
    outcomes = spread(monkeypatch, tmp_path, workers)
    assert workers.sizes == [2, 2, 1]
    assert [outcome.study_key for outcome in outcomes] == list("01234")
    assert list((home / "batches").iterdir()) == []


def test_the_chunk_of_a_dead_worker_goes_to_another_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workers = Workers(n_deaths=1)
    outcomes = spread(monkeypatch, tmp_path, workers)
    assert [outcome.study_key for outcome in outcomes] == list("01234")
    assert len(set(workers.keys)) == 4


def test_what_nobody_tells_of_stays_pending(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcomes = spread(monkeypatch, tmp_path, Workers(n_deaths=2))
    assert [outcome.code for outcome in outcomes] == ["RUN_LOST", "RUN_LOST", "", "", ""]
    assert {outcome.status for outcome in outcomes[:2]} == {OutcomeStatus.PENDING}


def test_what_became_of_a_reference_is_there_whole_or_not_at_all(home: Path) -> None:
    reference = references.remember({"wanted": 1})
    assert references.concluded(reference) is None
    references.conclude(reference, [{"status": "scored"}])
    references.conclude(reference, [{"status": "already scored"}])
    assert references.concluded(reference) == [{"status": "already scored"}]
    assert len(list((home / "batches").iterdir())) == 2
    references.forget(reference)
    assert list((home / "batches").iterdir()) == []


@pytest.mark.parametrize("module", ["spread", "cluster"])
def test_without_a_common_server_it_is_refused(module: str, tmp_path: Path) -> None:
    (tmp_path / "a.edf").write_bytes(b"x")
    main: Any = {"spread": spread_folder.main, "cluster": score_cluster.main}[module]
    words = [str(tmp_path), "--out", str(tmp_path / "out")]
    import typer

    shell = typer.Typer()
    shell.command()(main)
    result = CliRunner().invoke(shell, words)
    assert result.exit_code == 2
    assert "SERVER_MISSING" in result.output


def test_a_server_that_is_named_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="PREFECT_API_URL"):
        require_server()
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    require_server()


def test_a_pending_study_comes_back_whole_from_another_process() -> None:
    outcome = Outcome(status=OutcomeStatus.PENDING, code="IO")
    error = copy.copy(studies.StudyPendingError(outcome))
    assert error.outcome == outcome


# Dask


def test_a_cluster_scores_each_study_of_the_batch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = batch(tmp_path, 3)
    reference = remember_batch(found)

    def submit(given: str, number: int) -> Any:
        assert given == reference
        record = asdict(scored(found.jobs[number]))
        return SimpleNamespace(result=lambda **_: record)

    monkeypatch.setattr(score_cluster, "score_here", SimpleNamespace(submit=submit))
    state: Any = score_cluster.score_cluster.fn(reference)
    assert [each["study_key"] for each in state.data] == ["0", "1", "2"]
    assert state.message == "3 studies = 3 done + 0 quarantined + 0 pending"


class FakePool:
    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> FakePool:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def score(self, _: int, job: Job) -> Outcome:
        return scored(job)


def test_a_cluster_worker_gives_its_study_to_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(score_cluster, "StudyPool", FakePool)
    reference = remember_batch(batch(tmp_path, 2))
    state: Any = score_cluster.score_here.fn(reference, 1)
    assert state.data["study_key"] == "1"


def test_a_cluster_worker_that_may_start_no_process_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reference = remember_batch(batch(tmp_path, 1))
    monkeypatch.setattr(multiprocessing, "current_process", lambda: SimpleNamespace(daemon=True))
    with pytest.raises(FlowError, match="CLUSTER_DAEMON"):
        score_cluster.score_here.fn(reference, 0)


@pytest.mark.parametrize("scheduler", [None, "tcp://127.0.0.1:8786"])
def test_a_cluster_is_at_its_address_or_on_loopback(
    monkeypatch: pytest.MonkeyPatch, scheduler: str | None
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    monkeypatch.setattr(score_cluster, "dask_runner", lambda: lambda **given: given)
    with score_cluster.workers(scheduler, 3) as runner:
        given: Any = runner
    if scheduler is None:
        made = given["cluster_kwargs"]
        assert (made["host"], made["n_workers"]) == ("127.0.0.1", 3)
        assert made["dashboard_address"] is None
    else:
        assert given == {"address": scheduler}
