"""Study keys say nothing of a study without the site's secret."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pipeline import privacy


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(privacy.HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_site_secret_stays_the_same_once_it_is_made() -> None:
    assert privacy.site_secret() == privacy.site_secret()
    assert len(privacy.site_secret()) == 32


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file modes")
def test_only_the_owner_may_read_the_secret_and_the_sources(home: Path) -> None:
    privacy.site_secret()
    privacy.remember_source("s1", Path("study.edf"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
    assert modes == {"site_secret": 0o600, "sources.tsv": 0o600}


def test_keys_differ_between_studies_and_between_sites() -> None:
    keys = {privacy.study_key(i, s) for i in ("a", "b") for s in (b"one", b"two")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {privacy.KEY_CHARACTERS}


def test_a_source_is_remembered_once(home: Path) -> None:
    for key in ("s1", "s2", "s1"):
        privacy.remember_source(key, Path(f"{key}.edf"))
    rows = (home / "sources.tsv").read_text().splitlines()
    assert [row.split("\t")[0] for row in rows] == ["s1", "s2"]
