"""Fixtures that every suite shares."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import edfio
import hypothesis
import pytest

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # two test processes share two cores

if not os.environ.get("CI"):  # there hypothesis takes its own profile: no deadline, no chance
    hypothesis.settings.register_profile("desk", deadline=None)
    hypothesis.settings.load_profile("desk")

SAMPLE = Path(__file__).parents[1] / "sample_data" / "nap.edf"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real recordings and reference answers, or skip where it is absent."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not (folder / "recordings").is_dir():
        pytest.skip("the reference recordings are not beside the project")
    return folder


@pytest.fixture(autouse=True, scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give every test run a site of its own, so that no test touches the user's."""
    home = tmp_path_factory.mktemp("site")
    os.environ["HYPNIC_HOME"] = str(home)
    return home


@pytest.fixture
def nap(tmp_path: Path) -> Path:
    """Give a copy of the committed nap in a folder of its own."""
    folder = tmp_path / "studies"
    folder.mkdir()
    return Path(shutil.copy(SAMPLE, folder / "nap.edf"))


@pytest.fixture
def study_of() -> Callable[[Path, set[str]], Path]:
    """Give a function that writes the nap with some of its channels only."""

    def write(folder: Path, labels: set[str]) -> Path:
        study = edfio.read_edf(SAMPLE)
        study.drop_signals([s.label for s in study.signals if s.label not in labels])
        study.set_annotations(())
        path = folder / "part.edf"
        study.write(path)
        return path

    return write
