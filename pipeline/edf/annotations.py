"""Time-stamped annotation lists (TALs): from record bytes to annotations and record onsets."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.codes import Code
from pipeline.edf.timekeeping import STEP_TOLERANCE_S
from pipeline.errors import EdfError
from pipeline.notices import Notice

_ONSET = re.compile(rb"([+-]?)(\d+(?:[.,]\d*)?)")
_TIMEKEEPING = re.compile(rb"([+-])(\d+(?:[.,]\d*)?)\x14\x14")
_TIMEKEEPING_ALONE = re.compile(rb"[+-]\d{1,8}(?:\.\d+)?\x14\x14\x00+")
_DURATION = re.compile(rb"\d+(?:\.\d*)?|\.\d+")
_LOST_END = re.compile(
    rb"\x14[\x01-\x13\x16-\x1f]?([+-]\d+(?:\.\d*)?(?:\x15[\d.]*)?\x14[^\x00\x14])"
)
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # EDF+ 2.2.2: only LF, CR and TAB
PAST_THE_END = "Reaches past the end of the record; kept as written"
_MOST_MARKS = 2**20  # half a million annotations; a scored night has some thousand
_TIMEKEEPING_MARKS = 2
_LONGEST_S = 1e9  # 30 years: a longer time is no time of a study, and no float may overflow


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
    match = _TIMEKEEPING.match(raw)
    if match is None:
        return math.nan
    onset_s = _signed(match)
    return onset_s if abs(onset_s) < _LONGEST_S else math.nan


def parse_annotations(
    records: Sequence[Sequence[bytes]], *, start_offset_s: float, duration_s: float
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

    Raises
    ------
    EdfError
        RESOURCE, where there are more annotations than memory holds.
    """
    _check_number(records)
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


def _check_number(records: Sequence[Sequence[bytes]]) -> None:
    n_marks = sum(raw.count(b"\x14") for signals in records for raw in signals)
    if n_marks > _MOST_MARKS + _TIMEKEEPING_MARKS * len(records):
        raise EdfError(
            "There are too many annotations.",
            code=Code.RESOURCE,
            where="annotations",
            found=f"{n_marks} marks behind times and texts",
            remedy="Export the study without the annotations that a program wrote for each beat "
            "or breath, or cut it into nights.",
        )


def _of_record(
    raw: bytes, number: int, faults: _Faults, start_offset_s: float, *, is_first: bool
) -> list[Annotation]:
    if is_first and _TIMEKEEPING_ALONE.fullmatch(raw):
        return []  # most records of a night, and there may be 30,000
    found: list[Annotation] = []
    is_timekeeping = is_first
    if raw and not raw.endswith(b"\x00"):
        faults.add("The last one is not ended by a NUL, and may be cut; kept", number)
    for chunk in _chunks(raw, number, faults):
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


def _chunks(raw: bytes, number: int, faults: _Faults) -> list[bytes]:
    """Give the lists, which end in NUL; an onset behind a text tells that a NUL was lost."""
    whole, n_lost = _LOST_END.subn(b"\x14\x00\\1", raw)
    for _ in range(n_lost):
        faults.add("Not ended before the next onset; read as two lists", number)
    return whole.split(b"\x00")


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
