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


def test_a_row_that_a_full_disk_tore_spoils_no_other(home: Path) -> None:
    privacy.remember_source("s1", Path("one.edf"))
    table = home / "sources.tsv"
    table.write_bytes(table.read_bytes()[:-3])
    privacy.remember_source("s2", Path("two.edf"))
    assert table.read_text().splitlines()[1].startswith("s2\t")


def test_what_a_process_left_that_died_as_it_made_the_secret_is_removed(home: Path) -> None:
    secret = privacy.site_secret()
    (home / "site_secret.1.draft").hardlink_to(home / "site_secret")
    assert privacy.site_secret() == secret
    assert [path.name for path in home.iterdir()] == ["site_secret"]


def test_a_secret_whose_draft_another_process_removed_is_the_others(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(draft: Path, path: Path) -> None:
        path.write_text("5a" * 32)
        Path(draft).unlink()
        raise FileNotFoundError

    monkeypatch.setattr(os, "link", late)
    assert privacy.site_secret() == bytes.fromhex("5a" * 32)


def test_a_secret_is_made_on_a_volume_without_links(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    assert len(privacy.site_secret()) == 32
    assert [path.name for path in home.iterdir()] == ["site_secret"]


def test_a_secret_that_the_disk_has_no_room_for_is_not_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _: str) -> None:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(privacy, "_write_private", full)
    with pytest.raises(OSError, match="No space"):
        privacy.site_secret()
    assert list(home.iterdir()) == []
