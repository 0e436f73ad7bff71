"""Result folders: valid only as a whole, published once, never half."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pipeline import store
from pipeline.errors import ResultError

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
