"""A folder scored by one job, two, the flow, two workers of a pool and Dask: the same bytes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.deployments import POOL
from tests.flow_runs.lab import Lab, lab_server, wait_for
from tests.flow_runs.test_lab_server import another
from tests.flow_runs.test_score_folder import tree

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc"),
]
N_STUDIES = 4
SUMS = "5 studies = 4 done + 1 quarantined + 0 pending"


@dataclass(frozen=True)
class Ways:
    """A server with two workers, and a folder of studies that is not its inbox."""

    lab: Lab
    studies: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *words],
            env=self.lab.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def out(self, name: str) -> Path:
        return self.lab.folder / name

    def batch(self, n_jobs: int) -> dict[str, bytes]:
        out = self.out(f"jobs{n_jobs}")
        words = ("batch", str(self.studies), "--out", str(out), "--jobs", str(n_jobs))
        answer = self.run("pipeline.cli", *words)
        assert SUMS in answer.stdout, answer.stdout + answer.stderr
        return results(out)


def results(out: Path) -> dict[str, bytes]:
    """Give every file of the nights and of the quarantine."""
    kept = {name: data for name, data in tree(out).items() if name.split("/")[0] != ".work"}
    assert len({name.split("/")[1] for name in kept if name.startswith("nights/")}) == N_STUDIES
    return kept


@contextmanager
def second_worker(environment: Mapping[str, str]) -> Iterator[None]:
    words = ("worker", "start", "--pool", POOL, "--type", "process", "--name", "second")
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "--no-prompt", *words],
        env={**environment, "PREFECT_WORKER_QUERY_SECONDS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(120)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    folder = tmp_path_factory.mktemp("ways")
    studies = folder / "studies"
    studies.mkdir()
    for number in range(N_STUDIES):
        another(studies / f"night{number}.edf", number)
    (studies / "broken.edf").write_bytes(b"no EDF")
    with (
        lab_server(folder / "lab", "scoring_runs = 2\n") as lab,
        second_worker(lab.environment()),
    ):
        yield Ways(lab, studies)


@pytest.fixture(scope="module")
def by_one_job(ways: Ways) -> dict[str, bytes]:
    return ways.batch(1)


def test_two_jobs(ways: Ways, by_one_job: dict[str, bytes]) -> None:
    assert ways.batch(2) == by_one_job


def test_the_flow(ways: Ways, by_one_job: dict[str, bytes]) -> None:
    out = ways.out("flow")
    answer = ways.run("flows.score_folder", str(ways.studies), "--out", str(out))
    assert SUMS in answer.stdout, answer.stdout + answer.stderr
    assert results(out) == by_one_job


def test_two_workers_of_one_pool(ways: Ways, by_one_job: dict[str, bytes]) -> None:
    wait_for(lambda: len(ways.lab.ask(f"work_pools/{POOL}/workers/filter", {})) == 2)
    out = ways.out("spread")
    words = (str(ways.studies), "--out", str(out), "--studies-per-run", "1")
    answer = ways.run("flows.spread_folder", *words)
    assert SUMS in answer.stdout, answer.stdout + answer.stderr
    assert results(out) == by_one_job
    runs = [run for run in ways.lab.runs(flow="score-folder") if run["deployment_id"]]
    chunks = [run for run in runs if run["parameters"]["place"].startswith("b")]
    assert len(chunks) == N_STUDIES + 1
    workers = {run["infrastructure_pid"].split(":")[0] for run in chunks}
    assert workers  # each names its host; both workers are on this one


def test_a_dask_cluster_of_processes(ways: Ways, by_one_job: dict[str, bytes]) -> None:
    out = ways.out("dask")
    words = (str(ways.studies), "--out", str(out), "--workers", "2")
    answer = ways.run("flows.score_cluster", *words)
    assert SUMS in answer.stdout, answer.stdout + answer.stderr
    assert results(out) == by_one_job


def test_nothing_of_the_batches_is_left(ways: Ways, by_one_job: dict[str, bytes]) -> None:
    assert by_one_job
    assert list((ways.lab.home / "batches").iterdir()) == []
