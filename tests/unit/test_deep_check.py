"""`hypnic check --deep`: children that may die, and what is told of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import deep_check
from pipeline.cli.app import app
from pipeline.codes import Code
from pipeline.deep_check import DeepChecker, Opinion, second_opinion
from pipeline.settings import RunParameters
from tests.unit.edf_bytes import Signal, Study, tal

GAPS = tuple(tal(f"+{i}", "") for i in (0, 1, 20, 21))
FEED = (tal("+0", "") + tal("+0.5", "A\nB"), *(tal(f"+{i}", "") for i in (1, 2, 3)))
LEGAL = tuple(tal(f"+{i}", "") for i in range(4))


def opinion_of_a_dying_reader(path: Path, reader: str) -> Opinion:
    if reader == "edfio":
        os.kill(os.getpid(), signal.SIGBUS)
    return second_opinion(path, reader)


@pytest.fixture(scope="module")
def checker() -> Iterator[DeepChecker]:
    with DeepChecker(RunParameters()) as found:
        yield found


def written(folder: Path, study: Study) -> Path:
    path = folder / "study.edf"
    path.write_bytes(study.encode())
    return path


def test_a_legal_file_is_good(checker: DeepChecker, tmp_path: Path) -> None:
    found = checker.check(written(tmp_path, Study(lists=LEGAL)))
    assert found.is_good
    assert [o.refusal for o in found.opinions] == ["", ""]


def test_gaps_are_found_for_all_is_read(checker: DeepChecker, tmp_path: Path) -> None:
    found = checker.check(written(tmp_path, Study(lists=GAPS, reserved="EDF+D")))
    assert found.error is not None
    assert found.error.code == Code.DISCONTINUOUS
    assert not found.is_good


def test_a_refusal_is_no_disagreement(checker: DeepChecker, tmp_path: Path) -> None:
    study = Study(signals=[Signal(unit="µV".encode())], lists=LEGAL)
    found = checker.check(written(tmp_path, study))
    assert [bool(o.refusal) for o in found.opinions] == [True, False]
    assert found.is_good


def test_a_reader_that_dies_has_no_opinion_and_costs_nothing_else(
    checker: DeepChecker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deep_check, "second_opinion", opinion_of_a_dying_reader)
    path = written(tmp_path, Study(lists=LEGAL))
    found = checker.check(path)
    assert [o.refusal for o in found.opinions] == ["", "its process died"]
    monkeypatch.undo()
    assert [o.refusal for o in checker.check(path).opinions] == ["", ""]


def test_the_command_tells_each_disagreement_and_counts_the_files(tmp_path: Path) -> None:
    path = written(tmp_path, Study(lists=FEED))
    shown = CliRunner().invoke(app, ["check", "--deep", str(path)])
    assert f"{Code.SECOND_OPINION} (edfio, annotations)" in shown.output
    assert "A\nB" not in shown.output
    assert shown.output.rstrip().endswith("1 files, 1 with disagreements")
