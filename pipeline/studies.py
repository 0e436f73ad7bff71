"""Which files of a folder are studies, and which are their scorings."""

from __future__ import annotations

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

    Parameters
    ----------
    besides
        A folder to leave out: the results may lie below the studies.
    """
    if not folder.is_dir():
        return [folder]
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    hidden = None if besides is None else besides.resolve()
    return [p for p in found if hidden is None or hidden not in p.resolve().parents]


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
