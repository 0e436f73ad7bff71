"""The private copy: plain files only, hashed while copied, never of a changing source."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import staged
from pipeline.errors import EdfError, PassingError
from pipeline.workspace import workspace


def test_the_copy_holds_the_content_and_only_the_ending_of_the_name(tmp_path: Path) -> None:
    source = tmp_path / "Jane Doe 1970.EDF"
    source.write_bytes(b"content")
    with workspace(tmp_path) as folder:
        copy = staged.stage_copy(source, folder)
        assert copy.path.read_bytes() == b"content"
        assert copy.path.name == "study.edf"
    assert copy.sha256 == hashlib.sha256(b"content").hexdigest()
    assert list((tmp_path / ".work").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are made otherwise there")
@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, kind: str) -> None:
    source = tmp_path / "study.edf"
    if kind == "link":
        (tmp_path / "other").write_bytes(b"x")
        source.symlink_to(tmp_path / "other")
    elif kind == "folder":
        source.mkdir()
    else:
        os.mkfifo(source)
    with pytest.raises(EdfError, match=f"NOT_PLAIN.*a {kind}"):
        staged.stage_copy(source, tmp_path)


def test_a_file_that_is_not_there_is_a_passing_fault(tmp_path: Path) -> None:
    with pytest.raises(PassingError, match="IO"):
        staged.stage_copy(tmp_path / "absent.edf", tmp_path)


def test_a_file_that_grows_while_it_is_copied_is_tried_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "growing.edf"
    source.write_bytes(b"first")
    read = os.read

    def read_and_grow(handle: int, n_bytes: int) -> bytes:
        block = read(handle, n_bytes)
        if block == b"first":
            with source.open("ab") as file:
                file.write(b"more")
        return block

    monkeypatch.setattr(os, "read", read_and_grow)
    with pytest.raises(PassingError, match="CHANGED"):
        staged.stage_copy(source, tmp_path, "copy")


def append(source: Path) -> None:
    with source.open("ab") as file:
        file.write(b"more")


def shrink(source: Path) -> None:
    os.truncate(source, 2)


def rewrite(source: Path) -> None:
    before = source.stat()
    with source.open("r+b") as file:
        file.write(b"FIRST")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(source: Path) -> None:
    other = source.with_name("other")
    other.write_bytes(b"other")
    other.replace(source)


def remove(source: Path) -> None:
    source.unlink()


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
@pytest.mark.parametrize("change", [append, shrink, rewrite, replace, remove])
@pytest.mark.parametrize("moment", ["before", "behind"])
def test_a_file_that_changes_while_it_is_copied_is_tried_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], moment: str
) -> None:
    source = tmp_path / "changing.edf"
    source.write_bytes(b"first")
    read = os.read
    changes = [change]

    def read_and_change(handle: int, n_bytes: int) -> bytes:
        if moment == "before" and changes:
            changes.pop()(source)
        block = read(handle, n_bytes)
        if moment == "behind" and changes:
            changes.pop()(source)
        return block

    monkeypatch.setattr(os, "read", read_and_change)
    with pytest.raises(PassingError, match="CHANGED"):
        staged.stage_copy(source, tmp_path, "copy")
    assert not changes


def test_a_file_that_never_stops_growing_is_not_copied_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "endless.edf"
    source.write_bytes(b"first")
    monkeypatch.setattr(os, "read", lambda *_: b"x" * 4)
    with pytest.raises(PassingError, match="8 bytes copied"):
        staged.stage_copy(source, tmp_path, "copy")


def test_a_file_that_another_thread_writes_is_noticed_and_copied_when_it_rests(
    tmp_path: Path,
) -> None:
    source = tmp_path / "busy.edf"
    source.write_bytes(bytes(32 << 20))
    is_over, has_begun = threading.Event(), threading.Event()

    def write() -> None:
        with source.open("r+b") as file:
            while not is_over.is_set():
                file.seek(0)
                file.write(os.urandom(64))
                file.flush()
                has_begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert has_begun.wait(10)
        with pytest.raises(PassingError, match="CHANGED"):
            staged.stage_copy(source, tmp_path, "first")
    finally:
        is_over.set()
        writer.join()
    copy = staged.stage_copy(source, tmp_path, "second")
    assert copy.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
