"""The ways in which Luna writes a time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pipeline.formats.xml_tree import number
from pipeline.hypnogram import EPOCH_S

DAY_S = 86_400.0
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d*)?))?")
_ELAPSED = re.compile(r"0\+(\d{1,3}):(\d{2}):(\d{2}(?:\.\d*)?)")
_EPOCH = re.compile(r"e:(?:(\d{1,4})(?::(\d{1,4}))?:)?(\d{1,6})")
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_MOST_HOURS, _MOST_PARTS = 24, 60


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
    """

    seconds: float
    clock: Clock = Clock.RECORD
    length_s: float | None = None


def read_time(text: str) -> Time | None:
    """Give the time: seconds, ``hh:mm:ss[.fff]``, ``0+hh:mm:ss`` or ``e:N``; None where none.

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
    hours, minutes, seconds = int(match[1]), int(match[2]), float(match[3] or 0)
    if hours >= _MOST_HOURS or minutes >= _MOST_PARTS or seconds >= _MOST_PARTS:
        return None
    return Time(seconds=3600.0 * hours + 60.0 * minutes + seconds, clock=Clock.DAY)


def _elapsed(match: re.Match[str]) -> Time | None:
    return Time(seconds=3600.0 * int(match[1]) + 60.0 * int(match[2]) + float(match[3]))


def _epoch(match: re.Match[str]) -> Time | None:
    length_s = float(match[1]) if match[1] else EPOCH_S
    step_s = float(match[2]) if match[2] else length_s
    count = int(match[3])
    if count < 1 or length_s <= 0.0:
        return None
    return Time(seconds=(count - 1) * step_s, length_s=length_s)
