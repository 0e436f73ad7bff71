"""The ways in which Luna writes a time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pipeline.formats.xml_tree import number
from pipeline.hypnogram import EPOCH_S

DAY_S = 86_400.0
_DATE = r"(?P<date>(?:d\d{1,2}|\d{1,4}[-./]\d{1,2}[-./]\d{1,4})[-T ]\s*)?"
_CLOCK = re.compile(
    _DATE + r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}(?:\.\d*)?))?(?:\s*(?P<half>[ap])m)?",
    re.ASCII | re.IGNORECASE,
)
_ELAPSED = re.compile(r"0\+(\d{1,3}):(\d{2}):(\d{2}(?:\.\d*)?)")
_EPOCH = re.compile(r"e:(?:(\d{1,4})(?::(\d{1,4}))?:)?(\d{1,6})")
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_MOST_HOURS, _MOST_PARTS = 24, 60
_NOON = 12


class Clock(Enum):
    """What a time counts from."""

    RECORD = "record"  # the start of the record
    DAY = "day"  # midnight


@dataclass(frozen=True, kw_only=True)
class Time:
    """One time.

    Attributes
    ----------
    seconds
        From what `clock` says.
    length_s
        Of the epoch, where the time is written as one.
    is_dated
        Whether a date or a day of the night stood before it; it is not kept.
    """

    seconds: float
    clock: Clock = Clock.RECORD
    length_s: float | None = None
    is_dated: bool = False


def read_time(text: str) -> Time | None:
    """Give the time: seconds, ``hh:mm:ss[.fff]``, ``0+hh:mm:ss`` or ``e:N``; None where none.

    Before a time of day a date (``dd-mm-yy-``) or a day (``d1-``) may stand, behind it AM or PM.
    ``e:N`` counts epochs of 30 s from 1; ``e:length:N`` and ``e:length:step:N`` name their own.
    """
    if _NUMBER.fullmatch(text):
        value = number(text)
        return None if value is None else Time(seconds=value)
    for pattern, read in ((_ELAPSED, _elapsed), (_CLOCK, _of_day), (_EPOCH, _epoch)):
        match = pattern.fullmatch(text)
        if match is not None:
            return read(match)
    return None


def lay_on_circle(times_s: Iterable[float]) -> float:
    """Give the time of day at which a night begins whose rows stand in any order.

    That is the first time behind the longest stretch of the day without any.
    """
    ordered = sorted({time_s % DAY_S for time_s in times_s})
    gaps = [
        ((here - before) % DAY_S or DAY_S, here)
        for before, here in zip([ordered[-1], *ordered[:-1]], ordered, strict=True)
    ]
    return max(gaps)[1]


def _of_day(match: re.Match[str]) -> Time | None:
    hours, minutes, seconds = int(match["h"]), int(match["m"]), float(match["s"] or 0)
    if match["half"]:
        is_hour = 1 <= hours <= _NOON
        is_late = match["half"].casefold() == "p"
        hours = hours % _NOON + _NOON * is_late if is_hour else _MOST_HOURS
    if hours >= _MOST_HOURS or minutes >= _MOST_PARTS or seconds >= _MOST_PARTS:
        return None
    return Time(
        seconds=3600.0 * hours + 60.0 * minutes + seconds,
        clock=Clock.DAY,
        is_dated=match["date"] is not None,
    )


def _elapsed(match: re.Match[str]) -> Time | None:
    return Time(seconds=3600.0 * int(match[1]) + 60.0 * int(match[2]) + float(match[3]))


def _epoch(match: re.Match[str]) -> Time | None:
    length_s = float(match[1]) if match[1] else EPOCH_S
    step_s = float(match[2]) if match[2] else length_s
    count = int(match[3])
    if count < 1 or length_s <= 0.0:
        return None
    return Time(seconds=(count - 1) * step_s, length_s=length_s)
