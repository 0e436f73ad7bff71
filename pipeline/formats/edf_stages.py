"""Stage annotations of EDF+ on an epoch grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.notices import Notice

Notes = list[tuple[Code, str]]
_SHORT_EPOCH_S = 20.0  # Rechtschaffen and Kales 1968 allow 20 s beside 30 s
_TOLERANCE_S = 0.01  # stage onsets are multiples of whole seconds; files round to milliseconds
_UNTOUCHED = -128  # an epoch that no annotation covers
_CONFLICT = -127  # an epoch that two annotations cover with different stages

# Standard texts, lower case. "Sleep stage N" is sleep that is not R, of no named depth.
STAGES = {
    "sleep stage w": Stage.W,
    "sleep stage n1": Stage.N1,
    "sleep stage n2": Stage.N2,
    "sleep stage n3": Stage.N3,
    "sleep stage r": Stage.R,
    "sleep stage rem": Stage.R,  # not standard, but plain
    "sleep stage 1": Stage.N1,
    "sleep stage 2": Stage.N2,
    "sleep stage 3": Stage.N3,
    "sleep stage 4": Stage.N3,
    "sleep stage ?": Stage.UNSCORED,
    "sleep stage n": Stage.UNSCORED,
    "unscored": Stage.UNSCORED,
    "movement time": Stage.MOVEMENT,
}
_KALES = {f"sleep stage {digit}" for digit in "1234"}


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One stage annotation: text in lower case, seconds from the start of the record."""

    onset_s: float
    duration_s: float | None
    text: str

    @property
    def stage(self) -> Stage:
        """What the text says."""
        return STAGES[self.text]


def to_hypnogram(
    rows: Sequence[StageRow], duration_s: float
) -> tuple[Hypnogram | None, tuple[Notice, ...]]:
    """Give the hypnogram that the stage annotations draw, and what was doubtful about them.

    Epoch 0 begins at the first stage annotation. Annotations longer than an epoch fill several;
    one without a duration lasts until the next. An epoch that nothing covers, or that two
    annotations cover with different stages, is unscored: no scorer is preferred in silence.
    Epochs that reach past the record are cut off.

    Parameters
    ----------
    duration_s
        Length of the record.

    References
    ----------
    EDF+ standard texts, sleep stages. AASM manual: stage 4 of Rechtschaffen and Kales is N3.
    """
    if not rows:
        return None, ()
    notes: Notes = []
    ordered = _closed(sorted(rows, key=lambda row: row.onset_s), notes)
    epoch_s = _epoch_length(ordered, notes)
    offset_s = _first_onset(ordered, epoch_s, notes)
    n_epochs = _epochs_within(ordered, offset_s, epoch_s, duration_s, notes)
    if n_epochs <= 0:
        notes.append((Code.HYPNOGRAM_OUTSIDE, "No stage lies within the record; it is left out"))
        return None, _notices(notes)
    drawn = _draw(ordered, offset_s, epoch_s, n_epochs, notes)
    if any(row.text in _KALES for row in rows):
        words = "Stages of Rechtschaffen and Kales; 3 and 4 are read as N3"
        notes.append((Code.HYPNOGRAM_RK, words))
    n_vague = sum(row.text == "sleep stage n" for row in rows)
    if n_vague:
        words = f"{n_vague} stages say only 'not R' and are unscored"
        notes.append((Code.HYPNOGRAM_VAGUE, words))
    return Hypnogram(stages=drawn, epoch_s=epoch_s, offset_s=offset_s), _notices(notes)


def _notices(notes: Notes) -> tuple[Notice, ...]:
    return tuple(Notice(code=code, where="stages", message=f"{words}.") for code, words in notes)


def _closed(rows: Sequence[StageRow], notes: Notes) -> list[tuple[float, float, int]]:
    """Give onset, stop and stage of each row; a row without a duration lasts until the next."""
    closed, n_open = [], 0
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        length_s = row.duration_s or 0.0
        if length_s <= 0.0:
            n_open += 1
            length_s = after.onset_s - row.onset_s if after else EPOCH_S
        closed.append((row.onset_s, row.onset_s + length_s, int(row.stage)))
    if n_open:
        words = f"{n_open} stages have no duration and last until the next one"
        notes.append((Code.HYPNOGRAM_IRREGULAR, words))
    return closed


def _epoch_length(rows: Sequence[tuple[float, float, int]], notes: Notes) -> float:
    """Give 30 or 20 s, whichever divides more of the durations; 30 s when both do."""

    def misfits(epoch_s: float) -> int:
        return sum(abs(_off_grid(stop - start, epoch_s)) > _TOLERANCE_S for start, stop, _ in rows)

    n_misfits, n_short = misfits(EPOCH_S), misfits(_SHORT_EPOCH_S)
    epoch_s = EPOCH_S if n_misfits <= n_short else _SHORT_EPOCH_S
    if epoch_s == _SHORT_EPOCH_S:
        notes.append((Code.HYPNOGRAM_20S, "Scored in epochs of 20 s, which are kept"))
    n_odd = min(n_misfits, n_short)
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
    if offset_s > epoch_s - _TOLERANCE_S:
        words = f"The hypnogram begins {offset_s:g} s after the record"
        notes.append((Code.HYPNOGRAM_SHORTER, words))
    if abs(_off_grid(offset_s, epoch_s)) > _TOLERANCE_S:
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
