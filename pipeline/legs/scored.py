"""A leg movement as a rule set judged it, legs combined, and its way into the event table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import Stage
from pipeline.intervals import merge
from pipeline.legs.movement import Movement

_CLOCK_DIGITS = 6  # as in `pipeline.legs.movement`


@dataclass(frozen=True, kw_only=True)
class ScoredMovement:
    """One movement, both legs combined, with everything that the rule set says about it.

    Attributes
    ----------
    parts
        Unilateral movements that it was made of, sorted by onset.
    stage
        Stage of the epoch that holds the onset.
    is_clm
        WASM: a candidate LM. AASM: an LM, that is 0.5 to 10 s long.
    is_plm
        Part of a series. None where it cannot be said, since the epoch was not scored and the
        rule set asks for sleep.
    is_plm_nr
        Part of a series once respiratory-related movements are removed. None where respiratory
        events were not scored, and for a movement that is removed itself.
    is_respiratory, has_arousal
        None where respiratory events, or arousals, were not scored.
    imi_s, imi_nr_s
        Onset to onset from the previous movement of the sequence; None where there is none.
    series, series_nr
        Number of the series from 1; None outside of one.
    """

    parts: tuple[Movement, ...]
    stage: Stage
    is_clm: bool
    is_plm: bool | None
    is_plm_nr: bool | None = None
    is_respiratory: bool | None = None
    has_arousal: bool | None = None
    imi_s: float | None = None
    imi_nr_s: float | None = None
    series: int | None = None
    series_nr: int | None = None

    @property
    def onset_s(self) -> float:
        """Onset of the first part, in seconds from the start of the record."""
        return self.parts[0].onset_s

    @property
    def offset_s(self) -> float:
        """Latest end of a part, in seconds from the start of the record."""
        return end_s(self.parts)

    @property
    def side(self) -> Side:
        """The leg; ``BILATERAL`` where the parts come from more than one."""
        sides = {part.side for part in self.parts}
        return sides.pop() if len(sides) == 1 else Side.BILATERAL

    @property
    def n_parts(self) -> int:
        """Number of unilateral movements in it."""
        return len(self.parts)


def end_s(parts: Iterable[Movement]) -> float:
    """Give the latest end of the parts, in seconds from the start of the record."""
    return max(part.offset_s for part in parts)


def spans(groups: Sequence[tuple[Movement, ...]]) -> NDArray[np.float64]:
    """Give onset and end of each group of parts in seconds, shape (n_groups, 2)."""
    rows = [(parts[0].onset_s, end_s(parts)) for parts in groups]
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def touches(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell for each interval of `first` whether it shares a moment with one of `second`.

    Both ends belong to the interval here: the rules say "up to 0.5 s". Compared to the
    microsecond. Intervals in seconds, shapes (n, 2) and (m, 2).
    """
    a = np.round(first, _CLOCK_DIGITS).reshape(-1, 2)
    b = merge(np.round(second, _CLOCK_DIGITS))
    if not len(b):
        return np.zeros(len(a), dtype=np.bool_)
    n_ended_before = np.searchsorted(b[:, 1], a[:, 0], side="left")
    n_begun = np.searchsorted(b[:, 0], a[:, 1], side="right")
    return n_ended_before < n_begun


def near(
    first: NDArray[np.float64], second: NDArray[np.float64], gap_s: float
) -> NDArray[np.bool_]:
    """Tell for each interval of `first` whether one of `second` overlaps or lies under `gap_s` off.

    Compared to the microsecond. Intervals in seconds, shapes (n, 2) and (m, 2).
    """
    step_s = 10.0**-_CLOCK_DIGITS
    return touches(first, second + np.array([step_s - gap_s, gap_s - step_s]))


def to_events(scored: Iterable[ScoredMovement], rule_set: str) -> tuple[Event, ...]:
    """Give the scored movements as rows of the event table.

    Parameters
    ----------
    rule_set
        Name and version of the rules, such as ``pipeline.legs.aasm.RULE_SET``.
    """
    return tuple(_event(movement, rule_set) for movement in scored)


def _event(movement: ScoredMovement, rule_set: str) -> Event:
    return Event(
        kind=EventKind.LEG_MOVEMENT,
        rule_set=rule_set,
        onset_s=movement.onset_s,
        duration_s=movement.offset_s - movement.onset_s,
        side=movement.side,
        imi_s=movement.imi_s,
        series=movement.series,
        n_parts=movement.n_parts,
        is_clm=movement.is_clm,
        is_plm=movement.is_plm,
        is_plm_nr=movement.is_plm_nr,
        is_respiratory=movement.is_respiratory,
        has_arousal=movement.has_arousal,
    )
