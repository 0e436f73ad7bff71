"""Descents: each attempt to go from wake through N1 to deeper sleep, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a descent ended."""

    N2 = "n2"
    WAKE = "wake"
    R = "r"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class Descent:
    """One descent.

    Attributes
    ----------
    number
        From 1 in each night.
    start_s, end_s
        First N1 (or N2) epoch after wake or lights off, until the outcome, in seconds.
    outcome
        N2 confirmed, back to wake (aborted), R, or end of the record.
    n1_s
        Seconds in N1 before the outcome.
    to_n2_s, to_n3_s
        From the start to N2 and to N3 before the next wake; None when not reached.
    jerks_s
        Onsets of the accepted candidate sleep starts in it, in seconds.
    is_aborted_by_jerk
        Wake within 30 s of a jerk that came first.
    """

    number: int
    start_s: float
    end_s: float
    outcome: Outcome
    n1_s: float
    to_n2_s: float | None
    to_n3_s: float | None
    jerks_s: tuple[float, ...]
    is_aborted_by_jerk: bool
