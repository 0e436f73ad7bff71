"""What a scoring file says, in one vocabulary, before it is laid on the study's time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pipeline.events import Side
from pipeline.hypnogram import Stage
from pipeline.notices import Notice


class MarkKind(StrEnum):
    """What a mark of a scorer is."""

    STAGE = "stage"
    AROUSAL = "arousal"
    RESPIRATORY = "respiratory"
    LIMB_MOVEMENT = "limb_movement"
    PLM = "plm"  # a limb movement that the scorer put into a periodic series
    LIGHTS_OFF = "lights_off"
    LIGHTS_ON = "lights_on"
    KNOWN = "known"  # understood, and nothing is made of it
    UNKNOWN = "unknown"  # counted, told, left out


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark of a scorer.

    Attributes
    ----------
    onset_s
        Seconds from the zero of the scoring file, which `ScoringFile.start` places.
    duration_s
        None where the file gives none; a stage without one lasts until the next.
    stage
        Of a stage mark; None of all others.
    text
        As the scorer's program wrote it; never printed, for it may be anything.
    channel
        The signal it was scored on, as written; blank where none is named.
    """

    kind: MarkKind
    onset_s: float
    duration_s: float | None = None
    stage: Stage | None = None
    text: str = ""
    side: Side = Side.UNKNOWN
    channel: str = ""


@dataclass(frozen=True, kw_only=True)
class ScoringFile:
    """One scorer's marks as a file holds them.

    Attributes
    ----------
    source
        Format, and scorer where the file tells people from programs: ``domino``,
        ``rml:user``. Never a person's name.
    start
        Local date and time of the file's zero; None where the zero is the study's start.
    clock
        Local time of day of the file's zero where no date is known; None elsewhere.
    epoch_s
        Length of an epoch where the file states it.
    """

    source: str
    marks: tuple[Mark, ...]
    start: dt.datetime | None = None
    clock: dt.time | None = None
    epoch_s: float | None = None
    notices: tuple[Notice, ...] = ()
