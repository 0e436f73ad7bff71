"""An EDF+ or BDF+ file as a scoring: its annotations, and when it starts."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline import aliases
from pipeline.codes import Code
from pipeline.edf.header import Header
from pipeline.edf.reader import read_annotations, read_header, read_recording
from pipeline.edf.startdate import UNKNOWN_DATE
from pipeline.errors import EdfError, ResourceError, ScoringError, StudyError
from pipeline.formats import stage_signal
from pipeline.formats.edf_annotations import to_marks
from pipeline.formats.marks import MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame, start_unknown
from pipeline.formats.scoring_parameters import AS_WRITTEN, ScoringParameters
from pipeline.notices import Notice

HEAD_BYTES = 8
ENDINGS = (".edf", ".bdf", ".rec")
_VERSIONS = (b"0       ", b"\xffBIOSEMI")  # EDF and BDF specification, first eight bytes


def looks_like(content: bytes) -> bool:
    """Tell by its first bytes whether it is EDF or BDF."""
    return content.startswith(_VERSIONS)


def read(path: Path, parameters: ScoringParameters = AS_WRITTEN) -> tuple[ScoringFile, ...]:
    """Give the scoring; a fault is said to be the scoring file's, not the study's.

    Raises
    ------
    ScoringError
        The file is not what EDF describes; the code is that of the fault.
    """
    try:
        header = read_header(path)
        found = read_annotations(path, header)
        file = with_signal(to_marks(found.annotations), path, header, parameters)
    except (EdfError, ResourceError) as error:
        raise scoring_fault(error) from error
    return (_started(file, header, header.notices + found.notices),)


def with_signal(
    file: ScoringFile, path: Path, header: Header, parameters: ScoringParameters
) -> ScoringFile:
    """Give the scoring with the stages of the signal that the lab names, where it names one.

    They win over stages among the annotations. A signal that is not named is not read; where its
    label is that of a hypnogram, it is told how to name it.

    Raises
    ------
    ScoringError
        AMBIGUOUS: several signals have the label; as `stage_signal.to_marks`.
    EdfError, PassingError, ResourceError
        The signal cannot be read.
    """
    wanted = aliases.normalise(parameters.hypnogram_signal)
    facts = header.facts()
    found = [fact.index for fact in facts if wanted and aliases.normalise(fact.label) == wanted]
    if len(found) == 1:
        return _with_stages(file, path, header, found[0], parameters.scheme)
    if found:
        raise _ambiguous(len(found))
    if wanted:
        told = "No signal has the label that scoring.hypnogram_signal names; none was read."
    elif any(stage_signal.is_hypnogram(fact.label) for fact in facts):
        told = (
            "A signal is a hypnogram by its label; it was not read. To use its stages, name its "
            "label in scoring.hypnogram_signal and its coding in scoring.scheme."
        )
    else:
        return file
    return replace(file, notices=(*file.notices, _signal_notice(told)))


def _with_stages(
    file: ScoringFile, path: Path, header: Header, index: int, scheme: str
) -> ScoringFile:
    channel = read_recording(path, header, [index]).channels[index]
    signal = header.channels[index]
    codes = channel.digital.astype(np.float64) * (signal.gain or math.nan) + (signal.offset or 0.0)
    stages, epoch_s, notices = stage_signal.to_marks(codes, channel.rate_hz, scheme)
    others = tuple(mark for mark in file.marks if mark.kind is not MarkKind.STAGE)
    n_left_out = len(file.marks) - len(others)
    if n_left_out:
        words = f"{n_left_out} stages of annotations are not used; those of the signal are."
        notices += (_signal_notice(words),)
    return replace(
        file, marks=(*stages, *others), epoch_s=epoch_s, notices=(*file.notices, *notices)
    )


def _signal_notice(words: str) -> Notice:
    return Notice(code=Code.HYPNOGRAM_SIGNAL, where="signals", message=words)


def _ambiguous(n_found: int) -> ScoringError:
    return ScoringError(
        "Several signals have the label of the hypnogram.",
        code=Code.AMBIGUOUS,
        where="scoring.hypnogram_signal",
        found=f"{n_found} signals",
        remedy="Rename all but one of them, or give the scoring as a file of its own.",
    )


def scoring_fault(error: StudyError) -> ScoringError:
    """Say that a fault is the scoring file's, not the study's."""
    return ScoringError(
        f"The scoring file cannot be read. {error.what}",
        code=error.code,
        where=f"scoring file{', ' if error.where else ''}{error.where}",
        found=error.found,
        remedy="Give an EDF+ file of the scoring, or leave --hypnogram out.",
    )


def part_frame(whole: Header, part: Header) -> StudyFrame:
    """Give what a scoring of the whole record is laid on where only a part of it is scored."""
    lag_s = part.start_offset_s - whole.start_offset_s
    whole_s = max(whole.duration_s, lag_s + part.duration_s)
    return replace(frame_of(whole), duration_s=part.duration_s, lag_s=lag_s, whole_s=whole_s)


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
