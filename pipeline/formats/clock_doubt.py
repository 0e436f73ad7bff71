"""Whether a scoring that was moved by its clock looks an hour off."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.codes import Code
from pipeline.formats.marks import Mark
from pipeline.hypnogram import EPOCH_S, Stage
from pipeline.notices import Notice

_HOUR_S = 3_600.0  # a change to or from summer time
_MINUTE_S = 60.0
_LEAST_DOUBT_S = 300.0  # scorings may reach a little past the record without any clock's fault


def clock_doubt(marks: Sequence[Mark], duration_s: float) -> tuple[Notice, ...]:
    """Say so where the stages of a file that starts at another time are an hour off, it seems.

    In spring an hour too many lies between two clocks: stages reach past the record. In autumn
    one is missing: they end an hour before it.

    Parameters
    ----------
    marks
        In seconds from the start of the record.
    duration_s
        Length of the whole record.
    """
    spans = [
        (mark.onset_s, mark.onset_s + (mark.duration_s or EPOCH_S))
        for mark in marks
        if mark.stage not in (None, Stage.UNSCORED)
    ]
    outside_s = _outside_s(spans, 0.0, duration_s)
    last_s = max((stop for _, stop in spans), default=0.0)
    if outside_s > _LEAST_DOUBT_S and _outside_s(spans, -_HOUR_S, duration_s) < outside_s:
        words = f"{outside_s / _MINUTE_S:.1f} min of its stages lie outside of the recording"
    elif abs(duration_s - last_s - _HOUR_S) <= EPOCH_S:
        words = "Its stages end one hour before the recording"
    else:
        return ()
    words += (
        ". Look whether the clock was changed between the two starts; nothing was moved for it."
    )
    return (Notice(code=Code.SCORING_CLOCK, where="scoring file", message=words),)


def _outside_s(spans: Sequence[tuple[float, float]], later_s: float, duration_s: float) -> float:
    """Give how many seconds of the spans, moved by `later_s`, lie outside of the record."""
    moved = [(start + later_s, stop + later_s) for start, stop in spans]
    inside = sum(max(0.0, min(b, duration_s) - max(a, 0.0)) for a, b in moved)
    return round(sum(b - a for a, b in moved) - inside, 3)
