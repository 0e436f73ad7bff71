"""An EDF+ or BDF+ file as a scoring: its annotations, and when it starts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from pipeline.edf.header import Header
from pipeline.edf.reader import read_annotations, read_header
from pipeline.edf.startdate import UNKNOWN_DATE
from pipeline.errors import EdfError, ScoringError
from pipeline.formats.edf_annotations import to_marks
from pipeline.formats.marks import ScoringFile
from pipeline.formats.placing import StudyFrame, start_unknown
from pipeline.notices import Notice

ENDINGS = (".edf", ".bdf", ".rec")
_VERSIONS = (b"0       ", b"\xffBIOSEMI")  # EDF and BDF specification, first eight bytes


def looks_like(content: bytes) -> bool:
    """Tell by its first bytes whether it is EDF or BDF."""
    return content.startswith(_VERSIONS)


def read(path: Path) -> tuple[ScoringFile, ...]:
    """Give the scoring; a fault is said to be the scoring file's, not the study's.

    Raises
    ------
    ScoringError
        The file is not what EDF describes; the code is that of the fault.
    """
    try:
        header = read_header(path)
        found = read_annotations(path, header)
    except EdfError as error:
        raise ScoringError(
            f"The scoring file cannot be read. {error.what}",
            code=error.code,
            where=f"scoring file{', ' if error.where else ''}{error.where}",
            found=error.found,
            remedy="Give an EDF+ file of the scoring, or leave --hypnogram out.",
        ) from error
    file = to_marks(found.annotations)
    return (_started(file, header, header.notices + found.notices),)


def frame_of(study: Header) -> StudyFrame:
    """Give what a scoring of this study is laid on."""
    return StudyFrame(
        duration_s=study.duration_s,
        start=study.start,
        is_dated=_is_dated(study),
        labels=tuple(fact.label for fact in study.facts()),
    )


def _started(file: ScoringFile, header: Header, notices: tuple[Notice, ...]) -> ScoringFile:
    """Add the start; EDF+ has 1 January 1985 for no date, anonymised files midnight of it."""
    told = notices + file.notices
    if header.start is None or (not _is_dated(header) and header.start_time == dt.time.min):
        return replace(file, notices=(*told, start_unknown()))
    if _is_dated(header):
        return replace(file, start=header.start, notices=told)
    return replace(file, clock=header.start.time(), notices=told)


def _is_dated(header: Header) -> bool:
    return header.start_date not in (None, UNKNOWN_DATE)
