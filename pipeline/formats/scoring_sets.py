"""Scorings in several files: DOMINO writes one for each kind of event into a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats import domino
from pipeline.plainfile import bytes_at, opened

_HEAD_BYTES = 65_536  # more than the header of such a file
_MOST_FILES = 64  # the program knows some twenty kinds of events
_HIDDEN = "."


def parts(path: Path) -> tuple[Path, ...]:
    """Give the files that a scoring is made of: the file itself, or a folder's DOMINO files.

    Other files of the folder, its subfolders and its hidden files are none of the scoring. No
    link is followed: it could lead to another study's scoring.

    Raises
    ------
    ScoringError
        NOT_PLAIN: the folder holds a link or another thing that is no file; SCORING_SET: no file
        of it is of DOMINO, or more than any export has.
    PassingError
        A file could not be read this time.
    """
    if path.is_symlink() or not path.is_dir():
        return (path,)
    strange = [entry for entry in _entries(path) if not _is_plain(entry) and not _is_folder(entry)]
    if strange:
        raise _not_plain(len(strange))
    found = tuple(_domino(path))
    if not 1 <= len(found) <= _MOST_FILES:
        raise ScoringError(
            "The folder is no scoring.",
            code=Code.SCORING_SET,
            where="scoring folder",
            found=f"{len(found)} files of DOMINO",
            remedy="Give the folder of one night's DOMINO export, with its sleep profile, or a "
            "single scoring file.",
        )
    return found


def is_set(path: Path) -> bool:
    """Tell whether the path is a folder with a file of DOMINO in it."""
    return not path.is_symlink() and path.is_dir() and next(_domino(path), None) is not None


def is_part(path: Path) -> bool:
    """Tell whether the plain file is one of DOMINO's, each of which holds one kind of event."""
    with opened(path) as file:
        return domino.looks_like(bytes_at(file, 0, _HEAD_BYTES))


def _domino(folder: Path) -> Iterator[Path]:
    plain = (folder / entry.name for entry in _entries(folder) if _is_plain(entry))
    yield from (path for path in plain if is_part(path))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        seen = [entry for entry in entries if not entry.name.startswith(_HIDDEN)]
    return sorted(seen, key=lambda entry: entry.name)


def _is_plain(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _not_plain(n_strange: int) -> ScoringError:
    return ScoringError(
        "The folder of the scoring holds what is no plain file; no link is followed.",
        code=Code.NOT_PLAIN,
        where="scoring folder",
        found=f"{n_strange} links, pipes or devices",
        remedy="Put the files themselves into the folder.",
    )
