"""Time-stamped annotation lists (TALs): from record bytes to annotations and record onsets."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.codes import Code
from pipeline.errors import EdfError
from pipeline.notices import Notice

_ONSET = re.compile(rb"([+-]?)(\d+(?:[.,]\d*)?)")
_TIMEKEEPING_ALONE = re.compile(rb"[+-]\d{1,8}(?:\.\d+)?\x14\x14\x00+")
_DURATION = re.compile(rb"\d+(?:\.\d*)?|\.\d+")
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # EDF+ 2.2.2: only LF, CR and TAB
STEP_TOLERANCE_S = 0.001  # figures to reach: event times within 1 ms
PAST_THE_END = "Reaches past the end of the record; kept as written"
_LONGEST_S = 1e9  # 30 years: a longer time is no time of a study, and no float may overflow
_CONTINUOUS_TOLERANCE_S = 1.0  # EDF+C: longer contradictions are gaps, whatever the flag says
_REMEDY = "Convert the file with EDFbrowser's 'EDF+D to EDF+C converter', then read the result."


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """One annotation of the file.

    Attributes
    ----------
    onset_s
        Seconds from the start of the record; negative before it.
    duration_s
        None where the file gives none.
    text
        As written, line feeds kept.
    """

    onset_s: float
    duration_s: float | None
    text: str


@dataclass(frozen=True, kw_only=True)
class AnnotationList:
    """All annotations of a file in its order, and what was doubtful about them."""

    annotations: tuple[Annotation, ...]
    notices: tuple[Notice, ...] = ()


@dataclass
class _Faults:
    """Counts of faults by kind, with the first record of each; annotation text is never kept."""

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, record: int) -> None:
        self.counts[kind] += 1
        self.first.setdefault(kind, record)

    def notices(self) -> tuple[Notice, ...]:
        return tuple(
            Notice(
                code=Code.TAL,
                where=f"annotations, record {self.first[kind] + 1}",
                message=f"{kind} ({count} times).",
            )
            for kind, count in self.counts.items()
        )


@dataclass(frozen=True, kw_only=True)
class _Tal:
    onset_s: float
    duration_s: float | None
    texts: tuple[bytes, ...]


def record_onset(raw: bytes) -> float:
    """Give the onset in the first, timekeeping TAL of a record's annotation bytes; NaN if none.

    A first TAL whose first text is not empty keeps no time (EDF+ 2.2.4).
    """
    head, _, rest = raw.partition(b"\x14")
    match = _ONSET.fullmatch(head)
    if match is None or not match[1] or not rest.startswith(b"\x14"):
        return math.nan
    onset_s = _signed(match)
    return onset_s if abs(onset_s) < _LONGEST_S else math.nan


def parse_annotations(
    records: Iterable[Sequence[bytes]], *, start_offset_s: float, duration_s: float
) -> AnnotationList:
    """Give the annotations of all records and all annotation signals.

    Parameters
    ----------
    records
        For each data record the bytes of each annotation signal.
    start_offset_s
        Onset of the first record, taken off each onset.
    duration_s
        Length of the record; 0.0 where the file has no signals and thus no length.
    """
    faults = _Faults()
    found: list[Annotation] = []
    for number, signals in enumerate(records):
        for place, raw in enumerate(signals):
            found += _of_record(raw, number, faults, start_offset_s, is_first=place == 0)
    if duration_s > 0.0:
        late = [
            a for a in found if a.onset_s + (a.duration_s or 0.0) > duration_s + STEP_TOLERANCE_S
        ]
        for _ in late:
            faults.add(PAST_THE_END, 0)
    return AnnotationList(annotations=tuple(found), notices=faults.notices())


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
    known = [(i, t) for i, t in enumerate(onsets_s) if not math.isnan(t)]
    if record_duration_s <= 0.0:
        return _missing(len(onsets_s), known)
    jumps = [
        (j, (t1 - t0) - (j - i) * record_duration_s)
        for (i, t0), (j, t1) in itertools.pairwise(known)
    ]
    gaps = [(j, jump_s) for j, jump_s in jumps if abs(jump_s) > STEP_TOLERANCE_S]
    back = [(j, jump_s) for (j, jump_s) in gaps if jump_s < -record_duration_s]
    if back:
        raise _timing(Code.TIME_REVERSED, "Records go back in time.", back)
    total_s = sum(abs(jump_s) for _, jump_s in gaps)
    if gaps and (is_discontinuous or total_s > _CONTINUOUS_TOLERANCE_S):
        raise _timing(Code.DISCONTINUOUS, "There are gaps between the records.", gaps)
    notices = _missing(len(onsets_s), known)
    if gaps:
        notices += (_jumping(gaps, total_s),)
    elif is_discontinuous:
        notices += (_needless_flag(),)
    return notices


def _of_record(
    raw: bytes, number: int, faults: _Faults, start_offset_s: float, *, is_first: bool
) -> list[Annotation]:
    if is_first and _TIMEKEEPING_ALONE.fullmatch(raw):
        return []  # most records of a night, and there may be 30,000
    found: list[Annotation] = []
    is_timekeeping = is_first
    if raw and not raw.endswith(b"\x00"):
        faults.add("The last one is not ended by a NUL, and may be cut; kept", number)
    for chunk in raw.split(b"\x00"):
        tal = _parse_tal(chunk, number, faults) if chunk else None
        if tal is None:
            is_timekeeping = is_timekeeping and not chunk
            continue
        texts = tal.texts
        if is_timekeeping and texts and not texts[0]:
            texts = texts[1:]
        is_timekeeping = False
        found += [
            Annotation(
                onset_s=tal.onset_s - start_offset_s,
                duration_s=tal.duration_s,
                text=_decode(text, number, faults),
            )
            for text in texts
            if text
        ]
    return found


def _parse_tal(chunk: bytes, number: int, faults: _Faults) -> _Tal | None:
    stamp, mark, rest = chunk.partition(b"\x14")
    onset, has_duration, duration = stamp.partition(b"\x15")
    match = _ONSET.fullmatch(onset)
    if match is None or not mark or abs(_signed(match)) >= _LONGEST_S:
        faults.add("Malformed and left out", number)
        return None
    if not match[1]:
        faults.add("Onset without a sign; read as positive", number)
    if b"," in onset:
        faults.add("Onset with a decimal comma; read as a point", number)
    _doubt_points(onset, duration, number, faults)
    if not rest.endswith(b"\x14"):
        faults.add("Not closed; kept", number)
    texts = rest.removesuffix(b"\x14").split(b"\x14")
    return _Tal(
        onset_s=_signed(match),
        duration_s=_duration(duration, number, faults) if has_duration else None,
        texts=tuple(texts),
    )


def _doubt_points(onset: bytes, duration: bytes, number: int, faults: _Faults) -> None:
    """EDF+ 2.2.2: digits on both sides of a point."""
    if onset.endswith(b".") or duration.endswith(b".") or duration.startswith(b"."):
        faults.add("A point without digits on both sides; read all the same", number)


def _duration(raw: bytes, number: int, faults: _Faults) -> float | None:
    if _DURATION.fullmatch(raw) and float(raw) < _LONGEST_S:
        return float(raw)
    faults.add("Duration is no number; kept without one", number)
    return None


def _decode(text: bytes, number: int, faults: _Faults) -> str:
    if _FORBIDDEN.search(text):
        faults.add("Text with control characters that EDF+ forbids; kept as written", number)
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        faults.add("Text is not UTF-8; read as Latin-1", number)
        return text.decode("latin-1")


def _signed(match: re.Match[bytes]) -> float:
    value = float(match[2].replace(b",", b"."))
    return -value if match[1] == b"-" else value


def _timing(code: Code, what: str, gaps: Sequence[tuple[int, float]]) -> EdfError:
    record, jump_s = gaps[0]
    return EdfError(
        what,
        code=code,
        where=f"timekeeping annotation of record {record + 1}",
        found=f"{len(gaps)} jumps, the first of {jump_s:+.3f} s",
        remedy=_REMEDY,
    )


def _missing(n_records: int, known: Sequence[tuple[int, float]]) -> tuple[Notice, ...]:
    n_missing = n_records - len(known)
    if not n_missing:
        return ()
    message = f"{n_missing} of {n_records} records have no timekeeping annotation; taken as due."
    return (Notice(code=Code.TAL, where="annotations", message=message),)


def _jumping(gaps: Sequence[tuple[int, float]], total_s: float) -> Notice:
    message = (
        f"Flagged continuous, yet the record onsets jump {len(gaps)} times, {total_s:.3f} s in "
        "all; read as continuous, annotations behind a jump may be off by that much."
    )
    where = f"timekeeping annotation of record {gaps[0][0] + 1}"
    return Notice(code=Code.DISCONTINUOUS, where=where, message=message)


def _needless_flag() -> Notice:
    return Notice(
        code=Code.EDFPLUS_FLAG,
        where="reserved field, byte 192",
        message="Flagged EDF+D, yet no gap was found; read as continuous.",
    )
