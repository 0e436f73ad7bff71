"""Annotation files of Luna (.annot): rows of class, times and more, cut by tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.events import Side
from pipeline.formats import luna_words
from pipeline.formats.doubts import fault, left_out, old_stages
from pipeline.formats.lab_terms import normalised
from pipeline.formats.luna_times import DAY_S, Clock, Time, lay_on_circle, read_time
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.rows import nothing
from pipeline.notices import Notice

SOURCE = "luna"
_HEADER = ("class", "instance", "channel", "start", "stop", "meta")
_WIDTHS = {3: (0, None, None, 1), 4: (0, 1, None, 2), 6: (0, 1, 2, 3)}  # class .. channel, start
_FULL = 6
_ANY_DAY = dt.datetime.combine(dt.date(2000, 1, 1), dt.time.min)
_MISSING, _UNTIL_NEXT = ".", "..."
_PROBE_ROWS, _PROBE_BYTES = 20, 65_536


@dataclass(frozen=True, kw_only=True)
class _Row:
    line: int
    name: str
    instance: str
    channel: str
    start: Time
    stop: str


def looks_like(content: bytes) -> bool:
    """Tell whether the header row is Luna's, or every first row has Luna's times in its places."""
    rows = _cells(content[:_PROBE_BYTES])[:_PROBE_ROWS]
    if not rows:
        return False
    if _is_header(rows[0][1]):
        return True
    return all(_probe(cells) for _, cells in rows[:-1] or rows)


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the one scoring of the file.

    Clock times are laid out over midnight; times in seconds count from the record's start. A stop
    of ``...`` lasts until the next row, of a stage until the next stage.

    Raises
    ------
    ScoringError
        SCORING_SYNTAX: rows of 1, 2 or 5 columns, a header that is not Luna's, or clock times
        beside seconds; SCORING_UNREADABLE: no row has a time.

    References
    ----------
    Luna, annotation files, https://zzz.bwh.harvard.edu/luna/ref/annotations/.
    """
    cells = [row for row in _cells(content) if not _is_header(row[1])]
    rows = [_row(line, parts) for line, parts in cells]
    kept = [row for row in rows if row is not None]
    if not kept:
        raise nothing()
    zero_s = _zero(kept)
    marks = [_mark(row, after, zero_s) for row, after in zip(kept, [*kept[1:], None], strict=True)]
    found = tuple(mark for mark in marks if mark is not None)
    is_old = any(normalised(mark.text) in luna_words.OLD for mark in found)
    return (
        ScoringFile(
            source=SOURCE,
            marks=found,
            clock=None if zero_s is None else _time_of_day(zero_s),
            notices=left_out(len(rows) - len(found)) + old_stages(is_told=is_old) + _dates(kept),
        ),
    )


def _cells(content: bytes) -> list[tuple[int, list[str]]]:
    """Give line number and cells of each row; blank lines and comments are none."""
    text = content.decode("utf-8-sig", errors="replace")
    lines = [line.rstrip("\r") for line in text.split("\n")]
    return [
        (number, [cell.strip() for cell in line.split("\t")])
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("#")
    ]


def _is_header(cells: Sequence[str]) -> bool:
    return tuple(cells[:_FULL]) == _HEADER


def _probe(cells: Sequence[str]) -> bool:
    places = _WIDTHS.get(min(len(cells), _FULL))
    if places is None:
        return False
    start, stop = cells[places[3]], cells[places[3] + 1]
    is_time = read_time(start) is not None
    return is_time and _is_stop(stop) and read_time(cells[0]) is None


def _is_stop(text: str) -> bool:
    bare = text.removeprefix("+")
    return text in (_MISSING, _UNTIL_NEXT) or read_time(bare) is not None


def _row(line: int, cells: Sequence[str]) -> _Row | None:
    places = _WIDTHS.get(min(len(cells), _FULL))
    if places is None:
        raise fault("A row has not 3, 4 or 6 columns.", f"line {line}", f"{len(cells)} columns")
    name, instance, channel, start = places
    time = read_time(cells[start])
    if time is None or not _is_stop(cells[start + 1]):
        return None
    return _Row(
        line=line,
        name=cells[name],
        instance=_given(cells, instance),
        channel=_given(cells, channel),
        start=time,
        stop=cells[start + 1],
    )


def _given(cells: Sequence[str], place: int | None) -> str:
    return "" if place is None or cells[place] == _MISSING else cells[place]


def _zero(rows: Sequence[_Row]) -> float | None:
    """Give the time of day that the file begins at; None where it counts from the record."""
    by_clock = [row for row in rows if row.start.clock is Clock.DAY]
    if not by_clock:
        return None
    if len(by_clock) < len(rows):
        other = next(row for row in rows if row.start.clock is Clock.RECORD)
        raise fault("Some rows have clock times and some have seconds.", f"line {other.line}")
    return lay_on_circle(row.start.seconds for row in rows)


def _mark(row: _Row, after: _Row | None, zero_s: float | None) -> Mark | None:
    """Give the mark of a row; None where it ends before it begins."""
    stage = luna_words.stage_in(row.name, row.instance)
    onset_s = _from_zero(row.start, zero_s)
    duration_s = _length(row, after, is_stage=stage is not None)
    if duration_s is not None and duration_s < 0.0:
        return None
    is_movement = luna_words.kind_of(row.name) in (MarkKind.LIMB_MOVEMENT, MarkKind.PLM)
    return Mark(
        kind=luna_words.kind_of(row.name) if stage is None else MarkKind.STAGE,
        onset_s=onset_s,
        duration_s=duration_s,
        stage=stage,
        text=row.name,
        side=luna_words.side_of(row.name, row.instance) if is_movement else Side.UNKNOWN,
        channel=row.channel,
    )


def _dates(rows: Sequence[_Row]) -> tuple[Notice, ...]:
    if not any(row.start.is_dated for row in rows):
        return ()
    words = "Dates and days stand before the times; only the times of day are used."
    return (Notice(code=Code.SCORING_DATE, where="scoring file", message=words),)


def _from_zero(time: Time, zero_s: float | None) -> float:
    return time.seconds if zero_s is None else (time.seconds - zero_s) % DAY_S


def _length(row: _Row, after: _Row | None, *, is_stage: bool) -> float | None:
    """Give the seconds that the row lasts; None where it says that it does not know."""
    if row.stop == _UNTIL_NEXT and not is_stage and after is not None:
        return _between(row.start, after.start)
    if row.stop in (_MISSING, _UNTIL_NEXT):
        return row.start.length_s if row.stop == _MISSING else None
    stop = read_time(row.stop.removeprefix("+"))
    if stop is None:
        return None
    if row.stop.startswith("+"):
        return stop.seconds
    return _between(row.start, stop)


def _between(start: Time, stop: Time) -> float:
    """Give the seconds from start to stop, over midnight where they are clock times."""
    length_s = stop.seconds + (stop.length_s or 0.0) - start.seconds
    return length_s % DAY_S if start.clock is Clock.DAY and stop.clock is Clock.DAY else length_s


def _time_of_day(seconds: float) -> dt.time:
    return (_ANY_DAY + dt.timedelta(seconds=seconds)).time()
