"""Rows of a text scoring: cut into fields, laid on time, and the malformed ones told."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats.clock import lay, time_of_day_s
from pipeline.formats.doubts import old_stages
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.terms import key
from pipeline.formats.vocabulary import Meaning, Vocabulary
from pipeline.hypnogram import Stage
from pipeline.notices import Notice

_NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,12})?", re.ASCII)
_SHOWN = 10  # line numbers in a notice
_DAY_S = 86_400.0
_LONGEST_S = 20 * 3600.0  # no mark of a night is longer; a stop before the onset would be


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row, as text; blank where the format has no such field.

    Attributes
    ----------
    line
        Of the file, from 1.
    time, stop
        Clock times, with or without a date.
    duration
        Seconds.
    stage
        Where the format knows it without the vocabulary.
    """

    line: int
    time: str
    label: str
    duration: str = ""
    stop: str = ""
    channel: str = ""
    stage: Stage | None = None


def fields(line: str, delimiter: str) -> list[str]:
    """Cut a line into its fields, without blanks around them; a quoted one may hold the sign."""
    if '"' not in line:
        return [part.strip() for part in line.split(delimiter)]
    try:
        return [part.strip() for part in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:  # a field beyond all bounds
        return []


def number(text: str) -> float | None:
    """Give a number with a decimal point or comma; None where the text is none."""
    text = text.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def seconds(text: str) -> float | None:
    """Give a duration: a number that is not negative and not longer than a night."""
    value = number(text)
    return value if value is not None and 0.0 <= value <= _LONGEST_S else None


def columns(line: str, delimiter: str, names: dict[str, str]) -> dict[str, int]:
    """Give the place of each column whose title is a key of `names`, by the name there."""
    titles = [key(part) for part in fields(line, delimiter)]
    found = {names[title]: place for place, title in enumerate(titles) if title in names}
    return found if len(found) == sum(title in names for title in titles) else {}


def cell(parts: Sequence[str], places: dict[str, int], name: str) -> str:
    """Give the field of a column; blank where the row or the file has none."""
    place = places.get(name)
    return parts[place] if place is not None and place < len(parts) else ""


def to_file(
    source: str,
    rows: Sequence[Row],
    vocabulary: Vocabulary,
    *,
    zero: str = "",
    notices: Sequence[Notice] = (),
    bad_lines: Iterable[int] = (),
) -> ScoringFile:
    """Give the scoring that rows with clock times are; each is a mark or is told by its line.

    Parameters
    ----------
    zero
        The start that the file states, as text; else the first row is the zero.
    bad_lines
        Lines that could not even be cut into a row.

    Raises
    ------
    ScoringError
        `SCORING_UNREADABLE` where no row can be read.
    """
    laid = lay([zero, *(row.time for row in rows)])
    marks, told = to_marks(rows, laid.onsets_s[1:], vocabulary, bad_lines=bad_lines)
    return ScoringFile(
        source=source,
        marks=marks,
        start=laid.start,
        clock=laid.clock,
        notices=(*notices, *laid.notices, *told),
    )


def to_marks(
    rows: Sequence[Row],
    onsets_s: Sequence[float | None],
    vocabulary: Vocabulary,
    *,
    bad_lines: Iterable[int] = (),
) -> tuple[tuple[Mark, ...], tuple[Notice, ...]]:
    """Give the marks of rows whose onsets are known, and what was doubtful about them.

    Raises
    ------
    ScoringError
        `SCORING_UNREADABLE` where no row can be read.
    """
    made = [
        _mark(row, onset_s, _length(row), vocabulary)
        for row, onset_s in zip(rows, onsets_s, strict=True)
    ]
    bad = [row.line for row, mark in zip(rows, made, strict=True) if mark is None]
    marks = tuple(mark for mark in made if mark is not None)
    if not marks:
        raise nothing()
    old = old_stages(is_told=any(is_old(mark) for mark in marks))
    return marks, malformed([*bad, *bad_lines]) + not_movements(marks) + old


def is_old(mark: Mark) -> bool:
    """Whether the mark is stage 4, which is by Rechtschaffen and Kales."""
    return mark.stage is Stage.N3 and "4" in mark.text


def nothing() -> ScoringError:
    """Give the error for a scoring without a row that can be read."""
    return ScoringError(
        "The scoring holds no row that can be read.",
        code=Code.SCORING_UNREADABLE,
        where="scoring",
        remedy="Export the scoring again, with its events, from the program that made it.",
    )


def malformed(lines: Iterable[int], treated: str = "left out") -> tuple[Notice, ...]:
    """Give the notice of rows that could not be read, by line number."""
    ordered = sorted(lines)
    if not ordered:
        return ()
    shown = ", ".join(map(str, ordered[:_SHOWN]))
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    words = f"Rows that could not be read: {len(ordered)}, in line {shown}{more}; {treated}."
    return (Notice(code=Code.SCORING_ROWS, where="scoring", message=words),)


def not_movements(marks: Iterable[Mark]) -> tuple[Notice, ...]:
    """Give the notice of marks about the legs that are no single movements."""
    n_series = sum(m.kind is MarkKind.KNOWN and key(m.text) in _SERIES for m in marks)
    if not n_series:
        return ()
    words = f"Series of leg movements: {n_series}; a series is no movement itself."
    return (Notice(code=Code.SCORING_NO_MOVEMENTS, where="scoring", message=words),)


_SERIES = {"plm", "plm series", "plm episode"}


def until_next(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Let each stage last until the next, and the last one until the last mark."""
    places = [i for i, mark in enumerate(marks) if mark.kind is MarkKind.STAGE]
    closed = list(marks)
    for here, after in zip(places, [*places[1:], len(marks) - 1], strict=False):
        length_s = round(marks[after].onset_s - marks[here].onset_s, 6)
        if length_s > 0.0:
            closed[here] = replace(marks[here], duration_s=length_s)
    return tuple(closed)


def _length(row: Row) -> float | None:
    """Give the duration; NaN where the row states one that cannot be."""
    if row.duration:
        given = seconds(row.duration)
        return math.nan if given is None else given
    if not row.stop:
        return None
    onset_s, stop_s = time_of_day_s(row.time), time_of_day_s(row.stop)
    if onset_s is None or stop_s is None:
        return math.nan
    length_s = round((stop_s - onset_s) % _DAY_S, 6)
    return length_s if length_s <= _LONGEST_S else math.nan


def _mark(
    row: Row, onset_s: float | None, duration_s: float | None, vocabulary: Vocabulary
) -> Mark | None:
    is_bad_length = duration_s is not None and math.isnan(duration_s)
    if onset_s is None or is_bad_length or not row.label:
        return None
    meaning = vocabulary.meaning(row.label)
    if row.stage is not None:
        meaning = Meaning(kind=MarkKind.STAGE, stage=row.stage)
    return Mark(
        kind=meaning.kind,
        onset_s=onset_s,
        duration_s=duration_s,
        stage=meaning.stage,
        text=row.label,
        side=meaning.side,
        channel=row.channel,
    )
