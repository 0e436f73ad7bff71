"""The Prefect flow does the work of the local runner: the same bytes, and no name anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "nap.edf"
NAME = "Doe_Jane_1970"


@dataclass(frozen=True)
class Run:
    """One run of the flow over a good study and a bad one."""

    folder: Path
    answer: subprocess.CompletedProcess[str]

    @property
    def results(self) -> Path:
        return self.folder / "by_flow"

    @property
    def prefect_home(self) -> Path:
        return self.folder / "prefect"


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PREFECT_HOME": str(folder / "prefect"),
        "HYPNIC_HOME": str(folder / "site"),
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PREFECT_API_URL", None)
    return subprocess.run(
        [sys.executable, "-m", *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=240,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("flow")
    studies = folder / NAME
    studies.mkdir()
    shutil.copy(SAMPLE, studies / f"{NAME}.edf")
    (studies / f"{NAME}_broken.edf").write_bytes(b"no EDF")
    words = ("flows.score_folder", str(studies), "--out", str(folder / "by_flow"))
    return Run(folder=folder, answer=python(folder, *words))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_quarantined_study_is_exit_code_1_and_the_other_is_done(run: Run) -> None:
    assert run.answer.returncode == 1, run.answer.stdout + run.answer.stderr
    assert "2 studies = 1 done + 1 quarantined + 0 pending" in run.answer.stdout
    assert "NOT_EDF" in run.answer.stdout


def test_the_results_are_those_of_the_local_runner_byte_for_byte(run: Run) -> None:
    words = ("batch", str(run.folder / NAME), "--out", str(run.folder / "by_batch"))
    local = python(run.folder, "pipeline.cli", *words)
    assert local.returncode == 1, local.stdout + local.stderr
    by_flow = tree(run.results)
    assert len([name for name in by_flow if name.startswith("nights/")]) == 11
    assert "index.html" in by_flow
    assert tree(run.folder / "by_batch") == by_flow


def test_prefect_keeps_no_name_and_no_path_of_a_study(run: Run) -> None:
    kept = tree(run.prefect_home)
    assert any(name.endswith(".db") for name in kept)
    assert [name for name, data in kept.items() if NAME.encode() in data] == []


def test_the_logs_name_studies_by_key_only(run: Run) -> None:
    assert "Finished in state Completed" in run.answer.stderr
    assert NAME not in run.answer.stderr


def test_the_list_of_studies_is_gone_when_they_are_done(run: Run) -> None:
    assert list((run.folder / "site" / "batches").iterdir()) == []


def test_a_mistake_in_the_settings_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text("[run]\njob = 1\n")
    words = ("flows.score_folder", str(SAMPLE.parent), "--out", str(tmp_path / "out"))
    answer = python(tmp_path, *words, "--config", str(tmp_path / "lab.toml"))
    assert answer.returncode == 2
    assert "did you mean run.jobs" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_prefect_keeps_no_folder_of_the_results(run: Run) -> None:
    kept = tree(run.prefect_home)
    assert [name for name, data in kept.items() if b"by_flow" in data] == []
