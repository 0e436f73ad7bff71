"""Stage marks on an epoch grid."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.formats.marks import Mark
from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.notices import Notice

Notes = list[tuple[Code, str]]
_SHORT_EPOCH_S = 20.0  # Rechtschaffen and Kales 1968 allow 20 s beside 30 s
_TOLERANCE_S = 0.01  # stage onsets are multiples of whole seconds; files round to milliseconds
_UNTOUCHED = -128  # an epoch that no annotation covers
_CONFLICT = -127  # an epoch that two annotations cover with different stages


def to_hypnogram(
    marks: Sequence[Mark], duration_s: float, epoch_s: float | None = None
) -> tuple[Hypnogram | None, tuple[Notice, ...]]:
    """Give the hypnogram that the stage marks draw over the record, and what was doubtful.

    The grid is that of the first stage mark, and the hypnogram covers the record on it: epochs
    before the first mark, behind the last, or that nothing covers, or that two marks cover with
    different stages, are unscored, for no scorer is preferred in silence. Marks longer than an
    epoch fill several; one without a duration lasts until the next. Epochs that are not wholly
    within the record are cut off and told.

    Parameters
    ----------
    marks
        Stage marks in seconds from the start of the record.
    duration_s
        Length of the record.
    epoch_s
        Length of an epoch where the file states it; else 30 or 20 s, by the durations.

    References
    ----------
    Rechtschaffen and Kales 1968 for epochs of 20 s.
    """
    if not marks:
        return None, ()
    notes: Notes = []
    ordered = _closed(sorted(marks, key=lambda mark: mark.onset_s), epoch_s or EPOCH_S, notes)
    epoch_s = _epoch_length(ordered, epoch_s, notes)
    first_s = _first_onset(ordered, epoch_s, notes)
    n_scored = _epochs_within(ordered, first_s, epoch_s, duration_s, notes)
    if n_scored <= 0:
        notes.append((Code.HYPNOGRAM_OUTSIDE, "No stage lies within the record; it is left out"))
        return None, _notices(notes)
    drawn = _draw(ordered, first_s, epoch_s, n_scored, notes)
    n_before = math.floor((first_s + _TOLERANCE_S) / epoch_s)
    offset_s = max(0.0, first_s - n_before * epoch_s)
    n_epochs = math.floor((duration_s - offset_s + _TOLERANCE_S) / epoch_s)
    stages = np.full(n_epochs, Stage.UNSCORED, dtype=np.int8)
    stages[n_before : n_before + n_scored] = drawn
    return Hypnogram(stages=stages, epoch_s=epoch_s, offset_s=offset_s), _notices(notes)


def _notices(notes: Notes) -> tuple[Notice, ...]:
    return tuple(Notice(code=code, where="stages", message=f"{words}.") for code, words in notes)


def _closed(rows: Sequence[Mark], last_s: float, notes: Notes) -> list[tuple[float, float, int]]:
    """Give onset, stop and stage of each row; a row without a duration lasts until the next."""
    closed, n_open = [], 0
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        length_s = row.duration_s or 0.0
        if length_s <= 0.0:
            n_open += 1
            length_s = after.onset_s - row.onset_s if after else last_s
        stage = Stage.UNSCORED if row.stage is None else row.stage
        closed.append((row.onset_s, row.onset_s + length_s, int(stage)))
    if n_open:
        words = f"{n_open} stages have no duration and last until the next one"
        notes.append((Code.HYPNOGRAM_IRREGULAR, words))
    return closed


def _epoch_length(
    rows: Sequence[tuple[float, float, int]], stated_s: float | None, notes: Notes
) -> float:
    """Give the stated length, else 30 or 20 s, whichever divides more of the durations."""

    def misfits(epoch_s: float) -> int:
        return sum(abs(_off_grid(stop - start, epoch_s)) > _TOLERANCE_S for start, stop, _ in rows)

    epoch_s = stated_s or min((EPOCH_S, _SHORT_EPOCH_S), key=misfits)  # 30 s when both fit
    if epoch_s != EPOCH_S:
        words = f"Scored in epochs of {epoch_s:g} s, which are kept"
        notes.append((Code.HYPNOGRAM_20S, words))
    n_odd = misfits(epoch_s)
    if n_odd:
        words = f"{n_odd} stages are not whole epochs of {epoch_s:g} s; their rest is dropped"
        notes.append((Code.HYPNOGRAM_IRREGULAR, words))
    return epoch_s


def _off_grid(length_s: float, epoch_s: float) -> float:
    return length_s - epoch_s * round(length_s / epoch_s)


def _first_onset(rows: Sequence[tuple[float, float, int]], epoch_s: float, notes: Notes) -> float:
    offset_s = rows[0][0]
    if offset_s < 0.0:
        n_before = math.ceil((-offset_s - _TOLERANCE_S) / epoch_s)
        offset_s += n_before * epoch_s
        if n_before:
            words = f"{n_before} epochs before the record were cut off"
            notes.append((Code.HYPNOGRAM_LONGER, words))
    offset_s = max(0.0, offset_s)
    if abs(_off_grid(offset_s, epoch_s)) <= _TOLERANCE_S:
        return max(0.0, epoch_s * round(offset_s / epoch_s))
    words = f"The first epoch begins {offset_s:g} s into the record, off its grid"
    notes.append((Code.HYPNOGRAM_SHIFTED, words))
    return offset_s


def _epochs_within(
    rows: Sequence[tuple[float, float, int]],
    offset_s: float,
    epoch_s: float,
    duration_s: float,
    notes: Notes,
) -> int:
    last_s = max(stop for _, stop, _ in rows)
    n_scored = math.floor((last_s - offset_s + _TOLERANCE_S) / epoch_s)
    n_room = math.floor((duration_s - offset_s + _TOLERANCE_S) / epoch_s)
    if n_scored > n_room:
        words = f"{n_scored - max(0, n_room)} epochs reach past the record and were cut off"
        notes.append((Code.HYPNOGRAM_LONGER, words))
    elif n_scored < n_room:
        left_s = duration_s - offset_s - n_scored * epoch_s
        words = f"The hypnogram ends {left_s:.0f} s before the record"
        notes.append((Code.HYPNOGRAM_SHORTER, words))
    return min(n_scored, n_room)


def _draw(
    rows: Sequence[tuple[float, float, int]],
    offset_s: float,
    epoch_s: float,
    n_epochs: int,
    notes: Notes,
) -> NDArray[np.int8]:
    drawn = np.full(n_epochs, _UNTOUCHED, dtype=np.int8)
    n_shifted = 0
    for start_s, stop_s, stage in rows:
        place = (start_s - offset_s) / epoch_s
        n_shifted += abs(place - round(place)) * epoch_s > _TOLERANCE_S
        first = round(place)
        stop = first + math.floor((stop_s - start_s + _TOLERANCE_S) / epoch_s)
        part = drawn[max(0, min(first, n_epochs)) : max(0, min(stop, n_epochs))]
        part[:] = np.where((part == _UNTOUCHED) | (part == stage), stage, _CONFLICT)
    n_gaps, n_conflicts = int((drawn == _UNTOUCHED).sum()), int((drawn == _CONFLICT).sum())
    if n_shifted:
        words = f"{n_shifted} stages begin off the epoch grid and were moved to the nearest"
        notes.append((Code.HYPNOGRAM_IRREGULAR, words))
    if n_gaps:
        words = f"{n_gaps} epochs without a stage are unscored"
        notes.append((Code.HYPNOGRAM_GAP, words))
    if n_conflicts:
        words = f"{n_conflicts} epochs with two different stages are unscored"
        notes.append((Code.HYPNOGRAM_OVERLAP, words))
    drawn[drawn <= _CONFLICT] = Stage.UNSCORED
    return drawn
