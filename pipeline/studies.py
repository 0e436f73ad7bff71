"""Which files of a folder are studies, and which are their scorings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.edf.reader import read_header
from pipeline.errors import HypnicError, PassingError
from pipeline.formats import scoring_files
from pipeline.formats.scoring_sets import is_part, is_set
from pipeline.formats.stage_signal import is_hypnogram
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

    DOMINO writes a file for each kind of event: a folder that is named after the study and holds
    such files is one scoring, and so are such files beside it that are named after it.

    A scoring is a file beside the study whose name is the study's name, with another ending
    (``night1.xml``) or with one of ``-_.`` or a blank and anything behind it
    (``night1_hypnogram.edf``, ``night1-profusion.xml``): an EDF+ file of annotations, or with
    nothing beside them but a signal that by its label is a hypnogram, or a
    file that by its content is of a known format. Sleep-EDF's ``SC4001E0-PSG.edf`` and
    ``SC4001EC-Hypnogram.edf`` are paired by their night. Of several scorings the first is taken,
    EDF+ before the formats of `FORMATS` in their order, and the job says that there were more.
    An annotation-only file that is named after no study is given as a study, so that it is told.
    """
    files = find_files(folder, besides=out)
    without_signals = {path for path in files if _is_scoring(path)}
    studies = [path for path in files if path not in without_signals]
    foreign = _foreign(studies) if folder.is_dir() else []
    found = _by_study(_pairs(studies, [*without_signals, *foreign]))
    orphans = without_signals - {path for paths in found.values() for path in paths}
    jobs = [_job(study, found.get(study, [])) for study in studies]
    return sorted(jobs + [Job(source=path) for path in orphans], key=lambda job: job.source)


def _job(study: Path, scorings: list[Path]) -> Job:
    ranked = sorted(scorings, key=lambda path: (_rank(path), path))
    parts = [path for path in ranked if path.is_file() and is_part(path)]
    first = ranked[0] if ranked else None
    return Job(
        source=study,
        scoring=first,
        further_parts=tuple(parts[1:]) if first in parts else (),
        n_other_scorings=max(0, len(ranked) - max(1, len(parts))),
    )


def _rank(path: Path) -> int:
    """Give 0 for EDF+, else the place of the format in the table; a folder comes last."""
    if path.is_dir():
        return 1 + len(scoring_files.FORMATS)
    return 0 if path.suffix.lower() in ENDINGS else 1 + scoring_files.rank(path)


def _foreign(studies: Iterable[Path]) -> list[Path]:
    """Give the files and folders named after a study that are scorings of other formats."""
    names = {(study.parent, study.stem) for study in studies}
    beside = [path for folder in {parent for parent, _ in names} for path in folder.iterdir()]
    return [
        path
        for path in beside
        if path.suffix.lower() not in ENDINGS
        and any(folder == path.parent and path.name.startswith(stem) for folder, stem in names)
        and _is_foreign(path)
    ]


def _is_foreign(path: Path) -> bool:
    try:
        if path.is_symlink():
            return False
        return is_set(path) or (path.is_file() and scoring_files.is_scoring(path))
    except (OSError, PassingError):
        return False


def _by_study(pairs: Iterable[tuple[Path, Path]]) -> dict[Path, list[Path]]:
    found: dict[Path, list[Path]] = {}
    for study, scoring in pairs:
        found.setdefault(study, []).append(scoring)
    return found


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
    rest = scoring.name.removeprefix(study.stem)
    return scoring.name.startswith(study.stem) and rest[:1] in {"", *_JOINTS}


def _is_scoring(path: Path) -> bool:
    try:
        return all(is_hypnogram(fact.label) for fact in read_header(path).facts())
    except (HypnicError, OSError):
        return False  # told when it is scored
