"""The pages of docs/ followed block by block, and built as a site without a warning."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, failures, followed, with_hypnic

pytestmark = pytest.mark.slow


def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "home").mkdir()
    return with_hypnic(tmp_path / "home")


@pytest.mark.parametrize("page", ["commands.md", "researchers.md"])
def test_a_page_is_followed_to_the_letter(page: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    done = followed(DOCS / page, tmp_path / "folder", environment(tmp_path))
    assert "\n\n".join(failures(done)) == ""
    assert len(done) > 3


@pytest.mark.parametrize(
    ("page", "without", "said"),
    [
        ("python.md", "", "Jerks in N1 5"),
        ("exchange.md", "python", "1 of 1 nights exported"),  # its Python: test_opened_nights
    ],
)
def test_a_page_of_the_project_s_folder_is_followed(
    page: str, without: str, said: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "sample_data", tmp_path / "folder" / "sample_data")
    done = followed(DOCS / page, tmp_path / "folder", environment(tmp_path), without=without)
    assert "\n\n".join(failures(done)) == ""
    assert said in done[-1].answer


def test_the_site_is_built_without_a_warning_and_asks_nobody(tmp_path: Path) -> None:
    options = ("--fail-on-warning", "--keep-going", "--nitpicky", "--quiet")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(DOCS), str(tmp_path / "site")],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert (built.stderr, built.returncode) == ("", 0)
    for page in (tmp_path / "site").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text
        assert 'rel="stylesheet" type="text/css" href="http' not in text
