"""Files that are no studies are refused where they lie: nothing of them is copied."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import inputs, plainfile, process, staged
from pipeline.admission import admit_scoring, admit_study, look_at
from pipeline.errors import EdfError, PassingError, ResourceError, ScoringError
from pipeline.outcome import OutcomeStatus
from pipeline.settings import Settings
from tests.unit.edf_bytes import Study, tal

SETTINGS = Settings()
SIX_GIB = 6 * 2**30
MOST_MIB = SETTINGS.run.largest_study_mib


@pytest.fixture
def uncopied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every copy fail the test."""

    def copy(*_: object) -> None:
        raise AssertionError("it was copied")

    monkeypatch.setattr(inputs, "stage_copy", copy)


def written(path: Path, content: bytes, size: int | None = None) -> Path:
    path.write_bytes(content)
    if size is not None:
        os.truncate(path, size)
    return path


GIANT = Study(n_records="-1", duration="0.002").encode()


@pytest.mark.usefixtures("uncopied")
@pytest.mark.parametrize(
    ("content", "size", "code"),
    [
        (b"", None, "EMPTY"),
        (b"", SIX_GIB, "NOT_EDF"),
        (b"PK\x03\x04" + bytes(600), None, "COMPRESSED"),
        (b"\x1f\x8b" + bytes(600), SIX_GIB, "COMPRESSED"),
        (b"<html>", None, "NOT_EDF"),
        (GIANT, SIX_GIB, "RESOURCE"),
        (Study(n_records="99999999").encode(), SIX_GIB, "RECORD_DURATION"),
        (Study(n_signals="9999", header_bytes="2560000").encode(), None, "HEADER_TRUNCATED"),
        (Study(duration="99999999").encode(), None, "RECORD_DURATION"),
    ],
)
def test_what_is_no_study_is_refused_before_it_is_copied(
    tmp_path: Path, content: bytes, size: int | None, code: str
) -> None:
    path = written(tmp_path / "x.edf", content, size)
    outcome = process.score_study(path, tmp_path / "out", SETTINGS)
    assert (outcome.status, outcome.code) == (OutcomeStatus.QUARANTINED, code)


@pytest.mark.usefixtures("uncopied")
def test_a_bomb_as_scoring_is_said_to_be_the_scoring(tmp_path: Path) -> None:
    study = written(tmp_path / "s.edf", Study().encode())
    bomb = written(tmp_path / "h.edf", GIANT, SIX_GIB)
    outcome = process.score_study(study, tmp_path / "out", SETTINGS, scoring=bomb)
    assert outcome.code == "RESOURCE"
    assert "scoring file" in outcome.message
    with pytest.raises(ScoringError, match="RESOURCE"):
        admit_scoring((bomb,), most_mib=MOST_MIB)


def test_the_limit_is_a_setting_that_the_refusal_names(tmp_path: Path) -> None:
    path = written(tmp_path / "x.edf", GIANT, 3 * 2**20)
    admit_study(path, most_mib=3)
    os.truncate(path, 3 * 2**20 + 1)
    with pytest.raises(ResourceError, match=r"run\.largest_study_mib"):
        admit_study(path, most_mib=3)


def test_the_copy_is_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = written(tmp_path / "x.edf", Study().encode())
    copy = staged.stage_copy

    def swapped(path: Path, folder: Path, name: str = "study") -> staged.StagedStudy:
        path.write_bytes(b"no longer a study")
        return copy(path, folder, name)

    monkeypatch.setattr(inputs, "stage_copy", swapped)
    assert process.score_study(source, tmp_path / "out", SETTINGS).code == "NOT_EDF"


def test_a_refused_file_that_was_put_right_leaves_quarantine(tmp_path: Path) -> None:
    source = written(tmp_path / "x.edf", b"")
    assert process.score_study(source, tmp_path / "out", SETTINGS).code == "EMPTY"
    source.write_bytes((Path(__file__).parents[2] / "sample_data" / "nap.edf").read_bytes())
    assert process.score_study(source, tmp_path / "out", SETTINGS).is_done
    assert list((tmp_path / "out" / "quarantine").iterdir()) == []


# Files that still grow


def grown(path: Path, content: bytes) -> threading.Timer:
    """Let the file grow to its full content in a moment."""
    timer = threading.Timer(0.2, path.write_bytes, [content])
    timer.start()
    return timer


