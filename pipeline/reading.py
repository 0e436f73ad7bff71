"""A study from its files: header, montage, wanted channels, annotations, scoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from pathlib import Path

from pipeline.admission import scoring_fault
from pipeline.codes import Code
from pipeline.edf.annotations import AnnotationList
from pipeline.edf.header import Header
from pipeline.edf.reader import (
    read_annotations,
    read_header,
    read_longest_part,
    read_recording,
    read_whole,
)
from pipeline.errors import EdfError, ScoringError
from pipeline.formats.edf_annotations import stage_spans, to_scoring
from pipeline.hypnogram import EPOCH_S
from pipeline.montage import Montage, MontageParameters, assign
from pipeline.notices import Notice
from pipeline.scoring import Scoring
from pipeline.study import Study

_DAY_S = 86_400.0
_HOUR_S = 3_600.0  # a change to or from summer time
_MINUTE_S = 60.0
_LEAST_DOUBT_S = 300.0  # scorings may reach a little past the record without any clock's fault
_UNKNOWN_DATE = date(1985, 1, 1)


def read_study(
    path: Path,
    scoring: Path | None,
    parameters: MontageParameters,
    *,
    wants_longest: bool = False,
) -> Study:
    """Give the study in a file, with the scoring of a second file where one is given.

    Parameters
    ----------
    wants_longest
        Of a recording with gaps, take the longest part without one; else it is refused.

    Raises
    ------
    EdfError
        A file is not what EDF describes, or holds no signal.
    ScoringError
        The second file's scoring does not fit the study.
    """
    whole = read_header(path)
    montage = assign(whole.facts(), parameters)
    if not whole.facts():
        raise EdfError(
            "The file holds annotations only, no signal.",
            code=Code.NO_SIGNALS,
            where="header, signal labels",
            found="only annotation signals",
            remedy="Give the recording; this file can be its scoring: --hypnogram FILE.",
        )
    header = read_longest_part(path, whole) if wants_longest else whole
    if scoring is None:
        recording, annotations = read_whole(path, header, _wanted(montage))
        found = _own_scoring(annotations, header)
    else:
        recording = read_recording(path, header, _wanted(montage))
        found = _second(scoring, whole, header)
    return Study(recording=recording, montage=montage, scoring=found)


def _wanted(montage: Montage) -> list[int]:
    pairs = [(d.positive, d.negative) for d in montage.derivations]
    return sorted({index for pair in pairs for index in pair if index is not None})


def _own_scoring(found: AnnotationList, header: Header) -> Scoring:
    scoring = to_scoring(found.annotations, header.duration_s, labels=_labels(header))
    return replace(scoring, notices=found.notices + scoring.notices)


def _second(path: Path, whole: Header, study: Header) -> Scoring:
    """Give the second file's scoring, moved by the difference of the two start times.

    Both files count from their own start; `study` may begin later than the `whole` file.
    """
    header, found = _read_second(path)
    lag_s = study.start_offset_s - whole.start_offset_s
    span_s = max(whole.duration_s, lag_s + study.duration_s)
    shift_s, moved = _shift(whole, header, span_s=span_s)
    scoring = to_scoring(
        found.annotations, study.duration_s, shift_s=shift_s - lag_s, labels=_labels(study)
    )
    moved += _clock_doubt(stage_spans(found.annotations, shift_s), span_s) if shift_s else ()
    if scoring.hypnogram is None:
        raise ScoringError(
            "The scoring file holds no sleep stage of this study's time.",
            code=Code.NO_STAGES,
            where="scoring file",
            found=f"{len(found.annotations)} annotations",
            remedy="Give an EDF+ file with `Sleep stage ...` annotations of this very night.",
        )
    return replace(scoring, notices=header.notices + found.notices + moved + scoring.notices)


def _read_second(path: Path) -> tuple[Header, AnnotationList]:
    """Give header and annotations; a fault is said to be the scoring file's, not the study's."""
    try:
        header = read_header(path)
        return header, read_annotations(path, header)
    except EdfError as error:
        raise scoring_fault(error) from error


def _labels(header: Header) -> tuple[str, ...]:
    return tuple(fact.label for fact in header.facts())


def _shift(study: Header, scoring: Header, *, span_s: float) -> tuple[float, tuple[Notice, ...]]:
    """Give how many seconds after the study the scoring file starts, with what to say of it."""
    if _has_no_start(study) or _has_no_start(scoring):
        words = "A start time is not known; both files are taken to start together."
        return 0.0, (_notice(Code.SCORING_START_UNKNOWN, words),)
    shift_s = _start_difference_s(study, scoring)
    if shift_s == 0.0:
        return 0.0, ()
    if abs(shift_s) >= span_s:
        raise ScoringError(
            "The scoring file is of another time than the study.",
            code=Code.SCORING_START,
            where="scoring file, start date and time",
            found=f"{shift_s:+.0f} s from the study's start",
            remedy="Check that both files are of one night; correct the wrong start date or time.",
        )
    words = (
        f"The scoring file starts {shift_s:+.3f} s from the study; its times were moved by that."
    )
    return shift_s, (_notice(Code.SCORING_MOVED, words),)


def _clock_doubt(spans: Sequence[tuple[float, float]], duration_s: float) -> tuple[Notice, ...]:
    """Say so where the stages of a file that starts at another time are an hour off, it seems.

    In spring an hour too many lies between two clocks: stages reach past the record. In autumn
    one is missing: they end an hour before it.
    """
    outside_s = _outside_s(spans, 0.0, duration_s)
    last_s = max((stop for _, stop in spans), default=0.0)
    if outside_s > _LEAST_DOUBT_S and _outside_s(spans, -_HOUR_S, duration_s) < outside_s:
        words = f"{outside_s / _MINUTE_S:.1f} min of its stages lie outside of the recording"
    elif abs(duration_s - last_s - _HOUR_S) <= EPOCH_S:
        words = "Its stages end one hour before the recording"
    else:
        return ()
    words += (
        ". Look whether the clock was changed between the two starts; nothing was moved for it."
    )
    return (_notice(Code.SCORING_CLOCK, words),)


def _outside_s(spans: Sequence[tuple[float, float]], later_s: float, duration_s: float) -> float:
    """Give how many seconds of the spans, moved by `later_s`, lie outside of the record."""
    moved = [(start + later_s, stop + later_s) for start, stop in spans]
    inside = sum(max(0.0, min(b, duration_s) - max(a, 0.0)) for a, b in moved)
    return round(sum(b - a for a, b in moved) - inside, 3)


def _has_no_start(header: Header) -> bool:
    """Tell whether nothing is known: no date, and no time of day or the one of anonymised files."""
    return header.start is None or (not _has_date(header) and header.start_time == time.min)


def _has_date(header: Header) -> bool:
    """Tell whether the date is known; EDF+ writes 1 January 1985 for an unknown one."""
    return header.start_date not in (None, _UNKNOWN_DATE)


def _start_difference_s(study: Header, scoring: Header) -> float:
    """Give the seconds from start to start; without both dates, the nearest by time of day."""
    if study.start is None or scoring.start is None:
        return 0.0
    if _has_date(study) and _has_date(scoring):
        return (scoring.start - study.start).total_seconds()
    seconds = (scoring.start - study.start).total_seconds() % _DAY_S
    return seconds - _DAY_S if seconds >= _DAY_S / 2 else seconds


def _notice(code: Code, message: str) -> Notice:
    return Notice(code=code, where="scoring file", message=message)
