"""Which files of a folder are studies, and which are their scorings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.edf.reader import read_header
from pipeline.errors import HypnicError
from pipeline.formats import scoring_files
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

    A scoring is a file beside the study whose name is the study's name, with another ending
    (``night1.xml``) or with one of ``-_.`` or a blank and anything behind it
    (``night1_hypnogram.edf``, ``night1-profusion.xml``): an EDF+ file of annotations alone, or a
    file that by its content is of a known format. Sleep-EDF's ``SC4001E0-PSG.edf`` and
    ``SC4001EC-Hypnogram.edf`` are paired by their night. Of several scorings the first is taken,
    EDF+ before the formats of `FORMATS` in their order, and the job says that there were more.
    An annotation-only file that is named after no study is given as a study, so that it is told.
    """
    files = find_files(folder, besides=out)
    without_signals = {path for path in files if _has_no_signal(path)}
    studies = [path for path in files if path not in without_signals]
    foreign = _foreign(studies) if folder.is_dir() else []
    found = _by_study(_pairs(studies, [*without_signals, *foreign]))
    orphans = without_signals - {path for paths in found.values() for path in paths}
    jobs = [_job(study, found.get(study, [])) for study in studies]
    return sorted(jobs + [Job(source=path) for path in orphans], key=lambda job: job.source)


def _job(study: Path, scorings: list[Path]) -> Job:
    ranked = sorted(scorings, key=lambda path: (_rank(path), path))
    return Job(
        source=study,
        scoring=ranked[0] if ranked else None,
        n_other_scorings=max(0, len(ranked) - 1),
    )


def _rank(path: Path) -> int:
    """Give 0 for EDF+, else the place of the format in the table."""
    return 0 if path.suffix.lower() in ENDINGS else 1 + scoring_files.rank(path)


def _foreign(studies: Iterable[Path]) -> list[Path]:
    """Give the files named after a study that are scorings of another format than EDF+."""
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
        return path.is_file() and not path.is_symlink() and scoring_files.is_scoring(path)
    except OSError:
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
    return scoring.name.startswith(study.stem) and rest[:1] in set(_JOINTS)


def _has_no_signal(path: Path) -> bool:
    try:
        return not read_header(path).facts()
    except (HypnicError, OSError):
        return False  # told when it is scored
