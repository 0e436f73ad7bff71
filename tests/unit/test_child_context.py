"""What a child process that scores studies begins with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A program that loads what no study needs, as a flow loads Prefect.
PROGRAM = """
import json, sys, wave
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from pipeline.child_context import scoring_context
from pipeline.process import score_study
from pipeline.settings import Settings
from tests.unit.test_child_context import loaded

if __name__ == "__main__":
    with ProcessPoolExecutor(max_workers=1, mp_context=scoring_context()) as children:
        before = children.submit(loaded).result()
        out = Path(sys.argv[2])
        outcome = children.submit(score_study, Path(sys.argv[1]), out, Settings()).result()
        after = children.submit(loaded).result()
    print(json.dumps([before, after, outcome.status.value]))
"""


SPAWNING = """
import json, sys, wave
from concurrent.futures import ProcessPoolExecutor
from pipeline import child_context
from tests.unit.test_child_context import loaded

if __name__ == "__main__":
    child_context.multiprocessing.get_all_start_methods = lambda: ["spawn"]
    with ProcessPoolExecutor(max_workers=1, mp_context=child_context.child_context([])) as child:
        found = child.submit(loaded).result()
    print(json.dumps([found, hasattr(sys.modules["__main__"], "wave")]))
"""


def loaded() -> list[str]:
    """Give the names of the modules that this process has loaded."""
    return list(sys.modules)


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """Give what a child of the program had loaded before it scored a study, and after."""
    folder = tmp_path_factory.mktemp("child")
    program = folder / "program.py"
    program.write_text(PROGRAM)
    study = ROOT / "sample_data" / "nap.edf"
    done = subprocess.run(
        [sys.executable, program, study, folder / "out"],
        env={"PATH": "", "PYTHONPATH": str(ROOT), "HYPNIC_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=True,
    )
    before, after, status = json.loads(done.stdout)
    assert status == "scored"
    return set(before), set(after)


def test_a_child_does_not_load_what_its_parent_was_started_from(
    modules: tuple[set[str], set[str]],
) -> None:
    before, after = modules
    assert "pipeline.process" in before
    assert "wave" not in before | after


def test_a_child_finds_the_heavy_modules_loaded(modules: tuple[set[str], set[str]]) -> None:
    before, after = modules
    heavy = ("mne", "numpy", "pandas", "pipeline", "scipy")
    assert [name for name in sorted(after - before) if name.split(".")[0] in heavy] == []


def test_where_children_are_spawned_they_load_no_more_and_the_parent_stays_itself(
    tmp_path: Path,
) -> None:
    program = tmp_path / "program.py"
    program.write_text(SPAWNING)
    done = subprocess.run(
        [sys.executable, program],
        env={"PATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    found, is_itself = json.loads(done.stdout)
    assert "tests.unit.test_child_context" in found
    assert "wave" not in found
    assert is_itself
