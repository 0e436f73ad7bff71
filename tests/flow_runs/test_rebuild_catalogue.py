"""The Prefect flow of the catalogue does the work of the command, and no path reaches Prefect."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline import catalogue
from tests.flow_runs.test_score_folder import python, tree
from tests.unit.cohort_results import key_of, write_result

pytestmark = pytest.mark.slow  # each run starts a server of its own

NAME = "Doe_Jane_1970"
NIGHT = "WWWW" + "1" * 20 + "2" * 20


@dataclass(frozen=True)
class Run:
    folder: Path
    results: Path
    answer: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give the flow's run over two whole nights and one that is damaged."""
    folder = tmp_path_factory.mktemp("catalogue_flow")
    results = folder / NAME / "results"
    nights = [write_result(results, key_of(f"flow {i}"), NIGHT, [150.0]) for i in range(3)]
    (nights[2] / "events.parquet").write_bytes(b"PAR1")
    answer = python(folder, "flows.rebuild_catalogue", str(results))
    return Run(folder=folder, results=results, answer=answer)


def test_the_flow_says_what_it_took_and_what_it_left_out(run: Run) -> None:
    assert run.answer.returncode == 1, run.answer.stdout + run.answer.stderr
    assert "2 nights compacted, 1 left out" in run.answer.stdout
    assert "RESULT_DAMAGED" in run.answer.stderr


def test_queries_answer_from_what_the_flow_made(run: Run) -> None:
    assert (run.results / "catalogue" / "current.json").is_file()
    nights = catalogue.open(run.results)
    assert nights.sql("SELECT count(DISTINCT study_key) FROM events").fetchall() == [(2,)]
    assert nights.notices == []


def test_prefect_keeps_no_name_and_no_path(run: Run) -> None:
    kept = tree(run.folder / "prefect")
    assert any(name.endswith(".db") for name in kept)
    assert [name for name, data in kept.items() if NAME.encode() in data] == []
    assert NAME not in run.answer.stderr


def test_the_reference_is_gone_when_it_is_done(run: Run) -> None:
    assert list((run.folder / "site" / "batches").iterdir()) == []


def test_a_missing_folder_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    answer = python(tmp_path, "flows.rebuild_catalogue", str(tmp_path / NAME))
    assert answer.returncode == 2
    assert "NOT_FOUND" in answer.stderr
    assert "Traceback" not in answer.stderr
