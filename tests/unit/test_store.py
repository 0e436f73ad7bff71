"""Result folders: valid only as a whole, published once, never half."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pipeline import store
from pipeline.errors import PassingError, ResultError

KEY, DIGEST = "s0123456789abcde", "d0123456789abcde"


def draft_of(folder: Path, **texts: str) -> Path:
    draft = folder / "work" / f"draft{len(list(folder.glob('work/*')))}"
    draft.mkdir(parents=True)
    for name, text in texts.items():
        (draft / f"{name}.txt").write_text(text)
    return draft


def published(out: Path, **texts: str) -> Path:
    target = store.night_folder(out, KEY, DIGEST)
    store.publish(draft_of(out, **texts), target, {"study_key": KEY})
    return target


def test_a_published_night_is_valid_and_its_draft_is_gone(tmp_path: Path) -> None:
    target = published(tmp_path, a="one", b="two")
    assert store.is_valid(target)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "no manifest"])
def test_a_night_with_a_file_changed_missing_or_added_is_not_valid(
    tmp_path: Path, damage: str
) -> None:
    target = published(tmp_path, a="one", b="two")
    if damage == "changed":
        (target / "a.txt").write_text("0ne")
    elif damage == "missing":
        (target / "a.txt").unlink()
    elif damage == "added":
        (target / "c.txt").write_text("three")
    else:
        (target / store.MANIFEST).unlink()
    assert not store.is_valid(target)


def test_the_reason_of_damage_is_told_by_file_name(tmp_path: Path) -> None:
    target = published(tmp_path, a="one")
    (target / "a.txt").write_text("other")
    with pytest.raises(ResultError, match=r"RESULT_DAMAGED.*a\.txt differs"):
        store.check(target)


def test_a_valid_night_stays_when_it_is_published_again(tmp_path: Path) -> None:
    target = published(tmp_path, a="first")
    published(tmp_path, a="second")
    assert (target / "a.txt").read_text() == "first"


def test_a_damaged_night_is_replaced(tmp_path: Path) -> None:
    target = published(tmp_path, a="first")
    (target / "a.txt").write_text("damaged")
    published(tmp_path, a="second")
    assert (target / "a.txt").read_text() == "second"
    assert store.is_valid(target)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file modes")
def test_only_the_owner_may_read_a_night(tmp_path: Path) -> None:
    target = published(tmp_path, a="one")
    assert {stat.S_IMODE(path.stat().st_mode) for path in target.iterdir()} == {0o600}
    assert stat.S_IMODE(target.stat().st_mode) == 0o700


def test_a_quarantine_holds_the_latest_reason_and_nothing_else(tmp_path: Path) -> None:
    for code in ("OLD", "NEW"):
        folder = store.quarantine(tmp_path, KEY, {"code": code})
    assert [path.name for path in folder.iterdir()] == [store.REASON]
    assert store.read_record(folder / store.REASON)["code"] == "NEW"
    assert list((tmp_path / ".work").iterdir()) == []


def test_a_study_that_has_been_scored_leaves_quarantine(tmp_path: Path) -> None:
    folder = store.quarantine(tmp_path, KEY, {"code": "NO_EEG"})
    store.release(tmp_path, KEY)
    assert not folder.exists()


@pytest.mark.parametrize("listed", ["1", '{"a.txt": 1}', '{"a.txt": {"size_bytes": 3}}'])
def test_a_manifest_that_lists_no_hashes_is_damaged(tmp_path: Path, listed: str) -> None:
    target = published(tmp_path, a="one")
    (target / store.MANIFEST).write_text(f'{{"files": {listed}}}')
    with pytest.raises(ResultError, match="does not list files"):
        store.check(target)


def test_a_night_that_cannot_be_published_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = published(tmp_path, a="first")
    (target / "a.txt").write_text("damaged")
    draft = draft_of(tmp_path, a="second")
    rename = Path.rename

    def full(path: Path, place: Path) -> Path:
        if path == draft:
            raise OSError(28, "No space left on device")
        return rename(path, place)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(PassingError, match="DISK_FULL"):
        store.publish(draft, target, {})
    assert (target / "a.txt").read_text() == "damaged"


def test_a_night_that_another_worker_published_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, draft = store.night_folder(tmp_path, KEY, DIGEST), draft_of(tmp_path, a="second")
    rename = Path.rename

    def late(path: Path, place: Path) -> Path:
        monkeypatch.setattr(Path, "rename", rename)
        published(tmp_path, a="first")
        return rename(path, place)

    monkeypatch.setattr(Path, "rename", late)
    store.publish(draft, target, {})
    assert (target / "a.txt").read_text() == "first"
    assert not draft.exists()


def test_folders_without_a_manifest_are_candidates_too(tmp_path: Path) -> None:
    target = published(tmp_path, a="one")
    (target / store.MANIFEST).unlink()
    assert store.candidates(tmp_path) == [target]
    assert list(store.nights(tmp_path)) == []
