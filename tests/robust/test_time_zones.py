"""Where and in what language a machine stands changes no byte of a result."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.robust.test_segment_run import cut

PROGRAM = """
import sys
from pathlib import Path
from pipeline import process
from pipeline.settings import Settings
print(process.score_study(Path(sys.argv[1]), Path(sys.argv[2]), Settings()).status)
"""
PLACES = (
    {"TZ": "UTC", "LC_ALL": "C"},
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
    {"TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8"},
)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("zones")
    study = cut(folder / "study.edf", range(400), onset_s=50_000)
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(study), str(folder / str(number))],
            env={**os.environ, **place},
        )
        for number, place in enumerate(PLACES)
    ]
    assert [run.wait() for run in runs] == [0, 0, 0]
    return [
        {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        for root in (folder / str(number) for number in range(len(PLACES)))
    ]


def test_results_are_the_same_bytes_in_every_time_zone_and_language(
    trees: list[dict[str, bytes]],
) -> None:
    first, *others = trees
    assert any(name.endswith("report.html") for name in first)
    for other in others:
        assert other.keys() == first.keys()
        assert [name for name in first if first[name] != other[name]] == []
