"""Clock times and dates of text scorings, laid on seconds from the scoring's zero."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.notices import Notice

_DAY_S = 86_400.0
_BACK_S = 6 * 3600.0  # rows may be out of order by this much; a larger step back is midnight
_SPAN_DAYS = 3  # no night is longer; tells the day from the month
_CENTURY = 70  # two-digit years from here on are of the last century
_NOON = 12
_TEXT_CHARS = 64  # longer than every date and time; spares the patterns a long text

_CLOCK = r"(?P<h>\d{1,2})[:.](?P<m>\d{2})[:.](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?"
_HALF = r"(?:\s*(?P<half>[ap])\.?m\.?)?"
_DATE = r"(?:(?P<a>\d{1,4})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{1,4})(?:\s+|T))?"
_MOMENT = re.compile(rf"{_DATE}{_CLOCK}{_HALF}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Laid:
    """Times of a scoring.

    Attributes
    ----------
    onsets_s
        Of each text, from the zero, which is the first text that is a time; None where a text
        is none.
    start
        Date and time of the zero, where the date is known.
    clock
        Time of day of the zero, where it is not.
    """

    onsets_s: tuple[float | None, ...]
    start: dt.datetime | None = None
    clock: dt.time | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Moment:
    clock_s: float
    parts: tuple[int, int, int] | None = None
    separator: str = ""


def lay(texts: Sequence[str]) -> Laid:
    """Give the onsets of the texts, over midnight, from the first that is a time.

    A text is a time of day (``22:09:33,5``, ``22.09.33``, ``8:39:30 PM``), with or without a
    date before it. Where the dates do not tell the day from the month, the times of day alone
    are used, and that is noticed. Without a date, time goes on from row to row: a step back of
    up to 6 h is a row out of order, a larger one is midnight.
    """
    moments = [_moment(text) for text in texts]
    first = next((m for m in moments if m is not None), None)
    if first is None:
        return Laid(onsets_s=(None,) * len(texts))
    order = _order([m.parts for m in moments if m and m.parts], {m.separator for m in moments if m})
    zero = _date(first.parts, order)
    onsets, last_s = [], 0.0
    for moment in moments:
        onset_s = None if moment is None else _onset(moment, first, zero, order, last_s)
        last_s = last_s if onset_s is None else onset_s
        onsets.append(onset_s)
    return Laid(
        onsets_s=tuple(onsets),
        start=None if zero is None else dt.datetime.combine(zero, _time(first.clock_s)),
        clock=_time(first.clock_s) if zero is None else None,
        notices=_unclear() if first.parts and zero is None else (),
    )


def time_of_day_s(text: str) -> float | None:
    """Give the seconds from midnight of a time of day, or None."""
    moment = _moment(text)
    return None if moment is None else moment.clock_s


def _moment(text: str) -> _Moment | None:
    match = _MOMENT.fullmatch(text.strip()) if len(text) <= _TEXT_CHARS else None
    if match is None:
        return None
    hours, minutes, seconds = (int(match[key]) for key in "hms")
    hours = _hours(hours, match["half"])
    is_time = 0 <= hours <= 23 and minutes <= 59 and seconds <= 59  # noqa: PLR2004  a clock
    if not is_time:
        return None
    clock_s = 3600.0 * hours + 60.0 * minutes + seconds + float(f"0.{match['f'] or 0}")
    if match["sep"] is None:
        return _Moment(clock_s=clock_s)
    parts = (int(match["a"]), int(match["b"]), int(match["c"]))
    return _Moment(clock_s=clock_s, parts=parts, separator=match["sep"])


def _hours(hours: int, half: str | None) -> int:
    """Give the hour of the 24 h clock; -1 where the 12 h clock has no such hour."""
    if half is None:
        return hours
    if not 1 <= hours <= _NOON:
        return -1
    return hours % _NOON + (_NOON if half.casefold() == "p" else 0)


def _onset(
    moment: _Moment, first: _Moment, zero: dt.date | None, order: str, last_s: float
) -> float:
    onset_s = moment.clock_s - first.clock_s
    day = _date(moment.parts, order)
    if zero is not None and day is not None:
        return round(onset_s + _DAY_S * (day - zero).days, 6)
    n_days = -((onset_s - last_s + _BACK_S) // _DAY_S)
    return round(onset_s + _DAY_S * n_days, 6)


def _order(dates: Iterable[tuple[int, int, int]], separators: Iterable[str]) -> str:
    """Give the one order of day, month and year that makes a night of the dates; else blank."""
    unique = set(dates)
    orders = ("ymd", "dmy") if "/" not in set(separators) else ("ymd", "dmy", "mdy")
    fitting = [order for order in orders if unique and _is_night(unique, order)]
    readings = {frozenset(_date(parts, order) for parts in unique) for order in fitting}
    return fitting[0] if len(readings) == 1 else ""


def _is_night(dates: set[tuple[int, int, int]], order: str) -> bool:
    read = [_date(parts, order) for parts in dates]
    days = [day for day in read if day is not None]
    return len(days) == len(read) and (max(days) - min(days)).days <= _SPAN_DAYS


def _date(parts: tuple[int, int, int] | None, order: str) -> dt.date | None:
    if parts is None or not order:
        return None
    if (order == "ymd") != (parts[0] > 31):  # noqa: PLR2004  no day and no month is larger
        return None
    named = dict(zip(order, parts, strict=True))
    year = named["y"]
    if year < 100:  # noqa: PLR2004  two digits
        year += 1900 if year >= _CENTURY else 2000
    try:
        return dt.date(year, named["m"], named["d"])
    except ValueError:
        return None


def _time(clock_s: float) -> dt.time:
    whole, micro = divmod(min(round(clock_s * 1e6), int(_DAY_S * 1e6) - 1), 1_000_000)
    return dt.time(whole // 3600, whole // 60 % 60, whole % 60, micro)


def _unclear() -> tuple[Notice, ...]:
    words = "The dates do not tell the day from the month; only the times of day are used."
    return (Notice(code=Code.SCORING_DATE, where="scoring", message=words),)
