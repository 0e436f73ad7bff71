"""Durations as a technician reads them."""

from __future__ import annotations

_MINUTE_S = 60.0


def of_minutes(part_s: float, whole_s: float) -> str:
    """Give ``213 of 480 min``, with one decimal below ten minutes."""
    part, whole = part_s / _MINUTE_S, whole_s / _MINUTE_S
    return f"{_short(part)} of {_short(whole)} min"


def clock(seconds: float) -> str:
    """Give seconds from the record's start as ``h:mm:ss``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _short(minutes: float) -> str:
    return f"{minutes:.1f}" if minutes < 10.0 else f"{minutes:.0f}"  # noqa: PLR2004