@pytest.mark.parametrize("kept", [0, 300, -100])
def test_a_file_that_is_cut_and_grows_is_pending(tmp_path: Path, kept: int) -> None:
    content = Study().encode()
    source = written(tmp_path / "x.edf", content[:kept])
    timer = grown(source, content)
    with pytest.raises(PassingError, match=r"CHANGED.*bytes at first"):
        admit_study(source, most_mib=MOST_MIB, settle_s=10.0)
    timer.join()
    admit_study(source, most_mib=MOST_MIB, settle_s=10.0)


def test_a_file_that_was_cut_long_ago_is_not_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = written(tmp_path / "x.edf", b"")
    os.utime(source, (1e9, 1e9))
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("it was watched"))
    with pytest.raises(EdfError, match="EMPTY"):
        admit_study(source, most_mib=MOST_MIB, settle_s=10.0)


def test_a_file_that_stays_cut_is_judged_as_it_is(tmp_path: Path) -> None:
    source = written(tmp_path / "x.edf", Study().encode()[:300])
    with pytest.raises(EdfError, match="HEADER_TRUNCATED"):
        admit_study(source, most_mib=MOST_MIB, settle_s=0.2)


def test_a_file_that_was_the_same_some_time_ago_is_not_watched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = written(tmp_path / "x.edf", Study().encode()[:300])
    look = look_at(source)
    assert look is not None
    earlier = replace(look, at_s=look.at_s - 10.0)
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("it was watched"))
    with pytest.raises(EdfError, match="HEADER_TRUNCATED"):
        admit_study(source, most_mib=MOST_MIB, settle_s=10.0, look=earlier)


def test_a_file_that_has_changed_since_is_watched_anew(tmp_path: Path) -> None:
    source = written(tmp_path / "x.edf", Study().encode()[:300])
    look = look_at(source)
    assert look is not None
    earlier = replace(look, at_s=look.at_s - 100.0)
    source.write_bytes(Study().encode()[:301])
    timer = grown(source, Study().encode())
    with pytest.raises(PassingError, match=r"CHANGED.*301 bytes at first"):
        admit_study(source, most_mib=MOST_MIB, settle_s=10.0, look=earlier)
    timer.join()
    assert look_at(tmp_path / "none.edf") is None


# One way of opening


def test_files_are_opened_for_reading_without_links_or_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = written(tmp_path / "x.edf", Study(lists=[tal("+0", "")] * 4).encode())
    source.chmod(0o400)
    seen: dict[str, list[int]] = {}
    system_open = os.open

    def spy(path: Path, flags: int, mode: int = 0o777, **more: object) -> int:
        seen.setdefault(os.fspath(path), []).append(flags)
        return system_open(path, flags, mode, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", spy)
    admit_study(source, most_mib=MOST_MIB)
    staged.stage_copy(source, tmp_path, "copy")
    flags = seen[os.fspath(source)]
    assert len(flags) == 3
    assert all(f & os.O_ACCMODE == os.O_RDONLY for f in flags)
    assert all(f & os.O_NOFOLLOW and f & os.O_NONBLOCK for f in flags)
    assert not any(f & (os.O_TRUNC | os.O_CREAT) for f in flags)


@pytest.mark.parametrize("has_nofollow", [True, False])
def test_a_link_put_in_place_between_look_and_opening_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_nofollow: bool
) -> None:
    if not has_nofollow:
        monkeypatch.delattr(os, "O_NOFOLLOW")
    source = written(tmp_path / "x.edf", b"own")
    other = written(tmp_path / "other.edf", b"foreign")
    system_open = os.open

    def swap_and_open(path: Path, flags: int) -> int:
        source.unlink()
        source.symlink_to(other)
        return system_open(path, flags)

    monkeypatch.setattr(os, "open", swap_and_open)
    with pytest.raises(PassingError, match="CHANGED"), plainfile.opened(source):
        pass


def test_a_folder_above_that_becomes_a_link_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("in", "foreign"):
        (tmp_path / name).mkdir()
        written(tmp_path / name / "x.edf", name.encode())
    system_open = os.open

    def swap_and_open(path: Path, flags: int) -> int:
        (tmp_path / "in").rename(tmp_path / "aside")
        (tmp_path / "in").symlink_to(tmp_path / "foreign")
        return system_open(path, flags)

    monkeypatch.setattr(os, "open", swap_and_open)
    opening = plainfile.opened(tmp_path / "in" / "x.edf")
    with pytest.raises(PassingError, match="CHANGED"), opening:
        pass


def test_a_link_is_refused_where_the_system_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_NOFOLLOW")
    written(tmp_path / "x.edf", b"x")
    (tmp_path / "link.edf").symlink_to(tmp_path / "x.edf")
    opening = plainfile.opened(tmp_path / "link.edf")
    with pytest.raises(EdfError, match="NOT_PLAIN"), opening:
        pass
