"""A scorer's marks laid on the study's time: stages on epochs, events, lights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from pipeline import aliases
from pipeline.codes import Code
from pipeline.events import Event, EventKind, Side, scored_by
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import StudyFrame, place
from pipeline.formats.stage_grid import to_hypnogram
from pipeline.notices import Notice
from pipeline.scoring import Scoring

_KINDS = {
    MarkKind.AROUSAL: EventKind.AROUSAL,
    MarkKind.RESPIRATORY: EventKind.RESPIRATORY,
    MarkKind.LIMB_MOVEMENT: EventKind.UNILATERAL_LM,
    MarkKind.PLM: EventKind.UNILATERAL_LM,
}
_LEGS = {MarkKind.LIMB_MOVEMENT, MarkKind.PLM}
_SIDES = {
    key: side
    for side, role in ((Side.LEFT, "leg_left"), (Side.RIGHT, "leg_right"))
    for key in (aliases.normalise(label) for label in aliases.RECORDED[role])
}


def assemble(file: ScoringFile, frame: StudyFrame) -> Scoring:
    """Give the scoring that the marks hold; what is not understood is counted, not kept.

    The file's zero is placed by `place`; the stages are drawn by `to_hypnogram`. Events whose
    onset lies outside of the record are left out and told. A kind of event without a single mark
    is None, for perhaps nobody scored it.

    Raises
    ------
    ScoringError
        SCORING_START: the file is of another time than the study.
    """
    shift_s, moved = place(file, frame)
    marks = [replace(mark, onset_s=mark.onset_s + shift_s) for mark in file.marks]
    stages = [mark for mark in marks if mark.kind is MarkKind.STAGE]
    hypnogram, doubts = to_hypnogram(stages, frame.duration_s, file.epoch_s)
    inside = [m for m in marks if m.kind in _KINDS and 0.0 <= m.onset_s < frame.duration_s]
    rule_set = scored_by(file.source)

    def events(kind: EventKind) -> tuple[Event, ...] | None:
        chosen = [mark for mark in inside if _KINDS[mark.kind] is kind]
        return _events(chosen, kind, rule_set, frame.labels)

    return Scoring(
        hypnogram=hypnogram,
        lights_off_s=_light(marks, MarkKind.LIGHTS_OFF, frame.duration_s),
        lights_on_s=_light(marks, MarkKind.LIGHTS_ON, frame.duration_s),
        arousals=events(EventKind.AROUSAL),
        respiratory=events(EventKind.RESPIRATORY),
        movements=events(EventKind.UNILATERAL_LM),
        notices=file.notices + moved + doubts + _notices(marks, inside),
    )


def _light(marks: Sequence[Mark], kind: MarkKind, duration_s: float) -> float | None:
    """Give the first lights off or the last lights on; times outside are set to the ends."""
    times = [min(max(m.onset_s, 0.0), duration_s) for m in marks if m.kind is kind]
    if not times:
        return None
    return max(times) if kind is MarkKind.LIGHTS_ON else min(times)


def _events(
    marks: Sequence[Mark], kind: EventKind, rule_set: str, labels: Collection[str]
) -> tuple[Event, ...] | None:
    """Give the events in time order; None where there is none: perhaps never scored."""
    if not marks:
        return None
    ordered = sorted(marks, key=lambda mark: mark.onset_s)
    return tuple(_event(mark, kind, rule_set, labels) for mark in ordered)


def _event(mark: Mark, kind: EventKind, rule_set: str, labels: Collection[str]) -> Event:
    """Give the event; a channel that no table and no header knows could be a person's name."""
    key = aliases.normalise(mark.channel)
    is_known = mark.channel in labels or key in aliases.ALL_KEYS
    side = mark.side
    if mark.kind in _LEGS and side is Side.UNKNOWN:
        side = _SIDES.get(key, Side.UNKNOWN)
    return Event(
        kind=kind,
        rule_set=rule_set,
        onset_s=mark.onset_s,
        duration_s=mark.duration_s or 0.0,
        side=side,
        channel=mark.channel if mark.channel and is_known else None,
        is_plm=True if mark.kind is MarkKind.PLM else None,
    )


def _notices(marks: Sequence[Mark], inside: Sequence[Mark]) -> tuple[Notice, ...]:
    n_unknown = sum(mark.kind is MarkKind.UNKNOWN for mark in marks)
    n_outside = sum(mark.kind in _KINDS for mark in marks) - len(inside)
    n_endless = sum(not mark.duration_s for mark in inside)
    lights = Counter(
        mark.kind for mark in marks if mark.kind in {MarkKind.LIGHTS_OFF, MarkKind.LIGHTS_ON}
    )
    found = []
    if n_unknown:
        words = (
            f"{n_unknown} annotations are not understood and left out; scoring.terms can name "
            "what a word of your own stands for."
        )
        found.append((Code.UNKNOWN_TEXT, words))
    if n_outside:
        found.append((Code.OUTSIDE_RECORD, f"{n_outside} events outside of the record; left out."))
    if n_endless:
        found.append((Code.NO_DURATION, f"{n_endless} events without a duration; taken as 0 s."))
    if any(count > 1 for count in lights.values()):
        found.append((Code.LIGHTS, "Lights marked more than once; first off and last on are used."))
    return tuple(Notice(code=code, where="annotations", message=text) for code, text in found)
