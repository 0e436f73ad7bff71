"""What a technician scored: stages, lights, arousals, respiratory events, movements."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.events import Event
from pipeline.hypnogram import Hypnogram
from pipeline.notices import Notice


@dataclass(frozen=True, kw_only=True, eq=False)
class Scoring:
    """A technician's scoring of one study, on seconds from the start of the record.

    Attributes
    ----------
    hypnogram
        None where no stage was scored.
    lights_off_s, lights_on_s
        None where not marked.
    arousals, respiratory, movements
        Scored events; None where that kind was not scored at all, which differs from none.
    notices
        What was repaired or doubted on import.
    """

    hypnogram: Hypnogram | None = None
    lights_off_s: float | None = None
    lights_on_s: float | None = None
    arousals: tuple[Event, ...] | None = None
    respiratory: tuple[Event, ...] | None = None
    movements: tuple[Event, ...] | None = None
    notices: tuple[Notice, ...] = field(default=())
