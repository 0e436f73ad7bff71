"""The result folders: written in private, checked, then published by one rename.

::

    <out>/nights/<study key>/<result digest>/    a published night, never changed again
    <out>/quarantine/<study key>/reason.json     why a study could not be scored
    <out>/index.html, <out>/pending/             the page of all studies (`batch_page`)
    <out>/.work/                                 private work and claims; empty when nothing runs

A folder under ``nights`` counts only while its manifest agrees with its files.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.codes import Code
from pipeline.errors import PassingError, ResultError
from pipeline.plainfile import is_full
from pipeline.provenance import sha256_file
from pipeline.workspace import workspace

SCHEMA = 1
MANIFEST = "manifest.json"
NIGHTS = "nights"
REASON = "reason.json"


def night_folder(out: Path, study_key: str, result_digest: str) -> Path:
    """Give the place of a night's results."""
    return out / NIGHTS / study_key / result_digest


def quarantine_folder(out: Path, study_key: str) -> Path:
    """Give the place of the reason why a study could not be scored."""
    return out / "quarantine" / study_key


def is_valid(folder: Path) -> bool:
    """Tell whether the folder holds a whole published night."""
    try:
        check(folder)
    except ResultError:
        return False
    return True


def check(folder: Path) -> dict[str, Any]:
    """Give the manifest of a published night whose files are all as it says.

    Raises
    ------
    ResultError
        The manifest is missing or not readable, or a file is missing, changed or unexpected.
    """
    manifest = read_record(folder / MANIFEST)
    listed = _listed(manifest)
    present = {path.name for path in folder.iterdir()} - {MANIFEST}
    if present != set(listed):
        raise _damaged(f"files {sorted(present ^ set(listed))} missing or not in the manifest")
    for name, facts in listed.items():
        _compare(folder / name, facts)
    return manifest


def check_files(folder: Path, names: Iterable[str]) -> None:
    """Look whether these files of a published night are as its manifest says.

    Raises
    ------
    ResultError
        The manifest or one of the files is missing, not readable or changed.
    """
    listed = _listed(read_record(folder / MANIFEST))
    for name in names:
        if name not in listed or not (folder / name).is_file():
            raise _damaged(f"{name} missing or not in the manifest")
        _compare(folder / name, listed[name])


def _compare(path: Path, facts: tuple[int, str]) -> None:
    size_bytes, sha256 = facts
    if path.stat().st_size != size_bytes or sha256_file(path) != sha256:
        raise _damaged(f"{path.name} differs from the manifest")


def _listed(manifest: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Give size and SHA-256 of each file, by name."""
    try:
        files = manifest["files"].items()
        return {name: (facts["size_bytes"], facts["sha256"]) for name, facts in files}
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged("the manifest does not list files with size and hash") from error


def read_record(path: Path) -> dict[str, Any]:
    """Give the JSON record at `path`.

    Raises
    ------
    ResultError
        It is not there or is not JSON.
    """
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _damaged(f"{path.name} cannot be read ({type(error).__name__})") from error
    if not isinstance(record, dict):
        raise _damaged(f"{path.name} does not hold a record")
    return record


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record as readable JSON in its own order."""
    path.write_bytes(record_bytes(record))


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """Give a record as readable JSON in its own order."""
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8") + b"\n"


def replace_file(out: Path, target: Path, content: bytes) -> None:
    """Write a private file somewhere below `out`; an older one is replaced in one step."""
    with workspace(out) as mine:
        _replace(mine, out, target, content)


def _replace(mine: Path, out: Path, target: Path, content: bytes) -> None:
    draft = mine / target.name
    draft.write_bytes(content)
    draft.chmod(0o600)
    _flush(draft)
    _private_folders(target.parent, out)
    draft.replace(target)
    _flush(target.parent)


def publish(draft: Path, target: Path, facts: Mapping[str, Any]) -> None:
    """Make the finished draft folder the published night, by one rename.

    Parameters
    ----------
    draft
        Folder on the same volume with all files of the night and nothing else.
    target
        The night's folder. A valid one that is already there stays; a damaged one is replaced.
    facts
        What the manifest says beside sizes and hashes.
    """
    files = {
        path.name: {"size_bytes": path.stat().st_size, "sha256": sha256_file(path)}
        for path in sorted(draft.iterdir())
    }
    write_record(draft / MANIFEST, {**facts, "files": files})
    seal(draft)
    _rename(draft, target)


def seal(folder: Path) -> None:
    """Make a folder and its files their owner's alone, and bring them to the disk."""
    for path in sorted(folder.iterdir()):
        path.chmod(0o600)
        _flush(path)
    folder.chmod(0o700)
    _flush(folder)


def quarantine(
    out: Path, study_key: str, reason: Mapping[str, Any], mine: Path | None = None
) -> Path:
    """Write why a study could not be scored; an older reason is replaced in one step.

    Parameters
    ----------
    mine
        The private folder of a worker: should others have taken it for dead, nothing is written.
    """
    folder = quarantine_folder(out, study_key)
    content = record_bytes(reason)
    if mine is None:
        replace_file(out, folder / REASON, content)
    else:
        _replace(mine, out, folder / REASON, content)
    return folder


def release(out: Path, study_key: str) -> None:
    """Remove the reason of a study that has been scored since."""
    shutil.rmtree(quarantine_folder(out, study_key), ignore_errors=True)


def candidates(out: Path) -> list[Path]:
    """Give every folder that stands where a published night does, manifest or not, in order."""
    return sorted(path for path in (out / NIGHTS).glob("*/*") if path.is_dir())


def nights(out: Path) -> Iterator[Path]:
    """Give every night's folder under `out`, in order, whether valid or not."""
    yield from sorted(path.parent for path in (out / NIGHTS).glob(f"*/*/{MANIFEST}"))


def _rename(draft: Path, target: Path) -> None:
    _private_folders(target.parent, target.parents[2])
    if is_valid(target):
        shutil.rmtree(draft)
        return
    replaced = draft.with_name(draft.name + ".replaced")
    try:
        if target.exists():
            target.rename(replaced)
        draft.rename(target)
    except OSError as error:
        if is_valid(target):  # another worker published the same night first
            shutil.rmtree(draft, ignore_errors=True)
            return
        _put_back(replaced, target)
        raise _not_published(error) from error
    _flush(target.parent)


def _put_back(replaced: Path, target: Path) -> None:
    """Leave what was there as it was found: even a damaged night tells something."""
    with suppress(OSError):
        replaced.rename(target)


def _not_published(error: OSError) -> PassingError:
    return PassingError(
        "The finished night could not be published.",
        code=Code.DISK_FULL if is_full(error) else Code.PUBLISH_FAILED,
        found=error.strerror or type(error).__name__,
        remedy="Check that the output folder is writable and has room, then run it again.",
    )


def _private_folders(folder: Path, root: Path) -> Path:
    """Make the folder and those above it up to `root`, for their owner alone."""
    for step in reversed([folder, *folder.parents]):
        if step == root or root in step.parents:
            step.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _flush(path: Path) -> None:
    """Bring a file or a folder to the disk; Windows has no such call for folders."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged(found: str) -> ResultError:
    return ResultError(
        "The result folder is not whole.",
        code=Code.RESULT_DAMAGED,
        found=found,
        remedy="Run the study again: a damaged result is replaced.",
    )
