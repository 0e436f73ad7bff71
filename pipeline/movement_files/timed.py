"""Events with onset and end from a table or from JSON, and what was doubtful about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.events import Side
from pipeline.movement_files.cells import Cells, Row, bad_cell, number
from pipeline.notices import Notice

_AGREE_S = 0.0015  # tables round to milliseconds
_SIDES: Mapping[str, Side] = {
    **dict.fromkeys(("left", "l", "lt"), Side.LEFT),
    **dict.fromkeys(("right", "r", "rt"), Side.RIGHT),
    **dict.fromkeys(("unknown", "u", "?", "n/a", ""), Side.UNKNOWN),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Timed:
    """Events sorted by onset.

    Attributes
    ----------
    spans_s
        Onset and end in seconds from the start of the record, shape (n, 2).
    sides
        The leg of each; unknown where the table names none.
    """

    spans_s: NDArray[np.float64]
    sides: tuple[Side, ...]
    notices: tuple[Notice, ...] = ()


def to_timed(cells: Cells, *, has_sides: bool) -> Timed:
    """Give the events of a table.

    Raises
    ------
    ScoringError
        ``TABLE_COLUMNS``: neither duration nor end is there. ``TABLE_CELL``: a time is no
        number, negative, or an end lies before its onset; a side is not that of one leg.
    """
    if not {"duration_s", "offset_s"} & set(cells.columns):
        raise ScoringError(
            "The table says when events begin, not when they end.",
            code=Code.TABLE_COLUMNS,
            where=f"{cells.name}, header",
            remedy="Give a column duration_s or offset_s, in seconds.",
        )
    rows = [(*_span(cells, row), _side(cells, row) if has_sides else Side.UNKNOWN)
            for row in cells.rows]  # fmt: skip
    notices = _doubts(cells, rows, has_sides=has_sides)
    ordered = sorted(rows, key=lambda row: row[:2])
    spans = np.array([row[:2] for row in ordered], dtype=np.float64).reshape(-1, 2)
    return Timed(spans_s=spans, sides=tuple(row[2] for row in ordered), notices=notices)


def _span(cells: Cells, row: Row) -> tuple[float, float]:
    onset_s = number(cells, row, "onset_s")
    if onset_s < 0.0:
        raise _wrong(cells, row, "onset_s", onset_s, "An onset lies before the record.")
    ends = []
    if "duration_s" in cells.columns:
        duration_s = number(cells, row, "duration_s")
        if duration_s < 0.0:
            raise _wrong(cells, row, "duration_s", duration_s, "A duration is negative.")
        ends.append(onset_s + duration_s)
    if "offset_s" in cells.columns:
        ends.append(number(cells, row, "offset_s"))
        if ends[-1] < onset_s:
            raise _wrong(cells, row, "offset_s", ends[-1], "An end lies before its onset.")
    if max(ends) - min(ends) > _AGREE_S:
        raise _wrong(cells, row, "offset_s", ends[-1], "Duration and end contradict each other.")
    return onset_s, ends[0]


def _wrong(cells: Cells, row: Row, column: str, value: float, what: str) -> ScoringError:
    return bad_cell(
        cells.place(row, cells.columns[column]),
        what,
        f"{value:g} s",
        "Correct or delete the row; times count in seconds from the start of the record.",
    )


def _side(cells: Cells, row: Row) -> Side:
    if "side" not in cells.columns:
        return Side.UNKNOWN
    cell = row.cells["side"]
    side = _SIDES.get(str("" if cell is None else cell).strip().casefold())
    if side is None:
        raise bad_cell(
            cells.place(row, cells.columns["side"]),
            "A side is not that of one leg.",
            "another word",
            "Give one row per leg, and for its side one of left, right, unknown (or L, R, ?).",
        )
    return side


def _doubts(
    cells: Cells, rows: Sequence[tuple[float, float, Side]], *, has_sides: bool
) -> tuple[Notice, ...]:
    onsets = np.array([row[0] for row in rows])
    n_back = int((np.diff(onsets) < 0.0).sum())
    n_over, n_unknown = _n_overlaps(rows), sum(row[2] is Side.UNKNOWN for row in rows)
    found = []
    if n_back:
        found.append((Code.TABLE_UNSORTED, f"{n_back} rows begin before the row above; sorted."))
    if n_over and has_sides:
        words = f"{n_over} movements overlap one before of the same leg; the rules join them."
        found.append((Code.TABLE_OVERLAP, words))
    elif n_over:
        words = f"{n_over} events overlap one before; each counts by itself."
        found.append((Code.TABLE_OVERLAP, words))
    if n_unknown and has_sides:
        words = f"{n_unknown} movements name no leg; they are taken as of one lead for both legs."
        found.append((Code.SIDE_UNKNOWN, words))
    if cells.has_decimal_comma:
        found.append((Code.TABLE_COMMA, "Times are written with a comma; it is read as a point."))
    return tuple(Notice(code=code, where=cells.name, message=words) for code, words in found)


def _n_overlaps(rows: Sequence[tuple[float, float, Side]]) -> int:
    n, end_s = 0, dict.fromkeys(Side, -np.inf)
    for start, stop, side in sorted(rows, key=lambda row: row[:2]):
        n += start < end_s[side]
        end_s[side] = max(end_s[side], stop)
    return n
