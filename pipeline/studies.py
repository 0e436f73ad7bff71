"""Which files of a folder are studies, and which are their scorings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.edf.reader import read_header
from pipeline.errors import HypnicError
from pipeline.runner import Job

ENDINGS = (".edf", ".bdf", ".rec")
_JOINTS = "-_. "
_SLEEP_EDF = ("-PSG", "-Hypnogram")  # SC4001E0-PSG.edf and SC4001EC-Hypnogram.edf are one night
_SLEEP_EDF_NIGHT = 6  # characters that name the night; the rest names recorder and scorer


def find_files(folder: Path, *, besides: Path | None = None) -> list[Path]:
    """Give every file below the folder whose ending is that of a study, in order.

    No link is followed. A link to a folder, and a folder that may not be opened, may hide
    studies: they are given as if they were studies, so that scoring them tells of them. So is
    whatever else bears a study's ending: a folder, a pipe, a device.

    Parameters
    ----------
    besides
        A folder to leave out: the results may lie below the studies.
    """
    if not _is_folder(folder):
        return [folder]
    hidden = None if besides is None else besides.resolve()
    return sorted(set(_below(folder, hidden)))


def _below(root: Path, hidden: Path | None) -> Iterator[Path]:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        if folder.resolve() == hidden:
            continue
        try:
            entries = list(os.scandir(folder))
        except OSError:
            yield folder
            continue
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            if path.suffix.lower() in ENDINGS or (entry.is_symlink() and _is_folder(path)):
                yield path


def _is_folder(path: Path) -> bool:
    """Tell whether the path leads to a folder; what may not be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def find_jobs(folder: Path, out: Path | None = None) -> list[Job]:
    """Give the studies of a folder, each with the scoring that is named after it.

    A scoring is an annotation-only file whose name is the study's name, one of ``-_.`` or a
    blank, and anything after that: ``night1_hypnogram.edf`` beside ``night1.edf``; Sleep-EDF's
    ``SC4001E0-PSG.edf`` and ``SC4001EC-Hypnogram.edf`` are paired by their night. An
    annotation-only file that is named after no study is given as a study, so that it is told.
    """
    files = find_files(folder, besides=out)
    without_signals = {path for path in files if _has_no_signal(path)}
    studies = [path for path in files if path not in without_signals]
    scoring_of = dict(_pairs(studies, without_signals))
    orphans = without_signals - set(scoring_of.values())
    return [Job(source=path, scoring=scoring_of.get(path)) for path in sorted({*studies, *orphans})]


def _pairs(studies: Iterable[Path], scorings: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """Give each scoring with the longest-named study that it is named after."""
    studies = list(studies)
    for scoring in sorted(scorings):
        owners = [study for study in studies if _is_named_after(scoring, study)]
        if owners:
            yield max(owners, key=lambda study: len(study.stem)), scoring


def _is_named_after(scoring: Path, study: Path) -> bool:
    if scoring.parent != study.parent:
        return False
    if study.stem.endswith(_SLEEP_EDF[0]) and scoring.stem.endswith(_SLEEP_EDF[1]):
        return scoring.stem[:_SLEEP_EDF_NIGHT] == study.stem[:_SLEEP_EDF_NIGHT]
    rest = scoring.stem.removeprefix(study.stem)
    return scoring.stem.startswith(study.stem) and rest[:1] in set(_JOINTS)


def _has_no_signal(path: Path) -> bool:
    try:
        return not read_header(path).facts()
    except (HypnicError, OSError):
        return False  # told when it is scored
