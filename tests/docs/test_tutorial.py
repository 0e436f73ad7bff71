"""The tutorial and the front page, followed to the letter in a fresh copy of the project."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, bare_environment, blocks, failures, followed

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Fresh:
    folder: Path
    environment: Mapping[str, str]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Give a clone of the last commit, for a user with an empty home."""
    base = tmp_path_factory.mktemp("fresh")
    (base / "home").mkdir()
    subprocess.run(
        ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(base / "hypnic")], check=True
    )
    return Fresh(base / "hypnic", bare_environment(base / "home"))


def test_the_tutorial_is_followed_to_the_letter(fresh: Fresh) -> None:
    done = followed(fresh.folder / "docs" / "tutorial.md", fresh.folder, fresh.environment)
    assert "\n\n".join(failures(done)) == ""
    assert done[-1].command.line.startswith("hypnic")
    assert not (ROOT / "mylab").exists()


def test_the_events_of_the_tutorial_open_in_luna(fresh: Fresh) -> None:
    (block,) = [b for b in blocks(fresh.folder / "docs" / "tutorial.md") if b.language == "python"]
    done = subprocess.run(
        [sys.executable, "-c", block.text],
        cwd=fresh.folder / "mylab", capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in ("hypnic_jerk", "LM", "N1"):
        assert name in done.stdout


def test_the_front_page_is_followed_to_the_letter(fresh: Fresh) -> None:
    done = followed(fresh.folder / "README.md", fresh.folder, fresh.environment)
    assert "\n\n".join(failures(done)) == ""
    assert len(list((fresh.folder / "demo" / "results").glob("nights/*/*/report.html"))) == 3
