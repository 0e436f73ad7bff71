"""The scorers behind what a user names: a scoring file, a night's result folder, a folder."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline import store
from pipeline.codes import Code
from pipeline.comparison.scorer import Scorer
from pipeline.edf.startdate import UNKNOWN_DATE
from pipeline.errors import ResultError, ScoringError
from pipeline.formats import domino, edf_file, scoring_files
from pipeline.formats.assemble import assemble
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame
from pipeline.formats.scoring_parameters import AS_WRITTEN, ScoringParameters
from pipeline.formats.scoring_sets import is_part
from pipeline.hypnogram import EPOCH_S
from pipeline.lights import find_lights
from pipeline.scorers_of_night import scorers_of_night

_LONGEST_S = 7 * 86_400.0  # a week: a mark beyond it is a fault, and its grid would fill memory


def find_scorers(path: Path) -> list[Path]:
    """Give what a path stands for: itself, or the scoring files of a folder in natural order.

    A folder with the files of one DOMINO export is one scorer, and stands for itself.

    Raises
    ------
    ResultError
        The folder holds no scoring file, or the results of several nights.
    """
    if not path.is_dir() or (path / store.MANIFEST).is_file():
        return [path]
    nights = list(store.nights(path))
    if len(nights) == 1:
        return nights
    found = [p for p in path.iterdir() if p.is_file() and _may_be_scoring(p)]
    if not nights and _is_one_scoring(found):
        return [path]
    if nights or not found:
        raise ResultError(
            "The folder is neither one night's result nor a folder of scorings.",
            code=Code.NO_RESULT,
            found=f"{len(nights)} nights, no scoring file",
            remedy="Give the folder of one night (it holds night.json), or a folder with scorings "
            f"of one night, each of them {' or '.join(scoring_files.TITLES)}.",
        )
    return sorted(found, key=_natural)


def _is_one_scoring(files: Sequence[Path]) -> bool:
    """Tell whether the files are one DOMINO export; hypnograms alone are several scorers'."""
    if not files or not all(is_part(path) for path in files):
        return False
    kinds = {domino.part_of(path.read_bytes()) for path in files}
    return len(files) == 1 or len(kinds) > 1


def _may_be_scoring(path: Path) -> bool:
    return path.suffix.lower() in edf_file.ENDINGS or scoring_files.is_scoring(path)


def read_scorers(
    path: Path,
    place: str = "",
    parameters: ScoringParameters = AS_WRITTEN,
    *,
    wants_all: bool = False,
) -> tuple[Scorer, ...]:
    """Give the scorers in one file, or in one night's result folder; aliases come later.

    Of several scorers in a file the person is given, unless all are wanted.

    Parameters
    ----------
    place
        Which of the user's scorings it is, for an error to say: ``scoring 2 of 3``.

    Raises
    ------
    ScoringError
        The file cannot be read as a scoring, or holds neither a stage nor an event.
    ResultError
        The result folder is damaged.
    """
    if (path / store.MANIFEST).is_file():
        return tuple(scorers_of_night(path))
    try:
        if wants_all:
            return _read_all(path, parameters)
        return (read_scoring_file(path, parameters),)
    except ScoringError as error:
        raise ScoringError(
            f"The scoring file cannot be used. {error.what}",
            code=error.code,
            where=", ".join(filter(None, (place, error.where))),
            found=error.found,
            remedy=error.remedy,
        ) from error


def read_scoring_file(path: Path, parameters: ScoringParameters) -> Scorer:
    """Give the scorer of a scoring file of any format; the last mark ends the record.

    Raises
    ------
    ScoringError
        ``NO_STAGES``: neither a stage nor an event is in it. ``SCORING_LONG``: its marks span
        over a week. Others: the file is not what its format describes.
    """
    return _scorer(path, scoring_files.read(path, parameters))


def _read_all(path: Path, parameters: ScoringParameters) -> tuple[Scorer, ...]:
    """Give every scorer of a file; what their file calls them stands behind its name."""
    files = scoring_files.read_all(path, parameters)
    if len(files) == 1:
        return (_scorer(path, files[0]),)
    scorers = [(_scorer(path, file), file.source) for file in files]
    return tuple(replace(scorer, name=f"{scorer.name} {source}") for scorer, source in scorers)


def _scorer(path: Path, file: ScoringFile) -> Scorer:
    ends_s = [m.onset_s + (m.duration_s or _epoch_s(m, file)) for m in file.marks]
    duration_s = max(ends_s, default=0.0)
    if duration_s > _LONGEST_S:
        raise _too_long(duration_s)
    own = StudyFrame(duration_s=max(0.0, duration_s), start=file.start, is_dated=True)
    scoring = assemble(replace(file, clock=None), own)
    start = file.start
    if start is None and file.clock is not None:
        start = dt.datetime.combine(UNKNOWN_DATE, file.clock)
    return _checked(
        Scorer(
            name=path.name if path.is_dir() else path.stem,
            alias="",
            scoring=scoring,
            lights=find_lights(scoring, duration_s)[0],
            duration_s=duration_s,
            start=start,
            is_dated=file.start is not None,
        )
    )


def _epoch_s(mark: Mark, file: ScoringFile) -> float:
    """Give how long a mark lasts that does not say so: a stage an epoch, an event no time."""
    return (file.epoch_s or EPOCH_S) if mark.kind is MarkKind.STAGE else 0.0


def with_aliases(groups: Sequence[Sequence[Scorer]]) -> tuple[Scorer, ...]:
    """Give all scorers with their aliases: letters for files; auto and technician for nights.

    Parameters
    ----------
    groups
        What each path held, as `read_scorers` gives it.
    """
    n_nights = sum(any(s.alias for s in group) for group in groups)
    letters, night, named = _letters(), 0, []
    for group in groups:
        night += any(s.alias for s in group)
        number = f" {night}" if n_nights > 1 else ""
        for scorer in group:
            alias = f"{scorer.alias}{number}" if scorer.alias else next(letters)
            named.append(replace(scorer, alias=alias))
    return tuple(named)


def _letters() -> Iterator[str]:
    """Give A to Z, then AA, AB and so on."""
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_uppercase, repeat=length):
            yield "".join(letters)


def _checked(scorer: Scorer) -> Scorer:
    scoring = scorer.scoring
    events = (scoring.arousals, scoring.respiratory, scoring.movements, scorer.sleep_starts)
    has_stage = scoring.hypnogram is not None and scoring.hypnogram.is_scored.any()
    if has_stage or any(events):
        return scorer
    raise ScoringError(
        "The file holds neither a sleep stage nor an event.",
        code=Code.NO_STAGES,
        remedy="Give a scoring with sleep stages or events, or a result folder.",
    )


def _too_long(duration_s: float) -> ScoringError:
    return ScoringError(
        "The scoring is longer than any night.",
        code=Code.SCORING_LONG,
        where="annotations",
        found=f"{duration_s:.0f} s",
        remedy="Look for an annotation with a wrong onset or duration, and export it again.",
    )


def _natural(path: Path) -> list[tuple[int, str]]:
    """Order names as people do: 2 comes before 10."""
    parts = re.split(r"(\d+)", path.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
