"""One scorer of a night: what a person or a machine said of it, and on whose clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.events import Event, Side
from pipeline.lights import Lights
from pipeline.scoring import Scoring

_DAY_S = 86_400.0


class EventGroup(StrEnum):
    """Events that are compared with each other."""

    AROUSAL = "arousal"
    LIMB_LEFT = "limb_movement_left"
    LIMB_RIGHT = "limb_movement_right"
    LIMB_ANY = "limb_movement_any_leg"  # every one, also where the scorer names no leg
    RESPIRATORY = "respiratory"
    SLEEP_START = "sleep_start"


_LEGS = {EventGroup.LIMB_LEFT: Side.LEFT, EventGroup.LIMB_RIGHT: Side.RIGHT}


@dataclass(frozen=True, kw_only=True, eq=False)
class Scorer:
    """One scorer's stages and events.

    Attributes
    ----------
    name
        As the user knows it, such as a file's stem: for the user's own eyes.
    alias
        ``A``, ``B``, ``auto``, ``technician``: for everything that is written.
    scoring
        Its times count from the zero of `begins_s`' clock; None in it is "not scored".
    lights
        From the scorer's own marks; assumed where there are none.
    duration_s
        Length of the record, or of the scoring where the record is not known.
    begins_s
        Where the record begins on the clock that the scorers are compared on.
    sleep_starts
        None where nobody looked for them.
    start
        Local date and time of the record's start; None where it is not known.
    is_dated
        Whether the date in `start` is a real one.
    record
        Key of the record that was scored, where it is known: those of one record start together.
    """

    name: str
    alias: str
    scoring: Scoring
    lights: Lights
    duration_s: float
    begins_s: float = 0.0
    sleep_starts: tuple[Event, ...] | None = None
    start: dt.datetime | None = None
    is_dated: bool = False
    record: str = ""

    @property
    def span_s(self) -> tuple[float, float]:
        """Begin and end of what was scored: of the hypnogram, or of the record without one."""
        hypnogram = self.scoring.hypnogram
        if hypnogram is None:
            return self.begins_s, self.begins_s + self.duration_s
        return hypnogram.offset_s, hypnogram.end_s

    def events(self, group: EventGroup) -> tuple[Event, ...] | None:
        """Give the events of a group by onset; None where they were not scored."""
        if group in _LEGS:
            return self._of_leg(_LEGS[group])
        found = {
            EventGroup.AROUSAL: self.scoring.arousals,
            EventGroup.LIMB_ANY: self.scoring.movements,
            EventGroup.RESPIRATORY: self.scoring.respiratory,
            EventGroup.SLEEP_START: self.sleep_starts,
        }[group]
        return None if found is None else _by_onset(found)

    def _of_leg(self, side: Side) -> tuple[Event, ...] | None:
        """Give the movements of one leg; None where no movement names its leg."""
        movements = self.scoring.movements
        if movements is None or (movements and all(e.side is Side.UNKNOWN for e in movements)):
            return None
        return _by_onset(e for e in movements if e.side in (side, Side.BILATERAL))


def difference_s(first: Scorer, other: Scorer) -> float | None:
    """Give the seconds from the start of `first` to that of `other`; None where not known.

    Without both dates, the nearest by time of day.
    """
    if first is other or (first.record and first.record == other.record):
        return 0.0
    if first.start is None or other.start is None:
        return None
    seconds = (other.start - first.start).total_seconds()
    if first.is_dated and other.is_dated:
        return seconds
    seconds %= _DAY_S
    return seconds - _DAY_S if seconds >= _DAY_S / 2 else seconds


def moved(scorer: Scorer, shift_s: float) -> Scorer:
    """Give the scorer with every time moved by `shift_s`."""
    if not shift_s:
        return scorer
    scoring, lights = scorer.scoring, scorer.lights
    hypnogram = scoring.hypnogram
    return replace(
        scorer,
        begins_s=scorer.begins_s + shift_s,
        lights=replace(lights, off_s=lights.off_s + shift_s, on_s=lights.on_s + shift_s),
        scoring=replace(
            scoring,
            hypnogram=hypnogram and replace(hypnogram, offset_s=hypnogram.offset_s + shift_s),
            arousals=_moved(scoring.arousals, shift_s),
            respiratory=_moved(scoring.respiratory, shift_s),
            movements=_moved(scoring.movements, shift_s),
        ),
        sleep_starts=_moved(scorer.sleep_starts, shift_s),
    )


def _moved(events: tuple[Event, ...] | None, shift_s: float) -> tuple[Event, ...] | None:
    if events is None:
        return None
    return tuple(replace(event, onset_s=event.onset_s + shift_s) for event in events)


def _by_onset(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.onset_s))
