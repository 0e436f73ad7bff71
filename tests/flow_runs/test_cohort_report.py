"""The Prefect flow of a cohort does the work of the command, and no path reaches Prefect."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flow_runs.test_score_folder import python, tree
from tests.unit.cohort_results import key_of, write_result

pytestmark = pytest.mark.slow  # each run starts a server of its own

NAME = "Doe_Jane_1970"
NIGHT = "WWWW" + "1" * 20 + "2" * 20


@dataclass(frozen=True)
class Run:
    folder: Path
    answer: subprocess.CompletedProcess[str]


def words(folder: Path, out: str) -> tuple[str, ...]:
    place = folder / NAME
    table = place / f"{NAME}.tsv"
    return (str(place / "results"), "--participants", str(table), "--out", str(place / out))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("cohort_flow")
    keys = [key_of(f"flow {i}") for i in range(3)]
    for i, key in enumerate(keys):
        write_result(folder / NAME / "results", key, NIGHT, [150.0 + 10.0 * k for k in range(i)])
    rows = "".join(f"{key}\t{NAME}_{i}\n" for i, key in enumerate(keys))
    (folder / NAME / f"{NAME}.tsv").write_text(f"study_key\tparticipant_id\n{rows}")
    return Run(
        folder=folder, answer=python(folder, "flows.cohort_report", *words(folder, "by_flow"))
    )


def test_the_flow_says_what_it_made(run: Run) -> None:
    assert run.answer.returncode == 0, run.answer.stdout + run.answer.stderr
    assert "3 persons, 3 nights" in run.answer.stdout


def test_the_files_are_those_of_the_command_byte_for_byte(run: Run) -> None:
    local = python(run.folder, "pipeline.cli", "cohort", *words(run.folder, "by_command"))
    assert local.returncode == 0, local.stdout + local.stderr
    by_flow = tree(run.folder / NAME / "by_flow")
    assert "cohort.html" in by_flow
    assert tree(run.folder / NAME / "by_command") == by_flow


def test_prefect_keeps_no_name_and_no_path(run: Run) -> None:
    kept = tree(run.folder / "prefect")
    assert any(name.endswith(".db") for name in kept)
    assert [name for name, data in kept.items() if NAME.encode() in data] == []
    assert NAME not in run.answer.stderr


def test_the_request_is_gone_when_it_is_done(run: Run) -> None:
    assert list((run.folder / "site" / "batches").iterdir()) == []


def test_a_missing_table_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / NAME / "results").mkdir(parents=True)
    answer = python(tmp_path, "flows.cohort_report", *words(tmp_path, "out"))
    assert answer.returncode == 2
    assert "NOT_FOUND" in answer.stderr
    assert "Traceback" not in answer.stderr
