"""XML annotations of the National Sleep Research Resource."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pipeline.events import Side
from pipeline.formats import compumedics, xml_tree
from pipeline.formats.clock import time_of_day_s
from pipeline.formats.doubts import checked_epoch_s, left_out, old_stages
from pipeline.formats.lab_terms import normalised
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import start_unknown
from pipeline.formats.xml_tree import Element, number

SOURCE = "nsrr"
_ROOT = "PSGAnnotation"
_START = "recording start time"
_STAGE_NAMES = {
    "wake": "0",
    "stage 1 sleep": "1",
    "stage 2 sleep": "2",
    "stage 3 sleep": "3",
    "stage 4 sleep": "4",
    "rem sleep": "5",
    "movement": "6",
    "unscored": "9",
    "artifact": "10",
}
_MIDNIGHT = dt.datetime.combine(dt.date(2000, 1, 1), dt.time.min)
_LOCATIONS = {"lleg": Side.LEFT, "rleg": Side.RIGHT}


def looks_like(content: bytes) -> bool:
    """Tell whether the root element is that of the NSRR."""
    return xml_tree.has_root(content, _ROOT)


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the one scoring of the file.

    Only the time of day of the recording's start is used, for the dates in these files are
    shifted. A stage of several epochs is one mark; ``Unscored|9`` and artefact are not wake.

    Raises
    ------
    ScoringError
        SCORING_SYNTAX.

    References
    ----------
    Mueller, Raubertas et al., NSRR EDF editor and translator, https://sleepdata.org.
    """
    root = xml_tree.parse(content)
    events = list(root.each("ScoredEvents", "ScoredEvent"))
    marks = [_mark(event) for event in events if not _is_start(event)]
    kept = tuple(mark for mark in marks if mark is not None)
    is_old = any(normalised(mark.text).startswith("stage 4") for mark in kept)
    clock = _clock(events)
    is_unread = clock is None and any(e.value("ClockTime") for e in events if _is_start(e))
    unknown = (start_unknown(),) if is_unread else ()
    return (
        ScoringFile(
            source=SOURCE,
            marks=kept,
            clock=clock,
            epoch_s=checked_epoch_s(number(root.value("EpochLength"))),
            notices=(
                *xml_tree.encoding_doubt(content),
                *unknown,
                *left_out(len(marks) - len(kept)),
                *old_stages(is_told=is_old),
            ),
        ),
    )


def _is_start(event: Element) -> bool:
    return normalised(event.value("EventConcept").partition("|")[0]) == _START


def _clock(events: Iterable[Element]) -> dt.time | None:
    """Give the time of day in ``00.00.00 22.30.00``; its date is never a true one."""
    texts = [event.value("ClockTime") for event in filter(_is_start, events)]
    seconds = (time_of_day_s(text) for text in texts)
    known = next((value for value in seconds if value is not None), None)
    return None if known is None else (_MIDNIGHT + dt.timedelta(seconds=known)).time()


def _mark(event: Element) -> Mark | None:
    """Give the mark of an event; None where its times cannot be read."""
    onset_s, duration_s = number(event.value("Start")), number(event.value("Duration") or "0")
    if onset_s is None or duration_s is None or duration_s < 0.0:
        return None
    concept, _, label = (part.strip() for part in event.value("EventConcept").partition("|"))
    code = _code(concept, label) if _is_stage(event) else None
    if code is not None:
        kind, stage, side = MarkKind.STAGE, compumedics.STAGES[code], Side.UNKNOWN
    else:
        kind, stage, side = _kind(concept, label), None, _side(event, concept, label)
    channel = event.value("SignalLocation")
    return Mark(
        kind=kind,
        onset_s=onset_s,
        duration_s=duration_s,
        stage=stage,
        text=label if concept in ("", label) else concept,
        side=side,
        channel=channel,
    )


def _is_stage(event: Element) -> bool:
    return event.value("EventType").casefold().partition("|")[0].strip() in ("stages", "stage")


def _code(concept: str, label: str) -> str | None:
    """Give the stage's code, by its name and else by its number, which the format defines."""
    return _STAGE_NAMES.get(normalised(concept)) or (label if label in compumedics.STAGES else None)


def _kind(concept: str, label: str) -> MarkKind:
    """Give what the pair stands for: the recorder's own label says more than the concept."""
    kinds = [compumedics.kind_of(word) for word in (label, concept)]
    return next((kind for kind in kinds if kind is not MarkKind.UNKNOWN), MarkKind.UNKNOWN)


def _side(event: Element, concept: str, label: str) -> Side:
    sides = [compumedics.side_of(word) for word in (label, concept)]
    sides.append(_LOCATIONS.get(normalised(event.value("SignalLocation")), Side.UNKNOWN))
    return next((side for side in sides if side is not Side.UNKNOWN), Side.UNKNOWN)
