"""Leg movements as they are found on each leg, before any rule combines the legs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.events import Side

_CLOCK_DIGITS = 6  # times are compared to the microsecond: a gap written as 0.5 s is 0.5 s


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One movement of one leg on half-open seconds from the start of the record.

    Attributes
    ----------
    onset_s, offset_s
        Seconds from the start of the record.
    side
        ``LEFT``, ``RIGHT``, or ``UNKNOWN`` where one lead holds both legs.
    """

    onset_s: float
    offset_s: float
    side: Side

    @property
    def duration_s(self) -> float:
        """Length in seconds, to the microsecond."""
        return span_s(self.onset_s, self.offset_s)


def span_s(start_s: float, stop_s: float) -> float:
    """Give the seconds from `start_s` to `stop_s`, to the microsecond.

    Sums of decimal fractions miss their value by some 1e-12 s; without the rounding a gap of
    0.5 s would at times count as less than 0.5 s.
    """
    return round(stop_s - start_s, _CLOCK_DIGITS)


def merge_same_leg(movements: Iterable[Movement], gap_s: float) -> tuple[Movement, ...]:
    """Give the movements with those of one leg joined that lie under `gap_s` apart.

    The gap runs from the latest offset so far to the next onset, on the same side; overlap
    counts as no gap. A chain of short gaps becomes one movement. Sorted by onset.
    """
    done: list[Movement] = []
    open_by_side: dict[Side, Movement] = {}
    for movement in sorted(movements, key=_order):
        held = open_by_side.get(movement.side)
        if held is not None and span_s(held.offset_s, movement.onset_s) < gap_s:
            open_by_side[movement.side] = _join(held, movement)
            continue
        done += [held] if held is not None else []
        open_by_side[movement.side] = movement
    return tuple(sorted([*done, *open_by_side.values()], key=_order))


def _order(movement: Movement) -> tuple[float, float, str]:
    return movement.onset_s, movement.offset_s, movement.side


def _join(held: Movement, following: Movement) -> Movement:
    offset_s = max(held.offset_s, following.offset_s)
    return Movement(onset_s=held.onset_s, offset_s=offset_s, side=held.side)
