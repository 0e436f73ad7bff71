"""Reading ahead: the right studies in the right order, and no fault of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import read_ahead
from pipeline.read_ahead import ReadAhead, read_through


def eventually(is_so: Callable[[], bool]) -> bool:
    for _ in range(500):
        if is_so():
            return True
        time.sleep(0.01)
    return False


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.fixture
def was_read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found: list[Path] = []

    def note(path: Path) -> int:
        found.append(path)
        return 0

    monkeypatch.setattr(read_ahead, "read_through", note)
    return found


def ahead(n_ahead: int, names: str) -> ReadAhead:
    made = ReadAhead({number: Path(name) for number, name in enumerate(names)}, n_ahead)
    made.start()
    return made


def test_each_study_that_begins_brings_the_next_ones(was_read: list[Path]) -> None:
    reader = ahead(2, "abcdef")
    reader.began(0)
    assert eventually(lambda: names(was_read) == ["b", "c"])
    reader.began(1)
    assert eventually(lambda: names(was_read) == ["b", "c", "d", "e"])


def test_a_second_word_of_the_same_study_brings_nothing(was_read: list[Path]) -> None:
    reader = ahead(1, "abc")
    for _ in range(3):
        reader.began(0)
    assert eventually(lambda: names(was_read) == ["b"])
    reader.began(1)
    assert eventually(lambda: names(was_read) == ["b", "c"])


def test_a_study_that_has_begun_meanwhile_is_not_read(was_read: list[Path]) -> None:
    reader = ReadAhead({0: Path("a"), 1: Path("b"), 2: Path("c")}, 1)
    reader.began(0)
    reader.began(1)
    reader.start()
    assert eventually(lambda: names(was_read) == ["c"])


def test_nothing_is_read_when_it_is_switched_off(was_read: list[Path]) -> None:
    reader = ahead(0, "abc")
    reader.began(0)
    reader.stop()
    reader._thread.join(5)
    assert not reader._thread.is_alive()
    assert was_read == []


@pytest.mark.parametrize(("is_there", "n_bytes"), [(False, 5_000_001), (True, 0)])
def test_what_is_not_in_memory_is_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_there: bool, n_bytes: int
) -> None:
    monkeypatch.setattr(read_ahead, "_is_in_memory", lambda file, offset: is_there)
    study = tmp_path / "study.edf"
    study.write_bytes(b"x" * 5_000_001)
    assert read_through(study) == n_bytes
    assert read_through(tmp_path / "gone.edf") == 0


@pytest.mark.parametrize("can_tell", [True, False])
def test_where_no_system_can_tell_all_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, can_tell: bool
) -> None:
    def refuse(*_: object) -> int:
        raise OSError

    monkeypatch.setattr(os, "preadv", refuse, raising=False)
    if not can_tell:
        monkeypatch.delattr(os, "RWF_NOWAIT", raising=False)
    study = tmp_path / "study.edf"
    study.write_bytes(b"x" * 100)
    assert read_through(study) == 100


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "study.edf").write_bytes(b"patient")
    (tmp_path / "link.edf").symlink_to(tmp_path / "study.edf")
    assert read_through(tmp_path / "link.edf") == 0
