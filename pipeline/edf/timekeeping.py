"""Timekeeping of the data records: from their onsets to gaps and to unbroken parts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pipeline.codes import Code
from pipeline.edf.header import Header
from pipeline.errors import EdfError
from pipeline.notices import Notice
from pipeline.recording import Segment

STEP_TOLERANCE_S = 0.001  # figures to reach: event times within 1 ms
_CONTINUOUS_TOLERANCE_S = 1.0  # EDF+C: longer contradictions are gaps, whatever the flag says
_CONVERT = "convert the file with EDFbrowser's 'EDF+D to EDF+C converter', then read the result."
_EITHER = f'Score the longest unbroken part with --segment (night.gaps = "longest"), or {_CONVERT}'
_MINUTE_S = 60.0

_Jump = tuple[int, int, float]  # last record before, first record behind, seconds between


@dataclass(frozen=True, kw_only=True)
class Part:
    """Records that follow each other without a gap.

    Attributes
    ----------
    first_record, n_records
        Their place in the file.
    onset_s
        Onset of the first of them, in the file's own time.
    """

    first_record: int
    n_records: int
    onset_s: float


def check_timekeeping(
    onsets_s: Sequence[float], record_duration_s: float, *, is_discontinuous: bool
) -> tuple[Notice, ...]:
    """Give notices about the onsets of the data records, shape (n_records,); NaN is missing.

    Raises
    ------
    EdfError
        TIME_REVERSED where records go back in time; DISCONTINUOUS where they leave gaps: all of
        them in EDF+D, and in EDF+C those that add up to more than a second.
    """
    known = _known(onsets_s)
    if record_duration_s <= 0.0:
        return _missing(len(onsets_s), known)
    gaps = _gaps(known, record_duration_s)
    if _is_broken(gaps, is_discontinuous=is_discontinuous):
        raise _timing(Code.DISCONTINUOUS, "There are gaps between the records.", gaps, _EITHER)
    notices = _missing(len(onsets_s), known)
    if gaps:
        notices += (_jumping(gaps),)
    elif is_discontinuous:
        notices += (_needless_flag(),)
    return notices + (() if gaps else _drift(known, record_duration_s))


def unbroken_parts(
    onsets_s: Sequence[float], record_duration_s: float, *, is_discontinuous: bool
) -> tuple[Part, ...]:
    """Give the parts without a gap in the file's order; one part where there is no gap.

    What counts as a gap is what `check_timekeeping` refuses. A record without an onset is taken
    as due; where a gap may lie on either side of it, it belongs to no part.

    Parameters
    ----------
    onsets_s
        Onset of each data record, shape (n_records,); NaN is missing.

    Raises
    ------
    EdfError
        TIME_REVERSED.
    """
    known = _known(onsets_s)
    gaps = _gaps(known, record_duration_s)
    if not _is_broken(gaps, is_discontinuous=is_discontinuous):
        gaps = []
    firsts = [0, *(behind for _, behind, _ in gaps)]
    stops = [*(before + 1 for before, _, _ in gaps), len(onsets_s)]
    return tuple(
        Part(
            first_record=first,
            n_records=stop - first,
            onset_s=_due(first, known, record_duration_s),
        )
        for first, stop in zip(firsts, stops, strict=True)
    )


def only_longest(header: Header, parts: Sequence[Part]) -> Header:
    """Give the header as if the file held its longest part alone; of equal parts, the first.

    The start, the start's offset and the length are those of the part, so that whatever is read
    by it counts from the part's beginning.
    """
    if len(parts) == 1:
        return header
    place, part = max(enumerate(parts), key=lambda row: row[1].n_records)
    duration_s = part.n_records * header.record_duration_s
    segment = Segment(
        number=place + 1,
        n_parts=len(parts),
        start_s=part.onset_s - parts[0].onset_s,
        duration_s=duration_s,
        left_out_s=header.duration_s - duration_s,
    )
    later_s = timedelta(seconds=part.onset_s - header.start_offset_s)
    return replace(
        header,
        first_record=part.first_record,
        n_records=part.n_records,
        duration_s=duration_s,
        start=None if header.start is None else header.start + later_s,
        start_offset_s=part.onset_s,
        is_discontinuous=False,
        segment=segment,
        notices=(*header.notices, segment_notice(segment)),
    )


def segment_notice(segment: Segment) -> Notice:
    """Say which part of the recording is scored, and what is left out."""
    message = (
        f"Part {segment.number} of {segment.n_parts} is scored, the longest without a gap: it "
        f"begins {segment.start_s:.3f} s after the recording's start and lasts "
        f"{segment.duration_s / _MINUTE_S:.1f} min. The other parts, "
        f"{segment.left_out_s / _MINUTE_S:.1f} min, are left out; times count from the beginning "
        "of this part."
    )
    return Notice(code=Code.SEGMENT, where="data records", message=message)


def _known(onsets_s: Sequence[float]) -> list[tuple[int, float]]:
    return [(i, t) for i, t in enumerate(onsets_s) if not math.isnan(t)]


def _gaps(known: Sequence[tuple[int, float]], record_duration_s: float) -> list[_Jump]:
    """Give what is longer than the tolerance between records whose onsets are known."""
    jumps = [
        (i, j, (t1 - t0) - (j - i) * record_duration_s)
        for (i, t0), (j, t1) in itertools.pairwise(known)
    ]
    gaps = [jump for jump in jumps if abs(jump[2]) > STEP_TOLERANCE_S]
    back = [jump for jump in gaps if jump[2] < -record_duration_s]
    if back:
        remedy = _CONVERT[0].upper() + _CONVERT[1:]
        raise _timing(Code.TIME_REVERSED, "Records go back in time.", back, remedy)
    return gaps


def _is_broken(gaps: Sequence[_Jump], *, is_discontinuous: bool) -> bool:
    return bool(gaps) and (is_discontinuous or _total_s(gaps) > _CONTINUOUS_TOLERANCE_S)


def _total_s(gaps: Sequence[_Jump]) -> float:
    return sum(abs(jump_s) for _, _, jump_s in gaps)


def _due(record: int, known: Sequence[tuple[int, float]], record_duration_s: float) -> float:
    """Give a record's onset, or the one that the next known onset makes it have."""
    for place, onset_s in known:
        if place >= record:
            return onset_s - (place - record) * record_duration_s
    return 0.0


