"""The private copy: plain files only, hashed while copied, never of a changing source."""

from __future__ import annotations

import hashlib
import os
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
