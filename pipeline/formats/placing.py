"""Where a scoring file's zero lies on the study's time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.formats.marks import ScoringFile
from pipeline.notices import Notice

_DAY_S = 86_400.0
_ANY_DAY = dt.date(2000, 1, 1)  # two times of one day are compared; which day does not matter


@dataclass(frozen=True, kw_only=True)
class StudyFrame:
    """What a scoring is laid on.

    Attributes
    ----------
    duration_s
        Length of the record.
    start
        Local date and time of the record's start; None where not even the time is known.
    is_dated
        Whether the date of `start` is known.
    labels
        The record's channel labels.
    """

    duration_s: float
    start: dt.datetime | None = None
    is_dated: bool = False
    labels: tuple[str, ...] = ()


def place(file: ScoringFile, frame: StudyFrame) -> tuple[float, tuple[Notice, ...]]:
    """Give the seconds from the study's start to the file's zero, and what to say of it.

    Without both dates the zero is put at the nearest moment by time of day: up to half a day
    before or after the study's start.

    Raises
    ------
    ScoringError
        SCORING_START: the file's zero lies a record's length or more from the study's start.
    """
    if file.start is None and file.clock is None:
        return 0.0, ()
    shift_s = _difference_s(file, frame)
    if shift_s is None:
        return 0.0, (start_unknown(),)
    if shift_s == 0.0:
        return 0.0, ()
    if abs(shift_s) >= frame.duration_s:
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


def start_unknown() -> Notice:
    """Give the notice that a start time is missing."""
    words = "A start time is not known; both files are taken to start together."
    return _notice(Code.SCORING_START_UNKNOWN, words)


def _difference_s(file: ScoringFile, frame: StudyFrame) -> float | None:
    """Give the file's zero less the study's start; None where the study has no start."""
    start = frame.start
    if start is None or (not frame.is_dated and start.time() == dt.time.min):
        return None  # midnight of no day is how anonymised files say that they do not know
    if file.start is not None and frame.is_dated:
        return (file.start - start).total_seconds()
    clock = file.clock if file.start is None else file.start.time()
    if clock is None:
        return None
    zero = dt.datetime.combine(_ANY_DAY, clock)
    seconds = (zero - dt.datetime.combine(_ANY_DAY, start.time())).total_seconds() % _DAY_S
    return seconds - _DAY_S if seconds >= _DAY_S / 2 else seconds


def _notice(code: Code, message: str) -> Notice:
    return Notice(code=code, where="scoring file", message=message)
