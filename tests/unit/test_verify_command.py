"""`hypnic verify`: damaged nights are named, whole ones counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import store
from pipeline.cli.app import app
from pipeline.errors import ResultError


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Give an output folder with two nights."""
    for key in ("s1", "s2"):
        draft = tmp_path / f"draft_{key}"
        draft.mkdir()
        (draft / "night.json").write_text(key)
        store.publish(draft, store.night_folder(tmp_path, key, "d1"), {})
    return tmp_path


def verify(folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["verify", str(folder)])
    return result.exit_code, " ".join(result.output.split())


def test_whole_nights_are_counted(out: Path) -> None:
    assert verify(out) == (0, "2 nights = 2 whole + 0 damaged")
    assert verify(out / "nights" / "s1" / "d1") == (0, "1 nights = 1 whole + 0 damaged")


def test_a_flipped_byte_and_a_lost_manifest_are_named_and_answered_with_1(out: Path) -> None:
    (out / "nights" / "s1" / "d1" / "night.json").write_text("t1")
    (out / "nights" / "s2" / "d1" / store.MANIFEST).unlink()
    verdict, words = verify(out)
    assert verdict == 1
    assert "night.json differs" in words
    assert "manifest.json cannot be read" in words
    assert words.endswith("2 nights = 0 whole + 2 damaged")


def test_a_night_that_cannot_be_read_is_told(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> str:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store, "sha256_file", fail)
    verdict, words = verify(out)
    assert verdict == 1
    assert "Input/output error" in words


def test_a_folder_without_nights_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["verify", str(tmp_path)])
    assert isinstance(result.exception, ResultError)
    assert result.exception.code == "NO_RESULT"
