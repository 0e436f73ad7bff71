"""Numbers, times and vocabulary values as a technician reads them."""

from __future__ import annotations

import math
from enum import StrEnum

from pipeline.metrics import Metric

NOT_AVAILABLE = "not available"
_MINUTE_S = 60
_HOUR_S = 3600
_DAY_HOURS = 24
_LARGE = 100.0  # from here on decimals are noise
_FARTHEST = 100.0  # times more or less than 1
_SMALL = 0.1  # under this two decimals would hide the value
_ROUNDING = 1e-9  # under this it is what rounding has left of 0


def number(value: float | None, unit: str = "") -> str:
    """Give a value with its unit, at the precision that can be read; None is not available."""
    if value is None or not math.isfinite(value):
        return NOT_AVAILABLE
    return f"{_digits(value)} {unit}".rstrip()


def interval(metric: Metric) -> str:
    """Give the 95 % interval of a metric, or an empty text where it has none."""
    if metric.value is None or metric.low is None or metric.high is None:
        return ""
    return f"{_digits(metric.low)} to {_digits(metric.high)}"


def elapsed(seconds: float) -> str:
    """Give seconds from the start of the record as ``h:mm:ss``."""
    whole = round(seconds)
    minutes, rest = divmod(whole, _MINUTE_S)
    return f"{minutes // _MINUTE_S}:{minutes % _MINUTE_S:02d}:{rest:02d}"


def clock_hour(seconds: float, start_clock_s: float | None) -> str:
    """Give the clock hour that holds a whole hour of the record; empty when not known.

    Only the hour of the start is used: minutes would help to tell whose night it was.
    """
    if start_clock_s is None or seconds % _HOUR_S:
        return ""
    hour = int(start_clock_s // _HOUR_S) + int(seconds // _HOUR_S)
    return f"{hour % _DAY_HOURS:02d}"


def minutes(seconds: float) -> str:
    """Give a length of time in minutes, or in hours and minutes from one hour on."""
    if seconds < _HOUR_S:
        return f"{_digits(seconds / _MINUTE_S)} min"
    whole = round(seconds / _MINUTE_S)
    return f"{whole // _MINUTE_S} h {whole % _MINUTE_S:02d} min"


def plain(value: StrEnum | str | None) -> str:
    """Give a vocabulary value with blanks for underlines; None is not available."""
    return NOT_AVAILABLE if value is None else str(value).replace("_", " ")


def said(value: bool | None) -> str:  # noqa: FBT001  # one value, told in a word
    """Give yes, no or not available."""
    return NOT_AVAILABLE if value is None else "yes" if value else "no"


def counted(count: int, noun: str) -> str:
    """Give ``1 jerk``, ``2 jerks``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def ratio(value: float) -> str:
    """Give a ratio with two decimals, or the limit that it lies beyond: more is no figure."""
    if value < 1.0 / _FARTHEST:
        return f"under {1.0 / _FARTHEST:g}"
    return f"over {_FARTHEST:g}" if value > _FARTHEST else f"{value:.2f}"


def _digits(value: float) -> str:
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value)}"
    size = abs(value)
    if size < _ROUNDING:
        return "0"
    if size >= _LARGE:
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 1.0 else f"{value:.2f}" if size >= _SMALL else f"{value:.2g}"


def assumed(*, is_it: bool) -> str:
    """Give what stands behind a time that is no mark of a technician."""
    return " (assumed)" if is_it else ""