def _timing(code: Code, what: str, gaps: Sequence[_Jump], remedy: str) -> EdfError:
    _, record, jump_s = gaps[0]
    return EdfError(
        what,
        code=code,
        where=f"timekeeping annotation of record {record + 1}",
        found=f"{len(gaps)} jumps, the first of {jump_s:+.3f} s",
        remedy=remedy,
    )


def _missing(n_records: int, known: Sequence[tuple[int, float]]) -> tuple[Notice, ...]:
    n_missing = n_records - len(known)
    if not n_missing:
        return ()
    message = f"{n_missing} of {n_records} records have no timekeeping annotation; taken as due."
    return (Notice(code=Code.TAL, where="annotations", message=message),)


def _jumping(gaps: Sequence[_Jump]) -> Notice:
    message = (
        f"Flagged continuous, yet the record onsets jump {len(gaps)} times, "
        f"{_total_s(gaps):.3f} s in all; read as continuous, annotations behind a jump may be off "
        "by that much."
    )
    where = f"timekeeping annotation of record {gaps[0][1] + 1}"
    return Notice(code=Code.DISCONTINUOUS, where=where, message=message)


def _drift(known: Sequence[tuple[int, float]], record_duration_s: float) -> tuple[Notice, ...]:
    """Give a notice where small steps, none of them a gap, add up."""
    if not known:
        return ()
    first, onset_s = known[0]
    apart_s = max(abs(t - onset_s - (i - first) * record_duration_s) for i, t in known)
    if apart_s <= STEP_TOLERANCE_S:
        return ()
    message = (
        f"The record onsets and the record duration drift apart by {apart_s:.3f} s; read as "
        "continuous, annotations may be off by that much."
    )
    return (Notice(code=Code.DISCONTINUOUS, where="annotations", message=message),)


def _needless_flag() -> Notice:
    return Notice(
        code=Code.EDFPLUS_FLAG,
        where="reserved field, byte 192",
        message="Flagged EDF+D, yet no gap was found; read as continuous.",
    )
